"""A log key and a receipt key are given up as compromised with the last good
size that a person names: what they signed above it is signed anew, so that no
size is without a good key; what was told still verifies, at both sides and in
packs, and changes flow on."""
import faults
import harness
import steps
from harness import check, equal, wait_until


def main():
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        acme, northwind = pair.both
        both, names = pair.both, pair.names

        def rotate(company, key, *more, expect=0):
            return company.kith('rotate', '--config', company.conf, '--sheet',
                                company.sheet, '--key', key, *more,
                                expect=expect)

        def all_verifies(when):
            for company, name in zip(both, names):
                shown = company.kith('evidence', 'show', name, '--entries')
                check('NOT' not in shown.out, f'{when}: {shown}')
                pack = flow.folder / f'{when}.{company.port}.pack'
                company.kith('evidence', 'export', name, '--file', pack)
                # what the person there may not read is left closed in it
                steps.verify_pack(flow, pack,
                                  expect=0 if company is acme else 3)

        def refused(words, *more):
            result = rotate(acme, *more, expect=None)
            check(result.code != 0 and words in result.err, f'{result}')

        pair.post(5)
        pair.settle()
        size = steps.partner(acme, names[0])['receipted']
        acme.stop()
        refused('for one compromised', 'log', '--last-good', '4')
        refused('for one compromised', 'sealing', '--compromised',
                '--last-good', '4')
        refused('is no size', 'log', '--compromised', '--last-good', '-4')
        refused('no partner', 'log', '--compromised', '--last-good', 'zeta=4')
        refused(f'has receipted {size} entries', 'log', '--compromised',
                '--last-good', f'{names[0]}={size + 1}')
        refused('has a size already', 'log', '--compromised', '--last-good',
                '4', '--last-good', '5')

        last = size - 3
        rotate(acme, 'log', '--compromised', '--last-good',
               f'{names[0]}={last}')
        acme.start()
        pair.post(5)
        pair.settle()
        all_verifies('log')
        flag = steps.audited(northwind, 'key_compromised')[-1]
        equal((flag['text'], flag['index'], flag['count']),
              ('log', last, size - last), 'what the partner reads of it')
        equal(steps.audited(acme, 'checkpoints_anew')[-1]['index'], last,
              'what is signed anew')

        # nothing new to cosign: the receipt itself comes anew
        size = steps.partner(acme, names[0])['receipted']
        northwind.stop()
        rotate(northwind, 'receipt', '--compromised', '--last-good', '6')
        northwind.start()
        wait_until(lambda: steps.audited(acme, 'key_compromised'),
                   what='the notice of the receipt key')
        pair.settle()
        all_verifies('receipt')
        flag = steps.audited(acme, 'key_compromised')[-1]
        equal((flag['text'], flag['index']), ('receipt', 6), 'the same here')
        check(flag['count'] >= size - 6, f'entries in doubt: {flag}')

        pair.post(5)
        pair.settle()
        all_verifies('after')
        equal(pair.arrived(), pair.posted, 'changes at the partner')
        print(f'{len(pair.posted)} changes: 0 lost, 0 doubled; '
              f'{size - last} entries and {flag["count"]} receipts in doubt, '
              'all of them good again')


if __name__ == '__main__':
    main()
