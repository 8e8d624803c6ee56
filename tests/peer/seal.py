"""Entries and how they are sealed (docs/PROTOCOL.md 4)."""
import collections
import os
import struct

import nacl.bindings as sodium
import nacl.exceptions

from .basics import SIZE_MAX, Fault, blake, need, number, sha, u64

HEADER = 126
BODY_MAX = 131068
NONCE = bytes(24)


class Contradiction(Fault):
    """The key is not the one that the header commits to."""


class Unreadable(Exception):
    """A body that does not open, though its header is good."""


def padded_length(length):
    n = max(length + 4, 512)
    e = n.bit_length() - 1
    step = 1 << e - e.bit_length()
    return -(-n // step) * step


PADDED = sorted({padded_length(n) for n in range(0, BODY_MAX + 1, 4)} |
                {padded_length(BODY_MAX)})
SEALED = {length + 16 for length in PADDED}


def pad(body):
    need(len(body) <= BODY_MAX, 'length of a body')
    whole = struct.pack('>I', len(body)) + body
    return whole + bytes(padded_length(len(body)) - len(whole))


def unpad(padded):
    length = number(padded[:4])
    if (length > BODY_MAX or len(padded) != padded_length(length) or
            any(padded[4 + length:])):
        raise Unreadable('padding')
    return padded[4:4 + length]


Header = collections.namedtuple(
    'Header', 'entry_class index time seen length hash commitment witness')


def read_header(data):
    need(len(data) == HEADER and data[0] == 1, 'version of a header')
    header = Header(data[1], *struct.unpack('>QQQI', data[2:30]),
                    data[30:62], data[62:94], data[94:])
    need(1 <= header.entry_class <= 3, 'class of a header')
    need(header.index < SIZE_MAX and header.time <= SIZE_MAX and
         header.seen <= SIZE_MAX, 'range in a header')
    need(header.length in SEALED, 'length in a header')
    return header


def entry_key(random, origin, index, padded):
    return blake(origin.encode() + u64(index) + padded, random)


def commitment_of(ek, origin, index):
    return blake(b'kith/v1/entry commitment\0' + u64(index) + origin.encode(),
                 ek)


def aead_key(ek):
    return blake(b'kith/v1/entry key\0', ek)


def witness_of(salt_key, origin, index, audit_size, audit_root):
    key = blake(b'kith/v1/witness\0' + u64(index) + origin.encode(), salt_key)
    return blake(u64(audit_size) + audit_root, key)


def associated(header, origin):
    return origin.encode() + header[:26] + header[62:]


def seal(body, origin, entry_class, index, time, seen, witness, random=None):
    """Header, sealed body and EK of a new entry."""
    padded = pad(body)
    ek = entry_key(random or os.urandom(32), origin, index, padded)
    start = struct.pack('>BBQQQ', 1, entry_class, index, time, seen)
    commitment = commitment_of(ek, origin, index)
    sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        padded, origin.encode() + start + commitment + witness, NONCE,
        aead_key(ek))
    header = (start + struct.pack('>I', len(sealed)) + sha(sealed) +
              commitment + witness)
    return header, sealed, ek


def open_sealed(header, sealed, ek, origin):
    """The body; Fault, Contradiction or Unreadable, in the order of 4.4."""
    fields = read_header(header)
    need(fields.length == len(sealed) and fields.hash == sha(sealed),
         'length and hash of a body')
    if commitment_of(ek, origin, fields.index) != fields.commitment:
        raise Contradiction('commitment')
    try:
        padded = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed, associated(header, origin), NONCE, aead_key(ek))
    except nacl.exceptions.CryptoError as error:
        raise Unreadable('seal') from error
    return unpad(padded)


def box_keys(eks, public):
    return sodium.crypto_box_seal(b''.join(eks), public)


def open_keys(box, public, secret):
    """The EKs of a box, or None when it does not open."""
    try:
        keys = sodium.crypto_box_seal_open(box, public, secret)
    except nacl.exceptions.CryptoError:
        return None
    if len(keys) % 32 or not keys:
        return None
    return [keys[i:i + 32] for i in range(0, len(keys), 32)]


def owner_reference(recovery, origin, index, internal_id, revision,
                    nonce=None):
    nonce = nonce or os.urandom(24)
    return nonce + sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        internal_id + u64(revision),
        b'kith/v1/owner ref\0' + u64(index) + origin.encode(), nonce,
        recovery)


def open_owner_reference(sealed, recovery, origin, index):
    plain = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        sealed[24:], b'kith/v1/owner ref\0' + u64(index) + origin.encode(),
        sealed[:24], recovery)
    return plain[:16], number(plain[16:])
