#!/usr/bin/python3
"""scripts/man makes a page for every noun; scdoc accepts all of them, and the
pages written by hand name what the programs have, no more and no less."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ['KITH_BUILD_DIR']) / 'bin'


def page(name):
    return (TOP / 'docs' / 'man' / f'{name}.scd').read_text()


def section(text, title):
    """What stands below the heading TITLE, up to the next heading."""
    return text.split(f'# {title}\n', 1)[1].split('\n# ', 1)[0]


def settings(text):
    """Names in bold that begin a paragraph: "*a*, *b* = _value_"."""
    lines = re.findall(r'^(\*[a-z_]+\*(?:, \*[a-z_]+\*)*) = ', text, re.M)
    return {name for line in lines for name in re.findall(r'\*(\w+)\*', line)}


class Man(unittest.TestCase):
    def test_every_noun_has_a_page_that_scdoc_accepts(self):
        with tempfile.TemporaryDirectory(prefix='kith.') as folder:
            done = subprocess.run([TOP / 'scripts' / 'man', folder,
                                   BIN / 'kith'], capture_output=True,
                                  text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            overview = subprocess.run([BIN / 'kith', 'help'], check=True,
                                      capture_output=True, text=True).stdout
            commands = overview.split('\nCommands:\n')[1].split('\n\n')[0]
            nouns = {line.split()[0] for line in commands.splitlines()}
            self.assertIn('partner', nouns)
            wanted = {f'kith-{noun}.1' for noun in nouns}
            wanted |= {'kith.1', 'kithd.8', 'kith.conf.5', 'kith-exit.7',
                       'kith-verify.1'}
            made = {made.name for made in pathlib.Path(folder).iterdir()}
            self.assertEqual(made, wanted)
            for name in made:
                with self.subTest(page=name):
                    text = (pathlib.Path(folder) / name).read_text()
                    self.assertIn('.SH NAME', text)

    def test_exit_codes_are_those_of_the_client(self):
        source = (TOP / 'client' / 'cli.h').read_text()
        have = set(re.findall(r'^    EXIT_\w+ = (\d+)', source, re.M))
        told = set(re.findall(r'^\|  (\d+)$', page('kith-exit.7'), re.M))
        self.assertEqual(told, have)

    def test_settings_are_those_of_the_configuration(self):
        source = (TOP / 'daemon' / 'base' / 'config_options.c').read_text()
        have = {}
        for name, body in re.findall(
                r'cfg_opt_t (\w+)\[\] = \{(.*?)CFG_END', source, re.S):
            have[name] = set(re.findall(
                r'CFG_(?:STR|STR_LIST|INT|BOOL)\("(\w+)"', body))
        # of channels that do not exist yet; config_checks.c refuses them
        have['channel'] -= {'to', 'smtp', 'secret', 'url', 'on', 'digest'}
        text = page('kith.conf.5')
        self.assertEqual(settings(section(text, 'SETTINGS')), have['root'])
        for name in ('limits', 'control'):
            with self.subTest(section=name):
                self.assertEqual(settings(section(text, f'SECTION {name}')),
                                 have[name])
        self.assertEqual(settings(section(text, 'SECTION channel "name"')),
                         have['channel'])

    def test_options_are_those_of_kithd(self):
        program = BIN / 'kithd'
        if not program.exists():
            self.skipTest('kithd is not built')
        help_text = subprocess.run([program, 'help'], check=True,
                                   capture_output=True, text=True).stdout
        have = set(re.findall(r'^  --([a-z-]+)', help_text, re.M))
        told = set(re.findall(r'^\*--([a-z-]+)\*', page('kithd.8'), re.M))
        self.assertEqual(told, have)
        verbs = set(re.findall(r'^  ([a-z]+) ', help_text, re.M))
        for verb in verbs:
            with self.subTest(command=verb):
                self.assertRegex(page('kithd.8'), rf'\*(kithd )?{verb}\*')


if __name__ == '__main__':
    if shutil.which('scdoc') is None:
        print('scdoc is not installed')
        sys.exit(77)
    unittest.main()
