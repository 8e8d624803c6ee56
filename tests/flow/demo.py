"""Two companies on this machine: they pair, agree, one tells the other of its
roadmap, a date moves, a notice arrives by itself, the other answers. Real
programs over CurveZMQ, real device history, a temporary folder that is removed
at the end. Run it through scripts/demo."""
import csv
import os
import subprocess
import textwrap
import time

import harness
from harness import wait_until

FAMILY = 'fairphone'
HISTORY = harness.DATA / 'lifecycle' / 'device_revisions.csv'
TITLES = harness.DATA / 'lifecycle' / 'devices.csv'
STARTED = time.monotonic()


def say(text):
    print()
    print(textwrap.fill(' '.join(text.split()), 78), flush=True)


def show(company, *words, expect=0):
    """Runs a command as a person would see it typed."""
    typed = ' '.join(f"'{word}'" if ' ' in str(word) else str(word)
                     for word in words)
    typed = short(typed, company)
    print(f'  {company.name.split()[0].lower()}$ kith {typed}')
    result = company.kith(*words, expect=expect)
    for line in (result.out + result.err).rstrip().splitlines():
        print('    ' + short(line, company))
    return result


def short(text, company):
    """Paths as in the company's own folder, and the partner's, and ours."""
    for folder in (company.home, *company.home.parent.iterdir(),
                   harness.SOURCE):
        text = text.replace(f'{folder}/', '')
    return text


def part_of_history(path):
    """The rows of one device family, unchanged, in their order."""
    with HISTORY.open(newline='') as source, path.open('w', newline='') as out:
        writer = csv.writer(out, lineterminator='\n')
        rows = csv.reader(source)
        writer.writerow(next(rows))
        kept = [row for row in rows if row[0] == FAMILY]
        writer.writerows(kept)
    return len(kept)


def settled(company):
    return all(row['out'] == 0 and row['sent'] == row['receipted']
               for row in company.rows('partner', 'list'))


def meet(acme, northwind):
    say('''ACME Devices designs phones; Northwind EMS builds them. Each has made
        an identity and runs its own daemon. They exchange cards by mail ...''')
    show(acme, 'card', 'show', '--file', northwind.home / 'acme.card')
    show(northwind, 'card', 'show', '--file', acme.home / 'northwind.card')
    show(northwind, 'partner', 'add', northwind.home / 'acme.card')
    show(acme, 'partner', 'add', acme.home / 'northwind.card')
    say('''... and compare six groups of digits on the telephone, so that nobody
        can stand between them. Before both have done that, nothing is told.''')
    ours = acme.rows('partner', 'show', 'northwind')['groups']
    theirs = northwind.rows('partner', 'show', 'acme')['groups']
    show(acme, 'partner', 'verify', 'northwind', *theirs.split())
    show(northwind, 'partner', 'verify', 'acme', *ours.split())


def agree(acme, northwind):
    say('''ACME proposes an agreement: kith carries the digest of its text and
        its terms, never the text. Northwind signs the same digest.''')
    nda = acme.home / 'nda.txt'
    nda.write_text('What we tell each other stays between us.\n')
    (northwind.home / 'nda.txt').write_bytes(nda.read_bytes())
    show(acme, 'nda', 'propose', 'northwind', '--file', nda, '--purpose',
         'second source', '--from', '2026-01-01', '--until', '2036-12-31')
    wait_until(lambda: northwind.rows('nda', 'list'), what='the proposal')
    show(northwind, 'nda', 'sign', 'acme', northwind.home / 'nda.txt')
    show(northwind, 'person', 'add', 'jan', '--role', 'editor', '--uid',
         os.getuid())
    show(northwind, '--as', 'jan', 'person', 'accept', 'acme')
    show(northwind, 'person', 'announce', 'jan', '--project', 'any')
    wait_until(lambda: acme.rows('person', 'list', '--partner',
                                 'northwind'), what='jan at ACME')
    wait_until(lambda: [row for row in acme.rows('nda', 'list')
                        if row['state'] == 'in_force'], what='the agreement')


def grant(acme):
    grant_words = ['grant', 'add', FAMILY, 'northwind', '--purpose',
                   'second source', '--kinds',
                   'project,generation,milestone,message', '--persons', 'jan',
                   '--until', '2036-12-31']
    say('''ACME looks at what Northwind would see before it grants anything ...
        ''')
    show(acme, 'project', 'new', FAMILY, '--label', 'internal')
    show(acme, *grant_words, '--dry-run')
    say('... and then grants it: this purpose, these kinds, this person.')
    show(acme, *grant_words)


def replay(acme, northwind):
    path = acme.home / 'history.csv'
    rows = part_of_history(path)
    say(f'''ACME replays the real public history of the {FAMILY} family, {rows}
        changes, each as a revision of its own.''')
    before = time.monotonic()
    show(acme, 'import', 'lifecycle', '--history', path, '--titles', TITLES,
         '--yes', expect=None)
    wait_until(lambda: settled(acme), what='everything receipted')
    say(f'''All of it is stored at Northwind and receipted there
        {time.monotonic() - before:.1f} s after the command began.''')


def move_and_answer(acme, northwind):
    say('''Northwind's jan wants to know when a milestone moves by a week or
        more.''')
    show(northwind, '--as', 'jan', 'notify', 'rules', 'add', 'team', '--kind',
         'milestone', '--slip-days', '7')
    say('ACME adds a build for its next generation and then has to move it.')
    show(acme, 'generation', 'new', FAMILY, 'next')
    show(acme, 'milestone', 'add', f'{FAMILY}/next', 'EVT build', '--date',
         '2027-03-01', '--confidence', 'mid')
    wait_until(lambda: settled(acme), what='the milestone at Northwind')
    show(acme, 'milestone', 'move', f'{FAMILY}/next/EVT build', '--date',
         '2027-03-29')
    show(acme, 'post', FAMILY, '-m',
         'PCB moves to 8 layers, need your stack-up', '--kind', 'ask',
         '--due', '2036-12-04')
    drop = northwind.home / 'notices'
    notice = wait_until(lambda: harness.dropped(drop), what='the notice')[0]
    say('''The notice has arrived by itself, as a file in a drop folder. It
        names what happened and where to look, not the secret itself:''')
    for line in notice.read_text().rstrip().splitlines():
        print('    ' + line)
    asks = wait_until(
        lambda: [row for row in northwind.rows('--as', 'jan', 'inbox')
                 if 'PCB moves' in row['title']], what='the ask')
    say('Northwind answers the question.')
    show(northwind, '--as', 'jan', 'answer', asks[0]['id'][:8], 'accept', '-m',
         'stack-up by Wednesday')
    wait_until(lambda: [row for row in acme.rows('inbox')
                        if 'stack-up by Wed' in row['title']],
               what='the answer at ACME')
    show(acme, 'inbox', '--limit', '3')


def evidence(acme, northwind):
    say('Both now see the same roadmap. At ACME:')
    show(acme, 'timeline', FAMILY)
    say('At Northwind, as jan sees it:')
    show(northwind, '--as', 'jan', 'timeline', FAMILY)
    wait_until(lambda: settled(acme) and settled(northwind), what='receipts')
    say('''And both hold proof: the sender's signed checkpoint over every entry,
        and the receiver's cosigned receipt for it, checked here by the client
        itself.''')
    show(acme, 'evidence', 'show', 'northwind')
    show(northwind, 'evidence', 'show', 'acme')
    say('''A third party believes neither of the two. ACME gives it a file, and
        kith-verify says, with no daemon, key or network, what that file
        proves. The end of its report:''')
    pack = acme.home / 'northwind.evidence'
    show(acme, 'evidence', 'export', 'northwind', '--project', FAMILY,
         '--file', pack)
    report = subprocess.run([acme.programs / 'kith-verify', pack], check=True,
                            capture_output=True, text=True).stdout
    print(textwrap.indent(report[report.index('PROVEN'):], '    '))


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        drop = northwind.home / 'notices'
        drop.mkdir()
        northwind.write_conf(
            f'channel "team" {{ kind = file  folder = "{drop}" }}')
        for company in (acme, northwind):
            company.init()
            company.start()
        meet(acme, northwind)
        agree(acme, northwind)
        grant(acme)
        replay(acme, northwind)
        move_and_answer(acme, northwind)
        evidence(acme, northwind)
    say(f'''Both daemons are stopped and the temporary folder is removed.
        {time.monotonic() - STARTED:.1f} s in all.''')


if __name__ == '__main__':
    main()
