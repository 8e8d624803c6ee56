"""What a partner told is not there for a colleague whom it did not name: every
command gives him the code and the words of an id or path that never was
(inv. 6). An account of nobody is refused, and told why."""
import os
import shutil
import subprocess

import harness
import steps
from harness import check, equal, wait_until

NEVER = 'ffffffff'


def commands(acme, item):
    """Pairs of a command and the one that names what does not exist."""
    for words in (['show'], ['ack'], ['told'], ['log'], ['inbox', 'show'],
                  ['answer', '', 'accept'], ['post', '', '-m', 'x'],
                  ['post', '', '-m', 'x', '--dry-run']):
        place = words.index('') if '' in words else len(words)
        for there, never in ((item, NEVER),
                             (f'{acme}:lumen', f'{acme}:nothing')):
            yield tuple(words[:place] + [name] + words[place + 1:]
                        for name in (there, never))
    for words in (['timeline'], ['milestone', 'list'], ['generation', 'list'],
                  ['project', 'show'], ['project', 'who'],
                  ['told', '--project'], ['inbox', '--project']):
        yield words + [f'{acme}:lumen'], words + [f'{acme}:nothing']


def ask(company, words):
    done = company.kith('--as', 'luka', *words, expect=None)
    name = words[-1]
    for word in words:
        if ':' in word or len(word) == 8 and word != 'timeline':
            name = word
    return done.code, done.out, done.err.replace(name, 'NAME')


def refuse_nobody(company):
    """A Unix account that is no person here hears so, whatever it asks."""
    if os.getuid() != 0 or not shutil.which('setpriv'):
        return
    for folder in (company.home.parent, company.home):
        folder.chmod(0o755)
    company.socket.chmod(0o666)
    program = company.home / 'kith'
    shutil.copy(company.programs / 'kith', program)
    for words in (['status'], ['inbox'], ['--as', 'jan', 'inbox']):
        done = subprocess.run(
            ['setpriv', '--reuid', '4242', '--regid', '4242',
             '--clear-groups', program, *words], capture_output=True,
            text=True, env=company.environment, check=False)
        equal(done.returncode, 5, f'{words} of an unknown account')
        check('bound to no person' in done.stderr,
              f'{words} of an unknown account: {done.stderr}')


def lock_out(company, item):
    """An admin takes a leaver's account away; nobody lifts himself up."""
    company.kith('--as', 'jan', 'person', 'add', 'luka', '--role', 'admin',
                 expect=5)
    company.kith('person', 'add', 'boss', '--role', 'officer', '--uid',
                 os.getuid())
    company.kith('--as', 'boss', 'person', 'add', 'jan', '--uid', '4243',
                 expect=7)
    company.kith('person', 'add', 'jan', '--uid', '4243')
    equal([row['role'] for row in company.rows('person', 'list')
           if row['person'] == 'jan'], ['editor'], 'role of jan')
    company.kith('--as', 'jan', 'show', item, expect=5)
    company.kith('person', 'add', 'x', '--uid', '99999999999', expect=2)


with harness.Flow() as flow:
    oem = flow.company('ACME Devices')
    ems = flow.company('Northwind EMS')
    to_ems, to_oem = steps.share(oem, ems, 'lumen')
    ems.kith('person', 'add', 'luka', '--role', 'editor', '--uid',
             os.getuid())
    ems.kith('--as', 'jan', 'notify', 'rules', 'add', 'inbox')
    oem.kith('post', 'lumen', '-m', 'secret', '--kind', 'ask')
    item = wait_until(lambda: ems.rows('--as', 'jan', 'inbox'),
                      what='the ask')[0]['id'][:8]
    for known, never in commands(to_oem, item):
        equal(ask(ems, known), ask(ems, never), ' '.join(known))
        check(ask(ems, known)[0] == 6, f'{known} is not «not found»')
    equal([row for row in ems.rows('--as', 'luka', 'told')
           if row['direction'] == 'received' and
           row['kind'] in ('project', 'message')], [], 'what luka was told of')
    check(ems.rows('--as', 'jan', 'notify', 'list'), 'jan has a notice')
    equal(ems.rows('--as', 'luka', 'notify', 'list'), [], 'notices for luka')
    check(ems.kith('--as', 'jan', 'show', item).out, 'jan reads it')
    refuse_nobody(ems)
    lock_out(ems, item)
