# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the microphone share: a world with a virtual one, and a server that counts what reaches it."""
import base64
import os
import unittest

from lvclient import run_for, wait_until
from lvdaemon import Daemon
from pwenv import PwEnv
from wireserver import WireServer

BUILD = os.environ['builddir']


class MicrophoneTest(unittest.TestCase):
    config = '[profile default]\nendpoint = {url}\n'

    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, self.config.format(url=self.server.url), 
                             {**self.world.env, 'GSETTINGS_BACKEND': 'dconf'})
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop(), self.daemon.read_log()))
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])

    def start(self):
        self.client.session('Start', '(a{sv})', {})
        self.number, _ = self.server.accept()
        self.client.wait_state('listening')

    def frames(self, number=None, mark=0):
        """The audio that reached the server."""
        return [base64.b64decode(e[3]['realtimeInput']['audio']['data']) for e in self.server.events[mark:]
                if e[0] == 'recv' and number in (None, e[1]) and 'audio' in e[3].get('realtimeInput', {})]

    def marks(self, mark=0):
        return [m for m in self.server.messages('realtimeInput', mark) if 'audioStreamEnd' in m]

    def n_capture_streams(self):
        objects = self.world.wait_for(lambda _: True, 'the graph')
        props = [(item.get('info') or {}).get('props') or {} for item in objects.values()]
        return sum(p.get('media.class') == 'Stream/Input/Audio' for p in props)

    def wait_warning(self, code, mark=0):
        return self.client.wait_signal('Warning', lambda a: a[0] == code, mark)[1]

    def expect_heard(self, number):
        """Of all connections only this one gets audio."""
        mark = len(self.server.events)
        wait_until(lambda: len(self.frames(number, mark)) > 10, 10, f'audio on connection {number}')
        mark = len(self.server.events)
        wait_until(lambda: len(self.frames(number, mark)) > 10, 10, 'more of it')
        self.assertEqual(len(self.frames(None, mark)), len(self.frames(number, mark)))

    def expect_unheard(self):
        run_for(0.2)  # what was on its way
        mark = len(self.server.events)
        run_for(0.4)
        self.assertEqual(self.frames(None, mark), [])
