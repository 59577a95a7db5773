#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the daemon costs when nobody talks: quick to start, small, and asleep."""
import os
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from lvclient import run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv  # noqa: E402

BUILD = os.environ['builddir']
START_MAX = 0.050   # seconds from process start to owned name
RSS_MAX = 15 * 1024  # KiB
START_TRIES = 20     # one shows what it takes: whatever else runs only makes it longer
REST = 60            # seconds
SETTLE = 1           # second without anything ...
SETTLE_TRIES = 5     # ... that has to come within so many


def switches(pid):
    """Voluntary context switches by thread."""
    found = {}
    for task in pathlib.Path(f'/proc/{pid}/task').iterdir():
        for line in (task / 'status').read_text().splitlines():
            if line.startswith('Name:'):
                name = line.split(None, 1)[1]
            if line.startswith('voluntary_ctxt_switches'):
                found[f'{name} {task.name}'] = int(line.split()[1])
    return found


def has_pool_thread(pid):
    """GLib keeps the helper thread that connected to the bus for a few seconds, in case that there is more to do."""
    names = [(task / 'comm').read_text().strip() for task in pathlib.Path(f'/proc/{pid}/task').iterdir()]
    return any(name.startswith('pool-') and name != 'pool-spawner' for name in names)


def rss(pid):
    for line in pathlib.Path(f'/proc/{pid}/status').read_text().splitlines():
        if line.startswith('VmRSS'):
            return int(line.split()[1])
    raise AssertionError('no VmRSS')


class DaemonTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = PwEnv().start()
        cls.addClassCleanup(cls.world.stop)

    def setUp(self):
        self.daemon = Daemon(BUILD, '[profile default]\nendpoint = engine\n',
                             {**self.world.env, 'GSETTINGS_BACKEND': 'dconf'})
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()

    def start(self):
        """Starts livevoiced itself, not through the bus; returns seconds to the owned name."""
        begin = time.monotonic()
        self.child = self.daemon.spawn('livevoiced', stderr=self.daemon.log)
        self.client.wait_name()
        return time.monotonic() - begin


class Start(DaemonTest):
    def test_start(self):
        times = []
        while len(times) < START_TRIES and min(times, default=START_MAX) >= START_MAX:
            times.append(self.start())
            self.child.send_signal(signal.SIGTERM)
            self.assertEqual(self.child.wait(10), 0)
        times.sort()
        print('process start to owned name: ' + ', '.join(f'{t * 1000:.0f}' for t in times) + ' ms')
        self.assertLess(times[0], START_MAX)


class AtRest(DaemonTest):
    def settle(self):
        """What was begun is finished: libraries clear up in threads of their own, once."""
        for _ in range(SETTLE_TRIES):
            before = switches(self.child.pid)
            run_for(SETTLE)
            if switches(self.child.pid) == before:
                return
        self.fail('the daemon does not come to rest')

    def assert_at_rest(self, what, seconds):
        wait_until(lambda: not has_pool_thread(self.child.pid), 60, 'end of the helper thread')
        self.settle()
        before = switches(self.child.pid)
        run_for(seconds)
        after = switches(self.child.pid)
        size = rss(self.child.pid)
        count = sum(after.values()) - sum(before.values())
        print(f'{what}: {count} wake-ups in {seconds} s, RSS {size / 1024:.1f} MiB, {len(after)} threads')
        self.assertEqual(after, before)
        return size

    def our_nodes(self):
        return self.world.wait_for(lambda objects: True, 'the graph') and [
            item for item in self.world.wait_for(lambda objects: True, 'the graph').values()
            if ((item.get('info') or {}).get('props') or {}).get('application.id') == 'org.livevoice.LiveVoice']

    def has_dconf(self):
        return 'libdconfsettings' in pathlib.Path(f'/proc/{self.child.pid}/maps').read_text()

    def test_asleep_before_any_conversation(self):
        self.start()
        self.client.manager('ListSessions')
        size = self.assert_at_rest('before any conversation', REST)
        self.assertLess(size, RSS_MAX)
        self.assertEqual(self.our_nodes(), [])
        self.assertFalse(self.has_dconf())

    def test_asleep_after_a_conversation(self):
        self.start()
        self.client.session('Start', '(a{sv})', {})
        self.client.wait_state('listening', timeout=30)
        wait_until(self.our_nodes, 10, 'our capture stream')
        self.assertTrue(self.has_dconf())  # the privacy switch is watched now, which must cost nothing later
        self.client.session('Stop')
        self.client.wait_state('idle')
        wait_until(lambda: not self.our_nodes(), 10, 'end of our streams')
        self.assert_at_rest('after a conversation', 10)


unittest.main(verbosity=2)
