"""A destruction that is not certified in time: the doctor says so, the partner
is told no more than an outline from the next day on, and what was held back goes
with the certificate."""
import clocks
import harness
import steps
from clocks import day, go_to
from harness import check, equal, wait_until


def titles(northwind):
    return [row['title'] for row in northwind.rows('--as', 'jan', 'inbox')]


def doctor(company):
    return [row['text'] for row in
            company.kith('--json', 'doctor', expect=None).json
            if row['check'].startswith('destruction')]


def level(company, name):
    return company.rows('openness', 'show', name)[0]['now']


def share(acme, northwind, name, project):
    acme.kith('project', 'new', project, '--label', 'internal')
    acme.kith('grant', 'add', project, name, '--purpose', 'assembly',
              '--kinds', 'project,message', '--persons', 'jan,jan', '--until',
              day(400))
    acme.kith('post', project, '-m', f'about {project}')
    wait_until(lambda: f'about {project}' in titles(northwind), what=project)


def overdue(acme, northwind, names):
    for project in ('lumen', 'amber'):
        share(acme, northwind, names[0], project)
    check(all(row['persons'] in ('jan', ['jan'])
              for row in acme.rows('grant', 'list')),
          f"a person named twice is one: {acme.rows('grant', 'list')}")
    acme.kith('destroy', 'request', names[0], '--project', 'amber', '--until',
              day(1), '--yes')
    wait_until(lambda: northwind.rows('destroy', 'list'), what='the request')
    go_to((acme, northwind), 1)
    equal(doctor(acme), [], 'its last day')
    equal(level(acme, names[0]), 'full', 'its last day')
    go_to((acme, northwind), 2)
    check(day(1) in doctor(acme)[0], f'a day later: {doctor(acme)}')
    equal(level(acme, names[0]), 'outline', 'a day later')
    withheld = len(steps.audited(acme, 'withheld'))
    acme.kith('post', 'lumen', '-m', 'above an outline')
    wait_until(lambda: len(steps.audited(acme, 'withheld')) > withheld
               or acme.rows('partner', 'list')[0]['out'] == 0,
               what='the post decided')
    check('above an outline' not in titles(northwind), 'held back')
    request, = northwind.rows('destroy', 'list')
    northwind.kith('destroy', 'carry-out', request['id'], '--officer', 'Jan',
                   '--yes')
    wait_until(lambda: level(acme, names[0]) == 'full', what='the certificate')
    wait_until(lambda: 'above an outline' in titles(northwind),
               what='what was held back')
    equal(doctor(acme), [], 'certified')


def main():
    with harness.Flow() as flow:
        acme, northwind, names = clocks.pair(flow)
        steps.agree(acme, northwind, names, 'assembly')
        steps.bind_person(northwind, 'jan', acme, names[0])
        overdue(acme, northwind, names)


if __name__ == '__main__':
    main()
