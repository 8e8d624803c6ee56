"""One real kith-net, driven as kithd drives it: over a socketpair, with the
frames of include/kith/child.h, written and read here a second time.

    with Net() as a, Net() as b:
        a.allow(1, b.public); a.dial(1, b.bound[0])
        b.allow(9, a.public)
        up = a.expect('up')
"""
import os
import re
import select
import socket
import struct
import subprocess
import time

import zmq
import zmq.utils.z85

import harness

PROGRAM = harness.BUILD / 'bin' / 'kith-net'
FRAME_MAX = 256 * 1024

# AddressSanitizer keeps freed memory for a while.
SANITIZED = re.search(r'^KITH_SANITIZE:STRING=.',
                      (harness.BUILD / 'CMakeCache.txt').read_text(), re.M)

SETUP, ALLOW, DIAL, SEND, CLOSE, PROBE, STOP = range(1, 8)
FROM_NET = {33: 'ready', 34: 'up', 35: 'frame', 36: 'down',
            37: 'dial_failed', 38: 'refused_key', 39: 'queued', 40: 'probed',
            41: 'failed', 42: 'often'}
DOWN = {1: 'by_partner', 2: 'by_us', 3: 'not_allowed', 4: 'frame',
        5: 'flooded', 6: 'queue'}
DIAL_REASON = {1: 'not_allowed', 2: 'refused', 3: 'timeout', 4: 'no_route',
               5: 'handshake', 6: 'address', 7: 'resources', 8: 'no_place',
               9: 'key_taken', 10: 'often'}


def key_pair():
    """(public, secret) of a fresh CURVE key, 32 bytes each."""
    public, secret = zmq.curve_keypair()
    return zmq.utils.z85.decode(public), zmq.utils.z85.decode(secret)


def line(text):
    data = text.encode()
    return struct.pack('>H', len(data)) + data


def lines(texts):
    return struct.pack('>H', len(texts)) + b''.join(map(line, texts))


class Reader:
    """Takes a payload apart; nothing may be left over."""

    def __init__(self, payload):
        self.payload = payload
        self.at = 0

    def take(self, length):
        part = self.payload[self.at:self.at + length]
        harness.equal(len(part), length, 'length of a child frame')
        self.at += length
        return part

    def number(self, width):
        return int.from_bytes(self.take(width), 'big')

    def line(self):
        return self.take(self.number(2)).decode()

    def done(self):
        harness.equal(self.at, len(self.payload), 'bytes of a child frame')


class Event(dict):
    """One report of kith-net; its members as attributes."""
    __getattr__ = dict.__getitem__


def read_event(payload):
    reader = Reader(payload)
    event = Event(type=FROM_NET[reader.number(1)])
    kind = event.type
    if kind == 'ready':
        event.update(refuses=reader.number(1), limit=reader.number(4))
        event['bound'] = [reader.line() for _ in range(reader.number(2))]
    elif kind == 'up':
        event.update(session=reader.number(8), partner=reader.number(4),
                     key=reader.take(32), dialled=bool(reader.number(1)), remote=reader.line())
    elif kind == 'frame':
        event.update(session=reader.number(8))
        event['frame'] = reader.take(reader.number(4))
    elif kind == 'down':
        event.update(session=reader.number(8), reason=DOWN[reader.number(1)],
                     hidden=reader.number(8), sentence=reader.line())
    elif kind == 'dial_failed':
        event.update(partner=reader.number(4),
                     reason=DIAL_REASON[reader.number(1)],
                     tries=reader.number(4), wait_ms=reader.number(4),
                     address=reader.line(), sentence=reader.line())
    elif kind == 'refused_key':
        event.update(key=reader.take(32), count=reader.number(4),
                     remote=reader.line())
    elif kind == 'queued':
        event.update(session=reader.number(8), bytes=reader.number(4))
    elif kind == 'probed':
        event.update(error=reader.number(4))
    elif kind == 'often':
        event.update(partner=reader.number(4))
    elif kind == 'failed':
        event.update(sentence=reader.line())
    reader.done()
    return event


class Net:
    """A kith-net process and our end of its socketpair."""

    def __init__(self, listen=('tcp://127.0.0.1:0',), keys=None,
                 backoff_ms=(50, 400), queue_max=FRAME_MAX, wait=True):
        self.public, self.secret = keys or key_pair()
        self.listen = list(listen)
        self.backoff_ms = backoff_ms
        self.queue_max = queue_max
        self.events = []
        self.received = b''
        self.bound = []
        self.start(wait)

    def start(self, wait=True):
        self.socket, theirs = socket.socketpair()
        self.socket.setblocking(False)
        number = theirs.fileno()
        self.process = subprocess.Popen(
            ['setpriv', '--pdeathsig', 'KILL', PROGRAM], pass_fds=[number, 3],
            preexec_fn=lambda: os.dup2(number, 3, inheritable=True))
        theirs.close()
        self.events, self.received = [], b''
        self.write(SETUP, self.secret +
                   struct.pack('>IIII', *self.backoff_ms, 1000,
                               self.queue_max) + lines(self.listen))
        if wait:
            self.bound = self.expect('ready').bound

    def restart(self):
        """kill -9, and a new one at the same addresses."""
        self.kill()
        self.listen = self.bound
        self.start()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()

    def write(self, kind, payload=b''):
        data = struct.pack('>IB', len(payload) + 1, kind) + payload
        while data:
            select.select([], [self.socket], [], harness.PATIENCE_S)
            try:
                data = data[self.socket.send(data):]
            except BlockingIOError:
                pass
            self.read(0)

    def allow(self, partner, key, allowed=True, former=bytes(32)):
        self.write(ALLOW, struct.pack('>I', partner) + key + former +
                   bytes([allowed]))

    def forbid(self, partner):
        self.allow(partner, bytes(32), allowed=False)

    def dial(self, partner, *addresses, now=False):
        self.write(DIAL, struct.pack('>IB', partner, now) + lines(addresses))

    def send(self, session, frame):
        self.write(SEND, struct.pack('>QI', session, len(frame)) + frame)

    def close(self, session, frame=b''):
        self.write(CLOSE, struct.pack('>QI', session, len(frame)) + frame)

    def probe(self, what, path):
        self.write(PROBE, bytes([what]) + line(path))
        return self.expect('probed').error

    def stop(self):
        self.write(STOP)
        return self.process.wait(harness.PATIENCE_S)

    def read(self, timeout_s):
        """Takes in what has come; False when the process has gone."""
        if not select.select([self.socket], [], [], timeout_s)[0]:
            return True
        try:
            data = self.socket.recv(1 << 20)
        except ConnectionResetError:
            data = b''
        self.received += data
        while len(self.received) >= 4:
            length = int.from_bytes(self.received[:4], 'big')
            if len(self.received) < 4 + length:
                break
            self.events.append(read_event(self.received[4:4 + length]))
            self.received = self.received[4 + length:]
        return bool(data)

    def expect(self, kind, timeout_s=harness.PATIENCE_S, **members):
        """The first event of KIND with these members; taken off the list,
        those before it stay."""
        end = time.monotonic() + timeout_s
        alive = True
        while True:
            for event in self.events:
                if event.type == kind and all(event[name] == value for
                                              name, value in members.items()):
                    self.events.remove(event)
                    return event
            left = end - time.monotonic()
            harness.check(alive and left > 0,
                          f'no {kind} {members}; there are '
                          f'{[brief(event) for event in self.events[:8]]} ...')
            alive = self.read(left)

    @property
    def port(self):
        return int(self.bound[0].rsplit(':', 1)[1])

    def memory_kib(self):
        """Resident memory of the process."""
        with open(f'/proc/{self.process.pid}/statm') as statm:
            return int(statm.read().split()[1]) * 4

    def connections(self):
        """How many TCP connections its listening address has."""
        with open(f'/proc/{self.process.pid}/net/tcp') as table:
            rows = [row.split() for row in table.readlines()[1:]]
        return sum(1 for row in rows if row[3] == '01' and
                   int(row[1].rsplit(':', 1)[1], 16) == self.port)


def brief(event):
    """For messages: a long frame is only its length."""
    return {name: len(value) if isinstance(value, bytes) else value
            for name, value in event.items()}


def pair(a, b, partner_at_a=1, partner_at_b=2):
    """Each allows the other, A dials, and A's first frame has arrived.
    Gives the number of the session at A and at B."""
    a.allow(partner_at_a, b.public)
    b.allow(partner_at_b, a.public)
    a.dial(partner_at_a, b.bound[0])
    return first_frame(a, b)


def first_frame(a, b):
    """A's dialled session is up and B has got a frame on it."""
    at_a = a.expect('up', dialled=True)
    a.send(at_a.session, b'greet')
    at_b = b.expect('up', dialled=False)
    harness.equal(b.expect('frame').frame, b'greet', 'the first frame')
    harness.equal((at_a.key, at_b.key), (b.public, a.public),
                  'the keys that the handshake proved')
    return at_a.session, at_b.session
