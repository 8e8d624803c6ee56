"""Every vector of tests/vectors, read and made by the second implementation;
what it encodes is compared with what Google's protobuf encodes."""
import json
import pathlib
import sys

import nacl.bindings as sodium

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / 'tests'))

from peer import (basics, cards, googles, notes, seal, strict,  # noqa: E402
                  tree, vector_values, wire)

FOLDER = SOURCE / 'tests' / 'vectors'
counted = 0


def same(got, wanted, what):
    global counted
    counted += 1
    if got != wanted:
        raise SystemExit(f'{what}:\n got    {repr(got):.600}\n'
                         f' wanted {repr(wanted):.600}')


def refused(call, data, what):
    try:
        call(data)
    except basics.Fault:
        same(True, True, what)
        return
    raise SystemExit(f'{what}: was taken')


def load(name):
    return json.loads((FOLDER / f'{name}.json').read_text())


def octets(text):
    return bytes.fromhex(text)


def ids():
    for company in load('ids')['companies']:
        same(basics.short_id(octets(company['id'])), company['short'], 'id')


def keys():
    v = load('keys')
    encoded, at = octets(v['encoded']), 0
    for name in cards.KEY_NAMES:
        secret, public = encoded[at:at + 32], encoded[at + 32:at + 64]
        made = (sodium.crypto_scalarmult_base(secret)
                if name in ('transport', 'sealing')
                else basics.SigningKey(secret).public)
        same(made, public, f'public half of {name}')
        at += 64
    same(at, len(encoded), 'length of the keys')
    backup = octets(v['backup_key'])
    same(basics.recovery_key(backup).hex(), v['recovery_key'], 'recovery key')
    for letter, secret, name in (('R', octets(v['root_seed']), 'sheet'),
                                 ('B', backup, 'sheet'),
                                 ('N', octets(v['next_seed']), 'next_sheet')):
        lines = basics.sheet_lines(letter, secret)
        same([one for one in v[name].splitlines() if one[0] == letter], lines,
             f'sheet {letter}')
        same(basics.sheet_secret(letter, v[name].lower()), secret,
             f'reading of sheet {letter}')


def signatures():
    v = load('sign')
    key = basics.SigningKey(octets(v['seed']))
    same(key.public.hex(), v['pk'], 'public key')
    for one in v['statements']:
        signature = key.state(one['type'], octets(v['bytes']))
        same(signature.hex(), one['signature'], one['type'])


def card():
    v = load('card')
    read = cards.Card(octets(v['card']))
    same(read.digest.hex(), v['digest'], 'digest of a card')
    same(read.name, v['name'], 'name on a card')
    same(read.company, basics.SigningKey(octets(v['root_seed'])).public,
         'root of a card')
    same(read.next_root, cards.next_root_digest(basics.SigningKey(
        octets(v['next_seed'])).public), 'digest of the next root')
    changed = cards.Card(octets(v['changed']))
    same(changed.root, basics.SigningKey(octets(v['next_seed'])).public,
         'root after a change')
    same(cards.armour(read.data), v['armour'], 'armour')
    quoted = '\n'.join('> ' + one for one in v['armour'].splitlines())
    same(cards.unarmour(quoted), read.data, 'quoted armour')
    for one in v['pairing']:
        same(cards.groups(octets(one['speaker']), octets(one['listener'])),
             one['groups'], 'groups')
    for at in range(len(read.data)):
        broken = bytearray(read.data)
        broken[at] ^= 1
        refused(cards.Card, bytes(broken), f'card with bit {at} turned')


def checkpoint():
    v = load('checkpoint')
    sender, receiver = octets(v['sender']), octets(v['receiver'])
    origin = notes.origin_of(sender, receiver, v['log_number'])
    same(origin, v['origin'], 'origin')
    log = basics.SigningKey(octets(v['log_seed']))
    receipt = basics.SigningKey(octets(v['receipt_seed']))
    name = notes.receipt_name(receiver)
    same(notes.key_text(origin, 1, log.public), v['log_key'], 'log key')
    same(notes.key_text(name, 4, receipt.public), v['receipt_key'],
         'receipt key')
    root = octets(v['root'])
    signed = notes.sign_checkpoint(log, origin, v['size'], root)
    same(signed.decode(), v['checkpoint'], 'checkpoint')
    text, _ = notes.parts(signed)
    cosigned = notes.cosign(receipt, receiver, text, v['time'])
    same(cosigned.decode(), v['receipt'], 'receipt')
    merged = notes.merge(signed, cosigned)
    same(merged.decode(), v['merged'], 'merged')
    same(notes.read_checkpoint(merged, origin, log.public),
         (v['size'], root), 'reading of a checkpoint')
    same(notes.read_receipt(merged, origin, receiver, receipt.public),
         (v['size'], root, v['time']), 'reading of a receipt')
    for at in range(len(signed)):
        broken = bytearray(signed)
        broken[at] ^= 1
        refused(lambda note: notes.read_checkpoint(note, origin, log.public),
                bytes(broken), f'note with a bit of byte {at} turned')


def trees():
    v = load('tree')
    leaves = [tree.leaf_hash(i.to_bytes(4, 'big')) for i in range(70)]
    growing = tree.Tree()
    for i in range(70):
        growing.add(i.to_bytes(4, 'big'))
    for one in v['trees']:
        part = leaves[:one['size']]
        same(tree.root(part).hex(), one['root'], f'root of {len(part)}')
        same(tree.edge(part).hex(), one['encoded'], f'edge of {len(part)}')
        same(growing.roots[len(part)].hex(), one['root'], 'growing root')
    for one in v['inclusion']:
        size, index = one['size'], one['index']
        proof = tree.inclusion(index, leaves[:size])
        same(b''.join(proof).hex(), one['proof'], 'inclusion')
        tree.verify_inclusion(index, size, leaves[index], proof,
                              growing.roots[size])
    for one in v['consistency']:
        first, second = one['size1'], one['size2']
        proof = tree.consistency(first, leaves[:second])
        same(b''.join(proof).hex(), one['proof'], 'consistency')
        tree.verify_consistency(first, second, growing.roots[first],
                                growing.roots[second], proof)


def seals():
    v = load('seal')
    origin = v['origin']
    for one in v['entries']:
        body = bytes((7 * i + one['body_len']) % 256
                     for i in range(one['body_len']))
        header, sealed, ek = seal.seal(
            body, origin, one['class'], one['index'], one['time'],
            one['seen'], octets(one['witness']), octets(one['random']))
        same(ek.hex(), one['ek'], 'EK')
        same(header.hex(), one['header'], 'header')
        same(basics.sha(sealed).hex(), one['sealed_hash'], 'sealed')
        same(tree.leaf_hash(header).hex(), one['leaf'], 'leaf')
        same(seal.associated(header, origin).hex(), one['ad'], 'ad')
        same(seal.open_sealed(header, sealed, ek, origin), body, 'body')
    for one in v['padding']:
        same(seal.padded_length(one['len']), one['padded'], 'padding')
    box = v['box']
    same(b''.join(seal.open_keys(octets(box['box']), octets(box['pk']),
                                 octets(box['secret']))).hex(), box['eks'],
         'box of keys')
    w = v['witness']
    same(seal.witness_of(octets(w['salt_key']), origin, w['index'],
                         w['audit_size'], octets(w['audit_root'])).hex(),
         w['witness'], 'witness')
    o = v['owner_ref']
    sealed, key = octets(o['sealed']), octets(o['recovery_key'])
    same(seal.owner_reference(key, origin, o['index'], octets(o['id']),
                              o['revision'], sealed[:24]), sealed,
         'owner reference')
    same(seal.open_owner_reference(sealed, key, origin, o['index']),
         (octets(o['id']), o['revision']), 'reading of an owner reference')


def wires():
    v = load('wire')
    google = googles.Google(SOURCE / 'proto')
    for one in v['good']:
        data = octets(one['hex'])
        what = f"good {one['name']}"
        got = vector_values.read(one['type'], data)
        same(got, vector_values.expected(one), what)
        message, fields, whole = vector_values.message_of(one['type'], data)
        if fields:
            again = strict.encode(fields, strict.decode(fields, whole))
            same(again, whole, f'{what}, encoded again')
            same(google.again(message, whole), whole, f'{what}, by Google')
    for one in v['bad']:
        refused(vector_values.reader(one['type']), octets(one['hex']),
                f"bad {one['name']}")
    for one in v['newer']:
        same(bool(wire.read_body(octets(one['hex']))[1]), True,
             f"newer {one['name']}")


def main():
    for part in (ids, keys, signatures, card, checkpoint, trees, seals,
                 wires):
        part()
    print(f'{counted} comparisons with tests/vectors hold')


if __name__ == '__main__':
    main()
