"""The tables of docs/PROTOCOL.md 7.2, read from the text itself, and what
they demand of a record."""
import dataclasses
import pathlib
import re

from .basics import need
from .strict import text_of

TEXT = pathlib.Path(__file__).resolve().parents[2] / 'docs' / 'PROTOCOL.md'
VALUES = {'text': 'text', 'name': 'text', 'number': 'integer',
          'flag': 'integer', 'instant': 'integer', 'day': 'when',
          'when': 'when', 'choice': 'choice', 'ref': 'octets',
          'company': 'octets', 'digest': 'octets', 'octets': 'octets'}
SIZES = {'ref': 16, 'company': 32, 'digest': 32}


@dataclasses.dataclass
class Entry:
    name: str
    type: str
    marks: set
    size: int
    most: int
    choices: set


def read_tables():
    text = TEXT.read_text(encoding='utf-8')
    text = text.split('<!-- kinds:', 1)[1].split('<!-- end of kinds', 1)[0]
    tables, current = {}, None
    for line in text.splitlines():
        title = re.match(r'\*\*(\d+) (\w+)\*\*', line)
        row = re.match(r'\| (\d+) \| (\w+) \| ([^|]*) \| ([^|]*) \| (.*) \|',
                       line)
        if title:
            current = tables[int(title[1])] = {}
        elif row:
            kind = row[3].split(',')[0].split()[0]
            size = re.search(r'= (\d+)', row[3])
            most = re.search(r', (\d+)', row[3])
            choices = {int(one) for one in re.findall(r'(\d+) \w+', row[5])}
            current[int(row[1])] = Entry(
                row[2], kind, set(row[4].split()),
                int(size[1]) if size else SIZES.get(kind, 0),
                int(most[1]) if most else 0,
                choices if kind == 'choice' else set())
    return tables


TABLES = read_tables()


def check(record):
    """Fault unless RECORD keeps to the table of its kind."""
    table = TABLES.get(record['kind'])
    need(table is not None, f"kind {record['kind']}")
    seen = set()
    for field in record.get('fields', []):
        entry = table.get(field['number'])
        need(entry, f"field {field['number']} of kind {record['kind']}")
        need(field['number'] < 900, 'a field that leaves to nobody')
        need(entry.name not in seen or 'l' in entry.marks,
             f'{entry.name} twice')
        seen.add(entry.name)
        need(VALUES[entry.type] in field, f'type of {entry.name}')
        check_value(entry, field[VALUES[entry.type]])
    business = record['kind'] < 100
    for entry in table.values():
        must = 'm' in entry.marks and (not business or 'h' in entry.marks)
        need(not must or entry.name in seen, f'no {entry.name}')
    if business:
        need('id' in record and 'revision' in record and 'label' in record,
             'head of a business record')


def check_value(entry, value):
    if isinstance(value, str):
        text_of(value.encode(), line=entry.type == 'name')
        value = value.encode()
    if isinstance(value, bytes):
        need(not entry.size or len(value) == entry.size,
             f'length of {entry.name}')
        need(not entry.most or len(value) <= entry.most,
             f'length of {entry.name}')
        need('m' not in entry.marks or value, f'{entry.name} is empty')
    if entry.type == 'choice':
        need(value in entry.choices, f'choice of {entry.name}')
    if entry.type == 'day':
        need(value['kind'] == 1, f'{entry.name} is no date')
    if entry.type == 'flag':
        need(value in (0, 1), f'{entry.name} is no flag')


def values(record):
    """{name: value} of a record, lists for what may stand several times."""
    out = {}
    for field in record.get('fields', []):
        entry = TABLES[record['kind']][field['number']]
        value = field[VALUES[entry.type]]
        if 'l' in entry.marks:
            out.setdefault(entry.name, []).append(value)
        else:
            out[entry.name] = value
    return out


def record(kind, head=None, **given):
    """A record of KIND; GIVEN by the names of its table."""
    fields = []
    for number, entry in TABLES[kind].items():
        if entry.name in given:
            value = given[entry.name]
            for one in value if 'l' in entry.marks else [value]:
                fields.append({'number': number, VALUES[entry.type]: one})
            del given[entry.name]
    assert not given, given
    return {'kind': kind, **(head or {}), 'fields': fields}
