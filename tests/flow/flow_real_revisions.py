"""The real history of 13 device families, replayed row by row to two partners:
one gets everything, the other two families. What each exports afterwards is
held against the real end state."""
import csv
import io

import harness
import steps
from harness import check, equal, wait_until

LIFECYCLE = harness.DATA / 'lifecycle'
FAMILIES = ('fairphone', 'raspberry-pi')


def rows_of(text):
    rows = list(csv.reader(io.StringIO(text)))
    return rows[0], sorted(rows[1:], key=lambda row: (row[0], row[3]))


def grant(acme, project, name):
    acme.kith('grant', 'add', project, name, '--purpose', 'second source',
              '--kinds', 'project,generation,milestone', '--persons', 'bound',
              '--until', '2036-12-31')


def connect(acme, partner):
    names = steps.pair(acme, partner)
    steps.agree(acme, partner, names, 'second source')
    steps.bind_person(partner, 'jan', acme, names[0])
    return names


def settled(acme):
    return all(row['out'] == 0 and row['sent'] == row['receipted']
               for row in acme.rows('partner', 'list'))


def unmarked(header, rows):
    """The table without its last column, which says how confidential a row
    is: no row lacks it."""
    equal(header[-1], 'marking', 'last column of an export')
    check(all(row[-1] in ('internal', 'confidential') for row in rows),
          'each row is marked')
    return header[:-1], [row[:-1] for row in rows]


def main():
    devices = (LIFECYCLE / 'devices.csv').read_text()
    header, wanted = rows_of(devices)
    projects = sorted({row[0] for row in wanted})
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        whole = flow.company('Northwind EMS')
        part = flow.company('Balt Assembly')
        for company in (acme, whole, part):
            steps.set_up(company)
        whole_names = connect(acme, whole)
        part_names = connect(acme, part)
        for project in projects:
            acme.kith('project', 'new', project, '--label', 'internal')
            grant(acme, project, whole_names[0])
        for project in FAMILIES:
            grant(acme, project, part_names[0])
        done = acme.kith('import', 'lifecycle', '--history',
                         LIFECYCLE / 'device_revisions.csv', '--titles',
                         LIFECYCLE / 'devices.csv', '--yes', expect=3,
                         timeout_s=120)
        findings = [line for line in (done.out + done.err).splitlines()
                    if 'device_revisions.csv:' in line]
        for line in (190, 191, 192, 202, 210, 212, 214):
            check([finding for finding in findings
                   if f'device_revisions.csv:{line}:' in finding],
                  f'malformed date of line {line} in {findings}')
        equal(len(findings), 7, 'findings')
        wait_until(lambda: settled(acme), timeout_s=120,
                   what='everything receipted')
        for company, names, families in (
                (whole, whole_names, projects), (part, part_names, FAMILIES)):
            exported = company.kith('--as', 'jan', 'export', 'lifecycle',
                                    timeout_s=120).out
            got_header, got = unmarked(*rows_of(exported))
            equal(got_header, header, 'header of the export')
            equal(got, [row for row in wanted if row[0] in families],
                  f'rows at {company.name}')
            shown = company.kith('evidence', 'show', names[1], '--entries',
                                 timeout_s=120)
            check('verif' in shown.out, 'the evidence verifies')
        print(f'{len(wanted)} rows at one partner, '
              f'{len([r for r in wanted if r[0] in FAMILIES])} at the other')


if __name__ == '__main__':
    main()
