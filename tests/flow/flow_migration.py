"""A store and a backup of an older schema: kithd migrates the one when it starts,
restore the other, and the company goes on where it was; what cannot do so says
what to do first. Before the schema of today an older kithd stops, and changes
nothing."""
import hashlib
import shutil
import signal
import time

import faults
import harness
import steps
from harness import check, equal, wait_until
from versions import become

KILLS = 6


def daemon(company, *words, expect=0):
    """A command of kithd through kith."""
    return company.kith(words[0], '--config', company.conf, *words[1:],
                        expect=expect)


def held(company):
    """What the company holds and was told."""
    return ([(row['kind'], row['state']) for row in company.rows('told')],
            [row['title'] for row in company.rows('--as', 'jan', 'inbox')])


def digests(company):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (company.data / 'store').iterdir()
            if path.name != 'lock.mdb'}


def refuses_what_it_must_not_touch(company):
    """Today's programs but kithd leave an older store alone."""
    before = digests(company)
    for words in (['check'], ['backup', company.home / 'none']):
        result = daemon(company, *words, expect=7)
        check('schema 1' in result.err or 'older schema' in result.err,
              f'{words[0]} names the schema: {result.err}')
        check('start kithd' in result.err, f'and what to do: {result.err}')
    equal(digests(company), before, 'the store')


def migrates_under_kills(company, dice):
    """Killed at any moment of its start, kithd goes on with the next one."""
    for _ in range(KILLS):
        company.start_only()
        time.sleep(dice.random() * 0.02)  # any moment of it
        company.kill(signal.SIGKILL)
    company.start()
    log = company.log.read_text()
    check('store.migrating from=1 to=2' in log, 'the log says what is done')
    check(log.count('store.migrated from=1 to=2') <= 1, 'and that it is done')
    check(not (company.data / 'store.new').exists(), 'nothing is left')


def older_refuses(company):
    company.stop()
    become(company, 'older')
    before = digests(company)
    program = company.programs / 'kithd'
    for words in (['--config', company.conf], ['check', '--config',
                                               company.conf]):
        result = company.run([program, *words], expect=2)
        check('the store is of schema 2, this program knows 1' in result.err,
              f'an older kithd: {result.err}')
        check('install the version of kith' in result.err,
              f'and what to do: {result.err}')
    equal(digests(company), before, 'the store')


def main():
    dice = faults.dice()
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        become(northwind, 'older')
        names = steps.share(acme, northwind, 'lumen')
        for number in range(40):
            acme.kith('post', 'lumen', '-m', f'news {number}')
        wait_until(lambda: len(northwind.rows('--as', 'jan', 'inbox')) == 40,
                   what='the news')
        before = held(northwind)
        daemon(northwind, 'backup', northwind.home / 'old')
        northwind.stop()
        become(northwind, 'today')
        refuses_what_it_must_not_touch(northwind)
        migrates_under_kills(northwind, dice)
        equal(held(northwind), before, 'what was held')
        acme.kith('post', 'lumen', '-m', 'afterwards')
        wait_until(lambda: 'afterwards' in held(northwind)[1],
                   what='the sync goes on')
        equal(steps.partner(northwind, names[1])['state'], 'connected',
              'nobody noticed a restore')
        daemon(northwind, 'backup', northwind.home / 'new')
        older_refuses(northwind)
        shutil.rmtree(northwind.data)
        result = daemon(northwind, 'restore', northwind.home / 'new', expect=2)
        check('schema 2' in result.err, f'a newer backup: {result.err}')
        check(not (northwind.data / 'store').exists(), 'nothing is restored')
        become(northwind, 'today')
        result = daemon(northwind, 'restore', northwind.home / 'old')
        check('store.migrated from=1 to=2' in result.err + result.out,
              'an older backup is migrated')
        daemon(northwind, 'check')
        northwind.start()
        # what a partner told is shown again when the link has caught up
        equal(held(northwind)[0], before[0], 'what the backup held')


if __name__ == '__main__':
    main()
