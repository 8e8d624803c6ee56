"""A company that was restored from an older backup contradicts itself nowhere:
its partner notices, nothing moves, and two persons open the next logs. Then
what it had told since the backup comes back from the partner, what is new goes
on once and in order, and old proofs stand. Played with the one who tells
restored, the one who is told, and both."""
import re
import shutil

import harness
import steps
from harness import check, equal, wait_until


def as_whom(company):
    """At the partner only jan may read."""
    return ('--as', 'jan') if company.name.startswith('North') else ()


def dates(company):
    """Milestones that the company's people see, with their dates."""
    return sorted((row['milestone'], row['planned']) for row in company.rows(
        *as_whom(company), 'timeline', 'lumen'))


def link(company):
    return company.rows('partner', 'list')[0]


def settled(companies):
    return all(row['link'].startswith('connected') and row['out'] == 0 and
               row['sent'] == row['receipted'] for row in map(link, companies))


def wait_settled(companies):
    wait_until(lambda: settled(companies), timeout_s=60,
               what='everything receipted')


def back_up(company):
    folder = company.home / 'backups'
    shutil.rmtree(folder, ignore_errors=True)
    company.kith('backup', '--config', company.conf, folder)


def go_back(company):
    """The disk is lost; what was backed up comes back and runs."""
    company.stop()
    shutil.rmtree(company.data)
    company.kith('restore', '--config', company.conf, company.home / 'backups')
    company.start()


def notice(companies):
    """Each is stopped, one because the other is."""
    for company in companies:
        wait_until(lambda c=company: link(c)['state'] in ('frozen', 'refused'),
                   what=f'{company.name} notices it')


def resume(companies, names):
    """A person of each company opens the next logs where they are frozen."""
    def act():
        for name, company in zip(names, companies):
            result = company.kith('partner', 'resume', name, expect=None)
            if result.code == 0:
                continue  # not frozen, or it does not know yet
            check('call them' in result.err, f'two persons: {result}')
            company.kith('partner', 'resume', name, '--confirm')
        return settled(companies)

    wait_until(act, timeout_s=60, what='both go on')


def projects(company):
    return sorted(row['name'] for row in company.rows('--as', 'jan', 'project',
                                                      'list'))


def play_withdrawn(flow, back):
    """What was withdrawn after the backup is not read from the restored copy,
    and not told again by the one who had withdrawn it."""
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    both = (acme, northwind)
    names = steps.share(acme, northwind, 'lumen')
    acme.kith('project', 'new', 'side', '--label', 'internal')
    acme.kith('grant', 'add', 'side', names[0], '--purpose', 'assembly of lumen',
              '--kinds', 'project', '--persons', 'jan', '--until',
              '2036-12-31')
    wait_settled(both)
    equal(projects(northwind), ['lumen', 'side'], 'what jan sees')
    back_up(both[back])


    def grants():
        return [row['id'] for row in acme.rows('grant', 'list')
                if row['project'] == 'side']

    acme.kith('--yes', 'grant', 'end', grants()[0])
    wait_settled(both)
    equal(projects(northwind), ['lumen'], 'what jan sees after the end')
    go_back(both[back])
    if back == 1:
        equal(projects(northwind), [], 'before the next log has come')
    resume(both, names)
    wait_until(lambda: projects(northwind) == ['lumen'],
               what='the withdrawal comes again')
    equal(grants(), [], 'the grant is over')


def add(company, *names):
    for name in names:
        company.kith('milestone', 'add', 'lumen/g1', name, '--date',
                     '2027-03-01')


def move(company, name, date):
    company.kith('milestone', 'move', f'lumen/g1/{name}', '--date', date)


def play(flow, back):
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    both = (acme, northwind)
    names = steps.share(acme, northwind, 'lumen')
    acme.kith('generation', 'new', 'lumen', 'g1')
    add(acme, 'EVT', 'DVT')
    wait_settled(both)
    for company in both:
        back_up(company)
    move(acme, 'EVT', '2027-04-01')
    add(acme, 'lost')
    wait_settled(both)
    told = dates(northwind)
    for number in back:
        go_back(both[number])
    notice(both)
    resume(both, names)

    # what one of the two still holds comes back
    held = told
    if len(back) == 2:
        held = [('DVT', '2027-03-01'), ('EVT', '2027-03-01')]
    equal(dates(acme), held, 'what ACME knows')
    equal(dates(northwind), held, 'what Northwind knows')
    add(acme, 'after')
    move(acme, 'EVT', '2027-05-01')
    move(acme, 'DVT', '2027-06-01')
    wait_settled(both)
    news = {'after': '2027-03-01', 'EVT': '2027-05-01', 'DVT': '2027-06-01'}
    equal(dict(dates(acme)), {**dict(held), **news}, 'ACME goes on')
    equal(dict(dates(northwind)) | dict(dates(acme)), dict(dates(northwind)),
          'Northwind is told')
    for company, name in zip(both, names):
        shown = company.kith('evidence', 'show', name, '--entries').out
        check(len(set(re.findall(r'log (\d+)', shown))) > 1,
              f'closed logs are shown: {shown}')
        check('NOT' not in shown, f'all of it verifies: {shown}')
        company.stop()
        result = company.kith('check', '--config', company.conf)
        check('store good' in result.out, f'{company.name}: {result.out}')


def play_clone(flow):
    """A copy of ACME runs beside it: neither tells a second truth."""
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    names = steps.share(acme, northwind, 'lumen')
    acme.kith('generation', 'new', 'lumen', 'g1')
    wait_settled((acme, northwind))
    back_up(acme)
    clone = flow.company('ACME Devices again')
    shutil.copy(acme.home / 'key', clone.home / 'key')
    clone.kith('restore', '--config', clone.conf, acme.home / 'backups')
    add(acme, 'by the one')
    wait_settled((acme, northwind))
    clone.start()
    wait_until(lambda: link(clone)['state'] in ('frozen', 'refused'),
               what='the clone is stopped')
    add(clone, 'by the other')
    wait_until(lambda: link(northwind)['state'] in ('frozen', 'refused') or
               link(northwind)['link'].startswith('connected'),
               what='Northwind has decided')
    clone.stop()
    equal([row for row in dates(northwind) if row[0] == 'by the other'], [],
          'what the clone wanted to tell')
    resume((acme, northwind), names)
    add(acme, 'after')
    wait_settled((acme, northwind))
    equal([row[0] for row in dates(northwind)], ['after', 'by the one'],
          'what Northwind knows')


def main():
    for back in ((0,), (1,), (0, 1)):
        with harness.Flow() as flow:
            play(flow, back)
    with harness.Flow() as flow:
        play_clone(flow)
    for back in (0, 1):
        with harness.Flow() as flow:
            play_withdrawn(flow, back)


if __name__ == '__main__':
    main()
