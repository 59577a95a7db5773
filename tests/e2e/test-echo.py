#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model over a loudspeaker, in a room: it does not interrupt itself, and people interrupt it. Through the real
daemon, PipeWire's real echo canceller, a room made of PipeWire nodes and the real engine."""
import base64
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from gi.repository import GLib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from enginetap import EngineTap  # noqa: E402
from lvclient import run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv  # noqa: E402
from room import Room, cut  # noqa: E402

BUILD = os.environ['builddir']
PERSON = pathlib.Path(os.environ['srcdir']) / 'data/audio/stop.wav'
LONG_ANSWER = 'tell me about yourself'
LISTEN_SECONDS = 5
NOTICED_SECONDS = 3
CHUNKS_A_SECOND = 50
GOOD_DB = 30
RESIDENT_MAX_KIB = 15 * 1024  # of the daemon after a conversation


def samples(message):
    return base64.b64decode(message['realtimeInput']['audio']['data'])


def resident_kib(pid):
    lines = pathlib.Path(f'/proc/{pid}/status').read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith('VmRSS'))


class Conversation:
    def __init__(self, case, world, config='', env=None):
        self.world = world
        self.tap = EngineTap(BUILD)
        case.addCleanup(self.tap.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.tap.url}\n{config}', {**world.env, **(env or {})})
        case.addCleanup(self.daemon.remove)
        case.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])
        self.client.session('Start', '(a{sv})', {})
        self.client.wait_state('listening')

    def ask(self):
        """A long answer begins; what the engine said before it does not count."""
        self.mark = len(self.tap.received)
        self.client.session('SendText', '(sa{sv})', LONG_ANSWER, {})
        self.client.wait_state('speaking', timeout=20)

    def is_interrupted(self):
        return any(content.get('interrupted') for content in self.tap.contents(self.mark))

    def interrupt(self):
        """A person speaks for a second; whether the model is interrupted."""
        short = self.daemon.directory / 'person.wav'
        cut(PERSON, short, 1.0)
        speech = self.world.play_to_microphone(str(short))
        try:
            wait_until(self.is_interrupted, NOTICED_SECONDS, 'interruption')
        except AssertionError:
            return False
        finally:
            speech.stop()
        return True

    def audio(self):
        return self.client.session('GetAudio')

    def heard(self, mark):
        """What the microphone sent since mark = len(tap.sent), chunk by chunk."""
        return [samples(message) for message in self.tap.sent[mark:] if 'audio' in message.get('realtimeInput', {})]


class Loudspeaker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = Room().start()
        cls.addClassCleanup(cls.world.stop)

    def begin(self, config='', env=None):
        talk = Conversation(self, self.world, config, env)
        talk.ask()
        return talk

    def test_cancelled_by_itself(self):
        # as people have it: memory that is allocated and not written to is none
        talk = self.begin(env={'MALLOC_PERTURB_': '0'})
        run_for(LISTEN_SECONDS)
        audio = talk.audio()
        print(f'echo return loss {audio.get("echo-return-loss")} dB')
        self.assertFalse(talk.is_interrupted(), 'the model interrupted itself')
        self.assertEqual(talk.client.get('State'), 'speaking')
        self.assertEqual(audio['echo-cancel'], 'cancel')
        self.assertGreater(audio['echo-return-loss'], GOOD_DB)
        self.assertEqual(talk.client.since(0, 'Warning'), [])
        self.assertTrue(talk.interrupt(), 'nobody heard the person')
        talk.client.session('Stop')
        talk.world.wait_for_no_node('livevoice.echo-cancel.1.source')
        wait_until(lambda: talk.client.get('State') == 'idle', 10, 'the end of the conversation')
        self.assertLess(resident_kib(talk.daemon.pid()), RESIDENT_MAX_KIB)

    def test_off(self):
        """The room is one in which something has to be done."""
        talk = self.begin('echo-cancel = off\nbarge-in = true\n')
        wait_until(talk.is_interrupted, LISTEN_SECONDS, 'ghost')

    def test_half_duplex(self):
        talk = self.begin('echo-cancel = half-duplex\n')
        mark = len(talk.tap.sent)
        run_for(LISTEN_SECONDS)
        chunks = talk.heard(mark)
        self.assertFalse(talk.is_interrupted(), 'the model interrupted itself')
        self.assertEqual(talk.audio()['echo-cancel'], 'half-duplex')
        self.assertAlmostEqual(len(chunks), LISTEN_SECONDS * CHUNKS_A_SECOND, delta=LISTEN_SECONDS * CHUNKS_A_SECOND / 10)
        self.assertFalse(any(any(chunk) for chunk in chunks), 'something was heard')
        self.assertEqual(talk.client.since(0, 'Warning'), [])
        talk.client.session('Interrupt')
        talk.client.wait_signal('Interrupted')

    def test_cannot_be_cancelled(self):
        """Without the algorithm the conversation goes on in half-duplex, and says so."""
        without = self.world.directory + '/spa'
        shutil.copytree(find_plugins(), without, ignore=shutil.ignore_patterns('aec'), symlinks=True)
        talk = self.begin(env={'SPA_PLUGIN_DIR': without})
        warning = talk.client.wait_signal('Warning')
        self.assertEqual(warning[0], 'echo')
        self.assertIn('libspa-aec-webrtc', warning[1]['message'])
        run_for(1)
        self.assertFalse(talk.is_interrupted(), 'the model interrupted itself')
        self.assertEqual(talk.audio()['echo-cancel'], 'half-duplex')

    def test_switched_while_it_speaks(self):
        talk = self.begin('echo-cancel = half-duplex\n')
        talk.client.session('Configure', '(a{sv})', {'echo-cancel': GLib.Variant('s', 'on')})
        self.world.wait_for_node('livevoice.echo-cancel.1.source')
        wait_until(lambda: talk.audio().get('echo-return-loss', 0) > GOOD_DB, LISTEN_SECONDS, 'cancelled echo')
        self.assertEqual(talk.audio()['echo-cancel'], 'cancel')
        self.assertFalse(talk.is_interrupted(), 'the model interrupted itself')
        talk.client.session('Configure', '(a{sv})', {'echo-cancel': GLib.Variant('s', 'off')})
        self.world.wait_for_no_node('livevoice.echo-cancel.1.source')
        wait_until(talk.is_interrupted, LISTEN_SECONDS, 'ghost')

    def sources(self):
        nodes = [((item.get('info') or {}).get('props') or {}).get('node.name', '')
                 for item in self.world.wait_for(bool, 'anything').values()]
        return [name for name in nodes if name.startswith('livevoice.echo-cancel.') and name.endswith('.source')]

    def test_the_one_that_is_heard_decides(self):
        talk = self.begin()
        first, second = ('livevoice.echo-cancel.%d.source' % number for number in (1, 2))
        self.world.wait_for_node(first)
        other = talk.client.manager('CreateSession', '(a{sv})', {'echo-cancel': GLib.Variant('s', 'off')})
        talk.client.session('SetMuted', '(b)', True, path=other)
        talk.client.session('Start', '(a{sv})', {}, path=other)
        wait_until(lambda: talk.client.get('State', path=other) == 'listening', 10, 'the other conversation')
        self.assertEqual(talk.audio()['echo-cancel'], 'cancel')
        talk.client.session('SetMuted', '(b)', False, path=other)
        self.world.wait_for_no_node(first)
        talk.client.session('Close', path=other)
        self.world.wait_for_node(second)
        self.assertEqual(self.sources(), [second])
        wait_until(lambda: talk.audio()['echo-cancel'] == 'cancel', 5, 'the wish of the one that is heard again')

    def test_never_a_default_device(self):
        self.begin()
        properties = self.world.wait_for_node('livevoice.echo-cancel.1.source')
        self.assertEqual(properties['media.class'], 'Audio/Source/Internal')
        metadata = [item for item in self.world.wait_for(bool, 'anything').values()
                    if item['type'] == 'PipeWire:Interface:Metadata']
        defaults = [entry for item in metadata for entry in item['metadata'] if entry['key'].startswith('default.')]
        self.assertTrue(defaults)
        self.assertNotIn('livevoice.', str(defaults))


class Headset(unittest.TestCase):
    def test_nothing_is_done(self):
        world = PwEnv().start()
        self.addCleanup(world.stop)
        talk = Conversation(self, world)
        talk.ask()
        run_for(1)
        self.assertEqual(talk.audio()['echo-cancel'], 'none')
        self.assertFalse(has_canceller(world))


class Clock(unittest.TestCase):
    """Whatever the rate of the graph and the length of its cycles, and when they change while we listen."""

    CLOCKS = ((44100, 1024, 'cancel'), (24000, 256, 'cancel'), (16000, 4096, 'half-duplex'), (48000, 256, 'cancel'),
              (48000, 8192, 'half-duplex'))

    def test_survives_any(self):
        world = PwEnv(form_factor='speaker').start()
        self.addCleanup(world.stop)
        talk = Conversation(self, world)
        world.wait_for_node('livevoice.echo-cancel.1.source')
        talk.ask()
        pid = talk.daemon.pid()
        for rate, quantum, mode in self.CLOCKS:
            with self.subTest(rate=rate, quantum=quantum):
                world.force_rate(rate)
                world.force_quantum(quantum)
                run_for(1)
                self.assertEqual(talk.daemon.pid(), pid, 'the daemon is gone')
                self.assertEqual(talk.audio()['echo-cancel'], mode)
        warnings = [warning[1]['message'] for warning in talk.client.since(0, 'Warning') if warning[0] == 'echo']
        self.assertEqual(len(warnings), 1)
        self.assertIn('steps of more than 30 ms', warnings[0])

    def test_long_from_the_beginning(self):
        """No canceller is loaded that would lose a part of what is said."""
        world = PwEnv(form_factor='speaker').start()
        self.addCleanup(world.stop)
        subprocess.run(['pw-metadata', '-n', 'settings', '0', 'clock.min-quantum', '2048'], env=world.env, check=True,
                       stdout=subprocess.DEVNULL)
        talk = Conversation(self, world)
        self.assertEqual(talk.client.wait_signal('Warning')[0], 'echo')
        self.assertEqual(talk.audio()['echo-cancel'], 'half-duplex')
        self.assertFalse(has_canceller(world))


def has_canceller(world):
    return 'livevoice.echo-cancel' in str(world.wait_for(bool, 'anything'))


def find_plugins():
    return next(str(path) for path in pathlib.Path('/usr/lib').glob('**/spa-0.2') if path.is_dir())


unittest.main(verbosity=2)
