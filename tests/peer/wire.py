"""Frames, bodies and records: the tables of docs/PROTOCOL.md 5, 7.1, 8 and
10.1, and the rules that stand beside them."""
import struct

from .basics import SIZE_MAX, Fault, need
from .strict import Field as F
from .strict import decode, encode, text_of

FRAME_MAX = 262144
GREET, HELLO, PUSH, RECEIPT, WANT, REFUSE, PING, PONG, HELD = range(1, 10)
DATES = {1: ('from_day',), 2: (), 3: (), 4: (), 5: ('from_day', 'to_day'),
         6: ('text',)}
FIRST_DAY, LAST_DAY = -719162, 2932896  # 0001-01-01 and 9999-12-31

WHEN = (
    F(1, 'kind', 'uint32', 'required'), F(2, 'from_day', 'sint32'),
    F(3, 'to_day', 'sint32'), F(4, 'text', 'string'))


def check_when(value, newer):
    kind = value['kind']
    need(kind, 'kind of a date')
    if kind not in DATES:
        need(newer is not None, 'kind of a date')
        newer.append('kind of date')
        return
    need(set(value) - {'kind'} <= set(DATES[kind]), 'fields of a date')
    days = [value.get(name, 0) for name in ('from_day', 'to_day')]
    need(all(FIRST_DAY <= day <= LAST_DAY for day in days), 'year of a date')
    need(kind != 5 or days[0] <= days[1], 'window that is turned')
    need(kind != 6 or value.get('text'), 'verbatim date of nothing')


FIELD = (
    F(1, 'number', 'uint32', 'required'), F(2, 'text', 'string', 'one'),
    F(3, 'integer', 'sint64', 'one'), F(4, 'octets', 'bytes', 'one'),
    F(5, 'when', 'message', 'one', sub=WHEN, check=check_when),
    F(6, 'choice', 'uint32', 'one'))


def check_field(value, _):
    need(1 <= value['number'] <= 65535, 'number of a field of a record')
    need(value.get('choice') != 0, 'choice of 0')


RECORD = (
    F(1, 'kind', 'uint32', 'required'), F(2, 'id', 'bytes', size=16),
    F(3, 'revision', 'uint64'), F(4, 'changed_at', 'sint64'),
    F(5, 'label', 'uint32'), F(6, 'inactive', 'bool'),
    F(7, 'project', 'bytes', size=16), F(8, 'author', 'bytes', size=16),
    F(9, 'owner', 'bytes', size=32),
    F(10, 'fields', 'message', 'repeated', sub=FIELD, most=256,
      check=check_field))


def check_record(value, _=None):
    need(value['kind'], 'kind of a record')
    numbers = [field['number'] for field in value.get('fields', [])]
    need(numbers == sorted(numbers), 'order of the fields of a record')


AUDIENCE = (
    F(1, 'bound', 'bool'),
    F(2, 'persons', 'bytes', 'repeated', size=16, most=200),
    F(3, 'version', 'uint64'))

BODY = (
    F(1, 'entry_class', 'uint32', 'required'),
    F(2, 'record', 'message', 'required', sub=RECORD, check=check_record),
    F(3, 'agreement', 'bytes', size=32), F(4, 'grant', 'bytes', size=16),
    F(5, 'purpose', 'string', most=128),
    F(6, 'audience', 'message', sub=AUDIENCE),
    F(7, 'recovery', 'bytes', size=64))

CLAIM = (
    F(1, 'log_number', 'uint32'), F(2, 'size', 'uint64'),
    F(3, 'note', 'bytes', most=2048))

HELLO_TEXT = (
    F(1, 'sender', 'bytes', 'required', size=32),
    F(2, 'receiver', 'bytes', 'required', size=32),
    F(3, 'sender_transport', 'bytes', 'required', size=32),
    F(4, 'receiver_transport', 'bytes', 'required', size=32),
    F(5, 'sender_nonce', 'bytes', 'required', size=32),
    F(6, 'receiver_nonce', 'bytes', 'required', size=32),
    F(7, 'protocol', 'uint32', 'required'), F(8, 'features', 'uint64'),
    F(9, 'card', 'bytes', 'required', most=16384),
    F(10, 'session', 'uint64', 'required'),
    F(11, 'partner_session', 'uint64'), F(12, 'verified', 'bool'),
    F(13, 'mine', 'message', 'required', sub=CLAIM),
    F(14, 'yours', 'message', 'required', sub=CLAIM))

SIGNED = (F(1, 'text', 'bytes', 'required'),
          F(2, 'signature', 'bytes', 'required', size=64))

ENTRY = (F(1, 'header', 'bytes', 'required', size=126),
         F(2, 'sealed', 'bytes', most=131088))

PUSH_FIELDS = (
    F(1, 'log_number', 'uint32', 'required'),
    F(2, 'first', 'uint64', 'required'),
    F(3, 'checkpoint', 'bytes', 'required', most=2048),
    F(4, 'keys', 'bytes'),
    F(5, 'entries', 'message', 'repeated', sub=ENTRY, most=512))

RECEIPT_FIELDS = (
    F(1, 'log_number', 'uint32', 'required'),
    F(2, 'processed', 'uint64', 'required'),
    F(3, 'note', 'bytes', most=2048))

RANGE = (F(1, 'from', 'uint64', 'required'),
         F(2, 'count', 'uint64', 'required'))

WANT_FIELDS = (
    F(1, 'own_log', 'bool'), F(2, 'log_number', 'uint32', 'required'),
    F(3, 'ranges', 'message', 'repeated', sub=RANGE, most=64))

HELD_FIELDS = (
    F(1, 'log_number', 'uint32'), F(2, 'size', 'uint64'),
    F(3, 'note', 'bytes', most=2048), F(4, 'receipt', 'bytes', most=2048),
    F(5, 'next_log', 'uint32'), F(6, 'push', 'bytes'),
    F(7, 'card', 'bytes', most=16384))

REQUEST = (
    F(1, 'request_id', 'bytes', 'required', size=16),
    F(2, 'verb', 'uint32', 'required'), F(3, 'as_person', 'string'),
    F(4, 'dry_run', 'bool'),
    F(5, 'records', 'message', 'repeated', sub=RECORD, most=2000,
      check=check_record))

ANSWER = (
    F(1, 'request_id', 'bytes', 'required', size=16),
    F(2, 'status', 'uint32', 'required'), F(3, 'code', 'string', most=39),
    F(4, 'what', 'string'), F(5, 'next', 'string'), F(6, 'more', 'bool'),
    F(7, 'warnings', 'bool'),
    F(8, 'records', 'message', 'repeated', sub=RECORD, most=2000,
      check=check_record))


def read_record(data, newer=None):
    value = decode(RECORD, data, newer)
    check_record(value)
    return value


def read_body(data):
    """The body, and what of it is of a newer version."""
    need(len(data) <= 131068, 'length of a body')
    newer = []
    value = decode(BODY, data, newer)
    record, kind = value['record'], value['record']['kind']
    entry_class = value['entry_class']
    need(entry_class, 'class 0')
    need('owner' not in record, 'owner of a record of another company')
    need(kind < 1000, 'a kind that is a company\'s own affair')
    if entry_class > 3:
        newer.append('class')
    else:
        low, high = {1: (100, 199), 2: (200, 299), 3: (1, 99)}[entry_class]
        need(low <= kind <= high, 'a kind of another class')
    if entry_class in (1, 2):
        need(not {'agreement', 'grant', 'purpose', 'audience'} & set(value),
             'a part of class project')
    return value, newer


def read_hello(data):
    """The signed message, its text as bytes and as a dict."""
    hello = decode(SIGNED, data)
    text = decode(HELLO_TEXT, hello['text'])
    need(1 <= text['protocol'] <= 65535, 'version of a session')
    need(text['card'], 'a hello without card')
    for name in ('session', 'partner_session'):
        need(text.get(name, 0) < 1 << 63, f'{name} from 2^63 on')
    need(text['session'], 'session 0')
    for name in ('mine', 'yours'):
        claim = text[name]
        need(not claim or 'log_number' in claim, 'a claim of no log')
        need(claim.get('size', 0) <= SIZE_MAX, 'size of a claim')
        need('size' in claim or 'note' not in claim, 'a note of nothing')
    need('note' in text['mine'] or 'size' not in text['mine'],
         'a size without note')
    return hello, text


def read_push(data):
    push = decode(PUSH_FIELDS, data)
    entries = push.get('entries', [])
    need(push['log_number'] and push['checkpoint'] and entries, 'empty push')
    need(('keys' in push) == any('sealed' in e for e in entries),
         'keys without bodies, or bodies without keys')
    need(push['first'] + len(entries) <= SIZE_MAX, 'range of a push')
    return push


def read_receipt(data):
    receipt = decode(RECEIPT_FIELDS, data)
    need(receipt['log_number'], 'log 0')
    need(receipt['processed'] <= SIZE_MAX, 'range of a receipt')
    return receipt


def read_want(data):
    want = decode(WANT_FIELDS, data)
    need(want['log_number'] and want.get('ranges'), 'a want of nothing')
    end = -1
    for one in want['ranges']:
        need(one['from'] > end and one['count'], 'ranges of a want')
        end = one['from'] + one['count']
        need(end <= SIZE_MAX, 'range of a want')
    return want


def read_held(data):
    held = decode(HELD_FIELDS, data)
    if 'card' in held:
        need(len(held) == 1, 'a card that does not come alone')
        return held
    need('log_number' in held, 'held of no log')
    need(('size' in held) == ('note' in held), 'a size without note')
    need('size' in held or not {'receipt', 'push'} & set(held),
         'something of nothing')
    need(held.get('size', 0) <= SIZE_MAX, 'size of a log')
    need(held.get('next_log', held['log_number'] + 1) > held['log_number'],
         'a next log that is none')
    return held


def read_greet(data):
    need(len(data) == 36, 'length of a greet')
    low, high = struct.unpack('>HH', data[:4])
    need(1 <= low <= high, 'versions of a greet')
    return {'protocol_min': low, 'protocol_max': high, 'nonce': data[4:]}


def read_refuse(data):
    need(2 <= len(data) <= 402, 'length of a refuse')
    code = int.from_bytes(data[:2], 'big')
    need(code, 'code 0')
    return {'code': code, 'sentence': text_of(data[2:])}


def read_ping(data):
    need(len(data) == 8, 'length of a ping')
    return {'token': data}


READERS = {GREET: read_greet, HELLO: read_hello, PUSH: read_push,
           RECEIPT: read_receipt, WANT: read_want, REFUSE: read_refuse,
           PING: read_ping, PONG: read_ping, HELD: read_held}


def read_frame(frame):
    """(type, what it says); Fault where a session would end with refuse 2."""
    need(1 <= len(frame) <= FRAME_MAX, 'length of a frame')
    if frame[0] not in READERS:
        raise Fault('type of a frame')
    return frame[0], READERS[frame[0]](frame[1:])


def read_request(data):
    return decode(REQUEST, data)


def read_answer(data):
    answer = decode(ANSWER, data)
    need(answer['status'] <= 17, 'status of an answer')
    return answer


def greet(nonce, low=1, high=1):
    return struct.pack('>BHH', GREET, low, high) + nonce


def refuse(code, sentence=''):
    return struct.pack('>BH', REFUSE, code) + sentence.encode()


def ping(token, kind=PING):
    return bytes([kind]) + token


def frame(kind, fields, value):
    return bytes([kind]) + encode(fields, value)
