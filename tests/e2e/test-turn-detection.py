#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody pauses for two seconds in the middle of what they say: the server takes its turn, as servers do; with turn
detection "local" and a longer silence the daemon waits. Both at once, with the offline engine as the server."""
import os
import pathlib
import re
import socket
import sys
import unittest
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import error_name, run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402

BUILD = os.environ['builddir']
PEOPLE = pathlib.Path(os.environ['srcdir']) / 'data/audio'
PAUSE_SECONDS = 2.0
SILENCE_MS = 2500
ATTEMPTS = 3  # an engine on a busy machine may need the whole pause to understand


def read(name):
    with wave.open(str(PEOPLE / f'{name}.wav')) as recording:
        return recording.readframes(recording.getnframes())


def silence(seconds):
    return bytes(int(seconds * 16000) * 2)


class TurnDetection(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(BUILD, '[profile default]\nendpoint = engine\naudio = fd\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()

    def start(self, **options):
        path = self.client.manager('CreateSession', '(a{sv})', options)
        self.client.session('Subscribe', '(as)', ['transcript', 'state'], path=path)
        speak = socket.socket(fileno=self.client.call_with_fds(path, 'Media', 'OpenAudioInput', '(a{sv})', {})[1][0])
        self.addCleanup(speak.close)
        self.client.session('Start', '(a{sv})', {}, path=path)
        self.client.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'listening')
        return path, speak

    def turns(self, path):
        """What was said, item by item: [(role, text)]."""
        return [(role, text) for _, role, text, *_ in self.client.session('GetTranscript', '(u)', 0, path=path)]

    def wait_answer(self, path, seconds):
        wait_until(lambda: any(s[1] == path and s[3] == 'Transcript' and s[4][1] == 'model' and s[4][3]
                               for s in self.client.signals), seconds, 'an answer')

    def test_pause_in_the_middle(self):
        for _ in range(ATTEMPTS):
            heard_auto, heard_local = self.pause_in_the_middle()
            # What is sent in time by a clock makes pauses longer where the machine has no time for it
            if ([role for role, _ in heard_local] == ['user', 'model'] and
                    re.search('time.*(date|day)', heard_local[0][1]) and
                    [role for role, _ in heard_auto] == ['user', 'model', 'user', 'model']):
                return
        self.fail((heard_auto, heard_local))

    def pause_in_the_middle(self):
        auto, speak_auto = self.start()
        run_for(1.1)  # one session a second
        local, speak_local = self.start(**{'turn-detection': GLib.Variant('s', 'local'),
                                           'silence-duration-ms': GLib.Variant('i', SILENCE_MS)})
        said = read('ask-time') + silence(PAUSE_SECONDS) + read('ask-date') + silence(SILENCE_MS / 1000 + 0.3)
        for speak in (speak_auto, speak_local):
            speak.sendall(said)
        self.wait_answer(local, len(said) / 32000 + 10)
        heard = {path: self.turns(path) for path in (auto, local)}
        print('auto: ', heard[auto])
        print('local:', heard[local])
        for path in heard:
            self.client.session('Close', path=path)
        return heard[auto], heard[local]

    def test_nothing_is_held_that_an_application_plays(self):
        path, _ = self.start()
        self.assertNotIn('ducks', self.client.session('GetAudio', path=path))

    def test_silence_that_is_too_long(self):
        with self.assertRaises(GLib.Error) as refused:
            self.start(**{'turn-detection': GLib.Variant('s', 'local'), 'silence-duration-ms': GLib.Variant('i', 5001)})
        self.assertEqual(error_name(refused.exception), 'InvalidArgs')
        self.assertIn('5000', refused.exception.message)


if __name__ == '__main__':
    unittest.main(verbosity=2)
