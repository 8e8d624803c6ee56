"""Versions of kith that differ. A newer one, which speaks protocol 1 to 2 and
knows a feature, a kind and a field more, and today's agree on protocol 1; what
today's does not know it stores and says so, and after its upgrade, on the same
store, it understands that. One that speaks protocol 2 alone is refused, and
both operators read why. A store or a backup that is newer is refused."""
import shutil
import signal
import time

import control
import faults
import frames
import harness
import steps
from harness import check, equal, wait_until
from versions import become

MESSAGE, BEACON = 4, 63  # the kind that today's does not know
ABOUT, TYPE, TEXT = 1, 2, 3
COLOUR = 50  # and the field
PROJECT, NAME = 1, 2  # of a beacon, as of a generation
INFO = 1
WORDS, CHOICE = 2, 6  # members of a Field's value

KILLS = 4


def value(number, member, content):
    """One Field of a Record."""
    if isinstance(content, str):
        content = content.encode()
    return control.field(10, control.field(1, number) +
                         control.field(member, content))


def post(company, kind, values, item=None):
    """Posts what no command of today's kith can say."""
    record = control.field(1, kind)
    if item:
        record += control.field(2, bytes.fromhex(item.replace('-', '')))
    record += b''.join(value(*one) for one in values)
    answer = control.ask(company, control.request(
        control.POST, records=control.field(5, record)))
    equal(control.status_of(answer), 0, f'{values}: {answer}')


def post_message(company, text, colour=None, item=None):
    values = [(ABOUT, WORDS, 'lumen'), (TYPE, CHOICE, INFO),
              (TEXT, WORDS, text)]
    if colour is not None:
        values.append((COLOUR, WORDS, colour))
    post(company, MESSAGE, values, item)


def post_beacon(company, project, name):
    post(company, BEACON, [(PROJECT, WORDS, project), (NAME, WORDS, name)])


def told(company, direction):
    """(kind, state) of what was told to the one partner or by it."""
    return [(row.get('kind', ''), row['state']) for row in company.rows('told')
            if row['direction'] == direction]


def count(company, direction, state):
    return sum(one == state for _, one in told(company, direction))


def settled(acme, name):
    wait_until(lambda: steps.partner(acme, name)['out'] == 0,
               what='everything told and receipted')


def texts(company):
    return [row['title'] for row in company.rows('--as', 'jan', 'inbox')]


def hears_what_it_does_not_know(acme, northwind, names):
    """Stored, receipted, answered, and read by both operators."""
    post_message(acme, 'plain')
    post_message(acme, 'in colour', colour='green')
    post_beacon(acme, 'lumen', 'first light')
    post_beacon(acme, 'nova', 'not for long')
    post_beacon(acme, 'vega', 'never more')
    wait_until(lambda: texts(northwind).count('plain') == 1,
               what='what it knows')
    wait_until(lambda: count(acme, 'sent', 'not understood') == 4,
               what='four verdicts at the sender')
    coloured = next(row['id'] for row in acme.rows('told')
                    if row['direction'] == 'sent' and
                    row['state'] == 'not understood' and
                    row['kind'] == 'message')
    # a revision that it would know, of an item that it does not
    post_message(acme, 'pale again', colour='', item=coloured)
    wait_until(lambda: count(northwind, 'received', 'rejected') == 1,
               what='the revision is rejected')
    acme.kith('--yes', 'grant', 'end', next(
        row['id'] for row in acme.rows('grant', 'list')
        if row['project'] == 'nova'))
    acme.kith('destroy', 'request', names[0], '--project', 'vega', '--until',
              '2036-12-31', '--yes')
    request = wait_until(lambda: northwind.rows('destroy', 'list'),
                         what='the request')[0]['id']
    northwind.kith('destroy', 'carry-out', request, '--officer', 'J. Bauer',
                   '--yes')
    settled(acme, names[0])
    equal(count(northwind, 'received', 'not understood'), 4,
          'not understood at the receiver')
    check('not understood' in acme.kith('told').out, 'the operator reads it')
    acts = [row['act'] for row in acme.rows('audit', 'show')]
    equal(acts.count('verdict_received'), 5, 'verdicts in the audit log')
    check('in colour' not in str(texts(northwind)), 'nothing of it is shown')


def understands_after_its_upgrade(acme, northwind, names, dice):
    northwind.stop()
    before = [kind for kind, _ in told(acme, 'sent')]
    become(northwind, 'newer')
    for _ in range(KILLS):
        northwind.start_only()
        time.sleep(dice.random() * 0.03)  # any moment of its first start
        northwind.kill(signal.SIGKILL)
    northwind.start()
    equal(count(northwind, 'received', 'not understood'), 1,
          'all of it is understood but what was destroyed')
    equal(count(northwind, 'received', 'rejected'), 0,
          'and what came behind it')
    shown = texts(northwind)
    check('pale again' in shown, f'the newer revision: {shown}')
    equal([row.get('path') for row in northwind.rows('--as', 'jan', 'told')
           if row.get('kind') == 'beacon'], [f'{names[1]}:lumen/first light'],
          'the beacons that may be read')
    equal([row['count'] for row in northwind.rows('audit', 'show')
           if row['act'] == 'understood_now'], [4], 'once, in the audit log')
    wait_until(lambda: steps.partner(northwind, names[1])['state'] ==
               'connected', what='connected again')
    wait_until(lambda: count(acme, 'sent', 'not understood') +
               count(acme, 'sent', 'rejected') == 1,
               what='the sender hears of it')
    equal([kind for kind, _ in told(acme, 'sent')], before,
          'nothing was told twice')


def refused(company, name):
    row = steps.partner(company, name)
    return row['link'] if (row['state'], row.get('code')) == (
        'refused', 'version') else None


def both_read_why_there_is_no_session(baltic, acme, names):
    acme.stop()
    become(acme, 'apart')
    acme.start()
    for company, name, words in (
            (baltic, names[0], 'they speak protocol 2, we speak 1; install a '
             'newer kith here'),
            (acme, names[1], 'they speak protocol 1, we speak 2; ask them to '
             'install a newer kith')):
        link = wait_until(lambda c=company, n=name: refused(c, n),
                          what=f'the refusal at {company.name}')
        check(words in link, f'{company.name} reads: {link}')
        # between two refusals it says that it is connecting
        wait_until(lambda c=company: 'they speak protocol' in
                   c.kith('status').out, what='the refusal in status')
        wait_until(lambda c=company, w=words: w in
                   c.kith('doctor', expect=None).out, what='it in doctor')
        check('no common protocol' in company.log.read_text(),
              f'in the log of {company.name}')
    acme.stop()
    become(acme, 'today')
    acme.start()
    for company, name in ((baltic, names[0]), (acme, names[1])):
        wait_until(lambda c=company, n=name: steps.partner(c, n)['state'] ==
                   'connected', what=f'{company.name} connected again')


def share(flow):
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    frames.record(acme)
    newer = harness.BUILD / 'tests' / 'newer'
    shutil.copy(newer / 'kithd', acme.programs / 'kithd')
    acme.client = newer / 'kith'
    names = steps.share(acme, northwind, 'lumen',
                        'project,message,beacon')
    for project in ('nova', 'vega'):
        acme.kith('project', 'new', project, '--label', 'internal')
        acme.kith('grant', 'add', project, names[0], '--purpose',
                  'assembly of lumen', '--kinds', 'project,beacon',
                  '--persons', 'jan', '--until', '2036-12-31')
    return acme, northwind, names


def main():
    with harness.Flow() as flow:
        acme, northwind, names = share(flow)
        hears_what_it_does_not_know(acme, northwind, names)
        hellos = [line for line in
                  (acme.programs / 'frames.log').read_text().splitlines()
                  if line.split()[1] == '2']
        # protocol (7) 1, features (8) 3
        check(hellos and all('38014003' in line for line in hellos),
              'the hello names protocol 1 and the features')
        understands_after_its_upgrade(acme, northwind, names, faults.dice())
        northwind.stop()
        acme.stop()
        baltic = flow.company('Baltic Assembly')
        lisbon = flow.company('Lisbon Devices')
        steps.set_up(baltic)
        steps.set_up(lisbon)
        both_read_why_there_is_no_session(baltic, lisbon,
                                          steps.pair(baltic, lisbon))


if __name__ == '__main__':
    main()
