#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that break, by the engine's script, as a network and a busy service break them. Each question gets its
answer all the same, the model remembers what was said, and nobody is told anything but the state."""
import json
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from enginetap import EngineTap  # noqa: E402
from lvclient import Handler, reply, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402

BUILD = os.environ['builddir']
NUMBERS = ('', 'one', 'two', 'three', 'four')
VOLUME = [{'name': 'set_volume', 'description': 'Set the volume of the speaker',
           'parameters': {'type': 'object', 'properties': {'percent': {'type': 'integer'}}, 'required': ['percent']}}]


class Loss(unittest.TestCase):
    def start(self, *faults, link=''):
        script = tempfile.NamedTemporaryFile('w', suffix='.faults')
        script.write('\n'.join(faults) + '\n')
        script.flush()
        self.addCleanup(script.close)
        self.tap = EngineTap(BUILD, '--faults', script.name)
        self.addCleanup(self.tap.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.tap.url}\naudio = none\n[link]\n{link}\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop()))
        self.client = self.daemon.connect()
        self.tool = Handler(self.client, '/org/example/Mixer', lambda *_: None)
        self.client.manager('RegisterTools', '(osa{sv})', self.tool.path, json.dumps(VOLUME), {'scope': GLib.Variant('s', 'shared')})
        self.client.session('Subscribe', '(as)', ['warnings', 'state', 'transcript', 'tools'])
        self.client.session('Start', '(a{sv})', {})
        self.client.wait_state('listening')

    def ask(self, text):
        """The whole answer."""
        mark = len(self.client.signals)
        self.client.session('SendText', '(sa{sv})', text, {})
        return self.client.wait_signal('Transcript', lambda a: a[1] == 'model' and a[3], mark, 20)[2]

    def wait_return(self, n_setups):
        """That many connections were set up, and the last of them is open."""
        wait_until(lambda: self.handles()[n_setups - 1:], 20, 'another connection')
        self.client.wait_state('listening', timeout=20)

    def handles(self):
        return [message['setup']['sessionResumption'].get('handle') for message in list(self.tap.sent) if 'setup' in message]

    def warnings(self):
        return [warning[0] for warning in self.client.since(0, 'Warning')]

    def check_quiet(self):
        self.assertEqual(self.warnings(), [])
        self.assertEqual(self.client.get('LastError'), ('', ''))
        self.assertEqual(self.client.since(0, 'Closed'), [])

    def test_after_an_answer(self):
        faults = ('drop', 'close 1000', 'close 1011 Deadline expired before operation could complete.',
                  'close 1008 The operation was aborted.')
        self.start(*(f'turn*{i} 0 {fault}' for i, fault in enumerate(faults, 1)), link='steady-after-ms = 0')
        for i, fault in enumerate(faults, 1):
            with self.subTest(fault):
                self.assertIn(str(7 * i), self.ask(f'what is seven times {NUMBERS[i]}'))
                self.wait_return(i + 1)
                self.assertIsNotNone(self.handles()[i])
        self.assertIn('42', self.ask('what is seven times six'))
        self.check_quiet()

    def test_resumed_too_early(self):
        self.start('turn 0 drop', 'resuming 0 close 1011 Internal error encountered.')
        self.ask('what is six times seven')
        self.wait_return(3)
        self.assertEqual(self.handles()[1], self.handles()[2])
        self.check_quiet()

    def test_forgotten(self):
        self.start('turn*2 0 drop', 'resuming 0 close 1008 BidiGenerateContent session not found')
        self.ask('my name is Ada')
        self.ask('what is six times seven')
        self.wait_return(3)
        self.assertIsNone(self.handles()[2])
        self.client.wait_signal('Warning', mark=0)
        self.assertEqual(self.warnings(), ['context-reseeded'])
        wait_until(lambda: 'my name is Ada' in str(self.tap.sent[-1].get('clientContent')), 10, 'the seed')
        self.ask('what is seven times eight')

    def lose_engine_with_a_call(self, answers_late):
        """The one that takes its place knows neither the conversation nor the call, which is answered nevertheless."""
        self.start()
        self.client.session('SendText', '(sa{sv})', 'Set the volume to 30 percent.', {})
        wait_until(lambda: self.tool.calls, 20, 'call of the tool')
        mark, before = len(self.client.signals), len(self.tap.sent)
        self.tap.restart()
        if answers_late:
            self.client.wait_signal('Warning', lambda a: a[0] == 'context-reseeded', mark, 20)
            wait_until(lambda: any('clientContent' in message for message in self.tap.sent[before:]), 20, 'seed')
        reply(self.tool.calls[0][-1], '{"output":"It is rather loud now."}')
        said = self.client.wait_signal('Transcript', lambda a: a[1] == 'model' and a[3], mark, 20)[2]
        self.client.wait_state('listening', timeout=20)
        self.assertEqual(said, 'It is rather loud now.')
        self.assertEqual(len(self.tool.calls), 1)
        self.assertEqual(self.tool.cancelled, [])
        self.assertEqual([finished[1] for finished in self.client.since(0, 'ToolFinished')], ['ok'])
        self.assertFalse([message for message in self.tap.sent if 'toolResponse' in message])

    def test_result_before_it_is_forgotten(self):
        self.lose_engine_with_a_call(False)

    def test_result_after_it_is_forgotten(self):
        self.lose_engine_with_a_call(True)

    def test_told_before(self):
        self.start('turn 0 goaway 20000')
        self.ask('what is six times seven')
        self.wait_return(2)
        self.assertIsNotNone(self.handles()[1])
        self.assertEqual(self.warnings(), ['go-away'])

    def test_fatal(self):
        for reason, name in (('1007 API key not valid. Please pass a valid API key.', 'Authentication'),
                             ('1011 You exceeded your current quota', 'QuotaExceeded')):
            with self.subTest(name):
                self.start('turn 0 drop', f'resuming 0 close {reason}')
                self.ask('what is six times seven')
                self.client.wait_state('error', timeout=20)
                self.assertTrue(self.client.get('LastError')[0].endswith(name), self.client.get('LastError'))
                self.assertEqual(len(self.handles()), 2)
                self.doCleanups()

    def test_parked(self):
        self.start(link='park-after-s = 1')
        self.ask('what is six times seven')
        wait_until(lambda: self.client.session('GetHealth')['link'] == 'dozing', 20, 'rest')
        self.assertEqual(self.client.get('State'), 'listening')
        self.assertIn('56', self.ask('what is seven times eight'))
        self.assertEqual(len(self.handles()), 2)
        self.assertIsNotNone(self.handles()[1])
        self.check_quiet()


unittest.main(verbosity=2)
