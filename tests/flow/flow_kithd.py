#!/usr/bin/python3
"""kithd by itself: init once and quickly, wrong words, a configuration that
goes bad, children that die, a store that is damaged."""
import re
import resource
import subprocess

import harness
from harness import check, equal, wait_until


def kithd(company, *words):
    """Runs `kithd WORDS...` to its end."""
    return subprocess.run(
        [company.programs / 'kithd', *map(str, words)], capture_output=True,
        text=True, timeout=30, env=company.environment, cwd=company.home,
        check=False)


def makes_an_identity_once(acme):
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    acme.init()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Not by the clock: others may keep the machine busy.
    check(ended.ru_utime + ended.ru_stime -
          began.ru_utime - began.ru_stime < 1,
          'init took longer than a second of the processor')
    for path, mode in ((acme.home / 'key', 0o600), (acme.sheet, 0o600),
                       (acme.home / 'kith-next-root.txt', 0o600),
                       (acme.data, 0o700)):
        equal(path.stat().st_mode & 0o777, mode, f'mode of {path.name}')
    sheet = acme.sheet.read_text()
    check(re.search(r'^R4 ', sheet, re.M) and re.search(r'^B4 ', sheet, re.M),
          'the recovery sheet bears root seed and backup key')
    check(not re.search(r'^N\d ', sheet, re.M),
          'the next root stands on a sheet of its own')
    key = (acme.home / 'key').read_bytes()
    again = kithd(acme, 'init', '--config', acme.conf, '--sheet',
                  acme.home / 'second.txt')
    equal(again.returncode, 7, 'exit code of a second init')
    equal((acme.home / 'key').read_bytes(), key, 'the key file')
    check(not (acme.home / 'second.txt').exists(), 'a sheet was left behind')


def says_what_is_typed_wrong(acme):
    for words, hint in ((['strat'], ''), (['chekc'], 'kithd check'),
                        (['run', '--confg', 'x'], '--config'),
                        (['run', '--company', 'x'], ''),
                        (['check', 'more'], 'kithd help')):
        done = kithd(acme, *words)
        equal(done.returncode, 2, f'exit code of {words}')
        check(done.stderr.startswith('kithd: ') and hint in done.stderr,
              f'{words}: {done.stderr}')


def leaves_no_core(acme):
    for which in ('kithd', 'kith-net', 'kith-notify'):
        wait_until(lambda: acme.pid(which), what=which)
        with open(f'/proc/{acme.pid(which)}/limits', encoding='ascii') as file:
            limits = file.read()
        check(re.search(r'Max core file size\s+0\s+0 ', limits),
              f'{which} may leave a core')
        with open(f'/proc/{acme.pid(which)}/status',
                  encoding='ascii') as file:
            check('NoNewPrivs:\t1' in file.read(),
                  f'{which} may gain privileges')


def keeps_the_old_configuration(acme):
    good = acme.conf.read_text()
    acme.conf.write_text(good + 'limts { }\n')
    failed = acme.kith('reload', expect=2)
    check('limts' in failed.err and "'limits'" in failed.err, failed.err)
    acme.kith('status')
    acme.conf.write_text(good.replace('control.sock', 'other.sock'))
    told = acme.kith('reload', expect=3)
    check('control socket' in told.out, told.out)
    acme.kith('reload', expect=3)  # held against what runs, not the last file
    acme.conf.write_text(good)
    acme.kith('reload')


def trusts_no_open_files(acme):
    """Neither a configuration that everybody may write nor a key file that
    others may read is taken."""
    for path, wide, good in ((acme.conf, 0o646, 0o644),
                             (acme.home / 'key', 0o640, 0o600)):
        path.chmod(wide)
        refused = kithd(acme, 'check', '--config', acme.conf)
        path.chmod(good)
        equal(refused.returncode, 5, f'exit code for an open {path.name}')
        check('chmod' in refused.stderr, refused.stderr)


def starts_children_again(acme):
    for which in ('kith-net', 'kith-notify'):
        old = acme.pid(which)
        acme.kill(which=which)
        wait_until(lambda: acme.pid(which) not in (None, old),
                   what=f'{which} started again')
        acme.kith('status')


def finds_damage(acme):
    equal(kithd(acme, 'check', '--config', acme.conf).returncode, 0,
          'a good store')
    file = acme.data / 'store' / 'data.mdb'
    good = file.read_bytes()
    bad = bytearray(good)
    for at in range(2 * 4096, len(bad), 4096):
        bad[at + 3000] ^= 1
    file.write_bytes(bad)
    found = kithd(acme, 'check', '--config', acme.conf)
    equal(found.returncode, 9, 'exit code for flipped bits')
    check('damaged: ' in found.stdout, found.stdout)
    file.write_bytes(good[:3 * 4096])
    equal(kithd(acme, 'check', '--config', acme.conf).returncode, 9,
          'exit code for a store that is cut off')
    started = kithd(acme, '--config', acme.conf)
    equal(started.returncode, 9, 'exit code of a start on it')
    check('kith check' in started.stderr, started.stderr)
    file.write_bytes(good)


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        none = kithd(acme, '--config', acme.conf)
        equal(none.returncode, 6, 'exit code without an identity')
        check('kith init' in none.stderr, none.stderr)
        makes_an_identity_once(acme)
        says_what_is_typed_wrong(acme)
        acme.start()
        equal(kithd(acme, 'check', '--config', acme.conf).returncode, 7,
              'a check while kithd runs')
        leaves_no_core(acme)
        keeps_the_old_configuration(acme)
        starts_children_again(acme)
        acme.stop()
        check(not acme.socket.exists(), 'the socket was left behind')
        trusts_no_open_files(acme)
        finds_damage(acme)
        acme.start()
        acme.kith('status')


if __name__ == '__main__':
    main()
