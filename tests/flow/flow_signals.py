"""Signals in the middle of a sync, to any of the six programs: TERM ends kithd
orderly and the children are started anew, HUP reloads, a program that is
stopped and goes on catches up. Nothing is lost or doubled, and no partner waits
for ever for one that stands still."""
import signal
import threading
import time

import faults
import harness
from harness import check, wait_until

ROUNDS = faults.given('KITH_SIGNALS', 48)
PROGRAMS = ('kithd', 'kith-net', 'kith-notify')
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGSTOP)
LATEST_S = 0.04  # signals fall into this time after a post began
STILL_S = 0.3  # a program that is stopped stands still so long


def send(company, which, sig):
    wait_until(lambda: company.pid(which), what=f'{which} of {company.name}')
    if sig == signal.SIGTERM and which == 'kithd':
        company.stop()  # by TERM; it must end with 0
        company.start()
        return
    company.kill(sig, which)
    if sig == signal.SIGSTOP:
        time.sleep(STILL_S)
        company.kill(signal.SIGCONT, which)


def stand_still(pair):
    """A partner whose kithd stands still: we serve our own people meanwhile,
    say that it does not answer, and tell it all when it goes on."""
    pair.northwind.kill(signal.SIGSTOP)
    began = time.monotonic()
    pair.post(3)
    check(time.monotonic() - began < harness.AT_ONCE_S, 'posting waited')
    wait_until(lambda: not faults.steps.partner(
        pair.acme, pair.names[0])['link'].startswith('connected'),
               what='a partner that stands still is noticed')
    noticed = time.monotonic() - began
    pair.northwind.kill(signal.SIGCONT)
    pair.hold()
    return noticed


def main():
    dice = faults.dice()
    sent = {}
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        for turn in range(ROUNDS):
            which = PROGRAMS[turn % 3]
            sig = SIGNALS[turn // 3 % 3]
            traffic = threading.Thread(target=pair.post,
                                       args=(dice.randrange(1, 4),))
            traffic.start()
            time.sleep(dice.uniform(0, LATEST_S))
            send(pair.both[turn // 9 % 2], which, sig)
            traffic.join()
            sent[sig.name] = sent.get(sig.name, 0) + 1
        pair.hold()
        noticed = stand_still(pair)
        pair.hold(stores=True)
        print(f'{sent}, {len(pair.posted)} changes: 0 lost, 0 doubled; a '
              f'kithd that stood still noticed after {noticed:.1f} s')


if __name__ == '__main__':
    main()
