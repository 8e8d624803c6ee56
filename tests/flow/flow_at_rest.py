#!/usr/bin/python3
"""No posted text, name or purpose is in the clear in what is on disk: store,
slots, key file, logs, notices, and nothing else that a home holds (inv. 9).
And no program of ours hands a descriptor of the store to its children."""
import os
import pathlib

import harness
import steps
from canaries import Canaries
from harness import check, equal, wait_until

WRITTEN_BY_PEOPLE = {'kith.conf', 'nda.txt', 'own.card', 'other.txt'}


def post_everywhere(acme, ems, names, canaries):
    """A canary in every text that a person can type."""
    word = canaries.new
    project = word('Project')
    text = acme.home / 'nda.txt'
    text.write_text('Between us.\n')
    acme.kith('nda', 'propose', names[0], '--file', text, '--purpose',
              word('NdaPurpose'), '--signer', word('Signer'),
              '--governing-law', word('Law'), '--jurisdiction', word('Court'),
              '--from', '2026-01-01', '--until', '2036-12-31')
    wait_until(lambda: ems.rows('nda', 'list'), what='the proposal')
    ems.kith('nda', 'sign', names[1], text)
    wait_until(lambda: any(row['state'] == 'in_force'
                           for row in acme.rows('nda', 'list')),
               what='the agreement')
    person = word('Person')
    steps.bind_person(ems, person, acme, names[0])
    ems.kith('--as', person, 'notify', 'rules', 'add', 'desk')
    acme.kith('person', 'add', word('Colleague'), '--role', 'reader')
    acme.kith('project', 'new', project, '--label', 'internal')
    acme.kith('grant', 'add', project, names[0], '--purpose',
              word('GrantPurpose'), '--kinds',
              'project,generation,milestone,message', '--persons', person,
              '--until', '2036-12-31')
    generation = word('Generation')
    acme.kith('generation', 'new', project, generation, '--title',
              word('Title'), '--codename', word('Codename'), '--note',
              word('Note'))
    milestone = word('Milestone')
    acme.kith('milestone', 'add', f'{project}/{generation}', milestone,
              '--date', '2031-05-04', '--type', 'evt', '--note', word('Remark'))
    for number in range(30):
        acme.kith('post', f'{project}/{generation}', '-m',
                  word(f'Message{number}') + ' line\n' + word('Second'))
    wait_until(lambda: len(ems.rows('--as', person, 'inbox')) >= 30,
               what='the messages')
    asked = ems.rows('--as', person, 'inbox')[0]['id']
    ems.kith('--as', person, 'ack', asked)
    ems.kith('--as', person, 'answer', asked, 'accept', '-m', word('Answer'))
    ems.kith('--as', person, 'show', f'{names[1]}:{project}')
    acme.kith('show', word('Missing'), expect=None)
    acme.kith('post', word('Nowhere'), '-m', word('Lost'), expect=None)
    acme.kith('partner', 'rename', names[0], word('Alias').lower())
    wait_until(lambda: acme.rows('inbox'), what='the answer')


def search(company, canaries):
    """Every byte of the company's home but what people wrote themselves."""
    forms = list(canaries.forms())
    searched = 0
    for path in sorted(company.home.rglob('*')):
        if not path.is_file() or path.name in WRITTEN_BY_PEOPLE:
            continue
        content = path.read_bytes()
        searched += len(content)
        for form, what in forms:
            # an operator's own short name for a partner, by which he finds
            # it in the log; it is no text that anybody posted
            if what == 'Alias' and path == company.log:
                continue
            check(form not in content,
                  f'{what} of {company.name} is in the clear in {path}')
    return searched


def hands_no_descriptor_on(company):
    """Of kithd's open files its children have none."""
    for which in ('kith-net', 'kith-notify'):
        pid = company.pid(which)
        check(pid, f'{which} runs')
        for link in pathlib.Path(f'/proc/{pid}/fd').iterdir():
            try:
                target = os.readlink(link)
            except FileNotFoundError:
                continue
            check(str(company.data) not in target and
                  not target.endswith(('/key', '.conf', '.sock')),
                  f'{which} has {target} open')
        environment = pathlib.Path(f'/proc/{pid}/environ').read_bytes()
        check(b'HOME=' not in environment and b'PASS' not in environment,
              f'environment of {which}')
        equal(pathlib.Path(f'/proc/{pid}/cmdline').read_bytes().count(b'\0'),
              1, f'arguments of {which}')


def others_read_nothing(company):
    """What kithd makes, only its own user reads."""
    for path in [company.home / 'key', company.sheet, company.data,
                 *company.data.rglob('*')]:
        equal(path.stat().st_mode & 0o077, 0, f'mode of {path} for others')


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        ems = flow.company('Brno EMS')
        canaries = Canaries()
        notices = ems.home / 'notices'
        notices.mkdir()
        ems.write_conf(f'channel "desk" {{ kind = file  folder = "{notices}" }}')
        for company in (acme, ems):
            steps.set_up(company)
        names = steps.pair(acme, ems)
        post_everywhere(acme, ems, names, canaries)
        wait_until(lambda: harness.dropped(notices), what='a notice')
        for company in (acme, ems):
            hands_no_descriptor_on(company)
            others_read_nothing(company)
            search(company, canaries)
        ems.kill()
        ems.start()
        acme.stop()
        acme.start()
        for company in (acme, ems):
            company.stop()
            check(search(company, canaries) > 100000, 'there was a store')
        print(f'{len(canaries.words)} canaries')


if __name__ == '__main__':
    main()
