"""The transport key is replaced while changes flow and one partner is away: the
card names the new key, the former one stays in use until every partner has that
card, then the new one is, and nothing is lost or doubled. A partner that stays
away is left behind by name and takes the card by hand; a compromised key gets no
overlap."""
import harness
import steps
from harness import check, equal, wait_until


def settled(company, name):
    row = steps.partner(company, name)
    return (row['link'].startswith('connected') and row['out'] == 0 and
            row['sent'] == row['receipted'])


def rotate(company, *more, expect=0):
    return company.kith('rotate', '--config', company.conf, '--sheet',
                        company.sheet, *more, expect=expect)


def in_use(acme, times):
    wait_until(lambda: len(steps.audited(acme, 'own_transport_key')) == times,
               what='the new key in use')


def take_card_by_hand(acme, partner, name):
    card = partner.home / 'by-hand.card'
    acme.kith('card', 'show', '--file', card)
    partner.kith('partner', 'add', card, '--confirm')
    check(steps.partner(partner, name)['verified_us'], 'still verified')


def main():
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        acorn = flow.company('Acorn Tools')
        names = steps.share(acme, northwind, 'lumen')
        steps.set_up(acorn)
        acorn_names = steps.pair(acme, acorn)
        posted = []

        def post(count=3):
            for _ in range(count):
                posted.append(f'change {len(posted)}')
                acme.kith('post', 'lumen', '-m', posted[-1])

        def all_settled(*more):
            for company, name in ((acme, names[0]), (northwind, names[1]),
                                  *more):
                wait_until(lambda c=company, n=name: settled(c, n),
                           timeout_s=60, what='everything receipted')

        acorn_too = ((acme, acorn_names[0]), (acorn, acorn_names[1]))
        former = acme.rows('id', 'show')['transport_key']
        post()
        all_settled(*acorn_too)
        acorn.stop()
        post()  # some of it is still under way
        acme.stop()
        rotate(acme, '--key', 'transport')
        acme.start()
        post()
        all_settled()
        newest = acme.rows('id', 'show')['transport_key']
        check(newest != former, 'the card names another key')
        equal(steps.audited(acme, 'own_transport_key'), [],
              'not in use while acorn lacks the card')
        # the former one still is, either way of dialling
        for company in (acme, northwind):
            company.kill(which='kith-net')
            post()
            all_settled()
        acme.stop()
        early = rotate(acme, '--key', 'transport', expect=None)
        check(early.code != 0 and
              f'{acorn_names[0]} does not have our newest card' in early.err,
              str(early))
        acme.start()
        acorn.start()
        post()
        in_use(acme, 1)
        all_settled(*acorn_too)
        for company in (acme, northwind, acorn):
            company.kill(which='kith-net')
            post()
            all_settled(*acorn_too)

        # acorn is away for good: it is left behind by name
        acorn.stop()
        acme.stop()
        rotate(acme, '--key', 'transport')
        acme.start()
        post()
        all_settled()
        acme.stop()
        unnamed = rotate(acme, '--leave', names[0], expect=None)
        check(unnamed.code == 7 and f'{acorn_names[0]} lacks' in unnamed.err,
              str(unnamed))
        rotate(acme, '--leave', acorn_names[0])
        acme.start()
        equal(len(steps.audited(acme, 'own_transport_key')), 2, 'in use at once')
        equal(len(steps.audited(acme, 'partner_left_behind')), 1, 'and audited')
        post()
        all_settled()
        acorn.start()
        take_card_by_hand(acme, acorn, acorn_names[1])
        all_settled(*acorn_too)

        # compromised: no overlap; who has not the card takes it by hand
        acme.stop()
        rotate(acme, '--key', 'transport', '--compromised')
        acme.start()
        post()
        for company, name in ((northwind, names[1]), (acorn, acorn_names[1])):
            check(not steps.partner(company, name)['link'].startswith(
                'connected'), f'{company.name} knows the former key alone')
            take_card_by_hand(acme, company, name)
        all_settled(*acorn_too)

        for company, name in ((acme, names[0]), (northwind, names[1])):
            shown = company.kith('evidence', 'show', name, '--entries')
            check('NOT' not in shown.out, str(shown))
        arrived = [row['title'] for row in
                   northwind.rows('--as', 'jan', 'inbox', '--limit', '5000')
                   if row['title'].startswith('change ')]
        equal(list(reversed(arrived)), posted, 'changes at the partner')
        print(f'3 changes of the transport key, {len(posted)} changes: 0 lost, '
              '0 doubled')


if __name__ == '__main__':
    main()
