"""What people type wrong is refused by name, with the exit code of its sort,
and leaves nothing behind."""
import subprocess

import harness
import steps
from harness import check, equal


def refused(company, code, words, *command, stdin=''):
    done = company.kith(*command, expect=code, stdin=stdin)
    check(words in done.err, f'{done}: wanted {words!r}')


def lose_key(company):
    """A store without its key file is no reason to make a new identity."""
    company.stop()
    key = company.home / 'key'
    key.rename(company.home / 'kept')
    done = subprocess.run(
        [company.programs / 'kithd', '--config', company.conf],
        capture_output=True, text=True, check=False, timeout=30)
    equal(done.returncode, 6, f'kithd without its key: {done.stderr}')
    check('holds a store, but its key file' in done.stderr, done.stderr)
    (company.home / 'kept').rename(key)
    company.start()


def keep_socket(first, second):
    """A second daemon does not take a running one's control socket."""
    second.stop()
    second.conf.write_text(second.conf.read_text().replace(
        str(second.socket), str(first.socket)))
    done = subprocess.run(
        [second.programs / 'kithd', '--config', second.conf],
        capture_output=True, text=True, check=False, timeout=30)
    equal(done.returncode, 7, f'second daemon on one socket: {done.stderr}')
    check('another daemon answers' in done.stderr, done.stderr)
    equal(first.kith('--json', 'status').json['company'], first.name,
          'who answers at the socket')


with harness.Flow() as flow:
    oem = flow.company('ACME Devices')
    ems = flow.company('Northwind EMS')
    for company in (oem, ems):
        steps.set_up(company)
    to_ems, to_oem = steps.exchange_cards(oem, ems)
    own = steps.partner(oem, to_ems)['groups'].split()
    refused(oem, 10, 'our own groups', 'partner', 'verify', to_ems, *own)
    refused(oem, 10, 'not the groups', 'partner', 'verify', to_ems,
            *['00000'] * 6)
    for url in ('http://x', 'tcp://127.0.0.1:99999', 'tcp://127.0.0.1'):
        refused(oem, 2, 'no address', 'partner', 'endpoint', to_ems, url)
    refused(oem, 2, 'before a colon', 'project', 'new', 'acme:x')
    text = oem.home / 'nda.txt'
    text.write_text('between us\n')
    terms = ('--from', '2026-01-01', '--until', '2036-12-31')
    refused(oem, 2, 'what it is for', 'nda', 'propose', to_ems, '--file',
            text, '--purpose', '', *terms)
    text.write_text('')
    refused(oem, 2, 'is empty', 'nda', 'propose', to_ems, '--file', text,
            '--purpose', 'x', *terms)
    equal(oem.rows('nda', 'list'), [], 'proposals')
    refused(oem, 2, 'name holds a control character', 'project', 'new',
            'a\033[1m')
    equal(oem.rows('project', 'list'), [], 'projects')
    oem.kith('project', 'new', 'lumen')
    refused(oem, 2, 'NUL', 'post', 'lumen', '-m', '-', stdin='a\0b')
    oem.kith('post', 'lumen', '-m', '-', stdin='one\ttwo\r\nthree\r\n')
    equal([row['text'] for row in oem.rows('log', 'lumen')
           if row['kind'] == 'message'], ['one two\nthree'], 'message')
    check(oem.kith('--version').out.startswith('kith '), 'no version')
    lose_key(oem)
    keep_socket(oem, ems)
