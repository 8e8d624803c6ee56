#!/usr/bin/python3
"""Each program is linked with the libraries of its layer and no other: what
reads hostile bytes holds no keys, and what holds them links no libzmq and no
libcurl. Programs that are not built are passed over."""
import os
import pathlib
import re
import subprocess
import unittest

BIN = pathlib.Path(os.environ['KITH_BUILD_DIR']) / 'bin'
# The C library, and what compilers and sanitizers bring along.
ALWAYS = {'libc', 'libm', 'libgcc_s', 'ld-linux-x86-64', 'libasan', 'libubsan',
          'libtsan', 'liblsan', 'libstdc++', 'libresolv'}
AGREEMENT = {'libsodium', 'libnettle', 'libprotobuf-c'}
ALLOWED = {
    'kithd': AGREEMENT | {'liblmdb', 'libconfuse'},
    'kith-net': AGREEMENT | {'libczmq', 'libzmq', 'libseccomp'},
    'kith-notify': AGREEMENT | {'libcurl'},
    'kith': AGREEMENT | {'libjansson', 'libcsv', 'libqrencode'},
}


def needed(program):
    text = subprocess.run(['readelf', '-d', program], check=True,
                          capture_output=True, text=True).stdout
    names = re.findall(r'\(NEEDED\).*\[(.*?)\.so', text)
    return {re.sub(r'-gnutls$', '', name) for name in names}


class Links(unittest.TestCase):
    def test_programs_link_only_what_their_layer_may(self):
        seen = 0
        for name, allowed in ALLOWED.items():
            program = BIN / name
            if not program.exists():
                continue
            seen += 1
            with self.subTest(program=name):
                self.assertEqual(needed(program) - ALWAYS - allowed, set())
        self.assertGreater(seen, 0, f'no program in {BIN}')

    def test_release_is_hardened(self):
        for name in ALLOWED:
            program = BIN / name
            if not program.exists() or 'release' not in str(BIN):
                continue
            text = subprocess.run(['readelf', '-dlW', program], check=True,
                                  capture_output=True, text=True).stdout
            with self.subTest(program=name):
                self.assertIn('BIND_NOW', text)
                self.assertIn('GNU_RELRO', text)
                self.assertIn('DYN (Position-Independent', text)
                self.assertNotRegex(text, r'GNU_STACK.* RWE ')


if __name__ == '__main__':
    unittest.main()
