"""strace on a running kithd: to count its system calls, and to make one of
them kill it or fail.

    with tracing.Trace(acme, 'inject=fdatasync:error=EIO:when=1') as trace:
        acme.kith('post', ...)
    print(trace.calls())
"""
import collections
import re
import shutil
import signal
import subprocess

import faults
import harness
from harness import wait_until


class Trace:
    """strace attached to one of COMPANY's programs until the block ends.
    WHAT are words of strace's -e, PATHS limit it to calls on these files."""

    def __init__(self, company, *what, paths=(), which='kithd'):
        if shutil.which('strace') is None:
            faults.skip('strace is not installed')
        self.pid = company.pid(which)
        self.log = company.home / 'strace.log'
        self.log.write_text('')
        self.command = ['strace', '-qq', '-e', 'signal=none',
                        '-o', str(self.log), '-p', str(self.pid)]
        for word in what:
            self.command += ['-e', word]
        for path in paths:
            self.command += ['-P', str(path)]
        self.strace = None

    def __enter__(self):
        self.strace = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        wait_until(self.is_attached, what='strace attached')
        return self

    def is_attached(self):
        if self.strace.poll() is not None:
            why = self.strace.stderr.read().strip()
            if not why:  # attached, and the program has ended already
                return True
            if 'not permitted' in why and self.is_alive():
                faults.skip('strace may not attach here: ' + why)
            raise harness.Failure(why)
        try:
            with open(f'/proc/{self.pid}/status', encoding='ascii') as status:
                return f'TracerPid:\t{self.strace.pid}\n' in status.read()
        except OSError:
            return True

    def is_alive(self):
        try:
            with open(f'/proc/{self.pid}/stat', encoding='ascii') as stat:
                return stat.read().rpartition(')')[2].split()[0] not in 'ZX'
        except OSError:
            return False

    def __exit__(self, kind, error, trace):
        if self.strace.poll() is None:
            self.strace.send_signal(signal.SIGINT)
        try:
            self.strace.wait(timeout=harness.PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.strace.kill()
            self.strace.wait()
        self.strace.stderr.close()

    def calls(self):
        """How often each system call was made, in order of their names."""
        names = re.findall(r'^(\w+)\(', self.log.read_text(errors='replace'),
                           re.M)
        return dict(sorted(collections.Counter(names).items()))

    def injected(self):
        """How many calls were made to fail."""
        return self.log.read_text(errors='replace').count('(INJECTED)')
