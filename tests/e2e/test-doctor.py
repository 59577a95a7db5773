#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a conversation when the service loses its way: each fault that a client can see, in the engine's
script, with the symptom that is found, what is tried, and when an answer comes after all. --table prints that."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
import sidebyside  # noqa: E402
from lvclient import run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402

BUILD = os.environ['builddir']
MODEL = 'gemini-2.5-flash-native-audio-preview-12-2025'
WATCHDOGS = {'setup-ms': 700, 'reply-ms': 3000, 'turn-ms': 1500, 'empty-ms': 400, 'tool-calls': 4, 'repeats': 2}
CALLS = ','.join(f'{{"id":"c{i}","name":"nothing","args":{{}}}}' for i in range(4))
WHOLE = '{"serverContent":{"generationComplete":true}}'  # a service that says it is expected to

# name: (script, symptom, remedies of which one helps). The conversation is a question and the answer to it.
FAULTS = {
    'nothing is heeded for a while': ('setup 0 deaf 2000', 'no-reply', {'nudge'}),
    'the service falls silent': ('asked 0 stall', 'no-reply', {'resume'}),
    'the answer stops in the middle': ('audio*2 0 stall', 'stalled-turn', {'resume'}),
    'the answer hangs for a while': ('audio*2 0 pause 2000', 'stalled-turn', {'nudge'}),
    'the answer is nothing': ('asked 0 empty', 'empty-turn', {'nudge'}),
    'the answer is cut short': (f'setup 0 send {WHOLE}\naudio 0 cut', 'cut-turn', {'nudge'}),
    'the answer cannot be heard': ('asked 0 hush', 'hush', {'resume'}),
    'the answer is said twice': ('asked 0 repeat', 'repetition', {'resume'}),
    'calls without an end': (f'asked 0 send {{"toolCall":{{"functionCalls":[{CALLS}]}}}}', 'tool-loop', {'nudge'}),
    'an interruption by nobody': ('audio*2 0 phantom', 'phantom', {'nudge'}),
    'the connection breaks in the answer': ('audio*2 0 close 1011 Internal error encountered.', 'lost-answer', {'nudge'}),
    'the network breaks in the answer': ('audio*2 0 drop', 'lost-answer', {'nudge'}),
    'and the new one is not accepted': ('audio*2 0 drop\nresuming 0 lose setup-complete', 'no-setup', {'resume'}),
    'the handle is refused three times': (
        'audio*2 0 drop\n' + '\n'.join(f'resuming*{n} 0 close 1011 Internal error encountered.' for n in (1, 2, 3)),
        'lost-answer', {'nudge'}),
}
AT_ONCE = 5


class Engine:
    """With a script, on a loopback port of its own."""

    def __init__(self, script):
        self.file = tempfile.NamedTemporaryFile('w', suffix='.faults')
        self.file.write(script + '\n')
        self.file.flush()
        self.process = subprocess.Popen(
            [f'{BUILD}/src/engine/livevoice-engine', '--listen', '127.0.0.1:0', '--retired-models', '--faults', self.file.name],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = 'ws://' + self.process.stdout.readline().strip()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
        self.file.close()


class Talk:
    """A conversation in texts with an engine that goes by the script."""

    def __init__(self, script, **watchdogs):
        self.engine = Engine(script)
        groups = '\n'.join(f'{key}={value}' for key, value in {**WATCHDOGS, **watchdogs}.items())
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint={self.engine.url}\nmodel={MODEL}\naudio=none\n'
                                    f'[watchdogs]\n{groups}\n')
        self.app = self.daemon.connect()
        self.app.session('Subscribe', '(as)', ['transcript', 'warnings', 'state'])

    def open(self):
        self.app.session('Start', '(a{sv})', {})
        self.app.wait_state('listening')

    def ask(self, text='What time is it?'):
        """Asks; returns the mark that answers come after."""
        mark = len(self.app.signals)
        self.app.session('SendText', '(sa{sv})', text, {})
        return mark

    def health(self):
        return self.app.session('GetHealth')

    def stop(self):
        clean = self.daemon.stop()
        log = self.daemon.read_log()
        self.daemon.remove()
        self.engine.stop()
        return clean, log


def is_well(talk):
    return talk.health()['recoveries'] > 0


def is_over(talk, symptom):
    """What needs no other answer: it has been said, or it is to be said again."""
    health = talk.health()
    return symptom in ('repetition', 'no-setup') and symptom in health['symptoms'] and health['link'] == 'open'


class Cure:
    """One row of the table, under way."""

    def __init__(self, name):
        self.name = name
        self.script, self.symptom, self.remedies = FAULTS[name]
        self.talk = None
        self.seconds = None
        self.health = {}

    def begin(self):
        self.talk = Talk(self.script)
        self.talk.open()
        self.began = time.monotonic()
        self.talk.ask('What day is it today?' if self.symptom == 'repetition' else 'What time is it?')  # long enough

    def is_done(self):
        if self.seconds is None and (is_well(self.talk) or is_over(self.talk, self.symptom)):
            self.seconds = time.monotonic() - self.began
        return self.seconds is not None

    def end(self):
        if self.talk is None:
            return
        self.health = self.talk.health()
        self.said = [item[2] for item in self.talk.app.since(0, 'Transcript') if item[1] == 'model']
        self.log = self.talk.stop()[1]

    def describe(self):
        tried = ', '.join(f'{remedy} {count}' for remedy, count in self.health['remedies'].items())
        after = 'not cured' if self.seconds is None else f'{self.seconds:5.1f} s'
        return f'{self.name:38} {self.symptom:13} {tried:24} {after}'


class Doctor(unittest.TestCase):
    def open_talk(self, script, **watchdogs):
        talk = Talk(script, **watchdogs)
        self.addCleanup(talk.stop)
        talk.open()
        return talk

    def test_a_healthy_conversation_is_left_alone(self):
        talk = self.open_talk('')
        for text in ('What time is it?', 'What day is it today?'):
            mark = talk.ask(text)
            talk.app.wait_signal('TurnComplete', mark=mark)
        run_for(2)
        self.assertEqual((talk.health()['symptoms'], talk.health()['remedies']), ({}, {}), talk.daemon.read_log())

    def test_rejections(self):
        talk = self.open_talk('asked 0 reject\nasked*2 0 reject\nasked*3 0 reject')
        for _ in range(3):
            mark = talk.ask()
            talk.app.wait_signal('TurnComplete', lambda a: a[1].get('reason') == 'RESPONSE_REJECTED', mark)
        wait_until(lambda: is_well(talk), 15, 'recovery')
        self.assertEqual(talk.health()['symptoms'], {'rejected': 1})
        self.assertEqual(talk.health()['remedies']['renew'], 1)
        self.assertTrue(talk.app.since(0, 'Warning'))

    def test_lost_end(self):
        talk = self.open_talk('asked 0 lose turn-complete')
        mark = talk.ask()
        talk.app.wait_signal('TurnComplete', mark=mark)
        self.assertEqual((talk.health()['symptoms'], talk.health()['remedies']), ({'no-end': 1}, {}))
        talk.app.wait_state('listening')

    def test_no_consent(self):
        talk = Talk('hello 0 lose setup-complete')
        self.addCleanup(talk.stop)
        talk.app.session('Start', '(a{sv})', {})
        talk.app.wait_state('error')
        self.assertEqual(talk.app.get('LastError')[0].rsplit('.', 1)[-1], 'Timeout')
        self.assertEqual(talk.health()['symptoms'], {'no-setup': 1})

    def test_the_user_is_told(self):
        deaf = '\n'.join(f'{stage}*{n} 0 deaf 600000' for stage in ('setup', 'resume') for n in (1, 2))
        talk = self.open_talk(deaf, **{'reply-ms': 400, 'empty-ms': 200})
        mark = talk.ask()
        code, details = talk.app.wait_signal('Warning', lambda a: a[0] == 'stalled', mark, 20)
        self.assertEqual((details['symptom'], details['remedy']), ('no-reply', 'nudge'))
        talk.app.wait_state('listening')
        self.assertIn('lost its way (no-reply): renew', talk.daemon.read_log())
        self.assertNotIn('What time', talk.daemon.read_log())


class Faults(unittest.TestCase):
    def test_faults(self):
        cures = [Cure(name) for name in FAULTS]
        sidebyside.run(cures, AT_ONCE)
        for one in cures:
            print(one.describe(), flush=True)
            with self.subTest(one.name):
                self.assertIsNotNone(one.seconds, f'{one.health}\n{one.log[-3000:]}')
                self.assertIn(one.symptom, one.health['symptoms'])
                self.assertTrue(one.remedies & set(one.health['remedies']), one.health)
                excused = any(text.startswith('Sorry') for text in one.said)
                self.assertEqual(excused, 'deaf' in one.script, one.said)  # it never heard a question


if __name__ == '__main__':
    if '--table' in sys.argv:
        for fault in FAULTS:
            one = Cure(fault)
            sidebyside.run([one], 1)
            print(one.describe(), flush=True)
    else:
        unittest.main(verbosity=2)
