"""What every flow stands on: companies with their real programs in a
temporary folder that is always cleaned up, and waiting for a condition
instead of sleeping. Runs under ctest, which names the build in
KITH_BUILD_DIR, or by hand.

    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        acme.init()
        acme.start()
        print(acme.kith('status').out)
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('KITH_BUILD_DIR') or SOURCE / 'build-dev')
DATA = SOURCE / 'tests' / 'data'

# Sanitized daemons are several times slower; waiting longer costs nothing
# when the condition comes true.
PATIENCE_S = 30.0

# What comes at once on an idle machine has come by then on a busy one; what
# waits for a timeout of ours (5 s or more) has not.
AT_ONCE_S = 3.0

# Exit code of a flow that this machine does not permit.
SKIPPED = 77


# The sanitizers of the build; '' when there are none. They bear no library that
# is loaded before them, and keep memory that was freed.
SANITIZERS = os.environ.get('KITH_SANITIZE', '')


class Failure(AssertionError):
    """A flow did not go as it should."""


def check(condition, what):
    if not condition:
        raise Failure(what)


def equal(got, wanted, what):
    if got != wanted:
        raise Failure(f'{what}: got {cut(got)}, wanted {cut(wanted)}')


def cut(value, most=400):
    text = repr(value)
    return text if len(text) <= most else f'{text[:most]} ... {len(text)}'


def dropped(folder):
    """The notices in a drop folder; one that is still written is hidden."""
    return list(folder.glob('[!.]*'))


def wait_until(condition, timeout_s=PATIENCE_S, what='the condition',
               every_s=0.02):
    """Returns the first true value of condition(); Failure after TIMEOUT_S."""
    end = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f'{what} did not come true in {timeout_s:.0f} s')
        time.sleep(every_s)


def free_port():
    """A TCP port that nobody held a moment ago."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


class Result:
    """What one run of `kith` gave."""

    def __init__(self, command, code, out, err, seconds):
        self.command = command
        self.code = code
        self.out = out
        self.err = err
        self.seconds = seconds

    @property
    def json(self):
        """The `data` of --json output."""
        return json.loads(self.out)['data']

    def find(self, pattern):
        """The first group of PATTERN in the output, or Failure."""
        match = re.search(pattern, self.out, re.M)
        check(match, f'{self.command}: no {pattern!r} in\n{self.out}')
        return match.group(1)

    def __str__(self):
        return (f'$ {self.command}\n{self.out}{self.err}'
                f'[exit {self.code}, {self.seconds * 1000:.0f} ms]')


class Company:
    """One company: its folder, its configuration and its three programs."""

    def __init__(self, home, name, port=None):
        self.home = pathlib.Path(home)
        self.name = name
        self.port = port or free_port()
        self.conf = self.home / 'kith.conf'
        self.data = self.home / 'data'
        self.socket = self.home / 'control.sock'
        self.sheet = self.home / 'recovery.txt'
        self.log = self.home / 'kithd.log'
        self.programs = BUILD / 'bin'  # kithd starts its children from there
        self.client = BUILD / 'bin' / 'kith'
        self.daemon = None
        self.environment = {
            **os.environ, 'HOME': str(self.home), 'LC_ALL': 'C.UTF-8',
            'TZ': 'UTC', 'NO_COLOR': '1', 'KITH_SOCKET': str(self.socket),
        }
        self.home.mkdir(parents=True, exist_ok=True)
        self.write_conf()

    @property
    def endpoint(self):
        return f'tcp://127.0.0.1:{self.port}'

    def write_conf(self, *more, listen=True):
        """Writes kith.conf; MORE are further lines of it."""
        lines = [f'company = "{self.name}"', f'data = "{self.data}"']
        if listen:
            lines += [f'listen = {{ "{self.endpoint}" }}',
                      f'announce = {{ "{self.endpoint}" }}']
        lines += [f'key = "file:{self.home / "key"}"',
                  f'control {{ socket = "{self.socket}" }}',
                  'limits { reconnect_min = "50ms" reconnect_max = "500ms" }',
                  *more]
        self.conf.write_text('\n'.join(lines) + '\n')

    def init(self, *more):
        """Makes the identity; the recovery sheet goes to self.sheet."""
        return self.kith('init', '--config', self.conf, '--sheet',
                         self.sheet, *more)

    def start(self):
        """Starts kithd and waits until its control socket answers."""
        self.start_only()
        wait_until(self.answers, what=f'control socket of {self.name}')

    def start_only(self):
        """Starts kithd and waits for nothing."""
        with self.log.open('ab') as log:
            self.daemon = subprocess.Popen(
                ['setpriv', '--pdeathsig', 'KILL', self.programs / 'kithd',
                 '--config', self.conf],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.environment, cwd=self.home)

    def answers(self):
        check(self.daemon.poll() is None,
              f'kithd of {self.name} ended with {self.daemon.returncode}')
        with socket.socket(socket.AF_UNIX) as control:
            try:
                control.connect(str(self.socket))
            except OSError:
                return False
        return True

    def kith(self, *words, expect=0, stdin='', timeout_s=60):
        """Runs `kith WORDS...`; expect=None takes any exit code."""
        return self.run([self.client, *words], expect, stdin, timeout_s)

    def run(self, command, expect=0, stdin='', timeout_s=60):
        """Runs a program as the company's people do."""
        command = [str(word) for word in command]
        started = time.monotonic()
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True,
            timeout=timeout_s, env=self.environment, cwd=self.home,
            check=False)
        name = command[0].rpartition('/')[2]
        result = Result(' '.join([name, *command[1:]]), done.returncode,
                        done.stdout, done.stderr, time.monotonic() - started)
        if expect is not None and done.returncode != expect:
            raise Failure(f'{self.name}: {result}\nwanted exit {expect}')
        return result

    def rows(self, *words):
        """The data of `kith --json WORDS...`."""
        return self.kith('--json', *words).json

    def pid(self, which='kithd'):
        """Process id of kithd, kith-net or kith-notify; None: not there."""
        if self.daemon is None or self.daemon.poll() is not None:
            return None
        if which == 'kithd':
            return self.daemon.pid
        for number in filter(str.isdigit, os.listdir('/proc')):
            stat = pathlib.Path('/proc', number, 'stat')
            try:
                text = stat.read_text()
            except OSError:
                continue
            name = text[text.index('(') + 1:text.rindex(')')]
            state, parent = text[text.rindex(')') + 2:].split()[:2]
            if (int(parent) == self.daemon.pid and name == which and
                    state not in 'ZX'):
                return int(number)
        return None

    def kill(self, sig=signal.SIGKILL, which='kithd'):
        """Sends SIG to one of the three programs; waits for a kithd, and for
        whatever SIGKILL ends, so that nobody takes it for its successor."""
        pid = self.pid(which)
        check(pid, f'{self.name} has no {which} to kill')
        os.kill(pid, sig)
        if which == 'kithd' and sig in (signal.SIGKILL, signal.SIGTERM):
            self.daemon.wait(timeout=PATIENCE_S)
            self.daemon = None
        elif sig == signal.SIGKILL:
            wait_until(lambda: self.pid(which) != pid,
                       what=f'the end of {which} of {self.name}')

    def stop(self):
        """Ends kithd by SIGTERM; it must do so by itself, with exit 0."""
        if self.daemon is None:
            return
        self.daemon.send_signal(signal.SIGTERM)
        try:
            code = self.daemon.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.destroy()
            raise Failure(f'kithd of {self.name} did not stop') from None
        self.daemon = None
        equal(code, 0, f'exit code of kithd of {self.name}')

    def destroy(self):
        """Ends whatever runs, without asking."""
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait()
            self.daemon = None


class Flow:
    """A temporary folder and the companies in it. Whatever happens, the
    programs are ended and the folder is removed; on failure the end of each
    daemon's log is shown first. KITH_KEEP=1 keeps the folder."""

    LOG_LINES = 60

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='kith.'))
        self.companies = []

    def company(self, name, port=None):
        home = self.folder / str(len(self.companies))
        company = Company(home, name, port)
        self.companies.append(company)
        return company

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                for company in self.companies:
                    company.stop()
            else:
                self.show_logs()
        finally:
            for company in self.companies:
                company.destroy()
            if not os.environ.get('KITH_KEEP'):
                shutil.rmtree(self.folder, ignore_errors=True)

    def show_logs(self):
        for company in self.companies:
            if company.log.exists():
                lines = company.log.read_text(errors='replace').splitlines()
                print(f'---- log of {company.name}, last lines',
                      *lines[-self.LOG_LINES:], sep='\n', file=sys.stderr)
