"""An agreement or a grant that ends soon, or has ended, is named by the doctor
with what to do next; one that was renewed is not."""

import harness
import steps
from harness import check, equal, wait_until


def found(company, begins):
    rows = company.kith('--json', 'doctor', expect=None).json
    return [row for row in rows if row['check'].startswith(begins)]


def agree(acme, northwind, names, days):
    """One more agreement in force, over another text, that ends in DAYS."""
    text = acme.home / f'nda-{days}.txt'
    text.write_text(f'What we tell each other stays between us: {days}.\n')
    before = len(northwind.rows('nda', 'list'))
    acme.kith('nda', 'propose', names[0], '--file', text, '--purpose',
              'assembly', '--from', '2026-01-01', '--until', steps.day(days))
    wait_until(lambda: len(northwind.rows('nda', 'list')) > before,
               what='the proposal')
    northwind.kith('nda', 'sign', names[1], text)
    wait_until(lambda: sum(row['state'] == 'in_force' for row in
                           acme.rows('nda', 'list')) > before,
               what='the agreement in force')


def grant(acme, name, days):
    acme.kith('grant', 'add', 'lumen', name, '--purpose', 'assembly',
              '--kinds', 'project', '--persons', 'bound', '--until', steps.day(days),
              expect=None)


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        steps.set_up(acme)
        steps.set_up(northwind)
        equal(len(found(acme, 'agreements and grants')), 1, 'nothing ends')
        names = steps.pair(acme, northwind)
        agree(acme, northwind, names, 9)
        for own, name in ((acme, names[0]), (northwind, names[1])):
            row, = found(own, f'agreement {name}')
            equal(row['result'], 'warn', str(row))
            check(f'ends in 9 days ({steps.day(9)})' in row['text'], str(row))
            equal(row['next'], f'kith nda propose {name}', 'what to do')
        agree(acme, northwind, names, 91)
        equal(found(acme, f'agreement {names[0]}'), [], 'renewed')
        acme.kith('project', 'new', 'lumen', '--label', 'internal')
        grant(acme, names[0], 1)
        row, = found(acme, 'grant lumen')
        check(f'{names[0]}: ends in 1 day (' in row['text'], str(row))
        grant(acme, names[0], 31)
        equal(found(acme, 'grant lumen'), [], 'the grant goes on')
        for row in acme.rows('nda', 'list'):
            acme.kith('nda', 'end', names[0], '--agreement',
                      row['agreement'], '--yes')
        row, = found(acme, f'agreement {names[0]}')
        check('duty of confidence' in row['text'], str(row))


if __name__ == '__main__':
    main()
