"""A line that cuts in mid-frame, flips bits, crawls, stalls, or is open in one
direction only: nothing is lost, doubled or believed that was altered, and once
the line is well all is told within 60 s."""
import time

import faults
import harness
import proxy
from harness import check, wait_until

CUTS = faults.given('KITH_CUTS', 1)  # every second one flips a bit
STALLS = (('up',), ('down',), ()) if CUTS > 1 else ((),)
HANDSHAKE = 700  # bytes of a connection before the first entry may pass
LARGEST = 4000  # of a connection that tells a few changes
CRAWL = 4000  # bytes a second
HEALED_S = 60
HALF_OPEN_S = 10  # until a dead line must be noticed


def link(pair):
    return faults.steps.partner(pair.northwind, pair.names[1])['link']


def lay(line, acme, northwind):
    """Northwind reaches ACME through LINE alone, ACME dials nobody."""
    line.target = acme.port
    text = acme.conf.read_text()
    acme.conf.write_text(text.replace(f'announce = {{ "{acme.endpoint}" }}',
                                      f'announce = {{ "{line.endpoint}" }}'))
    northwind.write_conf(listen=False)


def heal(pair, line):
    line.heal()
    line.cut()
    began = time.monotonic()
    pair.hold(timeout_s=HEALED_S)
    return time.monotonic() - began


def cut_and_flip(pair, line, dice):
    slowest = 0.0
    for turn in range(CUTS):
        at = dice.randrange(1, HANDSHAKE if turn % 3 == 0 else LARGEST)
        (line.flip if turn % 2 else line.cut_after)(at)
        line.cut()
        before = line.cuts + line.flips
        pair.post(dice.randrange(1, 4))
        wait_until(lambda: line.cuts + line.flips > before or
                   pair.is_quiet(), what='a cut or a flipped bit')
        took = heal(pair, line)
        slowest = max(slowest, took)
        if took > 5:
            print(f'{"flip" if turn % 2 else "cut"} at {at}: healed after '
                  f'{took:.1f} s', flush=True)
    check(line.cuts + line.flips >= CUTS // 2, 'the line was never bad')
    return slowest


def crawl(pair, line):
    line.throttle(CRAWL)
    pair.post(3)
    pair.hold()
    heal(pair, line)


def stall(pair, line, *ways):
    """Nothing passes: no change may count as told, and it is noticed."""
    wait_until(lambda: link(pair).startswith('connected'),
               what='a connection')
    line.stall(*ways)
    began = time.monotonic()
    pair.post()
    wait_until(lambda: not link(pair).startswith('connected'),
               timeout_s=3 * HALF_OPEN_S, what='a dead line noticed')
    took = time.monotonic() - began
    check(not pair.is_quiet(), 'a change was told over a dead line')
    heal(pair, line)
    return took


def main():
    dice = faults.dice()
    with harness.Flow() as flow:
        line = proxy.Line()
        pair = faults.Pair(flow, lambda *two: lay(line, *two))
        pair.post()
        pair.hold()
        check(line.bytes > 0, 'nothing passed the proxy')
        slowest = cut_and_flip(pair, line, dice)
        crawl(pair, line)
        noticed = [stall(pair, line, *ways)
                   for ways in STALLS]
        pair.hold(stores=True)
        print(f'{line.cuts} cuts, {line.flips} flipped bits, '
              f'{line.connections} connections: 0 lost, 0 doubled; healed '
              f'within {slowest:.1f} s; dead lines noticed after ' +
              ', '.join(f'{took:.1f}' for took in noticed) + ' s')
        check(max(noticed) < HALF_OPEN_S, f'noticed only after {noticed}')
        line.close()


if __name__ == '__main__':
    main()
