#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound through the real daemon and a real PipeWire: what the microphone hears is on the wire, what the server sends
is at the speaker, and a stream exists only while it is needed."""
import array
import base64
import math
import os
import pathlib
import sys
import unittest
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv  # noqa: E402
from recording import Recording  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
QUESTION = pathlib.Path(os.environ['srcdir']) / 'data/audio/ask-time.wav'
FRAME_BYTES = 640  # 20 ms at 16 kHz
ATTEMPTS = 3  # a busy machine that may not schedule in real time skips cycles of the graph


def tone(seconds, rate=24000):
    samples = array.array('h', (int(12000 * math.sin(2 * math.pi * 440 * i / rate)) for i in range(int(seconds * rate))))
    return {'mimeType': f'audio/pcm;rate={rate}', 'data': base64.b64encode(samples.tobytes()).decode()}


class Audio(unittest.TestCase):
    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.server.url}\n', self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])

    def start(self):
        self.client.session('Start', '(a{sv})', {})
        self.number, self.setup_message = self.server.accept()
        self.client.wait_state('listening')

    def our_nodes(self):
        """media.class of every node that belongs to us."""
        objects = self.world.wait_for(lambda _: True, 'the graph')
        props = [(item.get('info') or {}).get('props') or {} for item in objects.values()]
        return sorted(p['media.class'] for p in props
                      if p.get('application.id') == 'org.livevoice.LiveVoice' and 'media.class' in p)

    def frames(self, mark=0):
        """Bytes of every audio frame that reached the server."""
        return [base64.b64decode(m['audio']['data']) for m in self.server.messages('realtimeInput', mark) if 'audio' in m]

    def test_microphone_reaches_the_wire(self):
        self.start()
        self.server.wait_message('realtimeInput', condition=lambda m: m['audio']['mimeType'] == 'audio/pcm;rate=16000')
        mark = len(self.server.events)
        self.world.play_to_microphone(str(QUESTION)).wait()
        with wave.open(str(QUESTION)) as file:
            spoken = array.array('h', file.readframes(file.getnframes()))
        wait_until(lambda: len(self.frames(mark)) * 320 > len(spoken) + 16000, 20, 'the whole question')
        self.assertEqual({len(frame) for frame in self.frames(mark)}, {FRAME_BYTES})
        heard = array.array('h', b''.join(self.frames(mark)))
        energy = sum(s * s for s in spoken)
        self.assertAlmostEqual(sum(s * s for s in heard) / energy, 1.0, delta=0.1)

    def record_answer(self):
        """Seconds that a second of sound takes at the speaker."""
        path = self.daemon.directory / 'both.wav'
        mark = len(self.client.signals)
        capture = self.world.start_recording(str(path))
        for _ in range(10):
            self.server.send(self.number, serverContent={'modelTurn': {'parts': [{'inlineData': tone(0.1)}]}})
        self.server.send(self.number, serverContent={'generationComplete': True})
        self.server.send(self.number, serverContent={'turnComplete': True})
        self.client.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'speaking', mark)
        self.client.wait_state('listening')
        run_for(0.1)  # pw-cat loses the last cycle
        capture.stop()
        sound, = Recording(path).speaker.segments()
        return sound[1] - sound[0]

    def test_server_reaches_the_speaker(self):
        self.world.force_quantum(1024)
        self.start()
        lengths = []
        while len(lengths) < ATTEMPTS and not any(abs(length - 1.0) < 0.01 for length in lengths):
            lengths.append(self.record_answer())
        self.assertAlmostEqual(lengths[-1], 1.0, delta=0.01)

    def test_streams_exist_only_while_needed(self):
        self.assertEqual(self.our_nodes(), [])
        self.start()
        wait_until(lambda: 'Stream/Input/Audio' in self.our_nodes(), 10, 'capture stream')
        self.assertTrue(self.client.get('MicrophoneActive'))
        self.server.wait_message('realtimeInput')
        self.client.session('SetMuted', '(b)', True)
        wait_until(lambda: 'Stream/Input/Audio' not in self.our_nodes(), 10, 'end of the capture stream')
        self.assertFalse(self.client.get('MicrophoneActive'))
        self.server.wait_message('realtimeInput', condition=lambda m: m.get('audioStreamEnd') is True)
        run_for(0.2)
        mark = len(self.server.events)
        run_for(0.3)
        self.assertEqual(self.frames(mark), [])
        self.client.session('SetMuted', '(b)', False)
        wait_until(lambda: 'Stream/Input/Audio' in self.our_nodes(), 10, 'capture stream again')
        self.client.session('Stop')
        wait_until(lambda: self.our_nodes() == [], 10, 'end of all streams')

    def test_without_a_microphone_the_conversation_goes_on_in_text(self):
        self.world.remove_microphone()
        self.client.session('Start', '(a{sv})', {})
        self.number, _ = self.server.accept()
        self.client.wait_state('paused')
        self.assertEqual(self.client.get('LastError')[0].rsplit('.', 1)[-1], 'NoMicrophone')
        self.client.session('SendText', '(sa{sv})', 'hello', {})
        self.server.wait(lambda e: e[0] == 'recv' and 'hello' in str(e[3]))
        self.server.send(self.number, serverContent={'outputTranscription': {'text': 'good evening'}})
        self.server.send(self.number, serverContent={'turnComplete': True})
        self.client.wait_signal('Transcript', lambda a: a[1:] == ('model', 'good evening', True))

    def test_lost_audio_server_does_not_end_the_conversation(self):
        self.start()
        self.world.kill_server()
        self.client.wait_state('paused')
        self.client.session('SendText', '(sa{sv})', 'still there', {})
        self.server.wait(lambda e: e[0] == 'recv' and 'still there' in str(e[3]))
        self.assertEqual([e for e in self.server.events if e[0] == 'close'], [])

    def test_interrupted_answer_is_cut_where_it_was_heard(self):
        self.start()
        words = [f'word{i}' for i in range(20)]
        for word in words:
            self.server.send(self.number, serverContent={'modelTurn': {'parts': [{'inlineData': tone(0.2)}]},
                                                         'outputTranscription': {'text': f' {word}'}})
        self.client.wait_state('speaking')
        run_for(1.5)
        self.server.send(self.number, serverContent={'interrupted': True})
        text = self.client.wait_signal('Transcript', lambda a: a[1] == 'model' and a[3])[2]
        self.assertTrue(' '.join(words).startswith(text))
        self.assertAlmostEqual(len(text.split()), 1.5 / 0.2, delta=2)
        self.client.wait_signal('Interrupted')
        self.assertEqual([i[2] for i in self.client.session('GetTranscript', '(u)', 0) if i[1] == 'model'], [text])


unittest.main(verbosity=2)
