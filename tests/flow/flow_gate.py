"""Each missing condition is refused by its name with exit 5, and nothing
leaves: the frames that kithd hands to kith-net prove it."""
import json

import frames
import harness
import steps
from harness import check, equal, wait_until


def refused(company, frames_before, words, code):
    """The command is refused with exit 5 and error CODE; no frame was sent."""
    result = company.kith('--json', *words, expect=5)
    equal(json.loads(result.err)['error']['code'], code, result.command)
    equal(frames.shape(frames.sent(company)), frames_before,
          f'frames after «{result.command}»')


def grant(project, name, *more):
    return ['grant', 'add', project, name, '--purpose', 'assembly', '--kinds',
            'project,generation,milestone,message', *more, '--until',
            '2036-12-31']


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        frames.record(acme)
        steps.set_up(acme)
        steps.set_up(northwind)
        acme.kith('project', 'new', 'lumen')
        names = steps.exchange_cards(acme, northwind)
        name = names[0]
        wait_until(lambda: steps.partner(acme, name)['link'].startswith(
            'connected'), what='a session')
        quiet = frames.shape(frames.sent(acme))
        refused(acme, quiet, grant('lumen', name, '--persons', 'bound'),
                'partner_unverified')
        refused(acme, quiet, ['post', 'lumen', '-m', 'x', '--to', name],
                'partner_unverified')
        steps.verify(acme, northwind, names)
        wait_until(lambda: steps.partner(acme, name).get('verified_us'),
                   what='verified by both')
        wait_until(lambda: steps.partner(acme, name)['sent'] > 0 and
                   steps.partner(acme, name)['sent'] ==
                   steps.partner(acme, name)['receipted'],
                   what='the opened log')
        quiet = settled(acme)
        refused(acme, quiet, grant('lumen', name, '--persons', 'bound'),
                'nda_missing')
        refused(acme, quiet, ['post', 'lumen', '-m', 'x', '--to', name],
                'nda_missing')
        steps.agree(acme, northwind, names, 'assembly')
        steps.bind_person(northwind, 'jan', acme, names[0])
        quiet = settled(acme)
        refused(acme, quiet, ['post', 'lumen', '-m', 'x', '--to', name],
                'grant_missing')
        acme.kith(*grant('lumen', name, '--persons', 'jan', '--from',
                         '2036-01-01'))
        quiet = settled(acme)
        refused(acme, quiet, ['post', 'lumen', '-m', 'x', '--to', name],
                'grant_not_live')
        acme.kith(*grant('lumen', name, '--persons', 'jan'))
        wait_until(lambda: northwind.rows('--as', 'jan', 'project', 'list'),
                   what='the project at the partner')
        quiet = settled(acme)
        refused(acme, quiet,
                ['post', 'lumen', '-m', 'x', '--label', 'strictly-confidential',
                 '--to', name], 'openness')
        acme.kith('post', 'lumen', '-m', 'now it may leave', '--to', name)
        wait_until(lambda: [row for row in
                            northwind.rows('--as', 'jan', 'inbox')
                            if row['title'] == 'now it may leave'],
                   what='what may leave')
        check(len(frames.sent(acme)) > len(quiet), 'a frame for what may leave')


def settled(company):
    """The frames so far, once nothing is queued or unreceipted."""
    wait_until(lambda: all(row['out'] == 0 and row['sent'] == row['receipted']
                           for row in company.rows('partner', 'list')),
               what='a quiet link')
    return frames.shape(frames.sent(company))


if __name__ == '__main__':
    main()
