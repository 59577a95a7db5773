#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promise of 24 languages: each one, chosen by the option over D-Bus, is in the setup on the wire, and the engine
answers in it, audibly and in writing. A system instruction pins one as well. What is heard is English."""
import array
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from enginetap import EngineTap  # noqa: E402
from lvdaemon import Daemon  # noqa: E402

BUILD = os.environ['builddir']
LANGUAGES = ('ar-EG bn-BD nl-NL en-IN en-US fr-FR de-DE hi-IN id-ID it-IT ja-JP ko-KR mr-IN pl-PL pt-BR ro-RO ru-RU '
             'es-US ta-IN te-IN th-TH tr-TR uk-UA vi-VN').split()
AUDIBLE = 3000  # of 32767


class Languages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tap = EngineTap(BUILD)
        cls.addClassCleanup(cls.tap.stop)
        cls.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {cls.tap.url}\naudio = none\n')
        cls.addClassCleanup(cls.daemon.remove)
        cls.addClassCleanup(cls.daemon.stop)
        cls.client = cls.daemon.connect()

    def ask(self, text, **options):
        """Starts a session with these options and asks; returns where in tap.received its answer begins, once it
        can be told which language it is in and the voice has begun."""
        mark = len(self.tap.received)
        self.client.session('Start', '(a{sv})', options)
        self.addCleanup(self.client.session, 'Stop')
        self.client.session('SendText', '(sa{sv})', text, {})
        self.tap.wait_content(lambda content: content.get('generationComplete'), mark)
        return mark

    def answer(self, mark):
        """(text, language codes, loudest sample) of the answer."""
        said = self.tap.transcriptions('outputTranscription', mark)
        return (self.tap.text('outputTranscription', mark), {item.get('languageCode') for item in said},
                max(array.array('h', self.tap.pcm(mark)), default=0))

    def test_each_of_the_24(self):
        self.assertEqual(len(LANGUAGES), 24)
        texts = {}
        for code in LANGUAGES:
            with self.subTest(code):
                mark = self.ask('thank you', language=GLib.Variant('s', code))
                self.assertEqual(self.tap.setup()['generationConfig']['speechConfig']['languageCode'], code)
                texts[code], codes, peak = self.answer(mark)
                self.assertEqual(codes, {code})
                self.assertGreater(peak, AUDIBLE)
                self.assertGreater(len(texts[code]), 3)
            self.doCleanups()
        self.assertEqual(texts['de-DE'], 'Gern geschehen.')
        foreign = [text for code, text in texts.items() if not code.startswith('en-')]
        self.assertEqual(len(set(foreign) - {texts['en-US']}), 21, 'only Spanish and Portuguese thank alike')

    def test_instruction_pins_the_language(self):
        mark = self.ask('what is seven times eight', **{
            'system-instruction': GLib.Variant('s', 'You are a calculator. Respond only in Italian.')})
        self.assertNotIn('speechConfig', self.tap.setup().get('generationConfig', {}))
        text, codes, peak = self.answer(mark)
        self.assertEqual((text, codes), ('Il risultato è 56.', {'it-IT'}))
        self.assertGreater(peak, AUDIBLE)

    def test_what_it_cannot_say_it_declines_in_the_language(self):
        text, codes, _ = self.answer(self.ask('tell me a joke', language=GLib.Variant('s', 'fr-FR')))
        self.assertEqual((text, codes), ("Je ne peux le faire qu'en anglais.", {'fr-FR'}))

    def test_a_language_without_a_voice_is_english(self):
        text, codes, _ = self.answer(self.ask('thank you', language=GLib.Variant('s', 'su-ID')))
        self.assertEqual(codes, {'en-US'})
        self.assertIn(text, ('You are welcome.', 'My pleasure.'))


unittest.main(verbosity=2)
