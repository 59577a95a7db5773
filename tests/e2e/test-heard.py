#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written down of an interrupted answer is what was heard of it. The engine sends each word before its sound, a
recording tells how much of the sound was heard: the graph runs at 24 kHz, so that samples can be compared."""
import array
import base64
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from enginetap import EngineTap  # noqa: E402
from lvclient import run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv, read_recording  # noqa: E402

BUILD = os.environ['builddir']
RATE = 24000
QUANTUM = 1024
MATCH = 16  # samples that tell where the voice begins
N_INTERRUPTIONS = 10


def find_beginning(sent, recorded, start):
    """(where in the recording, from start on, it was begun; how much of it was played); None when it was not."""
    at = 2 * start - 1
    mark = sent[:MATCH].tobytes()
    while at % 2:
        at = recorded.tobytes().find(mark, at + 1)
        if at < 0:
            return None
    at //= 2
    length = next((i for i, (a, b) in enumerate(zip(sent, recorded[at:])) if a != b), len(sent))
    return at, length


def read_answer(contents):
    """(voice, for each word the sample with which it begins) as the engine sends them, each word before its sound."""
    voice, words = array.array('h'), []
    for content in contents:
        text = content.get('outputTranscription', {}).get('text', '')
        words += [len(voice)] * len(text.split())
        for part in content.get('modelTurn', {}).get('parts', []):
            if 'inlineData' in part:
                voice.frombytes(base64.b64decode(part['inlineData']['data']))
    return voice, words


def count_words(begins, end, heard):
    """How many words were heard, with the part of the last one. Words that begin together follow each other evenly."""
    edges = sorted(set(begins)) + [end]
    for begin, after in zip(edges, edges[1:]):
        if heard < after:
            before = sum(other < begin for other in begins)
            return before + begins.count(begin) * max(0, heard - begin) / (after - begin)
    return float(len(begins))


class Heard(unittest.TestCase):
    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.world.force_rate(RATE)
        self.world.force_quantum(QUANTUM)
        self.tap = EngineTap(BUILD)
        self.addCleanup(self.tap.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.tap.url}\necho-cancel = off\n', self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'state'])
        self.client.session('Start', '(a{sv})', {})
        self.client.wait_state('listening')

    def interrupt_after(self, seconds):
        """(messages of the answer, item as it was cut)"""
        mark, seen = len(self.tap.received), len(self.client.signals)
        self.client.session('SendText', '(sa{sv})', 'tell me a long story', {})
        self.client.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'speaking', seen, 20)
        run_for(seconds)
        self.client.session('Interrupt')
        item = self.client.wait_signal('Interrupted', mark=seen)[0]

        def cut():
            return [a[2] for a in self.client.since(seen, 'Transcript') if a[0] == item and a[3]]
        wait_until(cut, 5, 'the cut item')
        self.client.wait_state('listening')
        run_for(0.15)  # late sound of it would be in the recording now
        return self.tap.contents(mark), cut()[-1]

    def find_heard(self, voice, recorded, start):
        """(samples of the voice that were heard, where they end in the recording)"""
        first = next(i for i, sample in enumerate(voice) if sample)
        piece = find_beginning(voice[first:], recorded, start)
        self.assertIsNotNone(piece, 'nothing of the voice was heard')
        return first + piece[1], sum(piece)

    def test_an_interrupted_answer_ends_with_the_word_heard(self):
        capture = self.world.start_recording(str(self.daemon.directory / 'speaker.wav'), RATE)
        answers = [self.interrupt_after(0.3 + 0.17 * i) for i in range(N_INTERRUPTIONS)]
        capture.stop()
        recorded = read_recording(str(self.daemon.directory / 'speaker.wav')).speaker
        end, errors, counts = 0, [], set()
        for contents, text in answers:
            voice, begins = read_answer(contents)
            heard, end = self.find_heard(voice, recorded, end)
            counts.add(len(text.split()))
            errors.append(len(text.split()) - count_words(begins, len(voice), heard))
        print('words too many or too few:', *(f'{error:.2f}' for error in errors))
        self.assertLessEqual(max(map(abs, errors)), 1)
        self.assertGreater(len(counts), 5, 'the places at which it was interrupted are not different')


unittest.main(verbosity=2)
