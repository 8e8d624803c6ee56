"""The audit log is held against what our entries bear witness of: as it was
written it fits, an edited row is found although the administrator has all keys.
A whole store that was put back fits by itself, and is found at the next contact."""
import os
import shutil
import signal
import subprocess

import harness
import steps
from harness import BUILD, check, equal, wait_until


def verify(company, expect=0):
    """Rows of the logs, and the verdict."""
    result = company.kith('--json', 'audit', 'verify', expect=expect)
    rows = result.json
    return rows[:-1], rows[-1]


def tell(company, partner, *titles):
    """Each title is a milestone, told and receipted before the next."""
    for title in titles:
        company.kith('milestone', 'add', 'lumen/g1', title, '--date',
                     '2027-03-01')
        wait_until(lambda: all(row['size'] == row['receipted'] for row in
                               company.rows('evidence', 'show', partner)
                               if row['direction'] == 'sent') and
                   steps.partner(company, partner)['out'] == 0,
                   what=f'{title} receipted')


def fits(company):
    logs, verdict = verify(company)
    equal(verdict['state'], 'fits', 'the verdict')
    for log in logs:
        equal(log['fit'] + log['back'], log['entries'], 'entries that fit')
        check('fault' not in log, f'no fault: {log}')
    return logs, verdict


def edit(company, row, text):
    """With kithd stopped, and the keys at hand."""
    subprocess.run([BUILD / 'tests' / 'edit-audit', company.home / 'key',
                    company.data, str(row), text], check=True)


def begin(flow):
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    names = steps.share(acme, northwind, 'lumen')
    acme.kith('generation', 'new', 'lumen', 'g1')
    return acme, northwind, names


def play_edited(acme, northwind, name):
    tell(acme, name, 'EVT', 'DVT', 'PVT')
    logs, verdict = fits(acme)
    equal([log['entries'] == log['receipted'] for log in logs], [True],
          'all receipted')
    check(0 < verdict['witnessed'] < verdict['rows'], f'{verdict}')
    fits(northwind)
    words = acme.kith('audit', 'verify').out
    check('The audit log fits' in words, words)

    rows = acme.rows('audit', 'show', '--limit', '1000')
    posted = [row for row in rows if row['act'] == 'posted'][-2]
    acme.stop()
    edit(acme, posted['number'], 'nothing')
    acme.start()
    logs, verdict = verify(acme, expect=10)
    equal(verdict['state'], 'differs', 'the verdict')
    equal(verdict['fault'], 'witness_differs', 'what is wrong')
    equal(verdict['log_number'], 1, 'whose entry')
    check(verdict['from'] <= posted['number'] < verdict['to'], f'{verdict}')
    check(verdict['to'] - verdict['from'] < 20, f'named closely: {verdict}')
    result = acme.kith('audit', 'verify', expect=10)
    check('DOES NOT FIT' in result.out and 'rows' in result.out, result.out)


def play_acts(flow):
    """What persons do leaves rows, with who, why and by which rule; what is
    refused too, and much of the same is one row that counts."""
    acme, northwind, names = begin(flow)

    def acts(*words):
        return acme.rows('audit', 'show', '--limit', '10000', *words)

    def done(act, *words):
        before = len(acts('--act', act))
        acme.kith(*words)
        equal(len(acts('--act', act)), before + 1, f'rows {act}: {words}')
        return acts('--act', act)[-1]

    row = done('partner_endpoint', 'partner', 'endpoint', names[0],
               'tcp://127.0.0.1:9')
    equal(row['partner'], names[0], 'whom it concerns')
    check(row['person'] and row['rule'].startswith('rules '), f'{row}')
    done('partner_renamed', 'partner', 'rename', names[0], 'nw')
    done('partner_paused', 'partner', 'pause', 'nw')
    done('partner_resumed', 'partner', 'resume', 'nw')
    done('notice_rule_added', 'notify', 'rules', 'add', 'inbox')
    rule = acme.rows('notify', 'rules')[0]['id']
    done('notice_rule_ended', 'notify', 'rules', 'end', rule)
    done('reloaded', 'reload')
    row = done('posted', 'post', 'lumen', '-m', 'a word')
    equal(row['project'], 'lumen', 'of which project')
    row = acts('--act', 'grant_added')[-1]
    equal((row['project'], row['partner']), ('lumen', 'nw'), 'the grant')
    check(row.get('text'), f'the purpose is the reason: {row}')
    grants = acme.rows('grant', 'list')
    done('grant_ended', '--yes', 'grant', 'end', grants[0]['id'])
    rows = acts('--act', 'withdrawn')
    check(rows and all(row['text'] == 'grant_over' and
                       row['rule'].startswith('gate ') for row in rows),
          f'why, and by which rule: {rows[:1]}')
    done('person_added', 'person', 'add', 'kim', '--role', 'reader',
               '--uid', os.getuid())
    of_project = acts('--project', 'lumen')
    told = [row for row in of_project if row['act'] == 'disclosed']
    check(told, 'what was told of a project')
    check(all(row['project'] == 'lumen' for row in of_project
              if row not in told), 'rows of a project')
    acme.kith('project', 'new', 'other')
    equal([row['act'] for row in acts('--project', 'other')], ['posted'],
          'nothing of another project')
    row = done('exported', 'export', 'lifecycle', '--project', 'lumen')
    equal((row['project'], row['text']), ('lumen', 'lifecycle'), 'an export')
    before = len(acts('--act', 'reloaded'))
    acme.daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: len(acts('--act', 'reloaded')) == before + 1,
               what='a row of a reload by signal')
    equal(acts('--act', 'reloaded')[-1].get('text'), 'signal', 'how')
    equal({row['act'] for row in acts('--partner', 'nw', '--act', 'disclosed')},
          {'disclosed'}, 'two filters')
    equal(len(acme.rows('audit', 'show', '--limit', '3')), 3, 'the newest three')
    equal(acme.rows('audit', 'show', '--limit', '3'), acts()[-3:], 'of all')
    acme.kith('audit', 'show', '--person', 'nobody', expect=None)

    # what is refused
    for _ in range(30):
        acme.kith('--as', 'kim', 'reload', expect=5)
    row = wait_until(lambda: acts('--act', 'refused', '--person', 'kim'),
                     what='a row of what was refused')
    equal(len(row), 1, 'thirty times the same is one row, and one to come')
    equal((row[0]['text'], row[0]['rule']), ('reload: role', 'role 1'),
          'what was refused, and by which rule')
    acme.kith('show', 'deadbeef', expect=6)
    wait_until(lambda: [row for row in acts('--act', 'refused')
                        if row['text'].startswith('show: ')],
               what='a read of what is not there')
    fits(acme)


def play_back(acme, northwind, names):
    """The whole store of ACME is put back to an older copy of its files."""
    tell(acme, names[0], 'EVT')
    acme.stop()
    old = acme.home / 'old'
    shutil.copytree(acme.data, old)
    acme.start()
    wait_until(lambda: steps.partner(acme, names[0])['link'].startswith(
        'connected'), what='connected again')
    tell(acme, names[0], 'ramp')
    acme.stop()
    shutil.rmtree(acme.data)
    shutil.copytree(old, acme.data)
    northwind.stop()  # nobody to notice it yet
    acme.start()
    fits(acme)
    northwind.start()
    for company, name in zip((acme, northwind), names):
        wait_until(lambda c=company, n=name:
                   steps.partner(c, n)['state'] in ('frozen', 'refused'),
                   what=f'{company.name} notices it at the next contact')


def main():
    with harness.Flow() as flow:
        play_edited(*begin(flow)[:2], 'northwind')
    with harness.Flow() as flow:
        play_back(*begin(flow))
    with harness.Flow() as flow:
        play_acts(flow)


if __name__ == '__main__':
    main()
