"""Two partners of one company put together all that they hold: frames, keys,
opened bodies. Nothing but what the company shows to everybody is equal, sizes
depend on what each may see alone, and what is told to one makes no frame to the
other (inv. 3). A thousand words of fifty other projects are in nothing that a
partner gets, in no file, notice, output or error text of either side."""
import base64
import hashlib
import re

import harness
import second_partner
import steps
from canaries import Canaries
from harness import check, equal, wait_until
from peer import cards, seal, tree, wire
from peer.company import PROJECT, Company

PROJECTS, WORDS = 50, 20
WINDOW, DISTINCT = 16, 12  # bytes; fewer distinct ones are structure
KINDS = 'project,generation,milestone,message'
BASE64 = re.compile(rb'[A-Za-z0-9+/]{22,}={0,2}')


class Tap:
    """A line that keeps each frame that came."""

    def __init__(self, line, heard):
        self.line, self.heard = line, heard

    def receive(self, timeout_s):
        frame = self.line.receive(timeout_s)
        if frame is not None and frame[0] not in (wire.PING, wire.PONG):
            self.heard.append(frame)
        return frame

    def __getattr__(self, name):
        return getattr(self.line, name)


class Colluder(Company):
    """A partner that keeps what it can: frames, entry keys, opened bodies."""

    def __init__(self, name):
        super().__init__(name)
        self.frames, self.opened, self.eks, self.sizes = [], [], [], []

    def take_push(self, push):
        eks = seal.open_keys(push['keys'], *self.sealing) if 'keys' in push \
            else []
        self.eks += eks
        bodies = [entry for entry in push['entries'] if 'sealed' in entry]
        for entry, ek in zip(bodies, eks):
            header = seal.read_header(entry['header'])
            self.opened.append(seal.open_sealed(
                entry['header'], entry['sealed'], ek, self.yours.origin))
            if header.entry_class == PROJECT:
                self.sizes.append(len(entry['sealed']))
        return super().take_push(push)

    def pieces(self):
        """All that it holds but bodies, as bytes."""
        yield from self.frames
        yield from self.eks
        yield from self.yours.tree.roots[1:]  # that of no entry is a constant
        yield from (tree.leaf_hash(header) for header in self.yours.headers)

    def octets(self):
        """Ids, digests, keys and signatures in opened bodies."""
        for data in self.opened:
            yield from octets_of(wire.read_body(data)[0])


def octets_of(value):
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        if isinstance(value, bytes) and len(value) >= 8:
            yield value
        return
    for one in value:
        yield from octets_of(one)


def take_away(data, known):
    """What is left of DATA without what all may know, in pieces."""
    pieces = [data]
    for one in known:
        pieces = [part for piece in pieces for part in piece.split(one)]
    return pieces


def windows(partner, known):
    """The runs of WINDOW bytes in what PARTNER holds outside of bodies; the
    base64 of notes is decoded."""
    found = set()
    for data in partner.pieces():
        parts = take_away(data, known)
        coded = [one for part in parts for one in BASE64.findall(part)]
        parts = [raw for part in parts for raw in BASE64.split(part)]
        parts += [base64.b64decode(one[:len(one) // 4 * 4]) for one in coded]
        for part in parts:
            for at in range(len(part) - WINDOW + 1):
                one = part[at:at + WINDOW]
                if len(set(one)) >= DISTINCT:
                    found.add(one)
    return found


def pair(acme, name):
    partner, known_as = second_partner.make(acme, name, cls=Colluder)
    session = second_partner.dial(partner, acme)
    session.line = Tap(session.line, partner.frames)
    session.open()
    second_partner.agree(acme, known_as, partner, session)
    second_partner.announce(acme, known_as, partner, session, 'pia')
    return partner, known_as, session


def grant(acme, project, partner, person='pia'):
    acme.kith('grant', 'add', project, partner, '--purpose',
              second_partner.PURPOSE, '--kinds', KINDS, '--persons', person,
              '--hide', 'milestone.build_qty', '--until', '2036-12-31')


def fill(acme):
    """What both are told, with a hidden field in it."""
    acme.kith('project', 'new', 'lumen', '--label', 'internal')
    acme.kith('generation', 'new', 'lumen', 'g1')
    acme.kith('milestone', 'add', 'lumen/g1', 'EVT', '--date', '2027-03-01',
              '--build-qty', '100')
    acme.kith('post', 'lumen', '-m', 'which stack-up?', '--kind', 'ask')


def shown_to_all(acme):
    card = cards.Card(cards.unarmour(acme.kith('card', 'show').out))
    return [card.data, card.root_part, card.address_part, card.company,
            card.digest, card.log, card.receipt, card.statement,
            card.transport, card.sealing, card.company.hex().encode()]


def alike(acme, partners):
    """What both hold, without what the company shows to all and the digest of
    the one text that both have signed."""
    known = shown_to_all(acme)
    document = hashlib.sha256((acme.home / 'nda.txt').read_bytes()).digest()
    one, other = (windows(partner, known) for partner in partners)
    check(min(len(one), len(other)) > 2000, 'there is much to compare')
    ids, others = (set(partner.octets()) for partner in partners)
    check(min(len(ids), len(others)) > 20, 'there are ids to compare')
    return one & other | (ids & others) - {*known, document}


def is_a_check(acme, partners):
    """One item's id, one frame in the other's hands too: both are found."""
    one, other = partners
    equal(alike(acme, partners), set(), 'what both hold alike')
    other.opened.append(one.opened[-1])
    check(alike(acme, partners), 'a shared body is found')
    other.opened.pop()
    other.frames.append(one.frames[-1])
    check(alike(acme, partners), 'a shared frame is found')
    other.frames.pop()


def settled(acme):
    return all(row['out'] == 0 and row['sent'] == row['receipted']
               for row in acme.rows('partner', 'list')
               if row['partner'].startswith('peer'))


def both_turn(acme, sessions):
    def done():
        for session in sessions:
            session.turn(0.02)
        return settled(acme)
    wait_until(done, what='both partners told')


def colludes(acme, partners, names, sessions):
    fill(acme)
    for name in names:
        grant(acme, 'lumen', name)
    both_turn(acme, sessions)
    acme.kith('milestone', 'move', 'lumen/g1/EVT', '--date', '2027-03-15')
    both_turn(acme, sessions)
    equal(partners[0].sizes, partners[1].sizes, 'sizes of equal views')
    check(len(partners[0].sizes) >= 5, 'entries of the project')
    is_a_check(acme, partners)
    # the second alone is told of another project
    heard, held = len(partners[0].frames), len(partners[0].yours)
    acme.kith('project', 'new', 'amber', '--label', 'internal')
    grant(acme, 'amber', names[1])
    acme.kith('post', 'amber', '-m', 'for the second alone')
    sessions[1].until(lambda: any(b'for the second' in body
                                  for body in partners[1].opened),
                      what='the second told')
    both_turn(acme, sessions)
    equal((len(partners[0].frames), len(partners[0].yours)), (heard, held),
          'what the first hears of it')
    acme.kith('post', 'lumen', '-m', 'for both')
    both_turn(acme, sessions)
    equal(len(partners[0].yours), held + 1, 'its next entry is the next one')
    equal(alike(acme, partners), set(), 'what both hold alike now')


def hide(acme, words):
    """Fifty projects, each field that a person can type a canary."""
    for number in range(PROJECTS):
        project, generation = words.new('Project'), words.new('Generation')
        new = words.new
        acme.kith('project', 'new', project, '--title', new('Title'),
                  '--category', new('Category'), '--family', new('Family'),
                  '--market', new('Market'), '--note', new('Note'))
        acme.kith('generation', 'new', project, generation, '--title',
                  new('Title'), '--codename', new('Codename'),
                  '--design-revision', new('Revision'), '--note', new('Note'),
                  '--label', ('internal', 'confidential')[number % 2])
        acme.kith('milestone', 'add', f'{project}/{generation}',
                  new('Milestone'), '--date', '2031-05-04', '--type', 'evt',
                  '--note', new('Note'))
        while len(words.words) < (number + 1) * WORDS:
            acme.kith('post', f'{project}/{generation}', '-m', new('Message'),
                      '--note', new('Note'), '--kind', ('info', 'risk')[
                          number % 2])
    equal(len(words.words), PROJECTS * WORDS, 'canaries')


def all_output(company, *before):
    """What a person there can have shown without naming a canary."""
    wanted = [['status'], ['doctor'], ['inbox'], ['timeline'], ['partner',
              'list'], ['person', 'list'], ['nda', 'list'], ['project', 'list'],
              ['told'], ['queue'], ['grant', 'list'], ['notify', 'list'],
              ['audit', 'show', '--limit', '5000'], ['export', 'lifecycle'],
              ['show', 'none/such'], ['project', 'new'],
              ['help'], ['help', 'post'], ['post', 'nowhere', '-m', 'x']]
    for words in wanted:
        for how in ((), ('--json',)):
            done = company.kith(*before, *how, *words, expect=None)
            yield ' '.join(words), (done.out + done.err).encode()


def files(company, but=()):
    for path in sorted(company.home.rglob('*')):
        if path.is_file() and path.name not in but:
            yield path, path.read_bytes()


def nothing_leaks(flow, names, partners, words):
    acme, ems = flow.companies
    for partner in partners:
        for data in (*partner.frames, *partner.opened):
            words.absent(data, f'what {partner.name} was told')
    for what, data in all_output(ems, '--as', 'jan'):
        words.absent(data, f'`{what}` at the partner')
    for what in ([], ['--project', 'lumen']):
        pack = acme.home / 'told.pack'
        acme.kith('evidence', 'export', names[0], '--file', pack, *what)
        words.absent(pack.read_bytes(), 'an evidence pack')
        words.absent(steps.verify_pack(flow, pack).encode(),
                     'the report on it')
        pack.unlink()
    backup = acme.kith('backup', '--config', acme.conf,
                       acme.home / 'backup')
    words.absent((backup.out + backup.err).encode(), 'what backup says')
    for company in (acme, ems):
        company.stop()
        searched = 0
        for path, content in files(company):
            words.absent(content, path)
            searched += len(content)
        check(searched > 100000, 'there was a store')
        company.start()


def are_at_home(acme, words):
    """Each is shown at home, so that the search means something."""
    shown = ''.join(acme.kith('--json', 'log', row['name'], '--limit', '5000').out
                    for row in acme.rows('project', 'list'))
    equal(words.missing(shown), [], 'canaries that are not at home')
    check(words.found(shown.encode()), 'what is there is found')


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        ems = flow.company('Brno EMS')
        notices = ems.home / 'notices'
        notices.mkdir()
        ems.write_conf(
            f'channel "desk" {{ kind = file  folder = "{notices}" }}')
        steps.set_up(acme)
        words = Canaries()
        hide(acme, words)
        made = [pair(acme, name) for name in ('Peer One', 'Peer Two')]
        partners, names, sessions = zip(*made)
        colludes(acme, partners, names, sessions)
        steps.set_up(ems)
        pair_of = steps.pair(acme, ems)
        steps.agree(acme, ems, pair_of, second_partner.PURPOSE)
        steps.bind_person(ems, 'jan', acme, pair_of[0])
        ems.kith('--as', 'jan', 'notify', 'rules', 'add', 'desk')
        grant(acme, 'lumen', pair_of[0], 'jan')
        acme.kith('post', 'lumen', '-m', 'for all three')
        wait_until(lambda: harness.dropped(notices), what='a notice')
        both_turn(acme, sessions)
        are_at_home(acme, words)
        nothing_leaks(flow, pair_of, partners, words)
        for session in sessions:
            session.close()
        print(f'{len(words.words)} canaries of {PROJECTS} projects; '
              f'{sum(len(p.frames) for p in partners)} frames and '
              f'{sum(len(p.opened) for p in partners)} bodies of two partners')


if __name__ == '__main__':
    main()
