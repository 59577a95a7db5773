#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The screen is locked, another user comes, the machine sleeps: what becomes of the microphone, the connection, the
tools and the words, in every state of a conversation. Real daemon, PipeWire and engine, a logind that does what the
test says."""
import array
import base64
import json
import math
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from logind import SystemBus  # noqa: E402
from lvclient import Handler, error_name, reply, run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
OURS = ('sleep', 'Live Voice', 'delay')


def tone(seconds, rate=24000):
    samples = array.array('h', (int(9000 * math.sin(2 * math.pi * 440 * i / rate)) for i in range(int(seconds * rate))))
    return {'inlineData': {'mimeType': f'audio/pcm;rate={rate}', 'data': base64.b64encode(samples.tobytes()).decode()}}


class MachineTest(unittest.TestCase):
    config = ''
    profile = ''

    @classmethod
    def setUpClass(cls):
        cls.world = PwEnv().start()
        cls.addClassCleanup(cls.world.stop)

    def setUp(self):
        self.system = SystemBus()
        self.addCleanup(self.system.stop)
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)

    def start_daemon(self, endpoint=None):
        self.daemon = Daemon(BUILD, f'{self.config}\n[profile default]\nendpoint = {endpoint or self.server.url}\n{self.profile}\n',
                             {**self.world.env, **self.system.env})
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop(), self.daemon.read_log()))
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state', 'tools'])

    def start(self):
        self.client.session('Start', '(a{sv})', {})
        self.number, self.setup_message = self.server.accept()
        self.client.wait_state('listening')
        self.wait_microphone(True)

    def our_nodes(self):
        objects = self.world.wait_for(lambda _: True, 'the graph')
        props = [(item.get('info') or {}).get('props') or {} for item in objects.values()]
        return [p['media.class'] for p in props
                if p.get('application.id') == 'org.livevoice.LiveVoice' and 'media.class' in p]

    def wait_microphone(self, there):
        """In the graph, not only as the daemon says."""
        wait_until(lambda: self.client.get('MicrophoneActive') == there, 10, f'MicrophoneActive {there}')
        wait_until(lambda: ('Stream/Input/Audio' in self.our_nodes()) == there, 10, f'capture stream {there}')

    def is_locked(self):
        return self.client.get('Locked', '/org/livevoice/LiveVoice1', 'Manager')

    def wait_locked(self, locked):
        wait_until(lambda: self.is_locked() == locked, 10, f'Locked {locked}')

    def lock(self, locked=True):
        """Returns when the daemon has told it."""
        mark = len(self.client.signals)
        self.system.lock(locked)
        self.client.wait_signal('PropertiesChanged', lambda a: a[1].get('Locked') == locked, mark)

    def say(self, **content):
        self.server.send(self.number, serverContent=content)

    def refuse(self, expected, method, signature='()', *arguments):
        with self.assertRaises(GLib.Error) as refused:
            self.client.session(method, signature, *arguments)
        self.assertEqual(error_name(refused.exception), expected, refused.exception)

    def wait_inhibitors(self, expected):
        wait_until(lambda: self.system.inhibitors() == expected, 10, f'inhibitors {expected}')

    def connections(self):
        return len([e for e in self.server.events if e[0] == 'open'])


class Lock(MachineTest):
    def setUp(self):
        super().setUp()
        self.system.start_logind()
        self.start_daemon()

    def test_listening(self):
        self.start()
        self.server.wait_message('realtimeInput')
        mark = len(self.client.signals)
        self.lock()
        self.assertEqual(self.client.get('State'), 'paused')
        self.assertFalse(self.client.get('MicrophoneActive'))
        self.wait_microphone(False)
        self.server.wait_message('realtimeInput', condition=lambda m: m.get('audioStreamEnd') is True)
        self.client.wait_signal('Warning', lambda a: a[0] == 'microphone-off' and a[1]['reason'] == 'locked', mark)
        self.assertEqual(self.client.session('GetAudio')['paused'], 'locked')
        self.client.session('SetMuted', '(b)', True)
        self.client.session('SetMuted', '(b)', False)
        self.wait_microphone(False)
        self.lock(False)
        self.client.wait_state('listening')
        self.wait_microphone(True)
        self.assertEqual(self.connections(), 1)

    def test_muted_stays_muted(self):
        self.start()
        self.client.session('SetMuted', '(b)', True)
        self.lock()
        self.lock(False)
        self.assertFalse(self.client.get('MicrophoneActive'))
        self.wait_microphone(False)

    def test_connecting(self):
        self.client.session('Start', '(a{sv})', {})
        self.number = self.server.wait(lambda e: e[0] == 'open')[1]
        self.lock()
        self.wait_microphone(False)
        self.server.wait_message('setup', self.number)
        self.server.send(self.number, setupComplete={})
        self.client.wait_state('paused')
        self.lock(False)
        self.client.wait_state('listening')
        self.wait_microphone(True)

    def test_started_while_locked(self):
        self.lock()
        self.client.session('Start', '(a{sv})', {})
        self.number, _ = self.server.accept()
        self.client.wait_state('paused')
        self.assertEqual(self.our_nodes().count('Stream/Input/Audio'), 0)
        self.lock(False)
        self.client.wait_state('listening')
        self.wait_microphone(True)

    def test_user_speaks(self):
        self.start()
        self.say(inputTranscription={'text': 'my secret is'})
        self.client.wait_state('hearing')
        self.lock()
        self.assertFalse(self.client.get('MicrophoneActive'))
        self.wait_microphone(False)
        self.say(turnComplete=True)
        self.lock(False)
        self.wait_microphone(True)

    def test_model_speaks(self):
        self.start()
        self.say(modelTurn={'parts': [tone(0.6)]}, outputTranscription={'text': 'first '})
        self.client.wait_state('speaking')
        self.client.wait_signal('Transcript', lambda a: a[1:3] == ('model', 'first '))
        self.lock()
        mark = len(self.client.signals)
        self.assertFalse(self.client.get('MicrophoneActive'))
        self.say(outputTranscription={'text': 'second '})
        self.say(outputTranscription={'text': 'third'})
        self.say(generationComplete=True)
        self.say(turnComplete=True)
        self.client.wait_state('paused')  # all that was said is heard
        self.refuse('Locked', 'GetTranscript', '(u)', 0)
        self.assertEqual(self.client.since(mark, 'Transcript') + self.client.since(mark, 'TurnComplete'), [])
        self.lock(False)
        self.client.wait_signal('Transcript', lambda a: a[1:] == ('model', 'first second third', True), mark)
        self.client.wait_signal('TurnComplete', mark=mark)
        self.assertEqual(len(self.client.since(mark, 'Transcript')), 1)
        self.assertIn('first second third', str(self.client.session('GetTranscript', '(u)', 0)))

    def responses(self):
        return {r['id']: r['response'] for m in self.server.messages('toolResponse') for r in m['functionResponses']}

    def test_tools(self):
        waiting = []
        handler = Handler(self.client, '/org/example/Tools', lambda _id, name, *rest: waiting.append(rest[-1])
                          if name == 'alter' else reply(rest[-1], '"seen"'))
        declarations = [{'name': 'look', 'description': 'Looks', 'risk': 'read'},
                        {'name': 'switch', 'description': 'Switches'},
                        {'name': 'alter', 'description': 'Alters', 'risk': 'reversible'}]
        self.client.manager('RegisterTools', '(osa{sv})', handler.path, json.dumps(declarations), {
            'scope': GLib.Variant('s', 'shared'), 'provider': GLib.Variant('s', 'x')})
        self.start()
        names = {f['name'].rsplit('_', 1)[-1]: f['name'] for t in self.setup_message['tools']
                 for f in t.get('functionDeclarations', [])}

        def call(number, name):
            self.server.send(self.number, toolCall={'functionCalls': [{'id': number, 'name': names[name], 'args': {}}]})
        call('1', 'alter')
        wait_until(lambda: waiting, 10, 'the call')
        self.lock()
        self.wait_microphone(False)
        reply(waiting[0], '"done"')
        wait_until(lambda: '1' in self.responses(), 10, 'result of the call that ran')
        for number, name in (('2', 'look'), ('3', 'switch'), ('4', 'alter')):
            call(number, name)
        wait_until(lambda: len(self.responses()) == 4, 10, 'four results')
        self.lock(False)
        call('5', 'switch')
        wait_until(lambda: '5' in self.responses(), 10, 'result')
        answers = self.responses()
        self.assertEqual([answers[n] for n in '125'], [{'output': 'done'}, {'output': 'seen'}, {'output': 'seen'}])
        for number in '34':
            self.assertIn('The screen is locked', answers[number]['error'])
        self.assertEqual(len(waiting), 1)

    def test_another_user(self):
        self.start()
        self.system.switch_user()
        self.client.wait_state('paused')
        self.wait_microphone(False)
        self.assertTrue(self.is_locked())
        self.assertEqual(self.client.session('GetAudio')['paused'], 'inactive')
        self.system.switch_user(False)
        self.client.wait_state('listening')
        self.wait_microphone(True)

    def test_logged_out(self):
        self.start()
        self.system.log_out()
        self.client.wait_state('paused')
        self.system.log_in()
        self.client.wait_state('listening')

    def test_logind_restarts(self):
        self.start()
        self.wait_inhibitors([OURS])
        self.lock()
        self.system.kill_logind()
        run_for(0.1)
        self.assertTrue(self.is_locked(), 'what it said last stands')
        self.system.start_logind(locked=True)
        self.wait_inhibitors([OURS])
        self.assertTrue(self.is_locked())
        self.lock(False)
        self.client.wait_state('listening')
        self.lock()
        self.system.kill_logind()
        self.system.start_logind()
        self.client.wait_state('listening')
        self.wait_microphone(True)


class Talk(MachineTest):
    profile = 'turn-detection = manual'

    def test_push_to_talk(self):
        self.system.start_logind()
        self.start_daemon()
        self.start()
        self.client.session('StartTalking')
        self.client.wait_state('hearing')
        self.server.wait_message('realtimeInput', condition=lambda m: 'activityStart' in m)
        self.lock()
        self.server.wait_message('realtimeInput', condition=lambda m: 'activityEnd' in m)
        self.refuse('Locked', 'StartTalking')
        self.wait_microphone(False)
        self.client.session('StopTalking')
        self.lock(False)
        self.client.session('StartTalking')
        self.client.wait_state('hearing')


class End(MachineTest):
    config = '[daemon]\nlock-policy = end'

    def test_end(self):
        self.system.start_logind()
        self.start_daemon()
        self.start()
        self.lock()
        self.assertEqual(self.client.wait_signal('Closed')[0], 'locked')
        self.assertEqual(self.client.get('State'), 'idle')
        self.refuse('Locked', 'Start', '(a{sv})', {})
        self.refuse('Locked', 'Toggle')
        self.lock(False)
        self.assertEqual(self.client.get('State'), 'idle')
        mark = len(self.server.events)
        self.client.session('Toggle')
        self.server.accept(mark)
        self.client.wait_state('listening')


class Ignore(MachineTest):
    config = '[daemon]\nlock-policy = ignore'

    def test_ignore(self):
        self.system.start_logind()
        self.start_daemon()
        self.start()
        self.system.lock()
        self.system.switch_user()
        run_for(0.3)
        self.assertFalse(self.is_locked())
        self.assertEqual(self.client.get('State'), 'listening')
        self.assertTrue(self.client.get('MicrophoneActive'))
        (self.daemon.directory / 'livevoice.conf').write_text(f'[profile default]\nendpoint = {self.server.url}\n')
        os.kill(self.daemon.pid(), 1)
        self.client.wait_state('paused')
        self.wait_microphone(False)


class Sleep(MachineTest):
    def setUp(self):
        super().setUp()
        self.system.start_logind()
        self.start_daemon()

    def handle(self, text):
        self.server.send(self.number, sessionResumptionUpdate={'newHandle': text, 'resumable': True})

    def test_in_conversation(self):
        self.assertEqual(self.system.inhibitors(), [])
        self.start()
        self.wait_inhibitors([OURS])
        self.handle('h1')
        self.say(modelTurn={'parts': [tone(5)]})
        self.client.wait_state('speaking')
        mark = len(self.server.events)
        with self.server.frozen():  # it cannot take leave: the machine has to wait
            self.system.sleep()
            self.client.wait_state('paused')
            run_for(0.2)
            self.assertEqual(self.system.inhibitors(), [OURS])
        self.assertEqual(self.server.wait(lambda e: e[0] == 'close' and e[1] == self.number)[2], 1000)
        self.wait_inhibitors([])
        self.wait_microphone(False)
        self.assertEqual(self.connections(), 1)
        self.system.sleep(False)
        self.number, setup = self.server.accept(mark)
        self.assertEqual(setup['sessionResumption']['handle'], 'h1')
        self.client.wait_state('listening')
        self.wait_microphone(True)
        self.wait_inhibitors([OURS])
        self.client.session('Stop')
        self.wait_inhibitors([])
        self.assertNotIn('context-lost', str(self.client.since(0, 'Warning')))

    def test_locked_at_wake(self):
        self.start()
        self.handle('h2')
        self.lock()
        mark = len(self.server.events)
        self.system.sleep()
        self.server.wait(lambda e: e[0] == 'close')
        self.wait_inhibitors([])
        self.system.sleep(False)
        self.wait_inhibitors([OURS])
        run_for(0.2)
        self.assertEqual(self.connections(), 1)
        self.assertTrue(self.is_locked())
        self.lock(False)
        self.number, setup = self.server.accept(mark)
        self.assertEqual(setup['sessionResumption']['handle'], 'h2')
        self.client.wait_state('listening')
        self.wait_microphone(True)

    def test_what_is_typed_meanwhile_is_answered(self):
        self.start()
        mark = len(self.server.events)
        self.system.sleep()
        self.server.wait(lambda e: e[0] == 'close')
        self.client.session('SendText', '(sa{sv})', 'are you there', {})
        self.system.sleep(False)
        self.server.accept(mark)
        self.server.wait(lambda e: e[0] == 'recv' and 'are you there' in str(e[3]), mark)

    def test_while_connecting(self):
        self.client.session('Start', '(a{sv})', {})
        self.server.wait_message('setup')
        mark = len(self.server.events)
        self.system.sleep()
        self.server.wait(lambda e: e[0] == 'close')
        self.wait_inhibitors([])
        self.system.sleep(False)
        self.server.accept(mark)
        self.client.wait_state('listening')
        self.assertNotIn('context-lost', str(self.client.since(0, 'Warning')))

    def test_stopped_while_asleep(self):
        self.start()
        self.system.sleep()
        self.wait_locked(True)
        self.client.session('Stop')
        self.client.wait_state('idle')
        self.refuse('Locked', 'Start', '(a{sv})', {})
        self.system.sleep(False)
        self.wait_locked(False)
        run_for(0.1)
        self.assertEqual((self.client.get('State'), self.connections()), ('idle', 1))

    def test_idle(self):
        self.system.sleep()
        self.wait_locked(True)
        self.system.sleep(False)
        self.wait_locked(False)
        self.assertEqual((self.client.get('State'), self.connections(), self.system.inhibitors()), ('idle', 0, []))

    def test_delay_is_refused(self):
        self.system.refuse_inhibitors()
        self.start()
        self.system.sleep()
        self.server.wait(lambda e: e[0] == 'close')
        mark = len(self.server.events)
        self.system.sleep(False)
        self.server.accept(mark)
        self.client.wait_state('listening')

    def test_logind_restarts_while_asleep(self):
        self.start()
        self.system.sleep()
        self.server.wait(lambda e: e[0] == 'close')
        mark = len(self.server.events)
        self.system.kill_logind()
        self.system.start_logind()
        self.server.accept(mark)
        self.client.wait_state('listening')
        self.wait_inhibitors([OURS])


class Elsewhere(MachineTest):
    def test_no_logind(self):
        self.start_daemon()
        self.start()
        self.assertFalse(self.is_locked())
        self.system.start_logind(locked=True)  # it comes late
        self.client.wait_state('paused')
        self.wait_inhibitors([OURS])

    def test_headless(self):
        self.system.start_logind(graphical=False)
        self.start_daemon()
        self.start()
        self.assertFalse(self.is_locked())
        self.wait_inhibitors([OURS])

    def test_engine(self):
        self.system.start_logind()
        self.start_daemon('engine')
        self.client.session('Start', '(a{sv})', {})
        self.client.wait_state('listening', timeout=30)
        self.client.session('SendText', '(sa{sv})', 'Tell me a story.', {})
        self.client.wait_state('speaking')
        self.system.sleep()
        self.client.wait_state('paused')
        self.wait_inhibitors([])
        self.wait_microphone(False)
        self.system.sleep(False)
        self.client.wait_state('listening')
        self.wait_microphone(True)
        mark = len(self.client.signals)
        self.client.session('SendText', '(sa{sv})', 'What time is it?', {})
        self.client.wait_signal('Transcript', lambda a: a[1] == 'model' and a[3], mark)
        self.assertNotIn('context-lost', str(self.client.since(0, 'Warning')))


unittest.main(verbosity=2)
