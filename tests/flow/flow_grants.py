"""The life of a grant: it ends by default, is renewed in one round, and is
narrowed with a preview that says what then happens; the partner reads each new
date, and of what was narrowed only what remains."""
import faults
import harness
import steps
from harness import check, equal, wait_until

SEEN = 'project,generation,milestone,message'


def grants(acme, *words):
    return acme.rows('grant', 'list', *words)


def titles(northwind, person='jan'):
    return sorted(row['title'] for row in
                  northwind.rows('--as', person, 'inbox', '--limit', '500'))


def quantity(northwind, person='jan'):
    return [row.get('build_qty') for row in
            northwind.rows('--as', person, 'milestone', 'list')]


def told_until(northwind, person='jan'):
    """Last days of the grants, as the partner was told them."""
    ids = {row['id'] for row in northwind.rows('--as', person, 'told',
                                               '--limit', '500')
           if row['kind'] == 'grant'}
    return sorted(northwind.rows('--as', person, 'show', one)['until']
                  for one in ids)


def renewed_in_one_round(acme, names, pair):
    for project in ('amber', 'cobalt'):
        acme.kith('project', 'new', project, '--label', 'internal')
        acme.kith('grant', 'add', project, names[0], '--purpose', 'assembly',
                  '--kinds', 'project,message', '--persons', 'jan', '--until',
                  steps.day(20))
    later = steps.day(400)
    none = acme.kith('grant', 'renew', '--until', later, '--within', '10',
                     expect=6)
    check('no live grant ends by then' in none.err, none)
    before = grants(acme)
    dry = acme.kith('grant', 'renew', '--until', later, '--dry-run')
    equal(dry.out.count('would last until'), 2, f'two would last: {dry}')
    check('lumen' not in dry.out, 'the one that lasts for years is not named')
    equal(grants(acme), before, 'grants after a dry run')
    done = acme.kith('grant', 'renew', '--until', later)
    equal(done.out.count('lasts until'), 2, f'two last: {done}')
    equal(sorted(row['until'] for row in grants(acme)
                 if row['project'] != 'lumen'), [later] * 2, 'their last day')
    equal({row['id'] for row in grants(acme)}, {row['id'] for row in before},
          'they are the same grants')
    equal(len(steps.audited(acme, 'grant_renewed')), 2, 'a row each')
    pair.settle()
    equal(told_until(pair.northwind), [later, later, '2036-12-31'],
          'last days that the partner reads')
    again = acme.kith('grant', 'renew', grants(acme)[0]['id'], '--until',
                      steps.day(10), expect=2)
    check('not last longer' in again.err and 'narrow' in again.err, again)
    # nothing but the grants themselves was told again
    sent = [row for row in acme.rows('told', '--partner', names[0], '--limit',
                                     '500') if row['direction'] == 'sent']
    equal([row['kind'] for row in sent].count('project'), 3, 'told once')


def narrowed(acme, northwind, pair):
    lumen = [row for row in grants(acme) if row['project'] == 'lumen'][0]['id']
    equal(quantity(northwind), [100], 'the quantity is seen')
    for words, why in ((['--kinds', SEEN + ',answer'], 'more kinds'),
                       (['--until', '2037-01-01'], 'anything longer'),
                       (['--kinds', SEEN], 'nothing of the grant'),
                       (['--hide', 'milestone.nothing'], 'no field'),
                       (['--persons', 'bound'], 'name the persons')):
        refused = acme.kith('--yes', 'grant', 'narrow', lumen, *words,
                            expect=2)
        check(why in refused.err, f'{words}: {refused}')
    before = acme.rows('told', '--limit', '500')
    dry = acme.kith('grant', 'narrow', lumen, '--hide', 'milestone.build_qty',
                    '--kinds', 'project,generation,milestone', '--dry-run')
    for words in ('would lose: ', 'message', 'would see: ', 'milestone',
                  'Not: build_qty', 'Nothing was written.'):
        check(words in dry.out, f'{words!r} in the preview:\n{dry}')
    equal(acme.rows('told', '--limit', '500'), before, 'after a preview')
    acme.kith('--yes', 'grant', 'narrow', lumen, '--hide',
              'milestone.build_qty', '--kinds',
              'project,generation,milestone')
    pair.settle()
    wait_until(lambda: quantity(northwind) == [None],
               what='the quantity is gone at the partner')
    equal([title for title in titles(northwind) if title == 'to be taken back'],
          [], 'messages are taken back')
    check(northwind.rows('--as', 'jan', 'timeline', 'lumen'),
          'the milestone stays')
    equal([row['state'] for row in grants(acme, '--all')
           if row['id'] == lumen], ['ended'], 'the wider one is ended')
    equal(len(steps.audited(acme, 'grant_narrowed')), 1, 'one row')
    acme.kith('post', 'lumen', '-m', 'not told')
    acme.kith('milestone', 'move', 'lumen/g1/EVT', '--date', '2027-04-01')
    wait_until(lambda: [row for row in
                        northwind.rows('--as', 'jan', 'timeline', 'lumen')
                        if row['planned'] == '2027-04-01'],
               what='what goes on under the narrower grant')
    equal(quantity(northwind), [None], 'still hidden')
    check('not told' not in titles(northwind), 'messages are not told')


def main():
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        acme, northwind = pair.both
        acme.kith('generation', 'new', 'lumen', 'g1')
        acme.kith('milestone', 'add', 'lumen/g1', 'EVT', '--date',
                  '2027-03-01', '--build-qty', '100')
        acme.kith('post', 'lumen', '-m', 'to be taken back')
        pair.settle()
        renewed_in_one_round(acme, pair.names, pair)
        narrowed(acme, northwind, pair)
        pair.settle()


if __name__ == '__main__':
    main()
