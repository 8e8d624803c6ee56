"""A partner with a valid key that lies in every way it can. Each lie ends its
session with a code that both operators read, or by a cut whose code the
victim's operator reads, or is passed over; nothing
changes; another partner is served all the while; memory and descriptors are
back afterwards. KITH_ROUNDS plays the lies of a session so many times."""
import os
import threading
import time

import harness
import hostile
import hostile_frames
import hostile_hellos
import hostile_logs
import hostile_pushes
import second_partner
from harness import check, equal, wait_until
from hostile import CUT, Stage, attempt, data_of
from peer.company import Company

ROUNDS = int(os.environ.get('KITH_ROUNDS') or 1)
RATE = 3000  # entries a minute that the victim takes of one partner
PACE_S = 0.1
SERVED_S = 1.0 if not harness.SANITIZERS else 10.0
CUTS = {'frame', 'flooded', 'malformed_refuse', 'no_hello', 'silent',
        'sessions'}
WORDS = CUTS | {'ours'}
CODES = {1: 'version', 2: 'frame', 3: 'identity', 4: 'signature', 9: 'quota'}


class Honest(threading.Thread):
    """Another partner, which tells one change after the other and waits for
    the receipt of each."""

    def __init__(self, victim):
        super().__init__(daemon=True)
        self.company, self.name = second_partner.make(victim, 'Honest EMS')
        self.session = second_partner.dial(self.company, victim).open()
        second_partner.agree(victim, self.name, self.company, self.session)
        self.plan = second_partner.Plan(self.company, 20900)
        self.session.settle()
        self.times, self.error = [], None
        self.ends = threading.Event()

    def run(self):
        try:
            while not self.ends.wait(PACE_S):
                began = time.monotonic()
                self.plan.move(20900 + len(self.times) % 90)
                self.session.settle()
                self.times.append(time.monotonic() - began)
        except Exception as error:  # whatever it is, the flow fails by it
            self.error = error

    def finish(self):
        self.ends.set()
        self.join()
        if self.error:
            raise self.error
        p99 = hostile.percentile(self.times, 0.99)
        print(f'    honest partner: {len(self.times)} single changes, '
              f'post to receipt p50 '
              f'{hostile.percentile(self.times, 0.5) * 1000:.1f} ms, p99 '
              f'{p99 * 1000:.1f} ms, most {max(self.times) * 1000:.1f} ms')
        check(p99 < SERVED_S, f'p99 of {p99:.3f} s')


def prepared(flow):
    acme = flow.company('ACME Devices')
    text = acme.conf.read_text()
    acme.conf.write_text(text.replace(
        'limits { ', f'limits {{ partner_rate = "{RATE}/min" '))
    acme.init()
    acme.start()
    acme.kith('project', 'new', 'lumen', '--label', 'internal')
    acme.kith('generation', 'new', 'lumen', 'g1')
    acme.kith('milestone', 'add', 'lumen/g1', 'EVT build', '--date',
              '2027-03-01')
    return acme


def play(stage, scene, state, raw=False):
    """One lie of a session: its end, its code at the victim, no change."""
    name, act, codes = scene
    code = attempt(stage, act, state, raw)
    check(code in codes or code == CUT and codes & WORDS,
          f'{name}: ended with {code}, wanted {codes}')
    said = {CODES[code]} if code != CUT else codes & WORDS
    row = wait_until(lambda: next((row for row in [stage.row()]
                                   if row.get('code') in said), None),
                     what=f'{name}: code {said}')
    cut = code == CUT and row['code'] in CUTS
    equal(row['state'], 'offline' if cut else 'refused',
          f'{name}: what `partner show` says')
    stage.resume()


def frame_scenes(_):
    for name, state, act, codes in hostile_frames.scenes():
        yield (name, act, codes), state, False
    for scene in hostile_frames.RAW:
        yield scene, 'open', True


def content_scenes(stage):
    for scene in hostile_hellos.scenes(stage, Company('Stranger')):
        yield scene, 'waiting', False
    for scene in hostile_pushes.scenes():
        yield scene, 'open', False


def lies_of_a_session(acme):
    """None of them changes what the victim holds of anybody."""
    own, count = hostile.own_data(acme), 0
    for number in range(2 * ROUNDS):
        scenes = content_scenes if number % 2 else frame_scenes
        stage = Stage(acme, f'Mallory {number}')
        hostile_logs.told_all(stage).close()
        before = data_of(acme, stage.name)
        for scene, state, raw in scenes(stage):
            play(stage, scene, state, raw)
            count += 1
            if ROUNDS > 1 or count % 10 == 0:
                equal(data_of(acme, stage.name), before, scene[0])
        equal(data_of(acme, stage.name), before, 'data after all lies')
        hostile_logs.told_all(stage).close()
    equal(hostile.own_data(acme), own, 'own data after all lies')
    print(f'    {count} lies in a session: each ended it, none changed '
          'anything')


def lies_that_freeze(acme):
    """Two histories, or one that goes back: frozen until a person decides,
    and what was held before still stands."""
    count = 0
    for name, state, act, code in hostile_logs.freezing():
        stage = Stage(acme, f'Fork {count} EMS')
        hostile_logs.told_all(stage).close()
        before = data_of(acme, stage.name)
        equal(attempt(stage, act, state), code, name)
        equal(stage.row()['state'], 'frozen', f'{name}: state')
        equal(data_of(acme, stage.name), before, f'{name}: data')
        if code == hostile_logs.FROZEN:  # the victim's own log goes on
            hostile.stands(stage)
            equal(stage.row()['state'], 'frozen', f'{name}: state of the rest')
        else:
            equal(attempt(stage, lambda _: None), code, f'{name}: said again')
        count += 1
    print(f'    {count} logs frozen')


def a_fault_that_comes_again(acme):
    """Three times the same: the link waits for a person."""
    stage = Stage(acme, 'Again EMS')
    hostile_logs.told_all(stage).close()
    act = hostile_pushes.sends(hostile_pushes.other_root)
    for _ in range(3):
        equal(attempt(stage, act), 4, 'a fault')
    row = stage.row()
    check('resume' in row['link'] and 'partner resume' in row['next'],
          f'a link that has just stalled: {row}')
    equal(attempt(stage, lambda _: None), 4, 'a session of a stalled link')
    row = stage.row()
    equal(row.get('code'), 'signature', 'the code of a stalled link')
    check('resume' in row['link'], f'a stalled link: {row}')
    stage.resume()
    hostile_logs.told_all(stage).close()


def cuts_that_take_a_while(acme):
    stage = Stage(acme, 'Slow EMS')
    hostile_logs.told_all(stage).close()
    for name, state, act, codes in hostile_frames.SLOW:
        play(stage, (name, act, codes), state)
    row = stage.row()
    check('ask them' in row['link'], f'no next step: {row}')
    session = hostile_logs.told_all(stage)
    wait_until(lambda: stage.row().get('code') not in CUTS,
               what='a cut that is over')
    session.close()


def others(acme):
    cuts_that_take_a_while(acme)
    hostile_logs.judge_bodies(Stage(acme, 'Bodies EMS'))
    hostile_logs.wrong_verdicts(Stage(acme, 'Verdicts EMS'))
    hostile_logs.stolen_key(Stage(acme, 'Stolen EMS'))
    hostile_logs.false_cosignature(Stage(acme, 'False EMS'))
    hostile_logs.false_old_cosignature(Stage(acme, 'False Old EMS'))
    hostile_logs.replays(Stage(acme, 'Replay EMS'))
    hostile_logs.unverified(acme)
    a_fault_that_comes_again(acme)
    came = hostile_logs.want_flood(Stage(acme, 'Wants EMS'))
    print(f'    300 wants in one go: {came} answers')
    hostile_logs.quota_flood(Stage(acme, 'Quota EMS'), RATE)


def back_to(acme, before):
    """Memory within 16 MB, descriptors within 4, of what they were."""
    def calm():
        now = hostile.processes(acme)
        return all(now[name][0] < before[name][0] + 16384 and
                   now[name][1] <= before[name][1] + 4 for name in now)
    if harness.SANITIZERS:
        return
    wait_until(calm, what='memory and descriptors as before')
    after = hostile.processes(acme)
    for name, (memory, descriptors) in after.items():
        print(f'    {name}: {before[name][0] / 1024:.1f} -> '
              f'{memory / 1024:.1f} MB, {before[name][1]} -> '
              f'{descriptors} descriptors')


def main():
    began = time.monotonic()
    with harness.Flow() as flow:
        acme = prepared(flow)
        honest = Honest(acme)
        honest.start()
        before = hostile.processes(acme)
        for part in (lies_of_a_session, lies_that_freeze, others):
            part(acme)
        honest.finish()
        back_to(acme, before)
    print(f'    {time.monotonic() - began:.1f} s')


if __name__ == '__main__':
    main()
