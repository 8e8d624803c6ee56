"""Files that are torn at any length, hold zeros or a flipped byte: whatever
program opens them says which file and what to do, with the right exit code;
none dies by a signal, nothing is changed, and the whole file serves again."""
import random
import subprocess

import harness
from harness import check, equal

SEED = 20261127
SAMPLE = 120  # of the many lengths of a large file
PAGE = 4096
USED = 4096  # bytes of the slot file in which slots of this flow stand
CLEAN = range(0, 128)  # exit codes of a program that ended by itself


def walk(company):
    """`kithd check`, which opens configuration, key, store and slots."""
    return subprocess.run(
        [company.programs / 'kithd', 'check', '--config', company.conf],
        capture_output=True, text=True, env=company.environment, timeout=60)


def refused(result, path, what, codes):
    check(result.returncode in codes,
          f'{what}: exit code {result.returncode}\n{result.stderr}')
    words = result.stdout + result.stderr
    # half a configuration may name no key file: then the default one is missed
    check(result.returncode == 0 or path.name in words or 'damaged' in words or
          '/key: No such file' in words,
          f'{what}: the file is not named\n{words}')


def each(company, path, variants, codes):
    """Puts each of VARIANTS, (words, bytes), in place of PATH and walks."""
    good = path.read_bytes()
    mode = path.stat().st_mode & 0o777
    count = 0
    for what, content in variants:
        path.write_bytes(content)
        refused(walk(company), path, f'{path.name} {what}', codes)
        equal(path.read_bytes(), content, f'{path.name} {what}: unchanged')
        count += 1
    path.write_bytes(good)
    path.chmod(mode)
    equal(walk(company).returncode, 0, f'{path.name} as it was')
    print(f'{path.name}: {count} torn or spoilt, {len(good)} bytes')


def cut(path, lengths):
    good = path.read_bytes()
    for length in lengths:
        yield f'cut at {length}', good[:length]


def flipped(path, places):
    good = path.read_bytes()
    for place in places:
        bad = bytearray(good)
        bad[place] ^= 1 << place % 8
        yield f'byte {place} flipped', bytes(bad)


def zeroed(path):
    good = path.read_bytes()
    for page in range(0, len(good), PAGE):
        if any(good[page:page + PAGE]):
            yield (f'page {page // PAGE} zeroed',
                   good[:page] + bytes(PAGE) + good[page + PAGE:])


def starts(company, path, variants):
    """kithd itself, on files that it does not walk first: it serves, or ends
    with words, never by a signal."""
    good = path.read_bytes()
    for what, content in variants:
        path.write_bytes(content)
        with subprocess.Popen(
                [company.programs / 'kithd', '--config', company.conf],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                env=company.environment) as daemon:
            try:
                daemon.wait(timeout=0.4)
            except subprocess.TimeoutExpired:
                company.kith('status', expect=None)
                company.kith('log', 'lumen', expect=None)
                daemon.terminate()
                daemon.wait(timeout=20)
            words = daemon.stderr.read()
            check(daemon.returncode in CLEAN,
                  f'{path.name} {what}: ended with {daemon.returncode}\n'
                  f'{words}')
        path.write_bytes(good)


def main():
    dice = random.Random(SEED)
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        acme.init()
        acme.start()
        acme.kith('project', 'new', 'lumen', '--label', 'internal')
        for i in range(40):
            acme.kith('generation', 'new', 'lumen', f'g{i}')
        acme.stop()
        equal(walk(acme).returncode, 0, 'before')
        key, conf = acme.home / 'key', acme.conf
        store = acme.data / 'store'
        slots, data = store / 'slots', store / 'data.mdb'

        size = key.stat().st_size
        each(acme, key, cut(key, range(size)), (2, 9, 10))
        each(acme, key, flipped(key, range(size)), (2, 9, 10))
        each(acme, conf, cut(conf, range(conf.stat().st_size)),
             (0, 1, 2, 6, 9))
        size = slots.stat().st_size
        used = dice.sample(range(USED), SAMPLE) + [0, 1, USED - 1]
        each(acme, slots, cut(slots, sorted(used)), (9, 10))
        # what was drawn ahead and nothing uses yet may be gone
        ahead = dice.sample(range(USED, size), SAMPLE // 4)
        each(acme, slots, cut(slots, sorted(ahead)), (0, 9, 10))
        size = data.stat().st_size
        lengths = sorted(dice.sample(range(size), SAMPLE) + [0, 1, PAGE,
                                                             2 * PAGE])
        # what was cut off may be pages that nothing uses
        each(acme, data, cut(data, lengths), (0, 9))
        each(acme, data, zeroed(data), (0, 9))
        starts(acme, data, list(zeroed(data))[:12] +
               list(cut(data, lengths[::20])))
        acme.start()
        equal(len(acme.rows('generation', 'list')), 40, 'nothing is lost')


if __name__ == '__main__':
    main()
