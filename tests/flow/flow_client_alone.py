"""The client without a daemon, and with one that misbehaves: what it says,
how it exits, and that a write whose answer was lost is repeated unchanged."""
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import threading

import harness
from harness import check, equal

KITH = harness.BUILD / 'bin' / 'kith'
DATA = harness.DATA / 'lifecycle'
OK = 0


def run(*words, sock='/nonexistent/kith.sock', stdin='', **more):
    environment = {**os.environ, 'LC_ALL': 'C', 'KITH_SOCKET': str(sock),
                   **more}
    return subprocess.run([str(KITH), *map(str, words)], input=stdin,
                          capture_output=True, text=True, timeout=60,
                          env=environment, check=False)


class Daemon(threading.Thread):
    """Answers each connection by the next of ANSWERS: a function of the
    request that gives bytes, or None to say nothing and wait."""

    def __init__(self, path, *answers):
        super().__init__(daemon=True)
        self.requests = []
        self.answers = list(answers)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(8)
        self.held = []
        self.start()

    def run(self):
        for answer in self.answers:
            connection, _ = self.listener.accept()
            self.requests.append(self.read(connection))
            reply = answer(self.requests[-1])
            if reply is None:
                self.held.append(connection)
                continue
            connection.sendall(reply)
            connection.close()
        self.listener.close()

    @staticmethod
    def read(connection):
        need = struct.unpack('>I', connection.recv(4, socket.MSG_WAITALL))[0]
        return connection.recv(need, socket.MSG_WAITALL)


def answer(request, status=OK, code='', what=''):
    """An answer of control.proto to REQUEST, whose id is its first field."""
    equal(request[:2], b'\x0a\x10', 'first field of a request')
    body = request[:18] + b'\x10' + bytes([status])
    for number, text in ((3, code), (4, what)):
        if text:
            body += bytes([number << 3 | 2, len(text)]) + text.encode()
    return struct.pack('>I', len(body)) + body


def without_daemon():
    done = run('status')
    equal(done.returncode, 4, 'exit code without a daemon')
    check('no daemon answers' in done.stderr, done.stderr)
    equal(done.stdout, '', 'standard output of an error')
    done = run('--json', 'status')
    equal(json.loads(done.stderr)['error']['code'], 'no_daemon', 'error code')
    equal(run('version').returncode, 0, 'version needs no daemon')
    equal(run('help', 'partner', 'verify').returncode, 0, 'nor does help')


def hints():
    for words, hint in ((('statsu',), "'status'"),
                        (('partner', 'verfy', 'x'), "'verify'"),
                        (('status', '--jsno'), "'--json'"),
                        (('answer', '4f2a', 'acept'), "'accept'")):
        done = run(*words)
        equal(done.returncode, 2, f'exit code of {words}')
        check(f'Did you mean {hint}?' in done.stderr, done.stderr)


def preview():
    done = run('--json', 'import', 'lifecycle', '--history',
               DATA / 'device_revisions.csv', '--dry-run')
    equal(done.returncode, 3, 'exit code with findings')
    data = json.loads(done.stdout)['data']
    equal(data['revisions'], 3310, 'revisions')
    equal([one['line'] for one in data['findings']],
          [190, 191, 192, 202, 210, 212, 214], 'lines of findings')
    equal(run('import', 'lifecycle', DATA / 'devices.csv',
              '--dry-run').returncode, 0, 'exit code without findings')


def bad_daemons(folder):
    path = folder / 'silent'
    silent = Daemon(path, lambda request: None)
    done = run('--timeout', '0.3', 'status', sock=path)
    equal(done.returncode, 8, f'exit code of a time-out: {done.stderr}')
    for connection in silent.held:
        connection.close()

    path = folder / 'interrupted'
    silent = Daemon(path, lambda request: None)
    waiting = subprocess.Popen(
        [str(KITH), 'status'], stderr=subprocess.DEVNULL,
        env={**os.environ, 'KITH_SOCKET': str(path)})
    harness.wait_until(lambda: silent.held, what='the request')
    waiting.send_signal(signal.SIGINT)
    equal(waiting.wait(timeout=10), 130, 'exit code of an interruption')

    path = folder / 'garbage'
    Daemon(path, lambda request: struct.pack('>I', 4) + b'\xff\xff\xff\xff')
    equal(run('status', sock=path).returncode, 1, 'exit code of garbage')

    path = folder / 'huge'
    Daemon(path, lambda request: struct.pack('>I', 1 << 31))
    equal(run('status', sock=path).returncode, 1, 'exit code of a huge frame')

    path = folder / 'stranger'
    Daemon(path, lambda request: answer(b'\x0a\x10' + bytes(16)))
    equal(run('status', sock=path).returncode, 1,
          'exit code of an answer to another request')


def refusals(folder):
    for status, code in ((3, 5), (11, 6), (12, 7), (17, 9), (2, 10), (5, 2),
                         (15, 1)):
        path = folder / f'refuses{status}'
        Daemon(path, lambda request, s=status: answer(
            request, s, 'why', 'because of this'))
        done = run('project', 'new', 'lumen', sock=path)
        equal(done.returncode, code, f'exit code of status {status}')
        check('because of this' in done.stderr, repr(done.stderr))


def lost_answer(folder):
    path = folder / 'loses'
    daemon = Daemon(path, lambda request: b'', lambda request: b'',
                    answer)
    done = run('project', 'new', 'lumen', sock=path)
    equal(done.returncode, 0, f'exit code: {done.stderr}')
    equal(len(daemon.requests), 3, 'requests')
    check(len(set(daemon.requests)) == 1,
          'a repeated write carries the same request id')


def main():
    with tempfile.TemporaryDirectory(prefix='kith.') as name:
        folder = pathlib.Path(name)
        without_daemon()
        hints()
        preview()
        bad_daemons(folder)
        refusals(folder)
        lost_answer(folder)


if __name__ == '__main__':
    main()
