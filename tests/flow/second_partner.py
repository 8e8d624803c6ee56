"""A company of the second implementation (tests/peer) as the partner of a
real one: what flows with it have in common."""
import os
import sys
import time

import harness
import steps
from harness import wait_until

sys.path.insert(0, str(harness.SOURCE / 'tests'))

from peer import cards, kinds  # noqa: E402
from peer.company import PROJECT, Company  # noqa: E402
from peer.curve import Closed, CurveClient  # noqa: E402
from peer.dealer import Dealer  # noqa: E402
from peer.session import Session  # noqa: E402

PURPOSE = 'assembly'


def make(victim, name='Peer EMS', verify=True, cls=Company):
    """A company (of class CLS) that has paired with VICTIM, which compares the
    groups if VERIFY; returns it and the name under which VICTIM knows it."""
    company = cls(name)
    company.pair(cards.Card(cards.unarmour(victim.kith('card', 'show').out)))
    path = victim.home / f'{name}.card'
    path.write_text(cards.armour(company.card.data))
    victim.kith('partner', 'add', path)
    known_as = victim.rows('partner', 'list')[-1]['partner']
    if verify:
        spoken = cards.groups(company.id, company.partner.company)
        victim.kith('partner', 'verify', known_as, *spoken.split())
    return company, known_as


def dial(company, victim, raw=False):
    """A session that has said nothing yet."""
    line = (CurveClient if raw else Dealer)(
        victim.port, company.partner.transport, company.transport)
    return Session(company, line)


def connected(victim, known_as):
    return steps.partner(victim, known_as)['link'].startswith('connected')


def settled(victim, known_as):
    row = steps.partner(victim, known_as)
    return row['out'] == 0 and row['sent'] == row['receipted']


def announce(victim, known_as, company, session, person):
    """Tells VICTIM of a person of COMPANY; returns the person's id."""
    own = os.urandom(16)
    company.tell(kinds.record(106, {'id': own, 'revision': 1}, name=person,
                              role='editor'))
    session.settle()
    wait_until(lambda: any(row['person'] == person for row in victim.rows(
        'person', 'list', '--partner', known_as)), what=f'{person} known')
    return own


def agree(victim, known_as, company, session):
    """VICTIM proposes, COMPANY signs; in force on both sides."""
    text = victim.home / 'nda.txt'
    text.write_text('What we tell each other stays between us.\n')
    victim.kith('nda', 'propose', known_as, '--file', text, '--purpose',
                PURPOSE, '--from', '2026-01-01', '--until', '2036-12-31')
    proposal = session.until(
        lambda: [record for _, record in company.yours.items.values()
                 if record['kind'] == 103], what='the proposal')[-1]
    company.tell(company.sign_terms(proposal))
    session.settle()
    wait_until(lambda: any(row['state'] == 'in_force'
                           for row in victim.rows('nda', 'list')),
               what='the agreement')


class Plan:
    """A project of COMPANY with one milestone, told to whomever the partner
    has bound to it."""

    def __init__(self, company, day):
        self.company = company
        self.project, self.grant, self.generation, self.milestone = (
            os.urandom(16) for _ in range(4))
        self.revision = 0
        self.tell(1, self.project, name='oven')
        self.tell(6, self.grant, project=self.project, kinds=[1, 2, 3, 4, 6],
                  purpose=PURPOSE, bound=1,
                  **{'from': {'kind': 1, 'from_day': 20700}})
        self.tell(2, self.generation, project=self.project, name='line 3')
        self.move(day)

    def tell(self, kind, item=None, revision=1, **given):
        head = {'id': item or os.urandom(16), 'revision': revision,
                'changed_at': int(time.time()), 'label': 2}
        if kind != 1:
            head['project'] = self.project
        self.company.tell(kinds.record(kind, head, **given), PROJECT,
                          agreement=self.company.agreement, grant=self.grant,
                          purpose=PURPOSE,
                          audience={'bound': True, 'version': 1})

    def move(self, day):
        self.revision += 1
        self.tell(3, self.milestone, self.revision,
                  generation=self.generation, type=6, title='SOP', state=1,
                  planned={'kind': 1, 'from_day': day})
