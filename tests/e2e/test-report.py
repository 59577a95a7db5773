#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flight recorder: a conversation becomes a report, and the report plays the conversation to another daemon."""
import contextlib
import fcntl
import json
import os
import pathlib
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import Gio, GLib  # noqa: E402
from lvclient import DEFAULT, NAME, Handler, error_name, reply, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402

BUILD = os.environ['builddir']
ENGINE = str(pathlib.Path(BUILD) / 'src/engine/livevoice-engine')
VOLUME = [{'name': 'set_volume', 'description': 'Set the volume of the speaker',
           'parameters': {'type': 'object', 'properties': {'percent': {'type': 'integer'}}, 'required': ['percent']}}]
SECRET = 'AIzaSyA1234567890abcdefghijklmnopqrstuv'
INSTRUCTION = f'My name is Ottilie. The key is {SECRET}. Read /home/ottilie/diary.txt.'


def configuration(endpoint):
    return f'[profile default]\nendpoint = {endpoint}\naudio = fd\nsystem-instruction = {INSTRUCTION}\n'


class Program:
    """An application that talks: what the user hears is read away, as a speaker would."""

    def __init__(self, test, endpoint, more=''):
        self.daemon = Daemon(BUILD, configuration(endpoint) + more)
        test.addCleanup(self.daemon.remove)
        test.addCleanup(lambda: test.assertTrue(self.daemon.stop(), self.daemon.read_log()))
        self.client = self.daemon.connect()
        self.handler = Handler(self.client, '/org/example/Mixer', lambda *a: reply(a[-1], '{"output":"It is at thirty."}'))
        self.client.manager('RegisterTools', '(osa{sv})', self.handler.path, json.dumps(VOLUME),
                            {'scope': GLib.Variant('s', 'shared'), 'provider': GLib.Variant('s', 'mixer')})
        self.client.session('Subscribe', '(as)', ['transcript', 'tools', 'state'])
        _, descriptors = self.client.call_with_fds(DEFAULT, 'Media', 'OpenAudioOutput', '(a{sv})', {})
        self.speaker = socket.socket(fileno=descriptors[0])
        test.addCleanup(self.speaker.close)
        self.heard = bytearray()
        self.speaker.setblocking(False)
        source = GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, self.speaker.fileno(), GLib.IOCondition.IN, self._on_sound)
        test.addCleanup(lambda: GLib.source_remove(source) if GLib.MainContext.default().find_source_by_id(source) else None)

    def _on_sound(self, *_):
        with contextlib.suppress(BlockingIOError):
            data = self.speaker.recv(65536)
            self.heard += data
            return bool(data)
        return True

    def say(self, text):
        """A question and the whole answer."""
        mark = len(self.client.signals)
        self.client.session('SendText', '(sa{sv})', text, {})
        self.client.wait_signal('TurnComplete', mark=mark, timeout=20)
        self.client.wait_state('listening', timeout=20)

    def interrupt(self, text):
        mark = len(self.client.signals)
        heard = len(self.heard)
        self.client.session('SendText', '(sa{sv})', text, {})
        self.client.wait_state('speaking')
        wait_until(lambda: len(self.heard) > heard + 24000, 10, 'half a second of the answer')
        self.client.session('Interrupt')
        self.client.wait_signal('Interrupted', mark=mark)
        self.client.wait_state('listening')

    def converse(self):
        self.client.session('Start', '(a{sv})', {})
        self.client.wait_state('listening', timeout=20)
        self.say('Set the volume to thirty percent.')
        self.interrupt('Tell me a story.')
        self.say('What is seven times six?')

    def transcript(self):
        return [(role, text) for _, role, text, _, final in self.client.session('GetTranscript', '(u)', 0) if final]

    def states(self):
        return [state for _, state in self.client.states()]

    def calls(self):
        return [(name, json.loads(arguments)) for _, name, arguments, _, _ in self.handler.calls]

    def report(self, *options, name='report.jsonl'):
        path = self.daemon.directory / name
        run = subprocess.Popen([f'{BUILD}/src/cli/livevoicectl', 'report', *options, str(path)], env=self.daemon.env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        output, errors = run.communicate(timeout=20)
        return run.returncode, output, errors, path


def replay(test, path, *options):
    """The address of an engine that plays the report."""
    engine = subprocess.Popen([ENGINE, '--listen', '127.0.0.1:0', '--replay', str(path), *options],
                              stdout=subprocess.PIPE, text=True)
    test.addCleanup(engine.stdout.close)
    test.addCleanup(engine.wait)
    test.addCleanup(engine.terminate)
    return 'ws://' + engine.stdout.readline().strip().rpartition('/')[2]


class Report(unittest.TestCase):
    def record(self, more=''):
        program = Program(self, 'engine', more)
        program.converse()
        return program

    def test_a_report_is_a_test(self):
        original = self.record()
        status, output, errors, path = original.report('--with-text')
        self.assertEqual((status, errors), (0, ''))
        self.assertIn('Read it before you give it away', output)
        again = Program(self, replay(self, path))
        again.converse()
        self.assertEqual(again.calls(), original.calls())
        self.assertEqual(original.calls()[0][1], {'percent': 30})
        self.assertEqual(again.states(), original.states())
        told, retold = original.transcript(), again.transcript()
        self.assertEqual([role for role, _ in told], [role for role, _ in retold])
        # where the story was cut depends on the moment
        cut = told.index(('user', 'Tell me a story.')) + 1
        self.assertEqual(told[:cut] + told[cut + 1:], retold[:cut] + retold[cut + 1:])
        self.assertTrue(told[cut][1].startswith(retold[cut][1]) or retold[cut][1].startswith(told[cut][1]), (told, retold))
        self.assertIn('42', ' '.join(text for _, text in told).replace('forty two', '42'))
        loudness = [max(memoryview(bytes(p.heard[:len(p.heard) // 2 * 2])).cast('h')) for p in (original, again)]
        self.assertGreater(loudness[1], loudness[0] / 4, 'the envelope is heard as noise')

    def test_nothing_private_is_in_it(self):
        original = self.record()
        status, output, errors, path = original.report()
        self.assertEqual((status, errors), (0, ''))
        self.assertRegex(output, r'report\.jsonl: the last \d+ s, \d+ frames and events\.\nRemoved: \d+ keys')
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        text = path.read_text()
        lines = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(lines[0]['livevoice-report'], 1)
        self.assertEqual(lines[-1]['lines'], len(lines) - 2)
        for word in ('Ottilie', 'ottilie', SECRET, 'story', 'seven', 'forty', 'It is at', 'Set the volume', 'data":"A'):
            self.assertNotIn(word, text)
        self.assertIn('set_volume', text, 'tools are named')
        self.assertIn('"args":{"percent":0}', text)
        events = [line['event'] for line in lines if 'event' in line]
        for event in ('state', 'link', 'turn', 'opened', 'tool-started', 'tool-finished', 'interrupted', 'turn-complete'):
            self.assertIn(event, events)
        self.assertTrue(any('envelope' in json.dumps(line) for line in lines))
        times = [line['us'] for line in lines if 'us' in line]
        self.assertEqual(times, sorted(times))
        # with the words, keys and names in paths still go; a file that is there stays as it is
        status, output, errors, with_text = original.report('--with-text', name='text.jsonl')
        self.assertEqual(status, 0)
        text = with_text.read_text()
        self.assertNotIn(SECRET, text)
        self.assertNotIn('/home/ottilie', text)
        self.assertIn('My name is Ottilie', text)
        self.assertEqual(original.report(name='text.jsonl')[0], 1)
        self.assertEqual(with_text.read_text(), text)
        again = Program(self, replay(self, path, '--speed', '4'))
        again.client.session('Start', '(a{sv})', {})
        again.client.wait_state('listening', timeout=20)
        again.say('Set the volume to thirty percent.')
        self.assertEqual(len(again.calls()), 1, 'covered words play as well')

    def test_switched_off_and_refused(self):
        program = Program(self, 'engine', 'flight-recorder = off\n')
        self.assertEqual(program.report()[0], 1)
        program.client.session('Start', '(a{sv})', {})
        program.client.wait_state('listening', timeout=20)
        status, _, errors, path = program.report()
        self.assertEqual(status, 1)
        self.assertIn('flight-recorder is off', errors)
        self.assertFalse(path.exists(), 'nothing is left behind')
        self.assertEqual(program.client.session('Configure', '(a{sv})', {'flight-recorder': GLib.Variant('s', 'on')}), 'now')
        self.assertEqual(program.report(name='on.jsonl')[0], 0)
        self.assertEqual(program.client.session('Configure', '(a{sv})', {'flight-recorder': GLib.Variant('s', 'off')}), 'now')
        ends = os.pipe()
        for options, descriptor, name in (({'texts': GLib.Variant('s', 'yes')}, ends[1], 'InvalidArgs'),
                                          ({}, ends[1], 'Unsupported')):
            with self.assertRaises(GLib.Error) as caught:
                program.client.call_with_fds(DEFAULT, 'Media', 'WriteReport', '(ha{sv})', 0, options, fds=(descriptor,))
            self.assertEqual(error_name(caught.exception), name)
        for end in ends:
            os.close(end)

    def test_who_gets_it(self):
        program = Program(self, 'engine')
        owner, other = program.client, program.daemon.connect()
        path = owner.manager('CreateSession', '(a{sv})', {'audio': GLib.Variant('s', 'none'),
                                                          'share-transcript-with': GLib.Variant('as', [other.unique_name])})

        def ask(client, where, descriptor):
            return client.call_with_fds(where, 'Media', 'WriteReport', '(ha{sv})', 0, {}, fds=(descriptor,))[0]

        def refused(client, where, descriptor):
            with self.assertRaises(GLib.Error) as caught:
                ask(client, where, descriptor)
            return error_name(caught.exception)
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        self.addCleanup(os.close, writing)
        self.assertEqual(refused(owner, path, writing), 'NotReady')
        owner.session('Start', '(a{sv})', {}, path=path)
        wait_until(lambda: owner.get('State', path=path) == 'listening', 20)
        self.assertEqual(refused(other, path, writing), 'NotOwner', 'who may listen may not have this')
        directory = os.open('/', os.O_RDONLY)
        self.assertEqual(refused(owner, path, directory), 'InvalidArgs')
        self.assertEqual(refused(owner, path, reading), 'InvalidArgs')
        os.close(directory)
        facts = ask(owner, path, writing)
        text = os.read(reading, 1 << 20)
        self.assertEqual((len(text), text.count(b'\n')), (facts['bytes'], facts['lines'] + 2))
        # a reader who is slow makes nobody wait but those who want the same
        size = fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writing, b' ' * size)
        answers = []
        descriptors = Gio.UnixFDList()
        descriptors.append(writing)
        owner.bus.call_with_unix_fd_list(
            NAME, path, f'{NAME}.Media', 'WriteReport', GLib.Variant('(ha{sv})', (0, {})), None, Gio.DBusCallFlags.NONE,
            20000, descriptors, None,
            lambda bus, result: answers.append(bus.call_with_unix_fd_list_finish(result)[0].unpack()[0]))
        self.assertEqual(refused(owner, path, writing), 'Busy')
        self.assertEqual(owner.get('State', path=path), 'listening')
        os.read(reading, size)
        os.set_blocking(reading, False)
        again = bytearray()

        def read():
            with contextlib.suppress(BlockingIOError):
                again.extend(os.read(reading, 4096))
            return answers
        wait_until(read, 10, 'the answer')
        while len(again) < answers[0]['bytes']:
            again += os.read(reading, 4096)
        self.assertIn(b'"end":true', again)

    def test_sound_where_it_is_kept(self):
        program = Program(self, 'engine', 'flight-recorder = sound\n')
        program.client.session('Start', '(a{sv})', {})
        program.client.wait_state('listening', timeout=20)
        program.say('What is seven times six?')
        self.assertNotIn('"data":"', program.report(name='quiet.jsonl')[3].read_text().replace('"data":""', ''))
        status, output, _, path = program.report('--with-audio')
        self.assertIn('whoever has it can hear you', output)
        self.assertNotIn('envelope', path.read_text())
        again = Program(self, replay(self, path, '--speed', '2'))
        again.client.session('Start', '(a{sv})', {})
        again.client.wait_state('listening', timeout=20)
        again.say('What is seven times six?')
        wait_until(lambda: len(again.heard) >= len(program.heard) > 0, 10, 'the voice')
        self.assertEqual(again.heard[:len(program.heard)], program.heard)

    def test_lost_beginning_and_lost_connection(self):
        """A report that begins in mid-connection, has what was no JSON, and a connection that the server closed."""
        def said(text):
            return {'serverContent': {'outputTranscription': {'text': text}, 'turnComplete': True}}
        lines = [{'us': 0, 'wall': 0, 'link': 7, 'received': {'sessionResumptionUpdate': {'newHandle': 'removed', 'resumable': True}}},
                 {'us': 1000, 'wall': 0, 'link': 7, 'received': said('before')},
                 {'us': 2000, 'wall': 0, 'link': 7, 'received': 14, 'damaged': True},
                 {'us': 9000, 'wall': 0, 'link': 7, 'event': 'link-closed',
                  'details': {'by': 'server', 'code': '1011', 'message': 'An internal error.'}},
                 {'us': 10000, 'wall': 0, 'link': 8, 'sent': {'setup': {}}},
                 {'us': 20000, 'wall': 0, 'link': 8, 'received': {'setupComplete': {}}},
                 {'us': 30000, 'wall': 0, 'link': 8, 'received': said('after')}]
        report = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / 'report'
        report.write_text(''.join(json.dumps(line) + '\n' for line in (
            {'livevoice-report': 1}, *lines, {'end': True, 'lines': len(lines)})))
        program = Program(self, replay(self, report))
        program.client.session('Subscribe', '(as)', ['warnings'])
        program.client.session('Start', '(a{sv})', {})
        program.client.wait_signal('Transcript', lambda a: a[2] == 'after', timeout=20)
        self.assertIn('bad-frame', [warning[0] for warning in program.client.since(0, 'Warning')])
        self.assertIn('reconnecting', program.states())
        self.assertEqual([text for _, text in program.transcript()], ['before', 'after'])

    def test_what_is_no_report(self):
        folder = Program(self, 'engine').daemon.directory
        head = '{"livevoice-report":1,"version":"0"}\n'
        for name, text, expected in (
                ('foreign', '{"event":"login"}\n', 'line 1: this is no report of Live Voice'),
                ('later', '{"livevoice-report":9}\n', 'line 1: a report of format 9, and only 1 is known here'),
                ('cut', head + '{"us":0,"wall":0,"link":1,"received":{"setupComplete":{}}}\n', 'the end of the report is missing'),
                ('hurt', head + '{"us":0,"wall":0,"li', 'line 2: JSON, byte'),
                ('short', head + '{"end":true,"lines":3}\n', 'line 2: some of the lines before it are missing'),
                ('empty', head + '{"end":true,"lines":0}\n', 'the report has no connection that could be played'),
                ('nothing', '', 'this is no report of Live Voice')):
            path = folder / name
            path.write_text(text)
            run = subprocess.run([ENGINE, '--listen', '127.0.0.1:0', '--replay', str(path)], capture_output=True, text=True,
                                 timeout=10)
            self.assertEqual(run.returncode, 2, name)
            self.assertIn(f'livevoice-engine: {path}: {expected}', run.stderr)


unittest.main()
