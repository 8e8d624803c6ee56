"""A thousand changes while the partner is down: afterwards it has all of them,
once and in order."""
import harness
import steps
from harness import equal, wait_until

CHANGES = 1000


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        names = steps.share(acme, northwind, 'lumen')
        wait_until(lambda: northwind.rows('--as', 'jan', 'project', 'list'),
                   what='the project at the partner')
        northwind.stop()
        texts = [f'change {number}' for number in range(CHANGES)]
        for text in texts:
            acme.kith('post', 'lumen', '-m', text)
        queued = steps.partner(acme, names[0])['out']
        equal(queued, CHANGES, 'places in the queue')
        northwind.start()
        wait_until(lambda: steps.partner(acme, names[0])['out'] == 0 and
                   steps.partner(acme, names[0])['sent'] ==
                   steps.partner(acme, names[0])['receipted'],
                   what='everything receipted')
        arrived = [row['title'] for row in
                   northwind.rows('--as', 'jan', 'inbox', '--limit',
                                  str(2 * CHANGES))
                   if row['title'].startswith('change ')]
        equal(list(reversed(arrived)), texts, 'changes at the partner')


if __name__ == '__main__':
    main()
