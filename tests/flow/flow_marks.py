"""Every output that shows a record says how confidential it is, and what bears no
mark cannot be sent (F38)."""
import faults
import harness
from harness import check, equal

LABEL = 'confidential'


def marked(company, before, words, shown):
    """Each line with SHOWN in the text bears the mark, and each row of --json
    that has it too."""
    text = company.kith(*before, *words).out
    lines = [line for line in text.splitlines() if shown in line]
    check(lines, f'{words} shows {shown}: {text}')
    rows = company.rows(*before, *words)
    rows = [row for row in (rows if isinstance(rows, list) else [rows])
            if shown in str(row)]
    check(rows, f'{words} --json shows {shown}')
    for row in rows:
        equal(row.get('label'), LABEL, f'{words}: {row}')
    return text, lines


def main():
    with harness.Flow() as flow:
        pair = faults.Pair(flow)
        acme, northwind = pair.both
        acme.kith('generation', 'new', 'lumen', 'gen1', '--label', LABEL)
        acme.kith('milestone', 'add', 'lumen/gen1', 'Alpha', '--date',
                  '2027-03-01', '--label', LABEL, '--type', 'evt')
        acme.kith('milestone', 'add', 'lumen/gen1', '', '--date', '2027-04-01',
                  '--label', LABEL, '--type', 'release', expect=None)
        acme.kith('post', 'lumen', '-m', 'eight layers', '--kind', 'ask',
                  '--label', LABEL)
        pair.settle()
        item = northwind.rows('--as', 'jan', 'inbox')[0]['id']
        for company, before, place in ((acme, [], ''),
                                       (northwind, ['--as', 'jan'], 'acme:')):
            for words, shown in ((['timeline'], 'Alpha'),
                                 (['generation', 'list'], 'gen1'),
                                 (['milestone', 'list'], 'Alpha')):
                _, lines = marked(company, before, words, shown)
                check(all(LABEL in line for line in lines), f'{lines}')
            log = company.kith(*before, 'log', f'{place}lumen').out
            heads = [line for line in log.splitlines()
                     if ', revision ' in line and ' project ' not in line]
            check(len(heads) >= 3 and all(line.endswith(f'  {LABEL}')
                                          for line in heads), log)
            table = company.kith(*before, 'export', 'lifecycle').out
            equal([line.rsplit(',', 1)[1] for line in table.splitlines()],
                  ['marking', LABEL], 'the marks of an export')
            for words in (['show', f'{place}lumen/gen1'],
                          ['show', f'{place}lumen/gen1/Alpha']):
                text, _ = marked(company, before, words, words[1][-5:].split(
                    '/')[-1])
                check(f'label                {LABEL}' in text, text)
        _, lines = marked(northwind, ['--as', 'jan'], ['inbox'], 'eight layers')
        check(all(f'  {LABEL}  ' in line for line in lines), f'{lines}')
        text, _ = marked(northwind, ['--as', 'jan'], ['inbox', 'show', item],
                         'eight layers')
        check(f'label                {LABEL}' in text, text)


if __name__ == '__main__':
    main()
