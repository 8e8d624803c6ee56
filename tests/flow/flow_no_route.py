"""A company whose machine has no way out is told «no route», with its code,
and not that the partner refuses."""
import subprocess
import sys

import harness
import steps
from harness import equal, wait_until


# Raises the loopback of a new network namespace, then becomes the program.
INSIDE = """
import fcntl, os, socket, struct, sys
request = struct.pack('16sh', b'lo', 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
fcntl.ioctl(socket.socket(), 0x8914, request.ljust(40, bytes(1)))
os.execv(sys.argv[1], sys.argv[1:])
"""


def shut_in(company):
    """From its next start on, COMPANY's programs see nothing but their own
    machine."""
    folder = company.home / 'bin'
    folder.mkdir()
    (folder / 'inside.py').write_text(INSIDE)
    start = folder / 'kithd'
    start.write_text('#!/bin/sh\n'
                     f'exec unshare -n /usr/bin/python3 {folder}/inside.py '
                     f'{harness.BUILD / "bin" / "kithd"} "$@"\n')
    start.chmod(0o755)
    company.programs = folder


def main():
    if subprocess.run(['unshare', '-n', 'true'], capture_output=True,
                      check=False).returncode != 0:
        sys.exit(harness.SKIPPED)
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        shut_in(acme)
        steps.set_up(acme)
        steps.set_up(northwind)
        name, _ = steps.exchange_cards(acme, northwind)
        acme.kith('partner', 'endpoint', name, 'tcp://192.0.2.1:7443')
        row = wait_until(lambda: next(
            (row for row in [steps.partner(acme, name)]
             if row.get('code') == 'no_route'), None), what='no route')
        equal((row['link'], row['state']), ('no route', 'offline'),
              'what the operator reads')


if __name__ == '__main__':
    main()
