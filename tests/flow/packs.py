"""Evidence packs (docs/PROTOCOL.md 11) as somebody reads and changes them who
has not kith: the second implementation's seals and notes, the frame of the
file, and the secret keys of a company that is willing to lie."""
import struct
import sys

import nacl.bindings as sodium

import harness

sys.path.insert(0, str(harness.SOURCE / 'tests'))

from peer import notes, seal, tree, wire  # noqa: E402
from peer.basics import SigningKey, blake, sha, u64  # noqa: E402

HEAD = b'kith/v1/pack\0'
HEAD_PART, CARD, NOTE, ENTRY, SIGNATURE, END = 1, 2, 3, 4, 5, 255
CHECKPOINT, RECEIPT = 1, 2
OPEN, GONE = 1, 2
KEYS_AT = 58  # bytes of a key file before what is sealed


def keys(company):
    """The log, receipt and statement key of COMPANY, from its key file, which
    in these flows is under no passphrase."""
    data = (company.home / 'key').read_bytes()
    plain = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        data[KEYS_AT:], data[:KEYS_AT], data[KEYS_AT - 24:KEYS_AT],
        blake(b'kith/v1/keyfile-plain\0'))
    names = ('log', 'receipt', 'statement')
    return {name: SigningKey(plain[32 + 64 * i:64 + 64 * i])
            for i, name in enumerate(names)}


class Entry:
    """One entry of a pack."""

    def __init__(self, content):
        self.log, self.number, self.size, count = struct.unpack(
            '>BIQB', content[:14])
        at = 14 + 32 * count
        self.proof = [content[i:i + 32] for i in range(14, at, 32)]
        self.header = content[at:at + seal.HEADER]
        self.state = content[at + seal.HEADER]
        rest = content[at + seal.HEADER + 1:]
        self.ek, self.sealed = rest[:32], rest[32:]

    def encode(self):
        opened = self.ek + self.sealed if self.state == OPEN else b''
        return (struct.pack('>BIQB', self.log, self.number, self.size,
                            len(self.proof)) + b''.join(self.proof) +
                self.header + bytes([self.state]) + opened)

    def bare(self):
        """Takes the proof away."""
        self.size, self.proof = 0, []


class Pack:
    """A pack in memory: [type, content] of its parts, entries decoded."""

    def __init__(self, path):
        data, at = path.read_bytes(), len(HEAD)
        self.parts = []
        while data[at] != END:
            length = struct.unpack('>I', data[at + 1:at + 5])[0]
            content = data[at + 5:at + 5 + length]
            self.parts.append([data[at], Entry(content)
                               if data[at] == ENTRY else content])
            at += 5 + length + 32
        head = self.parts[0][1]
        self.companies = head[:32], head[32:64]

    def write(self, path, key):
        """Writes it, signed with KEY, the statement key of its maker."""
        out, chain, count = bytearray(HEAD), sha(HEAD), 0
        for kind, content in self.parts + [[END, None]]:
            if kind == SIGNATURE:
                content = key.state('evidence', chain)
            elif kind == ENTRY:
                content = content.encode()
            elif kind == END:
                content = u64(count)
            part = struct.pack('>BI', kind, len(content)) + content
            chain = sha(chain, part)
            out += part + chain
            count += 1
        path.write_bytes(out)

    def origin(self, entry):
        """Of ENTRY's log."""
        maker, partner = self.companies
        teller, told = ((maker, partner) if entry.log == 1 else
                        (partner, maker))
        return notes.origin_of(teller, told, entry.number)

    def body(self, entry):
        return seal.open_sealed(entry.header, entry.sealed, entry.ek,
                                self.origin(entry))

    def entries(self):
        return [content for kind, content in self.parts if kind == ENTRY]

    def find(self, kind, text=b''):
        """The entry of KIND, a number, whose body has TEXT."""
        for entry in self.entries():
            if entry.state != OPEN or text not in self.body(entry):
                continue
            if wire.read_body(self.body(entry))[0]['record']['kind'] == kind:
                return entry
        raise harness.Failure(f'no {kind} with {text} in the pack')

    def reseal(self, entry, old, new):
        """Puts NEW in OLD's place in the words of ENTRY, in a body as good as
        the one before; the proof is left as it is."""
        header = seal.read_header(entry.header)
        entry.header, entry.sealed, entry.ek = seal.seal(
            self.body(entry).replace(old, new), self.origin(entry),
            header.entry_class, header.index, header.time, header.seen,
            header.witness)

    def drop(self, unwanted):
        """Leaves out the parts for which UNWANTED(type, content)."""
        self.parts = [part for part in self.parts if not unwanted(*part)]

    def drop_notes(self, kind, origin):
        self.drop(lambda part, content: part == NOTE and content[0] == kind
                  and content[1:].startswith(origin.encode() + b'\n'))

    def retree(self, entry, key, sign):
        """Leaves of ENTRY's log nothing but ENTRY, in a tree made up for it,
        under a note by KEY. SIGN: notes.sign_checkpoint, or one like it that
        makes a receipt."""
        index, origin = seal.read_header(entry.header).index, self.origin(entry)
        leaves = [tree.leaf_hash(entry.header)] * (index + 1)
        entry.size, entry.proof = len(leaves), tree.inclusion(index, leaves)
        note = sign(key, origin, len(leaves), tree.root(leaves))
        kind = CHECKPOINT if sign is notes.sign_checkpoint else RECEIPT
        self.drop_notes(CHECKPOINT, origin)
        self.drop_notes(RECEIPT, origin)
        self.drop(lambda part, content: part == ENTRY and
                  content is not entry and content.log == entry.log)
        place = [part[1] for part in self.parts].index(entry)
        self.parts.insert(place, [NOTE, bytes([kind]) + note])
