#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promises of affective dialog and proactive audio: the options reach only models that take them. Then the engine
stays silent when people talk to each other, and says that it waits; and its voice follows who speaks softly."""
import array
import math
import os
import pathlib
import sys
import unittest
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from enginetap import EngineTap  # noqa: E402
from lvclient import error_name, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv  # noqa: E402

BUILD = os.environ['builddir']
AUDIO = pathlib.Path(os.environ['srcdir']) / 'data/audio'
TAKES_BOTH = 'gemini-2.5-flash-native-audio-preview-12-2025'
TAKES_NEITHER = 'gemini-3.8-live'
TO_OTHERS = AUDIO / 'open.wav'  # "The weather in the city was very good last year."
TO_US = AUDIO / 'ask-time.wav'
SUM = AUDIO / 'add.wav'  # the answer is always the same


def on():
    return GLib.Variant('b', True)


def louder(path, gain, copy):
    """The recording at another volume, in a file called copy."""
    with wave.open(str(path)) as source, wave.open(str(copy), 'wb') as target:
        target.setparams(source.getparams())
        samples = array.array('h', source.readframes(source.getnframes()))
        target.writeframes(array.array('h', (max(-32768, min(32767, round(s * gain))) for s in samples)).tobytes())
    return str(copy)


class Options(unittest.TestCase):
    """Who takes them."""

    def setUp(self):
        self.tap = EngineTap(BUILD)
        self.addCleanup(self.tap.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.tap.url}\naudio = none\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()

    def start(self, model, **options):
        self.client.session('Start', '(a{sv})', {'model': GLib.Variant('s', model), **options})

    def test_models_that_take_them_get_them(self):
        self.start(TAKES_BOTH, **{'affective-dialog': on(), 'proactive-audio': on()})
        setup = wait_until(lambda: self.tap.sent and self.tap.setup(), 10, 'setup')
        self.assertIs(setup['generationConfig']['enableAffectiveDialog'], True)
        self.assertIs(setup['proactivity']['proactiveAudio'], True)

    def test_other_models_are_not_asked(self):
        for option, field in ('affective-dialog', 'enableAffectiveDialog'), ('proactive-audio', 'proactiveAudio'):
            with self.subTest(option), self.assertRaises(GLib.Error) as refused:
                self.start(TAKES_NEITHER, **{option: on()})
            self.assertEqual(error_name(refused.exception), 'Unsupported')
            self.assertIn(field, refused.exception.message)
            self.assertIn(TAKES_NEITHER, refused.exception.message)
        self.assertEqual(self.tap.sent, [])


class Spoken(unittest.TestCase):
    """What they do here."""

    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.tap = EngineTap(BUILD)
        self.addCleanup(self.tap.stop)
        config = f'[profile default]\nendpoint = {self.tap.url}\nmodel = {TAKES_BOTH}\n'
        self.daemon = Daemon(BUILD, config, self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'state', 'details'])

    def start(self, option):
        self.client.session('Start', '(a{sv})', {option: on()})
        self.client.wait_state('listening')

    def play(self, path):
        """Speaks and waits for the end of the model's turn; returns where it begins in tap.received."""
        mark = len(self.tap.received)
        self.world.play_to_microphone(str(path)).wait()
        self.tap.wait_turn(mark)
        return mark

    def test_silent_unless_addressed(self):
        self.start('proactive-audio')
        mark = self.play(TO_OTHERS)
        # of "weather" and "whether" it may hear either
        self.assertIn('in the city was very good', self.tap.text('inputTranscription', mark), 'it has heard it')
        self.assertTrue(any(content.get('waitingForInput') for content in self.tap.contents(mark)))
        self.assertEqual(self.tap.pcm(mark), b'')
        self.client.wait_signal('TurnDetail', lambda a: a[1] == 'waiting-for-input')
        mark = self.play(TO_US)
        self.assertIn('It is', self.tap.text('outputTranscription', mark))
        self.assertFalse(any(content.get('waitingForInput') for content in self.tap.contents(mark)))

    def test_voice_follows_the_speaker(self):
        self.start('affective-dialog')
        loud = self.tap.pcm(self.play(louder(SUM, 1.8, self.daemon.directory / 'loud.wav')))
        soft = self.tap.pcm(self.play(louder(SUM, 0.3, self.daemon.directory / 'soft.wav')))

        self.assertEqual(self.tap.text('outputTranscription').count('56'), 2)

        def loudness(pcm):
            samples = array.array('h', pcm)
            return math.sqrt(sum(s * s for s in samples) / len(samples))

        self.assertGreater(loudness(loud), 1.15 * loudness(soft))
        self.assertGreater(len(soft), 1.03 * len(loud), 'who speaks softly is answered slowly')


unittest.main(verbosity=2)
