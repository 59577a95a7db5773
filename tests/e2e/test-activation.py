#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed units under a real systemd user manager: activation, readiness, watchdog, restart, clean end.

Runs inside tests/lib/user-session.
"""
import os
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from lvclient import Client, wait_until  # noqa: E402

UNIT = 'livevoiced.service'
ACTIVATION_MAX = 0.5  # seconds from the first call on a stopped system to its answer


def systemctl(*arguments):
    return subprocess.run(['systemctl', '--user', *arguments], check=True, capture_output=True, text=True).stdout.strip()


def show(name, unit=UNIT):
    return systemctl('show', unit, '--value', '-p', name)


class Activation(unittest.TestCase):
    def setUp(self):
        systemctl('stop', UNIT, 'livevoice-engine.socket', 'livevoice-engine.service')
        systemctl('reset-failed')
        self.client = Client(os.environ['DBUS_SESSION_BUS_ADDRESS'])
        self.addCleanup(self.client.close)

    def wait_unit(self, state, unit=UNIT, timeout=20):
        wait_until(lambda: show('ActiveState', unit) == state, timeout, f'{unit} {state}')

    def test_first_call_starts_the_daemon(self):
        self.assertEqual(show('ActiveState'), 'inactive')
        begin = time.monotonic()
        self.client.session('Toggle')
        elapsed = time.monotonic() - begin
        print(f'first Toggle() on a stopped system: {elapsed * 1000:.0f} ms')
        self.assertLess(elapsed, ACTIVATION_MAX)
        self.assertEqual(show('ActiveState'), 'active')
        self.assertNotEqual(self.client.get('State'), 'idle')

    def test_engine_is_started_by_its_socket_unit(self):
        self.client.session('Start', '(a{sv})', {})
        self.wait_unit('active', 'livevoice-engine.socket')
        self.wait_unit('active', 'livevoice-engine.service')
        # no audio server in this session: the conversation goes on in text
        self.client.wait_state('listening', 'paused', timeout=20)
        self.assertIn('conversation', show('StatusText'))

    def test_stop_ends_the_conversation_first(self):
        self.client.session('Subscribe', '(as)', ['transcript', 'state'])
        self.client.session('Start', '(a{sv})', {})
        self.client.wait_state('listening', 'paused', timeout=20)
        systemctl('stop', UNIT)
        self.assertEqual(show('Result'), 'success')
        self.assertEqual(show('ExecMainStatus'), '0')
        self.assertEqual(self.client.wait_signal('Closed')[0], 'shutdown')

    def test_killed_daemon_comes_back(self):
        self.client.manager('ListSessions')
        systemctl('kill', '--signal=KILL', UNIT)
        wait_until(lambda: show('NRestarts') == '1', 10, 'restart')
        self.wait_unit('active')
        self.assertEqual(self.client.get('State'), 'idle')

    def test_hung_daemon_is_noticed_while_a_conversation_runs(self):
        drop_in = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'systemd/user' / f'{UNIT}.d'
        drop_in.mkdir(parents=True, exist_ok=True)
        (drop_in / 'watchdog.conf').write_text('[Service]\nWatchdogSec=1\n')
        systemctl('daemon-reload')
        self.addCleanup(systemctl, 'daemon-reload')
        self.addCleanup((drop_in / 'watchdog.conf').unlink)

        self.client.manager('ListSessions')
        self.assertEqual(show('WatchdogUSec'), '0', 'at rest nobody watches, so that nobody wakes up')
        self.client.session('Start', '(a{sv})', {})
        wait_until(lambda: show('WatchdogUSec') == '1s', 10, 'watchdog')
        systemctl('kill', '--signal=STOP', UNIT)
        wait_until(lambda: show('NRestarts') == '1', 20, 'restart by the watchdog')

    def test_log_level_can_be_changed(self):
        self.client.manager('ListSessions')
        systemctl('service-log-level', UNIT, 'debug')
        self.assertEqual(systemctl('service-log-level', UNIT), 'debug')


unittest.main(verbosity=2)
