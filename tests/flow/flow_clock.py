"""A clock that jumps by more than an hour decides nothing: nothing of a project
leaves or is read, nothing is cosigned, what two companies owe each other goes
on, and after a person has confirmed the clock all of it arrives once."""
import harness
import steps
from clocks import fake_clock, need_faketime, set_clock
from harness import check, equal, wait_until

YEARS = 3600 * 24 * 365 * 10


def link(company):
    return company.rows('partner', 'list')[0]


def doubted(company):
    return any(row['check'] == 'clock' and row['result'] == 'fail'
               for row in company.kith('--json', 'doctor', expect=None).json)


def settled(companies):
    return all(row['out'] == 0 and row['sent'] == row['receipted']
               for row in map(link, companies))


def milestones(company):
    return sorted(row['milestone'] for row in company.rows(
        *(('--as', 'jan') if company.name.startswith('North') else ()),
        'timeline', 'lumen'))


def doubt_at_the_sender(acme, northwind, names):
    both = (acme, northwind)
    set_clock(acme, YEARS)
    wait_until(lambda: doubted(acme), what='ACME doubts its clock')
    acme.kith('milestone', 'add', 'lumen/g1', 'in doubt', '--date',
              '2027-03-01')
    result = acme.kith('grant', 'add', 'lumen', names[0], '--purpose', 'x',
                       '--kinds', 'milestone', '--persons', 'bound',
                       '--until', '2036-12-31', expect=5)
    check('clock confirm' in result.err, f'dates decide nothing: {result}')
    acme.stop()
    set_clock(acme, 0)
    acme.start()
    check(doubted(acme), 'a restart does not take the doubt away')
    wait_until(lambda: link(acme)['link'].startswith('connected'),
               what='connected')
    northwind.kith('person', 'announce', 'jan', '--project', 'any')
    wait_until(lambda: link(northwind)['out'] == 0, what='frames go on')
    equal(milestones(northwind), ['EVT'], 'nothing of the project left')
    acme.kith('clock', 'confirm')
    wait_until(lambda: settled(both) and
               milestones(northwind) == ['EVT', 'in doubt'],
               what='what waited arrives')


def doubt_at_the_receiver(acme, northwind):
    set_clock(northwind, -YEARS)
    wait_until(lambda: doubted(northwind), what='Northwind doubts its clock')
    before = link(acme)['receipted']
    acme.kith('milestone', 'add', 'lumen/g1', 'unreceipted', '--date',
              '2027-03-01')
    wait_until(lambda: link(northwind)['processed'] == link(acme)['sent'],
               what='Northwind has it')
    equal(link(acme)['receipted'], before, 'size that was cosigned')
    northwind.kith('--as', 'jan', 'timeline', 'lumen', expect=6)
    set_clock(northwind, 0)
    wait_until(lambda: 'clock.doubted' in northwind.log.read_text(),
               what='the log says it')
    northwind.kith('clock', 'confirm')
    wait_until(lambda: settled((acme, northwind)), what='the receipt follows')
    equal(milestones(northwind), ['EVT', 'in doubt', 'unreceipted'],
          'what Northwind knows')


def main():
    need_faketime()
    with harness.Flow() as flow:
        acme = flow.company('ACME Devices')
        northwind = flow.company('Northwind EMS')
        for company in (acme, northwind):
            fake_clock(company)
        names = steps.share(acme, northwind, 'lumen')
        acme.kith('generation', 'new', 'lumen', 'g1')
        acme.kith('milestone', 'add', 'lumen/g1', 'EVT', '--date',
                  '2027-03-01')
        wait_until(lambda: settled((acme, northwind)) and
                   milestones(northwind) == ['EVT'], what='all is told')
        set_clock(acme, 1800)
        acme.kith('status', expect=None)
        check(not doubted(acme), 'half an hour is no reason')
        set_clock(acme, 0)
        doubt_at_the_sender(acme, northwind, names)
        doubt_at_the_receiver(acme, northwind)
        for company in (acme, northwind):
            shown = company.kith('audit', 'show', '--limit', '200').out
            check('clock_doubted' in shown and 'clock_confirmed' in shown,
                  f'{company.name}: it is audited: {shown}')


if __name__ == '__main__':
    main()
