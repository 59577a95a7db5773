#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""PipeWire, WirePlumber, the engine and the session bus are killed and come back, in every state of a conversation: the
daemon lives, the conversation goes on where it was or says in a sentence why not, microphone and speaker are back, and
nothing is left behind. The bus takes the daemon with it, which says so; whoever calls next starts another.

test-neighbours.py [--all]: a selection, or every state with every neighbour."""
import os
import pathlib
import signal
import sys
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / name) for name in ('lib', 'campaign')]
from conversations import Writer  # noqa: E402
from lvclient import wait_until  # noqa: E402
from relay import PASS, STALL  # noqa: E402
from world import World  # noqa: E402

BUILD = os.environ.get('builddir', 'build')
THANKS = pathlib.Path(__file__).resolve().parent.parent / 'data' / 'audio' / 'thanks.wav'
QUESTION = THANKS.with_name('ask-time.wav')
LIVE_S = 30
FDS_GROWTH = 4
LINK = '[link]\nsteady-after-ms = 0\n'
DOZE = LINK + 'park-after-s = 1\n'
READ_AGAIN = 'Configuration read again'
LOST_BUS = 'The connection to the bus was lost'


class Scene:
    """One world for all: to set each state up is cheap, to set the world up is not."""

    def __init__(self):
        self.world = World(BUILD, LINK)
        self.world.find_daemon()
        self.writer = Writer(self.world)
        self.writer.is_heard = True
        self.relay = self.writer.relay
        self.writer.connect_only()
        self.playing = None

    # --- states: how to get there ---

    def idle(self):
        pass

    def connecting(self):
        self.relay.set_mode(STALL)
        self.writer.restart()
        self.wait_state('connecting')

    def listening(self):
        self.writer.restart()
        self.wait_state('listening')
        self.wait_microphone()

    def hearing(self):
        self.listening()
        self.playing = self.world.sound.play_to_microphone(str(THANKS))
        self.wait_state('hearing')

    def thinking(self):
        self.listening()
        self.writer.say(with_tool=True)
        wait_until(lambda: self.writer.pending, 10, 'call of the tool')
        self.wait_state('thinking')

    def speaking(self):
        self.listening()
        self.writer.say()
        self.wait_state('speaking')

    def reconnecting(self):
        self.listening()
        self.relay.refuse()
        self.relay.ask('cut')
        self.wait_state('reconnecting')

    def asleep(self):
        self.listening()
        self.world.system.sleep()
        self.wait_state('paused')

    def dozing(self):
        self.set_link(DOZE, LINK)
        self.listening()
        wait_until(lambda: self.writer.call('GetHealth')['link'] == 'dozing', 15, 'rest')

    def paused(self):
        self.listening()
        self.world.system.lock()
        self.wait_state('paused')

    def set_link(self, new, old):
        config = self.world.daemon.directory / 'livevoice.conf'
        read = self.world.daemon.read_log().count(READ_AGAIN)
        config.write_text(config.read_text().replace(old, new))
        os.kill(self.world.pid, signal.SIGHUP)
        wait_until(lambda: self.world.daemon.read_log().count(READ_AGAIN) > read, 10, 'the other configuration')

    def release(self, state):
        """What kept it in the state is over; its answers to tools come now."""
        if state == 'connecting':
            self.relay.set_mode(PASS)
        elif state == 'reconnecting':
            self.relay.listen()
        elif state == 'asleep':
            self.world.system.sleep(False)
        elif state == 'paused':
            self.world.system.lock(False)
        elif state == 'dozing':
            self.set_link(LINK, DOZE)
        elif state == 'hearing':
            self.playing.stop()
        self.writer.answer_calls()

    # --- neighbours ---

    def pipewire(self):
        self.world.sound.kill_server()
        self.world.sound.start_server()

    def wireplumber(self):
        if self.playing is not None:
            self.playing.stop()  # it goes with the microphone
        self.world.sound.kill_wireplumber()
        self.world.sound.remove_devices()
        self.world.sound.add_devices()
        self.world.sound.start_wireplumber()

    def engine(self):
        self.world.engine.stop(9)
        self.world.engine.start()
        self.writer.expect_notes()

    def bus(self):
        self.writer.leave()
        status = self.world.restart_bus()
        assert status == 1, f'the daemon ended with {status}'
        assert LOST_BUS in self.world.daemon.read_log(), 'it did not say why'
        self.world.find_daemon()
        self.writer.excuse_calls()

    # --- what has to follow ---

    def wait_state(self, *states):
        wait_until(lambda: self.writer.state() in states, 15, f'state {states}, it is {self.writer.state()}')

    def wait_microphone(self):
        mark = self.relay.n_audio
        wait_until(lambda: self.writer.client.get('MicrophoneActive') and self.relay.n_audio > mark, LIVE_S, 'sound of the microphone')

    def wake(self, by_voice):
        """From dozing: by a key, or by the first word, which no microphone but a new one may be left to hear."""
        if not by_voice:
            self.writer.restart()
            return
        wait_until(lambda: self.writer.client.get('MicrophoneActive') and self.writer.state() == 'listening', LIVE_S, 'microphone')
        turns = self.writer.turns()
        self.world.sound.play_to_microphone(str(QUESTION)).wait()
        wait_until(lambda: self.writer.turns() > turns, 20, 'answer')
        heard = [item[2] for item in self.writer.call('GetTranscript', '(u)', 0) if item[1] == 'user'][-1]
        assert heard.lower().startswith('what time'), f'it heard "{heard}"'

    def go_on(self):
        """In conversation; where it could not go on it has to say why."""
        wait_until(lambda: self.writer.is_live() or self.writer.state() in ('error', 'idle'), LIVE_S,
                   f'conversation, it is {self.writer.state()} {self.writer.last_error()}')
        if self.writer.state() == 'error':
            assert all(self.writer.last_error()), 'it ended without a reason'
        self.writer.restart()
        wait_until(self.writer.is_live, LIVE_S, f'conversation, it is {self.writer.state()} {self.writer.last_error()}')
        self.wait_microphone()

    def converse(self):
        """A question is answered, and the answer is heard to its end."""
        turns = self.writer.turns()
        self.writer.say()
        wait_until(lambda: self.writer.turns() > turns, 20, 'answer')
        wait_until(lambda: self.writer.state() == 'listening', 20, f'end of the answer, it is {self.writer.state()}')
        self.writer.check_calls()
        self.writer.read_transcript()

    def end(self):
        self.writer.call('Stop')
        self.wait_state('idle')

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.world.pid}/fd'))

    def stop(self):
        self.world.stop()


STATES = ('idle', 'connecting', 'listening', 'hearing', 'thinking', 'speaking', 'reconnecting', 'asleep', 'dozing', 'paused')
NEIGHBOURS = ('pipewire', 'wireplumber', 'engine', 'bus')
SELECTED = (('thinking', 'pipewire'), ('paused', 'pipewire'), ('speaking', 'wireplumber'), ('connecting', 'engine'),
            ('reconnecting', 'engine'), ('dozing', 'pipewire'), ('idle', 'bus'), ('thinking', 'bus'))


class Neighbours(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scene = Scene()
        cls.addClassCleanup(lambda: cls.scene.stop())


def make_test(state, neighbour):
    def test(self):
        try:
            check(self, state, neighbour)
        except BaseException:
            print(self.scene.world.daemon.read_log()[-3000:], file=sys.stderr)
            self.scene.stop()
            type(self).scene = Scene()
            raise
    return test


def check(self, state, neighbour):
    scene = self.scene
    pid, held = scene.world.pid, scene.descriptors()
    getattr(scene, state)()
    getattr(scene, neighbour)()
    scene.release(state)
    if neighbour == 'bus':
        scene.writer.begin_anew(whole=state not in ('idle', 'connecting'))
    elif state == 'idle':
        self.assertEqual(scene.writer.state(), 'idle')
        scene.writer.restart()
    elif state == 'dozing':
        scene.wake(by_voice=neighbour != 'engine')
    scene.go_on()
    scene.converse()
    scene.end()
    scene.world.check_alive()
    if neighbour != 'bus':
        self.assertEqual(scene.world.pid, pid)
        wait_until(lambda: scene.descriptors() <= held + FDS_GROWTH, 10, f'descriptors: {scene.descriptors()}, were {held}')


if __name__ == '__main__':
    every = '--all' in sys.argv
    chosen = [(s, n) for n in NEIGHBOURS for s in STATES] if every else SELECTED
    for number, (one, other) in enumerate(chosen):
        setattr(Neighbours, f'test_{number:02}_{other}_while_{one}', make_test(one, other))
    unittest.main(argv=[a for a in sys.argv if a != '--all'], verbosity=2)
