#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests/run counts: nothing that failed may be lost, and nothing may pass twice."""
import json
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / 'lib/count-results'


class CountResults(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.first, self.second = self.directory / 'first.json', self.directory / 'second.json'

    def write(self, path, *results):
        path.write_text(''.join(json.dumps({'name': f'livevoice:{name}', 'result': result, 'stdout': output}) + '\n'
                                for name, result, output in results))

    def run_it(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=True).stdout.splitlines()

    def test_counts(self):
        self.write(self.first, ('a / tap', 'OK', 'ok 1 x\nok 2 y\n'), ('a / silent', 'OK', ''),
                   ('a / skipped', 'OK', 'ok 1 x # SKIP no camera\nok 2 y\n'), ('a / half', 'FAIL', 'ok 1 x\nnot ok 2 y\n'),
                   ('a / died', 'ERROR', 'ok 1 x\n'),
                   ('a / python', 'FAIL', 'test_x (m.C.test_x) ... ok\ntest_y (m.C.test_y) ... ERROR\n'))
        self.assertEqual(self.run_it(self.first), [
            '7 4', 'failed a / skipped: ok 1 x # SKIP no camera', 'failed a / half: not ok 2 y',
            'failed a / died: ERROR, after 1 that passed', 'failed a / python: test_y (m.C.test_y) ... ERROR'])

    def test_no_log(self):
        self.assertEqual(self.run_it(self.first), ['0 1', 'failed the suite: NONE, after 0 that passed'])
        self.assertEqual(self.run_it(self.first, self.second)[0], '0 1')

    def test_once_more(self):
        self.write(self.first, ('a / late', 'FAIL', 'ok 1 x\nnot ok 2 y\n'), ('a / bad', 'FAIL', 'not ok 1 z\n'),
                   ('a / good', 'OK', 'ok 1 x\n'))
        self.assertEqual(self.run_it('--again', self.first), ['late bad'])
        self.write(self.second, ('a / late', 'OK', 'ok 1 x\nok 2 y\n'), ('a / bad', 'FAIL', 'not ok 1 z\n'))
        self.assertEqual(self.run_it(self.first, self.second),
                         ['3 1', 'failed a / bad: not ok 1 z', 'unsteady a / late: not ok 2 y'])

    def test_never_once_more(self):
        self.write(self.first, ('a / hung', 'TIMEOUT', ''),
                   ('a / leaked', 'FAIL', 'ok 1 x\n==1==ERROR: LeakSanitizer: detected memory leaks\n'),
                   ('a / undefined', 'ERROR', 'x.c:1:2: runtime error: signed integer overflow\n'))
        self.assertEqual(self.run_it('--again', self.first), [''])
        self.write(self.first, *((f'a / {i}', 'FAIL', '') for i in range(9)))
        self.assertEqual(self.run_it('--again', self.first), [''])


if __name__ == '__main__':
    unittest.main(verbosity=2)
