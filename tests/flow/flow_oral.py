"""A memo of what was said aloud goes to the partner to whom it was said and to
nobody else, whatever is granted to others, before or afterwards."""
import harness
import steps
from harness import check, equal, wait_until


def grant(acme, name):
    acme.kith('grant', 'add', 'lumen', name, '--purpose', 'assembly of lumen',
              '--kinds', 'project,generation,milestone,message', '--persons',
              'bound', '--until', '2036-12-31')


def quiet(acme):
    wait_until(lambda: all(row['out'] == 0 and row['sent'] == row['receipted']
                           for row in acme.rows('partner', 'list')),
               what='all is told')


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        solis = flow.company('Solis EMS')
        names = steps.share(acme, northwind, 'lumen')
        steps.set_up(solis)
        other = steps.pair(acme, solis)
        steps.agree(acme, solis, other, 'assembly of lumen')
        steps.bind_person(solis, 'eva', acme, other[0])
        grant(acme, other[0])
        words = ['disclose', names[0], 'lumen', '--oral', '-m', 'eight layers',
                 '--said-to', 'Jan,Eva']
        preview = acme.kith(*words, '--dry-run').out
        check('another partner' in preview, f'previewed: {preview}')
        acme.kith(*words)
        acme.kith('post', 'lumen', '-m', 'for all')
        wait_until(lambda: len(northwind.rows('--as', 'jan', 'inbox')) == 2,
                   what='memo and message')
        wait_until(lambda: solis.rows('--as', 'eva', 'inbox'),
                   what='the message')
        grant(acme, other[0])
        quiet(acme)
        equal([row['title'] for row in solis.rows('--as', 'eva', 'inbox')],
              ['for all'], 'who was not spoken to')
        equal([row['said_to'] for row in acme.rows('disclose', 'list')],
              [['Jan', 'Eva']], 'to whom it was said')
        equal(acme.rows('disclose', 'list', '--partner', other[0]), [],
              'memos for the other')


if __name__ == '__main__':
    main()
