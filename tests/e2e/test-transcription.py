#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promise of audio transcriptions: what is heard and what is said arrives as captions, guesses first, with language,
words and times where the service tells them, and with the vocabulary that was asked for."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import error_name, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']


class Transcription(unittest.TestCase):
    def setUp(self):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.server.url}\naudio = fd\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop(), self.daemon.read_log()))
        self.app = self.daemon.connect()
        self.app.session('Subscribe', '(as)', ['transcript', 'details'])

    def start(self, **options):
        self.app.session('Start', '(a{sv})', options)
        self.number, setup = self.server.accept()
        self.app.wait_state('listening', 'paused')
        return setup

    def say(self, **content):
        self.server.send(self.number, serverContent=content)

    def caption(self, text, role, final=None):
        return self.app.wait_signal('Transcript', lambda a: (a[1], a[2]) == (role, text) and final in (None, a[3]))

    def test_what_was_asked_for_reaches_the_service(self):
        setup = self.start(**{'transcription-languages': GLib.Variant('as', ['de-DE', 'en-US']),
                              'vocabulary': GLib.Variant('as', ['Grace Hopper']),
                              'word-timestamps': GLib.Variant('b', True)})
        wanted = setup['inputAudioTranscription']
        self.assertEqual((wanted['languageCodes'], wanted['customVocabulary'], wanted['wordTimestamp']),
                         (['de-DE', 'en-US'], ['Grace Hopper'], True))
        self.assertIn('outputAudioTranscription', setup)

    def test_captions_of_both_grow(self):
        self.start()
        self.say(interimInputTranscription={'text': 'what tim'})
        item = self.caption('what tim', 'user', False)[0]
        self.say(inputTranscription={'text': ' what time'})
        self.say(inputTranscription={'text': ' is it?'})
        self.assertEqual(self.caption('what time is it?', 'user')[0], item)
        self.say(outputTranscription={'text': 'Noon'})
        self.say(outputTranscription={'text': ', nearly.'})
        self.caption('Noon, nearly.', 'model')
        self.say(generationComplete=True)
        self.say(turnComplete=True)
        self.caption('what time is it?', 'user', True)
        self.caption('Noon, nearly.', 'model', True)

    def test_language_words_and_times(self):
        self.start()
        self.say(inputTranscription={'text': 'guten Tag', 'languageCode': 'de-DE', 'startOffset': '0.5s', 'endOffset': '1.250s',
                                     'words': [{'word': 'guten', 'startOffset': '0.5s', 'endOffset': '0.8s'},
                                               {'word': 'Tag', 'startOffset': '0.9s', 'endOffset': '1.250s'}]})
        item, kind, detail = self.app.wait_signal('TurnDetail')
        self.assertEqual(kind, 'transcription')
        self.assertEqual(self.caption('guten Tag', 'user')[0], item)
        self.assertEqual(detail, {'role': 'user', 'language': 'de-DE', 'start': 500, 'end': 1250,
                                  'words': [('guten', 500, 800), ('Tag', 900, 1250)]})

    def test_both_captions_of_a_translation(self):
        setup = self.start(**{'translate-to': GLib.Variant('s', 'pl')})
        self.assertEqual(setup['model'], 'models/gemini-3.5-live-translate-preview')
        self.assertEqual(setup['generationConfig']['translationConfig']['targetLanguageCode'], 'pl')
        for unwanted in ('systemInstruction', 'tools'):
            self.assertNotIn(unwanted, setup)
        self.say(inputTranscription={'text': 'good day', 'languageCode': 'en'})
        self.say(outputTranscription={'text': 'dzień dobry', 'languageCode': 'pl'})
        self.caption('good day', 'user', True)      # by two seconds of silence
        self.caption('dzień dobry', 'model', True)
        languages = {a[2]['role']: a[2]['language'] for a in self.app.since(0, 'TurnDetail')}
        self.assertEqual(languages, {'user': 'en', 'model': 'pl'})

    def test_only_transcription(self):
        setup = self.start(model=GLib.Variant('s', 'gemini-3.5-transcribe-live'),
                           **{'transcription-mode': GLib.Variant('s', 'smart')})
        self.assertEqual(setup['generationConfig']['responseModalities'], ['TEXT'])
        self.assertEqual(setup['inputAudioTranscription']['mode'], 'SMART')
        self.say(interimInputTranscription={'text': 'one too'})
        self.caption('one too', 'user', False)
        self.say(interimInputTranscription={'text': 'one two three'})
        self.caption('one two three', 'user', False)
        self.say(inputTranscription={'text': 'One, two, three.', 'finished': True})
        self.caption('One, two, three.', 'user', True)
        wait_until(lambda: self.app.get('State') == 'listening', 5, 'nobody waits for an answer')
        with self.assertRaises(GLib.Error) as refused:
            self.app.session('SendText', '(sa{sv})', 'hello', {})
        self.assertEqual(error_name(refused.exception), 'Unsupported')

    def test_strangers_hear_nothing(self):
        stranger = self.daemon.connect()
        stranger.session('Subscribe', '(as)', ['state', 'levels', 'warnings'])
        self.start()
        self.say(inputTranscription={'text': 'a secret', 'languageCode': 'en'})
        self.app.wait_signal('TurnDetail')
        self.caption('a secret', 'user')
        stranger.get('State')  # what was sent before has arrived
        self.assertEqual([s[3] for s in stranger.signals if s[3] in ('Transcript', 'TurnDetail')], [])


if __name__ == '__main__':
    unittest.main(verbosity=2)
