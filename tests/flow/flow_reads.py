"""The rungs of what was told: stored, read, decided, never one too high. Where
the agreement says so the owner is told who has read what; where it does not,
nothing of it leaves."""
import harness
import steps
from harness import check, equal, wait_until


def agree(acme, northwind, names, *more):
    text = acme.home / 'nda.txt'
    text.write_text('What we tell each other stays between us.\n')
    acme.kith('nda', 'propose', names[0], '--file', text, '--purpose',
              'assembly', '--from', '2026-01-01', '--until', '2036-12-31',
              *more)
    wait_until(lambda: northwind.rows('nda', 'list'), what='the proposal')
    northwind.kith('nda', 'sign', names[1], text)
    wait_until(lambda: any(row['state'] == 'in_force'
                           for row in acme.rows('nda', 'list')),
               what='the agreement')


def shared(flow, *more):
    """ACME asks two things of jan and pia, under an agreement with MORE."""
    number = len(flow.companies)
    acme = flow.company(f'ACME {number}')
    northwind = flow.company(f'Northwind {number}')
    steps.set_up(acme)
    steps.set_up(northwind)
    names = steps.pair(acme, northwind)
    agree(acme, northwind, names, *more)
    for person in ('jan', 'pia'):
        steps.bind_person(northwind, person, acme, names[0])
    acme.kith('project', 'new', 'lumen', '--label', 'internal')
    acme.kith('grant', 'add', 'lumen', names[0], '--purpose', 'assembly',
              '--kinds', 'project,message', '--persons', 'jan,pia', '--until',
              '2036-12-31')
    for text in ('one', 'two'):
        acme.kith('post', 'lumen', '-m', text, '--kind', 'ask')
    def both():
        rows = northwind.rows('--as', 'jan', 'inbox')
        return len(rows) == 2 and {row['title']: row['id'] for row in rows}

    items = wait_until(both, what='both questions')
    return acme, northwind, names, items


def states(acme, names):
    """State of each question, oldest first."""
    return [row['state'] for row in
            acme.rows('told', '--partner', names[0], '--limit', '500')
            if row['direction'] == 'sent' and row['kind'] == 'message']


def quiet(company):
    return all(row['out'] == 0 and row['sent'] == row['receipted']
               for row in company.rows('partner', 'list'))


def agreed(flow):
    acme, northwind, names, items = shared(flow, '--reads')
    check('reads' in str(acme.rows('nda', 'list')), 'the agreement says so')
    wait_until(lambda: states(acme, names) == ['stored', 'stored'],
               what='stored, and no more')
    northwind.kith('--as', 'jan', 'inbox')  # a list is no reading
    northwind.kith('--as', 'jan', 'show', items['one'])
    northwind.kith('--as', 'jan', 'show', items['one'])  # nor is a second one
    # nor that of a grant, which tells of no item
    grant, = {row['id'] for row in northwind.rows('--as', 'jan', 'log', 'lumen')
              if row['kind'] == 'grant'}
    northwind.kith('--as', 'jan', 'show', grant)
    wait_until(lambda: states(acme, names) == ['read', 'stored'],
               what='one of them read')
    northwind.kith('--as', 'pia', 'inbox', 'ack', items['one'])
    northwind.kith('--as', 'pia', 'show', items['two'])
    wait_until(lambda: states(acme, names) == ['read', 'read'],
               what='both of them read')
    wait_until(lambda: len(steps.audited(acme, 'item_read')) == 3,
               what='three readings')
    wait_until(lambda: quiet(acme) and quiet(northwind), what='quiet links')
    check('rejected' not in str(northwind.rows('told', '--partner', names[1],
                                               '--limit', '500')),
          'nothing of it is rejected')
    northwind.kith('--as', 'pia', 'answer', items['two'], 'accept', '-m', 'yes')
    wait_until(lambda: states(acme, names) == ['read', 'decided'],
               what='the other one decided')
    equal(len(steps.audited(acme, 'item_read')), 3, 'and no more readings')
    pack = acme.home / 'reads.evidence'
    acme.kith('evidence', 'export', names[0], '--file', pack)
    check('read' in steps.verify_pack(flow, pack), 'the pack shows them')
    # a daemon that is killed at once says it afterwards
    acme.kith('post', 'lumen', '-m', 'three', '--kind', 'ask')
    third = wait_until(lambda: [row['id'] for row in
                                northwind.rows('--as', 'jan', 'inbox')
                                if row['title'] == 'three'], what='the third')
    acme.stop()
    northwind.kith('--as', 'jan', 'show', third[0])
    northwind.kill()
    northwind.start()
    acme.start()
    wait_until(lambda: states(acme, names)[2:] == ['read'],
               what='the third read')


def not_agreed(flow):
    acme, northwind, names, items = shared(flow)
    wait_until(lambda: quiet(acme) and quiet(northwind), what='quiet links')
    sent = steps.partner(northwind, names[1])['sent']
    for person, item in (('jan', 'one'), ('pia', 'two')):
        northwind.kith('--as', person, 'show', items[item])
    acme.kith('post', 'lumen', '-m', 'three')
    wait_until(lambda: len(northwind.rows('--as', 'jan', 'inbox')) == 3,
               what='the next message')
    wait_until(lambda: quiet(acme) and quiet(northwind), what='quiet links')
    equal(steps.partner(northwind, names[1])['sent'], sent,
          'entries told of a reading')
    check('read' not in states(acme, names), 'no rung that was not told')
    equal(len(steps.audited(northwind, 'read')), 2, 'they are logged at home')


def main():
    with harness.Flow() as flow:
        agreed(flow)
        not_agreed(flow)


if __name__ == '__main__':
    main()
