#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The microphone: what is said at the very beginning reaches the server whole, several conversations share one capture
stream, and there is none when nobody may be heard."""
import array
import base64
import cmath
import math
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import DEFAULT, error_name, run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import MICROPHONE, PwEnv  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
QUESTION = pathlib.Path(os.environ['srcdir']) / 'data/audio/ask-time.wav'
RATE = 16000
CHUNK = 320
TONE_HZ = 437.3  # no whole number of periods in a chunk: one that is lost, doubled or swapped breaks the phase
DCONF_SERVICE = pathlib.Path('/usr/share/dbus-1/services/ca.desrt.dconf.service')


def write_tone(path, seconds):
    samples = array.array('h', (int(12000 * math.sin(2 * math.pi * TONE_HZ * i / RATE)) for i in range(int(seconds * RATE))))
    with wave.open(str(path), 'wb') as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def tone_error(samples):
    """Largest deviation from the best ideal tone, as a share of its amplitude."""
    turn = [cmath.exp(-2j * math.pi * TONE_HZ * i / RATE) for i in range(len(samples))]
    best = 2 * sum(s * t for s, t in zip(samples, turn)) / len(samples)
    return max(abs(s - (best * t.conjugate()).real) for s, t in zip(samples, turn)) / abs(best)


class Case(unittest.TestCase):
    config = '[profile default]\nendpoint = {url}\n'

    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, self.config.format(url=self.server.url), self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop(), self.daemon.read_log()))
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])

    def start(self):
        self.client.session('Start', '(a{sv})', {})
        self.number, _ = self.server.accept()
        self.client.wait_state('listening')

    def frames(self, number=None, mark=0):
        """The audio that reached the server."""
        return [base64.b64decode(e[3]['realtimeInput']['audio']['data']) for e in self.server.events[mark:]
                if e[0] == 'recv' and number in (None, e[1]) and 'audio' in e[3].get('realtimeInput', {})]

    def marks(self, mark=0):
        return [m for m in self.server.messages('realtimeInput', mark) if 'audioStreamEnd' in m]

    def n_capture_streams(self):
        objects = self.world.wait_for(lambda _: True, 'the graph')
        props = [(item.get('info') or {}).get('props') or {} for item in objects.values()]
        return sum(p.get('media.class') == 'Stream/Input/Audio' for p in props)

    def wait_warning(self, code, mark=0):
        return self.client.wait_signal('Warning', lambda a: a[0] == code, mark)[1]

    def expect_heard(self, number):
        """Of all connections only this one gets audio."""
        mark = len(self.server.events)
        wait_until(lambda: len(self.frames(number, mark)) > 10, 10, f'audio on connection {number}')
        mark = len(self.server.events)
        wait_until(lambda: len(self.frames(number, mark)) > 10, 10, 'more of it')
        self.assertEqual(len(self.frames(None, mark)), len(self.frames(number, mark)))

    def expect_unheard(self):
        run_for(0.2)  # what was on its way
        mark = len(self.server.events)
        run_for(0.4)
        self.assertEqual(self.frames(None, mark), [])


class Beginning(Case):
    def speak_while_connecting(self, seconds, delay):
        """Speaks from the start on, completes the setup after `delay` seconds; returns what the server heard."""
        path = self.daemon.directory / 'tone.wav'
        write_tone(path, seconds)
        began = time.monotonic()
        self.client.session('Start', '(a{sv})', {})
        playing = self.world.play_to_microphone(str(path))
        number = self.server.wait(lambda e: e[0] == 'open')[1]
        self.server.wait_message('setup', number)
        playing.wait()
        wait_until(lambda: time.monotonic() - began > delay, delay + 5, 'the time')
        self.assertEqual(self.frames(), [])
        self.server.send(number, setupComplete={})
        self.client.wait_state('listening', 'hearing')
        asked = self.server.wait(lambda e: e[0] == 'sent')[2]
        self.server.wait(lambda e: e[0] == 'recv' and e[2] > asked + 1e6)  # by then all that was held is there
        self.assertEqual({len(frame) for frame in self.frames()}, {2 * CHUNK})
        return array.array('h', b''.join(self.frames()))

    def expect_whole(self, heard, seconds):
        """The tone is there from its first to its last sample, each once and in order."""
        loud = [i for i, sample in enumerate(heard) if abs(sample) > 200]
        self.assertAlmostEqual((loud[-1] - loud[0]) / RATE, seconds, delta=0.002)
        error = tone_error(heard[loud[0] + 80:loud[-1] - 80])
        print(f'{seconds:.1f} s of tone: deviation {20 * math.log10(error):.0f} dB')
        self.assertLess(error, 0.02)

    def test_words_while_the_setup_takes_long(self):
        self.world.force_quantum(1024)  # cycles that a busy machine can meet
        heard = self.speak_while_connecting(1.6, 2.5)
        self.expect_whole(heard, 1.6)
        self.assertEqual([a for a in self.client.since(0, 'Warning')], [])

    def test_words_outlast_the_silence_after_them(self):
        self.world.force_quantum(1024)
        heard = self.speak_while_connecting(1.2, 6.0)
        self.expect_whole(heard, 1.2)
        self.assertLess(len(heard) / RATE, 4.5)  # 3 s held, 1 s since
        self.assertEqual([a for a in self.client.since(0, 'Warning')], [])


class FirstWord(Case):
    config = '[profile default]\nendpoint = engine\n'

    def test_first_word_with_the_engine(self):
        self.client.session('Start', '(a{sv})', {})
        playing = self.world.play_to_microphone(str(QUESTION))
        said = self.client.wait_signal('Transcript', lambda a: a[1] == 'user' and a[3], timeout=30)[2]
        playing.wait()
        self.assertTrue(said.lower().startswith('what'), said)


class Sharing(Case):
    def begin(self, client):
        path = client.manager('CreateSession', '(a{sv})', {})
        client.session('Subscribe', '(as)', ['warnings', 'state'], path=path)
        mark = len(self.server.events)
        client.session('Start', '(a{sv})', {}, path=path)
        number, _ = self.server.accept(mark)
        wait_until(lambda: client.get('State', path) == 'listening', 10, 'listening')
        return path, number

    def expect(self, sessions, heard):
        """State and MicrophoneActive of all."""
        for client, path, number in sessions:
            has_floor = number == heard
            wait_until(lambda: client.get('State', path) == ('listening' if has_floor else 'paused'), 10, 'state')
            self.assertEqual(client.get('MicrophoneActive', path), has_floor)
            self.assertEqual(client.session('GetAudio', path=path)['floor'], has_floor)
        self.expect_heard(heard)
        self.assertEqual(self.n_capture_streams(), 1)

    def test_three_conversations(self):
        sessions = []
        for _ in range(3):
            client = self.daemon.connect()
            sessions.append((client, *self.begin(client)))
            self.expect(sessions, sessions[-1][2])
        (one, first, n_first), (two, second, n_second), (three, third, n_third) = sessions
        self.assertEqual(len(one.since(0, 'Warning')), 1)
        self.assertEqual(one.since(0, 'Warning')[0][0], 'floor-lost')
        self.assertEqual(one.session('GetAudio', path=first)['paused'], 'floor')
        for number in (n_first, n_second):
            ends = [e for e in self.server.events if e[0] == 'recv' and e[1] == number
                    and 'audioStreamEnd' in e[3].get('realtimeInput', {})]
            self.assertEqual(len(ends), 1)

        # who has it leaves it to the one before, who is unmuted takes it
        three.session('SetMuted', '(b)', True, path=third)
        self.expect(sessions[:2], n_second)
        three.session('SetMuted', '(b)', False, path=third)
        self.expect(sessions, n_third)
        two.session('Stop', path=second)
        three.session('Stop', path=third)
        self.expect(sessions[:1], n_first)
        self.assertEqual(len(one.since(0, 'Warning')), 1)

        two.session('Start', '(a{sv})', {}, path=second)
        self.server.accept(len(self.server.events) - 1)
        one.session('SetMuted', '(b)', True, path=first)
        two.session('SetMuted', '(b)', True, path=second)
        wait_until(lambda: self.n_capture_streams() == 0, 10, 'end of the capture stream')

    def test_all_are_heard_speaking(self):
        tone = base64.b64encode(bytes(24000)).decode()
        sessions = []
        for _ in range(2):
            client = self.daemon.connect()
            sessions.append((client, *self.begin(client)))
        for _, _, number in sessions:
            self.server.send(number, serverContent={'modelTurn': {'parts': [
                {'inlineData': {'mimeType': 'audio/pcm;rate=24000', 'data': tone}}]}})
        for client, path, _ in sessions:
            wait_until(lambda: client.get('State', path) == 'speaking', 10, 'speaking')


class SharingByKey(Sharing):
    config = Case.config + 'turn-detection = manual\n'
    test_three_conversations = test_all_are_heard_speaking = None

    def test_the_key_takes_the_floor(self):
        sessions = []
        for _ in range(2):
            client = self.daemon.connect()
            sessions.append((client, *self.begin(client)))
        (one, first, n_first), (_, _, n_second) = sessions
        run_for(0.5)
        self.assertEqual(one.get('State', first), 'paused')
        mark = len(self.server.events)
        one.session('StartTalking', path=first)
        self.server.wait_message('realtimeInput', n_first, mark, condition=lambda m: 'activityStart' in m)
        run_for(0.1)
        # 300 ms from before the key, although another one had the floor then
        self.assertGreater(len(self.frames(n_first, mark)), 15)
        run_for(0.3)
        self.assertEqual(self.frames(n_second, mark), [])
        one.session('StopTalking', path=first)
        self.server.wait_message('realtimeInput', n_first, mark, condition=lambda m: 'activityEnd' in m)


class Off(Case):
    def expect_off(self, reason):
        self.client.wait_state('paused')
        self.assertFalse(self.client.get('MicrophoneActive'))
        self.assertEqual(self.client.session('GetAudio')['paused'], reason)
        wait_until(lambda: self.n_capture_streams() == 0, 10, 'end of the capture stream')
        self.expect_unheard()

    def expect_on(self):
        self.client.wait_state('listening')
        self.assertTrue(self.client.get('MicrophoneActive'))
        self.expect_heard(self.number)
        self.assertEqual(self.n_capture_streams(), 1)

    def expect_speaking(self):
        """The voice is heard all the same."""
        sound = base64.b64encode(bytes(4800)).decode()
        self.server.send(self.number, serverContent={'modelTurn': {'parts': [
            {'inlineData': {'mimeType': 'audio/pcm;rate=24000', 'data': sound}}]}})
        self.server.send(self.number, serverContent={'turnComplete': True})
        mark = len(self.client.states())
        wait_until(lambda: 'speaking' in [s for _, s in self.client.states()[mark - 1:]], 10, 'speaking')
        wait_until(lambda: self.client.get('State') != 'speaking', 10, 'the end of it')

    def set_source_muted(self, muted):
        number = self.world.wait_for_node(MICROPHONE)['object.id']
        subprocess.run(['wpctl', 'set-mute', str(number), '1' if muted else '0'], env=self.world.env, check=True)

    def test_muted_here(self):
        self.start()
        self.expect_heard(self.number)
        self.client.session('SetMuted', '(b)', True)
        wait_until(lambda: self.n_capture_streams() == 0, 10, 'end of the capture stream')
        self.expect_unheard()
        self.assertEqual(len(self.marks()), 1)
        self.expect_speaking()
        self.client.session('SetMuted', '(b)', False)
        self.expect_on()

    def test_muted_in_the_mixer(self):
        self.start()
        self.expect_heard(self.number)
        self.set_source_muted(True)
        self.expect_off('source-muted')
        self.assertEqual(self.wait_warning('microphone-off')['reason'], 'source-muted')
        self.assertEqual(len(self.marks()), 1)
        self.expect_speaking()
        self.set_source_muted(False)
        self.expect_on()
        self.client.session('Stop')
        self.set_source_muted(True)  # from the start
        self.client.session('Start', '(a{sv})', {})
        self.number, _ = self.server.accept(len(self.server.events) - 1)
        self.expect_off('source-muted')
        self.set_source_muted(False)
        self.expect_on()

    def set_privacy(self, forbidden):
        subprocess.run(['gsettings', 'set', 'org.gnome.desktop.privacy', 'disable-microphone', str(forbidden).lower()],
                       env=self.daemon.env, check=True)

    def test_privacy_switch(self):
        shutil.copy(DCONF_SERVICE, self.daemon.directory)  # as on a desktop; the bus looks into it at once
        self.client.bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'ReloadConfig', None, None, 0, -1, None)
        self.start()
        self.expect_heard(self.number)
        self.set_privacy(True)
        self.expect_off('privacy')
        self.assertEqual(self.wait_warning('microphone-off')['reason'], 'privacy')
        self.expect_speaking()
        self.set_privacy(False)
        self.expect_on()


class OffByKey(Off):
    config = Case.config + 'turn-detection = manual\n'
    test_muted_here = test_muted_in_the_mixer = test_privacy_switch = None

    def test_key_while_it_is_off(self):
        self.start()
        self.set_source_muted(True)
        self.client.wait_state('paused')
        with self.assertRaises(GLib.Error) as caught:
            self.client.session('StartTalking')
        self.assertEqual(error_name(caught.exception), 'NotReady')
        self.assertIn('muted in the sound settings', caught.exception.message)


unittest.main(verbosity=2)
