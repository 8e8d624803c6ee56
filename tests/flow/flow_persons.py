"""Who may read what two customers told one EMS: nobody who is not named, nobody
before accepting the duty of confidence, and for everybody else each command
answers as for what does not exist, in the same words (inv. 6)."""
import os
import re

import harness
import steps
from harness import check, equal, wait_until

SEEN = 'project,generation,milestone,message'
# what one may type about the project, generation, milestone or item P, G, M, I
ACTIONS = (['project', 'show', 'P'], ['project', 'who', 'P'],
           ['generation', 'list', 'P'], ['milestone', 'list', 'P'],
           ['timeline', 'P'], ['log', 'P'], ['log', 'M'], ['show', 'P'],
           ['show', 'G'], ['show', 'M'], ['show', 'I'], ['inbox', 'show', 'I'],
           ['inbox', 'ack', 'I'], ['inbox', 'answer', 'I', 'accept', '-m', 'x'],
           ['inbox', '--project', 'P'], ['post', 'P', '-m', 'x'],
           ['post', 'M', '-m', 'x'], ['told', '--project', 'P'],
           ['milestone', 'move', 'M', '--date', '2027-05-01'],
           ['generation', 'new', 'P', 'g9'],
           ['export', 'lifecycle', '--owner', 'OWNER', '--project', 'NAME'])


def customer(flow, name, ems, project, persons):
    """NAME tells the EMS of PROJECT, for PERSONS of it."""
    company = flow.company(name)
    steps.set_up(company)
    names = steps.pair(company, ems)
    steps.agree(company, ems, names, f'assembly of {project}')
    for person in persons:
        if person not in {row['person'] for row in
                          ems.rows('person', 'list', '--partner', 'self')}:
            ems.kith('person', 'add', person, '--role', 'editor', '--uid',
                     os.getuid())
        ems.kith('--as', person, 'person', 'accept', names[1])
        ems.kith('person', 'announce', person, '--partner', names[1],
                 '--project', 'any')
    wait_until(lambda: len(company.rows('person', 'list', '--partner',
                                        names[0])) == len(persons),
               what='the persons')
    company.kith('project', 'new', project, '--label', 'internal')
    company.kith('generation', 'new', project, 'g1')
    company.kith('milestone', 'add', f'{project}/g1', 'EVT', '--date',
                 '2027-03-01')
    company.kith('grant', 'add', project, names[0], '--purpose', 'assembly',
                 '--kinds', SEEN, '--persons', ','.join(persons), '--until',
                 '2036-12-31')
    company.kith('post', project, '-m', f'secret of {project}', '--kind',
                 'ask')
    return company, names


class Place:
    """What the words of an action stand for."""

    def __init__(self, owner, project, item):
        self.owner, self.project = owner, project
        self.words = {'P': f'{owner}:{project}', 'G': f'{owner}:{project}/g1',
                      'M': f'{owner}:{project}/g1/EVT', 'I': item,
                      'OWNER': owner, 'NAME': project}

    def typed(self, action):
        return [self.words.get(word, word) for word in action]

    def plain(self, text):
        """TEXT without this place's own names."""
        for word, name in sorted(self.words.items(), key=lambda one:
                                 -len(one[1])):
            text = text.replace(name, word)
        return re.sub(r'\d+ ms', 'ms', text)


def answer(ems, person, place, action):
    done = ems.kith('--as', person, *place.typed(action), expect=None)
    return done.code, place.plain(done.out), place.plain(done.err)


def is_as_if_absent(ems, person, hidden):
    """Every action on HIDDEN answers as on what is not there."""
    absent = Place(hidden.owner, 'x' * len(hidden.project),
                   '0' * len(hidden.words['I']))
    for action in ACTIONS:
        equal(answer(ems, person, hidden, action),
              answer(ems, person, absent, action),
              f'{person}: {action} on {hidden.project}')


def sees(ems, person):
    """Everything that PERSON can have listed."""
    return ''.join(ems.kith('--as', person, *words).out for words in (
        ['inbox'], ['timeline'], ['project', 'list'], ['generation', 'list'],
        ['milestone', 'list'], ['told'], ['export', 'lifecycle'],
        ['--json', 'inbox'], ['--json', 'told'], ['notify', 'list']))


def accepts_first(acme, ems, names):
    """Named and told of before there was an account; the account alone opens
    nothing."""
    ems.kith('person', 'add', 'eva', '--role', 'editor')
    ems.kith('person', 'announce', 'eva', '--partner', names[1])
    wait_until(lambda: 'eva' in str(acme.rows('person', 'list', '--partner',
                                              names[0])), what='eva')
    acme.kith('grant', 'add', 'lumen', names[0], '--purpose', 'assembly',
              '--kinds', SEEN, '--persons', 'jan,eva', '--until', '2036-12-31')
    wait_until(lambda: all(row['out'] == 0 for row in
                           acme.rows('partner', 'list')), what='all told')
    ems.kith('person', 'add', 'eva', '--uid', os.getuid())
    item = ems.rows('--as', 'jan', 'inbox')[0]['id']
    is_as_if_absent(ems, 'eva', Place(names[1], 'lumen', item))
    equal(ems.rows('--as', 'eva', 'inbox'), [], 'nothing before the duty')
    ems.kith('--as', 'eva', 'person', 'accept', names[1])
    ems.kith('--as', 'eva', 'person', 'accept', names[1])  # again is harmless
    check('secret of lumen' in sees(ems, 'eva'), 'and all of it afterwards')
    equal([row['person'] for row in steps.audited(ems, 'duty_accepted')
           if row['person'] == 'eva'], ['eva'], 'one row, by herself')
    ems.kith('person', 'add', 'tom', '--role', 'reader', '--uid', os.getuid())
    early = ems.kith('person', 'announce', 'tom', '--partner', names[1],
                     expect=5)
    check('kith person accept' in early.err, f'announced too early: {early}')


def main():
    with harness.Flow() as flow:
        ems = flow.company('Northwind EMS')
        steps.set_up(ems)
        acme, names = customer(flow, 'ACME Devices', ems, 'lumen', ['jan'])
        _, others = customer(flow, 'Beta Robotics', ems, 'amber', ['pia'])
        for person, words in (('jan', 'secret of lumen'),
                              ('pia', 'secret of amber')):
            wait_until(lambda p=person, w=words: w in sees(ems, p),
                       what=f'what {person} may see')
        ems.kith('person', 'add', 'kim', '--role', 'editor', '--uid',
                 os.getuid())
        lumen = Place(names[1], 'lumen',
                      ems.rows('--as', 'jan', 'inbox')[0]['id'])
        amber = Place(others[1], 'amber',
                      ems.rows('--as', 'pia', 'inbox')[0]['id'])
        for person, hidden in (('jan', amber), ('pia', lumen), ('kim', lumen),
                               ('kim', amber)):
            is_as_if_absent(ems, person, hidden)
            check(hidden.project not in sees(ems, person),
                  f'{hidden.project} in a list of {person}')
        for person, place in (('jan', lumen), ('pia', amber)):
            equal(answer(ems, person, place, ['show', 'I'])[0], 0,
                  f'{person} reads the own one')
        equal({row['person'] for row in steps.audited(ems, 'read')},
              {'jan', 'pia'}, 'who has read')
        refused = {row['person'] for row in steps.audited(ems, 'refused')}
        check({'jan', 'pia', 'kim'} <= refused, f'who was refused: {refused}')
        accepts_first(acme, ems, names)
        print(f'{len(ACTIONS)} actions, 5 pairs of a person and what is '
              'hidden: each as if absent')


if __name__ == '__main__':
    main()
