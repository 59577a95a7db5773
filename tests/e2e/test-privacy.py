#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one program says stays with it: transcripts are unicast, private sessions are private, the dead leave nothing."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import Gio, GLib  # noqa: E402
from lvclient import MANAGER, NAME, Handler, error_name, run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
SECRET = 'the password is swordfish'
DECLARATION = json.dumps([{'name': 'wait', 'description': 'Waits for ever'}])


class Privacy(unittest.TestCase):
    def setUp(self):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.server.url}\naudio = none\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.owner = self.daemon.connect()
        self.stranger = self.daemon.connect()

    def open_private(self, options=None):
        path = self.owner.manager('CreateSession', '(a{sv})', options or {})
        self.owner.session('Subscribe', '(as)', ['transcript', 'tools', 'warnings', 'state', 'levels'], path=path)
        self.owner.session('Start', '(a{sv})', {}, path=path)
        number, _ = self.server.accept()
        return path, number

    def speak(self, number):
        self.server.send(number, serverContent={'outputTranscription': {'text': SECRET}})
        self.server.send(number, serverContent={'turnComplete': True})

    def test_transcript_reaches_subscribers_only(self):
        self.owner.session('Subscribe', '(as)', ['transcript'])
        self.owner.session('Start', '(a{sv})', {})
        number, _ = self.server.accept()
        self.speak(number)
        self.owner.wait_signal('Transcript', lambda a: SECRET in a[2] and a[3])
        run_for(0.3)
        self.assertNotIn(SECRET, str(self.stranger.signals))
        self.assertEqual(self.stranger.since(0, 'Transcript'), [])

    def test_private_session_is_silent_to_others(self):
        path, number = self.open_private()
        self.speak(number)
        self.owner.wait_signal('Transcript', lambda a: SECRET in a[2])
        run_for(0.3)
        self.assertEqual([s for s in self.stranger.signals if s[1] == path], [])

    def test_private_session_refuses_others(self):
        path, _ = self.open_private()
        for method, signature, arguments in (
                ('Start', '(a{sv})', ({},)), ('Stop', '()', ()), ('Toggle', '()', ()), ('Close', '()', ()),
                ('Subscribe', '(as)', (['transcript'],)), ('Unsubscribe', '(as)', (['transcript'],)),
                ('GetTranscript', '(u)', (0,)),
                ('SetMuted', '(b)', (True,)), ('StartTalking', '()', ()), ('StopTalking', '()', ()),
                ('Interrupt', '()', ()), ('SendText', '(sa{sv})', ('hello', {}))):
            with self.subTest(method), self.assertRaises(GLib.Error) as refused:
                self.stranger.session(method, signature, *arguments, path=path)
            self.assertEqual(error_name(refused.exception), 'NotOwner', method)
        with self.assertRaises(GLib.Error):
            self.stranger.get('State', path=path)
        self.assertNotEqual(self.owner.get('State', path=path), 'idle')

    def test_dead_client_leaves_nothing(self):
        watcher = self.stranger
        self.owner = victim = self.daemon.connect()
        handler = Handler(victim, '/org/example/Tools', lambda *_: None)
        path, number = self.open_private({'tools': GLib.Variant('s', DECLARATION),
                                          'tool-handler': GLib.Variant('o', handler.path)})
        self.server.send(number, toolCall={'functionCalls': [{'id': 'a1', 'name': 'wait', 'args': {}}]})
        wait_until(lambda: handler.calls, 10, 'the call')
        with self.server.frozen():  # its socket cannot close: nothing may wait for that
            victim.close()
            wait_until(lambda: path not in [p for p, _ in watcher.manager('ListSessions')], 10, 'the end of the session')
            with self.assertRaises(GLib.Error) as gone:
                watcher.session('Stop', path=path)
            self.assertEqual(error_name(gone.exception), 'UnknownMethod')
            self.assertEqual(watcher.manager('ListTools'), [])
        self.server.wait(lambda e: e[0] == 'close' and e[1] == number)

    def test_token_is_taken_until_the_socket_is_closed(self):
        options = {'token': GLib.Variant('s', 'mine')}
        path, number = self.open_private(options)
        with self.server.frozen():
            self.owner.session('Close', path=path)
            with self.assertRaises(GLib.Error) as closing:
                self.owner.manager('CreateSession', '(a{sv})', options)
            self.assertEqual(error_name(closing.exception), 'Busy')
        self.owner.wait_signal('SessionRemoved', lambda arguments: arguments == (path, 'user'))

    def test_sessions_are_not_listed_in_the_tree(self):
        path, _ = self.open_private()
        xml = self.stranger.bus.call_sync(NAME, MANAGER, 'org.freedesktop.DBus.Introspectable', 'Introspect', None, None,
                                          Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]
        self.assertNotIn(path.rsplit('/', 1)[1], xml)


class End(unittest.TestCase):
    """How the daemon takes leave when it cannot stay."""

    def setUp(self):
        self.daemon = Daemon(BUILD, '', {'G_DEBUG': ''})  # to warn is not to crash
        self.addCleanup(self.daemon.remove)
        self.first = self.spawn()

    def spawn(self):
        child = self.daemon.spawn('livevoiced', stderr=subprocess.PIPE, text=True)
        self.addCleanup(child.stderr.close)
        return child

    def test_name_is_taken(self):
        self.addCleanup(self.daemon.stop)
        wait_until(self.daemon.pid, 10, 'the first daemon')
        second = self.spawn()
        self.assertEqual(second.wait(10), 1)
        self.assertIn('is taken', second.stderr.read())
        self.assertIsNone(self.first.poll())

    def test_bus_is_lost(self):
        wait_until(self.daemon.pid, 10, 'the daemon')
        for client in self.daemon.clients:
            client.close()
        self.daemon.bus.kill()
        self.assertEqual(self.first.wait(10), 1)
        errors = self.first.stderr.read()
        self.assertIn('The connection to the bus was lost', errors)
        self.assertNotIn('is taken', errors)
        self.daemon.bus.wait(10)
        self.daemon.bus.stdout.close()
        self.daemon.log.close()


unittest.main(verbosity=2)
