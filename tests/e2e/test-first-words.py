#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said at the very beginning of a conversation reaches the server whole, however long it takes to connect."""
import array
import cmath
import math
import os
import pathlib
import sys
import time
import unittest
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from lvclient import wait_until  # noqa: E402
from microphonetest import MicrophoneTest  # noqa: E402

QUESTION = pathlib.Path(os.environ['srcdir']) / 'data/audio/ask-time.wav'
RATE = 16000
CHUNK = 320
TONE_HZ = 437.3  # no whole number of periods in a chunk: one that is lost, doubled or swapped breaks the phase


def write_tone(path, seconds):
    samples = array.array('h', (int(12000 * math.sin(2 * math.pi * TONE_HZ * i / RATE)) for i in range(int(seconds * RATE))))
    with wave.open(str(path), 'wb') as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def tone_error(samples):
    """Largest deviation from the best ideal tone, as a share of its amplitude."""
    turn = [cmath.exp(-2j * math.pi * TONE_HZ * i / RATE) for i in range(len(samples))]
    best = 2 * sum(s * t for s, t in zip(samples, turn)) / len(samples)
    return max(abs(s - (best * t.conjugate()).real) for s, t in zip(samples, turn)) / abs(best)


class Beginning(MicrophoneTest):
    def speak_while_connecting(self, seconds, delay):
        """Speaks from the start on, completes the setup after `delay` seconds; returns what the server heard."""
        path = self.daemon.directory / 'tone.wav'
        write_tone(path, seconds)
        self.began = began = time.monotonic()
        self.client.session('Start', '(a{sv})', {})
        playing = self.world.play_to_microphone(str(path))
        number = self.server.wait(lambda e: e[0] == 'open')[1]
        self.server.wait_message('setup', number)
        playing.wait()
        wait_until(lambda: time.monotonic() - began > delay, delay + 5, 'the time')
        self.assertEqual(self.frames(), [])
        self.server.send(number, setupComplete={})
        self.client.wait_state('listening', 'hearing')
        asked = self.server.wait(lambda e: e[0] == 'sent')[2]
        self.server.wait(lambda e: e[0] == 'recv' and e[2] > asked + 1e6)  # by then all that was held is there
        self.assertEqual({len(frame) for frame in self.frames()}, {2 * CHUNK})
        return array.array('h', b''.join(self.frames()))

    def expect_whole(self, heard, seconds):
        """The tone is there from its first to its last sample, each once and in order."""
        loud = [i for i, sample in enumerate(heard) if abs(sample) > 200]
        self.assertAlmostEqual((loud[-1] - loud[0]) / RATE, seconds, delta=0.002)
        error = tone_error(heard[loud[0] + 80:loud[-1] - 80])
        print(f'{seconds:.1f} s of tone: deviation {20 * math.log10(error):.0f} dB')
        self.assertLess(error, 0.02)

    def seconds_until_heard(self, heard):
        """From the call of Start to the first sample, when none of them was dropped."""
        last = [e for e in self.server.events if e[0] == 'recv' and 'audio' in e[3].get('realtimeInput', {})][-1]
        return last[2] / 1e6 - self.began - len(heard) / RATE

    def test_words_while_the_setup_takes_long(self):
        self.world.force_quantum(1024)  # cycles that a busy machine can meet
        heard = self.speak_while_connecting(1.6, 2.5)
        opening = self.seconds_until_heard(heard)
        print(f'the microphone is open {opening * 1000:.0f} ms after Start')
        self.assertLess(opening, 0.5)  # also on a busy machine
        self.expect_whole(heard, 1.6)
        self.assertEqual([a for a in self.client.since(0, 'Warning')], [])

    def test_words_outlast_the_silence_after_them(self):
        self.world.force_quantum(1024)
        heard = self.speak_while_connecting(1.2, 6.0)
        self.expect_whole(heard, 1.2)
        self.assertLess(len(heard) / RATE, 4.5)  # 3 s held, 1 s since
        self.assertEqual([a for a in self.client.since(0, 'Warning')], [])


class FirstWord(MicrophoneTest):
    config = '[profile default]\nendpoint = engine\n'

    def test_first_word_with_the_engine(self):
        self.client.session('Start', '(a{sv})', {})
        playing = self.world.play_to_microphone(str(QUESTION))
        said = self.client.wait_signal('Transcript', lambda a: a[1] == 'user' and a[3], timeout=30)[2]
        playing.wait()
        self.assertTrue(said.lower().startswith('what'), said)


unittest.main(verbosity=2)
