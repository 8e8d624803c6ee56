#!/usr/bin/python3
"""Stands between kithd and kith-net and writes down what kithd sends to
partners: kithd starts it under the name kith-net, it starts the real one.

    one line a frame: session, type of the frame, length in bytes, hex

Environment is cleared by kithd, so the real program and the log stand in two
files beside this one: `real` (its path) and `frames.log`.
"""
import os
import pathlib
import select
import socket
import struct
import sys

CHILD_FD = 3
NET_SEND = 4


def record(log, payload):
    if payload[0] != NET_SEND:
        return
    session, length = struct.unpack('>QI', payload[1:13])
    frame = payload[13:13 + length]
    log.write(f'{session} {frame[0]} {length} {frame.hex()}\n')


def split(log, pending):
    """Takes whole child frames from the front of PENDING."""
    while len(pending) >= 4:
        length = int.from_bytes(pending[:4], 'big')
        if len(pending) < 4 + length:
            break
        record(log, pending[4:4 + length])
        del pending[:4 + length]


def main():
    here = pathlib.Path(__file__).resolve().parent
    log = (here / 'frames.log').open('a', buffering=1)
    upward = socket.socket(fileno=CHILD_FD)
    ours, theirs = socket.socketpair()
    real = (here / 'real').read_text().strip()
    child = os.fork()
    if child == 0:
        os.dup2(theirs.fileno(), CHILD_FD)
        os.set_inheritable(CHILD_FD, True)
        os.execve(real, [real, *sys.argv[1:]], dict(os.environ))
    theirs.close()
    pending = bytearray()
    while True:
        ready, _, _ = select.select([upward, ours], [], [])
        for source, target in ((upward, ours), (ours, upward)):
            if source not in ready:
                continue
            data = source.recv(1 << 20)
            if not data:
                log.close()
                os.kill(child, 9)
                os._exit(0)
            if source is upward:
                pending += data
                split(log, pending)
            target.sendall(data)


main()
