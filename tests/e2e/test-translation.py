#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promise of speech-to-speech translation: recorded English goes into the microphone; Spanish is at the speaker,
and both captions are on the bus, one sentence after the other, without questions or answers. By apertium, offline."""
import array
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from enginetap import EngineTap  # noqa: E402
from lvclient import error_name, run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv  # noqa: E402
from recording import Recording  # noqa: E402

BUILD = os.environ['builddir']
AUDIO = pathlib.Path(os.environ['srcdir']) / 'data/audio'
MODEL = 'gemini-3.5-live-translate-preview'
AUDIBLE = 3000  # of 32767
BYTES_PER_SECOND = 48000
TIMEOUT = 30    # the dictionaries have to be loaded


class Translation(unittest.TestCase):
    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.tap = EngineTap(BUILD)
        self.addCleanup(self.tap.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.tap.url}\nmodel = {MODEL}\n', self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])

    def start(self, language, **options):
        self.client.session('Start', '(a{sv})', {'translate-to': GLib.Variant('s', language), **options})

    def listen(self):
        """Waits until the microphone is on the wire."""
        self.client.wait_state('listening')
        wait_until(lambda: any('audio' in m.get('realtimeInput', {}) for m in self.tap.sent), 10, 'audio on the wire')

    def heard(self):
        return self.tap.text('inputTranscription')

    def said(self):
        return self.tap.text('outputTranscription')

    def captions(self, role):
        """What the captions on the bus show of somebody: the newest text of each item."""
        items = {a[0]: a[2] for a in self.client.since(0, 'Transcript') if a[1] == role}
        return ' '.join(items.values()).lower()

    def test_english_in_spanish_out(self):
        self.start('es')
        self.listen()
        setup = self.tap.setup()
        self.assertEqual(setup['generationConfig']['translationConfig']['targetLanguageCode'], 'es')
        self.assertNotIn('systemInstruction', setup)
        path = self.daemon.directory / 'both.wav'
        capture = self.world.start_recording(str(path))
        self.world.play_to_microphone(str(AUDIO / 'ask-time.wav')).wait()
        wait_until(lambda: 'tiempo' in self.said() or 'hora' in self.said(), TIMEOUT, 'the first sentence in Spanish')
        self.world.play_to_microphone(str(AUDIO / 'open.wav')).wait()
        wait_until(lambda: 'ciudad' in self.said(), TIMEOUT, 'the second sentence in Spanish')
        wait_until(lambda: 'what time is it' in self.captions('user'), 10, 'the caption in English')
        wait_until(lambda: 'ciudad' in self.captions('model'), 10, 'the caption in Spanish')
        run_for(len(self.tap.pcm()) / BYTES_PER_SECOND)  # they may still be spoken
        capture.stop()
        self.assertEqual({t['languageCode'] for t in self.tap.transcriptions('inputTranscription')}, {'en-US'})
        self.assertEqual({t['languageCode'] for t in self.tap.transcriptions('outputTranscription')}, {'es'})
        self.assertEqual([c for c in self.tap.contents() if c.get('turnComplete') or c.get('interrupted')], [],
                         'a translation has no turns')
        self.assertGreater(max(array.array('h', self.tap.pcm())), AUDIBLE)
        self.assertGreaterEqual(len(Recording(path).speaker.segments()), 2, 'both sentences are at the speaker')

    def test_the_target_language_is_not_repeated_unless_wanted(self):
        self.start('en')
        self.listen()
        self.world.play_to_microphone(str(AUDIO / 'ask-time.wav')).wait()
        wait_until(lambda: 'what time' in self.heard(), TIMEOUT, 'what was said')
        run_for(0.3)
        self.assertEqual((self.said(), self.tap.pcm()), ('', b''))
        self.client.session('Stop')
        mark = len(self.tap.received)
        self.start('en', **{'echo-target-language': GLib.Variant('b', True)})
        self.client.wait_state('listening')
        self.world.play_to_microphone(str(AUDIO / 'ask-time.wav')).wait()
        wait_until(lambda: 'what time' in self.tap.text('outputTranscription', mark), TIMEOUT, 'what is said again')
        self.assertGreater(max(array.array('h', self.tap.pcm(mark))), AUDIBLE)

    def test_the_engine_itself_translates_when_asked(self):
        self.start('es', model=GLib.Variant('s', 'livevoice-engine'))
        self.listen()
        self.world.play_to_microphone(str(AUDIO / 'ask-time.wav')).wait()
        wait_until(lambda: 'tiempo' in self.said() or 'hora' in self.said(), TIMEOUT, 'Spanish')

    def test_a_missing_pair_is_refused_in_words(self):
        self.start('th')
        wait_until(lambda: 'apertium' in self.client.get('LastError')[1], 10, 'the refusal')

    def test_a_model_that_does_not_translate_is_refused(self):
        with self.assertRaises(GLib.Error) as refused:
            self.start('es', model=GLib.Variant('s', 'gemini-3.8-live'))
        self.assertEqual(error_name(refused.exception), 'Unsupported')


unittest.main(verbosity=2)
