"""Two histories of one log, a log that goes back, a stolen old key, bodies
that break rules, floods: what outlasts a session, each with a partner of its
own."""
import os
import subprocess
import time

import harness
import hostile
import hostile_hellos as hellos
import hostile_pushes as pushes
import second_partner
from harness import check, equal
from hostile import attempt, push_frame
from hostile_frames import FRAMES
from peer import kinds, notes, strict, tree, wire
from peer.basics import SigningKey, need
from peer.company import DUTY, PROJECT

FROZEN, RESTORED = 7, 8
NOT_UNDERSTOOD, REJECTED = 2, 3
FLOOD = 100  # entries of one push


def person():
    return kinds.record(106, {'id': os.urandom(16), 'revision': 1}, role='x')


def forked(at):
    """Our log told anew, with another entry at index AT."""
    def act(session):
        company = session.company
        log = pushes.OwnLog(company.mine.origin, company.keys['log'])
        for i, header in enumerate(company.mine.headers):
            if i == at:
                log.add(strict.encode(wire.BODY, {
                    'entry_class': 1, 'record': person()}), 1, 0)
                continue
            log.headers.append(header)
            log.sealed.append(company.mine.sealed[i])
            log.keys.append(company.mine.keys[i])
            log.tree.add(header)
        session.line.send(push_frame(log.push(
            0, len(log), company.partner.sealing)))
    return act


def claim(size, root=None):
    def make(session):
        log = session.company.mine
        return {'log_number': 1, 'size': size,
                'note': log.checkpoint(size, root)}
    return make


def processed(size):
    return lambda session: {'log_number': 1, 'size': size,
                            'note': session.company.yours.note}


def another_log(session):
    company = session.company
    return {'log_number': 2, 'size': 1, 'note': notes.sign_checkpoint(
        company.keys['log'], notes.origin_of(
            company.id, company.partner.company, 2), 1, bytes(32))}


def freezing():
    """(name, state, act, code)."""
    hello = hellos.changed
    yield 'another entry at an index that is held', 'open', forked(1), FROZEN
    yield ('another root of a size that is held', 'waiting',
           hello(mine=claim(3, bytes(32))), FROZEN)
    yield ('a log that went back', 'waiting', hello(mine=claim(2)), RESTORED)
    yield ('a log that is gone', 'waiting', hello(mine={}, yours={}),
           RESTORED)
    yield ('less processed than before', 'waiting',
           hello(yours=processed(2)), RESTORED)
    yield 'a log of another number', 'waiting', hello(mine=another_log), \
        RESTORED
    yield 'a number of a hello twice', 'waiting', hello(session=1), RESTORED
    yield ('a number that we never gave', 'waiting',
           hello(partner_session=10 ** 6), RESTORED)


def told_all(stage):
    """A session in which both logs have come as far as they go, and both sides
    know it."""
    session = stage.session()
    session.until(lambda: len(stage.company.yours) >= 3, what='its log')
    session.push()
    session.until(lambda: stage.company.receipted == len(stage.company.mine),
                  what='its receipt')
    session.until(lambda: second_partner.settled(stage.victim, stage.name),
                  what='our receipt there')
    return session


def bodies(company):
    """(what, verdict, code, body, class): bodies that change no record."""
    def encoded(record, entry_class=1, **more):
        return strict.encode(wire.BODY, {'entry_class': entry_class,
                                         'record': record, **more})
    item = {'id': os.urandom(16), 'revision': 1, 'label': 2}
    yield 'garbage', REJECTED, 'malformed', b'\xff' * 40, 1
    yield 'nothing', REJECTED, 'malformed', b'', 1
    yield ('a kind of another class', REJECTED, 'malformed',
           encoded({'kind': 4}), 1)
    yield ('a kind of the company itself', REJECTED, 'malformed',
           encoded({'kind': 1000}), 1)
    yield 'a kind of the future', NOT_UNDERSTOOD, None, encoded(
        {'kind': 150}), 1
    yield 'a person without role', REJECTED, 'fields', encoded(
        kinds.record(106, {'id': os.urandom(16), 'revision': 1})), 1
    yield 'a second revision at first', REJECTED, 'revision', encoded(
        kinds.record(106, {'id': os.urandom(16), 'revision': 2},
                     role='x')), 1
    yield 'a log opened again', REJECTED, 'place', encoded(kinds.record(
        100, log_number=1, own_card=company.card.digest,
        partner_card=company.partner.digest)), 1
    yield 'a notice of an unknown key', REJECTED, 'key', encoded(
        company.key_notice(1, os.urandom(32))), 1
    yield 'a project without agreement', REJECTED, 'agreement_unknown', \
        encoded(kinds.record(1, item, name='x'), PROJECT), PROJECT
    yield 'terms of nobody', REJECTED, 'nda_step', encoded(kinds.record(
        105, terms_digest=os.urandom(32), signer='x', signed_at=1,
        signature=os.urandom(64))), 1
    yield 'a withdrawal of nothing', REJECTED, 'fields', encoded(
        kinds.record(201, item=[], reason=1), DUTY), DUTY


def judge_bodies(stage):
    """Each such body is receipted, changes nothing and gets its verdict."""
    session = told_all(stage)
    company = stage.company
    before = hostile.own_data(stage.victim)
    wanted = {}
    for what, verdict, code, body, entry_class in bodies(company):
        wanted[company.tell_bytes(body, entry_class)] = (what, verdict, code)
    session.settle()
    session.until(lambda: sum(body['record']['kind'] == 202
                              for _, body in session.new) == len(wanted),
                  what='a verdict for each')
    for _, body in session.new:
        if body['record']['kind'] == 202:
            given = kinds.values(body['record'])
            what, verdict, code = wanted.pop(given['index'])
            equal((given['verdict'], given.get('code')), (verdict, code),
                  f'verdict about {what}')
    equal(hostile.own_data(stage.victim), before, 'data after bad bodies')
    session.close()


def wrong_verdicts(stage):
    """A verdict that contradicts a receipt of its author is only noted."""
    session = told_all(stage)
    company = stage.company
    before = hostile.own_data(stage.victim)
    for index in (0, 1, 77):
        leaf = (tree.leaf_hash(company.yours.headers[index]) if index < 3
                else os.urandom(32))
        company.tell(kinds.record(202, log_number=1, index=index, leaf=leaf,
                                  verdict=3, code='fields'), DUTY)
    session.settle()
    equal(hostile.own_data(stage.victim), before, 'data after wrong verdicts')
    acts = [row['act'] for row in stage.victim.rows(
        'audit', 'show', '--partner', stage.name)]
    equal(acts.count('verdict_received'), 2, 'verdicts that were noted')
    session.close()


def stolen_key(stage):
    """The company has replaced its keys and told so; who has the old ones
    gets no further with them."""
    company = stage.company
    told_all(stage).close()
    old = company.card, company.keys
    company.keys = {**old[1], 'log': SigningKey(os.urandom(32)),
                    'statement': SigningKey(os.urandom(32))}
    company.card = company.make_card(old[0].revision + 9)
    new = company.card, company.keys
    company.mine.key = new[1]['log']
    company.former += [keys['log'].public for _, keys in (old, new)]
    size = len(company.mine)
    session = stage.session()
    company.tell(company.key_notice(1, old[1]['log'].public, to_size=size,
                                    compromised=1))
    company.tell(company.key_notice(1, new[1]['log'].public, size))
    session.settle()
    session.close()

    company.card, company.keys = old
    code = attempt(stage, lambda _: None)
    equal(code, 4, 'a hello with the old card and the old keys')
    company.card, company.keys = new
    company.mine.key = old[1]['log']
    company.tell(person())
    equal(attempt(stage, lambda _: None), 4, 'a claim with the old log key')
    company.mine.key = new[1]['log']
    session = stage.session()
    company.mine.key = old[1]['log']
    equal(attempt(Opened(stage, session), lambda one: one.push()), 4,
          'a push with the old log key')
    company.mine.key = new[1]['log']
    session = stage.session()
    session.settle()
    session.close()


class Opened:
    """A stage whose session stands already."""

    def __init__(self, stage, session):
        self.company, self.opened = stage.company, session

    def session(self, *_):
        return self.opened


def quota_flood(stage, rate):
    """More entries in a minute than the victim takes: refused with 9, which
    a partner that is still sending may not hear, and none of the push that
    breaks the bound counts. Minutes are those of the clock: a flood that
    lasts into the next is let in anew there."""
    company = stage.company
    session = told_all(stage)
    begun = time.time() // 60

    def flood(one):
        for _ in range(0, rate * 4, FLOOD):
            for _ in range(FLOOD):
                company.tell(person())
            one.push()
            one.turn(0)

    code = attempt(Opened(stage, session), flood)
    harness.check(code in (9, hostile.CUT), f'the end of a flood: {code}')
    row = stage.row()
    equal(row.get('code'), 'quota', 'the code at the victim')
    minutes = time.time() // 60 - begun + 1
    harness.check(row['processed'] <= rate * minutes + 8, f'processed: {row}')


def want_flood(stage, count=300):
    """Wants without end: answered within what is sent again a day, and
    nothing grows."""
    session = told_all(stage)
    size = len(stage.company.yours)
    for _ in range(count):
        pushes.want((0, size))(session)
    came = 0
    while True:
        got = session.receive(1.0)
        if got is None:
            break
        came += got[0] == wire.PUSH
    session.close()
    need(came <= count, 'more pushes than wants')
    return came


def convicted(stage):
    """The victim's pack shows anybody both notes of one size."""
    pack = stage.victim.home / 'second.pack'
    pack.unlink(missing_ok=True)
    stage.victim.kith('evidence', 'export', stage.name, '--file', pack)
    report = subprocess.run([stage.victim.programs / 'kith-verify', pack],
                            capture_output=True, text=True).stdout
    check('A SECOND HISTORY: a signed note' in report, f'{report}')


def false_cosignature(stage):
    """A receipt for what is new, with another root: two histories."""
    victim, company = stage.victim, stage.company
    session = told_all(stage)
    own = hostile.own_data(victim)
    text = victim.home / 'false.txt'
    text.write_text('nothing\n')
    victim.kith('nda', 'propose', stage.name, '--file', text, '--purpose',
                'nothing', '--from', '2026-01-01', '--until', '2036-12-31')
    company.take_push(session.expect(wire.PUSH))
    pushes.receipt(len(company.yours),
                   pushes.cosigned(os.urandom(32)))(session)
    equal(session.ending(), FROZEN, 'the end of a false cosignature')
    session.close()
    equal(stage.row()['state'], 'frozen', 'state after it')
    equal(hostile.own_data(victim), own, 'data after it')
    convicted(stage)


def false_old_cosignature(stage):
    """The same about a size that was receipted long ago: kept and frozen."""
    company = stage.company
    session = told_all(stage)
    for _ in range(2):  # an honest one that comes again says nothing
        session.receipt()
    equal(session.ending(1.0), hostile.NOT_CUT, 'a receipt that comes again')
    own = hostile.own_data(stage.victim)
    pushes.receipt(len(company.yours),
                   pushes.cosigned(os.urandom(32)))(session)
    equal(session.ending(), FROZEN, 'the end of a false old cosignature')
    session.close()
    equal(stage.row()['state'], 'frozen', 'state after it')
    equal(hostile.own_data(stage.victim), own, 'data after it')
    convicted(stage)


def replays(stage):
    """A push and a receipt of a former session, and of this one, again:
    nothing counts twice, and the session stands."""
    company = stage.company
    session = told_all(stage)
    company.tell(person())
    again = push_frame(company.mine.push(0, len(company.mine),
                                         company.partner.sealing))
    receipt = wire.frame(wire.RECEIPT, wire.RECEIPT_FIELDS,
                         company.receipt())
    session.settle()
    session.close()
    before = hostile.data_of(stage.victim, stage.name)
    session = told_all(stage)
    for _ in range(20):
        session.line.send(again)
        session.line.send(receipt)
    equal(session.ending(1.0), hostile.NOT_CUT, 'a session with replays')
    session.close()
    equal(hostile.data_of(stage.victim, stage.name), before,
          'data after replays')


def unverified(victim):
    """Before the groups were compared nothing but pings is listened to."""
    stage = hostile.Stage(victim, 'Unverified EMS', verify=False)
    for name in ('push', 'receipt', 'want', 'greet', 'hello', 'type 10'):
        equal(hostile.refused(stage, hostile.plain(FRAMES[name]), 'said'), 2,
              f'{name} in an unverified session')
    equal(attempt(stage, hostile.plain(FRAMES['ping']), 'said',
                  patience_s=1.0), hostile.NOT_CUT, 'a ping in it')
    equal(stage.row()['processed'], 0, 'what was processed')
