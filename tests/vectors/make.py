#!/usr/bin/python3
"""make.py - computes the test vectors of docs/PROTOCOL.md, parts 1 to 4.

Written from the document with hashlib and PyNaCl, sharing nothing with libkith:

    /usr/bin/python3 tests/vectors/make.py          write
    /usr/bin/python3 tests/vectors/make.py --check  exit 1 if one differs

Every input is fixed: keys and random bytes are hashes of their names.
"""
import base64
import hashlib
import json
import pathlib
import struct
import sys

from nacl import bindings, signing

HERE = pathlib.Path(__file__).resolve().parent
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST_BODY = 128 * 1024 - 4


def sha256(data):
    return hashlib.sha256(data).digest()


def blake(key, data):
    return hashlib.blake2b(data, digest_size=32, key=key).digest()


def fixed(name):
    """32 bytes that stand for a secret or random value in the vectors."""
    return sha256(b"kith test vector: " + name.encode())


def label(text):
    return text.encode() + b"\0"


def u64(number):
    return struct.pack(">Q", number)


def base32(data, count):
    bits = "".join(f"{byte:08b}" for byte in data) + "0" * 10
    return "".join(CROCKFORD[int(bits[5 * i:5 * i + 5], 2)]
                   for i in range(count))


def b64(data):
    return base64.b64encode(data).decode()


class SignKey:
    def __init__(self, name):
        self.seed = fixed(name)
        self.key = signing.SigningKey(self.seed)
        self.pk = bytes(self.key.verify_key)

    def sign(self, message):
        return self.key.sign(message).signature

    def statement(self, kind, data):
        return self.sign(label("kith/v1/" + kind) + data)


class BoxKey:
    def __init__(self, name):
        self.secret = fixed(name)
        self.pk = bindings.crypto_scalarmult_base(self.secret)


ROOT_A, ROOT_B = SignKey("root a"), SignKey("root b")
LOG_A, RECEIPT_A, STATEMENT_A = (SignKey("log a"), SignKey("receipt a"),
                                 SignKey("statement a"))
TRANSPORT_A, SEALING_A = BoxKey("transport a"), BoxKey("sealing a")
RECEIPT_B, SEALING_B = SignKey("receipt b"), BoxKey("sealing b")


# -- ids ---------------------------------------------------------------------

def short_id(company):
    chars = base32(sha256(label("kith/v1/short") + company), 12)
    check = base32(sha256(label("kith/v1/check") + chars.encode()), 2)
    return f"{chars[:4]}-{chars[4:8]}-{chars[8:]}-{check}"


def ids():
    return {"companies": [{"id": key.pk.hex(), "short": short_id(key.pk)}
                          for key in (ROOT_A, ROOT_B)]}


# -- tree --------------------------------------------------------------------

def leaf_hash(data):
    return sha256(b"\0" + data)


def split(count):
    k = 1
    while 2 * k < count:
        k *= 2
    return k


def root_of(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\1" + root_of(leaves[:k]) + root_of(leaves[k:]))


def inclusion(index, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion(index, leaves[:k]) + [root_of(leaves[k:])]
    return inclusion(index - k, leaves[k:]) + [root_of(leaves[:k])]


def consistency(size, leaves, whole=True):
    if size == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = split(len(leaves))
    if size <= k:
        return consistency(size, leaves[:k], whole) + [root_of(leaves[k:])]
    return (consistency(size - k, leaves[k:], False) + [root_of(leaves[:k])])


def range_encoding(leaves):
    out, at = u64(len(leaves)), 0
    for level in range(62, -1, -1):
        if len(leaves) >> level & 1:
            out += root_of(leaves[at:at + (1 << level)])
            at += 1 << level
    return out


def tree():
    leaves = [leaf_hash(struct.pack(">I", i)) for i in range(70)]
    return {
        "leaf": "leaf i is the hash of i as four bytes",
        "trees": [{"size": n, "root": root_of(leaves[:n]).hex(),
                   "encoded": range_encoding(leaves[:n]).hex()}
                  for n in (0, 1, 2, 3, 4, 5, 7, 8, 31, 32, 64, 70)],
        "inclusion": [{"index": i, "size": n,
                       "proof": b"".join(inclusion(i, leaves[:n])).hex()}
                      for n in (1, 2, 5, 7, 32, 70)
                      for i in sorted({0, n // 2, n - 1})],
        "consistency": [{"size1": m, "size2": n,
                         "proof": b"".join(consistency(m, leaves[:n])).hex()}
                        for n in (1, 2, 5, 7, 32, 70)
                        for m in sorted({1, (n + 1) // 2, n})],
    }


# -- statements --------------------------------------------------------------

STATEMENTS = ["card-root", "card-address", "root-change", "hello", "agreement",
              "person-signs", "person-key", "key-notice", "certificate",
              "evidence"]


def sign():
    return {"seed": STATEMENT_A.seed.hex(), "pk": STATEMENT_A.pk.hex(),
            "bytes": b"what is said".hex(),
            "statements": [{"number": i + 1, "type": kind,
                            "signature": STATEMENT_A.statement(
                                kind, b"what is said").hex()}
                           for i, kind in enumerate(STATEMENTS)]}


# -- notes and checkpoints ---------------------------------------------------

def key_hash(name, kind, pk):
    return sha256(name.encode() + b"\n" + bytes([kind]) + pk)[:4]


def note_line(name, blob):
    return f"\u2014 {name} {b64(blob)}\n"


def ed25519_line(name, key, text):
    return note_line(name, key_hash(name, 1, key.pk) + key.sign(text.encode()))


def cosignature_line(name, key, text, time):
    message = f"cosignature/v1\ntime {time}\n{text}"
    return note_line(name, key_hash(name, 4, key.pk) + u64(time)
                     + key.sign(message.encode()))


def verifier_key(name, kind, pk):
    return (f"{name}+{key_hash(name, kind, pk).hex()}+"
            + b64(bytes([kind]) + pk))


def origin_of(sender, receiver, number):
    return f"kith/{sender.pk.hex()}/{receiver.pk.hex()}/{number}"


ORIGIN = origin_of(ROOT_A, ROOT_B, 1)


def checkpoint():
    root, time = sha256(b"some root"), 1795000000
    text = f"{ORIGIN}\n4711\n{b64(root)}\n"
    receipt_name = "kith/" + ROOT_B.pk.hex()
    log_line = ed25519_line(ORIGIN, LOG_A, text)
    receipt_line = cosignature_line(receipt_name, RECEIPT_B, text, time)
    return {"sender": ROOT_A.pk.hex(), "receiver": ROOT_B.pk.hex(),
            "log_number": 1, "origin": ORIGIN, "size": 4711,
            "root": root.hex(), "log_seed": LOG_A.seed.hex(),
            "receipt_seed": RECEIPT_B.seed.hex(), "time": time,
            "log_key": verifier_key(ORIGIN, 1, LOG_A.pk),
            "receipt_key": verifier_key(receipt_name, 4, RECEIPT_B.pk),
            "checkpoint": text + "\n" + log_line,
            "receipt": text + "\n" + receipt_line,
            "merged": text + "\n" + log_line + receipt_line}


# -- entries and their seal --------------------------------------------------

def padded_len(length):
    length = max(length + 4, 512)
    exponent = length.bit_length() - 1
    kept = exponent.bit_length()
    step = 1 << (exponent - kept)
    return (length + step - 1) // step * step


def pad(body):
    return (struct.pack(">I", len(body)) + body).ljust(padded_len(len(body)),
                                                       b"\0")


def seal_entry(case):
    length = case["body_len"]
    body = bytes((7 * i + length) % 256 for i in range(length))
    padded, random = pad(body), fixed(f"entry {length}")
    place = u64(case["index"]) + ORIGIN.encode()
    ek = blake(random, ORIGIN.encode() + u64(case["index"]) + padded)
    commitment = blake(ek, label("kith/v1/entry commitment") + place)
    witness = fixed("witness")
    head = (bytes([1, case["class"]]) + u64(case["index"]) + u64(case["time"])
            + u64(case["seen"]))
    ad = ORIGIN.encode() + head + commitment + witness
    sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        padded, ad, bytes(24), blake(ek, label("kith/v1/entry key")))
    header = (head + struct.pack(">I", len(sealed)) + sha256(sealed)
              + commitment + witness)
    out = dict(case, random=random.hex(), ek=ek.hex(), witness=witness.hex(),
               commitment=commitment.hex(), ad=ad.hex(), header=header.hex(),
               leaf=leaf_hash(header).hex(), sealed_len=len(sealed),
               sealed_hash=sha256(sealed).hex())
    if len(sealed) < 600:
        out["sealed"] = sealed.hex()
    return out


def ek_box(eks):
    """crypto_box_seal with a fixed ephemeral key."""
    ephemeral = BoxKey("ephemeral")
    nonce = hashlib.blake2b(ephemeral.pk + SEALING_B.pk,
                            digest_size=24).digest()
    return ephemeral.pk + bindings.crypto_box(eks, nonce, SEALING_B.pk,
                                              ephemeral.secret)


def seal():
    cases = [{"body_len": n, "class": 1 + i % 3, "index": 1000 * i,
              "time": 1795000000 + i, "seen": 7 * i}
             for i, n in enumerate((0, 1, 250, 508, 509, 4000, LONGEST_BODY))]
    entries = [seal_entry(case) for case in cases]
    eks = [bytes.fromhex(entry["ek"]) for entry in entries]
    place = u64(42) + ORIGIN.encode()
    witness_key = blake(fixed("salt"), label("kith/v1/witness") + place)
    nonce = fixed("owner ref")[:24]
    ref = fixed("internal id")[:16] + u64(77)
    lengths = [0, 508, 509, 540, 541, 1020, 1021, 2000, 100000, LONGEST_BODY]
    return {
        "origin": ORIGIN, "entries": entries,
        "body": "byte i of a body is (7 i + body_len) mod 256",
        "padding": [{"len": n, "padded": padded_len(n)} for n in lengths],
        "box": {"secret": SEALING_B.secret.hex(), "pk": SEALING_B.pk.hex(),
                "eks": b"".join(eks).hex(), "box": ek_box(b"".join(eks)).hex()},
        "witness": {"salt_key": fixed("salt").hex(), "index": 42,
                    "audit_size": 99, "audit_root": fixed("audit").hex(),
                    "witness": blake(witness_key,
                                     u64(99) + fixed("audit")).hex()},
        "owner_ref": {
            "recovery_key": fixed("recovery").hex(), "index": 42,
            "id": ref[:16].hex(), "revision": 77,
            "sealed": (nonce
                       + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
                           ref, label("kith/v1/owner ref") + place, nonce,
                           fixed("recovery"))).hex()},
    }


# -- cards, pairing, keys ----------------------------------------------------

def next_root(key):
    return sha256(label("kith/v1/next-root") + key.pk)


def card_of(root, following, changes, revision):
    part = (ROOT_A.pk + u64(revision) + u64(1795000000) + u64(1858000000)
            + LOG_A.pk + RECEIPT_A.pk + STATEMENT_A.pk + TRANSPORT_A.pk
            + SEALING_A.pk + next_root(following))
    out = b"\1" + part + root.statement("card-root", part)
    out += bytes([len(changes)])
    for old, new in changes:
        change = ROOT_A.pk + old.pk + new.pk
        out += (change + old.statement("root-change", change)
                + new.statement("root-change", change))
    name = "Acme Devices Gr\u00f6\u00dfe".encode()
    address = (ROOT_A.pk + u64(1795000001) + b"\1" + bytes([len(name)]) + name
               + b"\2")
    for endpoint in (b"tcp://sync.acme.example:7443", b"tcp://[2001:db8::1]:1"):
        address += struct.pack(">H", len(endpoint)) + endpoint
    return (out + struct.pack(">H", len(address)) + address
            + STATEMENT_A.statement("card-address", address))


def armour(title, data):
    text = b64(data)
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    check = sha256(label("kith/v1/armour") + data)[:4].hex()
    return "\n".join([f"-----BEGIN KITH {title}-----", *lines,
                      f"check:{check}", f"-----END KITH {title}-----", ""])


def pairing(speaker, listener):
    both = speaker.pk + listener.pk
    value = blake(b"", label("kith/v1/pairing") + both)
    for _ in range(65536):
        value = blake(b"", value + both)
    return " ".join(f"{int.from_bytes(value[5 * i:5 * i + 5], 'big') % 100000:05}"
                    for i in range(6))


def card():
    second, third = SignKey("root a 2"), SignKey("root a 3")
    first = card_of(ROOT_A, second, [], 1795000000)
    changed = card_of(second, third, [(ROOT_A, second)], 1796000000)
    return {"root_seed": ROOT_A.seed.hex(), "next_seed": second.seed.hex(),
            "third_seed": third.seed.hex(), "name": "Acme Devices Größe",
            "card": first.hex(), "digest": sha256(first).hex(),
            "next_root": next_root(second).hex(),
            "changed": changed.hex(), "armour": armour("CARD", first),
            "pairing": [{"speaker": a.pk.hex(), "listener": b.pk.hex(),
                         "groups": pairing(a, b)}
                        for a, b in ((ROOT_A, ROOT_B), (ROOT_B, ROOT_A))]}


def sheet_lines(letter, secret):
    chars, out = base32(secret, 52), ""
    for i in range(4):
        part, tag = chars[13 * i:13 * i + 13], f"{letter}{i + 1}"
        check = base32(sha256(label("kith/v1/sheet") + (tag + part).encode()),
                       2)
        text = part + check
        out += f"{tag}  {text[:5]}-{text[5:10]}-{text[10:]}\n"
    return out


def keys():
    signs, boxes = (LOG_A, RECEIPT_A, STATEMENT_A), (TRANSPORT_A, SEALING_A)
    backup, following = fixed("backup"), SignKey("root a 2")
    return {"encoded": (b"".join(key.seed + key.pk for key in signs)
                        + b"".join(key.secret + key.pk
                                   for key in boxes)).hex(),
            "backup_key": backup.hex(),
            "recovery_key": blake(backup, label("kith/v1/recovery")).hex(),
            "root_seed": ROOT_A.seed.hex(),
            "next_seed": following.seed.hex(),
            "sheet": sheet_lines("R", ROOT_A.seed) + sheet_lines("B", backup),
            "next_sheet": sheet_lines("N", following.seed)}


def main():
    same = True
    for make in (ids, tree, sign, checkpoint, seal, card, keys):
        path = HERE / f"{make.__name__}.json"
        text = json.dumps(make(), indent=1, ensure_ascii=False) + "\n"
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path.name} differs")
            same = False
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
