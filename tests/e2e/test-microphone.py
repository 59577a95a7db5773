#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several conversations share one capture stream, and there is none when nobody may be heard."""
import array
import base64
import cmath
import math
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import error_name, run_for, wait_until  # noqa: E402
from microphonetest import MicrophoneTest  # noqa: E402
from pwenv import MICROPHONE, read_recording  # noqa: E402

DCONF_SERVICE = pathlib.Path('/usr/share/dbus-1/services/ca.desrt.dconf.service')

WORDS = {'source-muted': 'the microphone is muted in the sound settings or by a key',
         'privacy': 'the privacy settings turn microphones off'}

VOICES_HZ = (500, 900)


def make_tone(hertz, seconds=1, rate=24000):
    return array.array('h', (int(8000 * math.sin(2 * math.pi * hertz * i / rate)) for i in range(seconds * rate))).tobytes()


def strength(samples, hertz, rate=48000):
    """Amplitude of that tone."""
    total = sum(s * cmath.exp(-2j * math.pi * hertz * i / rate) for i, s in enumerate(samples))
    return 2 * abs(total) / len(samples)


class Sharing(MicrophoneTest):
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
        path = self.daemon.directory / 'voices.wav'
        sessions = []
        for _ in range(2):
            client = self.daemon.connect()
            sessions.append((client, *self.begin(client)))
        recording = self.world.start_recording(str(path))
        for (_, _, number), hertz in zip(sessions, VOICES_HZ):
            self.server.send(number, serverContent={'modelTurn': {'parts': [
                {'inlineData': {'mimeType': 'audio/pcm;rate=24000', 'data': base64.b64encode(make_tone(hertz)).decode()}}]}})
        for client, path_, _ in sessions:
            wait_until(lambda: client.get('State', path_) == 'speaking', 10, 'speaking')
        run_for(1)
        recording.stop()
        sound = read_recording(str(path))
        blocks = [sound.speaker[i:i + 4800] for i in range(0, len(sound.speaker), 4800)]
        both = [block for block in blocks if all(strength(block, hertz) > 1000 for hertz in VOICES_HZ)]
        self.assertGreater(len(both), 2)


class SharingByKey(Sharing):
    config = MicrophoneTest.config + 'turn-detection = manual\n'
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


class Off(MicrophoneTest):
    def expect_off(self, reason):
        self.client.wait_state('paused')
        self.assertFalse(self.client.get('MicrophoneActive'))
        self.assertEqual(self.client.session('GetAudio')['paused'], reason)
        self.assertIn(f'Conversation: paused: {WORDS[reason]}\n', self.status())
        self.assertIn(f'"paused":"{reason}"', self.status('--json'))
        wait_until(lambda: self.n_capture_streams() == 0, 10, 'end of the capture stream')
        self.expect_unheard()

    def status(self, *options):
        """What livevoicectl says."""
        child = self.daemon.spawn('livevoicectl', 'status', *options, stdout=subprocess.PIPE, text=True)
        return child.communicate(timeout=10)[0]

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
    config = MicrophoneTest.config + 'turn-detection = manual\n'
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
