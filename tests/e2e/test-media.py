#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures, sound and events by file descriptors: bit by bit what was sent, and nothing odd does any harm."""
import array
import base64
import contextlib
import fcntl
import json
import os
import pathlib
import socket
import struct
import sys
import tempfile
import time
import unittest
import wave
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import DEFAULT, error_name, run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
SPEECH = pathlib.Path(os.environ['srcdir']) / 'data/audio'
MIB = 1024 * 1024
SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW


def make_jpeg(width=64, height=48, n_bytes=0):
    """The frame of a picture: what is between the headers says nothing to anybody here."""
    head = bytes.fromhex('ffd8ffe000104a46494600010100000100010000')
    frame = b'\xff\xc0' + struct.pack('>HBHHB', 11, 8, height, width, 1) + b'\x01\x11\x00'
    scan = b'\xff\xda' + struct.pack('>HB', 8, 1) + b'\x01\x00\x00\x3f\x00'
    return head + frame + scan + bytes(i * 7 % 251 for i in range(max(200, n_bytes))) + b'\xff\xd9'


def make_png(width=2, height=2):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0)) +
            chunk(b'IDAT', zlib.compress((b'\0' + bytes(width)) * height)) + chunk(b'IEND', b''))


@contextlib.contextmanager
def memfd(data, seals=SEALS):
    descriptor = os.memfd_create('frame', os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.write(descriptor, data)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        yield descriptor
    finally:
        os.close(descriptor)


class MediaTest(unittest.TestCase):
    audio = 'none'

    def setUp(self):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.server.url}\naudio = {self.audio}\n',
                             {'PIPEWIRE_REMOTE': '/nonexistent/pipewire'})
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['warnings', 'state', 'transcript'])

    def start(self):
        self.client.session('Start', '(a{sv})', {})
        self.number, setup = self.server.accept()
        self.client.wait_state('listening')
        return setup

    def media(self, method, signature, *arguments, fds=(), path=DEFAULT, client=None):
        return (client or self.client).call_with_fds(path, 'Media', method, signature, *arguments, fds=fds)

    def send_frame(self, descriptor, mime_type='', **options):
        return self.media('SendFrame', '(hsa{sv})', 0, mime_type, options, fds=[descriptor])[0]

    def send_image(self, data, mime_type='', **options):
        return self.media('SendImage', '(aysa{sv})', data, mime_type, options)[0]

    def refuse(self, expected, call, *arguments, **options):
        with self.assertRaises(GLib.Error) as refused:
            call(*arguments, **options)
        self.assertEqual(error_name(refused.exception), expected, refused.exception)
        return refused.exception.message

    def wait_video(self, mark):
        message = self.server.wait_message('realtimeInput', mark=mark, condition=lambda content: 'video' in content)
        return message['video']['mimeType'], base64.b64decode(message['video']['data'])

    def videos(self, mark):
        return [m for m in self.server.messages('realtimeInput', mark) if 'video' in m]

    def descriptors(self):
        """What the daemon holds open."""
        directory = f'/proc/{self.daemon.pid()}/fd'
        found = []
        for name in os.listdir(directory):
            with contextlib.suppress(FileNotFoundError):
                found.append(os.readlink(f'{directory}/{name}'))
        return found

    def next_second(self):
        """The rate is a picture a second: exact, so a little more is enough."""
        run_for(1.02)


class Pictures(MediaTest):
    def test_every_kind_arrives_bit_by_bit(self):
        self.start()
        picture = make_jpeg(n_bytes=300000)
        before = len(self.descriptors())
        with tempfile.TemporaryFile() as file, memfd(picture) as sealed, memfd(picture, 0) as open_memory:
            file.write(picture)
            file.flush()
            file.seek(17)  # a file is read from its beginning
            for name, descriptor in ('sealed', sealed), ('unsealed', open_memory), ('file', file.fileno()):
                with self.subTest(name):
                    mark = len(self.server.events)
                    self.assertTrue(self.send_frame(descriptor, 'image/jpeg'))
                    self.assertEqual(self.wait_video(mark), ('image/jpeg', picture))
                    self.next_second()
        with self.subTest('pipe'):
            reading, writing = os.pipe()
            mark = len(self.server.events)
            if os.fork() == 0:
                os.close(reading)
                for at in range(0, len(picture), 1000):
                    os.write(writing, picture[at:at + 1000])
                os._exit(0)
            os.close(writing)
            self.assertTrue(self.send_frame(reading))
            os.close(reading)
            os.wait()
            self.assertEqual(self.wait_video(mark), ('image/jpeg', picture))
            self.next_second()
        with self.subTest('message'):
            mark = len(self.server.events)
            self.assertTrue(self.send_image(make_png(), 'image/png'))
            self.assertEqual(self.wait_video(mark), ('image/png', make_png()))
        self.assertEqual(len(self.descriptors()), before)

    def test_one_a_second(self):
        self.start()
        mark = len(self.server.events)
        self.assertTrue(self.send_image(make_jpeg()))
        with memfd(make_jpeg()) as descriptor:
            self.assertFalse(self.send_frame(descriptor))
        for _ in range(20):
            self.assertFalse(self.send_image(make_jpeg()))
        self.client.wait_signal('Warning', lambda a: a[0] == 'frame-dropped')
        self.next_second()
        self.assertTrue(self.send_image(make_jpeg()))
        self.server.wait(lambda event: len(self.videos(mark)) == 2)
        self.assertEqual(len([a for a in self.client.since(0, 'Warning') if a[0] == 'frame-dropped']), 1)

    def test_errors_have_names(self):
        self.refuse('NotReady', self.send_image, make_jpeg())
        self.start()
        self.refuse('InvalidArgs', self.send_image, b'')
        self.refuse('InvalidArgs', self.send_image, b'GIF89a' + bytes(100))
        self.refuse('InvalidArgs', self.send_image, make_jpeg(), 'image/png')
        self.refuse('InvalidArgs', self.send_image, make_jpeg()[:20])
        self.refuse('InvalidArgs', self.send_image, make_jpeg(width=0))
        self.refuse('InvalidArgs', self.send_image, make_png()[:30])
        self.refuse('InvalidArgs', self.send_image, b'\xff\xd8' + b'\xff' * 1000)
        self.refuse('InvalidArgs', self.send_image, make_jpeg(), **{'max-size': GLib.Variant('u', 1)})
        self.refuse('InvalidArgs', self.send_image, make_jpeg(), **{'max-size': GLib.Variant('s', '768')})
        self.refuse('InvalidArgs', self.send_image, make_jpeg(), **{'!rotate': GLib.Variant('u', 90)})
        self.refuse('TooLarge', self.send_image, make_jpeg(n_bytes=256 * 1024))
        self.refuse('TooLarge', self.send_image, make_png(20000, 1))
        self.assertTrue(self.send_image(make_jpeg()))  # none of them counted

    def test_odd_descriptors_do_no_harm(self):
        self.start()
        before = len(self.descriptors())
        with memfd(b'') as empty, memfd(bytes(8 * MIB + 1)) as large, tempfile.TemporaryFile() as sparse, \
                open('/dev/zero', 'rb') as zero, open('/proc/self/maps', 'rb') as odd_file, \
                socket.socket() as unconnected:
            sparse.truncate(1 << 40)
            directory = os.open('/', os.O_RDONLY | os.O_DIRECTORY)
            path_only = os.open('/etc/hostname', os.O_PATH)
            write_only = os.open(f'/proc/self/fd/{sparse.fileno()}', os.O_WRONLY)
            reading, writing = os.pipe()
            os.close(writing)
            other_reading, other_writing = os.pipe()
            for name, descriptor, expected in (
                    ('empty', empty, 'InvalidArgs'), ('large memfd', large, 'TooLarge'),
                    ('sparse', sparse.fileno(), 'TooLarge'), ('zero', zero.fileno(), 'InvalidArgs'),
                    ('proc', odd_file.fileno(), 'InvalidArgs'), ('directory', directory, 'InvalidArgs'),
                    ('path', path_only, 'InvalidArgs'), ('write-only', write_only, 'InvalidArgs'),
                    ('socket', unconnected.fileno(), 'InvalidArgs'), ('closed pipe', reading, 'InvalidArgs'),
                    ('wrong end of a pipe', other_writing, 'InvalidArgs')):
                with self.subTest(name):
                    self.refuse(expected, self.send_frame, descriptor)
            for descriptor in directory, path_only, write_only, reading, other_reading, other_writing:
                os.close(descriptor)
        with self.subTest('no descriptor'):
            self.refuse('InvalidArgs', self.client.call, DEFAULT, 'Media', 'SendFrame', '(hsa{sv})', 0, '', {})
        with self.subTest('wrong index'), memfd(make_jpeg()) as descriptor:
            self.refuse('InvalidArgs', self.media, 'SendFrame', '(hsa{sv})', 5, '', {}, fds=[descriptor])
        with self.subTest('too many descriptors'), memfd(make_jpeg()) as descriptor:
            self.assertTrue(self.media('SendFrame', '(hsa{sv})', 0, '', {}, fds=[descriptor] * 10)[0])
        self.assertEqual(len(self.descriptors()), before)
        self.assertEqual(self.client.get('State'), 'listening')

    def test_endless_and_silent_pipes(self):
        self.start()
        before = len(self.descriptors())
        reading, writing = os.pipe()
        flood = os.fork()
        if flood == 0:
            os.close(reading)
            with contextlib.suppress(BrokenPipeError):
                while True:
                    os.write(writing, make_jpeg()[:400] * 100)
            os._exit(0)
        os.close(writing)
        self.refuse('TooLarge', self.send_frame, reading)
        os.close(reading)
        os.waitpid(flood, 0)  # it got EPIPE: the daemon has closed its end

        reading, writing = os.pipe()
        os.write(writing, b'\xff\xd8\xff')
        replies = []
        self.call_later(replies, reading)
        self.assertFalse(self.send_image(make_jpeg()))  # one at a time
        self.assertEqual(self.client.get('State'), 'listening')  # and nobody waits
        wait_until(lambda: replies, 10, 'the end of a pipe that says nothing')
        self.assertEqual(replies, ['Timeout'])
        os.close(reading)
        os.close(writing)
        self.assertEqual(len(self.descriptors()), before)

    def call_later(self, replies, descriptor):
        from gi.repository import Gio
        there = Gio.UnixFDList()
        there.append(descriptor)

        def on_reply(bus, result):
            try:
                replies.append(bus.call_with_unix_fd_list_finish(result)[0].unpack()[0])
            except GLib.Error as error:
                replies.append(error_name(error))
        self.client.bus.call_with_unix_fd_list(
            'org.livevoice.LiveVoice1', DEFAULT, 'org.livevoice.LiveVoice1.Media', 'SendFrame',
            GLib.Variant('(hsa{sv})', (0, '', {})), None, Gio.DBusCallFlags.NONE, 20000, there, None, on_reply)

    def test_file_truncated_while_it_is_read(self):
        self.start()
        picture = make_jpeg(n_bytes=4 * MIB)
        with tempfile.TemporaryFile() as file:
            for at in range(0, len(picture), 200000):
                file.seek(0)
                file.truncate(0)
                file.write(picture)
                file.flush()
                replies = []
                self.call_later(replies, file.fileno())
                file.truncate(at)
                wait_until(lambda: replies, 10, 'a reply')
                self.assertIn(replies[0], (True, False, 'InvalidArgs'))
        self.assertEqual(self.client.get('State'), 'listening')

    def test_session_closed_while_a_picture_is_read(self):
        path = self.client.manager('CreateSession', '(a{sv})', {})
        self.client.session('Start', '(a{sv})', {}, path=path)
        self.server.accept()
        reading, writing = os.pipe()
        replies = []
        from gi.repository import Gio
        there = Gio.UnixFDList()
        there.append(reading)
        self.client.bus.call_with_unix_fd_list(
            'org.livevoice.LiveVoice1', path, 'org.livevoice.LiveVoice1.Media', 'SendFrame',
            GLib.Variant('(hsa{sv})', (0, '', {})), None, Gio.DBusCallFlags.NONE, 20000, there, None,
            lambda bus, result: replies.append(self.finish(bus, result)))
        self.client.session('Close', path=path)
        os.write(writing, make_jpeg())
        os.close(writing)
        os.close(reading)
        wait_until(lambda: replies, 10, 'a reply')
        self.assertIn(replies[0], ('NotReady', 'NoSuchSession'))

    def finish(self, bus, result):
        try:
            return bus.call_with_unix_fd_list_finish(result)[0].unpack()[0]
        except GLib.Error as error:
            return error_name(error)


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
        self.assertEqual(len(self.descriptors()), before + 2)  # the newest
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


class Events(MediaTest):
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

    def test_strangers_have_no_way_in(self):
        stranger = self.daemon.connect()
        path = self.client.manager('CreateSession', '(a{sv})', {})
        self.refuse('NotOwner', self.open, ['transcript'], client=stranger, path=path)
        self.refuse('NotOwner', self.media, 'OpenAudioInput', '(a{sv})', {}, client=stranger, path=path)
        self.refuse('NotOwner', self.media, 'SendImage', '(aysa{sv})', make_png(), '', {}, client=stranger, path=path)
        with memfd(make_png()) as descriptor:
            self.refuse('NotOwner', self.media, 'SendFrame', '(hsa{sv})', 0, '', {}, fds=[descriptor], client=stranger,
                        path=path)


unittest.main(verbosity=2)
