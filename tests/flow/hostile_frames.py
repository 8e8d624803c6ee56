"""Every frame in every state, and what is no frame at all. A code in letters
is that of a cut, which the victim's operator alone reads."""
import os
import time

from hostile import plain
from peer.curve import Closed
from peer import wire

ANY_PUSH = wire.frame(wire.PUSH, wire.PUSH_FIELDS, {
    'log_number': 1, 'first': 0, 'checkpoint': b'x',
    'entries': [{'header': bytes(126)}]})
FRAMES = {
    'greet': wire.greet(bytes(32)),
    'hello': wire.frame(wire.HELLO, wire.SIGNED,
                        {'text': b'x', 'signature': bytes(64)}),
    'push': ANY_PUSH,
    'receipt': wire.frame(wire.RECEIPT, wire.RECEIPT_FIELDS,
                          {'log_number': 1, 'processed': 0}),
    'want': wire.frame(wire.WANT, wire.WANT_FIELDS, {
        'log_number': 1, 'ranges': [{'from': 0, 'count': 1}]}),
    'ping': wire.ping(bytes(8)),
    'pong': wire.ping(bytes(8), wire.PONG),
    'type 0': b'\0abc',
    'held of garbage': b'\x09abc',
    'type 10': b'\x0aabc',
    'type 255': b'\xff',
    'nothing': b'',
    'longest of no type': b'\x20' + bytes(wire.FRAME_MAX - 1),
    'push of garbage': b'\3' + os.urandom(2000),
    'cut hello': b'\2\x0a\xff',
}
TAKES = {'greeting': {'greet'}, 'waiting': set(),
         'open': {'ping', 'pong', 'want', 'receipt'}}


def scenes():
    """(name, state, act, codes that are right)."""
    for state, takes in TAKES.items():
        for name, frame in FRAMES.items():
            if name not in takes:
                yield (f'{name} in state {state}', state, plain(frame),
                       {'frame'} if not frame else {2})
    for low, high in ((2, 3), (9, 65535)):
        yield (f'greet from version {low}', 'greeting',
               plain(wire.greet(bytes(32), low, high)), {1})
    yield ('a refuse', 'open', plain(wire.refuse(13, 'no')), {'ours'})
    yield ('a refuse with an escape', 'open',
           plain(b'\6\0\1\x1b[2J'), {'malformed_refuse'})


def oversize(session):
    session.line.send(bytes([wire.PUSH]) + bytes(wire.FRAME_MAX))


def two_parts(session):
    session.line.send(FRAMES['ping'], more=True)
    session.line.send(FRAMES['ping'])


def endless(session):
    """Parts without end, until the other side has enough."""
    part = b'\3' * 65536
    for _ in range(4000):
        session.line.send(part, more=True)


def turned_bit(session):
    data = bytearray(session.line.part(FRAMES['ping']))
    data[-1] ^= 1
    session.line.socket.sendall(data)


def replayed_part(session):
    """The same encrypted bytes twice: the nonce was used."""
    data = session.line.part(FRAMES['ping'])
    session.line.socket.sendall(data + data)


def mute(session):
    """Answers no ping."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        session.line.receive(1.0)


def many(session):
    """Connections that greet and say no more; the first of them is cut."""
    others = []
    try:
        for _ in range(5):
            others.append(type(session)(session.company, type(session.line)(
                session.line.port, session.company.partner.transport,
                session.company.transport)))
            others[-1].greet()
        session.ending()
        raise Closed
    finally:
        for other in others:
            other.close()


RAW = [('a frame above the bound', oversize, {'frame'}),
       ('two parts', two_parts, {'frame'}),
       ('parts without end', endless, {'flooded'}),
       ('a bit of the cipher turned', turned_bit, {'frame'}),
       ('encrypted bytes replayed', replayed_part, {'frame'})]
# What takes seconds, once a run: (name, state, act, codes).
SLOW = [('no hello', 'waiting', lambda _: None, {'no_hello'}),
        ('no answer to a ping', 'open', mute, {'silent'}),
        ('many connections at once', 'waiting', many, {'sessions'})]
