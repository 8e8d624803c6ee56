"""What the fault flows share: two companies with traffic between them, and
the invariant that must hold after every fault.

    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        pair.post()
        pair.acme.kill()
        pair.acme.start()
        pair.hold()

Counts and seeds come from the environment, so that scripts/torture can play
more of the same: faults.given('KITH_KILLS', 100).
"""
import os
import random
import subprocess

import harness
import steps
from harness import check, equal, wait_until

TITLES_MAX = 5000  # rows that one list of the inbox may have


def given(name, default):
    """The number in the environment variable NAME, or DEFAULT."""
    return int(os.environ.get(name) or default)


def dice():
    """A generator seeded by KITH_SEED, or by chance; prints the seed."""
    seed = given('KITH_SEED', random.randrange(1 << 32))
    print(f'seed {seed}', flush=True)
    return random.Random(seed)


def sample(places, most, dice):
    """MOST of the places, one of each stretch of equal length; 0: all."""
    if most == 0 or most >= len(places):
        return places
    edges = [at * len(places) // most for at in range(most + 1)]
    return [places[dice.randrange(low, high)]
            for low, high in zip(edges, edges[1:])]


def skip(why):
    """Ends a flow that this machine does not permit; ctest shows WHY."""
    print(f'skipped: {why}')
    raise SystemExit(harness.SKIPPED)


def check_store(company, expect=0):
    """`kithd check` of a company whose daemon does not run."""
    done = subprocess.run(
        [company.programs / 'kithd', 'check', '--config', company.conf],
        capture_output=True, text=True, env=company.environment, check=False)
    equal(done.returncode, expect,
          f'kithd check at {company.name}: {done.stdout}{done.stderr}')
    return done


class Pair:
    """ACME tells Northwind's person jan of the project lumen."""

    def __init__(self, flow, lay=None):
        """LAY(acme, northwind) may change their configurations."""
        self.acme = flow.company('ACME Devices')
        self.northwind = flow.company('Northwind EMS')
        if lay is not None:
            lay(self.acme, self.northwind)
        self.names = steps.share(self.acme, self.northwind, 'lumen')
        self.posted = []  # titles, in the order they were typed
        self.open = set()  # of them: no id was printed, so either will do
        wait_until(lambda: self.northwind.rows('--as', 'jan', 'project',
                                               'list'),
                   what='the project at the partner')

    @property
    def both(self):
        return (self.acme, self.northwind)

    def post(self, parts=1):
        """Posts PARTS changes. What got no answer may be there or not."""
        for _ in range(parts):
            title = f'change {len(self.posted)}'
            self.posted.append(title)
            done = self.acme.kith('post', 'lumen', '-m', title, expect=None)
            check(done.code in (0, 1, 4), str(done))
            if done.code != 0:
                self.open.add(title)

    def is_quiet(self):
        """A session stands, everything that was queued is sent, and its
        receipt is here; a daemon that does not answer is not quiet."""
        for own, name in zip(self.both, self.names):
            done = own.kith('--json', 'partner', 'show', name, expect=None)
            check(done.code in (0, 4), str(done))
            if done.code != 0:
                return False
            row = done.json
            if (not row['link'].startswith('connected') or row['out'] != 0 or
                    row['sent'] != row['receipted']):
                return False
        return True

    def settle(self, timeout_s=90):
        wait_until(self.is_quiet, timeout_s, 'everything receipted')

    def arrived(self):
        """Titles of the changes at the partner, oldest first."""
        rows = self.northwind.rows('--as', 'jan', 'inbox', '--limit',
                                   TITLES_MAX)
        titles = [row['title'] for row in rows]
        return [title for title in reversed(titles)
                if title.startswith('change ')]

    def hold(self, stores=False, timeout_s=90):
        """The invariant: what ACME acknowledged is at Northwind once, in
        order, as it was; checkpoints, receipts and trees of both sides
        verify. With STORES both daemons are stopped and their stores walked."""
        self.settle(timeout_s)
        arrived = self.arrived()
        wanted = [title for title in self.posted
                  if title not in self.open or title in arrived]
        equal(arrived, wanted, 'changes at the partner, in order')
        for own, name in zip(self.both, self.names):
            own.kith('evidence', 'show', name, '--entries')
        if stores:
            for own in self.both:
                own.stop()
                check_store(own)
                own.start()
