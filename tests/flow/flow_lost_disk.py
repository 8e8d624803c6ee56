"""A company loses its disk and has no backup: with the recovery sheet and its
partner it is itself again. What it had told comes back with its proofs and is
marked, what cannot is listed, nothing is told again under a number that was
used, and both go on. Played with the one who tells and the one who is told."""
import os
import re
import shutil
import time

import harness
import steps
from harness import check, equal, wait_until

SECRET = 'SAFFRON-CANARY'


def link(company):
    return company.rows('partner', 'list')[0]


def settled(companies):
    return all(row['link'].startswith('connected') and row['out'] == 0 and
               row['sent'] == row['receipted'] and 'comes back' not in
               row['link'] for row in map(link, companies))


def dates(company, *whom):
    """Milestones as somebody sees them; none while the project is not there."""
    result = company.kith('--json', *whom, 'timeline', 'lumen', expect=None)
    if result.code == 6:
        return []
    return sorted((row['milestone'], row['planned']) for row in result.json)


def lose_disk(company):
    """Nothing is left but the sheet in the safe and what a person remembers."""
    company.destroy()
    made = int(time.time())
    wait_until(lambda: time.time() >= made + 1,
               what='a second in which no card of before was made')
    sheet = company.sheet.read_text()
    shutil.rmtree(company.home)
    company.home.mkdir()
    company.sheet.write_text(sheet)
    company.write_conf()


def refuse_what_cannot_be(company):
    """What is wrong, where, what to do; and nothing is left behind."""
    def attempt(*words):
        result = company.kith('recover', '--config', company.conf, *words,
                              expect=None)
        check(result.code != 0 and '->' in result.err, f'{result}')
        check(not company.data.exists(), f'nothing is made: {result}')
        return result.err

    check('name the recovery sheet' in attempt(), 'no sheet')
    check('no good card' in attempt('--sheet', company.sheet, '--card',
                                    company.conf), 'no card')
    next_root = company.home / 'kith-next-root.txt'
    next_root.write_text('of before')
    check('is there already' in attempt('--sheet', company.sheet), 'next root')
    next_root.unlink()


def recover(company, *more):
    refuse_what_cannot_be(company)
    result = company.kith('recover', '--config', company.conf, '--sheet',
                          company.sheet, *more)
    for words in ('What cannot come back', 'grants: make them anew',
                  'no partner was told', 'audit log', 'kith partner add'):
        check(words in result.out, f'recover says {words!r}: {result}')
    again = company.kith('recover', '--config', company.conf, '--sheet',
                         company.sheet, expect=None)
    check(again.code != 0 and 'there is an identity' in again.err,
          f'nothing is overwritten: {again}')
    company.start()


def exchange_cards(lost, other):
    """The new card goes by file, as a replacement that a person confirms."""
    card = lost.home / 'new.card'
    lost.kith('card', 'show', '--file', card)
    name = link(other)['partner']
    refused = other.kith('partner', 'add', card, expect=None)
    check('replacement of a known id' in refused.err, f'{refused}')
    other.kith('partner', 'add', card, '--confirm')
    theirs = other.home / 'own.card'
    other.kith('card', 'show', '--file', theirs)
    lost.kith('partner', 'add', theirs)
    groups = steps.partner(other, name)['groups']
    lost.kith('partner', 'verify', link(lost)['partner'], *groups.split())


def resume(companies):
    def act():
        for company in companies:
            company.kith('partner', 'resume', link(company)['partner'],
                         '--confirm', expect=None)
        return settled(companies)

    wait_until(act, timeout_s=60, what='both go on')


def go_on(lost, other, *more):
    recover(lost, *more)
    exchange_cards(lost, other)
    wait_until(lambda: link(other)['state'] in ('frozen', 'refused'),
               what='the partner notices that logs are lost')
    resume((other, lost))


def logs_of(company):
    return {(row['direction'], row['log_number']): row for row in
            company.rows('evidence', 'show', link(company)['partner'])}


def set_up(flow):
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    names = steps.share(acme, northwind, 'lumen',
                        'project,generation,milestone,message')
    acme.kith('generation', 'new', 'lumen', 'g1')
    for name in ('EVT', 'DVT'):
        acme.kith('milestone', 'add', 'lumen/g1', name, '--date', '2027-03-01')
    acme.kith('milestone', 'move', 'lumen/g1/EVT', '--date', '2027-04-01')
    acme.kith('milestone', 'add', 'lumen/g1', 'PVT', '--date', '2027-08-01')
    acme.kith('post', 'lumen', '-m', 'PCB moves to 8 layers', '--kind', 'ask')
    acme.kith('project', 'new', 'saffron', '--label', 'internal')
    acme.kith('post', 'saffron', '-m', SECRET)
    ask = wait_until(lambda: [row for row in northwind.rows(
        '--as', 'jan', 'inbox') if 'PCB' in row['title']], what='the question')
    northwind.kith('--as', 'jan', 'answer', ask[0]['id'], 'accept', '-m',
                   'stack-up by Wed')
    wait_until(lambda: [row for row in acme.rows('inbox')
                        if 'stack-up' in row['title']], what='the answer')
    wait_until(lambda: settled((acme, northwind)), what='everything receipted')
    return acme, northwind, names


def assert_good(flow, companies):
    """Both hold proofs of closed and new logs that verify without kith, and
    whole stores. What the partner had told before only its own pack proves; what
    who exports may not read is not opened in it."""
    for company in companies:
        name = link(company)['partner']
        shown = company.kith('evidence', 'show', name, '--entries').out
        check(len(set(re.findall(r'log (\d+)', shown))) > 1,
              f'closed logs are shown: {shown}')
        check('NOT' not in shown, f'all of it verifies: {shown}')
        pack = company.home / 'all.evidence'
        company.kith('evidence', 'export', name, '--file', pack)
        report = steps.verify_pack(flow, pack, expect=None)
        whole = re.findall(r'(\d+) of (\d+) entries are in trees that it has '
                           'signed', report)
        check(len(whole) == 2 and all(a == b for a, b in whole),
              f'every entry is in a signed tree: {report}')
        check('its own receipts say so' in report, f'and receipted: {report}')
        company.stop()
        check('store good' in company.kith('check', '--config',
                                           company.conf).out, company.name)


def play_sender(flow):
    acme, northwind, _ = set_up(flow)
    told = dates(northwind, '--as', 'jan')
    before = logs_of(northwind)
    # the partner has the former card, as it had got it
    card = northwind.home / 'acme.card'
    shutil.copy(acme.home / 'own.card', card)
    lose_disk(acme)
    go_on(acme, northwind, '--card', card)
    check(not (acme.home / 'kith-next-root.txt').exists(),
          'the next root stays as it was')
    equal(dates(acme), told, 'what was told is here again')
    shown = acme.kith('show', 'lumen/g1/EVT').out
    check('recovered' in shown, f'it is marked: {shown}')
    equal([row['name'] for row in acme.rows('project', 'list')
           if ':' not in row['name']], ['lumen'], 'what nobody was told')
    # agreement, persons: told again; a grant is for a person to decide
    wait_until(lambda: any(row['state'] == 'in_force'
                           for row in acme.rows('nda', 'list')),
               what='the agreement is in force again')
    acme.kith('grant', 'add', 'lumen', link(acme)['partner'], '--purpose',
              'assembly of lumen', '--kinds',
              'project,generation,milestone,message', '--persons', 'jan',
              '--until', '2036-12-31')
    acme.kith('milestone', 'move', 'lumen/g1/DVT', '--date', '2027-06-01')
    acme.kith('milestone', 'add', 'lumen/g1', 'after', '--date', '2027-09-01')
    wait_until(lambda: settled((acme, northwind)), what='everything receipted')
    equal(dates(northwind, '--as', 'jan'), dates(acme), 'both see the same')
    equal(len(dates(acme)), 4, 'nothing stands there twice')
    for key, row in logs_of(northwind).items():
        if key in before:
            equal(row['size'], before[key]['size'], f'log {key} is closed')
    assert_good(flow, (acme, northwind))


def play_receiver(flow):
    acme, northwind, _ = set_up(flow)
    told = dates(northwind, '--as', 'jan')
    lose_disk(northwind)
    go_on(northwind, acme)
    check((northwind.home / 'kith-next-root.txt').exists(),
          'without the former card there is a new next root')
    # the person is known under the id of before; the account is given anew, and
    # the duty accepted anew
    northwind.kith('person', 'add', 'jan', '--role', 'editor', '--uid',
                   os.getuid())
    northwind.kith('--as', 'jan', 'person', 'accept')
    wait_until(lambda: dates(northwind, '--as', 'jan') == told,
               what='the plan is told anew')
    acme.kith('milestone', 'move', 'lumen/g1/DVT', '--date', '2027-06-01')
    wait_until(lambda: dates(northwind, '--as', 'jan') == dates(acme),
               what='both go on')
    assert_good(flow, (acme, northwind))


def main():
    for play in (play_sender, play_receiver):
        with harness.Flow() as flow:
            play(flow)


if __name__ == '__main__':
    main()
