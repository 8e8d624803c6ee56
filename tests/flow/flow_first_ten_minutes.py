"""Two companies that have never met: the commands of the README, typed as they
stand there, from `kith init` to an answer and a notice."""
import os
import time

import harness
from harness import check, equal, wait_until


def play(flow):
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    drop = northwind.home / 'notices'
    drop.mkdir()
    northwind.write_conf(
        f'channel "team" {{ kind = file  folder = "{drop}" }}')
    for company in (acme, northwind):
        company.init()
        company.start()
        company.kith('doctor', expect=None)

    acme_card = northwind.home / 'acme.card'
    northwind_card = acme.home / 'northwind.card'
    acme.kith('card', 'show', '--file', acme_card)
    added = northwind.kith('partner', 'add', acme_card)
    check('unverified' in added.out.lower(), 'a new partner is UNVERIFIED')
    northwind.kith('card', 'show', '--file', northwind_card)
    acme.kith('partner', 'add', northwind_card)

    own = acme.rows('partner', 'show', 'northwind')['groups']
    theirs = northwind.rows('partner', 'show', 'acme')['groups']
    acme.kith('partner', 'verify', 'northwind', *own.split(), expect=10)
    acme.kith('partner', 'verify', 'northwind', *theirs.split())
    nda = acme.home / 'nda.txt'
    nda.write_text('What we tell each other stays between us.\n')
    acme.kith('nda', 'propose', 'northwind', '--file', nda, '--purpose',
              'assembly of Lumen', '--from', '2026-01-01', '--until',
              '2036-10-31')
    acme.kith('project', 'new', 'lumen')
    acme.kith('generation', 'new', 'lumen', 'g1')
    acme.kith('milestone', 'add', 'lumen/g1', 'EVT build', '--date',
              '2027-03-01', '--confidence', 'mid', '--label', 'confidential')
    northwind.kith('partner', 'verify', 'acme', *own.split())
    wait_until(lambda: northwind.rows('nda', 'list'), what='the proposal')
    northwind.kith('nda', 'sign', 'acme', nda)
    northwind.kith('person', 'add', 'jan', '--role', 'editor', '--uid',
                   os.getuid())
    northwind.kith('--as', 'jan', 'person', 'accept', 'acme')
    northwind.kith('person', 'announce', 'jan', '--project', 'any')
    wait_until(lambda: acme.rows('person', 'list', '--partner',
                                 'northwind'), what='jan at ACME')
    wait_until(lambda: [row for row in acme.rows('nda', 'list')
                        if row['state'] == 'in_force'], what='the agreement')

    grant = ['grant', 'add', 'lumen', 'northwind', '--purpose',
             'assembly of Lumen', '--kinds',
             'project,generation,milestone,message', '--persons', 'jan',
             '--until', '2036-10-31']
    preview = acme.kith(*grant, '--dry-run')
    check('northwind would see' in preview.out, 'the preview of a grant')
    equal(acme.rows('grant', 'list'), [], 'a dry run grants nothing')
    acme.kith(*grant)
    acme.kith('post', 'lumen', '-m',
              'PCB moves to 8 layers, need your stack-up', '--kind', 'ask',
              '--due', '2036-12-04')

    northwind.kith('--as', 'jan', 'notify', 'rules', 'add', 'team', '--kind',
                   'milestone', '--slip-days', '7')
    asks = wait_until(
        lambda: [row for row in northwind.rows('--as', 'jan', 'inbox')
                 if 'PCB moves' in row['title']], what='the ask')
    northwind.kith('--as', 'jan', 'answer', asks[0]['id'], 'accept', '-m',
                   'stack-up by Wed')
    wait_until(lambda: [row for row in acme.rows('inbox')
                        if 'stack-up by Wed' in row['title']],
               what='the answer at ACME')
    timeline = northwind.kith('--as', 'jan', 'timeline', 'lumen').out
    check('2027-03-01' in timeline, 'the milestone in the timeline')
    acme.kith('milestone', 'move', 'lumen/g1/EVT build', '--date',
              '2027-03-15')
    wait_until(lambda: harness.dropped(drop), what='the notice of the move')
    equal(len(harness.dropped(drop)), 1, 'notices in the drop folder')


def main():
    started = time.monotonic()
    with harness.Flow() as flow:
        play(flow)
    print(f'first ten minutes: {time.monotonic() - started:.1f} s')


if __name__ == '__main__':
    main()
