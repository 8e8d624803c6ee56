"""Two companies that tell each other things at a steady pace, with a link that
goes away now and then: memory and descriptors of all six programs stay where
they are. KITH_SOAK_S seconds (scripts/torture soak [SECONDS]); prints a line a
minute and the slopes."""
import os
import pathlib
import time

import sys

import harness
import steps
from harness import check, equal, wait_until

SECONDS = float(os.environ.get('KITH_SOAK_S', '12'))
POSTS_PER_S = 5
FLAP_S = 20          # the link is paused for a moment so often
WARM_SHARE = 0.3     # caches fill before this share of the time
# What a program may grow by after that, whatever the time: the arenas and
# buffers of the largest transaction may come late. A leak of 100 bytes a post
# would be 1.7 MB an hour.
GROWTH_KB = 2048
PROGRAMS = ('kithd', 'kith-net', 'kith-notify')


def look(pid):
    """Anonymous memory in KiB and open descriptors. Pages of the store's file
    are the kernel's to drop, so they do not count."""
    status = pathlib.Path(f'/proc/{pid}/status').read_text()
    memory = next(int(line.split()[1]) for line in status.splitlines()
                  if line.startswith('RssAnon'))
    return memory, len(os.listdir(f'/proc/{pid}/fd'))


def slope(samples):
    """Least squares, a second."""
    count = len(samples)
    mean_t = sum(t for t, _ in samples) / count
    mean_v = sum(v for _, v in samples) / count
    over = sum((t - mean_t) * (v - mean_v) for t, v in samples)
    under = sum((t - mean_t) ** 2 for t, _ in samples)
    return over / under if under else 0.0


def settled(company, name):
    row = steps.partner(company, name)
    return (row['link'].startswith('connected') and row['out'] == 0 and
            row['sent'] == row['receipted'])


def store_bytes(company):
    return sum(path.stat().st_blocks * 512
               for path in (company.data).rglob('*') if path.is_file())


class Soak:
    def __init__(self, acme, northwind, names):
        self.acme = acme
        self.names = names
        self.pids = {(company.name.split()[0], program): company.pid(program)
                     for company in (acme, northwind) for program in PROGRAMS}
        self.memory = {key: [] for key in self.pids}
        self.files = {key: [] for key in self.pids}
        self.began = time.monotonic()
        self.posts = 0
        self.flaps = 0

    @property
    def age(self):
        return time.monotonic() - self.began

    def sample(self):
        for key, pid in self.pids.items():
            memory, files = look(pid)
            self.memory[key].append((self.age, memory))
            self.files[key].append((self.age, files))

    def post(self):
        """A message, and every second time a milestone that moves."""
        if self.posts % 2:
            self.acme.kith('milestone', 'move', 'lumen/g1/evt', '--date',
                           f'2027-{self.posts // 28 % 12 + 1:02}-'
                           f'{self.posts % 28 + 1:02}')
        else:
            self.acme.kith('post', 'lumen', '-m', f'news {self.posts}')
        self.posts += 1

    def flap(self):
        self.acme.kith('partner', 'pause', self.names[0])
        self.post()
        self.acme.kith('partner', 'resume', self.names[0])
        self.flaps += 1

    def tell(self):
        words = [f'{company} {program} {samples[-1][1]} KiB '
                 f'{self.files[company, program][-1][1]} fds'
                 for (company, program), samples in self.memory.items()]
        print(f'{self.age:6.0f} s, {self.posts} posts, {self.flaps} pauses: ' +
              ', '.join(words), flush=True)

    def run(self):
        next_sample = next_flap = next_tell = 0.0
        while self.age < SECONDS:
            due = self.posts / POSTS_PER_S
            if self.age < due:
                time.sleep(0.02)
            else:
                self.post()
            if self.age >= next_flap:
                next_flap = self.age + FLAP_S
                self.flap()
            if self.age >= next_sample:
                next_sample = self.age + 1
                self.sample()
            if self.age >= next_tell:
                next_tell = self.age + 60
                self.tell()

    def judge(self):
        for key, pid in self.pids.items():
            check(pathlib.Path(f'/proc/{pid}').exists(), f'{key} still runs')
            warm = [sample for sample in self.memory[key]
                    if sample[0] >= SECONDS * WARM_SHARE]
            fds = [count for when, count in self.files[key]
                   if when >= SECONDS * WARM_SHARE]
            grown = max(value for _, value in warm[len(warm) // 2:]) - max(
                value for _, value in warm[:len(warm) // 2])
            print(f'{key[0]:10} {key[1]:12} {warm[0][1]:7} -> {warm[-1][1]:7} '
                  f'KiB, slope {slope(warm) * 3600:+8.0f} KiB an hour; '
                  f'descriptors {min(fds)}..{max(fds)}')
            check(grown <= GROWTH_KB,
                  f'{key} grew by {grown} KiB within its second half')
            check(max(fds) - min(fds) <= 8, f'{key}: descriptors {min(fds)}'
                  f'..{max(fds)}')


def main():
    if harness.SANITIZERS:
        print('a sanitizer keeps what was freed')
        sys.exit(harness.SKIPPED)
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        names = steps.share(acme, northwind, 'lumen')
        acme.kith('generation', 'new', 'lumen', 'g1', '--label', 'internal')
        acme.kith('milestone', 'add', 'lumen/g1', 'evt', '--date',
                  '2027-01-01', '--label', 'internal')
        wait_until(lambda: settled(acme, names[0]), what='a quiet link')
        before = [store_bytes(company) for company in (acme, northwind)]
        soak = Soak(acme, northwind, names)
        soak.run()
        wait_until(lambda: settled(acme, names[0]), what='everything receipted')
        soak.sample()
        soak.tell()
        for company, bytes_before in zip((acme, northwind), before):
            print(f'{company.name}: '
                  f'{(store_bytes(company) - bytes_before) / soak.posts:.0f} '
                  'bytes of disk a post')
        soak.judge()
        equal(steps.partner(northwind, names[1])['processed'],
              steps.partner(acme, names[0])['sent'], 'entries at the partner')


if __name__ == '__main__':
    main()
