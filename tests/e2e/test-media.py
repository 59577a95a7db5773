#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures by file descriptors: bit by bit what was sent, and nothing odd does any harm."""
import contextlib
import fcntl
import os
import pathlib
import socket
import struct
import sys
import tempfile
import unittest
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import Gio, GLib  # noqa: E402
from lvclient import DEFAULT, NAME, error_name, run_for, wait_until  # noqa: E402
from mediatest import MediaTest  # noqa: E402

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
                    run_for(1.02)  # the rate is exact
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
            run_for(1.02)  # the rate is exact
        with self.subTest('message'):
            mark = len(self.server.events)
            self.assertTrue(self.send_image(make_png(), 'image/png'))
            self.assertEqual(self.wait_video(mark), ('image/png', make_png()))
        self.wait_descriptors(before)

    def test_one_a_second(self):
        self.start()
        mark = len(self.server.events)
        self.assertTrue(self.send_image(make_jpeg()))
        with memfd(make_jpeg()) as descriptor:
            self.assertFalse(self.send_frame(descriptor))
        for _ in range(20):
            self.assertFalse(self.send_image(make_jpeg()))
        self.client.wait_signal('Warning', lambda a: a[0] == 'frame-dropped')
        run_for(1.02)  # the rate is exact
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

    def test_models_that_see_nothing(self):
        path = self.client.manager('CreateSession', '(a{sv})', {
            'model': GLib.Variant('s', 'gemini-3.5-live-translate-preview'), 'translate-to': GLib.Variant('s', 'es')})
        self.client.session('Start', '(a{sv})', {}, path=path)
        self.server.accept()
        with memfd(make_jpeg()) as descriptor:
            message = self.refuse('Unsupported', self.media, 'SendFrame', '(hsa{sv})', 0, '', {}, fds=[descriptor],
                                  path=path)
        self.assertIn('gemini-3.5-live-translate-preview', message)

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
        self.wait_descriptors(before)
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
        self.wait_descriptors(before)

    def call_later(self, replies, descriptor, path=DEFAULT):
        """SendFrame that does not wait: the result or the name of the error comes to replies."""
        there = Gio.UnixFDList()
        there.append(descriptor)

        def on_reply(bus, result):
            try:
                replies.append(bus.call_with_unix_fd_list_finish(result)[0].unpack()[0])
            except GLib.Error as error:
                replies.append(error_name(error))
        self.client.bus.call_with_unix_fd_list(NAME, path, f'{NAME}.Media', 'SendFrame',
                                               GLib.Variant('(hsa{sv})', (0, '', {})), None, Gio.DBusCallFlags.NONE,
                                               20000, there, None, on_reply)

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
        self.call_later(replies, reading, path)
        self.client.session('Close', path=path)
        os.write(writing, make_jpeg())
        os.close(writing)
        os.close(reading)
        wait_until(lambda: replies, 10, 'a reply')
        self.assertIn(replies[0], ('NotReady', 'NoSuchSession'))

    def test_strangers_have_no_way_in(self):
        stranger = self.daemon.connect()
        path = self.client.manager('CreateSession', '(a{sv})', {})
        self.refuse('NotOwner', self.media, 'OpenEventStream', '(as)', ['transcript'], client=stranger, path=path)
        self.refuse('NotOwner', self.media, 'OpenAudioInput', '(a{sv})', {}, client=stranger, path=path)
        self.refuse('NotOwner', self.media, 'SendImage', '(aysa{sv})', make_png(), '', {}, client=stranger, path=path)
        with memfd(make_png()) as descriptor:
            self.refuse('NotOwner', self.media, 'SendFrame', '(hsa{sv})', 0, '', {}, fds=[descriptor], client=stranger,
                        path=path)


unittest.main(verbosity=2)
