# SPDX-License-Identifier: GPL-3.0-or-later
"""A room around the virtual speaker and microphone: what the speaker plays comes back to the microphone late, softer
and from more than one wall, while persons speak into it."""
import array
import os
import subprocess
import wave

from pwenv import MICROPHONE, SPEAKER, RATE, PwEnv

REFLECTIONS = ((0.060, -12.0), (0.097, -20.0))  # seconds, dB
NAME = 'livevoice-test-room'
CONFIG = '''
context.properties = {{ support.dbus = false log.level = 1 }}
context.spa-libs = {{
    audio.convert.* = audioconvert/libspa-audioconvert
    support.* = support/libspa-support
}}
context.modules = [
    {{ name = libpipewire-module-protocol-native }}
    {{ name = libpipewire-module-client-node }}
    {{ name = libpipewire-module-adapter }}
    {{ name = libpipewire-module-filter-chain
        args = {{
            node.description = "Live Voice test room"
            audio.rate = {rate} audio.channels = 1 audio.position = [ MONO ]
            filter.graph = {{ nodes = [ {{
                type = builtin name = walls label = convolver config = {{ filename = "{walls}" }}
            }} ] }}
            capture.props = {{ node.name = {name}-in node.autoconnect = false }}
            playback.props = {{ node.name = {name}-out node.autoconnect = false }}
        }}
    }}
]
'''


def write_walls(path, reflections=REFLECTIONS):
    samples = array.array('h', bytes(2 * (int(max(seconds for seconds, _ in reflections) * RATE) + 1)))
    for seconds, decibels in reflections:
        samples[int(seconds * RATE)] = int(32767 * 10 ** (decibels / 20))
    with wave.open(path, 'wb') as file:
        file.setparams((1, 2, RATE, 0, 'NONE', ''))
        file.writeframes(samples.tobytes())


def cut(source, target, seconds):
    """The beginning of a WAV file."""
    with wave.open(str(source), 'rb') as file, wave.open(str(target), 'wb') as short:
        short.setparams(file.getparams())
        short.writeframes(file.readframes(int(seconds * file.getframerate())))


class Room(PwEnv):
    """The world of PwEnv, whose speaker is a loudspeaker that its microphone hears."""

    def __init__(self):
        super().__init__(form_factor='speaker')
        self._filter = None

    def start(self):
        super().start()
        try:
            self._build()
        except BaseException:
            self.stop()
            raise
        return self

    def _build(self):
        walls, config = (os.path.join(self.directory, name) for name in ('walls.wav', 'room.conf'))
        write_walls(walls)
        with open(config, 'w') as file:
            file.write(CONFIG.format(rate=RATE, walls=walls, name=NAME))
        self._filter = self._spawn('pipewire', '-c', config, stdout=subprocess.DEVNULL)
        self._streams.append(self._filter)
        self._link(SPEAKER + ':monitor_MONO', NAME + '-in:input_MONO')
        self._link(NAME + '-out:output_MONO', MICROPHONE + ':input_MONO')
