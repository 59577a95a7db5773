#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals as lines of JSON on a socket, for programs without D-Bus."""
import contextlib
import json
import pathlib
import socket
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import DEFAULT, wait_until  # noqa: E402
from mediatest import UNWATCHED, MediaTest  # noqa: E402


class Events(MediaTest):
    config = UNWATCHED

    def setUp(self):
        super().setUp()
        self.texts = {}  # stream -> what was read of it and is not a line yet

    def open(self, topics, client=None, path=DEFAULT):
        stream = socket.socket(fileno=self.media('OpenEventStream', '(as)', topics, client=client, path=path)[1][0])
        self.addCleanup(stream.close)
        return stream

    def read_lines(self, stream, last):
        """Whole lines until one for which last() is true."""
        stream.setblocking(False)
        text = self.texts.setdefault(stream, bytearray())

        def complete():
            with contextlib.suppress(BlockingIOError):
                text.extend(stream.recv(65536))
            lines = [json.loads(line) for line in bytes(text).split(b'\n')[:-1]]
            return lines if any(last(line) for line in lines) else None
        lines = wait_until(complete, 10, 'lines')
        del text[:text.rindex(b'\n') + 1]
        return lines

    def test_lines_are_the_signals(self):
        stream = self.open(['transcript', 'state'])
        self.start()
        self.server.send(self.number, serverContent={'outputTranscription': {'text': 'Say "hé" \\ \n\u2028'}})
        self.server.send(self.number, serverContent={'turnComplete': True})
        lines = self.read_lines(stream, lambda line: line['signal'] == 'TurnComplete')
        self.client.wait_signal('TurnComplete')
        final = [line for line in lines if line['signal'] == 'Transcript' and line['final']]
        self.assertEqual(final, [{'signal': 'Transcript', 'item': final[0]['item'], 'role': 'model', 'text': 'Say "hé" \\ \n\u2028',
                                  'final': True}])
        self.assertIn({'signal': 'PropertiesChanged', 'changed': {'State': 'connecting'}}, lines)
        self.assertIn({'signal': 'TurnComplete', 'turn': 1, 'info': {}}, lines)
        self.assertNotIn('Warning', [line['signal'] for line in lines])

    def test_levels_come_to_a_stream_alone(self):
        stream = self.open(['levels'])
        self.client.session('Start', '(a{sv})', {'audio': GLib.Variant('s', 'fd')})
        self.server.accept()
        speak = socket.socket(fileno=self.media('OpenAudioInput', '(a{sv})', {})[1][0])
        self.addCleanup(speak.close)
        speak.sendall(struct.pack('<h', 16384) * 16000)
        lines = self.read_lines(stream, lambda line: line['input'] > 0)
        self.assertAlmostEqual(lines[-1]['input'], 0.5, 3)
        self.assertEqual({line['signal'] for line in lines}, {'Levels'})
        self.assertEqual(self.client.since(0, 'Levels'), [])

    def test_wrong_topics(self):
        self.refuse('InvalidArgs', self.open, [])
        self.refuse('InvalidArgs', self.open, ['gossip'])

    def test_sixteen_readers(self):
        streams = [self.open(['state']) for _ in range(16)]
        self.refuse('TooMany', self.open, ['state'])
        before = len(self.descriptors())
        streams.pop().close()
        wait_until(lambda: len(self.descriptors()) < before, 10, 'the end of one')
        self.open(['state'])

    def test_a_reader_that_does_not_read_is_closed(self):
        self.start()
        sleeper = self.open(['transcript'])
        reader = self.open(['transcript'])
        n_bytes = 0
        for _ in range(60):  # each item up to 16 KiB
            self.server.send(self.number, serverContent={'outputTranscription': {'text': 'x' * 16000}})
            self.server.send(self.number, serverContent={'turnComplete': True})
            lines = self.read_lines(reader, lambda line: line['signal'] == 'TurnComplete')
            n_bytes += sum(len(json.dumps(line)) for line in lines)
        self.assertGreater(n_bytes, 900000)
        sleeper.settimeout(5)
        got = 0
        while block := sleeper.recv(65536):
            got += len(block)
        self.assertLess(got, 768 * 1024)

    def test_stream_of_a_private_session_ends_with_it(self):
        path = self.client.manager('CreateSession', '(a{sv})', {})
        stream = self.open(['state'], path=path)
        self.client.session('Close', path=path)
        lines = self.read_lines(stream, lambda line: line['signal'] == 'Closed')
        self.assertEqual(lines[-1]['reason'], 'user')
        wait_until(lambda: stream.recv(1) == b'', 10, 'the end of the stream')


unittest.main(verbosity=2)
