#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a spoken conversation when the service loses its way: somebody asks what time it is, the engine's script
does something to that, and the person hears all of an answer. --table prints when, one after the other."""
import base64
import dataclasses
import functools
import pathlib
import sys
import tempfile
import time
import typing
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
import seam  # noqa: E402
import sidebyside  # noqa: E402

AT_ONCE = 6
TONE = b'\x70\x17' * 20  # no voice stays at 6000 for so long
WATCHDOGS = '[watchdogs]\nempty-ms = 400\n'
TOO_LATE = ('Connection aborted because the client failed to close the connection after receiving a GoAway signal once the '
            'session duration expired')


class Insister(seam.Person):
    """Asks again when no answer begins."""

    def run(self):
        self._began = time.monotonic()
        while self._running:
            known, heard = self._count_answers(), len(self.listener.heard)
            self.ask(self._question)
            self._wait(lambda: len(self.listener.heard) > heard, 2.2)
            if len(self.listener.heard) > heard:
                self._wait(lambda: self._count_answers() > known, 50)


class Interrupter(seam.Person):
    """Has had enough of a story."""

    def run(self):
        self._began = time.monotonic()
        self.ask(seam.read_chunks('tell-story'))
        self.asked.clear()
        self._wait(lambda: len(self.listener.heard) > 1000 * seam.BYTES_OUT_PER_MS, 60)
        self.ask(seam.read_chunks('stop'))
        self._wait(lambda: False, 60)


@dataclasses.dataclass
class Fault:
    """changes: the connection; fresh: for a conversation that is told what was
    said, None: maybe, for on a busy machine a link may seem to be silent earlier; found and tried: if anything is."""
    script: str
    config: str = ''
    found: set = dataclasses.field(default_factory=set)
    tried: set = dataclasses.field(default_factory=set)
    changes: bool = True
    fresh: typing.Optional[bool] = False
    warnings: set = dataclasses.field(default_factory=set)
    answers: int = 1  # that have to be heard as a whole
    lasts: int = 0  # seconds at least
    says: str = 'It is'
    person: type = functools.partial(seam.Person, patience=50)


LOST = {'found': {'lost-answer'}, 'tried': {'nudge'}}
HEALTHY = {'changes': False}
FAULTS = {
    'nobody is heard': Fault(
        'setup 0 deaf 60000', 'ignored-ms = 300', {'ignored'}, {'stream-end', 'resume'},
        person=Insister),
    'the cable is cut': Fault(
        'heard 50 freeze', 'link-ms = 6000', {'silent-link'}, {'resume'}, fresh=None, warnings={'context-reseeded'}),
    'pings are answered late': Fault(
        'setup 0 pong 60000', 'link-ms = 7000', answers=0, lasts=9, says='', **HEALTHY,
        person=functools.partial(seam.Person, patience=50, question='tell-story')),
    'sound comes after an interruption': Fault(
        'interrupted 0 audio 400', says='OK', **HEALTHY, person=Interrupter),
    'a turn ends twice': Fault('heard 0 twice generation-complete\nheard 0 twice turn-complete', answers=2, **HEALTHY),
    'the end is announced too late': Fault(
        f'audio*3 0 send {{"goAway":{{"timeLeft":"0s"}}}}\naudio*3 0 close 1008 {TOO_LATE}', warnings={'go-away'}, **LOST),
    'closed in the answer, without a reason': Fault('audio*3 0 close 1000', **LOST),
    'closed in the answer, not implemented': Fault(
        'audio*3 0 close 1008 Operation is not implemented, or supported, or enabled.', **LOST),
    'closed before the answer': Fault('heard 0 close 1008 Operation is not implemented, or supported, or enabled.'),
    'the conversation is forgotten': Fault(
        'audio*3 0 close 1008 BidiGenerateContent session not found', fresh=True, warnings={'context-reseeded'}, **LOST),
}


class Answers:
    """The whole ones among what the engine sends."""

    def __init__(self, log):
        self._log = log
        self._read = 0
        self._begin()
        self.whole = []  # (monotonic, sound)

    def _begin(self):
        self._sound, self._generated = bytearray(), False

    def _take(self, when, content):
        for part in content.get('modelTurn', {}).get('parts', ()):
            self._sound += base64.b64decode(part.get('inlineData', {}).get('data', ''))
        self._generated |= content.get('generationComplete', False)
        if content.get('turnComplete') and self._generated and self._sound:
            self.whole.append((when, bytes(self._sound)))
        if content.get('turnComplete') or content.get('interrupted'):
            self._begin()

    def read(self):
        while self._read < len(self._log):
            when, _, is_sent, message = self._log[self._read]
            self._read += 1
            if 'setupComplete' in message:
                self._begin()
            if not is_sent:
                self._take(when, message.get('serverContent', {}))
        return self.whole


class Cure:
    """One row of the table, under way."""

    def __init__(self, name):
        self.name = name
        self.fault = FAULTS[name]
        self.seams = None
        self.health = {}
        self.is_cured = False

    def begin(self):
        self.file = tempfile.NamedTemporaryFile('w', suffix='.faults')
        self.file.write(self.fault.script + '\n')
        self.file.flush()
        self.seams = seam.Seams(WATCHDOGS + self.fault.config, '--faults', self.file.name, person=self.fault.person)
        self.seams.person.listener = self.seams.listener
        self.answers = Answers(self.seams.tap.log)
        self.seams.start()

    def said(self):
        """The last thing, by the model."""
        items = [item for item in self.seams.client.since(0, 'Transcript') if item[1] == 'model' and item[3]]
        return items[-1][2] if items else ''

    def is_done(self):
        whole, heard = self.answers.read(), self.seams.listener.heard
        self.is_cured = len(whole) >= self.fault.answers and all(sound in heard for _, sound in whole[-1:]) and \
            self.lasted() >= self.fault.lasts and self.said().startswith(self.fault.says)
        return self.is_cured

    def lasted(self):
        log = self.seams.tap.log
        return log[-1][0] - log[0][0] if log else 0

    def end(self):
        if self.seams is None:
            return
        self.health = self.seams.client.session('GetHealth')
        self.seams.person.stop()
        self.seams.close()
        self.file.close()

    def seconds(self):
        """From the end of the question to that of its answer."""
        return self.answers.whole[0][0] - self.seams.person.asked[0]

    def is_fresh(self):
        setups = [message['setup'] for message in self.seams.tap.sent if 'setup' in message]
        return 'handle' not in setups[-1]['sessionResumption']

    def describe(self):
        found, tried = (', '.join(f'{name} {count}' for name, count in self.health[key].items()) for key in ('symptoms', 'remedies'))
        after = 'not cured' if not self.is_cured else f'{self.seconds():5.1f} s' if self.answers.whole else '    -'
        return f'{self.name:40} {found:16} {tried:24} {after}'


class DoctorVoice(unittest.TestCase):
    def check(self, cure):
        fault, health = cure.fault, cure.health
        self.assertTrue(cure.is_cured, cure.said())
        self.assertLessEqual(fault.found, set(health['symptoms']))
        self.assertLessEqual(fault.tried, set(health['remedies']))
        self.assertEqual(cure.seams.tap.n_connections > 1, fault.changes)
        if not fault.changes:
            self.assertEqual(health['symptoms'], {})
        elif fault.fresh is not None:
            self.assertEqual(cure.is_fresh(), fault.fresh)
        warnings = fault.warnings if cure.is_fresh() or fault.fresh is not None else set()
        self.assertEqual(set(cure.seams.warnings()), warnings)
        self.assertFalse(TONE in cure.seams.listener.heard, 'the tone was heard')

    def test_faults(self):
        cures = [Cure(name) for name in FAULTS]
        sidebyside.run(cures, AT_ONCE)
        for cure in cures:
            print(cure.describe(), flush=True)
            with self.subTest(cure.name):
                self.check(cure)
        tap = cures[list(FAULTS).index('sound comes after an interruption')].seams.tap
        self.assertTrue(TONE in tap.pcm(), 'there was no tone')


if __name__ == '__main__':
    if '--table' in sys.argv:
        for fault in FAULTS:
            one = Cure(fault)
            sidebyside.run([one], 1)
            print(one.describe(), flush=True)
    else:
        unittest.main(verbosity=2)
