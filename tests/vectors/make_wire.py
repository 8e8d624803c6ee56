#!/usr/bin/python3
"""make_wire.py - computes the test vectors of docs/PROTOCOL.md, parts 5 to 9.

An encoder of its own: written from the document and proto/*.proto by hand,
without any protobuf library and sharing no code with libkith. It writes
wire.json and the corpora of the fuzz targets that read the same messages:

    /usr/bin/python3 tests/vectors/make_wire.py          write
    /usr/bin/python3 tests/vectors/make_wire.py --check  exit 1 if one differs

Bytes are hex; ids and keys are one byte repeated, so that they are seen.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parent / "fuzz" / "corpus"


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value):
    return value * 2 if value >= 0 else -value * 2 - 1


def number(field, value):
    return varint(field << 3) + varint(value)


def octets(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def optional(field, value):
    """A field that is left out when it is 0, false or empty."""
    if isinstance(value, (bytes, str)):
        data = value.encode() if isinstance(value, str) else value
        return octets(field, data) if data else b""
    return number(field, int(value)) if value else b""


def hexed(value, length):
    """The bytes of a hex text; none and absent are empty."""
    data = bytes.fromhex(value or "")
    assert len(data) in (0, length)
    return data


# ---- messages, from the values that stand beside their bytes ----

def when(value):
    kinds = ["date", "unknown", "not_announced", "passed", "window",
             "verbatim"]
    return (number(1, kinds.index(value["kind"]) + 1)
            + optional(2, zigzag(value.get("from_day", 0)))
            + optional(3, zigzag(value.get("to_day", 0)))
            + optional(4, value.get("text", "")))


def field(value):
    out = number(1, value["number"])
    kind = value["type"]
    if kind == "text":
        return out + octets(2, value["value"].encode())
    if kind == "number":
        return out + number(3, zigzag(value["value"]))
    if kind == "octets":
        return out + octets(4, bytes.fromhex(value["value"]))
    if kind == "when":
        return out + octets(5, when(value["value"]))
    assert kind == "choice"
    return out + number(6, value["value"])


def record(value):
    return (number(1, value["kind"])
            + optional(2, hexed(value.get("id"), 16))
            + optional(3, int(value.get("revision", 0)))
            + optional(4, zigzag(value.get("changed_at", 0)))
            + optional(5, value.get("label", 0))
            + optional(6, value.get("inactive", False))
            + optional(7, hexed(value.get("project"), 16))
            + optional(8, hexed(value.get("author"), 16))
            + optional(9, hexed(value.get("owner"), 32))
            + b"".join(octets(10, field(one))
                       for one in value.get("fields", [])))


def body(value):
    audience = (optional(1, value.get("bound", False))
                + b"".join(octets(2, hexed(person, 16))
                           for person in value.get("persons", []))
                + optional(3, value.get("audience_version", 0)))
    return (number(1, value["class"])
            + octets(2, record(value["record"]))
            + optional(3, hexed(value.get("agreement"), 32))
            + optional(4, hexed(value.get("grant"), 16))
            + optional(5, value.get("purpose", ""))
            + optional(6, audience)
            + optional(7, hexed(value.get("recovery"), 64)))


def greet(value):
    return (b"\x01" + value["protocol_min"].to_bytes(2, "big")
            + value["protocol_max"].to_bytes(2, "big")
            + hexed(value["nonce"], 32))


def claim(value):
    return (optional(1, value.get("log_number", 0))
            + optional(2, value.get("size", 0))
            + optional(3, value.get("note", "")))


def hello_text(value):
    return (b"".join(octets(i + 1, hexed(value[name], 32))
                     for i, name in enumerate([
                         "sender", "receiver", "sender_transport",
                         "receiver_transport", "sender_nonce",
                         "receiver_nonce"]))
            + number(7, value["protocol"])
            + optional(8, value.get("features", 0))
            + octets(9, bytes.fromhex(value["card"]))
            + number(10, value["session"])
            + optional(11, value.get("partner_session", 0))
            + optional(12, value.get("verified", False))
            + octets(13, claim(value["mine"]))
            + octets(14, claim(value["yours"])))


def hello(value):
    return (b"\x02" + octets(1, hello_text(value))
            + octets(2, hexed(value["signature"], 64)))


def push(value):
    return (b"\x03" + number(1, value["log_number"])
            + number(2, value["first"])
            + octets(3, value["checkpoint"].encode())
            + optional(4, bytes.fromhex(value.get("keys", "")))
            + b"".join(octets(5, octets(1, hexed(entry["header"], 126))
                              + optional(2, bytes.fromhex(
                                  entry.get("sealed", ""))))
                       for entry in value["entries"]))


def receipt(value):
    return (b"\x04" + number(1, value["log_number"])
            + number(2, value["processed"])
            + optional(3, value.get("note", "")))


def want(value):
    return (b"\x05" + optional(1, value.get("own_log", False))
            + number(2, value["log_number"])
            + b"".join(octets(3, number(1, start) + number(2, count))
                       for start, count in value["ranges"]))


def held(value):
    return (b"\x09" + optional(1, value.get("log_number", 0))
            + optional(2, value.get("size", 0))
            + optional(3, value.get("note", ""))
            + optional(4, value.get("receipt", ""))
            + optional(5, value.get("next_log", 0))
            + optional(6, bytes.fromhex(value.get("push", "")))
            + optional(7, bytes.fromhex(value.get("card", ""))))


def refuse(value):
    return (b"\x06" + value["code"].to_bytes(2, "big")
            + value["sentence"].encode())


def ping(value):
    return (bytes([value["type"]])
            + int(value["token"], 16).to_bytes(8, "big"))


def request(value):
    return (octets(1, hexed(value["request_id"], 16))
            + number(2, value["verb"])
            + optional(3, value.get("as_person", ""))
            + optional(4, value.get("dry_run", False))
            + b"".join(octets(5, record(one))
                       for one in value.get("records", [])))


def answer(value):
    return (octets(1, hexed(value["request_id"], 16))
            + number(2, value["status"])
            + optional(3, value.get("code", ""))
            + optional(4, value.get("what", ""))
            + optional(5, value.get("next", ""))
            + optional(6, value.get("more", False))
            + optional(7, value.get("warnings", False))
            + b"".join(octets(8, record(one))
                       for one in value.get("records", [])))


# ---- the cases ----

MESSAGE = {
    "kind": 4, "id": "11" * 16, "revision": 1, "changed_at": 1795000000,
    "label": 3, "project": "22" * 16, "author": "33" * 16,
    "fields": [
        {"number": 1, "type": "octets", "value": "44" * 16},
        {"number": 2, "type": "choice", "value": 3},
        {"number": 3, "type": "text",
         "value": "Der Zulieferer f\u00e4llt aus \u2013 neue Quelle?\n"},
        {"number": 4, "type": "when",
         "value": {"kind": "date", "from_day": 20820}},
    ],
}
MILESTONE = {
    "kind": 3, "id": "55" * 16, "revision": 300, "changed_at": 1795000001,
    "label": 2, "inactive": True, "project": "22" * 16,
    "fields": [
        {"number": 1, "type": "octets", "value": "66" * 16},
        {"number": 2, "type": "choice", "value": 6},
        {"number": 4, "type": "when", "value": {
            "kind": "window", "from_day": 20878, "to_day": 20923}},
        {"number": 5, "type": "when", "value": {"kind": "not_announced"}},
        {"number": 8, "type": "choice", "value": 2},
        {"number": 10, "type": "number", "value": 0},
        {"number": 11, "type": "octets", "value": "77" * 16},
        {"number": 11, "type": "octets", "value": "78" * 16},
        {"number": 904, "type": "text", "value": ""},
    ],
}
EXTREMES = {
    "kind": 4294967295, "revision": "18446744073709551615",
    "changed_at": -9223372036854775808, "label": 4, "owner": "99" * 32,
    "fields": [
        {"number": 1, "type": "number", "value": 9223372036854775807},
        {"number": 1, "type": "number", "value": -9223372036854775808},
        {"number": 2, "type": "choice", "value": 4294967295},
        {"number": 3, "type": "when", "value": {
            "kind": "window", "from_day": -719162, "to_day": 2932896}},
        {"number": 4, "type": "when",
         "value": {"kind": "verbatim", "text": "Q3 \U0001F600"}},
        {"number": 5, "type": "when", "value": {"kind": "unknown"}},
        {"number": 6, "type": "when", "value": {"kind": "passed"}},
        {"number": 65535, "type": "octets", "value": ""},
    ],
}
NOTE = "kith/aa/bb/1\n2\nAAAA\n\n\u2014 kith/aa/bb/1 AAAA\n"

GOOD = [
    ("record-bare", record, {"kind": 106}),
    ("record-message", record, MESSAGE),
    ("record-milestone", record, MILESTONE),
    ("record-extremes", record, EXTREMES),
    ("record-newer", record, {"kind": 37, "label": 9, "fields": [
        {"number": 1, "type": "choice", "value": 1}]}),
    ("body-project", body, {
        "class": 3, "record": MESSAGE, "agreement": "aa" * 32,
        "grant": "bb" * 16, "purpose": "early planning of g1",
        "persons": ["cc" * 16, "cd" * 16], "audience_version": 2,
        "recovery": "dd" * 64}),
    ("body-bound", body, {
        "class": 3, "record": MILESTONE, "agreement": "aa" * 32,
        "bound": True}),
    ("body-relation", body, {"class": 1, "record": {
        "kind": 106, "id": "cc" * 16, "fields": [
            {"number": 2, "type": "text", "value": "buyer"}]}}),
    ("body-duty", body, {"class": 2, "record": {"kind": 200, "fields": [
        {"number": 1, "type": "number", "value": 7},
        {"number": 2, "type": "number", "value": 3},
        {"number": 3, "type": "choice", "value": 4}]}}),
    ("greet", greet, {"protocol_min": 1, "protocol_max": 1,
                      "nonce": "01" * 32}),
    ("greet-later", greet, {"protocol_min": 2, "protocol_max": 515,
                            "nonce": "00" * 32}),
    ("hello-first", hello, {
        "sender": "a1" * 32, "receiver": "a2" * 32,
        "sender_transport": "a3" * 32, "receiver_transport": "a4" * 32,
        "sender_nonce": "a5" * 32, "receiver_nonce": "a6" * 32,
        "protocol": 1, "card": "c0ffee", "session": 1, "mine": {},
        "yours": {}, "signature": "51" * 64}),
    ("hello-later", hello, {
        "sender": "a1" * 32, "receiver": "a2" * 32,
        "sender_transport": "a3" * 32, "receiver_transport": "a4" * 32,
        "sender_nonce": "a5" * 32, "receiver_nonce": "a6" * 32,
        "protocol": 1, "features": 9, "card": "c0ffee", "session": 12,
        "partner_session": 11, "verified": True,
        "mine": {"log_number": 2, "size": 2, "note": NOTE},
        "yours": {"log_number": 1, "size": 300},
        "signature": "51" * 64}),
    ("push-one", push, {"log_number": 1, "first": 0, "checkpoint": NOTE,
                        "keys": "ab" * 80,
                        "entries": [{"header": "01" * 126,
                                     "sealed": "fe" * 528}]}),
    ("push-bare", push, {"log_number": 2, "first": 300, "checkpoint": NOTE,
                         "keys": "ab" * 80,
                         "entries": [{"header": "01" * 126},
                                     {"header": "02" * 126,
                                      "sealed": "fe" * 560},
                                     {"header": "03" * 126}]}),
    ("receipt", receipt, {"log_number": 1, "processed": 300, "note": NOTE}),
    ("receipt-held", receipt, {"log_number": 1, "processed": 0}),
    ("want", want, {"log_number": 1, "ranges": [[0, 3], [4, 512]]}),
    ("want-own", want, {"own_log": True, "log_number": 3,
                        "ranges": [[4611686018427387904, 1]]}),
    ("held", held, {"log_number": 1, "size": 2, "note": NOTE,
                    "receipt": NOTE, "next_log": 1767225600,
                    "push": "03" + "5a" * 40}),
    ("held-none", held, {"log_number": 1}),
    ("held-card", held, {"card": "c4" * 300}),
    ("refuse", refuse, {"code": 8, "sentence":
                        "session 11 was used before: restored or cloned"}),
    ("refuse-bare", refuse, {"code": 65535, "sentence": ""}),
    ("ping", ping, {"type": 7, "token": "0102030405060708"}),
    ("pong", ping, {"type": 8, "token": "ffffffffffffffff"}),
    ("request", request, {
        "request_id": "e1" * 16, "verb": 21, "as_person": "ann",
        "dry_run": True, "records": [MESSAGE, MILESTONE]}),
    ("request-bare", request, {"request_id": "00" * 16, "verb": 1}),
    ("answer", answer, {
        "request_id": "e1" * 16, "status": 3, "code": "nda_missing",
        "what": "no agreement with acme is in force",
        "next": "kith nda propose acme"}),
    ("answer-rows", answer, {
        "request_id": "e1" * 16, "status": 0, "more": True, "warnings": True,
        "records": [{"kind": 1200, "owner": "99" * 32}]}),
]


def value_of(wanted):
    return next(value for name, _, value in GOOD if name == wanted)


def bad_cases():
    """Bytes that break one rule each: name, type, bytes."""
    ident = octets(2, b"\x11" * 16)
    kind = number(1, 4)
    text = octets(10, number(1, 3) + octets(2, b"text"))
    plain_body = number(1, 3) + octets(2, kind)
    hello_value = value_of("hello-first")
    short = dict(hello_value, sender="")
    yield "record-empty", "record", b""
    yield "record-no-kind", "record", ident
    yield "record-kind-0", "record", number(1, 0)
    yield "record-order", "record", ident + kind
    yield "record-twice", "record", kind + ident + ident
    yield "record-unknown-field", "record", kind + number(11, 1)
    yield "record-long-varint", "record", b"\x08\x84\x00"
    yield "record-long-tag", "record", b"\x88\x00\x04"
    yield "record-kind-too-big", "record", number(1, (1 << 32) + 4)
    yield "record-varint-65-bits", "record", kind + b"\x18" + b"\xff" * 9 \
        + b"\x02"
    yield "record-revision-0", "record", kind + number(3, 0)
    yield "record-inactive-0", "record", kind + number(6, 0)
    yield "record-inactive-2", "record", kind + number(6, 2)
    yield "record-id-empty", "record", kind + octets(2, b"")
    yield "record-id-zeros", "record", kind + octets(2, bytes(16))
    yield "record-id-short", "record", kind + octets(2, b"\x11" * 15)
    yield "record-wire-type", "record", kind + number(2, 1)
    yield "record-cut", "record", kind + ident[:-1]
    yield "record-trailing", "record", kind + ident + b"\x00"
    yield "record-field-order", "record", kind + text + octets(
        10, number(1, 2) + octets(2, b"text"))
    yield "record-field-number-0", "record", kind + octets(
        10, number(1, 0) + octets(2, b"text"))
    yield "record-field-number-65536", "record", kind + octets(
        10, number(1, 65536) + octets(2, b"text"))
    yield "record-field-bare", "record", kind + octets(10, number(1, 1))
    yield "record-field-two-values", "record", kind + octets(
        10, number(1, 1) + octets(2, b"text") + number(3, 2))
    yield "record-choice-0", "record", kind + octets(
        10, number(1, 1) + number(6, 0))
    for name, value in [("utf8", b"\xff"), ("utf8-long", b"\xc0\xaf"),
                        ("surrogate", b"\xed\xa0\x80"), ("nul", b"a\0b"),
                        ("tab", b"a\tb"), ("escape", b"\x1b[2J"),
                        ("c1", b"\xc2\x9b")]:
        yield "record-text-" + name, "record", kind + octets(
            10, number(1, 3) + octets(2, value))
    yield "record-when-0", "record", kind + octets(
        10, number(1, 4) + octets(5, number(1, 0)))
    yield "record-when-date-to", "record", kind + octets(
        10, number(1, 4) + octets(5, number(1, 1) + number(3, 2)))
    yield "record-when-window-turned", "record", kind + octets(
        10, number(1, 4) + octets(5, number(1, 5) + number(2, 4)
                                  + number(3, 2)))
    yield "record-when-passed-text", "record", kind + octets(
        10, number(1, 4) + octets(5, number(1, 4) + octets(4, b"x")))
    yield "record-when-verbatim-empty", "record", kind + octets(
        10, number(1, 4) + octets(5, number(1, 6)))
    yield "record-when-year-10000", "record", kind + octets(
        10, number(1, 4) + octets(5, number(1, 1)
                                  + number(2, zigzag(2932897))))
    yield "record-257-fields", "record", kind + text * 257
    yield "body-class-and-kind", "body", number(1, 1) + octets(2, kind)
    yield "body-local-kind", "body", number(1, 3) + octets(2, number(1, 1000))
    yield "body-purpose-of-duty", "body", number(1, 2) + octets(
        2, number(1, 200)) + octets(5, b"purpose")
    yield "body-field-0", "body", number(0, 1) + plain_body
    yield "body-empty-audience", "body", plain_body + octets(6, b"")
    yield "body-person-short", "body", plain_body + octets(
        6, octets(2, b"\x01" * 15))
    yield "body-recovery-short", "body", plain_body + octets(7, b"\x01" * 63)
    yield "body-owner", "body", number(1, 3) + octets(
        2, kind + octets(9, b"\x99" * 32))
    yield "greet-short", "frame", greet(value_of("greet"))[:-1]
    yield "greet-long", "frame", greet(value_of("greet")) + b"\0"
    yield "greet-turned", "frame", greet(
        {"protocol_min": 2, "protocol_max": 1, "nonce": "00" * 32})
    yield "greet-from-0", "frame", greet(
        {"protocol_min": 0, "protocol_max": 1, "nonce": "00" * 32})
    yield "hello-key-short", "frame", hello(short)
    yield "hello-protocol-65537", "frame", hello(
        dict(hello_value, protocol=65537))
    yield "hello-session-0", "frame", hello(dict(hello_value, session=0))
    yield "hello-session-2-63", "frame", hello(
        dict(hello_value, session=1 << 63))
    yield "hello-partner-session-2-63", "frame", hello(
        dict(hello_value, partner_session=1 << 63))
    yield "hello-note-of-nothing", "frame", hello(
        dict(hello_value, mine={"log_number": 1, "note": NOTE}))
    yield "hello-text-unknown-field", "frame", b"\x02" + octets(
        1, hello_text(hello_value) + number(15, 1)) + octets(2, b"\x51" * 64)
    one = value_of("push-one")
    yield "push-empty", "frame", push(dict(one, entries=[], keys=""))
    yield "push-log-0", "frame", push(dict(one, log_number=0))
    yield "push-without-keys", "frame", push(dict(one, keys=""))
    yield "push-keys-of-nothing", "frame", push(
        dict(one, entries=[{"header": "01" * 126}]))
    yield "receipt-log-0", "frame", receipt({"log_number": 0, "processed": 1})
    yield "held-nothing", "frame", held({})
    yield "held-size-bare", "frame", held({"log_number": 1, "size": 2})
    yield "held-card-and-log", "frame", held({"log_number": 1, "card": "c4"})
    yield "held-next-before", "frame", held({"log_number": 5, "next_log": 5})
    yield "want-nothing", "frame", want({"log_number": 1, "ranges": []})
    yield "want-touching", "frame", want(
        {"log_number": 1, "ranges": [[0, 3], [3, 1]]})
    yield "want-count-0", "frame", want({"log_number": 1, "ranges": [[0, 0]]})
    yield "refuse-code-0", "frame", refuse({"code": 0, "sentence": ""})
    yield "refuse-escape", "frame", refuse({"code": 1, "sentence": "\x1b[2J"})
    yield "refuse-401", "frame", refuse({"code": 1, "sentence": "r" * 401})
    yield "ping-short", "frame", ping({"type": 7, "token": "00"})[:-1]
    yield "request-id-short", "request", octets(1, b"\1" * 15) + number(2, 1)
    yield "answer-status-18", "answer", octets(1, b"\1" * 16) + number(2, 18)
    yield "answer-code-40", "answer", octets(1, b"\1" * 16) + number(2, 3) \
        + octets(3, b"c" * 40)


def newer_cases():
    """Bodies of which only a part is of a newer version."""
    plain = number(1, 3) + octets(2, number(1, 4))
    yield "body-newer-field", plain + octets(8, b"newer")
    yield "body-newer-class", number(1, 4) + octets(2, number(1, 4))
    yield "body-newer-audience", plain + octets(6, number(1, 1)
                                                + number(4, 1))
    yield "body-newer-value", number(1, 3) + octets(
        2, number(1, 4) + octets(10, number(1, 1) + octets(7, b"newer")))


FRAMES = ("greet", "hello", "push", "receipt", "want", "held", "refuse", "ping")


def files():
    """Every file this program owns, with its bytes."""
    good = [{"name": name, "type": make.__name__, "value": value,
             "hex": make(value).hex()} for name, make, value in GOOD]
    bad = [{"name": name, "type": kind, "hex": data.hex()}
           for name, kind, data in bad_cases()]
    newer = [{"name": name, "type": "body", "hex": data.hex()}
             for name, data in newer_cases()]
    text = json.dumps({"good": good, "bad": bad, "newer": newer}, indent=1)
    yield HERE / "wire.json", (text + "\n").encode()
    for name, make, value in GOOD:
        kind = make.__name__
        if kind in FRAMES:
            yield CORPUS / "session" / name, make(value)
        elif kind in ("request", "answer"):
            # The first byte picks the decoder.
            pick = b"\0" if kind == "request" else b"\1"
            yield CORPUS / "control" / name, pick + make(value)
        else:
            yield CORPUS / kind / name, make(value)


def main():
    differ = 0
    for path, data in files():
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_bytes() != data:
                print(f"{path}: differs")
                differ = 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return differ


if __name__ == "__main__":
    sys.exit(main())
