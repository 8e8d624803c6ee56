"""Strict decoding of protobuf, and the one encoding that passes it
(docs/PROTOCOL.md 6). What the messages are stands in wire.py."""
import dataclasses

from .basics import Fault, need

VARINT, BYTES8, BYTES, BYTES4 = 0, 1, 2, 5
LIMITS = {'uint32': 32, 'sint32': 32, 'uint64': 64, 'sint64': 64, 'bool': 1}


@dataclasses.dataclass(frozen=True)
class Field:
    number: int
    name: str
    kind: str  # uint32 uint64 sint32 sint64 bool string bytes message
    rule: str = 'optional'  # required, optional, repeated, one
    sub: tuple = ()  # fields of a message
    size: int = 0  # bytes: exactly so many
    most: int = 0  # bytes and text: at most; repeated: so many
    check: object = None  # called with the message's dict, or the value

    @property
    def wire_type(self):
        return VARINT if self.kind in LIMITS else BYTES


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def varint(self):
        value = shift = 0
        while True:
            need(self.at < len(self.data), 'a varint that ends too early')
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                need(byte or not shift, 'a varint that is too long')
                need(value < 1 << 64, 'a varint above 64 bits')
                return value
            shift += 7
            need(shift < 70, 'a varint above 64 bits')

    def take(self, length):
        need(length <= len(self.data) - self.at, 'a length beyond the end')
        self.at += length
        return self.data[self.at - length:self.at]

    def skip(self, wire_type):
        """Passes over the value of a field of a newer version."""
        if wire_type == VARINT:
            self.varint()
        elif wire_type == BYTES:
            self.take(self.varint())
        else:
            need(wire_type in (BYTES4, BYTES8), 'wire type')
            self.take(4 if wire_type == BYTES4 else 8)


def text_of(data, line=False):
    try:
        text = data.decode('utf-8')
    except UnicodeDecodeError as error:
        raise Fault('text is not UTF-8') from error
    need(not any((c < ' ' and c != '\n') or '\x7f' <= c <= '\x9f'
                 for c in text), 'control character in a text')
    need(not line or '\n' not in text, 'text of one line')
    return text


def zigzag(value):
    return value >> 1 ^ -(value & 1)


def decode(fields, data, newer=None):
    """A dict of the values. Where NEWER is a list, fields of later versions
    are noted in it and passed over; where it is None they are faults."""
    by_number = {field.number: field for field in fields}
    reader, value, last, passed = Reader(data), {}, 0, False
    while reader.at < len(data):
        tag = reader.varint()
        number, wire_type = tag >> 3, tag & 7
        need(tag < 1 << 32 and number, 'number of a field')
        field = by_number.get(number)
        repeats = field and field.rule == 'repeated' and number == last
        need(number > last or repeats, 'order of fields')
        last = number
        if field is None:
            need(newer is not None, f'unknown field {number}')
            reader.skip(wire_type)
            newer.append(number)
            passed = True
            continue
        need(wire_type == field.wire_type, f'wire type of {field.name}')
        one = read_value(field, reader, newer)
        if field.rule == 'repeated':
            value.setdefault(field.name, []).append(one)
            need(len(value[field.name]) <= field.most, f'many {field.name}')
        else:
            need(field.rule != 'optional' or one or field.kind == 'message',
                 f'{field.name} of nothing')
            value[field.name] = one
    for field in fields:
        need(field.rule != 'required' or field.name in value,
             f'no {field.name}')
    choices = [field for field in fields if field.rule == 'one']
    given = sum(field.name in value for field in choices)
    need(not choices or given == 1 or (passed and not given),
         'one of several values')
    return value


def read_value(field, reader, newer):
    if field.wire_type == VARINT:
        number = reader.varint()
        need(number < 1 << LIMITS[field.kind], f'range of {field.name}')
        if field.kind == 'bool':
            return bool(number)
        return zigzag(number) if field.kind.startswith('s') else number
    data = reader.take(reader.varint())
    if field.kind == 'message':
        value = decode(field.sub, data, newer)
        need(value or data or field.rule != 'optional',
             f'{field.name} of nothing')
        if field.check:
            field.check(value, newer)
        return value
    need(not field.size or len(data) == field.size, f'length of {field.name}')
    need(field.rule == 'repeated' or not field.most or
         len(data) <= field.most, f'length of {field.name}')
    if field.kind == 'string':
        return text_of(data)
    need(not field.size or field.rule == 'required' or any(data),
         f'{field.name} is all zeros')
    return data


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def encode(fields, value):
    """The bytes of VALUE; checks nothing, so that a hostile peer may use it."""
    unknown = set(value) - {field.name for field in fields}
    assert not unknown, unknown
    out = b''
    for field in fields:
        if field.name not in value:
            continue
        given = value[field.name]
        for one in given if field.rule == 'repeated' else [given]:
            if (field.rule == 'optional' and field.kind != 'message' and
                    not one):
                continue
            inner = encode_value(field, one)
            if inner or field.rule != 'optional':
                out += varint(field.number << 3 | field.wire_type) + inner
    return out


def encode_value(field, one):
    if field.kind == 'message':
        one = encode(field.sub, one)
        if not one and field.rule == 'optional':
            return b''
    elif field.kind == 'string':
        one = one.encode()
    elif field.kind in ('sint32', 'sint64'):
        return varint(one << 1 if one >= 0 else (-one << 1) - 1)
    elif field.kind in LIMITS:
        return varint(int(one))
    return varint(len(one)) + one
