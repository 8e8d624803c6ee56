"""kith-notify alone, as kithd runs it: notices reach a drop folder and a hook,
names are looked up, a hook that hangs is ended, and the sandbox holds."""
import errno
import os
import pathlib
import socket
import struct
import subprocess
import tempfile

import harness
from harness import check, equal, wait_until

SETUP, DELIVER, LOOKUP, PROBE, STOP = 65, 66, 67, 68, 69
READY, DELIVERED, FAILED, ADDRESSES, PROBED = 97, 98, 99, 100, 101
PROBE_READ, PROBE_WRITE, PROBE_EXEC = 1, 2, 3


def text(value):
    data = value.encode() if isinstance(value, str) else value
    return struct.pack('>H', len(data)) + data


def texts(values):
    return struct.pack('>H', len(values)) + b''.join(map(text, values))


class Notify:
    """The process and our end of the socketpair."""

    def __init__(self, channels):
        self.ours, theirs = socket.socketpair()
        self.ours.settimeout(harness.PATIENCE_S)
        program = harness.BUILD / 'bin' / 'kith-notify'

        def place():
            os.dup2(theirs.fileno(), 3)

        # LeakSanitizer reads /proc at the end, which Landlock forbids.
        self.process = subprocess.Popen(
            [program], preexec_fn=place, pass_fds=(3,),
            env={'ASAN_OPTIONS': 'detect_leaks=0'})
        theirs.close()
        self.pending = b''
        setup = struct.pack('>H', len(channels))
        for name, kind, options in channels:
            setup += text(name) + text(kind) + texts(options)
        self.send(SETUP, setup)
        kind, payload = self.receive()
        equal(kind, READY, 'the first frame')
        self.landlock = payload[0]

    def send(self, kind, payload=b''):
        frame = bytes([kind]) + payload
        self.ours.sendall(struct.pack('>I', len(frame)) + frame)

    def receive(self):
        while len(self.pending) < 4 or \
                len(self.pending) < 4 + self.length():
            data = self.ours.recv(1 << 16)
            check(data, 'kith-notify is gone')
            self.pending += data
        frame = self.pending[4:4 + self.length()]
        self.pending = self.pending[4 + self.length():]
        return frame[0], frame[1:]

    def length(self):
        return struct.unpack('>I', self.pending[:4])[0]

    def deliver(self, notice, channel, subject, body):
        self.send(DELIVER, notice + text(channel) + text('') + text(subject) +
                  struct.pack('>I', len(body)) + body.encode())
        return self.receive()

    def probe(self, what, path):
        self.send(PROBE, bytes([what]) + text(str(path)))
        kind, payload = self.receive()
        equal(kind, PROBED, 'answer to a probe')
        return struct.unpack('>I', payload)[0]

    def stop(self):
        self.send(STOP)
        equal(self.process.wait(timeout=harness.PATIENCE_S), 0, 'exit code')


def drops(notify, folder):
    notice = bytes(range(16))
    kind, payload = notify.deliver(notice, 'team', 'news from acme', 'look')
    equal((kind, payload), (DELIVERED, notice), 'outcome of a drop')
    equal([path.read_text() for path in harness.dropped(folder)],
          ['news from acme\n\nlook'], 'the drop folder')
    notify.deliver(notice, 'team', 'news from acme', 'look')
    equal(len(harness.dropped(folder)), 1, 'files after a repeat')
    kind, payload = notify.deliver(notice, 'nobody', 'x', 'y')
    equal((kind, payload[16]), (FAILED, 1), 'an unknown channel')


def hooks(notify, folder):
    notice = bytes(16)
    equal(notify.deliver(notice, 'hook', 'to a hook', 'text')[0], DELIVERED,
          'outcome of a hook')
    equal((folder / 'hooked').read_text(), 'to a hook\n\ntext',
          'what the hook got')
    kind, payload = notify.deliver(notice, 'hangs', 'x', 'y')
    equal(kind, FAILED, 'a hook that hangs')
    check(b'in time' in payload, payload)
    equal(notify.deliver(notice, 'fails', 'x', 'y' * 100000)[0], FAILED,
          'a hook that fails without reading')
    equal(notify.deliver(notice, 'quoted', '$(touch x);`id`\u00a0', '')[0],
          DELIVERED, 'text that a shell would run')


def look_up(notify):
    notify.send(LOOKUP, struct.pack('>I', 7) + text('127.0.0.1') +
                struct.pack('>H', 7443))
    kind, payload = notify.receive()
    equal((kind, struct.unpack('>I', payload[:4])[0]), (ADDRESSES, 7),
          'answer to a look-up')
    check(b'tcp://127.0.0.1:7443' in payload, payload)
    notify.send(LOOKUP, struct.pack('>I', 8) + text('no-such-host.invalid') +
                struct.pack('>H', 1))
    kind, payload = notify.receive()
    equal((kind, payload[4:6]), (ADDRESSES, b'\0\0'), 'a name without address')


def sandbox(notify, folder, secret):
    equal(notify.probe(PROBE_READ, secret), errno.EACCES, 'reading data')
    equal(notify.probe(PROBE_WRITE, secret), errno.EACCES, 'writing data')
    equal(notify.probe(PROBE_WRITE, '/etc/kith-probe'), errno.EACCES,
          'writing /etc')
    equal(notify.probe(PROBE_READ, '/usr/bin/env'), 0, 'reading /usr')
    equal(notify.probe(PROBE_WRITE, folder / 'probe'), 0,
          'writing the drop folder')


def main():
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home) / 'drop'
        folder.mkdir()
        secret = pathlib.Path(home) / 'data.mdb'
        secret.write_text('secret')
        notify = Notify([
            ('team', 'file', [f'folder={folder}']),
            ('hook', 'exec', ['arg=/usr/bin/tee', f'arg={folder}/hooked']),
            ('hangs', 'exec', ['arg=/bin/sleep', 'arg=1000',
                               'timeout_ms=300']),
            ('fails', 'exec', ['arg=/bin/false']),
            ('quoted', 'exec', ['arg=/bin/cat'])])
        if notify.landlock == 0:
            kind, payload = notify.deliver(bytes(16), 'team', 'x', 'y')
            equal((kind, payload[16]), (FAILED, 1), 'without Landlock')
            check(b'Landlock' in payload, payload)
            print('this kernel offers no Landlock: channels are refused')
        else:
            drops(notify, folder)
            hooks(notify, folder)
            sandbox(notify, folder, secret)
        look_up(notify)
        notify.stop()
        wait_until(lambda: notify.process.poll() is not None)


if __name__ == '__main__':
    main()
