"""A session with a kithd (docs/PROTOCOL.md 5), from the side that dials."""
import os
import time

from . import wire
from .basics import need
from .curve import Closed


class Refused(Exception):
    def __init__(self, refuse):
        super().__init__(f"refuse {refuse['code']}: {refuse['sentence']}")
        self.code, self.sentence = refuse['code'], refuse['sentence']


class Session:
    """One connection. LINE sends and receives frames: Dealer or
    CurveClient."""

    def __init__(self, company, line):
        self.company, self.line = company, line
        self.nonce = os.urandom(32)
        self.their_nonce = self.text = None
        self.new = []  # [(index, body)] that came
        self.wants = []

    def receive(self, timeout_s=5.0):
        """(type, value) of the next frame but pings, which are answered;
        None when none comes; Refused or Closed when the session ended."""
        end = time.monotonic() + timeout_s
        while True:
            frame = self.line.receive(max(0, end - time.monotonic()))
            if frame is None:
                return None
            kind, value = wire.read_frame(frame)
            if kind == wire.REFUSE:
                raise Refused(value)
            if kind == wire.PING:
                self.line.send(wire.ping(value['token'], wire.PONG))
                continue
            if kind != wire.PONG:
                return kind, value

    def expect(self, wanted, timeout_s=5.0):
        got = self.receive(timeout_s)
        need(got and got[0] == wanted, f'wanted frame {wanted}: {got!r:.200}')
        return got[1]

    def greet(self):
        self.line.send(wire.greet(self.nonce))
        self.their_nonce = self.expect(wire.GREET)['nonce']

    def hello(self, **changed):
        self.line.send(self.company.hello(self.nonce, self.their_nonce,
                                          **changed))
        self.text = self.company.take_hello(
            self.expect(wire.HELLO), self.nonce, self.their_nonce)
        # its number is known only now; what we hold from here on is told by
        # receipts

    def open(self):
        """Up to the state open; our log begins if there is none."""
        self.greet()
        self.hello()
        if not len(self.company.mine):
            self.company.open_log()
        self.sent = self.text['yours'].get('size', 0)
        return self

    def send(self, kind, fields, value):
        self.line.send(wire.frame(kind, fields, value))

    def push(self, **more):
        """Sends what was not sent."""
        own = self.company.mine
        while self.sent < len(own):
            end = min(len(own), self.sent + 100)
            self.send(wire.PUSH, wire.PUSH_FIELDS, own.push(
                self.sent, end, self.company.partner.sealing, **more))
            self.sent = end

    def receipt(self):
        self.send(wire.RECEIPT, wire.RECEIPT_FIELDS, self.company.receipt())

    def turn(self, timeout_s=0.2):
        """Takes one frame, if one comes, and does what it asks for. False
        when none came."""
        got = self.receive(timeout_s)
        if got is None:
            return False
        kind, value = got
        if kind == wire.PUSH:
            self.new += self.company.take_push(value)
            self.receipt()
        elif kind == wire.RECEIPT:
            self.company.take_receipt(value)
        elif kind == wire.WANT:
            self.wants.append(value)
        return True

    def until(self, condition, timeout_s=20.0, what='the condition'):
        """Turns until condition() is true, and returns what it was."""
        end = time.monotonic() + timeout_s
        while True:
            value = condition()
            if value:
                return value
            need(time.monotonic() < end, f'{what} did not come true')
            self.turn()

    def settle(self):
        """Until the partner has cosigned all of our log."""
        self.push()
        self.until(lambda: self.company.receipted == len(self.company.mine),
                   what='receipt for all of it')

    def ending(self, timeout_s=8.0):
        """How the other side ends the session: the code of its refuse, or 0
        for a bare end, or None when it stands after TIMEOUT_S."""
        end = time.monotonic() + timeout_s
        try:
            while time.monotonic() < end:
                self.turn(0.1)
        except Refused as refused:
            return refused.code
        except Closed:
            return 0
        return None

    def close(self):
        self.line.close()


def all_of(company):
    return [body['record'] for body in company.yours.bodies if body]


