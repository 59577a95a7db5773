#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools that the server itself has, offline: a search with its sources, code for a calculation, pages that cannot be
fetched; and what a transcription may tell: words with their times, and words that only this user knows."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from enginetap import EngineTap  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from pwenv import PwEnv  # noqa: E402

BUILD = os.environ['builddir']
AUDIO = pathlib.Path(os.environ['srcdir']) / 'data/audio'


def on():
    return GLib.Variant('b', True)


class Services(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(BUILD, '[profile default]\naudio = none\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'state', 'details'])

    def ask(self, option, text):
        self.client.session('Start', '(a{sv})', {option: on()})
        self.client.session('SendText', '(sa{sv})', text, {})

    def detail(self, kind):
        return self.client.wait_signal('TurnDetail', lambda a: a[1] == kind, timeout=20)[2]

    def test_search_tells_where_the_answer_is_from(self):
        self.ask('google-search', 'how high is mount everest')
        grounding = self.detail('grounding')
        self.assertEqual(grounding['queries'], ['how high is mount everest'])
        (uri, title, domain), = grounding['sources']
        self.assertEqual((uri, domain), ('urn:livevoice:encyclopedia:mount-everest', 'offline'))
        self.assertIn('offline', title)
        self.assertIn('not Google', grounding['search-entry'])
        start, end, text, chunks, confidences = grounding['supports'][0]
        self.assertEqual((start, end, chunks, confidences), (0, len(text.encode()), [0], [1.0]))
        self.client.wait_signal('Transcript', lambda a: a[1:] == ('model', text, True), timeout=20)

    def test_code_is_shown_with_its_result(self):
        self.ask('code-execution', 'what is 17 times 23')
        code, result = self.detail('code'), self.detail('code-result')
        self.assertEqual((code['language'], code['code']), ('PYTHON', 'print(17 * 23)'))
        self.assertEqual((result['id'], result['outcome'], result['output']), (code['id'], 'OUTCOME_OK', '391\n'))

    def test_pages_are_not_fetched(self):
        self.ask('url-context', 'summarise https://example.org/news please')
        self.assertEqual(self.detail('url-context')['urls'], [('https://example.org/news', 'URL_RETRIEVAL_STATUS_ERROR')])


class Transcription(unittest.TestCase):
    def setUp(self):
        self.world = PwEnv().start()
        self.addCleanup(self.world.stop)
        self.tap = EngineTap(BUILD)
        self.addCleanup(self.tap.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.tap.url}\n', self.world.env)
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['transcript', 'state', 'details'])

    def hear(self, recording, **options):
        """Plays it; the final input transcription."""
        self.client.session('Start', '(a{sv})', options)
        self.client.wait_state('listening')
        self.world.play_to_microphone(str(AUDIO / recording)).wait()
        self.tap.wait_content(lambda content: 'inputTranscription' in content)
        return self.tap.transcriptions('inputTranscription')[-1]

    def test_words_with_their_times(self):
        heard = self.hear('add.wav', **{'word-timestamps': on()})
        words = heard['words']
        self.assertEqual(' '.join(word['word'] for word in words), heard['text'])
        times = [float(word[key][:-1]) for word in words for key in ('startOffset', 'endOffset')]
        self.assertEqual(times, sorted(times))
        self.assertLess(times[-1] - times[0], 3)
        detail = self.client.wait_signal('TurnDetail', lambda a: a[1] == 'transcription' and a[2].get('words'))[2]
        self.assertEqual([word[0] for word in detail['words']], heard['text'].split())

    def test_vocabulary(self):
        heard = self.hear('vocabulary.wav', vocabulary=GLib.Variant('as', ['Mandelbox']))
        self.assertEqual(self.tap.setup()['inputAudioTranscription']['customVocabulary'], ['Mandelbox'])
        self.assertIn('mandelbox', heard['text'])

    def test_a_model_that_only_transcribes(self):
        heard = self.hear('open.wav', model=GLib.Variant('s', 'gemini-3.5-transcribe-live'))
        self.assertEqual(heard['text'], 'the weather in the city was very good last year')
        self.assertLess(float(heard['startOffset'][:-1]), float(heard['endOffset'][:-1]))
        self.assertTrue(self.tap.transcriptions('interimInputTranscription'))
        self.assertEqual([c for c in self.tap.contents() if 'modelTurn' in c or 'turnComplete' in c], [])


unittest.main(verbosity=2)
