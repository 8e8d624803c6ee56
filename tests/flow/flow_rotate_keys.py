"""Operational keys of both sides are replaced while changes flow both ways:
nothing is lost or doubled, also while the partner is away, what old keys signed
still verifies, and a key given up as compromised proves nothing above its last
good size."""
import shutil

import faults
import harness
import steps
from harness import check, equal, wait_until

TURNS = (('log',), ('receipt',), ('statement',), ('sealing',),
         ('log', 'receipt', 'statement', 'sealing'))


def keys_of(company):
    shown = company.rows('id', 'show')
    return {name: shown[f'{name}_key']
            for name in ('log', 'receipt', 'statement', 'sealing')}


def rotate(company, keys, *more, expect=0, sheet=None):
    words = [word for key in keys for word in ('--key', key)]
    return company.kith('rotate', '--config', company.conf, '--sheet',
                        sheet or company.sheet, *words, *more, expect=expect)


def replace(company, keys, *more):
    before = keys_of(company)
    company.stop()
    rotate(company, keys, *more)
    company.start()
    after = keys_of(company)
    equal({key for key in before if before[key] != after[key]}, set(keys),
          'keys that changed')


def evidence_verifies(companies, names):
    for company, name in zip(companies, names):
        company.kith('evidence', 'show', name, '--entries')


def main():
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        acme, northwind = pair.both
        both, names = pair.both, pair.names

        pair.post(3)
        pair.settle()
        for turn, keys in enumerate(TURNS):
            for company in both:
                pair.post(3)  # some of it is still under way
                if company is northwind:
                    pair.settle()  # it has our newest card
                wait_until(lambda c=company, n=names[both.index(company)]:
                           steps.partner(c, n)['link'].startswith('connected'),
                           what='connected')
                pair.settle()
                replace(company, keys,
                        *(('--compromised',) if turn == 4 else ()))
                pair.post(3)
            pair.settle()
            evidence_verifies(both, names)

        # one change of keys while the partner is away; a second one waits for
        # it, as cards teach the keys one by one
        pair.post(3)
        northwind.stop()
        before = keys_of(acme)
        replace(acme, ('log', 'receipt', 'statement', 'sealing'))
        pair.post(3)
        acme.stop()
        early = rotate(acme, ['log'], expect=None)
        check(early.code != 0 and
              f'{names[0]} does not have our newest card yet' in early.err,
              str(early))
        acme.start()
        pair.post(3)
        northwind.start()
        pair.settle()
        check(all(keys_of(acme)[key] != old for key, old in before.items()),
              'all keys are others')
        evidence_verifies(both, names)

        for company in both:
            acts = [row['act'] for row in company.rows('audit', 'show',
                                                       '--limit', '5000')]
            check('own_keys_replaced' in acts, 'own keys in the audit log')
            check('key_ended' in acts, 'the partner reads of it')
            check('key_compromised' in acts, 'and of the compromise')

        # refused by name, with nothing changed
        before = keys_of(acme)
        acme_running = rotate(acme, ['log'], expect=None)
        check(acme_running.code != 0 and 'stop kithd' in acme_running.err,
              str(acme_running))
        acme.stop()
        other = rotate(acme, ['log'], expect=None, sheet=northwind.sheet)
        check(other.code == 10 and 'did not sign' in other.err, str(other))
        rotate(acme, ['log'], '--dry-run')
        # cut off before the commit: the old file counts, the new one is waste
        shutil.copy(acme.home / 'key', acme.home / 'key.next')
        acme.start()
        equal(keys_of(acme), before, 'keys after what changed nothing')
        # cut off behind the commit: the file aside takes its place
        acme.stop()
        shutil.copy(acme.home / 'key', acme.home / 'key.old')
        rotate(acme, ['log'])
        (acme.home / 'key').rename(acme.home / 'key.next')
        (acme.home / 'key.old').rename(acme.home / 'key')
        acme.start()
        check(keys_of(acme)['log'] != before['log'], 'the new key counts')
        pair.post(3)
        pair.settle()
        evidence_verifies(both, names)
        equal(pair.arrived(), pair.posted, 'changes at the partner')
        print(f'{2 * len(TURNS) + 2} changes of keys, {len(pair.posted)} changes: '
              '0 lost, 0 doubled')


if __name__ == '__main__':
    main()
