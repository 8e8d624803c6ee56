"""One command when somebody leaves: the account is refused at once, notices end,
partners are told and take the person out of their grants, also a partner that
is away just now; what others may see goes on."""
import os

import harness
import steps
from harness import check, equal, wait_until

SEEN = 'project,message'


def prepared(flow):
    """ACME shows lumen to jan and pia of Northwind, and amber to jan alone."""
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    notices = northwind.home / 'notices'
    notices.mkdir()
    northwind.write_conf(
        f'channel "desk" {{ kind = file  folder = "{notices}" }}')
    names = steps.share(acme, northwind, 'lumen', kinds=SEEN)
    steps.bind_person(northwind, 'pia', acme, names[0])
    acme.kith('grant', 'end', acme.rows('grant', 'list')[0]['id'], '--yes')
    for project, persons in (('lumen', 'jan,pia'), ('amber', 'jan')):
        if project != 'lumen':
            acme.kith('project', 'new', project, '--label', 'internal')
        acme.kith('grant', 'add', project, names[0], '--purpose', 'assembly',
                  '--kinds', SEEN, '--persons', persons, '--until',
                  '2036-12-31')
    northwind.kith('person', 'add', 'olga', '--role', 'officer', '--uid',
                   os.getuid())
    northwind.kith('--as', 'jan', 'notify', 'rules', 'add', 'desk')
    return acme, northwind, names, notices


def inbox(northwind, person):
    return sorted(row['title'] for row in
                  northwind.rows('--as', person, 'inbox') if
                  row['kind'] == 'info')


def theirs(acme, name):
    return {row['person']: bool(row.get('left')) for row in
            acme.rows('person', 'list', '--partner', name)}


def persons(acme):
    return {row['project']: row.get('persons', []) for row in
            acme.rows('grant', 'list')}


def refused(northwind):
    own = northwind.kith('--as', 'jan', 'person', 'leave', 'jan', '--yes',
                         expect=5)
    check('role' in own.err, f'an editor lets nobody leave: {own}')
    northwind.kith('--as', 'olga', 'person', 'leave', 'olga', '--yes',
                   expect=7)
    northwind.kith('person', 'leave', 'nobody', '--yes', expect=6)
    admin = northwind.rows('person', 'list', '--partner', 'self')[0]['person']
    northwind.kith('--as', 'olga', 'person', 'leave', admin, '--yes', expect=5)
    northwind.kith('person', 'leave', 'jan', '--dry-run')
    check(inbox(northwind, 'jan'), 'a dry run changes nothing')


def main():
    with harness.Flow() as flow:
        acme, northwind, names, notices = prepared(flow)
        acme.kith('post', 'lumen', '-m', 'before')
        acme.kith('post', 'amber', '-m', 'for jan')
        wait_until(lambda: inbox(northwind, 'jan') == ['before', 'for jan'],
                   what='both messages')
        wait_until(lambda: harness.dropped(notices), what='a notice')
        refused(northwind)

        acme.stop()
        northwind.kith('--as', 'olga', 'person', 'leave', 'jan', '--yes')
        for words in (['inbox'], ['project', 'list'], ['status']):
            out = northwind.kith('--as', 'jan', *words, expect=5)
            check('not bound to that person' in out.err, f'{words}: {out}')
        again = northwind.kith('person', 'add', 'jan', '--uid', os.getuid(),
                               expect=7)
        check('has left' in again.err, again)
        northwind.kith('person', 'leave', 'jan', '--yes', expect=7)
        equal([row['state'] for row in northwind.rows('notify', 'rules')
               if row['person'] == 'jan'], [], 'rules of the leaver')
        for act in ('person_left', 'person_left_told', 'notice_rule_ended'):
            equal(len(steps.audited(northwind, act)), 1, f'rows {act}')

        acme.start()
        wait_until(lambda: theirs(acme, names[0]) == {'jan': True,
                                                      'pia': False},
                   what='ACME knows')
        wait_until(lambda: persons(acme) == {'lumen': ['pia'], 'amber': []},
                   what='no grant names the leaver')
        equal(len(steps.audited(acme, 'grant_person_left')), 2, 'a row each')
        equal([row['state'] for row in acme.rows('grant', 'list')
               if row['project'] == 'amber'], ['nobody'], 'what is left of it')
        doctor = acme.kith('doctor', expect=None)
        check('names nobody' in doctor.out, f'the doctor says so: {doctor}')
        denied = acme.kith('grant', 'add', 'amber', names[0], '--purpose',
                           'assembly', '--kinds', SEEN, '--persons', 'jan',
                           '--until', '2036-12-31', expect=6)
        check('no person of that name' in denied.err, denied)
        confirmed = [row['state'] for row in northwind.rows(
            'told', '--partner', names[1], '--limit', '100')
            if row['kind'] == 'person' and row['revision'] == 2]
        equal(confirmed, ['stored'], 'the partner has it')

        seen = len(harness.dropped(notices))
        acme.kith('post', 'amber', '-m', 'to nobody')
        acme.kith('post', 'lumen', '-m', 'after')
        wait_until(lambda: 'after' in inbox(northwind, 'pia'),
                   what='what the other still sees')
        equal(inbox(northwind, 'pia'), ['after', 'before'], 'and no more')
        equal(len(harness.dropped(notices)), seen, 'notices to the leaver')
        check('to nobody' not in str(northwind.rows(
            '--as', 'pia', 'told', '--limit', '100')), 'nothing of amber')


if __name__ == '__main__':
    main()
