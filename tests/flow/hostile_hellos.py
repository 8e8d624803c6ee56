"""Hellos that lie, each from a partner with a valid key."""
import os

from peer import notes, strict, wire
from peer.basics import SigningKey


def changed(**parts):
    """An act that says hello with PARTS of its text changed."""
    def act(session):
        values = {name: value(session) if callable(value) else value
                  for name, value in parts.items()}
        session.line.send(session.company.hello(
            session.nonce, session.their_nonce, **values))
    return act


def badly_signed(session):
    frame = bytearray(session.company.hello(session.nonce,
                                            session.their_nonce))
    frame[-1] ^= 1
    session.line.send(bytes(frame))


def splice(stage):
    """A good hello of one session, said again in another."""
    kept = []

    def act(session):
        if not kept:
            other = stage.session('waiting')
            kept.append(stage.company.hello(other.nonce, other.their_nonce))
            other.close()
        session.line.send(kept[0])
    return act


def forged_mine(session):
    company = session.company
    return {'log_number': 1, 'size': 3, 'note': notes.sign_checkpoint(
        SigningKey(os.urandom(32)), company.mine.origin, 3, bytes(32))}


def forged_yours(session):
    company = session.company
    return {'log_number': 1, 'size': 500, 'note': notes.sign_checkpoint(
        SigningKey(os.urandom(32)), company.yours.origin, 500, bytes(32))}


def of_another(session):
    return session.company.make_card(1).data.replace(
        session.company.id, os.urandom(32))


def shown_card(company):
    return lambda session: company.card.data


def unknown_field(session):
    company = session.company
    mine, yours = company.claims()
    company.session += 1
    text = strict.encode(wire.HELLO_TEXT, {
        'sender': company.id, 'receiver': company.partner.company,
        'sender_transport': company.transport[0],
        'receiver_transport': company.partner.transport,
        'sender_nonce': session.nonce, 'receiver_nonce': session.their_nonce,
        'protocol': 1, 'card': company.card.data, 'session': company.session,
        'mine': mine, 'yours': yours}) + b'\x80\x01\1'
    session.line.send(wire.frame(wire.HELLO, wire.SIGNED, {
        'text': text,
        'signature': company.keys['statement'].state('hello', text)}))


def scenes(stage, stranger):
    """(name, act, codes that are right); none of them freezes a log."""
    random = os.urandom(32)
    yield 'a hello that is badly signed', badly_signed, {4}
    yield 'a hello of another session', splice(stage), {3}
    yield 'a hello with a field of the future', unknown_field, {2}
    for part in ('sender', 'receiver', 'sender_transport',
                 'receiver_transport', 'sender_nonce', 'receiver_nonce'):
        yield f'a hello with another {part}', changed(**{part: random}), {3}
    yield 'a hello of version 2', changed(protocol=2), {3}
    yield 'a hello with no card', changed(card=b'\1'), {2}
    yield 'a hello with a card that is broken', changed(card=of_another), {2}
    yield ('a hello with the card of a stranger',
           changed(card=shown_card(stranger)), {3})
    yield 'a hello with session 0', changed(session=0), {2}
    yield 'a hello with a forged log', changed(mine=forged_mine), {4}
    yield 'a hello with a forged claim', changed(yours=forged_yours), {4}
