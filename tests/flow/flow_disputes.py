"""Five disputes, years later: «I never sent it», «I never received it», «you
sent it without agreement», «you sent me something else», «you never destroyed
it». In each the pack of one side says in plain sentences who is right; a pack
whose maker lies, signed anew with its own keys, is refused at the place, or
proves less than it claims, and the pack of the other side answers it."""
import re

import harness
import packs
import steps
from harness import check, equal, wait_until
from packs import ENTRY, RECEIPT, notes, seal

MESSAGE, NDA_SIGNATURE, CERTIFICATE = 4, 104, 204
SECRET = 'SAFFRON-CANARY'
LAYERS, SCREWS = 'PCB moves to 8 layers', 'Torx screws in place'
UNSIGNED = 'SIGNED BY NO KEY OF ITS TELLER'
SECTIONS = ('PROVEN', 'NOT PROVEN', 'WHAT ONLY THE OTHER SIDE COULD BRING '
            'AGAINST IT')


class Side:
    """A company that makes packs, honest and other ones."""

    def __init__(self, flow, company, officer, partner, project):
        self.flow, self.company, self.officer = flow, company, officer
        self.partner, self.project = partner, project
        self.keys = packs.keys(company)
        self.honest, self.lies = [], []  # what kith-verify said
        self.path = flow.folder / f'{company.port}.evidence'

    def export(self, expect=0):
        """An honest pack; what kith-verify says of it."""
        self.path.unlink(missing_ok=True)
        self.company.kith(*self.officer, 'evidence', 'export', self.partner,
                          '--project', self.project, '--file', self.path)
        self.honest.append(steps.verify_pack(self.flow, self.path,
                                             expect=expect))
        check('saffron' not in self.honest[-1].lower(),
              f'nothing of another project\n{self.honest[-1]}')
        places = [self.honest[-1].find(f'\n{title}') for title in SECTIONS]
        check(-1 not in places and places == sorted(places),
              f'what is proven, what not, and what may be brought: {places}')
        return self.honest[-1]

    def lie(self, change, expect, *sentences):
        """Makes the same pack with CHANGE, signed as its own; what kith-verify
        says of it has the SENTENCES."""
        pack, path = packs.Pack(self.path), self.flow.folder / 'lie.evidence'
        change(pack)
        pack.write(path, self.keys['statement'])
        report = steps.verify_pack(self.flow, path, expect=expect)
        says(report, *sentences)
        self.lies.append(report)
        return report


def says(report, *sentences):
    words = ' '.join(report.split())
    for sentence in sentences:
        check(sentence in words, f'the report says «{sentence}»\n{report}')


def part(report, title):
    """What stands in REPORT under TITLE."""
    return report.split(f'\n{title}')[1].split('\n\n')[0]


def lay(flow):
    """The two, what was told and answered, all of it receipted."""
    acme = flow.company('ACME Devices')
    northwind = flow.company('Northwind EMS')
    names = steps.share(acme, northwind, 'lumen')
    for text in (LAYERS, SCREWS):
        acme.kith('post', 'lumen', '-m', text, '--kind', 'ask')
    ask = wait_until(lambda: [row for row in
                              northwind.rows('--as', 'jan', 'inbox')
                              if LAYERS in row['title']], what='the question')
    northwind.kith('--as', 'jan', 'answer', ask[0]['id'], 'accept', '-m',
                   'stack-up by Wed')
    wait_until(lambda: [row for row in acme.rows('inbox')
                        if 'stack-up' in row['title']], what='the answer')
    # of this one nothing is in any pack
    acme.kith('project', 'new', 'saffron', '--label', 'internal')
    acme.kith('grant', 'add', 'saffron', names[0], '--purpose', 'saffron',
              '--kinds', 'project,message', '--persons', 'jan', '--until',
              '2036-12-31')
    acme.kith('post', 'saffron', '-m', SECRET)
    wait_until(lambda: [row for row in northwind.rows('--as', 'jan', 'inbox')
                        if SECRET in row['title']], what=SECRET)
    settle(acme, northwind, names)
    northwind.kith('person', 'add', 'jan', '--role', 'officer')
    return (Side(flow, acme, [], names[0], 'lumen'),
            Side(flow, northwind, ['--as', 'jan'], names[1],
                 f'{names[1]}:lumen'), names)


def settle(acme, northwind, names):
    wait_until(lambda: all(row['size'] == row['receipted'] for company, name in
                           zip((acme, northwind), names) for row in
                           company.rows('evidence', 'show', name)),
               what='receipts')


def never_sent(acme, northwind):
    """ACME: «I never sent it». Northwind shows it."""
    report = northwind.export()
    says(part(report, 'WHAT ACME Devices TOLD Northwind EMS'), LAYERS)
    says(report, 'ACME Devices told what is shown above as its own, word for '
         'word and in that order', 'entries are in trees that it has signed')

    def put_into_its_mouth(pack):
        pack.reseal(pack.find(MESSAGE, LAYERS.encode()), b'8', b'6')

    northwind.lie(put_into_its_mouth, 10, 'of the partner: its proof does not '
                  'lead to the signed root')

    def without_tree(pack):
        put_into_its_mouth(pack)
        pack.find(MESSAGE, b'6 layers').bare()

    report = northwind.lie(without_tree, 3, UNSIGNED,
                           'entries that no checkpoint covers')
    check('SIGNED BY NO KEY' in report.split('6 layers')[1].split('\n  #')[0],
          f'it stands at that entry\n{report}')

    def with_own_checkpoint(pack):
        put_into_its_mouth(pack)
        pack.retree(pack.find(MESSAGE, b'6 layers'), northwind.keys['log'],
                    notes.sign_checkpoint)

    northwind.lie(with_own_checkpoint, 10, 'of the partner, is signed by no '
                  'key that was good for it')

    def receipt(key, origin, size, root):
        return notes.cosign(key, packs.Pack(northwind.path).companies[0],
                            notes.checkpoint_text(origin, size, root))

    def with_own_receipt(pack):
        put_into_its_mouth(pack)
        pack.retree(pack.find(MESSAGE, b'6 layers'), northwind.keys['receipt'],
                    receipt)

    northwind.lie(with_own_receipt, 3, UNSIGNED)


def never_received(acme, northwind):
    """Northwind: «I never received it». ACME shows its receipt."""
    report = acme.export()
    says(report.split(LAYERS)[1].split('\n  #')[0],
         'the receiver signed at', 'that it has it')
    says(report, 'Northwind EMS has stored and processed')

    def make_up_receipt(pack):
        for one in pack.parts:
            if one[0] == packs.NOTE and one[1][0] == RECEIPT:
                text = one[1][1:].decode().split('\n\n')[0] + '\n'
                one[1] = bytes([RECEIPT]) + notes.cosign(
                    acme.keys['receipt'], pack.companies[1], text)

    acme.lie(make_up_receipt, 10, 'is signed by no key that was good for it')

    def date_back(pack):
        for one in pack.parts:
            if one[0] == packs.NOTE and one[1][0] == RECEIPT:
                text, lines = one[1][1:].decode().split('\n\n')
                time = notes.parts(one[1][1:])[1][0][1][4:12]
                earlier = packs.u64(int.from_bytes(time, 'big') - 86400)
                blob = notes.parts(one[1][1:])[1][0][1]
                changed = notes.base64.b64encode(
                    blob[:4] + earlier + blob[12:]).decode()
                name = lines.split(' ')[1]
                one[1] = (bytes([RECEIPT]) + text.encode() +
                          f'\n\n\u2014 {name} {changed}\n'.encode())

    acme.lie(date_back, 10, 'is signed by no key that was good for it')

    def hide_receipts(pack):
        pack.drop_notes(RECEIPT, notes.origin_of(*reversed(pack.companies), 1))

    northwind.lie(hide_receipts, 3, 'no receipt covers them')


def without_agreement(acme, northwind):
    """Northwind: «you sent it without agreement». Both signatures stand before
    it; who leaves one out shows less, and the other side shows it."""
    report = acme.export()
    says(report.split(LAYERS)[1].split('\n  #')[0],
         'which both had signed before')
    says(part(report, 'AGREEMENTS'), 'proposed and signed for ACME Devices by',
         'signed for Northwind EMS by')

    def leave_out(pack):
        step = pack.find(NDA_SIGNATURE)
        pack.drop(lambda _, content: content is step)

    northwind.export()
    northwind.lie(leave_out, 3, 'UNDER AN AGREEMENT that only one side has '
                  'signed', 'NOT SIGNED by Northwind EMS in this pack')

    def another_signer(pack):
        step = pack.find(NDA_SIGNATURE)
        name = next(word for word in report.split('signed for Northwind EMS '
                                                  'by ')[1].split(','))
        pack.reseal(step, name.encode(), b'X' * len(name))

    acme.lie(another_signer, 10, 'its proof does not lead to the signed root')

    def sign_earlier(pack):
        step = pack.find(NDA_SIGNATURE)
        header = seal.read_header(step.header)
        step.header = (step.header[:2] + packs.u64(header.index - 1) +
                       step.header[10:])

    acme.lie(sign_earlier, 10, 'entry')


def something_else(acme, northwind):
    """Northwind: «you sent me something else». Both packs hold the same words,
    and no other words fit the signed entry."""
    for side in (acme, northwind):
        says(side.export(), LAYERS, SCREWS)
    said = [packs.Pack(side.path) for side in (acme, northwind)]
    equal(*[pack.body(pack.find(MESSAGE, LAYERS.encode())) for pack in said],
          'what both show')

    def exchange(pack):
        one = pack.find(MESSAGE, LAYERS.encode())
        other = pack.find(MESSAGE, SCREWS.encode())
        one.sealed, one.ek, other.sealed, other.ek = (
            other.sealed, other.ek, one.sealed, one.ek)

    def exchange_places(pack):
        one, other = (pack.find(MESSAGE, text.encode())
                      for text in (LAYERS, SCREWS))
        at, to = (next(i for i, (_, content) in enumerate(pack.parts)
                       if content is entry) for entry in (one, other))
        pack.parts[at][1], pack.parts[to][1] = other, one

    for side in (acme, northwind):
        side.lie(exchange, 10, 'what it is said to say is not what was sealed')
        side.lie(exchange_places, 10, 'an entry that is not behind the one '
                 'before it in its log')


def never_destroyed(acme, northwind, names):
    """ACME: «you never destroyed it». Northwind shows its certificate, which
    is in ACME's pack too."""
    acme.company.kith('destroy', 'request', names[0], '--project', 'lumen',
                      '--until', steps.day(9), '--yes')
    request = wait_until(lambda: northwind.company.rows('destroy', 'list'),
                         what='the request')[0]['id']
    check('destruction_certificate' not in acme.export(expect=None),
          'nothing is certified yet')
    northwind.company.kith('destroy', 'carry-out', request[:8], '--officer',
                           'J. Bauer', '--officer-title', 'quality manager',
                           '--exceptions', 'one drawing on paper', '--yes')
    wait_until(lambda: acme.company.rows('destroy', 'list')[0]['state'] ==
               'destroyed', what='the certificate')
    settle(acme.company, northwind.company, names)
    # it knows of no such project any more, but what was asked of it
    northwind.project = northwind.company.rows('destroy', 'list')[0]['project']
    for side, code in ((acme, 0), (northwind, 3)):
        report = side.export(expect=code)
        says(report, 'destruction_request', 'officer: J. Bauer',
             'exceptions: one drawing on paper', 'certified: its company has '
             'signed that these entries are destroyed')
    says(report, 'its text is not held any more')
    check(LAYERS not in report, 'the text is not in the receiver\'s pack')

    def another_officer(pack):
        pack.reseal(pack.find(CERTIFICATE), b'J. Bauer', b'K. Maier')

    for side in (acme, northwind):
        side.lie(another_officer, 10, 'its proof does not lead to the signed '
                 'root')

    def certify_aside(pack):
        another_officer(pack)
        pack.find(CERTIFICATE).bare()

    northwind.lie(certify_aside, 3, UNSIGNED, 'NOT CERTIFIED: the signature '
                  'does not hold')

    def leave_out(pack):
        step = pack.find(CERTIFICATE)
        pack.drop(lambda kind, content: kind == ENTRY and content is step)

    report = acme.lie(leave_out, 0, 'destruction_request',
                      'That nothing else was told')
    check('certified:' not in report, 'it proves no destruction')


def quoted(sides):
    """What docs/EVIDENCE.md quotes under each dispute was printed here."""
    text = (harness.SOURCE / 'docs' / 'EVIDENCE.md').read_text()
    text = text.split('## Five disputes')[1].split('\n## ')[0]
    said = ' '.join(' '.join(report.split()) for side in sides
                    for report in side.honest + side.lies)
    disputes = text.split('**«')[1:]
    equal(len(disputes), 5, 'disputes in EVIDENCE.md')
    count = 0
    for dispute in disputes:
        quotes = re.findall(r'`((?!kith )[^`]+)`', dispute)
        check(quotes, f'a quotation in: {dispute}')
        for quote in quotes:
            words = re.escape(' '.join(quote.split())).replace('…', '.{1,80}')
            check(re.search(words, said), f'kith-verify says «{quote}»')
            count += 1
    return count


def main():
    with harness.Flow() as flow:
        acme, northwind, names = lay(flow)
        for side in (acme, northwind):
            side.export()
        never_sent(acme, northwind)
        never_received(acme, northwind)
        without_agreement(acme, northwind)
        something_else(acme, northwind)
        never_destroyed(acme, northwind, names)
        quotes = quoted((acme, northwind))
        honest, lies = (sum(len(getattr(side, which)) for side in
                            (acme, northwind)) for which in ('honest', 'lies'))
        print(f'5 disputes, {honest} honest packs, {lies} lying ones; '
              f'{quotes} quotations of EVIDENCE.md')


if __name__ == '__main__':
    main()
