#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The promise of tool use: functions that the model waits for and functions it does not, results in pieces and at the
right moment, pictures as results, tools that change in mid-conversation; search and code of the service surface."""
import base64
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import Handler, error_name, reply, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
PICTURE = base64.b64encode(b'not really a picture').decode()


def tool(name, **more):
    return {'name': name, 'description': f'{name} for the test', **more}


class ToolUse(unittest.TestCase):
    def setUp(self):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.server.url}\naudio = none\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop(), self.daemon.read_log()))
        self.app = self.daemon.connect()

    def open_session(self, *tools, on_call=lambda *_: None, **options):
        self.handler = Handler(self.app, '/org/example/Tools', on_call)
        self.path = self.app.manager('CreateSession', '(a{sv})', {
            'tools': GLib.Variant('s', json.dumps(list(tools))), 'tool-handler': GLib.Variant('o', self.handler.path),
            **options})
        self.app.session('Subscribe', '(as)', ['tools', 'details'], path=self.path)
        self.app.session('Start', '(a{sv})', {}, path=self.path)
        self.number, setup = self.server.accept()
        self.app.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'listening')
        return setup

    def call(self, number, name):
        """The model calls a function; returns the id that the handler knows."""
        self.server.send(self.number, toolCall={'functionCalls': [{'id': number, 'name': name, 'args': {}}]})
        wait_until(lambda: self.handler.calls, 10, 'the call')
        return self.handler.calls[-1][0]

    def response(self, mark=0):
        return self.server.wait_message('toolResponse', mark=mark)['functionResponses'][0]

    def update(self, call_id, result, **options):
        mark = len(self.server.events)
        self.app.manager('UpdateCall', '(ssa{sv})', call_id, json.dumps(result), options)
        return self.response(mark)

    def test_behavior_is_declared(self):
        setup = self.open_session(tool('wait_for_me'), tool('bake', behavior='NON_BLOCKING'))
        declared = {f['name']: f.get('behavior') for t in setup['tools'] for f in t['functionDeclarations']}
        self.assertEqual(declared, {'wait_for_me': 'BLOCKING', 'bake': 'NON_BLOCKING'})

    def test_scheduling_and_progress(self):
        self.open_session(tool('bake', behavior='NON_BLOCKING'), on_call=lambda *a: reply(a[-1], ''))
        call_id = self.call('b1', 'bake')
        piece = self.update(call_id, {'percent': 40}, **{'will-continue': GLib.Variant('b', True),
                                                         'scheduling': GLib.Variant('s', 'silent')})
        self.assertEqual((piece['id'], piece['willContinue'], piece['scheduling']), ('b1', True, 'SILENT'))
        piece = self.update(call_id, {'percent': 90}, **{'will-continue': GLib.Variant('b', True),
                                                         'scheduling': GLib.Variant('s', 'interrupt')})
        self.assertEqual(piece['scheduling'], 'INTERRUPT')
        last = self.update(call_id, 'baked', scheduling=GLib.Variant('s', 'when-idle'))
        self.assertEqual((last['response'], last['scheduling']), ({'output': 'baked'}, 'WHEN_IDLE'))
        self.assertNotIn('willContinue', last)
        with self.assertRaises(GLib.Error) as refused:
            self.update(call_id, 'again')
        self.assertEqual(error_name(refused.exception), 'NoSuchCall')

    def test_picture_as_result(self):
        self.open_session(tool('look'), on_call=lambda *a: reply(a[-1], json.dumps(
            {'seen': 1, '$parts': [{'mimeType': 'image/png', 'data': PICTURE, 'displayName': 'desk'}]})))
        self.call('l1', 'look')
        response = self.response()
        self.assertEqual(response['response'], {'seen': 1})
        self.assertEqual(response['parts'], [{'inlineData': {'mimeType': 'image/png', 'data': PICTURE, 'displayName': 'desk'}}])

    def test_cancellation(self):
        self.open_session(tool('bake', behavior='NON_BLOCKING'), on_call=lambda *a: reply(a[-1], ''))
        call_id = self.call('b1', 'bake')
        self.server.send(self.number, toolCallCancellation={'ids': ['b1']})
        wait_until(lambda: self.handler.cancelled, 10, 'Cancel')
        self.assertEqual(self.handler.cancelled, [(call_id, 'model-cancelled')])
        self.assertEqual(self.app.wait_signal('ToolFinished')[1], 'cancelled')
        self.assertEqual(self.server.messages('toolResponse'), [])

    def test_tools_change_in_mid_conversation(self):
        self.open_session(tool('old'))
        mark = len(self.server.events)
        applied = self.app.session('Configure', '(a{sv})', {
            'tools': GLib.Variant('s', json.dumps([tool('new')])), 'tool-handler': GLib.Variant('o', self.handler.path)},
            path=self.path)
        self.assertEqual(applied, 'now')
        update = self.server.wait_message('contextUpdate', mark=mark)
        names = [f['name'] for t in update['tools']['tools'] for f in t['functionDeclarations']]
        self.assertEqual(names, ['new'])
        self.assertNotIn('systemInstruction', update)
        self.call('n1', 'new')
        self.assertEqual(self.handler.calls[0][1], 'new')

    def test_search_is_asked_for_and_surfaces(self):
        setup = self.open_session(tool('old'), **{'google-search': GLib.Variant('b', True)})
        self.assertIn({'googleSearch': {}}, setup['tools'])
        self.server.send(self.number, serverContent={
            'outputTranscription': {'text': 'It rains.'},
            'groundingMetadata': {'webSearchQueries': ['weather'],
                                  'groundingChunks': [{'web': {'uri': 'https://w.example', 'title': 'W'}}],
                                  'searchEntryPoint': {'renderedContent': '<p>more</p>'}}})
        item, kind, detail = self.app.wait_signal('TurnDetail')
        self.assertEqual((kind, detail['queries'], detail['search-entry']), ('grounding', ['weather'], '<p>more</p>'))
        self.assertEqual(detail['sources'], [('https://w.example', 'W', '')])
        self.assertEqual([i[:3] for i in self.app.session('GetTranscript', '(u)', 0, path=self.path)],
                         [(item, 'model', 'It rains.')])

    def test_what_the_model_cannot_is_refused_by_name(self):
        for options, field in (({'code-execution': GLib.Variant('b', True)}, 'code'),
                               ({'url-context': GLib.Variant('b', True)}, 'url')):
            with self.subTest(field), self.assertRaises(GLib.Error) as refused:
                self.app.manager('CreateSession', '(a{sv})', options)
            self.assertEqual(error_name(refused.exception), 'Unsupported')
            self.assertIn('gemini-3.8-live', refused.exception.message)
            self.assertIn(field, refused.exception.message.lower())


if __name__ == '__main__':
    unittest.main(verbosity=2)
