"""What can be looked at before it counts: dry runs of partner, nda and ack
write nothing; an agreement is signed by its terms, not only by its text; a
grant that says more than its agreement is warned of."""
import harness
import steps
from harness import check, equal, wait_until


def dry(company, *words):
    """A dry run says so, and the audit log does not grow."""
    before = len(company.rows('audit', 'show', '--limit', '1000'))
    out = company.kith('--dry-run', *words).out
    check(out.startswith('Dry run, nothing was written.'), f'{words}: {out}')
    equal(len(company.rows('audit', 'show', '--limit', '1000')), before,
          f'audit rows after a dry run of {words}')
    return out


def propose(company, name, text, until):
    return ['nda', 'propose', name, '--file', text, '--purpose',
            'assembly of lumen', '--from', '2026-01-01', '--until', until]


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        steps.set_up(acme)
        steps.set_up(northwind)
        card = northwind.home / 'own.card'
        northwind.kith('card', 'show', '--file', card)
        dry(acme, 'partner', 'add', card)
        equal(acme.rows('partner', 'list'), [], 'no partner by a dry run')
        names = steps.exchange_cards(acme, northwind)
        name, us = names
        groups = steps.partner(northwind, us)['groups'].split()
        dry(acme, 'partner', 'verify', name, *groups)
        check(not steps.partner(acme, name).get('verified'), 'not verified')
        steps.verify(acme, northwind, names)
        wait_until(lambda: steps.partner(acme, name).get('verified_us'),
                   what='verified by both')
        for words in (['pause', name], ['resume', name], ['remove', name],
                      ['rename', name, 'other'],
                      ['endpoint', name, 'tcp://127.0.0.1:1']):
            dry(acme, 'partner', *words)
        check(not steps.partner(acme, name).get('paused'), 'not paused')

        text = acme.home / 'nda.txt'
        text.write_text('What we tell each other stays between us.\n')
        dry(acme, *propose(acme, name, text, '2030-12-31'))
        equal(acme.rows('nda', 'list'), [], 'no proposal by a dry run')
        for until in ('2030-12-31', '2031-12-31'):
            acme.kith(*propose(acme, name, text, until))
        wait_until(lambda: len(northwind.rows('nda', 'list')) == 2,
                   what='both proposals')
        refused = northwind.kith('nda', 'sign', us, text, expect=7)
        check('--agreement' in refused.err, refused)
        terms = next(row['agreement'] for row in northwind.rows('nda', 'list')
                     if row['until'] == '2030-12-31')
        chosen = ['nda', 'sign', us, text, '--agreement', terms[:12]]
        check(terms[:8] in dry(northwind, *chosen), 'the terms that are signed')
        northwind.kith(*chosen)
        wait_until(lambda: [row['until'] for row in acme.rows('nda', 'list')
                            if row['state'] == 'in_force'] == ['2030-12-31'],
                   what='the agreement that was named')

        steps.bind_person(northwind, 'jan', acme, name)
        acme.kith('project', 'new', 'lumen', '--label', 'internal')
        grant = ['grant', 'add', 'lumen', name, '--kinds', 'project,message',
                 '--persons', 'jan', '--purpose']
        fits = acme.kith(*grant, 'Assembly', '--until', '2030-12-31')
        check('warning' not in fits.err, fits)
        more = acme.kith(*grant, 'marketing', '--until', '2031-06-30')
        check('outlasts' in more.err and 'purpose' in more.err, more)
        check(any(len(row.get('warning', [])) == 2
                  for row in acme.rows('grant', 'list')), 'warnings as JSON')

        acme.kith('post', 'lumen', '-m', 'read me')
        item = wait_until(
            lambda: next((row['id'] for row in
                          northwind.rows('--as', 'jan', 'inbox', '--unread')
                          if row['title'] == 'read me'), None), what='the item')
        dry(northwind, '--as', 'jan', 'ack', item)
        check(any(row['id'] == item for row in
                  northwind.rows('--as', 'jan', 'inbox', '--unread')),
              'still unread')
        northwind.kith('--as', 'jan', 'ack', item)


if __name__ == '__main__':
    main()
