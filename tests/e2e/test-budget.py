#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Budgets, with the tokens that the real engine counts: as a service, where they are spent, and as the engine at home, where
nothing is."""
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from enginetap import EngineTap  # noqa: E402
from lvclient import DEFAULT, error_name, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402

BUILD = os.environ['builddir']


class Budget(unittest.TestCase):
    def start(self, limits):
        self.engine = EngineTap(BUILD)
        self.addCleanup(self.engine.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.engine.url}\naudio = none\n[budget]\n{limits}\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])

    def begin(self, **options):
        self.client.session('Start', '(a{sv})', {key: GLib.Variant('s', value) for key, value in options.items()})
        self.client.wait_state('listening')

    def ask(self):
        """One turn; what it cost."""
        mark = len(self.client.signals)
        self.client.session('SendText', '(sa{sv})', 'What is seven times six?', {})
        return self.client.wait_signal('TurnComplete', mark=mark)[1]['total-tokens']

    def ask_until_closed(self, limit):
        spent = 0
        while spent < limit:
            spent += self.ask()
        self.client.wait_signal('Closed')
        return spent

    def refused(self):
        with self.assertRaises(GLib.Error) as caught:
            self.begin()
        return error_name(caught.exception), str(caught.exception)

    def test_day(self):
        self.start('day-tokens = 400')
        self.begin()
        spent = self.ask_until_closed(400)
        warning = self.client.wait_signal('Warning', lambda a: a[0] == 'budget')[1]
        reason, details = self.client.since(0, 'Closed')[0]
        self.assertEqual((warning['what'], warning['limit']), ('day-tokens', 400))
        self.assertGreaterEqual(warning['used'], 320)
        self.assertEqual((reason, details['error'].rsplit('.', 1)[1]), ('quota', 'QuotaExceeded'))
        self.assertEqual(self.client.get('LastError')[0].rsplit('.', 1)[1], 'QuotaExceeded')
        self.assertEqual(self.client.since(0, 'Transcript')[-1][1:], ('model', '7 times 6 is 42.', True))

        name, message = self.refused()
        self.assertEqual(name, 'QuotaExceeded')
        self.assertIn('day-tokens=400', message)
        self.assertIn('midnight', message)
        self.assertEqual(self.client.manager('GetUsage', '(a{sv})', {})['budget'], [('day-tokens', spent, 400)])
        told = subprocess.run([f'{BUILD}/src/cli/livevoicectl', 'usage'], env=self.daemon.env, text=True, check=True,
                              stdout=subprocess.PIPE).stdout
        self.assertIn(f'budget day-tokens: {spent} of 400 are spent, 0 left', told)
        self.begin(endpoint='engine')  # which costs nothing

    def test_offline_engine_costs_nothing(self):
        self.start('session-tokens = 100\nday-tokens = 100\nday-cost-cents = 1')
        self.begin(endpoint='engine')
        spent = sum(self.ask() for _ in range(3))
        self.assertGreater(spent, 100)
        self.assertEqual(self.client.since(0, 'Closed') + self.client.since(0, 'Warning'), [])
        usage = self.client.manager('GetUsage', '(a{sv})', {'session': GLib.Variant('o', DEFAULT)})
        self.assertEqual((usage['free'], usage['total']), (spent, spent))
        self.assertEqual([used for _, used, _ in usage['budget']], [0, 0, 0])

    def test_kept_over_a_restart(self):
        self.start('day-tokens = 100')
        self.begin()
        self.ask_until_closed(100)
        os.kill(self.daemon.pid(), 15)
        wait_until(lambda: self.daemon.pid() is None, 10, 'the end of the daemon')
        self.assertEqual(self.refused()[0], 'QuotaExceeded')


if __name__ == '__main__':
    unittest.main()
