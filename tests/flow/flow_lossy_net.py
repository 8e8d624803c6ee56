"""A network that loses packets: what is posted arrives once and in order, at
10 and at 30 % loss, only later.

Plays in a network namespace of its own, whose loopback drops packets at
random; skipped where namespaces or nftables are not permitted."""
import os
import re
import subprocess
import sys
import time

import faults
import harness
from harness import check

LOSSES = (0, 10, 30)  # percent
CHANGES = 20
HEALED_S = 120
INSIDE = 'KITH_LOSSY_NET'  # set in the namespace


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def enter():
    """Plays this file again in a namespace; ends with its exit code."""
    unshare = ['unshare', '--user', '--map-root-user', '--net']
    tried = run(*unshare, 'sh', '-c', 'ip link set lo up && nft list ruleset')
    if tried.returncode != 0:
        faults.skip(tried.stderr.strip())
    done = subprocess.run([*unshare, sys.executable, __file__],
                          env={**os.environ, INSIDE: '1'}, check=False)
    sys.exit(done.returncode)


def lose(percent):
    """From here on PERCENT of the packets on loopback are dropped."""
    rules = ('flush ruleset\n'
             'table inet line {\n chain in {\n'
             '  type filter hook input priority 0;\n'
             f'  numgen random mod 100 < {percent} counter drop\n }}\n}}\n')
    if percent == 0:
        rules = 'flush ruleset\n'
    done = subprocess.run(['nft', '-f', '-'], input=rules, text=True,
                          capture_output=True, check=False)
    check(done.returncode == 0, f'nft: {done.stderr}')


def lost():
    found = re.search(r'counter packets (\d+)', run('nft', 'list',
                                                    'ruleset').stdout)
    return int(found[1]) if found else 0


def main():
    if INSIDE not in os.environ:
        enter()
    check(run('ip', 'link', 'set', 'lo', 'up').returncode == 0, 'no loopback')
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        pair.post()
        pair.hold()
        for percent in LOSSES:
            lose(percent)
            began = time.monotonic()
            for _ in range(CHANGES):  # one by one: more packets to lose
                pair.post()
                pair.settle(HEALED_S)
            took = time.monotonic() - began
            dropped = lost()
            check(dropped > 0 or percent == 0, 'no packet was lost')
            pair.hold()
            print(f'{percent} % loss, {dropped} packets dropped: {CHANGES} '
                  f'changes told once, in order, after {took:.1f} s',
                  flush=True)
        lose(0)
        pair.hold(stores=True)


if __name__ == '__main__':
    main()
