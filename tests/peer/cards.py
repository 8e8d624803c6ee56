"""Cards and pairing (docs/PROTOCOL.md 2)."""
import base64
import re
import struct

import nacl.bindings as sodium

from .basics import (SIZE_MAX, base64_strict, blake, need, number, sha,
                     states, u64)

ROOT_PART = 248
BEGIN, END = '-----BEGIN KITH CARD-----', '-----END KITH CARD-----'
DIRECTION = set(map(chr, [0x200e, 0x200f, *range(0x202a, 0x202f),
                          *range(0x2066, 0x206a)]))
KEY_NAMES = ('log', 'receipt', 'statement', 'transport', 'sealing')


def next_root_digest(public):
    return sha(b'kith/v1/next-root\0', public)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        part = self.data[self.at:self.at + length]
        need(len(part) == length, 'a card that ends too early')
        self.at += length
        return part

    def end(self):
        need(self.at == len(self.data), 'bytes behind the end')


class Card:
    """A card that was read and verified."""

    def __init__(self, data):
        need(len(data) <= 16384, 'length of a card')
        self.data, self.digest = data, sha(data)
        reader = Reader(data)
        need(reader.take(1) == b'\1', 'version of a card')
        self.root_part = reader.take(ROOT_PART)
        root_signature = reader.take(64)
        self.read_root(self.root_part)
        self.read_changes(reader)
        need(states(self.root, root_signature, 'card-root', self.root_part),
             'signature card-root')
        length = number(reader.take(2))
        self.address_part = reader.take(length)
        signature = reader.take(64)
        reader.end()
        need(states(self.statement, signature, 'card-address',
                    self.address_part), 'signature card-address')
        self.read_address(Reader(self.address_part))

    def read_root(self, part):
        self.company = part[:32]
        self.revision, self.valid_from, self.valid_until = struct.unpack(
            '>QQQ', part[32:56])
        need(1 <= self.revision <= SIZE_MAX, 'revision of a card')
        need(self.valid_from < self.valid_until <= SIZE_MAX, 'validity')
        keys = [part[at:at + 32] for at in range(56, 216, 32)]
        for name, key in zip(KEY_NAMES, keys):
            setattr(self, name, key)
        self.next_root = part[216:]
        need(self.transport != self.sealing, 'two uses of one key')
        for key in (self.transport, self.sealing):
            try:
                sodium.crypto_scalarmult(bytes(range(1, 33)), key)
            except RuntimeError:
                need(False, 'a key of low order')

    def read_changes(self, reader):
        self.root = self.company
        count = reader.take(1)[0]
        need(count <= 8, 'number of root changes')
        self.roots = [self.root]
        for _ in range(count):
            change = reader.take(224)
            company, old, new = change[:32], change[32:64], change[64:96]
            need(company == self.company and old == self.root and new != old,
                 'order of root changes')
            for key, signature in ((old, change[96:160]), (new, change[160:])):
                need(states(key, signature, 'root-change', change[:96]),
                     'signature root-change')
            self.root = new
            self.roots.append(new)
        need(len({self.log, self.receipt, self.statement, self.root}) == 4,
             'two uses of one key')

    def read_address(self, reader):
        need(reader.take(32) == self.company, 'company of an address part')
        self.address_revision = number(reader.take(8))
        need(1 <= self.address_revision <= SIZE_MAX, 'revision of an address')
        self.roles = reader.take(1)[0]
        need(1 <= self.roles <= 3, 'roles')
        self.name = self.read_name(reader.take(reader.take(1)[0]))
        count = reader.take(1)[0]
        need(count <= 8, 'number of endpoints')
        self.endpoints = [self.read_endpoint(reader.take(number(
            reader.take(2)))) for _ in range(count)]
        reader.end()

    @staticmethod
    def read_name(data):
        need(1 <= len(data) <= 128, 'length of a name')
        try:
            name = data.decode('utf-8')
        except UnicodeDecodeError:
            need(False, 'a name is UTF-8')
        need(name == name.strip() and not any(
            c < ' ' or '\x7f' <= c <= '\x9f' or c in DIRECTION for c in name),
             'characters of a name')
        return name

    @staticmethod
    def read_endpoint(data):
        text = data.decode('latin-1')
        match = re.fullmatch(r'tcp://[!-~]+:([1-9][0-9]{0,4})', text)
        need(match and int(match[1]) <= 65535 and len(data) <= 512,
             'endpoint')
        return text


def make(company, keys, root, name, endpoints=(), revision=1, roles=3,
         next_root=bytes(32), valid=(0, 1 << 62)):
    """A card; KEYS has log, receipt and statement (signing keys) and
    transport and sealing (public keys)."""
    root_part = (company + struct.pack('>QQQ', revision, *valid) +
                 keys['log'].public + keys['receipt'].public +
                 keys['statement'].public + keys['transport'] +
                 keys['sealing'] + next_root_digest(next_root))
    address = (company + u64(revision) + bytes([roles, len(name.encode())]) +
               name.encode() + bytes([len(endpoints)]))
    for endpoint in endpoints:
        address += struct.pack('>H', len(endpoint)) + endpoint.encode()
    return Card(b'\1' + root_part + root.state('card-root', root_part) +
                b'\0' + struct.pack('>H', len(address)) + address +
                keys['statement'].state('card-address', address))


def armour_check(data):
    return sha(b'kith/v1/armour\0', data)[:4].hex()


def armour(data):
    text = base64.b64encode(data).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return '\n'.join([BEGIN, *lines, f'check:{armour_check(data)}', END, ''])


def unarmour(text):
    need(len(text) <= 262144, 'length of the text')
    need(BEGIN in text and END in text, 'no card')
    block = text.split(BEGIN, 1)[1].split(END, 1)[0]
    block = ''.join(re.sub(r'^[> ]*>', '', one) for one in block.split('\n'))
    block = ''.join(block.split())
    need('check:' in block, 'no check')
    data, check = block.split('check:', 1)
    data = base64_strict(data.encode())
    need(check == armour_check(data), 'check of a card')
    return data


def groups(speaker, listener):
    """The six groups that SPEAKER's side says to LISTENER's."""
    value = blake(b'kith/v1/pairing\0' + speaker + listener)
    for _ in range(65536):
        value = blake(value + speaker + listener)
    return ' '.join(f'{number(value[5 * i:5 * i + 5]) % 100000:05}'
                    for i in range(6))
