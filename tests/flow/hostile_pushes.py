"""Pushes, receipts and wants that lie; none of them freezes a log."""
import os

from hostile import push_frame
from peer import notes, seal, wire
from peer.basics import SigningKey
from peer.company import OwnLog


def scratch(company):
    """A copy of our log with one more entry, which counts for nothing."""
    log = OwnLog(company.mine.origin, company.keys['log'])
    for i, header in enumerate(company.mine.headers):
        log.headers.append(header)
        log.sealed.append(company.mine.sealed[i])
        log.keys.append(company.mine.keys[i])
        log.tree.add(header)
    return log


def one_more(company, header=None, body=None, entry_class=1, when=None,
             seen=None):
    log = scratch(company)
    log.add(body or b'\x08\x01\x12\x02\x08\x6a', entry_class,
            len(company.yours) if seen is None else seen, when, header)
    return log


def sends(change=None, header=None, first=None, **more):
    """An act that pushes one more entry; CHANGE is done to the push."""
    def act(session):
        company = session.company
        log = one_more(company, header, **more)
        push = log.push(len(log) - 1 if first is None else first, len(log),
                        company.partner.sealing)
        if change:
            change(push, log, company)
        session.line.send(push_frame(push))
    return act


def part(name, value):
    def change(push, *_):
        push[name] = value
    return change


def replaced(at, data):
    return lambda header: header[:at] + data + header[at + len(data):]


def other_root(push, log, company):
    push['checkpoint'] = log.checkpoint(root=os.urandom(32))


def other_size(push, log, company):
    push['checkpoint'] = log.checkpoint(len(log) - 1)


def other_key(push, log, company):
    push['checkpoint'] = notes.sign_checkpoint(
        SigningKey(os.urandom(32)), log.origin, len(log), log.tree.roots[-1])


def other_link(push, log, company):
    """The note of a log that we keep for somebody else."""
    origin = notes.origin_of(company.id, os.urandom(32), 1)
    push['checkpoint'] = notes.sign_checkpoint(
        company.keys['log'], origin, len(log), log.tree.roots[-1])


def turned_body(push, log, company):
    sealed = bytearray(push['entries'][0]['sealed'])
    sealed[7] ^= 1
    push['entries'][0]['sealed'] = bytes(sealed)


def too_many_keys(push, log, company):
    push['keys'] = seal.box_keys([log.keys[-1]] * 3, company.partner.sealing)


def other_ek(push, log, company):
    push['keys'] = seal.box_keys([os.urandom(32)], company.partner.sealing)


def without_keys(push, log, company):
    del push['keys']


def bodiless_keys(push, log, company):
    del push['entries'][0]['sealed']


def many(push, log, company):
    push['entries'] = [{'header': push['entries'][0]['header']}] * 513
    del push['keys']


def receipt(processed=0, note=None):
    def act(session):
        value = {'log_number': 1, 'processed': processed}
        if note:
            value['note'] = note(session.company)
        session.line.send(wire.frame(wire.RECEIPT, wire.RECEIPT_FIELDS,
                                     value))
    return act


def cosigned(root=None, size=None, key=None):
    def make(company):
        size_ = len(company.yours) if size is None else size
        text = notes.checkpoint_text(
            company.yours.origin, size_,
            root or company.yours.tree.roots[min(size_, len(company.yours))])
        return notes.cosign(key or company.keys['receipt'], company.id, text)
    return make


def want(*ranges, **more):
    return lambda session: session.line.send(wire.frame(
        wire.WANT, wire.WANT_FIELDS, {'log_number': 1, 'ranges': [
            {'from': low, 'count': count} for low, count in ranges], **more}))


def scenes():
    """(name, act, codes that are right)."""
    yield 'a push of log 2', sends(part('log_number', 2)), {2}
    yield 'a push of log 0', sends(part('log_number', 0)), {2}
    yield 'a push with another root', sends(other_root), {4}
    yield 'a push with the note of another size', sends(other_size), {2}
    yield 'a push that a stranger signed', sends(other_key), {4}
    yield 'a push with the note of another link', sends(other_link), {4}
    yield ('a header with another index', sends(
        header=replaced(2, (999).to_bytes(8, 'big'))), {2})
    yield 'a header of version 2', sends(header=replaced(0, b'\2')), {2}
    yield 'a header of class 9', sends(header=replaced(1, b'\x09')), {2}
    yield ('a header with a length of no padding', sends(
        header=replaced(26, (529).to_bytes(4, 'big'))), {2})
    yield ('a header with another hash', sends(
        header=replaced(30, os.urandom(32))), {4})
    yield ('a header with another commitment', sends(
        header=replaced(62, os.urandom(32))), {4})
    yield 'a body with a bit turned', sends(turned_body), {4}
    yield 'a key that is not the one', sends(other_ek), {4}
    yield 'more keys than bodies', sends(too_many_keys), {2}
    yield 'bodies without keys', sends(without_keys), {2}
    yield 'keys without bodies', sends(bodiless_keys), {2}
    yield '513 entries', sends(many), {2}
    yield 'a receipt for more than there is', receipt(10 ** 6), {2}
    yield ('a receipt for a size that is not', receipt(
        3, cosigned(os.urandom(32), 77)), {2})
    yield ('a receipt of another key', receipt(
        3, cosigned(key=SigningKey(os.urandom(32)))), {4})
    yield 'a receipt of log 5', lambda session: session.line.send(wire.frame(
        wire.RECEIPT, wire.RECEIPT_FIELDS,
        {'log_number': 5, 'processed': 1})), {2}
    yield 'a want of more than there is', want((0, 10 ** 9)), {2}
    yield 'a held frame of garbage', lambda session: session.line.send(
        b'\x09' + os.urandom(40)), {2}
    yield 'a want of log 7', want((0, 1), log_number=7), {2}
