"""What the scenes of a hostile partner stand on: the victim, what must not
change in it, and a session brought to a state (tests/flow/hostile_*.py)."""
import json
import os

import harness
import second_partner
import steps
from harness import equal
from peer import wire
from peer.curve import Closed
from peer.session import Refused

# What may change while a partner misbehaves: how its link is, and what it cost.
OF_THE_LINK = {'link', 'last_sync', 'state', 'code', 'next', 'entries_minute',
               'bytes_day', 'verified_us', 'skew', 'what', 'card_revision',
               'stored_bytes'}
NOT_CUT = None
CUT = 0  # ended without a word


class Stage:
    """The victim and one hostile partner."""

    def __init__(self, victim, name, verify=True):
        self.victim = victim
        self.company, self.name = second_partner.make(victim, name, verify)

    def session(self, state='open', raw=False):
        session = second_partner.dial(self.company, self.victim, raw)
        if state == 'greeting':
            return session
        session.greet()
        if state == 'waiting':
            return session
        session.hello()
        session.sent = session.text['yours'].get('size', 0)
        if state == 'open' and not len(self.company.mine):
            self.company.open_log()
            session.settle()
        return session

    def row(self):
        return steps.partner(self.victim, self.name)

    def resume(self):
        self.victim.kith('partner', 'resume', self.name, expect=None)


def attempt(stage, act, state='open', raw=False,
            patience_s=harness.PATIENCE_S):
    """Does ACT in a session that is in STATE; the code of the refuse that
    ends it, CUT, or NOT_CUT when nothing has for PATIENCE_S."""
    session = None
    try:
        session = stage.session(state, raw)
        act(session)
        return session.ending(patience_s)
    except Refused as refused:
        return refused.code
    except Closed:
        return CUT
    finally:
        if session is not None:
            session.close()


def refused(stage, act, state):
    """The code of the refuse that ends it. A refuse can be lost with the reset
    of the connection that follows it: one that never comes stays CUT."""
    for _ in range(3):
        code = attempt(stage, act, state)
        if code != CUT:
            break
    return code


def stands(stage):
    """A session as an honest partner would begin it is not ended at once."""
    equal(attempt(stage, lambda _: None, patience_s=1.0), NOT_CUT,
          'a session after all')


def data_of(victim, name):
    """What the victim holds, as its people see it, but for the link."""
    row = {key: value for key, value in steps.partner(victim, name).items()
           if key not in OF_THE_LINK}
    rows = [victim.rows(*words) for words in (
        ('nda', 'list'), ('grant', 'list'),
        ('person', 'list', '--partner', name), ('inbox', '--partner', name),
        ('told', '--partner', name), ('timeline', '--partner', name))]
    return json.dumps([row, rows], sort_keys=True)


def own_data(victim):
    """What the victim's own people have written."""
    return json.dumps([victim.rows(*words) for words in (
        ('project', 'list'), ('generation', 'list'), ('grant', 'list'),
        ('log', 'lumen'))], sort_keys=True)


def processes(victim):
    """Resident KiB and descriptors of kithd and kith-net."""
    out = {}
    for program in ('kithd', 'kith-net'):
        pid = victim.pid(program)
        harness.check(pid, f'{program} has ended')
        with open(f'/proc/{pid}/statm') as statm:
            out[program] = (int(statm.read().split()[1]) * 4,
                            len(os.listdir(f'/proc/{pid}/fd')))
    return out


def plain(frame):
    """An act that sends FRAME."""
    return lambda session: session.line.send(frame)


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def push_frame(push):
    return wire.frame(wire.PUSH, wire.PUSH_FIELDS, push)
