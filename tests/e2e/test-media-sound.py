#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound by file descriptors in place of microphone and speaker: bit by bit, and at the pace of speech."""
import array
import base64
import contextlib
import os
import pathlib
import socket
import struct
import sys
import time
import unittest
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import DEFAULT, run_for, wait_until  # noqa: E402
from mediatest import MediaTest  # noqa: E402

SPEECH = pathlib.Path(os.environ['srcdir']) / 'data/audio'


class Engine(MediaTest):
    """A whole spoken conversation with the offline engine, and no sound card."""
    audio = 'fd'

    def setUp(self):
        self.start_daemon('engine')

    def test_recorded_question_spoken_answer(self):
        with wave.open(str(SPEECH / 'ask-time.wav')) as recording:
            self.assertEqual(recording.getparams()[:3], (1, 2, 16000))
            question = recording.readframes(recording.getnframes())
        listen = socket.socket(fileno=self.media('OpenAudioOutput', '(a{sv})', {})[1][0])
        speak = socket.socket(fileno=self.media('OpenAudioInput', '(a{sv})', {})[1][0])
        self.addCleanup(listen.close)
        self.addCleanup(speak.close)
        self.client.session('Start', '(a{sv})', {})
        self.client.wait_state('listening')
        speak.sendall(question + bytes(32000))
        self.client.wait_signal('Transcript', lambda a: a[1] == 'user' and a[3] and 'time' in a[2], timeout=20)
        spoken = self.client.wait_signal('Transcript', lambda a: a[1] == 'model' and a[3], timeout=20)[2]
        listen.setblocking(False)
        answer = bytearray()

        def over():
            with contextlib.suppress(BlockingIOError):
                answer.extend(listen.recv(65536))
            return self.client.get('State') == 'listening'
        wait_until(over, 20, 'the end of the answer')
        samples = array.array('h', answer)
        loud = sum(abs(sample) > 1000 for sample in samples)
        self.assertRegex(spoken, r'\d:\d\d')
        self.assertGreater(len(samples) / 24000, 0.05 * len(spoken))  # nobody says twenty letters a second
        self.assertGreater(loud / len(samples), 0.2)


class WithoutSound(MediaTest):
    """In writing there is nothing to hear, so PipeWire is left alone; start_daemon() looks for that."""

    def test_text_only(self):
        self.client.session('Start', '(a{sv})', {'modalities': GLib.Variant('as', ['text'])})
        number, _ = self.server.accept()
        self.client.session('SendText', '(sa{sv})', 'hello', {})
        self.server.send(number, serverContent={'outputTranscription': {'text': 'Hello.'}})
        self.server.send(number, serverContent={'turnComplete': True})
        self.client.wait_signal('Transcript', lambda a: a[1] == 'model' and a[3])
        self.assertFalse(self.client.get('MicrophoneActive'))

    def test_the_trap_works(self):
        self.client.session('Start', '(a{sv})', {'audio': GLib.Variant('s', 'pipewire')})

        def caught():
            with contextlib.suppress(BlockingIOError):
                return self.pipewire.accept()
        wait_until(caught, 10, 'a connection to PipeWire')[0].close()
        self.client.session('Stop')
        run_for(0.1)
        while caught():
            pass


class Sound(MediaTest):
    audio = 'fd'

    def open(self, method, path=DEFAULT, **options):
        descriptor = self.media(method, '(a{sv})', options, path=path)[1][0]
        end = socket.socket(fileno=descriptor)
        self.addCleanup(end.close)
        return end

    def heard_by_server(self, mark=0):
        return b''.join(base64.b64decode(m['audio']['data'])
                        for m in self.server.messages('realtimeInput', mark) if 'audio' in m)

    def say(self, pcm, interrupted=False):
        self.server.send(self.number, serverContent={'modelTurn': {'parts': [{'inlineData': {
            'mimeType': 'audio/pcm;rate=24000', 'data': base64.b64encode(pcm).decode()}}]}})

    def read_exactly(self, end, n_bytes, timeout=10):
        end.setblocking(False)
        got = bytearray()

        def more():
            with contextlib.suppress(BlockingIOError):
                got.extend(end.recv(65536))
            return len(got) >= n_bytes
        wait_until(more, timeout, f'{n_bytes} bytes of sound')
        return bytes(got)

    def test_both_directions_bit_by_bit(self):
        spoken = os.urandom(32000 * 2)  # two seconds
        answer = os.urandom(48000 * 3)
        listen = self.open('OpenAudioOutput')
        self.start()
        speak = self.open('OpenAudioInput')
        for at in range(0, len(spoken), 333):  # odd pieces
            speak.sendall(spoken[at:at + 333])
        wait_until(lambda: len(self.heard_by_server()) >= len(spoken), 10, 'what was said')
        self.assertEqual(self.heard_by_server(), spoken)
        self.assertTrue(self.client.get('MicrophoneActive'))
        for at in range(0, len(answer), 9600):
            self.say(answer[at:at + 9600])
        self.assertEqual(self.read_exactly(listen, len(answer)), answer)
        self.assertEqual(self.client.get('State'), 'speaking')  # it takes three seconds to play
        self.client.session('Stop')
        self.assertEqual(self.read_until_end(listen), b'')
        self.assertRaises(BrokenPipeError, lambda: [speak.send(bytes(640)) for _ in range(100)])

    def read_until_end(self, end):
        end.setblocking(True)
        end.settimeout(10)
        got = b''
        while block := end.recv(65536):
            got += block
        return got

    def test_a_recording_in_one_go_loses_nothing(self):
        spoken = os.urandom(32000 * 5)
        self.start()
        speak = self.open('OpenAudioInput')
        if os.fork() == 0:
            speak.sendall(spoken)
            os._exit(0)
        speak.close()
        began = time.monotonic()
        wait_until(lambda: len(self.heard_by_server()) >= len(spoken), 10, 'what was said')
        self.assertEqual(self.heard_by_server(), spoken)
        self.assertGreater(time.monotonic() - began, 2.5)  # five seconds, of which two may come early
        self.server.wait_message('realtimeInput', condition=lambda content: 'audioStreamEnd' in content)
        os.wait()

    def test_muted_means_unheard(self):
        self.start()
        speak = self.open('OpenAudioInput')
        self.client.session('SetMuted', '(b)', True)
        speak.sendall(b'\x11\x11' * 16000)
        run_for(0.3)
        self.client.session('SetMuted', '(b)', False)
        speak.sendall(b'\x22\x22' * 3200)
        wait_until(lambda: len(self.heard_by_server()) >= 6400, 10, 'what was said after that')
        self.assertEqual(self.heard_by_server(), b'\x22\x22' * 3200)

    def test_interruption_drops_what_was_not_read(self):
        listen = self.open('OpenAudioOutput')
        self.start()
        self.server.send(self.number, serverContent={'outputTranscription': {'text': 'A long story.'}})
        self.say(b'\x11\x11' * 24000 * 20)
        self.client.wait_state('speaking')
        self.server.send(self.number, serverContent={'interrupted': True})
        self.client.wait_signal('Interrupted')
        self.server.send(self.number, serverContent={'turnComplete': True})
        self.say(b'\x22\x22' * 2400)
        got = bytearray()
        wait_until(lambda: self.read_more(listen, got).endswith(b'\x22\x22' * 2400), 10, 'the next answer')
        self.assertEqual(set(got[:-4800]), {0x11})
        self.assertLess(len(got), 48000)  # less than a second of what was cut

    @staticmethod
    def read_more(end, got):
        end.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            got.extend(end.recv(65536))
        return got

    def test_a_late_reader_loses_the_oldest(self):
        listen = self.open('OpenAudioOutput')
        self.start()
        frames = 24000 * 4
        newest = struct.pack('<h', frames // 24 - 1)
        self.say(b''.join(struct.pack('<h', i // 24) for i in range(frames)))
        self.server.send(self.number, serverContent={'turnComplete': True})
        self.client.wait_signal('Warning', lambda a: a[0] == 'frame-dropped', timeout=8)
        got = bytearray()
        wait_until(lambda: self.read_more(listen, got).endswith(newest * 24), 10, 'the newest')
        self.assertGreater(len(got), 1.5 * 48000)
        self.assertLess(len(got), 4 * 48000)
        self.client.wait_state('listening')
        samples = array.array('h', got)
        self.assertEqual(list(samples), sorted(samples))

    def test_a_reader_that_never_reads_holds_up_nothing(self):
        self.open('OpenAudioOutput')
        self.start()
        self.say(bytes(24000))
        self.server.send(self.number, serverContent={'turnComplete': True})
        self.client.wait_state('listening', timeout=5)

    def test_other_rates(self):
        listen = self.open('OpenAudioOutput', rate=GLib.Variant('u', 48000))
        self.start()
        speak = self.open('OpenAudioInput', rate=GLib.Variant('u', 48000))
        speak.sendall(struct.pack('<h', 5000) * 48000)
        speak.close()
        wait_until(lambda: len(self.heard_by_server()) >= 32000, 10, 'what was said')
        samples = array.array('h', self.heard_by_server())
        self.assertEqual(len(samples), 16000)
        self.assertEqual(set(samples[200:]), {5000})
        self.say(struct.pack('<h', -700) * 24000)
        samples = array.array('h', self.read_exactly(listen, 96000))
        self.assertEqual(set(samples[200:]), {-700})
        self.refuse('InvalidArgs', self.open, 'OpenAudioInput', rate=GLib.Variant('u', 47999))
        self.refuse('InvalidArgs', self.open, 'OpenAudioOutput', rate=GLib.Variant('i', 24000))

    def test_descriptors_are_closed(self):
        self.start()
        before = len(self.descriptors())
        ends = [self.open('OpenAudioInput') for _ in range(20)] + [self.open('OpenAudioOutput') for _ in range(20)]
        wait_until(lambda: len(self.descriptors()) == before + 2, 10, 'the newest two alone')
        for end in ends:
            end.close()
        wait_until(lambda: len(self.descriptors()) == before, 10, 'the end of them all')

    def test_owner_gone_leaves_nothing(self):
        watcher = self.daemon.connect()
        before = len(self.descriptors())
        owner = self.daemon.connect()
        path = owner.manager('CreateSession', '(a{sv})', {})
        ends = [owner.call_with_fds(path, 'Media', method, '(a{sv})', {})[1][0]
                for method in ('OpenAudioInput', 'OpenAudioOutput')]
        ends += owner.call_with_fds(path, 'Media', 'OpenEventStream', '(as)', ['state'])[1]
        owner.session('Start', '(a{sv})', {}, path=path)
        self.server.accept()
        owner.close()
        wait_until(lambda: len(self.descriptors()) <= before, 10, 'the end of them all')
        self.assertEqual(watcher.manager('ListSessions'), [(DEFAULT, watcher.manager('ListSessions')[0][1])])
        for end in ends:
            os.close(end)

    def test_other_audio_options(self):
        self.client.session('Start', '(a{sv})', {'audio': GLib.Variant('s', 'none')})
        self.server.accept()
        self.refuse('Unsupported', self.open, 'OpenAudioInput')
        self.refuse('Unsupported', self.open, 'OpenAudioOutput')
        path = self.client.manager('CreateSession', '(a{sv})', {'modalities': GLib.Variant('as', ['text'])})
        self.client.session('Start', '(a{sv})', {}, path=path)
        self.open('OpenAudioInput', path=path)
        self.refuse('Unsupported', self.open, 'OpenAudioOutput', path=path)


unittest.main(verbosity=2)
