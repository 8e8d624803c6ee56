"""A company whose program was written from docs/PROTOCOL.md alone (tests/peer)
pairs with a real one, agrees, is told, tells, answers, and holds proof."""
import os
import socket
import time

import harness
import second_partner
from harness import check, equal, wait_until
from peer import kinds, notes, tree
from peer.company import PROJECT


def records(company, kind):
    """The newest revisions of KIND that the partner told COMPANY."""
    return [record for _, record in company.yours.items.values()
            if record['kind'] == kind]


def is_told(acme, name, pia, session):
    """ACME shares a project with pia of the peer; she answers a question."""
    acme.kith('project', 'new', 'lumen', '--label', 'internal')
    acme.kith('grant', 'add', 'lumen', name, '--purpose',
              second_partner.PURPOSE, '--kinds',
              'project,generation,milestone,message', '--persons', 'pia',
              '--until', '2036-12-31')
    acme.kith('generation', 'new', 'lumen', 'g1')
    acme.kith('milestone', 'add', 'lumen/g1', 'EVT build', '--date',
              '2027-03-01')
    acme.kith('milestone', 'move', 'lumen/g1/EVT build', '--date',
              '2027-03-15')
    acme.kith('post', 'lumen', '-m', 'which stack-up?', '--kind', 'ask')
    peer = session.company
    ask = session.until(lambda: records(peer, 4), what='the question')[0]
    milestone = records(peer, 3)[0]
    equal(milestone['revision'], 2, 'revisions of the milestone')
    equal(kinds.values(milestone)['planned'], {'kind': 1, 'from_day': 20892},
          'day of the milestone')
    grant = records(peer, 6)[0]
    equal(kinds.values(grant)['persons'], [pia], 'persons of the grant')
    told = [body for body in peer.yours.bodies
            if body['entry_class'] == PROJECT]
    for body in told:
        equal(body['agreement'], peer.agreement, 'agreement of a body')
        equal(body['grant'], grant['id'], 'grant of a body')
        equal(body['audience']['persons'], [pia], 'audience of a body')
    peer.tell(kinds.record(
        5, {'id': os.urandom(16), 'revision': 1, 'label': 3,
            'project': ask['project']}, to=ask['id'], verdict=1,
        text='eight layers'), PROJECT, agreement=peer.agreement,
              purpose='answer', audience={'bound': True})
    session.settle()
    wait_until(lambda: [row for row in acme.rows('inbox')
                        if 'eight layers' in row['title']],
               what='the answer at ACME')


def tells(acme, session):
    """The peer shares a project of its own; two revisions of a date."""
    peer = session.company
    acme.kith('person', 'add', 'ann', '--role', 'editor', '--uid',
              os.getuid())
    acme.kith('--as', 'ann', 'person', 'accept')
    acme.kith('person', 'announce', 'ann', '--project', 'any')
    ann = session.until(lambda: records(peer, 106), what='ann')[0]
    equal(kinds.values(ann)['name'], 'ann', 'name of a person')
    plan = second_partner.Plan(peer, 20900)
    plan.move(20914)
    plan.tell(4, about=plan.milestone, type=3, text='the oven is late')
    session.settle()
    rows = wait_until(lambda: [row for row in acme.rows('--as', 'ann', 'inbox')
                               if 'the oven is late' in row['title']],
                      what='the risk at ACME')
    equal(rows[0]['kind'], 'risk', 'kind of the item at ACME')
    timeline = acme.kith('--as', 'ann', 'timeline').out
    check('SOP' in timeline and '+14 d' in timeline,
          f'the slipped date at ACME:\n{timeline}')


def holds_proof(company):
    """Every entry of the partner lies in the tree that its key has signed,
    and every one of ours in the tree that the partner has cosigned."""
    held = company.yours
    size, root = notes.read_checkpoint(held.note, held.origin,
                                       company.partner.log)
    for log, count in ((held, size), (company.mine, company.receipted)):
        leaves = [tree.leaf_hash(header) for header in log.headers[:count]]
        for index, leaf in enumerate(leaves):
            tree.verify_inclusion(index, count, leaf,
                                  tree.inclusion(index, leaves),
                                  log.tree.roots[count])
        tree.verify_consistency(1, count, log.tree.roots[1],
                                log.tree.roots[count],
                                tree.consistency(1, leaves))
    equal(root, held.tree.roots[size], 'signed root')
    equal((size, company.receipted), (len(held), len(company.mine)),
          'signed and cosigned sizes')


def comes_again(acme, name, peer, raw):
    """A second session says what is held, so nothing comes twice."""
    held, told = len(peer.yours), len(peer.mine)
    session = second_partner.dial(peer, acme, raw=raw).open()
    equal(session.text['yours']['size'], told, 'what ACME has processed')
    equal(session.text['mine']['size'], held, 'what ACME has told')
    wait_until(lambda: session.turn(0.05) or second_partner.connected(
        acme, name), what='the link at ACME')
    acme.kith('milestone', 'move', 'lumen/g1/EVT build', '--date',
              '2027-05-01' if raw else '2027-04-01')
    session.until(lambda: len(peer.yours) > held, what='the next change')
    equal([index for index, _ in session.new], [held], 'new entries')
    session.receipt()
    wait_until(lambda: session.turn(0.05) or second_partner.settled(
        acme, name), what='the receipt at ACME')
    return session


def moves(acme, peer):
    """The hello of a session brings a newer card with an address: once that
    session is over, ACME dials there, without being started anew."""
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        listener.listen()
        listener.settimeout(harness.PATIENCE_S)
        peer.card = peer.make_card(
            int(time.time()) + 1,
            [f'tcp://127.0.0.1:{listener.getsockname()[1]}'])
        second_partner.dial(peer, acme).open().close()
        listener.accept()[0].close()


def main():
    started = time.monotonic()
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        acme.init()
        acme.start()
        peer, name = second_partner.make(acme)
        session = second_partner.dial(peer, acme).open()
        second_partner.agree(acme, name, peer, session)
        pia = second_partner.announce(acme, name, peer, session, 'pia')
        is_told(acme, name, pia, session)
        tells(acme, session)
        session.close()
        for raw in (False, True):
            comes_again(acme, name, peer, raw).close()
        moves(acme, peer)
        holds_proof(peer)
        proof = acme.kith('evidence', 'show', name, '--entries').out
        check('receipt, signed by peer' in proof, f'proof at ACME:\n{proof}')
        verdicts = [body for body in peer.yours.bodies
                    if body['record']['kind'] == 202]
        equal(verdicts, [], 'verdicts of ACME')
    print(f'{len(peer.mine)} entries told and {len(peer.yours)} taken by the '
          f'second implementation, {time.monotonic() - started:.1f} s')


if __name__ == '__main__':
    main()
