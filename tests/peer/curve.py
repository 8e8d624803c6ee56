"""A CurveZMQ client on a bare socket (RFC 23 ZMTP, RFC 26 CurveZMQ), for what
libzmq itself never sends: messages without end, frames of any length, a cut
in the middle. DEALER side."""
import os
import select
import socket
import struct
import time

import nacl.bindings as sodium

MORE, LONG, COMMAND = 1, 2, 4


class Closed(Exception):
    """The other side has hung up."""


def box(plain, nonce, public, secret):
    return sodium.crypto_box(plain, nonce, public, secret)


class CurveClient:
    """Connected, shaken hands, and ready to misbehave."""

    def __init__(self, port, server, keys):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.socket.settimeout(10)
        self.server, self.keys = server, keys
        self.public, self.secret = sodium.crypto_box_keypair()
        self.count, self.buffer, self.parts = 0, b'', []
        self.socket.sendall(b'\xff' + bytes(8) + b'\x7f\3\0' +
                            b'CURVE'.ljust(20, b'\0') + bytes(32))
        self.exactly(64)
        self.hello()
        self.initiate(self.welcome())
        ready = self.wire_frame()[1]
        if not ready.startswith(b'\5READY'):
            raise Closed(f'answer of the server: {ready[:20]!r}')
        self.shared = sodium.crypto_box_beforenm(self.server_short,
                                                 self.secret)

    def exactly(self, length):
        while len(self.buffer) < length:
            try:
                part = self.socket.recv(65536)
            except ConnectionError as error:
                raise Closed from error
            if not part:
                raise Closed
            self.buffer += part
        data, self.buffer = self.buffer[:length], self.buffer[length:]
        return data

    def wire_frame(self):
        flags, length = self.exactly(2)
        if flags & LONG:
            length = int.from_bytes(bytes([length]) + self.exactly(7), 'big')
        return flags, self.exactly(length)

    def short_nonce(self):
        self.count += 1
        return struct.pack('>Q', self.count)

    def hello(self):
        nonce = self.short_nonce()
        sealed = box(bytes(64), b'CurveZMQHELLO---' + nonce, self.server,
                     self.secret)
        self.socket.sendall(b'\4\xc8\5HELLO\1\0' + bytes(72) + self.public +
                            nonce + sealed)

    def welcome(self):
        body = self.wire_frame()[1]
        if not body.startswith(b'\7WELCOME'):
            raise Closed(f'answer of the server: {body[:20]!r}')
        opened = sodium.crypto_box_open(body[24:], b'WELCOME-' + body[8:24],
                                        self.server, self.secret)
        self.server_short = opened[:32]
        return opened[32:]

    def initiate(self, cookie):
        vouch_nonce = os.urandom(16)
        vouch = box(self.public + self.server, b'VOUCH---' + vouch_nonce,
                    self.server_short, self.keys[1])
        metadata = (b'\x0bSocket-Type' + struct.pack('>I', 6) + b'DEALER' +
                    b'\x08Identity' + struct.pack('>I', 0))
        nonce = self.short_nonce()
        sealed = box(self.keys[0] + vouch_nonce + vouch + metadata,
                     b'CurveZMQINITIATE' + nonce, self.server_short,
                     self.secret)
        body = b'\x08INITIATE' + cookie + nonce + sealed
        self.socket.sendall(b'\6' + struct.pack('>Q', len(body)) + body)

    def part(self, data, more=False):
        """One part of a message, as bytes for the wire."""
        nonce = self.short_nonce()
        body = (b'\7MESSAGE' + nonce + sodium.crypto_box_afternm(
            bytes([more]) + data, b'CurveZMQMESSAGEC' + nonce, self.shared))
        if len(body) < 256:
            return b'\0' + bytes([len(body)]) + body
        return b'\2' + struct.pack('>Q', len(body)) + body

    def send(self, data, more=False):
        try:
            self.socket.sendall(self.part(data, more))
        except ConnectionError as error:
            raise Closed from error

    def readable(self, timeout_s):
        return bool(self.buffer or
                    select.select([self.socket], [], [], timeout_s)[0])

    def receive(self, timeout_s=5.0):
        """The next message of the server, None when none comes in time."""
        end = time.monotonic() + timeout_s
        while self.readable(max(0, end - time.monotonic())):
            _, body = self.wire_frame()
            if not body.startswith(b'\7MESSAGE'):
                continue
            nonce = body[8:16]
            plain = sodium.crypto_box_open_afternm(
                body[16:], b'CurveZMQMESSAGES' + nonce, self.shared)
            if not plain[0] & 2:
                return plain[1:]
        return None

    def close(self):
        self.socket.close()
