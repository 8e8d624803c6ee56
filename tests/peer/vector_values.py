"""The values of tests/vectors/wire.json in the form in which wire.py gives
them."""
from . import wire

DATE_KINDS = {'date': 1, 'unknown': 2, 'not_announced': 3, 'passed': 4,
              'window': 5, 'verbatim': 6}
OCTETS = {'id', 'project', 'author', 'owner', 'agreement', 'grant',
          'recovery', 'nonce', 'token', 'request_id', 'sender', 'receiver',
          'sender_transport', 'receiver_transport', 'sender_nonce',
          'receiver_nonce', 'card', 'signature', 'keys', 'header', 'sealed', 'push'}
TEXT_OCTETS = {'checkpoint', 'note', 'receipt'}
FIELD_NAMES = {'text': 'text', 'number': 'integer', 'octets': 'octets',
               'when': 'when', 'choice': 'choice'}
MESSAGES = {'record': ('Record', wire.RECORD, 0),
            'body': ('Body', wire.BODY, 0),
            'hello': ('Hello', wire.SIGNED, 1),
            'push': ('Push', wire.PUSH_FIELDS, 1),
            'receipt': ('Receipt', wire.RECEIPT_FIELDS, 1),
            'want': ('Want', wire.WANT_FIELDS, 1),
            'held': ('Held', wire.HELD_FIELDS, 1),
            'request': ('Request', wire.REQUEST, 0),
            'answer': ('Answer', wire.ANSWER, 0)}
READERS = {'record': wire.read_record, 'body': wire.read_body,
           'request': wire.read_request, 'answer': wire.read_answer}


def message_of(kind, data):
    """(name in proto/, table, bytes); the table is None for a fixed frame."""
    name, fields, skip = MESSAGES.get(kind, (None, None, 0))
    return name, fields, data[skip:]


def reader(kind):
    return READERS.get(kind, wire.read_frame)


def read(kind, data):
    value = reader(kind)(data)
    if kind == 'body':
        value, newer = value
        assert not newer, newer
    elif kind not in READERS:
        frame, value = value
        if kind == 'hello':
            hello, text = value
            value = {**text, 'signature': hello['signature']}
        elif kind == 'ping':
            value['type'] = frame
    return value


def when(value):
    return {name: number for name, number in
            {**value, 'kind': DATE_KINDS[value['kind']]}.items()}


def field(value):
    given = value['value']
    if value['type'] == 'octets':
        given = bytes.fromhex(given)
    elif value['type'] == 'when':
        given = when(given)
    elif value['type'] == 'number':
        given = int(given)
    return {'number': value['number'], FIELD_NAMES[value['type']]: given}


def convert(name, value):
    if name in OCTETS:
        return bytes.fromhex(value)
    if name in TEXT_OCTETS:
        return value.encode()
    if name == 'ranges':
        return [{'from': low, 'count': count} for low, count in value]
    if name == 'fields':
        return [field(one) for one in value]
    if isinstance(value, dict):
        return converted(value)
    if isinstance(value, list):
        return [converted(one) for one in value]
    if name == 'revision':
        return int(value)
    return value


def converted(value):
    return {name: convert(name, given) for name, given in value.items()}


def expected(vector):
    """The value of one good vector."""
    value = dict(vector['value'])
    if vector['type'] == 'body':
        value['entry_class'] = value.pop('class')
        audience = {}
        if value.pop('bound', False):
            audience['bound'] = True
        persons = value.pop('persons', [])
        if persons:
            audience['persons'] = [bytes.fromhex(one) for one in persons]
        if 'audience_version' in value:
            audience['version'] = value.pop('audience_version')
        value = converted(value)
        return {**value, 'audience': audience} if audience else value
    return converted(value)
