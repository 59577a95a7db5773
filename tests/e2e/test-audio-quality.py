#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promise of high audio quality: where the sound system runs at 24 kHz, the samples that the server sends are the
samples in the graph, bit by bit, up to full scale; so are those of the engine's own voice. All thirty voices and those
of the voice library can be chosen, and one that nobody has is refused in words."""
import array
import base64
import os
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from enginetap import EngineTap  # noqa: E402
from lvclient import error_name, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv, read_recording  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
RATE = 24000
QUANTUM = 1024
VOICES = ('Zephyr Puck Charon Kore Fenrir Leda Orus Aoede Callirrhoe Autonoe Enceladus Iapetus Umbriel Algieba Despina '
          'Erinome Algenib Rasalgethi Laomedeia Achernar Alnilam Schedar Gacrux Pulcherrima Achird Zubenelgenubi '
          'Vindemiatrix Sadachbia Sadaltager Sulafat').split()
LIBRARY = ('en-us-arlo', 'en-us-zeno')
ATTEMPTS = 3  # a busy machine may skip a cycle of the graph, which is nobody's fault here


def chunk(samples):
    return {'mimeType': f'audio/pcm;rate={RATE}', 'data': base64.b64encode(samples.tobytes()).decode()}


def is_within(sent, recorded):
    """Whether all of sent, without its silent ends, is somewhere in recorded, sample by sample."""
    first = next(i for i, sample in enumerate(sent) if sample)
    last = next(i for i in range(len(sent), 0, -1) if sent[i - 1])
    return sent[first:last].tobytes() in recorded.tobytes()


class Voices(unittest.TestCase):
    """Without a sound system: what the engine sends is enough to tell voices apart."""

    @classmethod
    def setUpClass(cls):
        cls.tap = EngineTap(BUILD)
        cls.addClassCleanup(cls.tap.stop)
        cls.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {cls.tap.url}\naudio = none\n')
        cls.addClassCleanup(cls.daemon.remove)
        cls.addClassCleanup(cls.daemon.stop)
        cls.client = cls.daemon.connect()
        cls.client.session('Subscribe', '(as)', ['state'])

    def start(self, voice, model='gemini-3.8-live'):
        self.client.session('Start', '(a{sv})', {'voice': GLib.Variant('s', voice), 'model': GLib.Variant('s', model)})
        self.addCleanup(self.client.session, 'Stop')

    def listen(self, voice):
        """Samples of a short answer in that voice."""
        mark = len(self.tap.received)
        self.start(voice)
        self.client.session('SendText', '(sa{sv})', 'stop', {})
        self.tap.wait_content(lambda content: content.get('generationComplete'), mark)
        config = self.tap.setup()['generationConfig']['speechConfig']['voiceConfig']
        self.assertIn(voice, str(config))
        self.doCleanups()
        return self.tap.pcm(mark)

    def test_each_voice_is_one_of_its_own(self):
        self.assertEqual(len(VOICES), 30)
        heard = {self.listen(voice): voice for voice in (*VOICES, *LIBRARY)}
        self.assertEqual(len(heard), len(VOICES) + len(LIBRARY))

    def test_nobody_is_refused(self):
        self.start('Nobody')
        wait_until(lambda: 'no matching speaker voice' in self.client.get('LastError')[1], 10, 'the refusal')

    def test_the_library_is_for_newer_models(self):
        with self.assertRaises(GLib.Error) as refused:
            self.start('en-us-arlo', 'gemini-2.5-flash-native-audio-preview-12-2025')
        self.assertEqual(error_name(refused.exception), 'Unsupported')


class AudioQuality(unittest.TestCase):
    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.world.force_rate(RATE)
        self.world.force_quantum(QUANTUM)

    def start_daemon(self, url):
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {url}\n', self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])

    def record(self, speak):
        """What is at the speaker while speak() makes somebody speak, until everything has been heard."""
        path = str(self.daemon.directory / 'speaker.wav')
        capture = self.world.start_recording(path, RATE)
        mark = len(self.client.signals)
        speak()
        self.client.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'speaking', mark, 20)
        self.client.wait_state('listening', timeout=20)
        capture.stop()
        return read_recording(path).speaker

    def test_samples_of_the_server_are_those_of_the_graph(self):
        server = WireServer(BUILD)
        self.addCleanup(server.stop)
        self.start_daemon(server.url)
        self.client.session('Start', '(a{sv})', {})
        number, _ = server.accept()
        self.client.wait_state('listening')
        source = random.Random(RATE)
        silence = array.array('h', bytes(RATE // 2))
        sent = array.array('h', (source.randint(-32768, 32767) for _ in range(RATE))) + silence
        sent[0:4] = array.array('h', [32767, -32768, 32767, -32768])

        def speak():
            for begin in range(0, len(sent), RATE // 10):
                server.send(number, serverContent={'modelTurn': {'parts': [
                    {'inlineData': chunk(sent[begin:begin + RATE // 10])}]}})
            server.send(number, serverContent={'generationComplete': True, 'turnComplete': True})

        self.assertTrue(any(is_within(sent, self.record(speak)) for _ in range(ATTEMPTS)),
                        'the graph does not get what the server sent')

    def test_samples_of_the_engine_are_those_of_the_graph(self):
        tap = EngineTap(BUILD)
        self.addCleanup(tap.stop)
        self.start_daemon(tap.url)
        self.client.session('Start', '(a{sv})', {'voice': GLib.Variant('s', 'Kore')})
        self.client.wait_state('listening')

        def is_exact():
            mark = len(tap.received)
            recorded = self.record(lambda: self.client.session('SendText', '(sa{sv})', 'what is your name', {}))
            voice = array.array('h', tap.pcm(mark))
            self.assertGreater(max(voice), 8000, 'the voice is too quiet to tell')
            return is_within(voice, recorded)

        self.assertTrue(any(is_exact() for _ in range(ATTEMPTS)), 'the graph does not get the voice of the engine')


unittest.main(verbosity=2)
