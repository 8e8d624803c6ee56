"""The life of an agreement, with clocks that people set: proposed, countersigned,
amended, watched 90, 30 and 0 days before its end, over, with duties that go on;
another one that is ended by one side; what was said aloud, confirmed in time or
not. Half-signed and stale steps change nothing, and both sides read why."""
import clocks
import harness
import steps
from clocks import day, go_to
from harness import check, equal, wait_until

def agreements(company):
    return {row['agreement']: row for row in company.rows('nda', 'list')}


def in_state(company, digest, state):
    wait_until(lambda: agreements(company).get(digest, {}).get('state') ==
               state, what=f'{company.name}: {digest[:8]} is {state}')


def text(company, name):
    path = company.home / name
    path.write_text(f'What we tell each other stays between us: {name}.\n')
    return path


def told_of_the_end(company):
    return [row['text'] for row in company.rows('notify', 'list')
            if row.get('kind') == 'agreement']


def titles(northwind):
    return [row['title'] for row in northwind.rows('--as', 'jan', 'inbox')]


def post(acme, name, words, expect=0):
    return acme.kith('post', 'lumen', '-m', words, '--to', name, expect=expect)


def propose_and_sign(acme, northwind, names):
    """Half-signed nothing leaves; countersigned it does. Returns the digest."""
    path = text(acme, 'nda.txt')
    acme.kith('nda', 'propose', names[0], '--file', path, '--purpose',
              'assembly', '--from', '2026-01-01', '--until', day(100),
              '--years', '3', '--trade-secrets', '--signer', 'Ada Byron',
              '--signer-title', 'head of sourcing', '--notice-address',
              'Dock 1')
    wait_until(lambda: agreements(northwind), what='the proposal')
    digest, = agreements(northwind)
    check('nda_missing' in acme.kith('--json', 'post', 'lumen', '-m', 'x',
                                     '--to', names[0], expect=5).err,
          'half-signed: nothing leaves')
    other = text(northwind, 'other.txt')
    northwind.kith('nda', 'sign', names[1], other, expect=10)
    northwind.kith('nda', 'sign', names[1], path, '--signer', 'Jan de Vries',
                   '--signer-title', 'director')
    for company in (acme, northwind):
        in_state(company, digest, 'in_force')
    row = acme.rows('nda', 'show', names[0])
    row = row[0] if isinstance(row, list) else row
    equal((row['own_signer_title'], row['partner_signer'],
           row['partner_signer_title'], row['own_notice_address']),
          ('head of sourcing', 'Jan de Vries', 'director', 'Dock 1'),
          'who signed')
    check('trade secrets' in row['duty'], str(row))
    return digest


def amend(acme, northwind, names, former):
    """Until day 130, without the number of years. Returns the digest."""
    path = text(northwind, 'amendment.txt')
    northwind.kith('nda', 'amend', names[1], '--file', path, '--until',
                   day(130), '--from', '2026-01-01', '--signer-title',
                   'director')
    wait_until(lambda: len(agreements(acme)) == 2, what='the amendment')
    digest = next(one for one in agreements(acme) if one != former)
    equal(agreements(acme)[former]['state'], 'in_force', 'half-signed')
    equal(agreements(northwind)[former]['state'], 'in_force', 'half-signed')
    acme.kith('nda', 'sign', names[0], path)
    for company in (acme, northwind):
        in_state(company, digest, 'in_force')
        in_state(company, former, 'superseded')
    northwind.kith('nda', 'amend', names[1], '--file', path, '--agreement',
                   former[:8], '--until', day(200), expect=6)
    return digest


def watched(acme, northwind, names):
    """Notices at 90, 30 and 0 days; then nothing leaves and nothing is read."""
    both = (acme, northwind)
    for ahead, count, words in ((39, 0, ''), (41, 1, 'ends in 89 days'),
                                (100, 2, 'ends in 30 days'),
                                (130, 3, 'ends today')):
        go_to(both, ahead)
        for company in both:
            wait_until(lambda c=company: len(told_of_the_end(c)) == count,
                       what=f'{company.name}: {count} notices on {ahead}')
            check(count == 0 or words in told_of_the_end(company)[0],
                  str(told_of_the_end(company)))
    post(acme, names[0], 'on the last day')
    wait_until(lambda: 'on the last day' in titles(northwind),
               what='the last day is still in force')
    go_to(both, 131)
    result = post(acme, names[0], 'too late', expect=5)
    check('not in force' in result.err, str(result))
    northwind.kith('--as', 'jan', 'project', 'show', 'lumen', expect=6)
    for company in both:
        equal(len(told_of_the_end(company)), 3, 'no more of them')
        rows = agreements(company).values()
        check(all(row['duty'].startswith('until ') for row in rows) and
              {row['state'] for row in rows} == {'superseded', 'expired'},
              f'duties stay listed: {rows}')
        kept = [row for row in company.rows('told') if 'protect_until' in row]
        check(kept and all(row['protect_until'] > day(131) for row in kept),
              'what protects the records')
        equal(sum(line['act'] == 'nda_end_told' for line in
                  company.rows('audit', 'show', '--limit', '1000')), 3,
              'audited')


def end(acme, northwind, names):
    """A new agreement without a last day; one side ends it while the other does
    not hear of it: at once for its author, on arrival for the other, whose
    amendment comes too late."""
    path = text(acme, 'second.txt')
    known = set(agreements(northwind))
    acme.kith('nda', 'propose', names[0], '--file', path, '--purpose',
              'assembly', '--from', day(131), '--until-terminated',
              '--marking-days', '5',
              '--perpetual')
    wait_until(lambda: len(agreements(northwind)) > len(known),
               what='the second proposal')
    digest = next(one for one in agreements(northwind) if one not in known)
    northwind.kith('nda', 'sign', names[1], path)
    for company in (acme, northwind):
        in_state(company, digest, 'in_force')
    oral(acme, northwind, names)
    acme.kith('partner', 'pause', names[0])
    northwind.kith('nda', 'end', names[1], '--agreement', digest[:8],
                   '--signer', 'Jan de Vries', '--signer-title', 'director',
                   '--yes')
    in_state(northwind, digest, 'ended')
    known = set(agreements(acme))
    acme.kith('nda', 'amend', names[0], '--file', path, '--agreement',
              digest[:8], '--marking-days', '9')
    late = next(one for one in agreements(acme) if one not in known)
    acme.kith('partner', 'resume', names[0])
    in_state(acme, digest, 'ended')
    row = agreements(acme)[digest]
    equal((row['ended_by'], row['duty']),
          ('Jan de Vries, director', 'without end'), 'who ended it')
    check('was ended on' in told_of_the_end(acme)[0], 'people are told')
    wait_until(lambda: agreements(acme)[late].get('refused') == 'nda_stale',
               what='why the amendment came too late')
    check(late not in agreements(northwind), 'it changed nothing there')
    check(any(line['act'] == 'nda_step_refused' and
              line['text'] == 'nda_stale' for line in
              northwind.rows('audit', 'show', '--limit', '1000')),
          'and is audited')
    post(acme, names[0], 'after the end', expect=5)


def memos(company):
    return {row['about']: row for row in company.rows('disclose', 'list')}


def disclose(acme, name, about, said):
    acme.kith('disclose', name, about, '--oral', '-m', f'aloud: {about}',
              '--said-to', 'Jan de Vries', '--said-on', said)


def oral(acme, northwind, names):
    """Five days to confirm: one memo is, the other is not."""
    acme.kith('generation', 'new', 'lumen', 'g2')
    disclose(acme, names[0], 'lumen', day(130))
    disclose(acme, names[0], 'lumen/g2', day(131))
    equal(memos(acme)['lumen']['due'], day(135), 'five days')
    wait_until(lambda: len([row for row in northwind.rows('--as', 'jan',
                                                          'inbox')
                            if row['kind'] == 'oral']) == 2,
               what='the memos')
    item, = [row for row in northwind.rows('--as', 'jan', 'inbox')
             if row['title'] == 'aloud: lumen']
    equal(item['due'], day(135), 'the partner reads until when')
    northwind.kith('--as', 'jan', 'answer', item['id'], 'accept')
    wait_until(lambda: memos(acme)['lumen']['state'] == 'confirmed',
               what='the confirmation')
    equal(memos(acme)['lumen/g2']['state'], 'open', 'the other memo')
    acme.kith('disclose', names[0], 'lumen', '--oral', '-m', 'x', '--said-to',
              'Jan', '--said-on', day(140), expect=2)
    go_to((acme, northwind), 136)
    equal(memos(acme)['lumen/g2']['state'], 'open', 'its last day')
    go_to((acme, northwind), 137)
    equal(memos(acme)['lumen/g2']['state'], 'overdue', 'a day later')
    wait_until(lambda: [row for row in acme.rows('notify', 'list')
                        if row.get('kind') == 'oral disclosure'],
               what='the alarm')
    check(any(row['check'].startswith('oral disclosure') for row in
              acme.kith('--json', 'doctor', expect=None).json), 'doctor')
    check('oral disclosure' in acme.kith('status', expect=None).out, 'status')
    equal(len([row for row in acme.rows('notify', 'list')
               if row.get('kind') == 'oral disclosure']), 1, 'told once')


def main():
    with harness.Flow() as flow:
        acme, northwind, names = clocks.pair(flow)
        steps.bind_person(northwind, 'jan', acme, names[0])
        acme.kith('project', 'new', 'lumen', '--label', 'internal')
        first = propose_and_sign(acme, northwind, names)
        acme.kith('grant', 'add', 'lumen', names[0], '--purpose', 'assembly',
                  '--kinds', 'project,generation,milestone,message',
                  '--persons', 'jan', '--until', '2036-12-31')
        post(acme, names[0], 'now it may leave')
        wait_until(lambda: 'now it may leave' in titles(northwind),
                   what='what may leave')
        amend(acme, northwind, names, first)
        watched(acme, northwind, names)
        end(acme, northwind, names)


if __name__ == '__main__':
    main()
