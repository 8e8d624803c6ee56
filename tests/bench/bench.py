#!/usr/bin/python3
"""How fast kith is on this machine, next to the strawman in the same run.

usage: bench.py [--runs N] [--sizes N,N] [--what WORD,WORD]

Prints JSON lines; scripts/bench builds what it needs and calls it. «The work»:
one company posts changes of 250 bytes through the control protocol of its real
daemon; each is gated, sealed, logged, signed for, sent over loopback TCP,
verified and stored durably by the partner's daemon, and receipted. The
strawman (strawman/) does the bare minimum with the same libraries. Machines
have slow spells, so the two alternate, and CPU a change, which is steadier,
stands beside every rate.

what: primitives, bulk, single, idle (default: all)
"""
import argparse
import fcntl
import json
import os
import pathlib
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'flow'))
import harness  # noqa: E402
import steps  # noqa: E402

PROGRAMS = harness.BUILD / 'tests'
WHAT = ('primitives', 'bulk', 'single', 'idle')
BATCH = 1000        # changes in one request of bulk
SINGLES = {10: 60, 100: 500}  # rate a second: changes
IDLE_S = 20
# What a release must at least reach.
FLOORS = (
    ('bulk rate against the strawman, largest size', '>=', 0.3),
    ('single change, p50 to durable at the partner, against the strawman',
     '<=', 3.0),
    ('single change, p99 to durable at the partner, ms', '<=', 15.0),
    ('private memory of three processes after the largest bulk, MB', '<=',
     40.0),
    ('idle CPU of a company with one partner, %', '<=', 0.5),
)


def emit(**line):
    print(json.dumps(line), flush=True)


def in_own_network():
    """Enters a network of its own where that is allowed, so that the bytes
    on the loopback are exactly ours. Returns whether it is so."""
    if os.environ.get('KITH_BENCH_NETWORK'):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            up = struct.pack('16sh', b'lo', 0x1)  # IFF_UP
            fcntl.ioctl(control, 0x8914, up)      # SIOCSIFFLAGS
        return True
    if subprocess.run(['unshare', '--net', 'true'], check=False,
                      capture_output=True).returncode:
        return False
    os.environ['KITH_BENCH_NETWORK'] = '1'
    os.execvp('unshare', ['unshare', '--net', sys.executable, *sys.argv])


def wire_bytes():
    """Bytes that the loopback device has carried."""
    for line in pathlib.Path('/proc/net/dev').read_text().splitlines():
        name, _, rest = line.partition(':')
        if name.strip() == 'lo':
            return int(rest.split()[0])
    return 0


def pids(company):
    """The three processes of a company."""
    names = ('kithd', 'kith-net', 'kith-notify')
    found = [company.pid(name) for name in names]
    return [pid for pid in found if pid]


def cpu_s(company):
    """CPU seconds of a company's processes, all threads."""
    total = 0
    for pid in pids(company):
        for path in pathlib.Path(f'/proc/{pid}/task').glob('*/schedstat'):
            total += int(path.read_text().split()[0])
    return total / 1e9


def private_mb(company):
    """Memory that the processes of a company share with nobody: what they
    wrote. Pages of the store that the kernel may drop are not theirs."""
    total = 0
    for pid in pids(company):
        rollup = pathlib.Path(f'/proc/{pid}/smaps_rollup').read_text()
        for line in rollup.splitlines():
            if line.startswith(('Private_Dirty:', 'Swap:')):
                total += int(line.split()[1])
    return total / 1024


def disk_bytes(company):
    """Blocks that the data folder of a company takes."""
    return sum(path.stat().st_blocks * 512
               for path in company.data.rglob('*') if path.is_file())


class Pair:
    """Two companies that have paired and agreed; one shares a project with
    the other."""

    PROJECT = 'lumen'

    def __init__(self):
        self.flow = harness.Flow()

    def __enter__(self):
        self.flow.__enter__()
        self.sender = self.flow.company('ACME Devices')
        self.receiver = self.flow.company('Northwind EMS')
        steps.share(self.sender, self.receiver, self.PROJECT)
        return self

    def __exit__(self, *failure):
        return self.flow.__exit__(*failure)

    def load(self, mode, count, pace):
        """Runs the load and adds what it cost to its own figures."""
        both = (self.sender, self.receiver)
        words = [PROGRAMS / 'bench-load', mode, self.sender.socket,
                 self.PROJECT, count, pace]
        if mode == 'single':
            words.append(self.receiver.socket)
        cpu = [cpu_s(company) for company in both]
        disk = sum(map(disk_bytes, both))
        wire = wire_bytes()
        line = run_json(words)
        cost = [cpu_s(company) - before
                for company, before in zip(both, cpu)]
        line.update(
            cpu_us_per_change=round(sum(cost) / count * 1e6, 2),
            cpu_us_a=round(cost[0] / count * 1e6, 2),
            cpu_us_b=round(cost[1] / count * 1e6, 2),
            wire_bytes_per_change=round((wire_bytes() - wire) / count),
            disk_bytes_per_change=round(
                (sum(map(disk_bytes, both)) - disk) / count / 2),
            private_mb=[round(private_mb(company), 1) for company in both])
        return line


def run_json(words, timeout_s=900):
    done = subprocess.run([str(word) for word in words], check=True,
                          stdout=subprocess.PIPE, text=True,
                          timeout=timeout_s)
    return json.loads(done.stdout)


def strawman(count, sign, rate):
    """One run of the strawman on an empty store of its own."""
    folder = tempfile.mkdtemp(prefix='kith.')
    try:
        return run_json([PROGRAMS / 'bench-strawman', folder, count, sign, 1,
                         0, rate, 1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Bench:
    """Runs what was asked for and remembers what the summary needs."""

    def __init__(self, options):
        self.options = options
        self.rates = {'kith': [], 'strawman': []}
        self.p50 = {'kith': [], 'strawman': []}
        self.p99 = []
        self.memory = []
        self.idle_percent = []

    def primitives(self):
        subprocess.run([PROGRAMS / 'bench-primitives'], check=True)

    def bulk(self):
        for run in range(1, self.options.runs + 1):
            for count in self.options.sizes:
                bare = strawman(count, 256, 0)
                emit(bench='bulk', run=run, **bare)
                with Pair() as pair:
                    ours = pair.load('bulk', count, BATCH)
                emit(bench='bulk', run=run, peer='kith', **ours)
                if count == self.options.sizes[-1]:
                    self.rates['strawman'].append(bare['changes_per_s'])
                    self.rates['kith'].append(ours['changes_per_s'])
                    self.memory.append(max(ours['private_mb']))

    def single(self):
        for run in range(1, self.options.runs + 1):
            for rate, count in SINGLES.items():
                bare = strawman(count, 1, rate)
                emit(bench='single', run=run, **bare)
                with Pair() as pair:
                    ours = pair.load('single', count, rate)
                emit(bench='single', run=run, peer='kith', **ours)
                self.p50['strawman'].append(bare['p50_ms'])
                self.p50['kith'].append(ours['durable_p50_ms'])
                self.p99.append(ours['durable_p99_ms'])

    def idle(self):
        with Pair() as pair:
            pair.load('bulk', 1000, BATCH)
            both = (pair.sender, pair.receiver)
            before = [cpu_s(company) for company in both]
            time.sleep(IDLE_S)  # what is measured is time that passes
            percent = [(cpu_s(company) - cpu) / IDLE_S * 100
                       for company, cpu in zip(both, before)]
        self.idle_percent.append(max(percent))
        emit(bench='idle', seconds=IDLE_S,
             cpu_percent=[round(value, 4) for value in percent])

    def summary(self):
        """Holds the medians against the floors."""
        def ratio(values):
            if not values['kith']:
                return None
            return (statistics.median(values['kith']) /
                    statistics.median(values['strawman']))

        def middle(values):
            return statistics.median(values) if values else None

        values = (ratio(self.rates), ratio(self.p50), middle(self.p99),
                  middle(self.memory), middle(self.idle_percent))
        reached = True
        for (measure, sign, floor), value in zip(FLOORS, values):
            if value is None:
                continue
            good = value >= floor if sign == '>=' else value <= floor
            reached = reached and good
            emit(bench='summary', measure=measure, value=round(value, 3),
                 floor=f'{sign} {floor}', reached=good)
        return reached


def machine(own_network):
    model = [line.partition(':')[2].strip()
             for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines()
             if line.startswith('model name')]
    emit(bench='machine', kernel=os.uname().release,
         cpu=model[0] if model else os.uname().machine,
         cores=os.cpu_count(), load=os.getloadavg(),
         exact_wire_bytes=own_network)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--runs', type=int, default=5,
                        help='how often each is measured (5)')
    parser.add_argument('--sizes', default='1000,10000,100000',
                        help='changes of the bulks (1000,10000,100000)')
    parser.add_argument('--what', default=','.join(WHAT),
                        help='what is measured: ' + ', '.join(WHAT))
    options = parser.parse_args()
    options.sizes = sorted(map(int, options.sizes.split(',')))
    what = options.what.split(',')
    if not set(what) <= set(WHAT):
        parser.error('--what takes ' + ', '.join(WHAT))
    own_network = in_own_network()
    machine(own_network)
    bench = Bench(options)
    for word in what:
        getattr(bench, word)()
    return 0 if bench.summary() else 1


if __name__ == '__main__':
    sys.exit(main())
