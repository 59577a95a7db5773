# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people who talk with the daemon all the time: one writes, hears the answer from PipeWire's speaker and has a tool;
the other one speaks and hears through sockets. Each knows what must have become of what it said."""
import json
import time

from gi.repository import GLib
from lvclient import DEFAULT, Handler, reply, wait_until
from speech import BLOCK_MS, Ear

LIVE = ('listening', 'hearing', 'thinking', 'speaking')
SPOKEN = ('warnings', 'state', 'transcript', 'tools')
VOLUME = [{'name': 'set_volume', 'description': 'Set the volume of the speaker',
           'parameters': {'type': 'object', 'properties': {'percent': {'type': 'integer'}}, 'required': ['percent']}}]
ANSWER_S = 20
UNDERSTOOD_S = 0.1
ASK_S = 0.05


class Conversation:
    """name: of the relay that it goes through."""

    def __init__(self, world, name):
        self.world = world
        self.name = name
        self.relay = world.relays[name]
        self.client = None
        self.path = DEFAULT
        self._state, self._asked, self._of = '', 0.0, None
        self.final = {}   # number of an item -> (role, text), as it was told to stay

    def connect(self):
        self.client = self.world.daemon.connect()

    def leave(self):
        """As a program that crashed: the connection to the bus is gone."""
        name = self.client.unique_name
        self.world.daemon.clients.remove(self.client)
        self.client.bus.close_sync(None)
        wait_until(lambda: not self.world.has_peer(name), 10, f'end of {name}')

    def state(self):
        """Asked for 20 times a second at most, as the daemon takes only so many calls of one program."""
        now = time.monotonic()
        if now > self._asked + ASK_S or self._of is not self.client:
            self._state, self._of = self.client.get('State', self.path), self.client
            self._asked = now
        return self._state

    def is_live(self):
        """In conversation, over a connection that is set up."""
        return self.relay.is_up() and self.state() in LIVE

    def call(self, method, signature='()', *arguments):
        return self.client.session(method, signature, *arguments, path=self.path)

    def restart(self):
        """After its conversation has ended with a reason."""
        self.call('Start', '(a{sv})', {})

    def last_error(self):
        return self.client.get('LastError', self.path)

    def count(self, name):
        return sum(s[3] == name and s[1] == self.path for s in self.client.signals)

    def turns(self):
        return self.count('TurnComplete')

    # --- the transcript ---

    def forget(self):
        """What is told from now on is another session's."""
        self.final.clear()

    @staticmethod
    def _is_same(old, new):
        """An answer may end where it was interrupted after its last word had come."""
        return new is not None and (old == new or old[0] == new[0] == 'model' and old[1].startswith(new[1]))

    def read_transcript(self):
        """Checks that it only grew."""
        last, items = 0, []
        while page := self.call('GetTranscript', '(u)', last):
            items += page
            last = page[-1][0]
        numbers = [item[0] for item in items]
        assert numbers == sorted(set(numbers)), f'items are out of order: {numbers}'
        told = {number: (role, text) for number, role, text, _, final in items if final}
        for number, item in self.final.items():
            if number >= (numbers[0] if numbers else 0):
                assert self._is_same(item, told.get(number)), f'item {number} was {item} and became {told.get(number)}'
        self.final.update(told)
        return items


class Writer(Conversation):
    """The default session."""

    def __init__(self, world):
        super().__init__(world, 'text')
        self.texts = []
        self.is_heard = False  # too: what a microphone understands is in the transcript beside them
        self.number = 0       # of the newest text
        self.n_before = 0     # texts of earlier conversations
        self.pending = []    # invocations of the tool that wait
        self.n_calls = 0
        self.holds = False
        self.excused = set()  # calls that nobody can answer any more
        self.forgotten = (set(), 0, 0)  # calls; answers that they need; notes before
        self.handler = None
        self.handled = []

    def begin(self):
        self.connect_only()
        self.restart()

    def connect_only(self):
        """With the tool, but without a conversation yet."""
        self.connect()
        self.call('Subscribe', '(as)', SPOKEN)
        self.handler = Handler(self.client, '/org/example/Mixer', self._on_call)
        self.client.manager('RegisterTools', '(osa{sv})', self.handler.path, json.dumps(VOLUME),
                            {'scope': GLib.Variant('s', 'shared'), 'provider': GLib.Variant('s', 'mixer')})

    def _on_call(self, call_id, _name, _arguments, _context, invocation):
        self.handled.append(call_id)
        if self.holds:
            self.pending.append(invocation)
        else:
            reply(invocation, '{"output":"Done."}')

    def answer_calls(self):
        self.holds = False
        while self.pending:
            reply(self.pending.pop(), '{"output":"Done."}')

    def say(self, with_tool=False):
        self.number += 1
        number = self.number
        text = f'Set the volume to {number} percent.' if with_tool else f'What is {number} plus 1?'
        self.holds = with_tool
        self.call('SendText', '(sa{sv})', text, {})
        self.texts.append(text)

    def interrupt(self):
        """Says something while the answer to something else is heard."""
        self.say()
        wait_until(lambda: self.state() == 'speaking', ANSWER_S, 'answer')
        self.say()

    def use_tool(self):
        self.say(with_tool=True)
        wait_until(lambda: self.pending, ANSWER_S, 'call of the tool')
        self.answer_calls()

    def list_written(self, items):
        """What the user said, but not aloud."""
        said = [text for _, role, text, _, _ in items if role == 'user']
        return [text for text in said if text in self.texts] if self.is_heard else said

    def check_calls(self, timeout=10):
        """Every call of the server was handled once and answered once."""
        def owed():
            due = set(self.relay.calls) - self.relay.cancelled - self.excused
            return {call for call in due if call not in self.relay.answers}
        wait_until(lambda: not owed(), timeout, f'answers to {owed()}')
        wait_until(self._is_told, timeout, f'what came of {self.forgotten}')
        for call, answers in self.relay.answers.items():
            for number, at in answers[:-1]:
                # an answer after which the server said nothing may have been lost with its connection
                assert number != answers[-1][0] and self.relay.connections[number].spoke < at + UNDERSTOOD_S, \
                    f'call {call} was answered {len(answers)} times: {answers}'
        assert len(self.handled) == len(set(self.handled)), f'handled twice: {self.handled}'

    def excuse_calls(self):
        """Whoever asked, or was to answer, is gone."""
        self.forgotten = (set(), 0, 0)
        self.excused |= {call for call in self.relay.calls if call not in self.relay.answers}

    def expect_notes(self):
        """The server may not know any more that it asked: then it is told in words."""
        calls = {call for call in self.relay.calls if call not in self.relay.answers}
        self.forgotten = (calls, len(self.pending), self.relay.n_notes)
        self.excused |= calls

    def _is_told(self):
        calls, n_needed, n_before = self.forgotten
        return sum(call in self.relay.answers for call in calls) + self.relay.n_notes - n_before >= n_needed

    def restart(self):
        self.n_before = len(self.texts)
        super().restart()

    def begin_anew(self, whole):
        """With another daemon, which knows the end of the conversation that was cut off: all of it, or (not whole) all but
        what it had no time to write down."""
        n_before, texts, final = self.n_before, self.texts, self.final
        self.final = {}
        self.begin()
        items = self.call('GetTranscript', '(u)', 0)
        said = self.list_written(items)
        kept = texts.index(said[-1]) + 1 if said else n_before
        assert not whole or kept == len(texts), f'of {texts[n_before:][-3:]} there is {said[-3:]}'
        assert said == texts[kept - len(said):kept], f'of {texts[n_before:][-5:]} there is {said[-5:]}'
        for number, role, text, _, _ in items:
            old = final.get(number, (role, text))
            assert self._is_same(old, (role, text)) or self._is_same((role, text), old) or role == 'system', \
                f'item {number} was {old} and became {text}'
        self.texts = texts[:kept]
        self.n_before = kept - len(said)

    def read_transcript(self):
        items = super().read_transcript()
        said = self.list_written(items)
        kept = self.texts[len(self.texts) - len(said):] if len(said) < len(self.texts) else self.texts
        assert said == kept, f'of what was written {kept[-5:]} there is {said[-5:]}'
        return items


class Talker(Conversation):
    """A private session."""

    def __init__(self, world, speaker):
        super().__init__(world, 'voice')
        self.speaker = speaker
        self.ears = world.ears
        self.checked = 0   # blocks
        self.lost = 0

    def begin(self):
        self.connect()
        options = {'profile': GLib.Variant('s', 'voice'), 'token': GLib.Variant('s', 'talker')}
        self.path = self.client.manager('CreateSession', '(a{sv})', options)
        self.call('Subscribe', '(as)', SPOKEN)
        self.restart()

    def restart(self):
        for method, take in (('OpenAudioInput', self.speaker.speak_into), ('OpenAudioOutput', Ear)):
            _, descriptors = self.client.call_with_fds(self.path, 'Media', method, '(a{sv})', {})
            take(descriptors[0])
        super().restart()

    def leave(self):
        self.speaker.speak_into(None)
        super().leave()

    def skip(self):
        """What was said until now need not have been heard."""
        self.checked = self.speaker.said

    def check_speech(self, timeout=15):
        """Waits until what was said up to now has had its chance; returns the milliseconds of speech that were lost."""
        said = self.speaker.said
        wait_until(lambda: self.ears.newest >= said - 1, timeout, f'block {said}, newest is {self.ears.newest}')
        missing = [n for n in range(self.checked, said) if n not in self.ears.heard and self.speaker.loud[n]]
        self.checked = said
        lost = len(missing) * BLOCK_MS
        self.lost += lost
        return lost

