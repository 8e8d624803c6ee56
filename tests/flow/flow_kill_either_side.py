"""kill -9 of any of the six programs, again and again while changes flow both
ways: afterwards nothing is lost and nothing is there twice."""
import random
import signal

import harness
import steps
from harness import equal, wait_until

KILLS = 100
PROGRAMS = ('kithd', 'kith-net', 'kith-notify')


def titles(company, *words):
    return [row['title'] for row in company.rows(*words, '--limit', '5000')]


def kill_one(company, dice):
    which = dice.choice(PROGRAMS)
    wait_until(lambda: company.pid(which), what=f'{which} of {company.name}')
    company.kill(signal.SIGKILL, which)
    if which == 'kithd':
        company.start()


def main():
    seed = random.randrange(1 << 32)
    print(f'seed {seed}')
    dice = random.Random(seed)
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        names = steps.share(acme, northwind, 'lumen')
        posted = []
        for number in range(KILLS):
            lines = [f'change {number}.{part}' for part in range(5)]
            for line in lines:
                acme.kith('post', 'lumen', '-m', line)
            posted += lines
            kill_one(dice.choice((acme, northwind)), dice)
        wait_until(lambda: steps.partner(acme, names[0])['out'] == 0 and
                   steps.partner(acme, names[0])['sent'] ==
                   steps.partner(acme, names[0])['receipted'],
                   timeout_s=90, what='everything receipted')
        arrived = [title for title in
                   titles(northwind, '--as', 'jan', 'inbox')
                   if title.startswith('change ')]
        equal(sorted(arrived), sorted(posted), 'changes at the partner')
        equal(list(reversed(arrived)), posted, 'their order')
        print(f'{KILLS} kills, {len(posted)} changes: 0 lost, 0 doubled')


if __name__ == '__main__':
    main()
