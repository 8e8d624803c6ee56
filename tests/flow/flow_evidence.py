"""An evidence pack proves, on a machine without kith's daemon or keys, what was
told under which agreement; it holds nothing of another project, and one
flipped bit anywhere is found and its place is named."""
import os
import random
import subprocess

import harness
import steps
from harness import BUILD, check, equal, wait_until

FLIPS = 100
SEED = 20261126
SECRET = 'SAFFRON-CANARY'


def says(report, *sentences):
    for sentence in sentences:
        check(sentence in report, f'the report says: {sentence}\n{report}')


def export(company, partner, name, *more):
    path = company.home / name
    company.kith('evidence', 'export', partner, '--file', path, *more)
    equal(path.stat().st_mode & 0o777, 0o600, f'mode of {name}')
    return path


def settled(company, partner):
    """Everything told is receipted."""
    return all(row['size'] == row['receipted'] for row in
               company.rows('evidence', 'show', partner))


def play(flow):
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    to_northwind, to_acme = steps.share(acme, northwind, 'lumen')
    acme.kith('generation', 'new', 'lumen', 'g1')
    acme.kith('milestone', 'add', 'lumen/g1', 'EVT build', '--date',
              '2027-03-01')
    acme.kith('post', 'lumen', '-m', 'PCB moves to 8 layers', '--kind', 'ask')
    # another project of the same two, and a person who is bound to it
    acme.kith('project', 'new', 'saffron', '--label', 'internal')
    acme.kith('grant', 'add', 'saffron', to_northwind, '--purpose', 'saffron',
              '--kinds', 'project,message', '--persons', 'jan', '--until',
              '2036-12-31')
    acme.kith('post', 'saffron', '-m', SECRET)
    ask = wait_until(lambda: [row for row in
                              northwind.rows('--as', 'jan', 'inbox')
                              if 'PCB' in row['title']], what='the question')

    def rungs():
        return [row['state'] for row in acme.rows('told', '--partner',
                                                  to_northwind)
                if row['direction'] == 'sent' and row['kind'] == 'message']

    wait_until(lambda: rungs() == ['stored', 'stored'], what='stored there')
    northwind.kith('--as', 'jan', 'answer', ask[0]['id'], 'accept', '-m',
                   'stack-up by Wed')
    northwind.kith('--as', 'jan', 'show', ask[0]['id'])
    wait_until(lambda: [row for row in acme.rows('inbox')
                        if 'stack-up' in row['title']], what='the answer')
    equal(rungs(), ['decided', 'stored'], 'only what was answered is decided')
    wait_until(lambda: settled(acme, to_northwind) and
               settled(northwind, to_acme), what='receipts')

    sent = export(acme, to_northwind, 'sent.evidence', '--project', 'lumen')
    report = steps.verify_pack(flow, sent)
    print(report)
    # «I never sent it», «I never received it», «you sent something else»
    says(report, 'EVIDENCE PACK of ACME Devices', 'PCB moves to 8 layers',
         'the receiver signed at', 'stack-up by Wed')
    # «without agreement»
    says(report, 'which both had signed before', 'proposed and signed')
    check('for Northwind EMS by' in report, 'the signer is named')
    check(SECRET not in report and 'saffron' not in report,
          'nothing of another project in the report')
    for word in (SECRET, 'saffron'):
        check(word.encode() not in sent.read_bytes(), f'no {word} in the pack')
    # the receiver's officer may make one, of what he may read himself
    closed = steps.verify_pack(flow, export(northwind, to_acme, 'closed.evidence'),
                    expect=3)
    says(closed, 'not opened for this pack', 'they are not opened here')
    check('PCB' not in closed, 'what was not for him is not in it')
    northwind.kith('person', 'add', 'jan', '--role', 'officer')
    path = northwind.home / 'got.evidence'
    northwind.kith('--as', 'jan', 'evidence', 'export', to_acme, '--file',
                   path, '--project', f'{to_acme}:lumen')
    report = steps.verify_pack(flow, path)
    says(report, 'EVIDENCE PACK of Northwind EMS', 'PCB moves to 8 layers',
         'stack-up by Wed')
    check(SECRET not in report, 'nothing of another project')
    whole = steps.verify_pack(flow, export(acme, to_northwind, 'all.evidence'))
    says(whole, SECRET)
    return acme, northwind, to_northwind, sent


def ids(flow, acme, sent):
    own = acme.rows('id', 'show')['company_id']
    steps.verify_pack(flow, sent, own)
    says(steps.verify_pack(flow, sent, 'ab' * 32, expect=10), 'not about company')
    says(steps.verify_pack(flow, sent, 'nobody', expect=2), 'no company id')
    says(steps.verify_pack(flow, acme.home / 'nothing', expect=1), 'cannot be read')


def flips(flow, sent):
    """No flipped bit, no cut and no byte more goes unseen."""
    good = sent.read_bytes()
    bad = flow.folder / 'bad.evidence'
    dice = random.Random(SEED)
    places = set(dice.sample(range(len(good) * 8), FLIPS))
    for place in sorted(places | {0, len(good) * 8 - 1}):
        data = bytearray(good)
        data[place // 8] ^= 1 << place % 8
        bad.write_bytes(data)
        words = steps.verify_pack(flow, bad, expect=10)
        check('part ' in words or 'first 13 bytes' in words,
              f'the place is named: {words}')
    for length in dice.sample(range(len(good)), 20):
        bad.write_bytes(good[:length])
        steps.verify_pack(flow, bad, expect=10)
    bad.write_bytes(good + b'\0')
    steps.verify_pack(flow, bad, expect=10)
    print(f'{len(places)} flipped bits of {len(good)} bytes: all found')
    run = subprocess.run([BUILD / 'tests' / 'flip-pack', sent],
                         capture_output=True, text=True, timeout=240)
    print(run.stdout + run.stderr)
    equal(run.returncode, 0, 'every changed byte is found and named')


def refuse(acme, to_northwind):
    """Wrong words, and what may not be asked."""
    path = acme.home / 'none.evidence'
    for words, code in ((['nobody', '--file', path], 6),
                        ([to_northwind], 2),
                        ([to_northwind, '--file', path, '--project', 'xx'], 6),
                        ([to_northwind, '--file', path, '--since',
                          '2026-05-01', '--until', '2026-04-01'], 2),
                        ([to_northwind, '--file', '/nowhere/x'], 1)):
        acme.kith('evidence', 'export', *words, expect=code)
    acme.kith('project', 'new', 'untold', '--label', 'internal')
    acme.kith('evidence', 'export', to_northwind, '--file', path, '--project',
              'untold', expect=6)
    check(not path.exists(), 'nothing was written')
    acme.kith('person', 'add', 'eve', '--role', 'editor', '--uid', os.getuid())
    acme.kith('--as', 'eve', 'evidence', 'export', to_northwind, '--file',
              path, expect=5)
    check(any(row['act'] == 'evidence_exported' for row in
              acme.rows('audit', 'show')), 'the export is in the audit log')


with harness.Flow() as flow:
    oem, ems, name, pack = play(flow)
    ids(flow, oem, pack)
    flips(flow, pack)
    refuse(oem, name)
