"""One damaged row of one link: that link is set aside and named, kithd does not
start over and over, and the other partner is served."""
import os
import signal

import frames
import harness
import steps
from harness import check, equal, wait_until


def share_with(acme, other, purpose):
    """A third company that gets the project too."""
    steps.set_up(other)
    names = steps.pair(acme, other)
    steps.agree(acme, other, names, purpose)
    steps.bind_person(other, 'jan', acme, names[0])
    acme.kith('grant', 'add', 'lumen', names[0], '--purpose', purpose,
              '--kinds', 'project,message', '--persons', 'jan', '--until',
              '2036-12-31')
    return names


def pushes(company):
    return [content for kind, _, content in frames.sent(company)
            if kind == frames.PUSH]


def titles(company):
    return [row['title'] for row in company.rows('--as', 'jan', 'inbox')]


def flip(company, frame):
    """One bit of a sealed body that FRAME, a push, carries, in each page of the
    store of COMPANY that holds it: old pages may still do."""
    data = max(company.data.rglob('*.mdb'), key=lambda path:
               path.stat().st_size)
    content = data.read_bytes()
    parts = [frame[at:at + 48] for at in range(0, len(frame) - 48, 16)]
    parts = [part for part in parts if part in content]
    check(parts, 'the body in the store')
    part = parts[len(parts) // 2]
    data.write_bytes(content.replace(part, bytes([part[0] ^ 1]) + part[1:]))


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        baltic = flow.company('Baltic Assembly')
        frames.record(acme)
        name, us = steps.share(acme, northwind, 'lumen')
        other = share_with(acme, baltic, 'second source')[0]
        wait_until(lambda: all(row['out'] == 0 for row in
                               acme.rows('partner', 'list')),
                   what='a quiet start')
        os.kill(northwind.pid('kithd'), signal.SIGSTOP)
        quiet = len(pushes(acme))
        acme.kith('post', 'lumen', '-m', 'x' * 900, '--to', name)
        wait_until(lambda: len(pushes(acme)) > quiet, what='the push')
        northwind.kill()  # what it had not taken is to be sent again
        acme.stop()
        flip(acme, pushes(acme)[quiet])
        acme.start()
        started = acme.pid('kithd')
        northwind.start()
        row = wait_until(lambda: next(
            (row for row in acme.rows('partner', 'list')
             if row['partner'] == name and row.get('code') == 'damaged'),
            None), what='the damaged link is named')
        check('set aside' in row['link'], row['link'])
        check('set aside' in acme.kith('doctor', expect=None).out,
              'doctor names it')
        acme.kith('post', 'lumen', '-m', 'for the other', '--to', other)
        wait_until(lambda: 'for the other' in titles(baltic),
                   what='the other partner is served')
        equal(acme.pid('kithd'), started, 'kithd goes on')
        check('for the other' not in titles(northwind), 'nothing for this one')


if __name__ == '__main__':
    main()
