#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model's voice is whole, whatever the network and the speaker do: it breaks off and goes on without a click,
without a lost or a doubled sample, and a speaker that has to come up first plays its first sample. The graph runs at
24 kHz, so that samples can be compared."""
import array
import base64
import math
import os
import pathlib
import random
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from enginetap import EngineTap  # noqa: E402
from lvclient import run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv, read_recording  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
RATE = 24000
QUANTUM = 1024
EDGE = 48  # samples of silence on either side of the voice in which it may rise and fall
MATCH = 16  # samples that tell where in the voice we are
SLOW_START = 0.5  # seconds of what it gets that a slow speaker swallows
WIRED, BLUETOOTH = 'alsa_output.cold', 'bluez_output.cold'
ATTEMPTS = 4
PRIMING = {WIRED: 0.03, BLUETOOTH: 0.6}


def make_voice(seconds, start=0):
    """Two tones that do not fit together, so that no two places sound alike."""
    return array.array('h', (round(9000 * math.sin(2 * math.pi * 217.3 * i / RATE)
                                   + 6000 * math.sin(2 * math.pi * 341.9 * i / RATE + 1))
                             for i in range(start, start + int(seconds * RATE))))


def steepness(samples):
    """The largest second difference: of a cut it is as large as the voice was there."""
    return max(abs(samples[i] - 2 * samples[i - 1] + samples[i - 2]) for i in range(2, len(samples)))


def find_pieces(sent, recorded):
    """(begin in sent, begin in recorded, length) of what was played, in the order in which it was; None unless it was
    played to its end."""
    pieces, done, at = [], 0, 0
    heard = recorded.tobytes()
    while done < len(sent):
        mark = sent[done:done + MATCH].tobytes()
        at = heard.find(mark, 2 * at)
        while at > 0 and at % 2:
            at = heard.find(mark, at + 1)
        if at < 0:
            return None
        at //= 2
        length = 0
        while (done + length < len(sent) and at + length < len(recorded)
               and sent[done + length] == recorded[at + length]):
            length += 1
        pieces.append((done, at, length))
        done, at = done + length, at + length
    return pieces


def chunk(samples):
    return {'mimeType': f'audio/pcm;rate={RATE}', 'data': base64.b64encode(samples.tobytes()).decode()}


class Playout(unittest.TestCase):
    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.world.force_rate(RATE)
        self.world.force_quantum(QUANTUM)

    def start(self, url, **options):
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {url}\n', self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])
        self.client.session('Start', '(a{sv})', {key.replace('_', '-'): GLib.Variant('s', value)
                                                 for key, value in options.items()})

    def start_with_server(self, **options):
        server = WireServer(BUILD)
        self.addCleanup(server.stop)
        self.start(server.url, **options)
        number, _ = server.accept()
        self.client.wait_state('listening')
        return lambda **content: server.send(number, serverContent=content)

    def speak(self, send, samples):
        for begin in range(0, len(samples), RATE // 10):
            send(modelTurn={'parts': [{'inlineData': chunk(samples[begin:begin + RATE // 10])}]})

    def finish(self, send):
        send(generationComplete=True, turnComplete=True)

    def record(self, say):
        """What is at the speaker until everything that say() makes somebody say has been heard."""
        capture = self.world.start_recording(str(self.daemon.directory / 'speaker.wav'), RATE)
        mark = len(self.client.signals)
        say()
        self.client.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'speaking', mark, 20)
        self.client.wait_state('listening', timeout=20)
        run_for(0.1)  # the recorder has cycles of its own
        capture.stop()
        return read_recording(str(self.daemon.directory / 'speaker.wav')).speaker

    def assert_whole(self, sent, recorded, n_gaps):
        """Every sample once and in order, and silence alone between the pieces."""
        pieces = find_pieces(sent, recorded)
        self.assertIsNotNone(pieces, 'samples of the voice are missing')
        self.assertEqual(len(pieces), n_gaps + 1)
        for (_, begin, length), (_, next_begin, _) in zip(pieces, pieces[1:]):
            pause = recorded[begin + length + EDGE:next_begin - EDGE]
            self.assertFalse(any(pause), 'what was not said is heard in a pause')
        self.assertFalse(any(recorded[:pieces[0][1] - EDGE]))
        self.assertFalse(any(recorded[sum(pieces[-1][1:]) + EDGE:]))

    # ---- uneven arrival ----

    def test_stalls_neither_click_nor_lose_a_sample(self):
        send = self.start_with_server()
        voice = make_voice(1.6)
        parts = [voice[int(a * RATE):int(b * RATE)] for a, b in ((0, 0.3), (0.3, 0.75), (0.75, 1.6))]

        def say():
            """As unevenly as servers do."""
            for part, pause in zip(parts, (0.3 + 0.25, 0.45 + 1.75, 0)):
                self.speak(send, part)
                run_for(pause)
            self.finish(send)

        before = self.client.session('GetAudio')
        recorded = self.record(say)
        after = self.client.session('GetAudio')
        self.assertEqual(after['underruns'] - before['underruns'], 2)
        self.assertEqual(after['dropped'], 0)
        self.assertGreater(after['preroll-ms'], before['preroll-ms'])
        self.assertLessEqual(after['preroll-ms'], 600)
        self.assert_whole(voice, recorded, 2)
        smooth = steepness(voice)
        cut = array.array('h', voice[:5000]) + array.array('h', bytes(2000)) + voice[5000:]
        self.assertGreater(steepness(cut), 10 * smooth, 'this test does not hear clicks')
        self.assertLess(steepness(recorded), 6 * smooth, 'there is a click')

        # the same unevenness once more: it has been learnt
        voice = make_voice(1.2, RATE)
        source = random.Random(RATE)

        def trickle():
            for begin in range(0, len(voice), RATE // 10):
                self.speak(send, voice[begin:begin + RATE // 10])
                run_for(source.uniform(0.0, 0.19))
            self.finish(send)

        recorded = self.record(trickle)
        self.assert_whole(voice, recorded, 0)
        self.assertEqual(self.client.session('GetAudio')['underruns'], after['underruns'])

    def test_stalls_of_the_engine(self):
        faults = pathlib.Path(self.world.directory) / 'faults'
        faults.write_text('audio*3 0 pause 1750\naudio*5 0 pause 900\n')
        tap = EngineTap(BUILD, '--faults', str(faults))
        self.addCleanup(tap.stop)
        self.start(tap.url)
        self.client.wait_state('listening')
        mark = len(tap.received)
        recorded = self.record(lambda: self.client.session('SendText', '(sa{sv})', 'what is your name', {}))
        voice = array.array('h', tap.pcm(mark))
        first = next(i for i, sample in enumerate(voice) if sample)
        last = next(i for i in range(len(voice), 0, -1) if voice[i - 1])
        pieces = find_pieces(voice[first:last], recorded)
        self.assertIsNotNone(pieces, 'samples of the voice are missing')
        self.assertGreater(self.client.session('GetAudio')['underruns'], 0)

    # ---- a speaker at rest ----

    def add_cold_speaker(self, name):
        """One that runs only while it is played to; what it gets then is in the file."""
        path = str(pathlib.Path(self.world.directory) / f'{name}.wav')
        properties = f'{{ media.class = Audio/Sink node.name = {name} node.group = livevoice-test }}'
        process = subprocess.Popen(['pw-cat', '--record', '--target', '0', '--rate', str(RATE), '--channels', '1',
                                    '--format', 's16', '--properties', properties, path], env=self.world.env)
        self.world.wait_for_node(name)

        def finish():
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(10)
            with open(path, 'rb') as file:
                data = file.read()
            begin = data.index(b'data') + 8
            return array.array('h', data[begin:begin + (len(data) - begin) // 2 * 2])
        self.addCleanup(finish)
        return finish

    def hear_first_words(self, name, voice):
        """What a speaker that rests gets of the voice."""
        finish = self.add_cold_speaker(name)
        send = self.start_with_server(output_device=name)
        mark = len(self.client.signals)
        self.speak(send, voice)  # unannounced: nobody could have woken it before
        self.finish(send)
        self.client.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'speaking', mark)
        self.client.wait_state('listening', timeout=20)
        run_for(0.1)  # what stands in for the speaker has cycles of its own
        self.client.session('Stop')
        heard = finish()
        self.daemon.stop()
        self.world.wait_for_no_node(name)
        return heard

    def test_the_first_sample_is_heard_of_a_speaker_at_rest(self):
        voice = make_voice(0.5)
        for name, priming in PRIMING.items():
            for _ in range(ATTEMPTS):
                heard = self.hear_first_words(name, voice)
                pieces = find_pieces(voice, heard)
                self.assertEqual(len(pieces or ()), 1, name)
                # What stands in for the speaker here is no device with a clock: it may begin a cycle after the graph
                if pieces[0][1] >= priming * RATE:
                    break
                self.assertGreaterEqual(pieces[0][1] + QUANTUM, priming * RATE, name)
            self.assertGreaterEqual(pieces[0][1], priming * RATE, name)
            if priming > SLOW_START:  # the slowest of its kind swallows no sample of the voice
                self.assertEqual(len(find_pieces(voice, heard[int(SLOW_START * RATE):]) or ()), 1)

    def test_an_answer_to_be_expected_finds_the_speaker_awake(self):
        finish = self.add_cold_speaker(BLUETOOTH)
        send = self.start_with_server(output_device=BLUETOOTH)
        voice = make_voice(0.5)
        self.client.session('SendText', '(sa{sv})', 'hello', {})
        self.client.wait_state('thinking')
        run_for(1.0)
        self.speak(send, voice)
        self.finish(send)
        wait_until(lambda: self.client.session('GetAudio')['queued-ms'] == 0, 5, 'the end of the voice')
        # it began at once, and did not wait for the device to come up
        run_for(0.2)
        self.client.session('Stop')
        pieces = find_pieces(voice, finish())
        self.assertEqual(len(pieces or ()), 1)
        self.assertGreater(pieces[0][1], 0.8 * RATE)
        self.assertLess(pieces[0][1], 1.5 * RATE)


unittest.main(verbosity=2)
