"""Openness is raised by two officers and lowered by one: what a level does not
cover never leaves, fields included; a raise tells exactly what it covers; each
condition of a raise that is missing is named; an overdue destruction closes down
by itself."""
import os

import faults
import harness
import second_partner
import steps
from harness import check, equal, wait_until
from peer import kinds

SEEN = 'project,generation,milestone,message'


def officers(acme):
    for name in ('olga', 'otto'):
        acme.kith('person', 'add', name, '--role', 'officer', '--uid',
                  os.getuid())


def as_of(acme, person, *words, expect=0):
    return acme.kith('--as', person, 'openness', *words, expect=expect)


def now(acme, name, project=''):
    return [row['now'] for row in acme.rows('openness', 'show', name)
            if row.get('project', '') == project][0]


def told_kinds(peer, since):
    """Kinds of the project bodies that came since entry SINCE."""
    return sorted(body['record']['kind'] for body in peer.yours.bodies[since:]
                  if body and body['entry_class'] == second_partner.PROJECT)


def fields_told(peer, since):
    """Names of the fields in them."""
    return {name for body in peer.yours.bodies[since:]
            if body and body['entry_class'] == second_partner.PROJECT
            for name in kinds.values(body['record'])}


def raised(acme, name, level, *more):
    """Asked for by one, set by another."""
    asked = as_of(acme, 'olga', 'raise', name, '--level', level, *more)
    check('another officer' in asked.out, f'asked for: {asked}')
    alone = as_of(acme, 'olga', 'raise', name, '--level', level, *more,
                  expect=7)
    check('second officer' in alone.err, f'not alone: {alone}')
    as_of(acme, 'otto', 'raise', name, '--level', level, *more)


def levels(flow):
    """What a partner that keeps every byte is told at each level."""
    acme = flow.company('ACME Devices')
    steps.set_up(acme)
    officers(acme)
    peer, name = second_partner.make(acme)
    session = second_partner.dial(peer, acme).open()
    second_partner.agree(acme, name, peer, session)
    second_partner.announce(acme, name, peer, session, 'pia')
    as_of(acme, 'olga', 'lower', name, '--level', 'outline', '--yes')
    acme.kith('project', 'new', 'lumen', '--label', 'internal', '--market',
              'Mars')
    acme.kith('generation', 'new', 'lumen', 'g1', '--codename', 'Falcon',
              '--label', 'internal')
    acme.kith('milestone', 'add', 'lumen/g1', 'EVT', '--date', '2027-03-01',
              '--build-qty', '100', '--label', 'internal')
    acme.kith('post', 'lumen', '-m', 'eight layers', '--label', 'internal')
    dry = acme.kith('grant', 'add', 'lumen', name, '--purpose',
                    second_partner.PURPOSE, '--kinds', SEEN, '--persons',
                    'pia', '--until', '2036-12-31', '--dry-run').out
    check('milestone' not in dry and 'message' not in dry,
          f'the preview knows the level: {dry}')
    acme.kith('grant', 'add', 'lumen', name, '--purpose',
              second_partner.PURPOSE, '--kinds', SEEN, '--persons', 'pia',
              '--until', '2036-12-31')

    def settle():
        def done():
            session.turn(0.02)
            return second_partner.settled(acme, name)
        wait_until(done, what='all told')

    settle()
    equal(told_kinds(peer, 0), [1, 2, 6], 'outline: project and generation')
    check(not {'market', 'codename', 'build_qty'} & fields_told(peer, 0),
          f'fields of an outline: {fields_told(peer, 0)}')
    seen = len(peer.yours.bodies)
    raised(acme, name, 'plan', '--project', 'lumen')
    settle()
    equal((now(acme, name), now(acme, name, 'lumen')), ('outline', 'plan'),
          'of one project')
    equal(told_kinds(peer, seen), [1, 2, 3, 4], 'exactly what is covered now')
    check({'market', 'codename'} <= fields_told(peer, seen) and
          'build_qty' not in fields_told(peer, seen), 'but no quantity')
    seen = len(peer.yours.bodies)
    raised(acme, name, 'full', '--project', 'lumen')
    settle()
    equal(told_kinds(peer, seen), [3], 'the quantity alone is new')
    check('build_qty' in fields_told(peer, seen), 'and told')
    seen = len(peer.yours.bodies)
    as_of(acme, 'otto', 'lower', name, '--level', 'plan', '--project', 'lumen',
          '--yes')
    settle()
    acts = [body['record']['kind'] for body in peer.yours.bodies[seen:]]
    equal(sorted(acts), [3, 201], 'the milestone is taken back, told anew')
    check('build_qty' not in fields_told(peer, seen), 'without the quantity')
    seen = len(peer.yours.bodies)
    as_of(acme, 'otto', 'lower', name, '--level', 'closed', '--project',
          'lumen', '--yes')
    acme.kith('post', 'lumen', '-m', 'to nobody', '--label', 'internal')
    settle()
    equal({body['record']['kind'] for body in peer.yours.bodies[seen:]}, {201},
          'all of it is taken back, nothing else is told')
    session.close()
    acts = [row['act'] for row in acme.rows('audit', 'show', '--limit', '5000')]
    equal([acts.count(act) for act in ('openness_asked', 'openness_raised',
                                       'openness_lowered')], [2, 2, 3],
          'rows of the audit log')


def conditions(flow):
    """A raise without one of its conditions is refused and names it."""
    pair = faults.Pair(flow)
    acme, northwind = pair.both
    name = pair.names[0]
    officers(acme)
    for words, code, why in (
            (('raise', name, '--level', 'full'), 2, 'no higher level'),
            (('lower', name, '--level', 'full', '--yes'), 2, 'no lower level'),
            (('raise', name, '--level', 'wide'), 2, 'wide'),
            (('raise', 'nobody', '--level', 'strict'), 6, 'nobody'),
            (('raise', name, '--level', 'strict', '--project', 'none'), 6,
             'none')):
        result = as_of(acme, 'olga', *words, expect=code)
        check(why in result.err, f'{words}: {result}')
    acme.kith('person', 'add', 'eddy', '--role', 'editor', '--uid', os.getuid())
    as_of(acme, 'eddy', 'lower', name, '--level', 'closed', '--yes', expect=5)
    # what is strictly confidential leaves at the highest level alone
    acme.kith('post', 'lumen', '-m', 'secret', '--label',
              'strictly_confidential')
    pair.settle()
    equal(northwind.rows('--as', 'jan', 'inbox'), [], 'not yet')
    raised(acme, name, 'strict')
    wait_until(lambda: 'secret' in str(northwind.rows('--as', 'jan', 'inbox')),
               what='what the new level covers')

    dry = as_of(acme, 'olga', 'lower', name, '--level', 'outline', '--dry-run')
    check('would lose: ' in dry.out and 'message' in dry.out and
          'Dry run, nothing was written' in dry.out, f'a preview: {dry}')
    equal(now(acme, name), 'strict', 'after a preview')

    # a destruction that was asked for and is late closes down by itself
    acme.kith('project', 'new', 'amber', '--label', 'internal')
    acme.kith('grant', 'add', 'amber', name, '--purpose', 'assembly of lumen',
              '--kinds', 'project,message', '--persons', 'jan', '--until',
              '2036-12-31')
    acme.kith('post', 'amber', '-m', 'short-lived', '--label', 'internal')
    wait_until(lambda: 'short-lived' in str(northwind.rows('--as', 'jan',
                                                           'inbox')),
               what='amber told')
    acme.kith('destroy', 'request', name, '--project', 'amber', '--until',
              steps.day(1), '--yes')
    pair.settle()
    moved = acme.environment.get('FAKETIME')
    check(moved is None, 'no clock was moved before')
    equal(now(acme, name), 'strict', 'not before its day is over')
    return acme, northwind, pair, name


def no_agreement(acme, northwind, pair, name):
    as_of(acme, 'olga', 'lower', name, '--level', 'full', '--yes')
    acme.kith('nda', 'end', name, '--yes')
    refused = as_of(acme, 'olga', 'raise', name, '--level', 'strict', expect=5)
    check('agreement' in refused.err, f'without agreement: {refused}')


def main():
    with harness.Flow() as flow:
        levels(flow)
    with harness.Flow() as flow:
        no_agreement(*conditions(flow))


if __name__ == '__main__':
    main()
