"""From a quiet link, a hidden edit plus a visible one gives the partner the
same frames, in count and size, as the visible edit alone."""
import frames
import harness
import steps
from harness import check, equal, wait_until


def quiet(company):
    return all(row['out'] == 0 and row['sent'] == row['receipted']
               for row in company.rows('partner', 'list'))


def edits(flow, hidden):
    """Frames that a visible edit sends, after HIDDEN ones that may not."""
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    frames.record(acme)
    steps.set_up(acme)
    steps.set_up(northwind)
    names = steps.pair(acme, northwind)
    steps.agree(acme, northwind, names, 'assembly')
    steps.bind_person(northwind, 'jan', acme, names[0])
    acme.kith('project', 'new', 'lumen')
    acme.kith('project', 'new', 'secret-other')
    acme.kith('generation', 'new', 'lumen', 'g1')
    acme.kith('milestone', 'add', 'lumen/g1', 'EVT', '--date', '2027-03-01',
              '--build-qty', '100')
    acme.kith('grant', 'add', 'lumen', names[0], '--purpose', 'assembly',
              '--kinds', 'project,generation,milestone,message', '--persons',
              'jan', '--hide', 'milestone.build_qty', '--until', '2036-12-31')
    wait_until(lambda: northwind.rows('--as', 'jan', 'project', 'list'),
               what='the project at the partner')
    wait_until(lambda: northwind.rows('--as', 'jan', 'timeline', 'lumen'),
               what='the milestone at the partner')
    wait_until(lambda: quiet(acme), what='a quiet link')
    before = len(frames.sent(acme))
    if hidden:
        acme.kith('milestone', 'add', 'lumen/g1', 'EVT', '--date',
                  '2027-03-01', '--build-qty', '250')
        acme.kith('post', 'secret-other', '-m', 'nobody may know of this')
        acme.kith('post', 'lumen', '-m', 'not this either', '--label',
                  'strictly-confidential')
        equal(len(frames.sent(acme)), before, 'frames after hidden edits')
    acme.kith('milestone', 'move', 'lumen/g1/evt', '--date', '2027-03-15')
    wait_until(lambda: [row for row in
                        northwind.rows('--as', 'jan', 'timeline', 'lumen')
                        if row['planned'] == '2027-03-15'],
               what='the moved milestone')
    wait_until(lambda: quiet(acme), what='a quiet link')
    acme.stop()
    return frames.shape(frames.sent(acme)[before:])


def main():
    with harness.Flow() as flow:
        alone = edits(flow, hidden=False)
        check(any(kind == frames.PUSH for kind, _ in alone),
              'the visible edit is pushed')
        beside = edits(flow, hidden=True)
        equal(beside, alone, 'frames beside hidden edits')


if __name__ == '__main__':
    main()
