#!/usr/bin/python3
"""scripts/layers refuses what it must: each test writes a small tree, breaks
one rule in it, and looks at the exit code and the sentence."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get('KITH_SOURCE_DIR') or
                      pathlib.Path(__file__).resolve().parents[2])

CONF = """
set c stddef.h
folder include/kith
system c
file status
file ids
folder proto
uses include/kith
system c
libraries sodium.h
file seal
file log
folder daemon/store
uses include/kith
system c
libraries lmdb.h
file kv
"""
TREE = {
    'include/kith/status.h': '',
    'include/kith/ids.h': '#include "kith/status.h"\n',
    'proto/seal.h': '#include <stddef.h>\n',
    'proto/seal.c': '#include "seal.h"\n#include <sodium.h>\n',
    'proto/log.c': '#include "kith/ids.h"\n#include "seal.h"\n',
    'daemon/store/kv.h': '#include "kith/status.h"\n',
    'daemon/store/kv.c': '#include "store/kv.h"\n#include <lmdb.h>\n',
}


class Layers(unittest.TestCase):
    def run_layers(self, changes, conf=CONF):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**TREE, **changes}.items():
                if text is None:
                    continue
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            (root / 'layers.conf').write_text(conf)
            done = subprocess.run(
                [sys.executable, SOURCE / 'scripts' / 'layers',
                 '--root', root, '--conf', root / 'layers.conf'],
                capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def refused(self, changes, words, conf=CONF):
        code, text = self.run_layers(changes, conf)
        self.assertEqual(code, 1, text)
        self.assertIn(words, text)

    def test_good_tree_passes(self):
        code, text = self.run_layers({})
        self.assertEqual(code, 0, text)
        self.assertIn('7 files in 3 folders, 9 includes: 0 upward', text)

    def test_include_of_a_later_file_is_refused(self):
        self.refused({'proto/seal.c': '#include "seal.h"\n#include "log.h"\n',
                      'proto/log.h': ''},
                     'proto/seal.c:2: includes log.h, which is listed later')

    def test_include_of_an_upper_folder_is_refused(self):
        self.refused({'proto/log.c': '#include "../daemon/store/kv.h"\n'},
                     'proto/log.c:1: ../daemon/store/kv.h is neither')
        self.refused({'daemon/store/kv.c': '#include "proto/seal.h"\n'},
                     'proto/seal.h is neither')

    def test_folder_that_is_not_named_is_refused(self):
        self.refused({'daemon/rules/gate.c': '#include "store/kv.h"\n'},
                     'daemon/rules may not use daemon/store',
                     CONF + 'folder daemon/rules\nuses include/kith\n'
                     'file gate\n')

    def test_folder_may_only_use_folders_above_it(self):
        self.refused({}, 'does not stand above it',
                     CONF + 'folder daemon/rules\nuses daemon/core\n')

    def test_circle_of_headers_is_refused(self):
        self.refused({'include/kith/status.h': '#include "kith/ids.h"\n'},
                     'include/kith/status.h -> include/kith/ids.h -> '
                     'include/kith/status.h')

    def test_unlisted_file_is_refused(self):
        self.refused({'proto/extra.c': ''}, 'extra is not listed')
        self.refused({'client/main.c': ''}, 'its folder is not listed',
                     CONF + 'folder client/formats\n')

    def test_listed_file_that_is_missing_is_refused(self):
        self.refused({'proto/log.c': None}, 'log is listed and does not exist')

    def test_library_header_outside_its_layer_is_refused(self):
        self.refused({'proto/log.c': '#include <lmdb.h>\n'},
                     'lmdb.h is neither in the tree nor allowed in proto')

    def test_system_header_outside_its_layer_is_refused(self):
        self.refused({'proto/log.c': '#include <sys/socket.h>\n'},
                     'sys/socket.h is neither in the tree nor allowed')


if __name__ == '__main__':
    unittest.main()
