"""A backup of a running company comes back: beside the key file, and by the
recovery sheet alone. Its two files show nothing in the clear; torn, changed or
foreign ones are refused, and a backup killed anywhere spoils none of before."""
import hashlib
import pathlib
import random
import shutil
import signal
import subprocess
import time

import harness
import steps
from harness import check, equal, wait_until

CANARY = 'saffron-otter'
KILLS = 12
FLIPS = 24


def told(company, project):
    """What the company holds of the project, as its people see it."""
    return [(row['at'], row['path'], row.get('text'))
            for row in company.rows('timeline', project)]


def daemon(company, *words, expect=0):
    """A command of kithd through kith."""
    return company.kith(words[0], '--config', company.conf, *words[1:],
                        expect=expect)


def store_files(folder):
    return sorted(folder.glob('kith-2*.backup'))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lose(company, key=False):
    """The disk of the company's data folder is gone."""
    shutil.rmtree(company.data)
    if key:
        (company.home / 'key').unlink()


def nothing_in_the_clear(folder, words):
    for path in folder.iterdir():
        content = path.read_bytes()
        for word in words:
            check(word.encode() not in content, f'{word} is in {path.name}')


def comes_back(company, project, before, folder, *more):
    daemon(company, 'restore', *more, folder)
    result = daemon(company, 'check')
    check('store good' in result.out, 'the restored store is walked')
    company.start()
    equal(told(company, project), before, 'what the company holds')


def refuses_spoilt(company, folder, work):
    """Every sort of torn or changed file is refused and leaves nothing."""
    chance = random.Random(7)
    names = [store_files(folder)[-1].name, 'kith-slots.backup']
    for turn in range(FLIPS):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(folder, work)
        path = work / names[turn % 2]
        content = bytearray(path.read_bytes())
        if turn % 3 == 0:
            content = content[:chance.randrange(len(content))]
        elif turn % 3 == 1:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        else:
            content += b'\0'
        path.write_bytes(content)
        result = daemon(company, 'restore', work, expect=None)
        check(result.code in (9, 10, 2), f'spoilt file refused: {result}')
        check(str(work) in result.err, f'the file is named: {result.err}')
        check(not (company.data / 'store').exists(), 'nothing stands')
        check(not (company.data / 'restore.new').exists(), 'nothing is left')


def survives_kills(company, folder):
    chance = random.Random(11)
    for _ in range(KILLS):
        before = {path: digest(path) for path in store_files(folder)}
        program = subprocess.Popen(
            [harness.BUILD / 'bin' / 'kithd', 'backup', '--config',
             company.conf, folder], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        time.sleep(chance.random() * 0.06)  # any moment of it
        program.send_signal(signal.SIGKILL)
        program.wait()
        for path, was in before.items():
            equal(digest(path), was, f'{path.name} after a kill')
        time.sleep(0.02)  # a worker that outlives it holds no lock
    wait_until(lambda: daemon(company, 'backup', folder,
                              expect=None).code == 0, what='a backup again')
    equal(sorted(path.name for path in folder.iterdir()
                 if path.suffix != '.backup'), ['kith-backup.lock'],
          'what stands beside the backups')


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        steps.share(acme, northwind, 'lumen')
        folder = acme.home / 'backups'
        for number in range(20):
            acme.kith('post', 'lumen', '-m', f'{CANARY} {number}')
        before = told(acme, 'lumen')

        daemon(acme, 'backup', expect=2)
        daemon(acme, 'backup', folder, 'more', expect=2)
        acme.kith('backup', folder, '--config', acme.conf)  # in any order
        result = daemon(acme, 'backup', folder)
        check('Both were read back' in result.out, 'a backup beside kithd')
        left = folder / 'kith-slots.backup.old'  # as a kill leaves it
        left.write_bytes(b'slots of before')
        daemon(acme, 'backup', folder)
        check(not left.exists(), 'what a killed backup left is removed')
        nothing_in_the_clear(folder, (CANARY, 'lumen', 'Northwind'))
        survives_kills(acme, folder)
        equal(told(acme, 'lumen'), before, 'kithd goes on meanwhile')

        result = daemon(acme, 'restore', folder, expect=None)
        check(result.code != 0 and 'there is a store' in result.err,
              'a store that stands is not touched')
        acme.stop()
        lose(acme)
        refuses_spoilt(acme, folder, acme.home / 'spoilt')
        daemon(acme, 'restore', acme.home / 'nowhere', expect=None)
        comes_back(acme, 'lumen', before, folder)
        equal(acme.rows('partner', 'list')[0]['state'], 'frozen',
              'the link of a restored company')
        check(not (acme.data / 'restore.new').exists(), 'nothing is left')

        acme.stop()
        key = (acme.home / 'key').read_bytes()
        lose(acme, key=True)
        result = daemon(acme, 'restore', folder, expect=2)
        check('recovery sheet' in result.err, 'without keys the sheet is asked')
        result = daemon(acme, 'restore', '--sheet', northwind.sheet, folder,
                        expect=10)
        check('another key' in result.err, "another company's sheet")
        comes_back(acme, 'lumen', before, folder, '--sheet', acme.sheet)
        equal((acme.home / 'key').read_bytes(), key, 'the key file as it was')
        for own in (acme, northwind):
            wait_until(lambda o=own: o.rows('partner', 'list')[0]['state'] in
                       ('frozen', 'refused'), what=f'{own.name} notices it')


if __name__ == '__main__':
    main()
