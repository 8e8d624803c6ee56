"""The next root, whose digest each card bears, takes over from the root: while
changes flow, twice, the second time with the partner away. Partners take the
new card without a new pairing; what was told and packs of before still verify;
the sheets of before sign nothing any more; a disk lost afterwards needs a card
beside the sheet, and says so."""
import os

import faults
import flow_lost_disk
import harness
import steps
from harness import check, equal, wait_until


def rotate(company, *more, expect=0, sheet=None):
    return company.kith('rotate', '--config', company.conf, '--sheet',
                        sheet or company.sheet, *more, expect=expect)


def change_root(company, number, next_sheet, *more):
    """Returns the sheet of the root that may take over then."""
    result = rotate(company, '--key', 'root', '--next-sheet', next_sheet, *more)
    sheets = [company.home / f'kith-{name}-{number}.txt'
              for name in ('recovery', 'next-root')]
    for sheet in sheets:
        check(str(sheet) in result.out, f'{sheet} is named: {result}')
        equal(sheet.stat().st_mode & 0o777, 0o600, f'mode of {sheet}')
    company.sheet = sheets[0]
    return sheets[1]


def refuse_what_cannot_be(acme, northwind, next_sheet):
    def refused(words, *more):
        result = rotate(acme, '--key', 'root', *more, expect=None)
        check(result.code != 0 and words in result.err and '->' in result.err,
              f'{words!r}: {result}')
        check(not (acme.home / 'kith-recovery-2.txt').exists(), 'no sheet')

    refused('name its sheet too')
    refused("has no next root's seed", '--next-sheet', acme.sheet)
    refused('is not the one that', '--next-sheet',
            northwind.home / 'kith-next-root.txt')
    in_the_way = acme.home / 'kith-next-root-2.txt'
    in_the_way.write_text('of before')
    refused('is there already', '--next-sheet', next_sheet)
    equal(in_the_way.read_text(), 'of before', 'what lay there')
    in_the_way.unlink()
    rotate(acme, '--key', 'root', '--next-sheet', next_sheet, '--dry-run')
    check(not in_the_way.exists(), 'a dry run writes nothing')


def main():
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        acme, northwind = pair.both
        both, names = pair.both, pair.names

        def pack(name):
            path = flow.folder / name
            acme.kith('evidence', 'export', names[0], '--file', path)
            return path

        pair.post(3)
        pair.settle()
        former = pack('former.pack')
        first_sheet, next_sheet = acme.sheet, acme.home / 'kith-next-root.txt'
        acme.stop()
        refuse_what_cannot_be(acme, northwind, next_sheet)
        acme.start()
        pair.post(3)  # some of it is still under way
        acme.stop()
        next_sheet = change_root(acme, 2, next_sheet)
        acme.start()
        pair.post(3)
        pair.settle()
        equal(len(steps.audited(northwind, 'root_changed')), 1,
              'the partner reads it')
        check(steps.partner(northwind, names[1])['verified_us'],
              'and knows the company as before')

        # the sheet of before is that of nobody, the new one signs
        acme.stop()
        old = rotate(acme, '--key', 'log', sheet=first_sheet, expect=None)
        check(old.code == 10 and 'did not sign' in old.err, str(old))
        # the second change, with an operational key, while the partner is away
        northwind.stop()
        next_sheet = change_root(acme, 3, next_sheet, '--key', 'log')
        acme.start()
        pair.post(3)
        northwind.start()
        pair.post(3)
        pair.settle()
        equal(len(steps.audited(northwind, 'root_changed')), 2, 'the second one')
        for company, name in zip(both, names):
            shown = company.kith('evidence', 'show', name, '--entries')
            check('NOT' not in shown.out, str(shown))
        steps.verify_pack(flow, former)
        steps.verify_pack(flow, pack('latter.pack'))

        # who never saw an older card takes the newest
        acorn = flow.company('Acorn Tools')
        steps.set_up(acorn)
        steps.pair(acme, acorn)
        acorn.stop()

        equal(pair.arrived(), pair.posted, 'changes at the partner')

        card = northwind.home / 'newest.card'
        acme.kith('card', 'show', '--file', card)
        acme.stop()
        sheet = acme.home / 'recovery.txt'
        os.rename(acme.sheet, sheet)
        acme.sheet = sheet
        who = acme.name
        flow_lost_disk.lose_disk(acme)
        alone = acme.kith('recover', '--config', acme.conf, '--sheet', sheet,
                          expect=None)
        check(alone.code == 2 and 'is not the first one of' in alone.err and
              '--card FILE' in alone.err, str(alone))
        acme.kith('recover', '--config', acme.conf, '--sheet', sheet, '--card',
                  card)
        acme.start()
        flow_lost_disk.exchange_cards(acme, northwind)
        wait_until(lambda: flow_lost_disk.link(northwind)['state'] in
                   ('frozen', 'refused'), what='the loss is noticed')
        flow_lost_disk.resume((northwind, acme))
        print(f'{who}: root changed twice, {len(pair.posted)} changes, 0 lost, '
              '0 doubled; recovered with card and third sheet')


if __name__ == '__main__':
    main()
