"""The control protocol, spoken by hand: what kith would not send."""
import socket
import struct
import uuid

from harness import check, equal

STATUS = 1
PERSON_LIST = 15
POST = 21
OK, MALFORMED, DENIED, LIMIT, NOT_UNDERSTOOD = 0, 1, 3, 4, 6
NOT_FOUND = 11
PROJECT = 1
GENERATION = 2


def varint(number):
    out = b''
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """One protobuf field: a number or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def frame(payload):
    return struct.pack('>I', len(payload)) + payload


def request(verb, request_id=None, records=b'', as_person=None):
    payload = field(1, request_id or uuid.uuid4().bytes) + field(2, verb)
    if as_person:
        payload += field(3, as_person.encode())
    return frame(payload + records)


def receive(client):
    """The payload of one answer; None when the connection has ended."""
    def exactly(length):
        data = b''
        while len(data) < length:
            more = client.recv(length - len(data))
            if not more:
                return None
            data += more
        return data
    head = exactly(4)
    return None if head is None else exactly(struct.unpack('>I', head)[0])


def status_of(answer):
    """Field 2 of an answer, which follows the 18 bytes of its request id."""
    check(answer is not None, 'the connection ended without an answer')
    equal(answer[18], 2 << 3, 'tag of the status')
    return answer[19]


def connect(company):
    client = socket.socket(socket.AF_UNIX)
    # blocks while kithd has not yet accepted those before
    client.connect(str(company.socket))
    client.settimeout(10)
    return client


def ask(company, data):
    with connect(company) as client:
        client.sendall(data)
        return receive(client)


def is_served(company):
    equal(status_of(ask(company, request(STATUS))), OK, 'status')
