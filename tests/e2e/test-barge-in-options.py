#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promise of barge-in, its settings: every parameter of voice detection reaches the wire, interruption can be turned
off, and with push to talk the application says who speaks."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import error_name  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
OLDER = 'gemini-2.5-flash-native-audio-latest'


class BargeInOptions(unittest.TestCase):
    def setUp(self):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.server.url}\naudio = fd\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop(), self.daemon.read_log()))
        self.app = self.daemon.connect()
        self.app.session('Subscribe', '(as)', ['transcript', 'state'])

    def start(self, **options):
        self.app.session('Start', '(a{sv})', options)
        self.number, setup = self.server.accept()
        self.app.wait_state('listening', 'paused')
        return setup.get('realtimeInputConfig', {})

    def test_nothing_said_by_default(self):
        self.assertEqual(self.start(), {})

    def test_every_parameter(self):
        config = self.start(**{
            'model': GLib.Variant('s', OLDER), 'start-sensitivity': GLib.Variant('s', 'low'),
            'end-sensitivity': GLib.Variant('s', 'high'), 'prefix-padding-ms': GLib.Variant('i', 40),
            'silence-duration-ms': GLib.Variant('i', 900), 'barge-in': GLib.Variant('b', False),
            'turn-coverage': GLib.Variant('s', 'all')})
        self.assertEqual(config, {
            'automaticActivityDetection': {
                'startOfSpeechSensitivity': 'START_SENSITIVITY_LOW', 'endOfSpeechSensitivity': 'END_SENSITIVITY_HIGH',
                'prefixPaddingMs': 40, 'silenceDurationMs': 900},
            'activityHandling': 'NO_INTERRUPTION', 'turnCoverage': 'TURN_INCLUDES_ALL_INPUT'})

    def test_parameter_that_the_model_refuses(self):
        with self.assertRaises(GLib.Error) as refused:
            self.app.session('Start', '(a{sv})', {'turn-coverage': GLib.Variant('s', 'all')})
        self.assertEqual(error_name(refused.exception), 'Unsupported')
        self.assertIn('gemini-3.8-live', refused.exception.message)
        self.assertIn('turn', refused.exception.message.lower())

    def test_interruption_by_the_service(self):
        self.start()
        self.server.send(self.number, serverContent={'outputTranscription': {'text': 'Once upon a time'}})
        self.app.wait_state('speaking')
        self.server.send(self.number, serverContent={'interrupted': True})
        self.app.wait_signal('Interrupted')
        self.app.wait_signal('Transcript', lambda a: a[1] == 'model' and a[3])

    def test_manual_activity(self):
        config = self.start(**{'turn-detection': GLib.Variant('s', 'manual')})
        self.assertEqual(config['automaticActivityDetection'], {'disabled': True})
        self.app.session('StartTalking')
        self.server.wait_message('realtimeInput', condition=lambda m: 'activityStart' in m)
        self.app.wait_state('hearing')
        self.app.session('StopTalking')
        self.server.wait_message('realtimeInput', condition=lambda m: 'activityEnd' in m)
        kinds = [kind for m in self.server.messages('realtimeInput') for kind in m if kind.startswith('activity')]
        self.assertEqual(kinds, ['activityStart', 'activityEnd'])

    def test_local_detection(self):
        """What tunes it stays here; what it cannot do is refused."""
        config = self.start(**{'turn-detection': GLib.Variant('s', 'local'), 'end-sensitivity': GLib.Variant('s', 'low'),
                               'silence-duration-ms': GLib.Variant('i', 4000)})
        self.assertEqual(config, {'automaticActivityDetection': {'disabled': True}})
        with self.assertRaises(GLib.Error) as refused:
            self.app.session('Configure', '(a{sv})', {'silence-duration-ms': GLib.Variant('i', 6000)})
        self.assertEqual(error_name(refused.exception), 'InvalidArgs')
        with self.assertRaises(GLib.Error) as refused:
            self.app.session('StartTalking')
        self.assertEqual(error_name(refused.exception), 'Unsupported')

    def test_local_detection_that_the_model_refuses(self):
        with self.assertRaises(GLib.Error) as refused:
            self.app.session('Start', '(a{sv})', {'turn-detection': GLib.Variant('s', 'local'),
                                                  'model': GLib.Variant('s', 'gemini-3.5-live-translate-preview')})
        self.assertEqual(error_name(refused.exception), 'Unsupported')
        self.assertIn('automaticActivityDetection', refused.exception.message)

    def test_push_to_talk_interrupts(self):
        self.start(**{'turn-detection': GLib.Variant('s', 'manual')})
        self.server.send(self.number, serverContent={'outputTranscription': {'text': 'Once upon a time'}})
        self.app.wait_state('speaking')
        self.app.session('StartTalking')
        self.app.wait_signal('Interrupted')

    def test_detection_changes_in_mid_conversation(self):
        self.start()
        self.server.send(self.number, sessionResumptionUpdate={'newHandle': 'h', 'resumable': True})
        mark = len(self.server.events)
        self.assertEqual(self.app.session('Configure', '(a{sv})', {'turn-detection': GLib.Variant('s', 'manual')}), 'reconnect')
        self.number, setup = self.server.accept(mark)
        self.assertTrue(setup['realtimeInputConfig']['automaticActivityDetection']['disabled'])
        self.assertEqual(setup['sessionResumption'], {'handle': 'h'})
        self.app.wait_state('listening', 'paused')
        self.app.session('StartTalking')
        self.server.wait_message('realtimeInput', condition=lambda m: 'activityStart' in m)


if __name__ == '__main__':
    unittest.main(verbosity=2)
