#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which model is spoken to, what it is asked for, and what is refused before anything is sent."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import error_name, run_for  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
DEFAULT = 'gemini-3.8-live'
THINKING = 'gemini-3.8-live-extended-thinking'
NATIVE = 'gemini-2.5-flash-native-audio-preview-12-2025'
TRANSLATE = 'gemini-3.5-live-translate-preview'

RETIRED = {
    'gemini-3.1-flash-live-preview': DEFAULT,
    'gemini-2.5-flash-native-audio-preview-09-2025': DEFAULT,
    'gemini-live-2.5-flash-preview-native-audio-09-2025': 'gemini-live-2.5-flash-native-audio',
    'gemini-live-2.5-flash-preview': DEFAULT,
    'gemini-2.0-flash-live-001': DEFAULT,
    'gemini-2.5-flash-s2st-exp-11-2025': TRANSLATE,
}

# model, options, what the error names besides the model
REFUSED = [
    (DEFAULT, {'thinking-level': 'high'}, 'generationConfig.thinkingConfig.thinkingLevel'),
    (DEFAULT, {'thinking-budget': 0}, 'generationConfig.thinkingConfig.thinkingBudget'),
    (DEFAULT, {'affective-dialog': True}, 'generationConfig.enableAffectiveDialog'),
    (DEFAULT, {'proactive-audio': True}, 'proactivity.proactiveAudio'),
    (DEFAULT, {'turn-coverage': 'all'}, 'realtimeInputConfig.turnCoverage'),
    (DEFAULT, {'code-execution': True}, 'tools.codeExecution'),
    (DEFAULT, {'url-context': True}, 'tools.urlContext'),
    (DEFAULT, {'google-search-options': '{"searchTypes":{"moon":{}}}'}, 'tools.googleSearch.searchTypes.moon'),
    (DEFAULT, {'explicit-vad-signal': True}, 'the Gemini Developer API does not take explicitVadSignal'),
    (THINKING, {'thinking-level': 'minimal'}, 'generationConfig.thinkingConfig.thinkingLevel MINIMAL'),
    (NATIVE, {'voice': 'en-us-arlo'}, 'generationConfig.speechConfig.voiceConfig.voice'),
    (DEFAULT, {'translate-to': 'pl'}, 'generationConfig.translationConfig.targetLanguageCode'),
    ('gemini-live-2.5-flash-native-audio', {}, 'the Gemini Developer API does not offer'),
]

TYPES = {bool: 'b', int: 'i', str: 's'}


def variants(options):
    return {key: GLib.Variant(TYPES[type(value)], value) for key, value in options.items()}


class Models(unittest.TestCase):
    def start(self, config='', endpoint=None):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint={endpoint or self.server.url}\naudio=none\n{config}')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop(), self.daemon.read_log()))

    def create(self, options):
        """A session that connects, or the error; each from a connection of its own, which may not create many."""
        app = self.daemon.connect()
        path = app.manager('CreateSession', '(a{sv})', variants(options))
        app.session('Subscribe', '(as)', ['state'], path=path)
        app.session('Start', '(a{sv})', {}, path=path)
        return app, path

    def open_session(self, **options):
        """The setup that the server gets."""
        mark = len(self.server.events)
        app, path = self.create({key.replace('_', '-'): value for key, value in options.items()})
        _, setup = self.server.accept(mark)
        app.session('Close', path=path)
        return setup

    def refusal(self, options):
        """The message of the error Unsupported, which comes before anything is sent."""
        with self.assertRaises(GLib.Error) as caught:
            self.create(options)
        self.assertEqual(error_name(caught.exception), 'Unsupported', caught.exception.message)
        return caught.exception.message

    def test_default(self):
        self.start()
        setup = self.open_session()
        self.assertEqual(setup['model'], f'models/{DEFAULT}')
        self.assertNotIn('thinkingConfig', setup['generationConfig'])
        self.assertNotIn('proactivity', setup)

    def test_retired_models_name_their_heirs(self):
        self.start()
        for model, heir in RETIRED.items():
            with self.subTest(model):
                self.assertIn(f'{model} is retired: use {heir} instead', self.refusal({'model': model}))
        run_for(0.1)
        self.assertEqual(self.server.events, [])

    def test_refusals_name_model_and_field(self):
        self.start()
        for model, options, named in REFUSED:
            with self.subTest(model=model, options=options):
                message = self.refusal({'model': model, **options})
                self.assertIn(named, message)
                self.assertIn(model, message)
        run_for(0.1)
        self.assertEqual(self.server.events, [])

    def test_what_a_model_takes_is_sent(self):
        self.start()
        setup = self.open_session(model=THINKING)
        self.assertEqual(setup['generationConfig']['thinkingConfig'], {'thinkingLevel': 'LOW'})
        setup = self.open_session(model=NATIVE, affective_dialog=True, proactive_audio=True, thinking_budget=0,
                                  turn_coverage='activity')
        self.assertTrue(setup['generationConfig']['enableAffectiveDialog'])
        self.assertEqual(setup['generationConfig']['thinkingConfig'], {'thinkingBudget': 0})
        self.assertEqual(setup['proactivity'], {'proactiveAudio': True})
        self.assertEqual(setup['realtimeInputConfig']['turnCoverage'], 'TURN_INCLUDES_ONLY_ACTIVITY')
        setup = self.open_session(model=DEFAULT, voice='en-us-arlo')
        self.assertEqual(setup['generationConfig']['speechConfig']['voiceConfig'], {'voice': 'en-us-arlo'})

    def test_configuration_corrects_the_table(self):
        self.start('[model gemini-3.8-live]\nthinking=true\nthinking-level=true\nthinking-levels=low high\n'
                   '[model gemini-9-live]\nlanguage=false\n'
                   '[model gemini-3.1-flash-live]\nreplaced-by=\n')
        setup = self.open_session(thinking_level='high')
        self.assertEqual(setup['generationConfig']['thinkingConfig'], {'thinkingLevel': 'HIGH'})
        self.assertIn('thinkingLevel MEDIUM', self.refusal({'thinking-level': 'medium'}))
        self.assertEqual(self.open_session(model='gemini-3.1-flash-live-preview')['model'],
                         'models/gemini-3.1-flash-live-preview')
        setup = self.open_session(model='gemini-9-live', language='pl')
        self.assertNotIn('languageCode', str(setup))

    def test_the_engine_plays_models(self):
        self.start(endpoint='engine')
        self.assertIn('use gemini-3.8-live instead', self.refusal({'model': 'gemini-3.1-flash-live-preview'}))
        self.assertIn('thinkingLevel', self.refusal({'model': DEFAULT, 'thinking-level': 'low'}))
        for options in {}, {'model': DEFAULT}, {'model': THINKING}:
            with self.subTest(options):
                app, path = self.create(options)
                app.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'listening')
                app.session('Close', path=path)
        self.assertEqual(self.server.events, [])


if __name__ == '__main__':
    unittest.main()
