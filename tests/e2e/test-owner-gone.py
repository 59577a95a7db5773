#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The owner of a session is killed in every state the session can be in: it closes with "owner-gone", its connection and
its descriptors go, and nobody else notices."""
import base64
import os
import pathlib
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from logind import SystemBus  # noqa: E402
from lvclient import MANAGER, Handler, error_name, wait_until  # noqa: E402
from mediatest import UNWATCHED, MediaTest  # noqa: E402
from remotepeer import Peer  # noqa: E402

VOICE = base64.b64encode(bytes(48000)).decode()


class OwnerGone(MediaTest):
    audio = 'fd'
    config = UNWATCHED

    def start_daemon(self, endpoint):
        super().start_daemon(endpoint)
        self.silent = socket.create_server(('127.0.0.1', 0))  # takes connections and says nothing
        self.addCleanup(self.silent.close)
        # somebody else, who must not notice
        self.other = self.daemon.connect()
        self.other_path = self.other.manager('CreateSession', '(a{sv})', {})
        self.other.session('Start', '(a{sv})', {}, path=self.other_path)
        self.other_number, _ = self.server.accept()
        self.other.session('Subscribe', '(as)', ['transcript'], path=self.other_path)

    # --- what brings a session there; each begins with a session that was created ---

    def call(self, method, signature='()', arguments='', interface='Session'):
        return self.peer.run(f'client.call({self.path!r}, "{interface}", "{method}", "{signature}", {arguments})')

    def open_media(self, method, signature='(a{sv})', arguments='{}', fds='()'):
        return self.peer.run(
            f'keep(client.call_with_fds({self.path!r}, "Media", "{method}", "{signature}", {arguments}, fds={fds}))')

    def begin(self, **options):
        words = ', '.join(f'"{key.replace("_", "-")}": Variant("s", "{value}")' for key, value in options.items())
        mark = len(self.server.events)
        self.call('Start', '(a{sv})', '{' + words + '}')
        return mark

    def listen(self, **options):
        self.number, _ = self.server.accept(self.begin(**options))
        self.wait_state('listening')

    def say(self, **content):
        self.server.send(self.number, **content)

    def wait_state(self, state):
        wait_until(lambda: self.listener.get('State', self.path) == state, 10, state)

    def reach_idle(self):
        pass

    def reach_connecting(self):
        self.begin(endpoint=f'ws://127.0.0.1:{self.silent.getsockname()[1]}/')
        self.wait_state('connecting')

    def reach_setting_up(self):
        self.number = self.server.wait(lambda e: e[0] == 'open', self.begin())[1]
        self.server.wait_message('setup', self.number)

    def reach_listening(self):
        self.listen()

    def reach_user_speaking(self):
        self.listen()
        self.say(serverContent={'inputTranscription': {'text': 'what is'}})
        self.wait_state('hearing')

    def reach_push_to_talk(self):
        self.listen(turn_detection='manual')
        self.open_media('OpenAudioInput')
        self.call('StartTalking')
        self.wait_state('hearing')

    def reach_model_speaking(self):
        self.open_media('OpenAudioOutput')
        self.listen()
        self.say(serverContent={'modelTurn': {'parts': [{'inlineData': {'mimeType': 'audio/pcm;rate=24000', 'data': VOICE}}]}})
        self.wait_state('speaking')

    def call_tool(self, name):
        self.say(toolCall={'functionCalls': [{'id': 'c1', 'name': name, 'args': {}}]})
        self.wait_state('thinking')

    def reach_own_tool_pending(self):
        self.peer.run('client.manager("RegisterTools", "(osa{sv})", handler("/tools"), \'[{"name":"slow"}]\', {})')
        self.listen()
        self.call_tool('slow')

    def reach_tool_of_another_pending(self):
        self.listen()
        self.call_tool('shared_slow')
        wait_until(lambda: self.shared.calls, 10, 'call of the shared tool')

    def reach_reconnecting(self):
        self.listen()
        self.server.command('drop', self.number)
        self.wait_state('reconnecting')

    def reach_closing(self):
        self.listen()
        self.frozen = self.server.frozen()
        self.frozen.__enter__()
        self.call('Stop')

    def reach_frame_on_its_way(self):
        self.listen()
        self.peer.run(f'client.bus.call_with_unix_fd_list("{self.daemon_name}", {self.path!r}, '
                      f'"{self.daemon_name}.Media", "SendFrame", Variant("(hsa{{sv}})", (0, "image/jpeg", {{}})), None, 0, -1, '
                      '__import__("gi.repository.Gio").repository.Gio.UnixFDList.new_from_array([make_pipe()]), None, None)')
        self.call('GetAudio')

    def reach_looking(self):
        self.listen()
        self.open_media('AttachVideo', '(hta{sv})', '0, 1, {}', '[__import__("socket").socketpair()[0].detach()]')

    def reach_descriptors_open(self):
        self.listen()
        for method in ('OpenAudioInput', 'OpenAudioOutput'):
            self.open_media(method)
        self.open_media('OpenEventStream', '(as)', '["transcript", "state"]')

    # --- the rest is the same for all ---

    daemon_name = 'org.livevoice.LiveVoice1'

    def make_session(self):
        self.peer = Peer(self.daemon)
        self.listener = self.daemon.connect()
        self.number = self.frozen = None
        self.path = self.peer.run(
            'client.manager("CreateSession", "(a{sv})", {"shared-tools": Variant("b", True), '
            f'"share-transcript-with": Variant("as", ["{self.listener.unique_name}"])}})')
        self.listener.session('Subscribe', '(as)', ['state'], path=self.path)

    def share_tool(self):
        provider = self.daemon.connect()
        self.shared = Handler(provider, '/shared', lambda *_: None)
        provider.manager('RegisterTools', '(osa{sv})', '/shared', '[{"name":"slow"}]',
                         {'scope': GLib.Variant('s', 'shared'), 'provider': GLib.Variant('s', 'shared')})

    def expect_undisturbed(self):
        mark = len(self.other.signals)
        self.server.send(self.other_number, serverContent={'outputTranscription': {'text': ' and so on'}})
        self.other.wait_signal('Transcript', lambda a: 'and so on' in a[2], mark)
        self.assertNotIn(self.other.get('State', self.other_path), ('idle', 'error', 'reconnecting'))

    def expect_gone(self):
        self.listener.wait_signal('Closed', lambda a: a[0] == ('owner-gone' if self.frozen is None else 'user'))
        if self.frozen is not None:
            self.frozen.__exit__(None, None, None)
        if self.number is not None:
            self.server.wait(lambda e: e[0] == 'close' and e[1] == self.number)
        sessions = [path for path, _ in self.other.manager('ListSessions')]
        self.assertNotIn(self.path, sessions)
        self.assertEqual(len(sessions), 2)
        self.assertEqual([tool[1] for tool in self.other.manager('ListTools')], ['shared_slow'])
        with self.assertRaises(GLib.Error) as refused:
            self.listener.get('State', self.path)
        self.assertIn('UnknownMethod', str(refused.exception) + error_name(refused.exception))
        self.listener.close()

    def die_in(self, reach):
        self.make_session()
        reach()
        self.peer.kill()
        self.expect_gone()
        self.expect_undisturbed()

    def test_every_state(self):
        self.share_tool()
        states = sorted(name for name in dir(self) if name.startswith('reach_'))
        self.die_in(self.reach_listening)  # what is made once is there
        self.wait_steady()
        descriptors = sorted(self.descriptors())
        for name in states:
            with self.subTest(name):
                self.die_in(getattr(self, name))
                wait_until(lambda: len(self.descriptors()) <= len(descriptors), 10,
                           f'the end of descriptors: {descriptors} {self.descriptors()}')
        self.assertEqual(len(states), 14)
        self.assertTrue(self.shared.cancelled)

    def wait_steady(self):
        wait_until(lambda: not [d for d in self.descriptors() if 'deleted' in d], 10)


class OwnerGoneAtRest(OwnerGone):
    """Where there is no connection, because nobody uses it or because the machine sleeps."""
    config = UNWATCHED + '[link]\npark-after-s = 1\n'
    test_every_state = None

    def start_daemon(self, endpoint):
        self.system = SystemBus()
        self.addCleanup(self.system.stop)
        self.system.start_logind()
        self.env = self.system.env
        super().start_daemon(endpoint)

    def wait_link(self, link):
        wait_until(lambda: self.call('GetHealth')['link'] == link, 10, link)

    def test_dozing(self):
        self.make_session()
        self.listen()
        self.say(sessionResumptionUpdate={'newHandle': 'handle', 'resumable': True})
        self.wait_link('dozing')
        self.assertEqual(self.listener.get('State', self.path), 'listening')
        self.peer.kill()
        self.expect_alone()

    def test_asleep(self):
        self.make_session()
        self.listen()
        self.system.sleep()
        self.wait_link('parked')
        self.peer.kill()
        self.expect_alone()
        mark = len(self.server.events)
        self.system.sleep(False)
        self.other_number, _ = self.server.accept(mark)
        self.other.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'listening')
        self.expect_undisturbed()

    def expect_alone(self):
        self.listener.wait_signal('Closed', lambda a: a[0] == 'owner-gone')
        self.server.wait(lambda e: e[0] == 'close' and e[1] == self.number)
        self.assertEqual(len(self.other.manager('ListSessions')), 2)
        self.listener.close()


if __name__ == '__main__':
    unittest.main()
