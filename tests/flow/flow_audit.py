"""The audit log is held against what our entries bear witness of: as it was
written it fits, an edited row is found although the administrator has all keys.
A whole store that was put back fits by itself, and is found at the next contact."""
import shutil
import subprocess

import harness
import steps
from harness import BUILD, check, equal, wait_until


def verify(company, expect=0):
    """Rows of the logs, and the verdict."""
    result = company.kith('--json', 'audit', 'verify', expect=expect)
    rows = result.json
    return rows[:-1], rows[-1]


def tell(company, partner, *titles):
    """Each title is a milestone, told and receipted before the next."""
    for title in titles:
        company.kith('milestone', 'add', 'lumen/g1', title, '--date',
                     '2027-03-01')
        wait_until(lambda: all(row['size'] == row['receipted'] for row in
                               company.rows('evidence', 'show', partner)
                               if row['direction'] == 'sent') and
                   steps.partner(company, partner)['out'] == 0,
                   what=f'{title} receipted')


def fits(company):
    logs, verdict = verify(company)
    equal(verdict['state'], 'fits', 'the verdict')
    for log in logs:
        equal(log['fit'] + log['back'], log['entries'], 'entries that fit')
        check('fault' not in log, f'no fault: {log}')
    return logs, verdict


def edit(company, row, text):
    """With kithd stopped, and the keys at hand."""
    subprocess.run([BUILD / 'tests' / 'edit-audit', company.home / 'key',
                    company.data, str(row), text], check=True)


def begin(flow):
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    names = steps.share(acme, northwind, 'lumen')
    acme.kith('generation', 'new', 'lumen', 'g1')
    return acme, northwind, names


def play_edited(acme, northwind, name):
    tell(acme, name, 'EVT', 'DVT', 'PVT')
    logs, verdict = fits(acme)
    equal([log['entries'] == log['receipted'] for log in logs], [True],
          'all receipted')
    check(0 < verdict['witnessed'] < verdict['rows'], f'{verdict}')
    fits(northwind)
    words = acme.kith('audit', 'verify').out
    check('The audit log fits' in words, words)

    rows = acme.rows('audit', 'show', '--limit', '1000')
    posted = [row for row in rows if row['act'] == 'posted'][-2]
    acme.stop()
    edit(acme, posted['number'], 'nothing')
    acme.start()
    logs, verdict = verify(acme, expect=10)
    equal(verdict['state'], 'differs', 'the verdict')
    equal(verdict['fault'], 'witness_differs', 'what is wrong')
    equal(verdict['log_number'], 1, 'whose entry')
    check(verdict['from'] <= posted['number'] < verdict['to'], f'{verdict}')
    check(verdict['to'] - verdict['from'] < 20, f'named closely: {verdict}')
    result = acme.kith('audit', 'verify', expect=10)
    check('DOES NOT FIT' in result.out and 'rows' in result.out, result.out)


def play_back(acme, northwind, names):
    """The whole store of ACME is put back to an older copy of its files."""
    tell(acme, names[0], 'EVT')
    acme.stop()
    old = acme.home / 'old'
    shutil.copytree(acme.data, old)
    acme.start()
    wait_until(lambda: steps.partner(acme, names[0])['link'].startswith(
        'connected'), what='connected again')
    tell(acme, names[0], 'ramp')
    acme.stop()
    shutil.rmtree(acme.data)
    shutil.copytree(old, acme.data)
    northwind.stop()  # nobody to notice it yet
    acme.start()
    fits(acme)
    northwind.start()
    for company, name in zip((acme, northwind), names):
        wait_until(lambda c=company, n=name:
                   steps.partner(c, n)['state'] in ('frozen', 'refused'),
                   what=f'{company.name} notices it at the next contact')


def main():
    with harness.Flow() as flow:
        play_edited(*begin(flow)[:2], 'northwind')
    with harness.Flow() as flow:
        play_back(*begin(flow))


if __name__ == '__main__':
    main()
