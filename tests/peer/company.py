"""One company in RAM: its keys and card, the log that it keeps for one
partner and what it holds of that partner's (docs/PROTOCOL.md 1 to 4, 7, 8)."""
import os
import time

import nacl.bindings as sodium

from . import cards, kinds, notes, seal, strict, tree, wire
from .basics import Fault, SigningKey, need, sha, states

RELATION, DUTY, PROJECT = 1, 2, 3


class OwnLog:
    """Entries that this company tells; may be forked for a hostile peer."""

    def __init__(self, origin, key, number=1):
        self.origin, self.key, self.number = origin, key, number
        self.headers, self.sealed, self.keys = [], [], []
        self.tree = tree.Tree()
        self.salt = os.urandom(32)

    def __len__(self):
        return len(self.headers)

    def add(self, body, entry_class, seen, when=None, header=None):
        """Seals BODY; HEADER is called to change the header before it
        counts."""
        index = len(self)
        made, sealed, ek = seal.seal(
            body, self.origin, entry_class, index, when or int(time.time()),
            seen, seal.witness_of(self.salt, self.origin, index, 0,
                                  tree.EMPTY))
        made = header(made) if header else made
        self.headers.append(made)
        self.sealed.append(sealed)
        self.keys.append(ek)
        self.tree.add(made)

    def checkpoint(self, size=None, root=None):
        size = len(self) if size is None else size
        return notes.sign_checkpoint(
            self.key, self.origin, size,
            self.tree.roots[size] if root is None else root)

    def push(self, first, end, sealing, bare=()):
        """A Push of the entries FIRST to END - 1; those in BARE go without
        body."""
        bodies = [i for i in range(first, end) if i not in bare]
        push = {'log_number': self.number, 'first': first,
                'checkpoint': self.checkpoint(end),
                'entries': [{'header': self.headers[i], **(
                    {'sealed': self.sealed[i]} if i in bodies else {})}
                    for i in range(first, end)]}
        if bodies:
            push['keys'] = seal.box_keys([self.keys[i] for i in bodies],
                                         sealing)
        return push


class HeldLog:
    """What came of the partner's log."""

    def __init__(self, origin):
        self.origin = origin
        self.headers, self.bodies = [], []
        self.tree = tree.Tree()
        self.note = self.receipt = None
        self.items = {}

    def __len__(self):
        return len(self.headers)


class Company:
    """A company with one partner, whose card is PARTNER."""

    def __init__(self, name, endpoints=()):
        self.name = name
        self.root = SigningKey(os.urandom(32))
        self.id = self.root.public
        self.keys = {use: SigningKey(os.urandom(32))
                     for use in ('log', 'receipt', 'statement')}
        self.transport = sodium.crypto_box_keypair()
        self.sealing = sodium.crypto_box_keypair()
        self.card = self.make_card(int(time.time()))
        self.partner = None
        self.session, self.partner_session = 0, 0
        self.verified = True
        self.receipted = self.told = 0
        self.agreement = None
        self.former = []  # public halves of log keys of ours

    def make_card(self, revision, endpoints=()):
        keys = {**self.keys, 'transport': self.transport[0],
                'sealing': self.sealing[0]}
        return cards.make(self.id, keys, self.root, self.name,
                          revision=revision, endpoints=endpoints)

    def pair(self, partner):
        """Takes the partner's card; the logs of both begin."""
        self.partner = partner
        self.mine = OwnLog(notes.origin_of(self.id, partner.company, 1),
                           self.keys['log'])
        self.yours = HeldLog(notes.origin_of(partner.company, self.id, 1))

    def tell(self, record, entry_class=RELATION, **more):
        """Adds a body with RECORD to our log, returns its index."""
        body = {'entry_class': entry_class, 'record': record, **more}
        return self.tell_bytes(strict.encode(wire.BODY, body), entry_class)

    def tell_bytes(self, body, entry_class=RELATION):
        self.mine.add(body, entry_class, len(self.yours))
        return len(self.mine) - 1

    def open_log(self):
        """The three entries with which a log begins (8.3)."""
        self.tell(kinds.record(100, log_number=1, own_card=self.card.digest,
                               partner_card=self.partner.digest))
        for use, key in ((1, 'log'), (2, 'receipt')):
            self.tell(self.key_notice(use, self.keys[key].public))

    def key_notice(self, use, public, from_size=0, **more):
        record = kinds.record(101, key_use=use, public_key=public,
                              from_size=from_size, **more)
        signed = (self.mine.origin.encode() + b'\0' +
                  strict.encode(wire.RECORD, record))
        record['fields'].append({'number': 6, 'octets': self.keys[
            'statement'].state('key-notice', signed)})
        return record

    def sign_terms(self, proposal):
        """Our signature under a proposal of the partner (7.4)."""
        given = kinds.values(proposal)
        terms = wire.read_record(given['terms'])
        need(set(terms) == {'kind', 'fields'} and terms['kind'] == 103,
             'head of the terms')
        need(sha(given['terms']) == given['terms_digest'], 'digest of terms')
        inner = kinds.values(terms)
        need(inner['proposer'] == self.partner.company and
             inner['partner'] == self.id, 'parties of the terms')
        self.check_agreement(given, self.partner.statement)
        self.agreement = given['terms_digest']
        step = {'terms_digest': self.agreement, 'signer': 'pia',
                'signed_at': int(time.time())}
        signature = self.keys['statement'].state(
            'agreement', strict.encode(wire.RECORD, kinds.record(104, **step)))
        return kinds.record(104, {'id': os.urandom(16), 'revision': 1},
                            proposal=proposal['id'], signature=signature,
                            **step)

    @staticmethod
    def check_agreement(given, key):
        step = {name: given[name] for name in
                ('terms_digest', 'signer', 'signer_title', 'signed_at')
                if name in given}
        need(states(key, given['signature'], 'agreement', strict.encode(
            wire.RECORD, kinds.record(104, **step))), 'signature of terms')

    def take_push(self, push):
        """Checks and processes a Push (5.4); returns what is new as
        [(index, body)]."""
        held = self.yours
        need(push['log_number'] == 1, 'number of a log')
        need(push['first'] <= len(held), 'a gap')
        end = push['first'] + len(push['entries'])
        size, root = notes.read_checkpoint(push['checkpoint'], held.origin,
                                           self.partner.log)
        need(size == end, 'size of a checkpoint')
        eks = iter(seal.open_keys(push['keys'], *self.sealing)
                   if 'keys' in push else [])
        new = []
        for at, entry in enumerate(push['entries'], push['first']):
            header = seal.read_header(entry['header'])
            need(header.index == at, 'index of an entry')
            if at < len(held):
                need(held.headers[at] == entry['header'], 'a fork')
            else:
                need(not held.headers or header.time >= seal.read_header(
                    held.headers[-1]).time, 'time that goes back')
                need(header.seen <= len(self.mine), 'seen beyond our log')
                held.headers.append(entry['header'])
                held.bodies.append(None)
                held.tree.add(entry['header'])
            if 'sealed' in entry:
                body = seal.open_sealed(entry['header'], entry['sealed'],
                                        next(eks), held.origin)
                if held.bodies[at] is None:
                    held.bodies[at] = self.take_body(body, header)
                    new.append((at, held.bodies[at]))
        need(held.tree.roots[end] == root, 'root of a checkpoint')
        if end == len(held):
            held.note = push['checkpoint']
        return new

    def take_body(self, data, header):
        body, newer = wire.read_body(data)
        if newer:
            return body
        need(body['entry_class'] == header.entry_class, 'class of a body')
        record = body['record']
        kinds.check(record)
        if record['kind'] < 100 or record['kind'] in (103, 104, 106):
            number = record.get('revision', 0)
            last = self.yours.items.get(record['id'], (0, None))[0]
            need(number == last + 1, 'revision of an item')
            self.yours.items[record['id']] = (number, record)
        return body

    def receipt(self):
        """A Receipt for all that we hold (5.5)."""
        held = self.yours
        receipt = {'log_number': 1, 'processed': len(held)}
        if held.note and None not in held.bodies:
            text, _ = notes.parts(held.note)
            held.receipt = notes.cosign(self.keys['receipt'], self.id, text)
            receipt['note'] = held.receipt
        return receipt

    def take_receipt(self, receipt):
        need(self.receipted <= receipt['processed'] <= len(self.mine),
             'processed')
        self.told = receipt['processed']
        if 'note' not in receipt:
            return
        size, root, _ = notes.read_receipt(
            receipt['note'], self.mine.origin, self.partner.company,
            self.partner.receipt)
        need(root == self.mine.tree.roots[size], 'root of a receipt')
        self.receipted = size

    def claims(self):
        """`mine` and `yours` of a hello (5.3)."""
        mine, yours = {}, {}
        if len(self.mine):
            mine = {'log_number': 1, 'size': len(self.mine),
                    'note': self.mine.checkpoint()}
        if self.yours.note:
            note = self.yours.note
            if self.yours.receipt and notes.parts(note)[0] == notes.parts(
                    self.yours.receipt)[0]:
                note = notes.merge(note, self.yours.receipt)
            yours = {'log_number': 1, 'size': len(self.yours), 'note': note}
        return mine, yours

    def hello(self, own_nonce, nonce, **changed):
        """A signed hello; CHANGED replaces parts of its text."""
        self.session += 1
        mine, yours = self.claims()
        text = {'sender': self.id, 'receiver': self.partner.company,
                'sender_transport': self.transport[0],
                'receiver_transport': self.partner.transport,
                'sender_nonce': own_nonce, 'receiver_nonce': nonce,
                'protocol': 1, 'card': self.card.data,
                'session': self.session,
                'partner_session': self.partner_session,
                'verified': self.verified, 'mine': mine, 'yours': yours}
        text.update(changed)
        data = strict.encode(wire.HELLO_TEXT, text)
        return wire.frame(wire.HELLO, wire.SIGNED, {
            'text': data,
            'signature': self.keys['statement'].state('hello', data)})

    def read_own(self, note):
        """A checkpoint of ours, signed with a log key that we have or had."""
        for key in self.former:
            try:
                return notes.read_checkpoint(note, self.mine.origin, key)
            except Fault:
                continue
        return notes.read_checkpoint(note, self.mine.origin,
                                     self.keys['log'].public)

    def take_hello(self, payload, own_nonce, nonce):
        """Judges the partner's hello as 5.3 says; returns its text."""
        hello, text = payload
        card = cards.Card(text['card'])
        need(card.company == self.partner.company, 'company of a hello')
        self.partner = card
        need(states(card.statement, hello['signature'], 'hello',
                    hello['text']), 'signature of a hello')
        wanted = {'sender': card.company, 'receiver': self.id,
                  'sender_transport': card.transport,
                  'receiver_transport': self.transport[0],
                  'sender_nonce': nonce, 'receiver_nonce': own_nonce,
                  'protocol': 1}
        need(all(text[name] == value for name, value in wanted.items()),
             'a hello of another session')
        need(text.get('partner_session', 0) <= self.session,
             'a number that we never gave')
        need(text['session'] > self.partner_session, 'a number used before')
        self.partner_session = text['session']
        if 'note' in text['yours']:
            size, root = self.read_own(text['yours']['note'])
            need(size <= len(self.mine) and
                 root == self.mine.tree.roots[size], 'our own log')
        return text


