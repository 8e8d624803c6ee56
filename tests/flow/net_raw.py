"""A CurveZMQ client on a bare socket (RFC 23/ZMTP, RFC 26/CurveZMQ), for what
libzmq itself never sends: a message that has no end.
"""
import ctypes
import ctypes.util
import os
import socket
import struct

import harness

sodium = ctypes.CDLL(ctypes.util.find_library('sodium'))
MAC = 16


def box(plain, nonce, public, secret):
    out = ctypes.create_string_buffer(len(plain) + MAC)
    sodium.crypto_box_easy(out, plain, ctypes.c_ulonglong(len(plain)), nonce,
                           public, secret)
    return out.raw


def box_open(sealed, nonce, public, secret):
    out = ctypes.create_string_buffer(len(sealed) - MAC)
    harness.equal(
        sodium.crypto_box_open_easy(out, sealed,
                                    ctypes.c_ulonglong(len(sealed)), nonce,
                                    public, secret), 0, 'box of the server')
    return out.raw


def box_keys():
    public, secret = (ctypes.create_string_buffer(32) for _ in range(2))
    sodium.crypto_box_keypair(public, secret)
    return public.raw, secret.raw


class RawClient:
    """Connected, shaken hands, and ready to misbehave."""

    def __init__(self, net, keys):
        port = int(net.bound[0].rsplit(':', 1)[1])
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.server, self.keys = net.public, keys
        self.public, self.secret = box_keys()
        self.count = 0
        self.socket.sendall(b'\xff' + bytes(8) + b'\x7f\3\0' +
                            b'CURVE'.ljust(20, b'\0') + bytes(32))
        self.receive(64)
        self.hello()
        cookie = self.welcome()
        self.initiate(cookie)
        harness.equal(self.command()[:6], b'\5READY', 'answer of the server')
        self.shared = ctypes.create_string_buffer(32)
        sodium.crypto_box_beforenm(self.shared, self.server_short,
                                   self.secret)

    def receive(self, length):
        data = b''
        while len(data) < length:
            part = self.socket.recv(length - len(data))
            harness.check(part, 'the server has hung up')
            data += part
        return data

    def command(self):
        flags, length = self.receive(2)
        if flags & 2:
            length = int.from_bytes(bytes([length]) + self.receive(7), 'big')
        return self.receive(length)

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
        body = self.command()
        harness.equal(body[:8], b'\7WELCOME', 'answer of the server')
        opened = box_open(body[24:], b'WELCOME-' + body[8:24], self.server,
                          self.secret)
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

    def part(self, data, more):
        """One part of a message, as bytes for the wire."""
        nonce = self.short_nonce()
        plain = bytes([more]) + data
        out = ctypes.create_string_buffer(len(plain) + MAC)
        sodium.crypto_box_easy_afternm(out, plain,
                                       ctypes.c_ulonglong(len(plain)),
                                       b'CurveZMQMESSAGEC' + nonce,
                                       self.shared)
        body = b'\7MESSAGE' + nonce + out.raw
        if len(body) < 256:
            return b'\0' + bytes([len(body)]) + body
        return b'\2' + struct.pack('>Q', len(body)) + body

    def send(self, data, more=False):
        self.socket.sendall(self.part(data, more))

    def close(self):
        self.socket.close()
