"""A partner that tells more than the other takes in a minute waits; both
operators read the same code, and a withdrawal passes all the same."""
import harness
import steps
from harness import check, equal, wait_until

POSTS = 90  # even when a minute ends among them, one minute has enough


def limit_rate(company, rate):
    text = company.conf.read_text()
    company.conf.write_text(text.replace(
        'limits { ', f'limits {{ partner_rate = "{rate}" '))


def state(company, name):
    row = steps.partner(company, name)
    return row['state'], row.get('code')


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        limit_rate(northwind, '40/min')
        names = steps.share(acme, northwind, 'lumen')
        wait_until(lambda: northwind.rows('--as', 'jan', 'project', 'list'),
                   what='the project at the partner')
        equal(steps.partner(northwind, names[1])['entries_minute_max'], 40,
              'the limit in partner show')
        for number in range(POSTS):
            acme.kith('post', 'lumen', '-m', f'news {number}')
        for company, name in zip((acme, northwind), names):
            wait_until(lambda c=company, n=name: state(c, n) ==
                       ('held', 'quota'),
                       what=f'the stall at {company.name}')
        status = acme.kith('status').out
        check('quota' in status, f'the stall in status:\n{status}')
        # the hold lasts a minute: whatever comes now came through the reserve
        acme.kith('--yes', 'grant', 'end', acme.rows('grant', 'list')[0]['id'])
        wait_until(lambda: not northwind.rows('--as', 'jan', 'project',
                                              'list'),
                   what='the withdrawal')
        equal(state(acme, names[0]), ('held', 'quota'), 'the stall goes on')
        acts = [row['act'] for row in northwind.rows('audit', 'show')]
        check(acts.count('quota_met') <= 2, 'repeated refusals are one entry')


if __name__ == '__main__':
    main()
