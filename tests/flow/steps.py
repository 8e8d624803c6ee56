"""The steps that most flows begin with, as people take them: exchange cards,
compare groups, sign an agreement, name persons, grant a project."""
import datetime
import os
import subprocess

from harness import BUILD, equal, wait_until


def day(ahead):
    """The day (UTC) AHEAD days from now, as people write it."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return str(today + datetime.timedelta(days=ahead))


def set_up(company):
    """A running company with an identity."""
    company.init()
    company.start()


def exchange_cards(a, b):
    """Each adds the other's card, which travels as a file. Returns the names
    under which a knows b and b knows a."""
    names = []
    for own, other in ((a, b), (b, a)):
        card = other.home / 'own.card'
        other.kith('card', 'show', '--file', card)
        own.kith('partner', 'add', card)
    for own in (a, b):
        names.append(own.rows('partner', 'list')[-1]['partner'])
    return names


def partner(company, name):
    """What `kith partner show NAME` says."""
    return company.rows('partner', 'show', name)


def audited(company, act):
    return [row for row in company.rows('audit', 'show', '--limit', '5000')
            if row['act'] == act]


def verify(a, b, names):
    """Each types the six groups that the other's screen shows."""
    groups = [partner(own, name)['groups']
              for own, name in zip((a, b), names)]
    a.kith('partner', 'verify', names[0], *groups[1].split())
    b.kith('partner', 'verify', names[1], *groups[0].split())


def pair(a, b):
    """Cards, groups, connection. Returns the two names."""
    names = exchange_cards(a, b)
    verify(a, b, names)
    for own, name in zip((a, b), names):
        wait_until(lambda o=own, n=name:
                   partner(o, n)['link'].startswith('connected') and
                   partner(o, n).get('verified_us'),
                   what=f'{own.name} connected to {name}')
    return names


def agree(proposer, signer, names, purpose):
    """An agreement in force on both sides."""
    text = proposer.home / 'nda.txt'
    text.write_text('What we tell each other stays between us.\n')
    proposer.kith('nda', 'propose', names[0], '--file', text, '--purpose',
                  purpose, '--from', '2026-01-01', '--until', '2036-12-31')
    wait_until(lambda: signer.rows('nda', 'list'), what='the proposal')
    signer.kith('nda', 'sign', names[1], text)
    for own in (proposer, signer):
        wait_until(lambda o=own: any(row['state'] == 'in_force'
                                     for row in o.rows('nda', 'list')),
                   what=f'agreement in force at {own.name}')


def bind_person(company, person, receiver, known_as):
    """Names PERSON, bound to who runs this flow, to the partners; waits until
    RECEIVER, who knows the company as KNOWN_AS, has been told."""
    company.kith('person', 'add', person, '--role', 'editor', '--uid',
                 os.getuid())
    company.kith('--as', person, 'person', 'accept')
    company.kith('person', 'announce', person, '--project', 'any')
    wait_until(lambda: any(row['person'] == person for row in receiver.rows(
        'person', 'list', '--partner', known_as)),
               what=f'{receiver.name} knows {person}')


def share(a, b, project, kinds='project,generation,milestone,message'):
    """Everything from two empty folders to a project of A that B's person
    `jan` sees. Returns the names under which each knows the other."""
    set_up(a)
    set_up(b)
    names = pair(a, b)
    agree(a, b, names, f'assembly of {project}')
    bind_person(b, 'jan', a, names[0])
    a.kith('project', 'new', project, '--label', 'internal')
    a.kith('grant', 'add', project, names[0], '--purpose',
           f'assembly of {project}', '--kinds', kinds, '--persons', 'jan',
           '--until', '2036-12-31')
    return names


def verify_pack(flow, path, *more, expect=0):
    """What kith-verify prints, with nothing but the file; expect=None takes any
    exit code."""
    run = subprocess.run([BUILD / 'bin' / 'kith-verify', path, *more],
                         capture_output=True, text=True, timeout=60,
                         cwd=flow.folder, env={'LC_ALL': 'C.UTF-8'})
    if expect is not None:
        equal(run.returncode, expect,
              f'exit code of kith-verify\n{run.stdout}{run.stderr}')
    return run.stdout + run.stderr
