#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One peer makes a thousand hostile calls a second, and the conversation of another goes on: without losing a sample in
either direction, without a pause, and with answers to its own calls. With --long each kind of flood lasts 5 s, and the
figures are printed."""
import base64
import faulthandler
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import unittest

LIB = pathlib.Path(__file__).resolve().parent.parent / 'lib'
sys.path.insert(0, str(LIB))
from gi.repository import GLib  # noqa: E402
from lvclient import MANAGER, wait_until  # noqa: E402
from mediatest import UNWATCHED, MediaTest  # noqa: E402
from pwenv import PwEnv  # noqa: E402
from recording import WINDOW, Recording  # noqa: E402

LONG = '--long' in sys.argv
SECONDS = 5 if LONG else 0.4
RATE = 1000
KINDS = ('methods', 'large_messages', 'descriptors', 'connections', 'subscriptions', 'sessions', 'mutes', 'starts',
         'others', 'tools', 'unread', 'burst')
CHUNK = 0.02  # seconds of sound that the victim says at a time
FRAME = 0.1  # and that its model answers with at a time
AHEAD = 3  # frames
ATTEMPTS = 3


def cpu_seconds(pid):
    with open(f'/proc/{pid}/stat') as stat:
        words = stat.read().rsplit(')', 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf('SC_CLK_TCK')


class Talker(threading.Thread):
    """Speaks in real time, as a program with a microphone of its own does."""

    def __init__(self, end):
        super().__init__(daemon=True)
        self.end = end
        self.said = bytearray()
        self.over = threading.Event()

    def run(self):
        begin = time.monotonic()
        while not self.over.wait(max(0, begin + len(self.said) / 32000 - time.monotonic())):
            block = os.urandom(int(32000 * CHUNK))
            self.end.sendall(block)
            self.said += block


class Listener(threading.Thread):
    """Hears all there is; longest: seconds between two pieces since it was last set to 0."""

    def __init__(self, end):
        super().__init__(daemon=True)
        self.end = end
        self.heard = bytearray()
        self.longest = 0

    def run(self):
        last = time.monotonic()
        while block := self.end.recv(65536):
            self.longest, last = max(self.longest, time.monotonic() - last), time.monotonic()
            self.heard += block


class Victim(MediaTest):
    """Somebody in conversation with a model that talks without end, AHEAD of the ear."""
    config = UNWATCHED

    def converse(self):
        self.victim = self.daemon.connect()
        self.path = self.victim.manager('CreateSession', '(a{sv})', {'token': GLib.Variant('s', 'victim')})
        self.model = bytearray()

    def begin(self):
        self.victim.session('Start', '(a{sv})', {}, path=self.path)
        self.number, _ = self.server.accept()
        for _ in range(AHEAD):
            self.say()
        self.voice = GLib.timeout_add(int(FRAME * 1000), self.say)

    def say(self):
        block = os.urandom(int(48000 * FRAME))
        self.model += block
        self.server.command('send', self.number, '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":'
                            '"audio/pcm;rate=24000","data":"' + base64.b64encode(block).decode() + '"}}]}}}')
        return GLib.SOURCE_CONTINUE

    def call_until(self, is_over):
        """Returns the seconds that the slowest of its calls took."""
        slowest = 0
        while not is_over():
            asked = time.monotonic()
            self.assertEqual(self.victim.get('OwnerApp', self.path), '')
            slowest = max(slowest, time.monotonic() - asked)
            wait_until(lambda: time.monotonic() - asked > 0.05, 10)
        return slowest

    def rest(self, seconds):
        """Without a flood; returns the slowest call."""
        end = time.monotonic() + seconds
        return self.call_until(lambda: time.monotonic() > end)

    def flood(self, *kinds):
        """Returns (calls made, slowest call of the victim, share of a processor that the daemon took)."""
        pid = self.daemon.pid()
        cpu, begin = cpu_seconds(pid), time.monotonic()
        flooder = subprocess.Popen([sys.executable, str(LIB / 'flooder.py'), self.daemon.address, self.path, str(RATE), str(SECONDS),
                                    *kinds], stdout=subprocess.PIPE, env=self.daemon.env)
        slowest = self.call_until(lambda: flooder.poll() is not None)
        made = int(flooder.stdout.read())
        flooder.stdout.close()
        return made, slowest, (cpu_seconds(pid) - cpu) / (time.monotonic() - begin)


class ThroughSockets(Victim):
    """Each sample can be compared."""
    audio = 'fd'

    def open(self, method):
        descriptor = self.victim.call_with_fds(self.path, 'Media', method, '(a{sv})', {})[1][0]
        end = socket.socket(fileno=descriptor)
        self.addCleanup(end.close)
        return end

    def converse(self):
        super().converse()
        self.listener = Listener(self.open('OpenAudioOutput'))
        self.begin()
        self.talker = Talker(self.open('OpenAudioInput'))
        self.talker.start()
        self.listener.start()

    def heard_by_server(self):
        return b''.join(base64.b64decode(m['audio']['data'])
                        for m in self.server.messages('realtimeInput') if 'audio' in m)

    def test_thousand_calls_a_second(self):
        self.converse()
        quiet_call = self.rest(1)
        quiet_pause, self.listener.longest = self.listener.longest, 0
        figures = {kind: self.flood(kind) for kind in KINDS} if LONG else {'all': self.flood(*KINDS)}
        pause, call = self.listener.longest, max(slowest for _, slowest, _ in figures.values())
        GLib.source_remove(self.voice)
        audio = self.victim.session('GetAudio', path=self.path)
        self.talker.over.set()
        self.talker.join()
        wait_until(lambda: len(self.heard_by_server()) >= len(self.talker.said), 10, 'what was said')
        wait_until(lambda: len(self.listener.heard) >= len(self.model), 10, 'the voice')
        if LONG:
            print(f'{"flood":16}{"calls/s":>9}{"slowest call of another":>25}{"daemon":>9}')
            for kind, (made, slowest, share) in figures.items():
                print(f'{kind:16}{made / SECONDS:9.0f}{slowest * 1000:22.1f} ms{share * 100:8.1f}%')
            print(f'longest pause of the voice {pause * 1000:.0f} ms, without flood {quiet_pause * 1000:.0f} ms')
        self.assertEqual(self.heard_by_server(), bytes(self.talker.said))
        self.assertEqual(bytes(self.listener.heard), bytes(self.model))
        self.assertEqual((audio.get('dropped', 0), audio.get('captured-dropped', 0)), (0, 0))
        self.assertLess(pause, quiet_pause + AHEAD * FRAME)
        self.assertLess(call, quiet_call + AHEAD * FRAME)
        self.assertEqual(self.victim.get('State', self.path), 'speaking')
        self.assertGreater(sum(made for made, _, _ in figures.values()), 0.5 * RATE * SECONDS * len(KINDS))
        self.assertRegex(self.daemon.read_log(), r':1\.\d+ calls more than 100 times a second')

    def test_panic_says_who(self):
        hostile = self.daemon.connect()
        self.start()
        hostile.call(MANAGER, 'Manager', 'PanicStop')
        self.client.wait_signal('Closed')
        hostile.call(MANAGER, 'Manager', 'PanicStop')  # nothing is left to be ended
        self.assertEqual(self.daemon.read_log().count(f'on request of {hostile.unique_name}'), 1)


class ThroughPipeWire(Victim):
    """The speaker falls silent no longer than without the flood: not at all, where the machine has time for it."""
    audio = 'pipewire'

    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.env = self.world.env
        super().setUp()

    def find_silence(self, during):
        """Seconds of the longest one at the speaker."""
        recording = self.world.start_recording(f'{self.daemon.directory}/speaker.wav')
        during()
        sounds = Recording(recording.stop()).speaker.segments(WINDOW)
        self.assertTrue(sounds)
        return max((after[0] - before[1] for before, after in zip(sounds, sounds[1:])), default=0)

    def test_voice_does_not_break_off(self):
        self.converse()
        self.begin()
        wait_until(lambda: self.victim.get('State', self.path) == 'speaking', 10, 'the voice')
        kinds = KINDS if LONG else ('methods', 'connections', 'unread', 'burst')
        for _ in range(ATTEMPTS):
            quiet = self.find_silence(lambda: self.rest(len(kinds) * SECONDS))
            flooded = self.find_silence(lambda: self.flood(*kinds))
            if flooded <= quiet + CHUNK:
                break
        GLib.source_remove(self.voice)
        self.assertLessEqual(flooded, quiet + CHUNK)


if __name__ == '__main__':
    if not LONG:
        faulthandler.dump_traceback_later(50, exit=True)  # who waits for what
    unittest.main(argv=[argument for argument in sys.argv if argument != '--long'])
