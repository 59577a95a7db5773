#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a camera shows reaches the model through the real daemon and a real PipeWire: as JPEG of at most 768 pixels, at
most once a second, only when it changes, and only as long as somebody wants it."""
import base64
import os
import pathlib
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import Gio, GLib  # noqa: E402
from lvclient import DEFAULT, NAME, run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
RED, GREEN, BLUE = (255, 0, 0), (0, 160, 80), (0, 0, 255)


def look_at(jpeg):
    """(width, height, colour of the left half, of the right half) of a picture."""
    result = subprocess.run([f'{BUILD}/tests/media/look-at'], input=jpeg, capture_output=True, check=True)
    numbers = [int(word) for word in result.stdout.split()]
    return numbers[0], numbers[1], tuple(numbers[2:5]), tuple(numbers[5:8])


class Camera:
    """tests/media/video-producer in the world of the test."""

    def __init__(self, world, *arguments):
        self.process = subprocess.Popen([f'{BUILD}/tests/media/video-producer', *map(str, arguments)], env=world.env,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.node = int(self.process.stdout.readline().split()[1])
        objects = world.wait_for(lambda objects: self.node in objects, 'the camera')
        self.serial = objects[self.node]['info']['props']['object.serial']

    def paint_left(self, colour):
        self.process.stdin.write(b'left %02x%02x%02x\n' % colour)
        self.process.stdin.flush()

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Video(unittest.TestCase):
    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.server.url}\naudio = none\n'
                             '[profile offline]\nendpoint = engine\naudio = none\n', self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['warnings', 'state'])

    def start(self):
        self.client.session('Start', '(a{sv})', {})
        self.number, _setup = self.server.accept()
        self.client.wait_state('listening')

    def start_camera(self, *arguments):
        camera = Camera(self.world, *arguments)
        self.addCleanup(camera.stop)
        return camera

    def connect_to_pipewire(self):
        """What OpenPipeWireRemote() of a portal hands out."""
        remote = socket.socket(socket.AF_UNIX)
        remote.connect(os.path.join(self.world.env['XDG_RUNTIME_DIR'], 'pipewire-0'))
        return remote

    def attach(self, target, remote=None, client=None, **options):
        remote = remote or self.connect_to_pipewire()
        fds = Gio.UnixFDList.new()
        handle = fds.append(remote.fileno())
        remote.close()
        options = {key.replace('_', '-'): value for key, value in options.items()}
        reply, _fds = (client or self.client).bus.call_with_unix_fd_list_sync(
            NAME, DEFAULT, f'{NAME}.Media', 'AttachVideo', GLib.Variant('(hta{sv})', (handle, target, options)),
            None, Gio.DBusCallFlags.NONE, 10000, fds, None)
        return reply.unpack()[0]

    def sources(self):
        return self.client.get('VideoSources', interface='Media')

    def in_use(self):
        return self.client.get('VideoInUse', '/org/livevoice/LiveVoice1', 'Manager')

    def pictures(self, mark=0):
        """(microseconds, JPEG) of each that reached the server."""
        found = [(e[2], e[3]['realtimeInput']['video']) for e in self.server.events[mark:]
                 if e[0] == 'recv' and 'video' in e[3].get('realtimeInput', {})]
        self.assertLessEqual({video['mimeType'] for _us, video in found}, {'image/jpeg'})
        return [(us, base64.b64decode(video['data'])) for us, video in found]

    def wait_picture(self, n=1, timeout=10):
        return wait_until(lambda: len(self.pictures()) >= n and self.pictures()[n - 1], timeout, f'picture {n}')

    def assert_colour(self, found, wanted):
        for a, b in zip(found, wanted):
            self.assertAlmostEqual(a, b, delta=12)

    def assert_refused(self, name, function, *arguments, **options):
        with self.assertRaises(GLib.Error) as caught:
            function(*arguments, **options)
        self.assertEqual(Gio.dbus_error_get_remote_error(caught.exception).rsplit('.', 1)[1], name)

    def wait_lost(self, words, mark=0):
        code, message = self.client.wait_signal('Warning', lambda a: a[0] == 'video-lost', mark, 15)
        self.assertEqual(code, 'video-lost')
        self.assertIn(words, message['message'])
        self.assertEqual(self.sources(), [])
        self.assertFalse(self.in_use())
        self.assertEqual(self.client.get('State'), 'listening')

    def test_changes_reach_the_model(self):
        self.start()
        camera = self.start_camera('BGRx', 1920, 1080, 10)
        self.assertFalse(self.in_use())
        source = self.attach(camera.serial)
        self.assertTrue(self.in_use())
        us, jpeg = self.wait_picture()
        width, height, left, right = look_at(jpeg)
        self.assertEqual((width, height), (768, 432))
        self.assert_colour(left, RED)
        self.assert_colour(right, BLUE)
        wait_until(lambda: self.sources() == [(source, 'pipewire', {'streaming': True, 'format': 'BGRx', 'width': 1920,
                                                                    'height': 1080})], 5, 'the details of the source')
        run_for(2.2)
        self.assertEqual(len(self.pictures()), 1, 'a still picture is sent once')
        camera.paint_left(GREEN)
        painted = time.monotonic()
        us, jpeg = self.wait_picture(2, 2)
        self.assertLess(time.monotonic() - painted, 2)
        self.assert_colour(look_at(jpeg)[2], GREEN)
        self.client.call(DEFAULT, 'Media', 'DetachVideo', '(u)', source)
        self.assertFalse(self.in_use())
        self.world.wait_for_no_node('livevoice.video')
        self.assert_refused('InvalidArgs', self.client.call, DEFAULT, 'Media', 'DetachVideo', '(u)', source)

    def test_one_a_second_of_all_sources(self):
        self.start()
        cameras = [self.start_camera('NV12', 320, 240, 20), self.start_camera('MJPG', 640, 480, 20)]
        for camera in cameras:
            self.attach(camera.node, is_node_id=GLib.Variant('b', True), max_size=GLib.Variant('u', 640))
        self.assert_refused('TooMany', self.attach, cameras[0].serial)
        end = time.monotonic() + 4.5
        while time.monotonic() < end:
            for number, camera in enumerate(cameras):
                camera.paint_left((int(time.monotonic() * 100) % 256, 60 * number, 0))
            run_for(0.1)
        pictures = self.pictures()
        self.assertGreaterEqual(len(pictures), 4)
        for (before, _), (after, _) in zip(pictures, pictures[1:]):
            self.assertGreater(after - before, 950_000)
        self.assertEqual({look_at(jpeg)[:2] for _us, jpeg in pictures}, {(320, 240), (640, 480)})
        self.assertEqual([a for a in self.client.since(0, 'Warning')], [])

    def test_lost_sources(self):
        self.start()
        camera = self.start_camera('YUY2', 320, 240, 10)
        self.attach(camera.serial)
        self.wait_picture()
        camera.stop()
        self.wait_lost('gone')
        mark = len(self.client.signals)
        self.attach(424242)
        self.wait_lost('no such video stream', mark)
        mark = len(self.client.signals)
        speaker = self.world.wait_for_node('livevoice-test-speaker')['object.serial']
        self.attach(speaker)
        self.wait_lost('no video stream', mark)
        mark = len(self.client.signals)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours.send(os.urandom(5000))
        self.attach(1, theirs)
        ours.close()
        self.wait_lost('connection to PipeWire', mark)
        mark = len(self.client.signals)
        camera = self.start_camera('RGB', 320, 240, 10)
        self.attach(camera.serial)
        self.wait_picture(2)
        self.world.kill_server()
        self.wait_lost('', mark)
        self.assert_refused('NoAudioServer', self.attach, camera.serial, open(os.devnull, 'rb'),
                            own_pipewire=GLib.Variant('b', True))

    def test_ends_with_the_conversation_and_the_caller(self):
        camera = self.start_camera('I420', 320, 240, 10)
        self.assert_refused('NotReady', self.attach, camera.serial)
        self.start()
        self.attach(camera.serial, open(os.devnull, 'rb'), own_pipewire=GLib.Variant('b', True))
        self.wait_picture()
        self.client.manager('PanicStop')
        wait_until(lambda: not self.in_use(), 5, 'the end of video')
        self.world.wait_for_no_node('livevoice.video')

        mark = len(self.server.events)
        self.client.session('Start', '(a{sv})', {})
        self.server.accept(mark)
        self.client.wait_state('listening')
        self.assertEqual(self.sources(), [])
        other = self.daemon.connect()
        self.attach(camera.serial, client=other)
        self.wait_picture(2)
        other.close()
        wait_until(lambda: not self.in_use(), 5, 'the end of video')
        self.assertEqual(self.client.get('State'), 'listening')
        self.assertEqual(self.client.since(0, 'Warning'), [])

    def test_the_engine_sees(self):
        self.client.session('Subscribe', '(as)', ['transcript', 'state'])
        self.client.session('Start', '(a{sv})', {'profile': GLib.Variant('s', 'offline')})
        self.client.wait_state('listening')
        camera = self.start_camera('NV12', 640, 480, 10)
        self.attach(camera.serial)
        wait_until(lambda: self.sources() and self.sources()[0][2]['streaming'], 5, 'the camera')
        answer = ''
        end = time.monotonic() + 10
        while 'picture of 640 by 480 pixels, mostly red and blue' not in answer and time.monotonic() < end:
            mark = len(self.client.signals)
            self.client.session('SendText', '(sa{sv})', 'what do you see', {})
            answer = self.client.wait_signal('Transcript', lambda a: a[1] == 'model' and a[3], mark)[2]
            run_for(0.2)  # at most ten texts a second are taken
        self.assertIn('picture of 640 by 480 pixels, mostly red and blue', answer)

    def test_bad_arguments(self):
        self.start()
        camera = self.start_camera('BGRx', 320, 240, 10)
        self.assert_refused('InvalidArgs', self.attach, camera.serial, open(os.devnull, 'rb'))
        self.assert_refused('InvalidArgs', self.attach, camera.serial, socket.socket(socket.AF_INET))
        for options in ({'fps': GLib.Variant('d', 2.0)}, {'fps': GLib.Variant('d', 0.0)}, {'fps': GLib.Variant('u', 1)},
                        {'fps': GLib.Variant('d', float('nan'))}, {'max-size': GLib.Variant('u', 63)},
                        {'max-size': GLib.Variant('u', 4097)}, {'!colour': GLib.Variant('b', True)},
                        {'own-pipewire': GLib.Variant('s', 'yes')}, {'is-node-id': GLib.Variant('u', 1)}):
            self.assert_refused('InvalidArgs', self.attach, camera.serial, **options)
        self.assertEqual(self.sources(), [])


if __name__ == '__main__':
    unittest.main(verbosity=2)
