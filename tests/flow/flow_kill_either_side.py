"""kill -9 of any of the six programs, again and again while changes flow:
afterwards nothing is lost and nothing is there twice."""
import signal
import threading
import time

import faults
import harness
from harness import wait_until

KILLS = faults.given('KITH_KILLS', 200)
ROUND = 300  # kills of one pair of companies, then the next
LATEST_S = 0.04  # kills fall into this time after a post began
PROGRAMS = ('kithd', 'kith-net', 'kith-notify')


def kill_one(company, dice):
    which = dice.choice(PROGRAMS)
    wait_until(lambda: company.pid(which), what=f'{which} of {company.name}')
    company.kill(signal.SIGKILL, which)
    if which == 'kithd':
        company.start()


def play(kills, dice):
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        for _ in range(kills):
            traffic = threading.Thread(target=pair.post,
                                       args=(dice.randrange(1, 4),))
            traffic.start()
            time.sleep(dice.uniform(0, LATEST_S))
            kill_one(dice.choice(pair.both), dice)
            traffic.join()
        pair.hold(stores=True)
        return len(pair.posted)


def main():
    dice = faults.dice()
    posted = 0
    for done in range(0, KILLS, ROUND):
        posted += play(min(ROUND, KILLS - done), dice)
        print(f'{min(done + ROUND, KILLS)} kills, {posted} changes: 0 lost, '
              '0 doubled', flush=True)


if __name__ == '__main__':
    main()
