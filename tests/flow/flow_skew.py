"""Clocks of two companies that are minutes apart: both operators are told, in
status and doctor, and nothing else changes."""
import harness
import steps
from clocks import fake_clock, need_faketime, set_clock
from harness import check, wait_until

BEHIND_S = 20 * 60


def doctor(company):
    rows = company.kith('--json', 'doctor', expect=None).json
    return next(row for row in rows if row['check'].startswith('partner'))


def main():
    need_faketime()
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        fake_clock(northwind)
        set_clock(northwind, -BEHIND_S)
        names = steps.share(acme, northwind, 'lumen')
        for number in range(3):
            acme.kith('post', 'lumen', '-m', f'news {number}')
        for company, name, words in (
                (acme, names[0], 'their clock is 20 min behind ours'),
                (northwind, names[1], 'their clock is 20 min ahead of ours')):
            row = wait_until(
                lambda c=company, n=name, w=words: next(
                    (row for row in [steps.partner(c, n)]
                     if w in row['link'] or '19 min' in row['link']), None),
                what=f'{words} at {company.name}')
            check(row['state'] == 'connected' and row['code'] == 'clock',
                  f'state and code of {row}')
            check('their clock' in doctor(company)['text'], 'doctor tells it')
        check('their clock' in acme.kith('status').out, 'status tells it')


if __name__ == '__main__':
    main()
