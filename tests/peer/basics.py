"""Hashes, names and signatures (docs/PROTOCOL.md 1)."""
import base64
import hashlib

import nacl.bindings as sodium
import nacl.exceptions

ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
SIZE_MAX = (1 << 63) - 1


class Fault(Exception):
    """Bytes of another that are not as they must be."""


def need(condition, what):
    if not condition:
        raise Fault(what)


def sha(*parts):
    return hashlib.sha256(b''.join(parts)).digest()


def blake(data, key=b''):
    return hashlib.blake2b(data, digest_size=32, key=key).digest()


def u64(number):
    return number.to_bytes(8, 'big')


def number(data):
    return int.from_bytes(data, 'big')


def crockford(data, characters):
    """The first CHARACTERS of DATA in base32; missing bits are zero."""
    bits = number(data) << (-len(data) * 8 % 5)
    count = -(-len(data) * 8 // 5)
    text = ''.join(ALPHABET[bits >> 5 * (count - 1 - i) & 31]
                   for i in range(count))
    return text[:characters]


def crockford_bytes(text, length):
    """LENGTH bytes; Fault when bits are left over."""
    bits = 0
    for character in text:
        bits = bits << 5 | ALPHABET.index(character)
    over = len(text) * 5 - length * 8
    need(over >= 0 and not bits & (1 << over) - 1, 'bits left over')
    return (bits >> over).to_bytes(length, 'big')


def typed(text):
    """What a person types, as the alphabet has it."""
    plain = text.upper().replace('-', '').replace(' ', '').replace('\t', '')
    plain = plain.replace('O', '0').replace('I', '1').replace('L', '1')
    need(all(c in ALPHABET for c in plain), 'a character of no base32')
    return plain


def base64_strict(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Fault('base64') from error
    need(base64.b64encode(data) == text, 'base64 with bits left over')
    return data


def short_id(company):
    name = crockford(sha(b'kith/v1/short\0', company), 12)
    check = crockford(sha(b'kith/v1/check\0', name.encode()), 2)
    return '-'.join((name[:4], name[4:8], name[8:], check))


def sheet_lines(letter, secret):
    """The four lines of the recovery sheet that hold SECRET."""
    text = crockford(secret, 52)
    lines = []
    for i in range(4):
        tag, part = f'{letter}{i + 1}', text[13 * i:13 * i + 13]
        check = crockford(sha(b'kith/v1/sheet\0', tag.encode(),
                              part.encode()), 2)
        line = part + check
        lines.append(f'{tag}  {line[:5]}-{line[5:10]}-{line[10:]}')
    return lines


def sheet_secret(letter, text):
    """The secret behind LETTER on a sheet."""
    found = {}
    for line in text.splitlines():
        words = line.split(None, 1)
        if len(words) != 2 or words[0].upper() not in {
                f'{letter}{i}' for i in range(1, 5)}:
            continue
        tag, part = words[0].upper(), typed(words[1])
        need(len(part) == 15, f'length of line {tag}')
        check = crockford(sha(b'kith/v1/sheet\0', tag.encode(),
                              part[:13].encode()), 2)
        need(check == part[13:], f'check of line {tag}')
        found[tag] = part[:13]
    need(len(found) == 4, 'four lines')
    return crockford_bytes(''.join(found[f'{letter}{i}']
                                   for i in range(1, 5)), 32)


class SigningKey:
    """An Ed25519 key, by its seed."""

    def __init__(self, seed):
        self.seed = seed
        self.public, self.secret = sodium.crypto_sign_seed_keypair(seed)

    def sign(self, data):
        signature = sodium.crypto_sign(data, self.secret)[:64]
        need(verifies(self.public, signature, data), 'own signature')
        return signature

    def state(self, kind, data):
        """Signs DATA as a statement of type KIND (1.4)."""
        return self.sign(statement(kind, data))


def statement(kind, data):
    return b'kith/v1/' + kind.encode() + b'\0' + data


def verifies(public, signature, data):
    try:
        sodium.crypto_sign_open(signature + data, public)
    except (nacl.exceptions.BadSignatureError, ValueError):
        return False
    return True


def states(public, signature, kind, data):
    return verifies(public, signature, statement(kind, data))


def recovery_key(backup_key):
    return blake(b'kith/v1/recovery\0', backup_key)
