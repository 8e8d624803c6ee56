"""Does a test fail when one condition of the disclosure decision is wrong?

Copies the tree, writes every operand of every condition in the given files so
that the environment variable KITH_MUTANT turns exactly that one round, builds
the unit tests once, and runs them for each operand. A mutant that no test
notices is named; the exit code is 1 then.

usage: mutate.py --work FOLDER --tests "NAME..." [--only FILE:LINE] FILE...
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
CONDITION = re.compile(r'\b(if|while|for)\s*\(')
TIMEOUT_S = 20  # a condition turned round can make a loop endless
SWITCH = '''
extern char *getenv(const char *name);
extern int atoi(const char *text);
static int kith_mutant(int number)
{
    static int chosen = -1;

    if (chosen < 0) {
        const char *text = getenv("KITH_MUTANT");

        chosen = text == 0 ? 0 : atoi(text);
    }
    return chosen == number;
}
'''


def blank(source):
    """SOURCE without comments, directives and what texts say; same length."""
    def spaces(found):
        return re.sub(r'[^\n]', '_' if found[0][0] in '"\'' else ' ',
                      found[0])
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\''
                  r'|^[ \t]*#[^\n]*(?:\\\n[^\n]*)*',
                  spaces, source, flags=re.S | re.M)


def closing(text, at):
    """Index of the bracket that closes the one at AT."""
    depth = 0
    for here in range(at, len(text)):
        depth += text[here] in '([{'
        depth -= text[here] in ')]}'
        if depth == 0:
            return here
    raise ValueError(f'no end of the bracket at {at}')


def split(text, begin, end, marks):
    """Pieces of text[begin:end] between MARKS outside brackets."""
    pieces, depth, here, start = [], 0, begin, begin
    while here < end:
        depth += text[here] in '([{'
        depth -= text[here] in ')]}'
        mark = next((mark for mark in marks
                     if depth == 0 and text.startswith(mark, here)), None)
        if mark is None:
            here += 1
            continue
        pieces.append((start, here))
        here += len(mark)
        start = here
    return pieces + [(start, end)]


def outside_brackets(text):
    while True:
        text, count = re.subn(r'\([^()]*\)', '', text)
        if count == 0:
            return text


def trim(text, begin, end):
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    return begin, end


def operands(text, begin, end):
    """Spans of the operands of one condition, brackets entered."""
    begin, end = trim(text, begin, end)
    pieces = split(text, begin, end, ('&&', '||'))
    if len(pieces) > 1:
        for piece in pieces:
            yield from operands(text, *piece)
        return
    inner = begin + 1 if text[begin] == '!' else begin
    if text[inner] == '(' and closing(text, inner) == end - 1 and \
            ('&&' in text[inner:end] or '||' in text[inner:end]):
        yield from operands(text, inner + 1, end - 1)
        return
    if begin < end:
        yield begin, end


def spans(source):
    """Spans of every operand of every condition in SOURCE."""
    text = blank(source)
    found = set()
    for match in CONDITION.finditer(text):
        begin, end = match.end(), closing(text, match.end() - 1)
        if match[1] == 'for':
            parts = split(text, begin, end, (';',))
            begin, end = parts[1]
        if text[begin:end].strip():
            found.update(operands(text, begin, end))
    # «return a && b», «x = a || b», «x = a == b ? c : d»
    for match in re.finditer(r'\breturn\b|[^=!<>&|+\-]=(?=[^=])', text):
        begin = match.end()
        stop = re.compile(r'[;{]').search(text, begin)
        if stop is None or stop[0] == '{':
            continue
        end = stop.start()
        comma = split(text, begin, end, (',',))
        begin, end = comma[0]
        if any(text[begin:end].count(one) != text[begin:end].count(other)
               for one, other in ('()', '[]')):
            continue
        parts = split(text, begin, end, ('?',))
        is_choice = len(parts) == 2
        first = parts[0]
        words = outside_brackets(text[first[0]:first[1]])
        if is_choice or '&&' in words or '||' in words or \
                (match[0] == 'return' and
                 re.search(r'[=!<>]=|[^-<>]>|<[^<]', words)):
            found.update(operands(text, *first))
    return sorted(found)


class Mutant:
    def __init__(self, number, path, line, words):
        self.number = number
        self.path = path
        self.line = line
        self.words = ' '.join(words.split())

    def __str__(self):
        return f'{self.path}:{self.line}: {self.words}'


def instrument(path, first):
    """Writes the copy of PATH; returns its mutants, numbered from FIRST."""
    source = path.read_text()
    out, mutants, at = [], [], 0
    for begin, end in spans(source):
        number = first + len(mutants)
        out += [source[at:begin], f'((!({source[begin:end]})) == '
                f'kith_mutant({number}))']
        mutants.append((number, source.count('\n', 0, begin) + 1,
                        source[begin:end]))
        at = end
    out.append(source[at:])
    text = ''.join(out)
    last = [found.end() for found in re.finditer(r'^#include.*\n', text, re.M)]
    text = text[:last[-1]] + SWITCH + text[last[-1]:]
    path.write_text(text)
    return mutants


def copy_tree(work):
    listed = subprocess.run(['git', 'ls-files', '-z'], cwd=TOP, check=True,
                            capture_output=True).stdout
    for name in filter(None, listed.decode().split('\0')):
        copy = work / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TOP / name, copy)


def build(work, names):
    targets = [f'test_{name}' for name in names]
    for command in (['cmake', '--preset', 'dev'],
                    ['cmake', '--build', '--preset', 'dev', '--target',
                     *targets]):
        done = subprocess.run(command, cwd=work, capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            sys.exit(f'{done.stdout[-3000:]}{done.stderr[-3000:]}')


def noticed_by(work, names, number):
    """Name of the first test that fails with mutant NUMBER; None: none."""
    folder = work / f'run-{number}'
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, 'KITH_MUTANT': str(number),
                   'TMPDIR': str(folder)}
    for name in names:
        try:
            done = subprocess.run([work / 'build-dev/tests' / f'test_{name}'],
                                  env=environment, capture_output=True,
                                  timeout=TIMEOUT_S, check=False,
                                  cwd=work / 'tests/unit')
        except subprocess.TimeoutExpired:
            return name
        if done.returncode != 0:
            return name
    return None


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--work', type=pathlib.Path, required=True)
    parser.add_argument('--tests', required=True)
    parser.add_argument('--only')
    parser.add_argument('files', nargs='+')
    given = parser.parse_args()
    names = given.tests.split()
    copy_tree(given.work)
    mutants = []
    for file in given.files:
        found = instrument(given.work / file, len(mutants) + 1)
        mutants += [Mutant(number, file, line, words)
                    for number, line, words in found]
    build(given.work, names)
    if noticed_by(given.work, names, 0) is not None:
        sys.exit('a test fails without any mutant')
    asked = [mutant for mutant in mutants
             if given.only in (None, f'{mutant.path}:{mutant.line}')]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(
            lambda mutant: noticed_by(given.work, names, mutant.number),
            asked))
    missed = [mutant for mutant, name in zip(asked, found) if name is None]
    for name in names:
        print(f'{found.count(name):4} noticed by unit.{name}')
    for mutant in missed:
        print(f'not noticed: {mutant}')
    print(f'{len(asked)} conditions turned round, {len(missed)} not noticed')
    sys.exit(1 if missed or not asked else 0)


if __name__ == '__main__':
    main()
