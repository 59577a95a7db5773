#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices that come, go, change and crash during a conversation, with the real daemon, PipeWire and WirePlumber."""
import array
import base64
import contextlib
import math
import os
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import MICROPHONE, SPEAKER, PwEnv  # noqa: E402
from recording import Recording  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
REBUILT_S = 1.0
HEADSET = {'node.name': 'usb-microphone', 'node.description': 'USB headset', 'priority.session': 100,
           'device.form-factor': 'headset', 'device.bus': 'usb'}
EARPHONE = {'node.name': 'usb-speaker', 'node.description': 'USB headset', 'media.class': 'Audio/Sink',
            'priority.session': 100, 'device.form-factor': 'headset', 'device.bus': 'usb'}


def tone(seconds, rate=24000):
    samples = array.array('h', (int(12000 * math.sin(2 * math.pi * 440 * i / rate)) for i in range(int(seconds * rate))))
    return {'mimeType': f'audio/pcm;rate={rate}', 'data': base64.b64encode(samples.tobytes()).decode()}


class Devices(unittest.TestCase):
    def begin(self, *settings):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        lines = '\n'.join(('[profile default]', f'endpoint = {self.server.url}', 'echo-cancel = off') + settings)
        self.daemon = Daemon(BUILD, lines + '\n', self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['warnings', 'state'])

    def start(self, state='listening'):
        self.client.session('Start', '(a{sv})', {})
        self.number, _ = self.server.accept()
        self.client.wait_state(state)

    def speak(self, seconds):
        for _ in range(int(seconds * 10)):
            self.server.send(self.number, serverContent={'modelTurn': {'parts': [{'inlineData': tone(0.1)}]}})
        self.server.send(self.number, serverContent={'generationComplete': True})
        self.server.send(self.number, serverContent={'turnComplete': True})
        self.client.wait_state('speaking')

    def wait_heard(self, timeout=10):
        """Until the microphone's sound reaches the server; everything before does not count."""
        mark = len(self.server.events)
        self.server.wait_message('realtimeInput', mark=mark, timeout=timeout, condition=lambda m: 'audio' in m)

    def wait_warning(self, code, mark=0, **details):
        def is_it(arguments):
            return arguments[0] == code and details.items() <= arguments[1].items()
        return self.client.wait_signal('Warning', is_it, mark)

    def names_in_use(self):
        devices = self.client.manager('ListDevices', '(a{sv})', {})
        return {device['name'] for device in devices if device['in-use']}

    def queued(self):
        return self.client.session('GetAudio')['queued-ms'] / 1000

    def test_streams_say_who_they_are(self):
        self.begin()
        self.start()
        self.speak(0.5)
        for name, category in (('livevoice.microphone', 'Capture'), ('livevoice.speaker', 'Playback')):
            props = self.world.wait_for_node(name)
            expected = {'media.role': 'Communication', 'media.category': category, 'node.description': 'Live Voice',
                        'application.id': 'org.livevoice.LiveVoice', 'application.name': 'Live Voice',
                        'application.icon-name': 'audio-input-microphone'}
            self.assertLessEqual(expected.items(), props.items())
        wait_until(lambda: self.names_in_use() == {MICROPHONE, SPEAKER}, what='both devices in use')

    def test_chosen_device_goes_and_returns(self):
        self.begin('input-device = USB headset', 'output-device = usb-speaker')
        self.world.plug_in(HEADSET)
        self.world.plug_in(EARPHONE)
        self.start()
        self.speak(6)
        self.world.wait_for_peer('livevoice.microphone', 'usb-microphone')
        self.world.wait_for_peer('livevoice.speaker', 'usb-speaker')
        self.wait_heard()
        capture = self.world.start_recording(str(self.daemon.directory / 'rest.wav'))
        mark = len(self.client.signals)
        self.world.unplug('usb-speaker')
        self.world.unplug('usb-microphone')
        self.wait_warning('device-lost', mark, kind='speaker', device='usb-speaker')
        self.wait_warning('device-lost', mark, kind='microphone', device='usb-microphone')
        self.world.wait_for_peer('livevoice.speaker', SPEAKER)
        self.world.wait_for_peer('livevoice.microphone', MICROPHONE)
        self.wait_heard()
        self.client.wait_state('listening')
        run_for(0.1)
        capture.stop()
        sounds = Recording(self.daemon.directory / 'rest.wav').speaker.segments()
        self.assertEqual(len(sounds), 1, 'the voice went on at the other speaker without a break')
        self.assertEqual(self.client.session('GetAudio')['dropped'], 0)
        mark = len(self.client.signals)
        self.world.plug_in(HEADSET)
        self.wait_warning('device-returned', mark, kind='microphone', device='usb-microphone')
        self.world.wait_for_peer('livevoice.microphone', 'usb-microphone')
        self.wait_heard()
        self.assertEqual(self.client.get('State'), 'listening')

    def test_default_is_followed(self):
        self.begin()
        self.world.plug_in(HEADSET)
        self.start()
        self.world.wait_for_peer('livevoice.microphone', MICROPHONE)
        self.world.choose('source', 'usb-microphone')
        self.wait_warning('device-changed', kind='microphone', device='usb-microphone')
        self.world.wait_for_peer('livevoice.microphone', 'usb-microphone')
        self.wait_heard()

    def test_microphone_that_comes_later_is_heard(self):
        self.begin()
        self.world.remove_microphone()
        self.start('paused')
        self.assertFalse(self.client.get('MicrophoneActive'))
        self.world.add_microphone()
        self.client.wait_state('listening')
        self.wait_warning('device-returned', kind='microphone', device=MICROPHONE)
        self.wait_heard()
        self.assertEqual(self.client.get('LastError'), ('', ''))

    def wait_role(self, role):
        wait_until(lambda: self.world.wait_for_node('livevoice.microphone').get('media.role') == role,
                   what=f'role "{role}" of the microphone')

    def test_bluetooth_headset_keeps_its_music_profile(self):
        # WirePlumber 0.4 changes it for any capture stream of that role, 0.5 for a stream at the stand-in
        self.begin()
        self.start()
        self.wait_role('Communication')
        self.world.plug_in({'node.name': 'bluez_output.AA', 'media.class': 'Audio/Sink', 'device.api': 'bluez5',
                            'api.bluez5.profile': 'a2dp-sink', 'device.id': '999'})
        self.wait_role('')
        self.world.plug_in({'node.name': 'bluez_input.AA', 'device.api': 'bluez5', 'bluez5.loopback': 'true',
                            'device.id': '999'})
        self.world.choose('source', 'bluez_input.AA')
        run_for(0.3)
        self.world.wait_for_peer('livevoice.microphone', MICROPHONE)
        self.world.unplug('bluez_input.AA')
        self.world.unplug('bluez_output.AA')
        self.wait_role('Communication')
        self.wait_heard()

    def rebuild_time(self):
        """Seconds from the moment at which PipeWire can be connected to until our stream is there."""
        self.world.start_pipewire()
        began = time.monotonic()
        wait_until(lambda: self.world.find_nodes('livevoice.microphone'), what='the stream')
        return time.monotonic() - began

    def test_servers_crash(self):
        self.begin()
        self.start()
        self.speak(5)
        self.wait_heard()
        run_for(0.5)
        self.world.kill_server()
        run_for(0.2)
        left = self.queued()
        self.assertTrue(3 < left < 5, left)
        seconds = self.rebuild_time()
        print(f'rebuilt {seconds * 1000:.0f} ms after PipeWire came back', file=sys.stderr)
        self.assertLess(seconds, REBUILT_S)
        self.assertLessEqual(abs(self.queued() - left), 0.05, 'what was not heard waits')
        self.world.start_wireplumber()
        self.wait_heard()
        run_for(1)
        now = self.queued()
        self.assertTrue(left - 2.5 < now < left, f'the voice goes on: {now} of {left} s are left')
        self.world.kill_wireplumber()
        # They would be WirePlumber's and go with it; 0.4 connects nothing to what another one has set up
        self.world.remove_devices()
        self.world.add_devices()
        self.world.start_wireplumber()
        began = time.monotonic()
        self.wait_heard()
        print(f'heard again {(time.monotonic() - began) * 1000:.0f} ms after WirePlumber had come back', file=sys.stderr)
        self.client.wait_state('listening')
        self.assertEqual(self.client.session('GetAudio')['dropped'], 0)
        self.assertEqual([e for e in self.server.events if e[0] == 'close'], [])

    def has_devices(self):
        """Again: what the daemon says before it has found PipeWire is its error."""
        with contextlib.suppress(GLib.Error):
            return bool(self.client.manager('ListDevices', '(a{sv})', {}))
        return False

    def test_muted_stays_muted_when_the_server_returns(self):
        self.begin()
        self.start()
        self.client.session('SetMuted', '(b)', True)
        self.world.kill_server()
        self.world.start_server()
        wait_until(self.has_devices, what='the devices')
        self.assertTrue(self.client.get('Muted'))
        self.assertEqual(self.world.find_nodes('livevoice.microphone'), [])
        self.client.session('SetMuted', '(b)', False)
        self.wait_heard()


if __name__ == '__main__':
    unittest.main(verbosity=2)
