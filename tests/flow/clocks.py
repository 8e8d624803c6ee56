"""Clocks that people set: companies that begin on another day than today."""
import datetime
import os
import sys

import harness
import steps
from harness import wait_until

LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
DAY = 86400
TODAY = datetime.datetime.now(datetime.timezone.utc).date()


def day(ahead):
    return str(TODAY + datetime.timedelta(days=ahead))


def go_to(companies, ahead):
    """Both are off on the days before, and begin AHEAD days from today."""
    for company in companies:
        company.stop()
        set_clock(company, ahead * DAY)
    for company in companies:
        company.start()
    for company in companies:
        wait_until(lambda c=company: c.rows('partner', 'list')[0]
                   ['link'].startswith('connected'), what='connected')


def need_faketime():
    """Ends the flow as skipped where the clock of a program cannot be set."""
    if harness.SANITIZERS or not os.path.exists(LIBRARY):
        print('no faketime, or a sanitizer that bears none')
        sys.exit(harness.SKIPPED)


def set_clock(company, seconds):
    """The company's wall clock is so much off; its other clocks are not."""
    (company.home / 'clock').write_text(f'{seconds:+d}s\n')


def fake_clock(company):
    set_clock(company, 0)
    company.environment.update(
        LD_PRELOAD=LIBRARY, FAKETIME_NO_CACHE='1',
        FAKETIME_TIMESTAMP_FILE=str(company.home / 'clock'),
        FAKETIME_DONT_FAKE_MONOTONIC='1')


def pair(flow):
    """ACME and Northwind, paired, each with a clock of its own; and the names
    under which they know each other."""
    need_faketime()
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    for company in (acme, northwind):
        fake_clock(company)
        steps.set_up(company)
    return acme, northwind, steps.pair(acme, northwind)
