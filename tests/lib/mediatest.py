# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the Media interface share: a daemon without PipeWire in front of a scripted server."""
import base64
import contextlib
import os
import socket
import unittest

from gi.repository import GLib

from lvclient import DEFAULT, error_name, wait_until
from lvdaemon import Daemon
from wireserver import WireServer

BUILD = os.environ['builddir']


# What a scripted server says is not what a person would: nobody looks whether it has lost its way
UNWATCHED = '[watchdogs]\n' + ''.join(f'{key} = 0\n' for key in (
    'setup-ms', 'reply-ms', 'turn-ms', 'empty-ms', 'ignored-ms', 'link-ms', 'cut-turns', 'rejected-turns',
    'hushed-turns', 'repeats', 'tool-calls'))


class MediaTest(unittest.TestCase):
    audio = 'none'
    config = ''  # besides the profile
    env = None   # of the daemon, besides ours

    def setUp(self):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.start_daemon(self.server.url)

    def start_daemon(self, endpoint):
        """In front of it a PipeWire that only waits: nobody may come."""
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {endpoint}\naudio = {self.audio}\n{self.config}',
                             self.env)
        self.addCleanup(self.daemon.remove)
        self.pipewire = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.pipewire.close)
        self.pipewire.bind(str(self.daemon.directory / 'pipewire-0'))
        self.pipewire.listen()
        self.pipewire.setblocking(False)
        self.addCleanup(self.look_for_pipewire)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['warnings', 'state', 'transcript'])

    def look_for_pipewire(self):
        self.assertRaises(BlockingIOError, self.pipewire.accept)

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

    def wait_descriptors(self, number):
        """Those that came with a call are closed when it has been answered."""
        wait_until(lambda: len(self.descriptors()) == number, 10, 'the end of a descriptor')
