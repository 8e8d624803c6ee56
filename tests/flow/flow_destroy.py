"""What a partner was told is destroyed there when its owner asks and an officer
does it: the text is in no file any more, an old backup of the store does not
open it, other items open, and the certificate fits what was told."""
import datetime
import shutil
import subprocess

import harness
import steps
from harness import check, equal, wait_until

SECRET = 'CINNABAR-41'
KEPT = 'OCHRE-42'


def day(offset):
    return (datetime.date.today() +
            datetime.timedelta(days=offset)).isoformat()


def told(company, text):
    return wait_until(lambda: [row for row in
                               company.rows('--as', 'jan', 'inbox')
                               if text in row['title']], what=text)[0]['id']


def first(company):
    rows = company.rows('destroy', 'list')
    return rows[0] if rows else None


def settle(flow):
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    names = steps.share(acme, northwind, 'lumen')
    acme.kith('project', 'new', 'ochre', '--label', 'internal')
    acme.kith('grant', 'add', 'ochre', names[0], '--purpose', 'ochre',
              '--kinds', 'project,message', '--persons', 'jan', '--until',
              '2036-12-31')
    acme.kith('post', 'lumen', '-m', f'{SECRET} first')
    acme.kith('post', 'lumen', '-m', f'{SECRET} second')
    acme.kith('post', 'ochre', '-m', KEPT)
    secret, kept = told(northwind, f'{SECRET} second'), told(northwind, KEPT)
    check(SECRET in northwind.kith('--as', 'jan', 'show', secret).out,
          'it is read before')
    return acme, northwind, names, secret, kept


def ask(acme, northwind, names, secret, kept):
    """The request withdraws at once, and is refused where it makes no sense."""
    for words, code in (([names[0], '--project', 'lumen', '--until',
                          '2020-01-01', '--yes'], 2),
                        (['nobody', '--until', day(9), '--yes'], 6),
                        ([names[0], '--yes'], 2)):
        acme.kith('destroy', 'request', *words, expect=code)
    acme.kith('project', 'new', 'untold', '--label', 'internal')
    acme.kith('destroy', 'request', names[0], '--project', 'untold', '--until',
              day(9), '--yes', expect=6)
    dry = acme.kith('destroy', 'request', names[0], '--project', 'lumen',
                    '--until', day(9), '--dry-run')
    check('othing was written' in dry.out + dry.err, f'the preview: {dry}')
    equal(first(acme), None, 'a dry run asks nothing')
    acme.kith('destroy', 'request', names[0], '--project', 'lumen', '--until',
              day(9), '--yes')
    asked = wait_until(lambda: first(northwind), what='the request')
    equal(asked['state'], 'requested', 'state at the receiver')
    northwind.kith('--as', 'jan', 'show', secret, expect=6)
    check(KEPT in northwind.kith('--as', 'jan', 'show', kept).out,
          'another project is read as before')
    equal([row['state'] for row in acme.rows('grant', 'list', '--project',
                                             'lumen', '--all')], ['ended'],
          'the grant')
    return asked['id']


def carry_out(northwind, request):
    northwind.kith('destroy', 'carry-out', 'ffffffff', '--yes', expect=6)
    northwind.kith('--as', 'jan', 'destroy', 'carry-out', request, '--yes',
                   expect=5)
    done = northwind.kith('destroy', 'carry-out', request[:8], '--officer',
                          'J. Bauer', '--officer-title', 'quality manager',
                          '--exceptions', 'one drawing on paper', '--yes')
    check('destroyed:' in done.out, done.out)
    northwind.kith('destroy', 'carry-out', request[:8], '--yes', expect=7)


def certified(acme):
    row = wait_until(lambda: (first(acme) or {}).get('state') == 'destroyed' and
                     first(acme), what='the certificate')
    equal(row['officer'], 'J. Bauer', 'officer')
    equal(row['exceptions'], 'one drawing on paper', 'exceptions')
    # the project and two messages; what it says is what was told
    equal(row['entries'], 3, 'entries destroyed')
    check('warning' not in row, f'it fits what was told: {row}')
    pack = acme.home / 'pack'
    acme.kith('evidence', 'export', 'northwind', '--project', 'lumen', '--file',
              pack)
    report = subprocess.run([acme.programs / 'kith-verify', pack],
                            capture_output=True, text=True).stdout
    for words in ('destruction_request', 'destruction_certificate',
                  'officer: J. Bauer', 'certified: its company has signed',
                  'withdrawn'):
        check(words in report, f'{words} in the report\n{report}')


def closed(northwind):
    """Titles of entries whose text nobody here holds any more."""
    pack = northwind.home / 'pack'
    northwind.kith('evidence', 'export', 'acme', '--file', pack)
    report = subprocess.run([northwind.programs / 'kith-verify', pack],
                            capture_output=True, text=True).stdout
    return [line for line in report.splitlines()
            if 'its text is not held any more' in line]


def nothing_left(northwind, kept):
    """The text is in no file, the store is whole, other items open."""
    northwind.stop()
    northwind.kith('check', '--config', northwind.conf)
    for path in northwind.home.rglob('*'):
        if path.is_file():
            check(SECRET.encode() not in path.read_bytes(), f'{path}')
    northwind.start()
    check(KEPT in northwind.kith('--as', 'jan', 'show', kept).out,
          'the other project still opens')
    equal(len(closed(northwind)), 4, 'closed: project, grant, two messages')


def older_store(northwind, before):
    """A backup of the store of before, with the slots of now, opens the rest
    and not what was destroyed."""
    now = northwind.home / 'now'
    gone = closed(northwind)
    northwind.kith('backup', now, '--config', northwind.conf)
    shutil.copy(now / 'kith-slots.backup', before / 'kith-slots.backup')
    northwind.stop()
    shutil.rmtree(northwind.data)
    northwind.kith('restore', before, '--config', northwind.conf)
    northwind.start()
    equal(closed(northwind), gone, 'closed in the older store')


with harness.Flow() as flow:
    oem, ems, partners, hidden, other = settle(flow)
    copy = ems.home / 'backup'
    ems.kith('backup', copy, '--config', ems.conf)
    number = ask(oem, ems, partners, hidden, other)
    carry_out(ems, number)
    certified(oem)
    nothing_left(ems, other)
    older_store(ems, copy)
