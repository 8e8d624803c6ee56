#!/usr/bin/python3
"""20,000 frames that are no good request, and answers that nobody reads:
kithd lives, keeps its memory, and answers the next one who asks."""
import os
import pathlib
import random
import re
import socket
import uuid

import control
import harness
from control import field, frame, request, varint
from harness import check, equal

SEED = int(os.environ.get('KITH_SEED') or 20261123)
FRAMES = 20000
GROWTH_KB = 24 * 1024  # arenas and buffers that stay for the next request
TEXT = 16 * 1024
LIST = 22


def memory_kb(company):
    """Anonymous memory of kithd: the mapped store does not count."""
    status = pathlib.Path(f'/proc/{company.pid()}/status').read_text(
        encoding='ascii')
    return int(re.search(r'RssAnon:\s+(\d+)', status).group(1))


def mutate(dice, good):
    """A request with a few bytes changed, cut, doubled or put in."""
    data = bytearray(good)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        way = dice.randrange(5)
        if way == 0 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        elif way == 1:
            data[at:at] = dice.randbytes(dice.randint(1, 30))
        elif way == 2:
            del data[at:at + dice.randint(1, 30)]
        elif way == 3:
            data[at:at] = data[at:at + dice.randint(1, 60)]
        else:
            data[at:at + 1] = varint(dice.getrandbits(dice.randint(1, 64)))
        if not data:
            data = bytearray(dice.randbytes(3))
    return bytes(data)


def invent(dice):
    """Some fields with numbers and values by chance, nested now and then."""
    def message(depth):
        out = b''
        for _ in range(dice.randint(1, 6)):
            if dice.random() < 0.5:
                value = dice.getrandbits(dice.randint(1, 63))
            elif depth > 0 and dice.random() < 0.6:
                value = message(depth - 1)
            else:
                value = dice.randbytes(dice.choice((0, 1, 15, 16, 17, 300)))
            out += field(dice.randint(1, 12), value)
        return out
    return field(1, uuid.uuid4().bytes) + field(
        2, dice.randint(0, 45)) + message(4)


def samples():
    """One good request of each verb, and posts with odd contents."""
    good = [request(verb)[4:] for verb in range(1, 43)]
    for kind in (0, 1, 2, 3, 99, 101, 205, 1001, 1100, 1200, 4294967295):
        for number in (1, 2, 9, 200):
            value = field(10, field(1, number) + field(2, b'../../etc'))
            good.append(field(1, uuid.uuid4().bytes) + field(2, control.POST) +
                        field(5, field(1, kind) + value))
    return good


def throws_garbage(acme, dice):
    good = samples()
    client = None
    for number in range(FRAMES):
        if client is None:
            client = control.connect(acme)
        data = invent(dice) if number % 3 == 0 else mutate(
            dice, dice.choice(good))
        try:
            client.sendall(frame(data))
            answer = control.receive(client)
        except (BrokenPipeError, ConnectionResetError):
            answer = None
        if answer is None or number % 97 == 0:
            client.close()
            client = None
        if number % 1000 == 0:
            control.is_served(acme)
            check(acme.daemon.poll() is None, 'kithd is gone')
    if client is not None:
        client.close()


def takes_the_largest(acme):
    """As many records and as much text as one request may have."""
    record = field(5, field(1, control.PROJECT) + field(
        10, field(1, 1) + field(2, b'x' * TEXT)))
    for many in (2001, 250):
        data = request(control.POST, None, record * min(many, 250))
        if many > 250:
            small = field(5, field(1, control.PROJECT))
            data = request(control.POST, None, small * many)
        check(control.status_of(control.ask(acme, data)) != control.OK,
              f'{many} records were taken')
    control.is_served(acme)


def keeps_unread_answers_few(acme):
    """Requests without end from somebody who never reads."""
    acme.kith('project', 'new', 'large')
    acme.kith('post', 'large', '-m', 'y' * 8000)
    before = memory_kb(acme)
    with control.connect(acme) as deaf:
        deaf.setblocking(False)
        wish = request(LIST) * 100
        sent = 0
        for _ in range(400):
            control.is_served(acme)
            try:
                sent += deaf.send(wish)
            except BlockingIOError:
                continue
        check(sent > 0, 'nothing was asked')
        grown = memory_kb(acme) - before
        check(grown < GROWTH_KB, f'kithd grew by {grown} KB for one who '
              'does not read')
    control.is_served(acme)


def main():
    dice = random.Random(SEED)
    print(f'KITH_SEED={SEED}')
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        # AddressSanitizer keeps freed memory for a while: not what is measured
        acme.environment['ASAN_OPTIONS'] = ':'.join(
            [os.environ.get('ASAN_OPTIONS', ''), 'quarantine_size_mb=1',
             'thread_local_quarantine_size_kb=64']).strip(':')
        acme.init()
        acme.start()
        keeps_unread_answers_few(acme)
        takes_the_largest(acme)
        before = memory_kb(acme)
        throws_garbage(acme, dice)
        grown = memory_kb(acme) - before
        print(f'{FRAMES} frames, {grown:+d} KB')
        check(grown < GROWTH_KB, f'kithd grew by {grown} KB')
        control.is_served(acme)
        with socket.socket(socket.AF_UNIX) as half:
            half.connect(str(acme.socket))
            half.settimeout(10)
            half.sendall(request(control.STATUS))
            half.shutdown(socket.SHUT_WR)
            equal(control.status_of(control.receive(half)), control.OK,
                  'status for one who says no more')


if __name__ == '__main__':
    main()
