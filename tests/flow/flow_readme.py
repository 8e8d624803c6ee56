"""What README.md says a person types in the first ten minutes, typed as it
stands there, and the output that it shows. Left alone are numbers, ids and
dates: the digits read by phone and the id of an item are those of this run."""
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

import harness
from harness import BUILD, SOURCE, check, wait_until

PROMPT = re.compile(r'(acme|northwind|)\$ (.*)')


def commands(text):
    """(prompt, command, lines shown behind it) of the indented blocks."""
    part = text.split('## The first ten minutes')[1].split('\n## ')[0]
    joined = re.sub(r' \\\n +', ' ', part)
    found = []
    for line in joined.splitlines():
        match = PROMPT.fullmatch(line[4:]) if line.startswith('    ') else None
        if match:
            found.append((match.group(1), match.group(2), []))
        elif line.startswith('    '):
            found[-1][2].append(line[4:])
    return found


def plain(text):
    """TEXT without what differs from run to run."""
    text = re.sub(r'[0-9A-Z]{4}(-[0-9A-Z]{2,4}){3}', 'ID', text)
    text = re.sub(r'\b[0-9a-f]{8,16}\b', 'ID', text)
    return re.sub(r'\s+', ' ', re.sub(r'\d+', '#', text)).strip()


class Reader:
    """Somebody who follows the README in a folder of his own."""

    def __init__(self, folder):
        self.folder = folder
        self.port = str(harness.free_port())
        self.daemons = []
        self.environment = {**os.environ, 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC',
                            'HOME': folder, 'NO_COLOR': '1',
                            'PATH': f'{BUILD / "bin"}:{os.environ["PATH"]}'}
        self.environment.pop('KITH_SOCKET', None)

    def run(self, prompt, command):
        environment = dict(self.environment)
        if prompt:
            environment['KITH_SOCKET'] = f'{self.folder}/{prompt}/sock'
        return subprocess.run(
            command, shell=True, cwd=self.folder, env=environment, text=True,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
            check=False)

    def json(self, prompt, words):
        return harness.json.loads(
            self.run(prompt, f'kith --json {words}').stdout)['data']

    def adapt(self, prompt, command):
        """COMMAND with what only this run can know, and dates that hold."""
        command = command.replace('7443', self.port)
        command = command.replace('2026-11-01', '2020-11-01')
        command = re.sub(r'202[78]-', '2096-', command)
        if 'partner verify' in command:
            other = {'acme': 'northwind', 'northwind': 'acme'}[prompt]
            groups = self.json(other, f'partner show {prompt}')['groups']
            command = re.sub(r'( \d{5}){6}$', f' {groups}', command)
        if 'kith answer' in command:
            asks = [row for row in self.json(prompt, 'inbox')
                    if row['kind'] == 'ask']
            command = re.sub(r'(?<=answer )\S+', asks[0]['id'], command)
        return command

    def start(self, command):
        words = shlex.split(command.removesuffix('&').split('2>')[0])
        folder = os.path.dirname(words[-1])
        with open(f'{self.folder}/{folder}/log', 'wb') as log:
            self.daemons.append(subprocess.Popen(
                ['setpriv', '--pdeathsig', 'KILL', *words], stderr=log,
                stdin=subprocess.DEVNULL, cwd=self.folder,
                env=self.environment))
        wait_until(lambda: self.run(folder, 'kith status').returncode == 0,
                   what=f'kithd of {folder}')

    def type(self, prompt, command, shown):
        """Types COMMAND until it works and shows what it should: partners need
        a moment to hear of each other."""
        last = None

        def works():
            nonlocal last
            last = self.run(prompt, self.adapt(prompt, command))
            got = plain(last.stdout + last.stderr)
            return last.returncode == 0 and all(
                all(plain(part) in got for part in line.split('…'))
                for line in shown)

        if 'kith' not in command.split():
            check(self.run(prompt, command).returncode == 0, command)
            return
        try:
            wait_until(works, what=command, every_s=0.1)
        except harness.Failure as failure:
            raise harness.Failure(f'{failure}: exit {last.returncode}\n'
                                  f'{last.stdout}{last.stderr}') from None

    def stop(self):
        for daemon in self.daemons:
            daemon.send_signal(signal.SIGTERM)
        for daemon in self.daemons:
            try:
                daemon.wait(timeout=harness.PATIENCE_S)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def main():
    started = time.monotonic()
    steps = commands((SOURCE / 'README.md').read_text())
    check(len(steps) > 20, 'commands in the README')
    folder = tempfile.mkdtemp(prefix='kith.')
    reader = Reader(folder)
    try:
        for prompt, command, shown in steps:
            if command.startswith('export '):
                continue
            if command.startswith('kithd '):
                reader.start(command)
            else:
                reader.type(prompt, command, shown)
    finally:
        reader.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f'{len(steps)} commands of the README: '
          f'{time.monotonic() - started:.1f} s')


if __name__ == '__main__':
    main()
