#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A subscriber that is stopped while the transcript grows by megabytes: nothing piles up, others hear all of it at once.
With --long it stays stopped until it is given up, and the figures are printed."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

LIB = pathlib.Path(__file__).resolve().parent.parent / 'lib'
sys.path.insert(0, str(LIB))
from lvclient import wait_until  # noqa: E402
from mediatest import UNWATCHED, MediaTest  # noqa: E402

LONG = '--long' in sys.argv
ITEM = 15000  # bytes, less than an item may have
N_ITEMS = 2000 if LONG else 600  # 30 or 9 MB
ROOM = 6  # MiB that a bus may grow by, of which the barrier lets 0.25 through


def memory(pid):
    """MiB."""
    with open(f'/proc/{pid}/status') as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith('VmRSS'))


class Subscribers(MediaTest):
    config = UNWATCHED

    def setUp(self):
        super().setUp()
        self.start()
        self.stopped = self.subscribe()
        self.slow = self.subscribe()
        self.n_said = 0

    def subscribe(self):
        process = subprocess.Popen([sys.executable, str(LIB / 'subscriber.py'), self.daemon.address], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.daemon.env)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.stdout.close)
        self.assertEqual(process.stdout.readline(), 'ready\n')
        return process

    def ask(self, process, line=''):
        process.stdin.write(line + '\n')
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    def say(self, n, size=ITEM):
        """The model says n items, one after the other; each is heard by self.client before the next."""
        for _ in range(n):
            mark = len(self.client.signals)
            text = f'{self.n_said} ' + 'x' * size
            self.n_said += 1
            self.server.send(self.number, serverContent={'outputTranscription': {'text': text}})
            self.server.send(self.number, serverContent={'turnComplete': True})
            self.client.wait_signal('Transcript', lambda a: a[3] and len(a[2]) > size, mark)

    def sizes(self):
        return memory(self.daemon.bus.pid), memory(self.daemon.pid())

    def test_stopped_subscriber(self):
        self.say(70)  # the transcript's own size, and more than goes out without a question
        self.ask(self.stopped)
        before = self.sizes()
        self.stopped.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        self.say(N_ITEMS)
        took = time.monotonic() - began
        after = self.sizes()
        if LONG:
            print(f'{N_ITEMS * ITEM / 1e6:.0f} MB to a stopped subscriber and two others in {took:.1f} s: '
                  f'dbus-daemon {before[0]:.1f} -> {after[0]:.1f} MiB, livevoiced {before[1]:.1f} -> {after[1]:.1f} MiB')
            self.wait_dropped(began)
        self.stopped.send_signal(signal.SIGCONT)
        heard = self.ask(self.stopped)
        self.assertLess(after[0] - before[0], ROOM)
        self.assertGreater(len(heard['items']), 70)
        self.assertLess(len(heard['items']), 200)
        self.assertEqual(len(self.ask(self.slow)['items']), 70 + N_ITEMS)
        self.assertEqual(heard['kinds'], ['unsubscribed'] if LONG else [])
        if LONG:
            self.ask(self.stopped, 'again')
        self.say(1)
        newest = self.client.since(0, 'Transcript')[-1][0]
        wait_until(lambda: str(newest) in self.ask(self.stopped)['items'], 10, 'what is said now')

    def wait_dropped(self, began):
        wait_until(lambda: 'has not read for 30 s' in self.daemon.read_log(), 40, 'the end of patience')
        print(f'given up after {time.monotonic() - began:.1f} s')

    def test_slow_subscriber_loses_no_item(self):
        self.slow.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        for _ in range(60):
            self.say(1)
        wait_until(lambda: time.monotonic() - began > (2 if LONG else 0.5), 10)
        self.slow.send_signal(signal.SIGCONT)
        heard = self.ask(self.slow)
        wait_until(lambda: len(self.ask(self.slow)['items']) == 60, 10, 'what waited')
        self.assertEqual(heard['kinds'], [])


if __name__ == '__main__':
    unittest.main(argv=[argument for argument in sys.argv if argument != '--long'])
