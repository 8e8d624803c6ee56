#!/usr/bin/python3
"""What the documents name exists: files of the tree, functions, tests, and
commands of kith."""
import os
import pathlib
import re
import subprocess
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ['KITH_BUILD_DIR']) / 'bin'
PAGES = [TOP / name for name in ('README.md', 'SECURITY.md', 'CHANGELOG.md')]
PAGES += sorted((TOP / 'docs').glob('*.md'))
FOLDERS = ('client', 'daemon', 'docs', 'include', 'proto', 'scripts', 'tests',
           'verify')
TESTS = ('unit', 'fuzz', 'flow', 'docs')


def code_spans(text):
    """Words between back quotes, and lines of blocks."""
    return re.findall(r'`([^`\n]+)`', text)


def typed(text):
    """Lines of blocks that begin with a prompt and kith."""
    joined = re.sub(r'\\\n\s*', ' ', text)
    return re.findall(r'^ +(?:acme|northwind)?\$ kith ([^|>\n]+)', joined, re.M)


class Names(unittest.TestCase):
    def test_files_that_are_named_exist(self):
        seen = 0
        for page in PAGES:
            for span in code_spans(page.read_text()):
                path = span.rstrip('/')
                if '/' not in path or path.split('/')[0] not in FOLDERS:
                    continue
                if re.search(r'[ *{}<>A-Z]|_X', path) and not path.endswith(
                        '.md'):
                    continue
                seen += 1
                with self.subTest(page=page.name, path=path):
                    self.assertTrue((TOP / path).exists())
        self.assertGreater(seen, 50)

    def test_functions_that_are_named_exist(self):
        code = '\n'.join(
            path.read_text() for folder in ('client', 'daemon', 'proto')
            for path in sorted((TOP / folder).rglob('*.c')))
        named = set()
        for page in PAGES:
            named |= set(re.findall(r'`(\w+)\(\)`', page.read_text()))
        self.assertGreater(len(named), 30)
        for name in sorted(named):
            with self.subTest(function=name):
                self.assertRegex(code, rf'(?m)^[a-z].*\b{name}\(')

    def test_tests_that_are_named_exist(self):
        listed = subprocess.run(
            ['ctest', '--test-dir', BIN.parent, '-N'], check=True,
            capture_output=True, text=True).stdout
        have = set(re.findall(r'Test +#\d+: (\S+)', listed))
        self.assertIn('docs.names', have)
        for page in PAGES:
            named = {span for span in code_spans(page.read_text())
                     if re.fullmatch(rf'({"|".join(TESTS)})\.[a-z0-9_-]+',
                                     span)}
            with self.subTest(page=page.name):
                self.assertEqual(named - have, set())

    def test_commands_that_are_typed_are_in_the_table(self):
        seen = 0
        for page in PAGES:
            for line in typed(page.read_text()):
                words = [word for word in line.split()
                         if re.fullmatch('[a-z]+', word)]
                seen += 1
                for count in (3, 2, 1):
                    done = subprocess.run(
                        [BIN / 'kith', 'help', *words[:count]],
                        capture_output=True, check=False)
                    if done.returncode == 0:
                        break
                with self.subTest(page=page.name, line=line):
                    self.assertEqual(done.returncode, 0)
        self.assertGreater(seen, 20)


if __name__ == '__main__':
    unittest.main()
