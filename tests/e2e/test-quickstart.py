#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""data/quickstart on a desktop, of which there are a bus and PipeWire, and nothing that could start the daemon: somebody
asks for the time, sees what they said and the answer, and ends it with Ctrl-C. What it does without a desktop is the
test "conversation"."""
import os
import pathlib
import signal
import subprocess
import sys
import unittest

TESTS = pathlib.Path(os.environ['srcdir'])
sys.path.insert(0, str(TESTS / 'lib'))
from lvclient import wait_until  # noqa: E402
from pwenv import PwEnv  # noqa: E402


class Quickstart(unittest.TestCase):
    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.output = pathlib.Path(self.world.directory) / 'output'

    def quickstart(self):
        env = {**self.world.env, 'XDG_STATE_HOME': self.world.directory}
        env.pop('GEMINI_API_KEY', None)
        with self.output.open('w') as output:
            child = subprocess.Popen([TESTS.parent / 'data/quickstart', '--no-install', '--build', os.environ['builddir']],
                                     env=env, stdout=output, stderr=output, start_new_session=True)
        self.addCleanup(child.wait)
        self.addCleanup(lambda: child.poll() is not None or os.killpg(child.pid, signal.SIGKILL))
        return child

    def wait_output(self, words, child):
        wait_until(lambda: words in self.output.read_text().lower() or child.poll() is not None, 20, words)
        self.assertIn(words, self.output.read_text().lower())

    def test_desktop(self):
        child = self.quickstart()
        self.wait_output('listening', child)
        self.world.play_to_microphone(str(TESTS / 'data/audio/ask-time.wav'))
        self.wait_output('what time is it', child)
        self.wait_output('it is', child)
        os.killpg(child.pid, signal.SIGINT)
        wait_until(lambda: child.poll() is not None, 10, 'the end')
        self.assertEqual(child.returncode, 130)


if __name__ == '__main__':
    unittest.main(verbosity=2)
