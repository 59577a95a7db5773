# SPDX-License-Identifier: GPL-3.0-or-later
"""One fault after the other, in a sequence that a seed decides; after each it waits until all is well and looks at what
became of the words, the sound, the calls and the daemon."""
import collections
import itertools
import pathlib
import random
import time
import traceback

from gi.repository import GLib
from lvclient import wait_until
from pwenv import PwEnvError

from conversations import ANSWER_S, Talker, Writer
from faults import BOTH, FAULTS, KINDS
from figures import Figures
from relay import NotFired
from speech import BLOCK_MS, Speaker, load
from world import World

RECOVERY_S = 30
HELD_MS = 3000         # of speech are kept while there is no connection, as livevoice(7) says
SLACK_MS = 1000        # until the loss is noticed
ANSWERED_EACH = 20     # faults
WARM_UP = 12           # faults, before growth is looked at
RSS_GROWTH_KIB = 6 * 1024
RSS_GROWTH_EACH_KIB = 12  # for each fault besides: the transcript, the flight recorder
FDS_GROWTH = 6
PHASES = ('quiet', 'asked', 'tool', 'speaking')
WORDS = pathlib.Path(__file__).resolve().parent.parent / 'data' / 'audio' / 'add.wav'


def plan(seed, long, only=None):
    """(fault, target, phase) after (fault, target, phase), without end."""
    chance = random.Random(seed)
    known = [f for f in FAULTS if (long or not f.long) and (only is None or only in (f.name, f.kind))]
    while True:
        fault = chance.choices(known, [f.weight for f in known])[0]
        yield fault, chance.choice(fault.targets), chance.choice(PHASES)


class Campaign:
    def __init__(self, build, settings='', verbose=False):
        self.verbose = verbose
        self.figures = Figures()
        self.failures = 0
        self.accidents = 0   # of PipeWire
        self._build, self._settings = build, settings
        self._timers = []
        self._totals = collections.Counter()
        self._deaf = []
        self._open()

    def _open(self):
        self.world = World(self._build, self._settings)
        self.world.find_daemon()
        self.sanitized = self.world.is_sanitized()
        # A sanitized engine does not recognise as quickly as somebody speaks
        self.speaker = Speaker(load(WORDS, 1.0, softly=self.sanitized))
        self.talks = {'text': Writer(self.world), 'voice': Talker(self.world, self.speaker)}
        for talk in self.talks.values():
            talk.begin()
        self.wait_live()
        self._first = None   # what the daemon held after warming up
        self._n_since = 0    # faults since the daemon was started

    def close(self):
        """The end of it all; what was counted remains."""
        for timer in self._timers:
            GLib.source_remove(timer)
        self._timers.clear()
        self.speaker.stop()
        self.world.stop()

    def _count(self):
        relays = [talk.relay for talk in self.talks.values()]
        self._totals.update({
            'connections': sum(len(relay.connections) for relay in relays), 'frames of sound': sum(relay.n_audio for relay in relays),
            'texts': len(self.talks['text'].texts), 'calls of tools': len(self.talks['text'].relay.calls),
            'seconds of speech': self.speaker.said * BLOCK_MS // 1000, 'accidents of PipeWire': self.accidents})
        self.accidents = 0

    # --- for faults ---

    def begin_anew(self, whole=False):
        """After the end of the daemon: the next call starts another."""
        self._first, self._n_since = None, 0
        self.world.find_daemon()
        self.talks['text'].begin_anew(whole)
        self.talks['voice'].forget()
        self.talks['voice'].begin()

    def _leave(self):
        for talk in self.talks.values():
            talk.leave()

    def kill_daemon(self):
        self.world.kill_daemon()
        self._leave()
        self.begin_anew()

    def restart_bus(self):
        self._leave()
        status = self.world.restart_bus()
        assert status == 1, f'without its bus the daemon ended with {status}'
        self.begin_anew(whole=True)

    def later(self, ms, function):
        def run():
            self._timers.remove(timer)
            function()
            return GLib.SOURCE_REMOVE
        timer = GLib.timeout_add(ms, run)
        self._timers.append(timer)

    def wait_deaf(self):
        """Until nobody is heard."""
        wait_until(lambda: not any(talk.client.get('MicrophoneActive', talk.path) for talk in self.talks.values()), 10,
                   'end of both microphones')

    def wait_parked(self):
        wait_until(lambda: all(talk.state() == 'paused' for talk in self.talks.values()), 10, 'state paused')

    def add_deaf_subscriber(self):
        while self._deaf:
            self._deaf.pop().close()
        self._deaf.append(self.world.add_deaf_subscriber(self.talks['text'].path))

    # --- one after the other ---

    def wait_live(self, timeout=RECOVERY_S):
        talks = self.talks.values()
        began = time.monotonic()
        heard = {talk: talk.relay.n_audio for talk in talks}
        try:
            wait_until(lambda: self._mend_sound() or all(talk.is_live() and talk.relay.n_audio > heard[talk] for talk in talks), timeout)
        except AssertionError:
            told = ', '.join(f'{talk.name}: {talk.state()} {talk.last_error()} connected {talk.relay.is_up()} '
                             f'heard {talk.relay.n_audio - heard[talk]}' for talk in talks)
            raise AssertionError(f'no conversation within {timeout} s: {told}') from None
        return time.monotonic() - began

    def _mend_sound(self):
        """PipeWire's own accidents are faults like others."""
        if not self.world.sound.is_alive():
            self.accidents += 1
            self.world.sound.kill_server()
            self.world.sound.start_server()

    def _do(self, fault, target):
        """Returns when it happened; None: it did not."""
        began = time.monotonic()
        try:
            return fault.do(self, target) or began
        except NotFired:
            return None
        except PwEnvError:
            if self.world.sound.is_alive():
                raise
            return None

    def _prepare(self, phase):
        writer = self.talks['text']
        if phase == 'quiet':
            return
        writer.say(with_tool=phase == 'tool')
        if phase == 'tool':
            wait_until(lambda: writer.pending, ANSWER_S, 'call of the tool')
        elif phase == 'speaking':
            wait_until(lambda: writer.state() == 'speaking', ANSWER_S, 'answer')

    def _await_end(self, talk):
        """A conversation that cannot go on says why, and can be started again."""
        wait_until(lambda: talk.state() == 'error', RECOVERY_S, f'end of {talk.name}')
        name, sentence = talk.last_error()
        assert name and sentence, f'it ended without a reason: {name!r} {sentence!r}'
        self.talks['text'].excuse_calls()
        talk.restart()

    def step(self, fault, target, phase):
        """Returns (seconds from the fault until all was well, ms of speech lost), or None when the fault did not happen."""
        writer, talker = self.talks['text'], self.talks['voice']
        self._prepare(phase)
        hit = list(self.talks.values()) if fault.shared else [self.talks[target]]
        connections = {talk: len(talk.relay.connections) for talk in hit}
        began = time.monotonic()
        fired = self._do(fault, target)
        self._mend_sound()
        if fault.orphans:
            writer.excuse_calls()
        elif fault.forgets:
            writer.expect_notes()
        writer.answer_calls()
        if fired and fault.ends:
            self._await_end(self.talks[target])
        if fired and fault.breaks:
            wait_until(lambda: all(len(talk.relay.connections) > connections[talk] for talk in hit), RECOVERY_S,
                       f'another connection of {target}')
        self.wait_live()
        recovered = time.monotonic()
        if fault.deaf or (fault.ends and target == 'voice'):
            talker.skip()
        lost = talker.check_speech()
        bystander = target == 'text' and not fault.shared
        bound = 0 if fault.planned or bystander or not fault.breaks else max(SLACK_MS, (recovered - began) * 1000 - HELD_MS + SLACK_MS)
        assert lost <= bound, f'{lost} ms of speech were lost, {bound:.0f} are allowed'
        writer.check_calls()
        for talk in self.talks.values():
            talk.read_transcript()
        self.world.check_alive()
        self._check_growth()
        return (recovered - fired, lost) if fired else None

    def _check_growth(self):
        self._n_since += 1
        if self._n_since < WARM_UP:
            return
        now = self.world.measure()
        if self._first is None:
            self._first = now
            return
        rss = RSS_GROWTH_KIB + self._n_since * RSS_GROWTH_EACH_KIB
        assert self.sanitized or now['rss'] <= self._first['rss'] + rss, f'memory grew from {self._first} to {now}'
        assert now['fds'] <= self._first['fds'] + FDS_GROWTH, f'descriptors grew from {self._first} to {now}'
        assert now['sessions'] == 2, f"{now['sessions']} sessions"
        assert now['rules'] <= self._first['rules'] + 2, f'rules for signals grew from {self._first} to {now}'

    def _tell(self, where, directory):
        """Everything that helps to understand what has just failed."""
        self.failures += 1
        print(f'FAILED {where}; PipeWire lives: {self.world.sound.is_alive()}')
        traceback.print_exc()
        events = []
        for name, talk in self.talks.items():
            events += [(at, name, text) for at, text in list(talk.relay.events)[-40:]]
            events += [(s[0], name, f'signal {s[3]} {s[4]}'[:200]) for s in talk.client.signals[-25:]
                       if s[1] == talk.path and s[3] != 'Transcript']
        now = time.monotonic()
        for at, name, text in sorted(events):
            print(f'  {at - now:8.3f} {name:5} {text}')
        print(self.world.daemon.read_log()[-3000:])
        try:
            print(self.world.write_report(pathlib.Path(directory) / ('campaign-%s.jsonl' % where.split('/')[0])))
        except Exception as error:  # the report is a help, not the test
            print(f'no report: {error}')

    def _check_answer(self):
        """A question is answered to its end: nobody hangs in a state."""
        writer = self.talks['text']

        def wait_state(state):
            wait_until(lambda: self._mend_sound() or writer.state() == state, ANSWER_S, f'state {state}')

        wait_state('listening')
        writer.say()
        wait_state('speaking')
        wait_state('listening')

    def _survive(self, fault, target, phase):
        """What does not happen is tried once more: then something is wrong with the test. Returns a few words."""
        kind = 'planned' if fault.planned else fault.kind
        for _ in range(2):
            came_of_it = self.step(fault, target, phase)
            if came_of_it is not None:
                self.figures.add(kind, *came_of_it)
                return '%.2f s, %d ms lost' % came_of_it
            self.figures.miss(kind)
        raise AssertionError('it did not happen')

    def run(self, steps, n, seconds, directory, keep_going=False):
        """Until n faults have happened or failed. Returns the number of those that were survived."""
        survived, end = 0, time.monotonic() + seconds
        steps = (step for step in steps if not (step[0].hears and self.sanitized))
        for number, (fault, target, phase) in enumerate(itertools.islice(steps, n), 1):
            if time.monotonic() > end:
                break
            where = f'{number}/{n} {fault.kind}: {fault.name}, {target}, {phase}'
            if self.verbose:
                print(where, end=' ', flush=True)
            try:
                words = self._survive(fault, target, phase)
                if number % ANSWERED_EACH == 0:
                    self._check_answer()
                survived += 1
                if self.verbose:
                    print(words, flush=True)
                elif number % 10 == 0:
                    print(f'{number} of {n}', flush=True)
            except (AssertionError, GLib.Error, OSError, PwEnvError) as error:
                self._tell(where, directory)
                print(f'{type(error).__name__}: {error}', flush=True)
                if not keep_going:
                    break
                self._count()
                self.close()
                self._open()
        return survived

    def print_figures(self):
        self.figures.print(KINDS)
        held = self.world.measure()
        print(f"\nthe daemon holds {held['rss'] / 1024:.1f} MiB, {held['fds']} descriptors, {held['sessions']} sessions, {held['rules']} rules")
        self._count()
        print(', '.join(f'{number} {what}' for what, number in self._totals.items()))

