#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon is killed or ended in every state of a conversation, applications come and go: who goes on where, and what
stays on disk. Real daemon; a server that does what the test says, or the real engine."""
import json
import os
import pathlib
import re
import signal
import stat
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from enginetap import EngineTap  # noqa: E402
from lvclient import Handler, error_name, run_for, wait_until  # noqa: E402
from lvdaemon import Daemon, wait_gone  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
TOOL = {'name': 'open_door', 'description': 'Open the door'}


class RestartTest(unittest.TestCase):
    def start_daemon(self, url, config=''):
        self.daemon = Daemon(BUILD, f'{config}\n[profile default]\nendpoint = {url}\naudio = none\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop(), self.daemon.read_log()))
        self.store = self.daemon.directory / 'state/livevoice/conversations'
        self.client = self.daemon.connect()
        self.subscribe()

    def subscribe(self):
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])

    def end_daemon(self, how=signal.SIGKILL):
        pid = self.daemon.pid()
        descriptor = os.pidfd_open(pid)
        os.kill(pid, how)
        self.assertTrue(wait_gone(descriptor))
        wait_until(lambda: self.daemon.pid() is None, 10, 'end of the name')

    def files(self):
        """Without one that is being written."""
        return sorted(file for file in self.store.iterdir() if file.suffix != '.new') if self.store.exists() else []

    def wait_kept(self, text):
        """What a crash right now would leave."""
        wait_until(lambda: any(text in file.read_text() for file in self.files()), 10, f'{text} on disk')

    def start(self, **options):
        self.mark = len(self.client.signals)
        self.client.session('Start', '(a{sv})', options)

    def warnings(self):
        return [arguments[0] for arguments in self.client.since(self.mark, 'Warning')]

    def transcript(self, path=None, client=None):
        items = (client or self.client).session('GetTranscript', '(u)', 0, **({'path': path} if path else {}))
        return [(item[0], item[1], item[2]) for item in items]

    def refuse(self, client, expected, options):
        with self.assertRaises(GLib.Error) as refused:
            client.manager('CreateSession', '(a{sv})', options)
        self.assertEqual(error_name(refused.exception), expected, refused.exception)


class Killed(RestartTest):
    def setUp(self):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.start_daemon(self.server.url)

    def say(self, **content):
        self.server.send(self.number, serverContent=content)

    def accept(self, handle):
        """The newest connection asks for @handle, None for none."""
        mark = self.events
        self.number, setup = self.server.accept(mark)
        self.events = len(self.server.events)
        self.assertEqual(setup['sessionResumption'].get('handle'), handle)

    def converse(self):
        self.events = 0
        self.start()
        self.accept(None)
        self.server.send(self.number, sessionResumptionUpdate={'newHandle': 'handle-1', 'resumable': True})
        self.say(inputTranscription={'text': 'who are you', 'finished': True})
        self.say(outputTranscription={'text': 'nobody'})
        self.say(turnComplete=True)
        self.wait_kept('nobody')
        self.wait_kept('handle-1')

    def go_on(self, *expected, handle='handle-1'):
        self.events = len(self.server.events)
        self.subscribe()
        self.start()
        self.accept(handle)
        self.client.wait_signal('Warning', mark=self.mark)
        self.client.wait_signal('Warning', mark=self.mark)
        self.client.wait_state('listening', 'thinking')
        self.assertEqual(self.warnings(), ['continued'])
        self.assertEqual([item[2] for item in self.transcript()], list(expected))

    def begin_anew(self):
        self.events = len(self.server.events)
        self.subscribe()
        self.start()
        self.accept(None)
        self.client.wait_state('listening')
        self.assertEqual((self.warnings(), self.transcript()), ([], []))

    def test_idle(self):
        self.end_daemon()
        self.begin_anew()

    def test_connecting(self):
        self.start()
        self.server.wait_message('setup')
        self.end_daemon()
        self.begin_anew()

    def test_listening(self):
        self.converse()
        before = self.transcript()
        self.end_daemon()
        self.go_on('who are you', 'nobody')
        self.assertEqual(self.transcript(), before)
        self.say(inputTranscription={'text': 'again', 'finished': True})
        item = self.client.wait_signal('Transcript', lambda a: a[2] == 'again', self.mark)
        self.assertGreater(item[0], before[-1][0])

    def test_user_speaking(self):
        self.converse()
        self.say(inputTranscription={'text': 'what about'})
        self.wait_kept('what about')
        self.end_daemon()
        self.go_on('who are you', 'nobody', 'what about')

    def test_model_speaking(self):
        self.converse()
        self.say(inputTranscription={'text': 'and why', 'finished': True})
        self.say(outputTranscription={'text': 'because it'})
        self.wait_kept('because it')
        self.end_daemon()
        self.go_on('who are you', 'nobody', 'and why', 'because it')

    def test_tool_pending(self):
        app = self.daemon.connect()
        handler = Handler(app, '/org/example/Tools', lambda *_: None)
        app.manager('RegisterTools', '(osa{sv})', handler.path, json.dumps([TOOL]), {'scope': GLib.Variant('s', 'shared')})
        self.converse()
        declared = self.server.messages('setup')[-1]['tools'][0]['functionDeclarations'][0]['name']
        self.server.send(self.number, toolCall={'functionCalls': [{'id': 'call-1', 'name': declared, 'args': {}}]})
        wait_until(lambda: handler.calls, 10, 'the call')
        self.wait_kept('call-1')
        self.end_daemon()
        self.go_on('who are you', 'nobody')
        answer = self.server.wait_message('toolResponse', self.number)['functionResponses']
        self.assertEqual([(a['id'], a['name'], list(a['response'])) for a in answer], [('call-1', declared, ['error'])])
        wait_until(lambda: 'call-1' not in self.files()[0].read_text(), 10, 'the call forgotten')
        self.end_daemon()
        self.go_on('who are you', 'nobody')
        run_for(0.2)
        self.assertEqual(len(self.server.messages('toolResponse')), 1)

    def test_terminated(self):
        self.converse()
        self.say(inputTranscription={'text': 'one more'})
        self.client.wait_signal('Transcript', lambda a: a[2] == 'one more')
        self.end_daemon(signal.SIGTERM)
        self.wait_kept('one more')
        self.go_on('who are you', 'nobody', 'one more')

    def test_files_are_private(self):
        self.converse()
        self.assertEqual(stat.S_IMODE(self.store.stat().st_mode), 0o700)
        self.assertEqual([stat.S_IMODE(file.stat().st_mode) for file in self.files()], [0o600])

    def test_ended_by_the_user(self):
        self.converse()
        self.client.session('Toggle')
        self.assertEqual(self.files(), [])
        self.client.wait_state('idle')
        self.end_daemon()
        self.begin_anew()

    def run_ctl(self, *arguments):
        child = self.daemon.spawn('livevoicectl', *arguments, stdout=subprocess.PIPE, text=True)
        wait_until(lambda: child.poll() is not None, 10, 'end of livevoicectl')
        with child.stdout:
            return child.returncode, child.stdout.read()

    def test_command_line(self):
        self.converse()
        self.end_daemon()
        self.events = len(self.server.events)
        status, text = self.run_ctl('start')
        self.assertEqual((status, 'Going on with the conversation' in text), (0, True))
        self.accept('handle-1')
        self.client.wait_state('listening')
        self.end_daemon()
        self.events = len(self.server.events)
        self.assertEqual(self.run_ctl('start', '--new'), (0, ''))
        self.accept(None)
        self.client.wait_state('listening')
        self.assertEqual(self.transcript(), [])

    def test_expired(self):
        self.converse()
        self.end_daemon()
        file, = self.files()
        two_hours = 2 * 3600 * 1000000
        file.write_text(re.sub(r"('saved': <int64 )(\d+)", lambda m: m[1] + str(int(m[2]) - two_hours), file.read_text()))
        self.begin_anew()

    def test_corrupt(self):
        self.converse()
        self.end_daemon()
        file, = self.files()
        file.write_text(file.read_text()[:100])
        self.begin_anew()
        self.assertIn(str(file), self.daemon.read_log())
        self.end_daemon(signal.SIGTERM)

    def test_nowhere_to_write(self):
        self.end_daemon()
        self.store.parent.mkdir(parents=True, exist_ok=True)
        self.store.write_text('')
        self.subscribe()
        self.events = 0
        self.start()
        self.accept(None)
        for text in 'one', 'two':
            self.say(inputTranscription={'text': text, 'finished': True})
            self.client.wait_signal('Transcript', lambda a, text=text: a[2] == text)
        wait_until(lambda: 'will not survive a restart' in self.daemon.read_log(), 10, 'the warning')
        self.end_daemon(signal.SIGTERM)
        self.assertEqual(self.daemon.read_log().count('will not survive a restart'), 1)

    def test_switched_off(self):
        self.converse()
        config = self.daemon.directory / 'livevoice.conf'
        config.write_text('[daemon]\nkeep-conversation=false\n' + config.read_text())
        os.kill(self.daemon.pid(), signal.SIGHUP)
        wait_until(lambda: self.files() == [], 10, 'removal')
        self.say(inputTranscription={'text': 'secret', 'finished': True})
        self.client.wait_signal('Transcript', lambda a: a[2] == 'secret')
        self.end_daemon(signal.SIGTERM)
        self.assertEqual(self.files(), [])
        self.begin_anew()

    # --- applications ---

    def open_private(self, app, **options):
        path = app.manager('CreateSession', '(a{sv})', options)
        app.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'], path=path)
        return path

    def converse_private(self, app, path):
        self.events = len(self.server.events)
        app.session('Start', '(a{sv})', {}, path=path)
        self.accept(None)
        token = app.session('GetResumeToken', path=path)
        self.server.send(self.number, sessionResumptionUpdate={'newHandle': 'handle-1', 'resumable': True})
        self.say(inputTranscription={'text': 'who are you', 'finished': True})
        self.say(outputTranscription={'text': 'nobody'})
        self.say(turnComplete=True)
        self.wait_kept('nobody')
        self.wait_kept('handle-1')
        return token

    def resume(self, token, **more):
        return {'resume': GLib.Variant('s', token), **more}

    def test_token_after_a_crash(self):
        app = self.daemon.connect()
        token = self.converse_private(app, self.open_private(app))
        self.assertTrue(token.startswith('livevoice-') and len(token) == 42, token)
        self.assertNotIn(token, ''.join(file.name + file.read_text() for file in self.files()))
        self.end_daemon()
        app.close()
        again = self.daemon.connect()
        self.events = len(self.server.events)
        self.refuse(again, 'InvalidArgs', self.resume(token, model=GLib.Variant('s', 'gemini-2.5-flash-native-audio-preview-12-2025')))
        path = self.open_private(again, **self.resume(token))
        self.assertEqual([item[2] for item in self.transcript(path, again)], ['who are you', 'nobody'])
        self.refuse(again, 'NoSuchSession', self.resume(token))
        again.session('Start', '(a{sv})', {}, path=path)
        self.accept('handle-1')
        again.wait_signal('Warning', lambda a: a[0] == 'continued')
        self.assertNotEqual(again.session('GetResumeToken', path=path), token)

    def test_token_after_the_application(self):
        app = self.daemon.connect()
        token = self.converse_private(app, self.open_private(app))
        app.close()
        self.server.wait(lambda e: e[0] == 'close')
        self.events = len(self.server.events)
        again = self.daemon.connect()
        path = self.open_private(again, **self.resume(token))
        again.session('Start', '(a{sv})', {}, path=path)
        self.accept('handle-1')
        self.refuse(again, 'NoSuchSession', self.resume('livevoice-' + 32 * '0'))
        second = again.session('GetResumeToken', path=path)
        self.refuse(self.daemon.connect(), 'Busy', self.resume(second))
        again.session('Close', path=path)
        self.refuse(self.daemon.connect(), 'NoSuchSession', self.resume(second))
        self.assertEqual(self.files(), [])

    def test_no_token(self):
        for path, expected in (('/org/livevoice/LiveVoice1/default', 'Unsupported'), (self.open_private(self.client), 'NotReady')):
            with self.assertRaises(GLib.Error) as refused:
                self.client.session('GetResumeToken', path=path)
            self.assertEqual(error_name(refused.exception), expected)

    def test_linger_in_time(self):
        app = self.daemon.connect()
        tools = {'tools': GLib.Variant('s', json.dumps([TOOL])), 'tool-handler': GLib.Variant('o', '/org/example/Tools')}
        Handler(app, '/org/example/Tools', lambda *_: None)
        path = self.open_private(app, linger=GLib.Variant('u', 30), **tools)
        token = self.converse_private(app, path)
        app.close()
        again = self.daemon.connect()
        handler = Handler(again, '/org/example/Tools', lambda *_: None)
        wait_until(lambda: path in self.client.manager('ListSessions')[1][0]
                   and not self.client.manager('ListSessions')[1][1]['own'], 10, 'the session')
        mark = len(self.server.events)
        self.refuse(self.daemon.connect(), 'InvalidArgs', self.resume(token, tools=tools['tools']))
        self.assertEqual(again.manager('CreateSession', '(a{sv})', self.resume(token, **tools)), path)
        self.assertEqual([item[2] for item in self.transcript(path, again)], ['who are you', 'nobody'])
        self.refuse(self.daemon.connect(), 'NoSuchSession', self.resume(token))
        self.assertEqual(self.files(), [])
        self.server.send(self.number, toolCall={'functionCalls': [{'id': 'call-1', 'name': 'open_door', 'args': {}}]})
        wait_until(lambda: handler.calls, 10, 'the call')
        self.assertEqual([e for e in self.server.events[mark:] if e[0] in ('open', 'close')], [])
        again.session('SendText', '(sa{sv})', 'back', {}, path=path)
        second = again.session('GetResumeToken', path=path)
        self.assertNotEqual(second, token)
        self.end_daemon()
        third = self.daemon.connect()
        self.refuse(third, 'NoSuchSession', self.resume(token))
        path = self.open_private(third, **self.resume(second))
        self.assertIn('back', [item[2] for item in self.transcript(path, third)])

    def test_linger_out_of_time(self):
        app = self.daemon.connect()
        path = self.open_private(app, linger=GLib.Variant('u', 1), **{
            'share-transcript-with': GLib.Variant('as', [self.client.unique_name])})
        token = self.converse_private(app, path)
        self.client.session('Subscribe', '(as)', ['warnings'], path=path)
        mark = len(self.client.signals)
        app.close()
        self.client.wait_signal('Closed', lambda a: a[0] == 'owner-gone', mark)
        again = self.daemon.connect()
        self.events = len(self.server.events)
        self.assertNotEqual(self.open_private(again, **self.resume(token)), path)


class WithEngine(RestartTest):
    """What the model remembers."""

    def setUp(self):
        self.tap = EngineTap(BUILD)
        self.addCleanup(self.tap.stop)
        self.start_daemon(self.tap.url)
        self.start()
        self.ask('What is seven times six?')

    def ask(self, text):
        mark = len(self.client.signals)
        self.client.session('SendText', '(sa{sv})', text, {})
        self.client.wait_signal('Transcript', lambda a: a[1] == 'model' and '42' in a[2] and a[3], mark, 20)

    def test_engine_remembers(self):
        self.wait_kept("'handle'")
        self.wait_kept('42')
        self.end_daemon()
        begin = time.monotonic()
        self.subscribe()
        self.start()
        self.client.wait_state('listening')
        print(f'# back {time.monotonic() - begin:.2f} s after the start', file=sys.stderr)
        self.assertIn('handle', self.tap.setup()['sessionResumption'])
        self.ask('What did you say?')
        self.assertEqual(self.warnings(), ['continued'])

    def test_engine_restarts_too(self):
        self.wait_kept('42')
        self.end_daemon()
        self.tap.restart()
        self.subscribe()
        self.start()
        self.client.wait_state('listening', timeout=20)
        self.assertEqual(self.warnings(), ['continued', 'context-reseeded'])
        self.assertNotIn('handle', self.tap.setup()['sessionResumption'])
        self.ask('What did you say?')


if __name__ == '__main__':
    unittest.main(verbosity=2)
