#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tool calls from the wire to a program on the bus and back: every ending reaches the model once, in the right form."""
import json
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import Handler, error_name, reply, run_for, wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
PERCENT = {'type': 'object', 'properties': {'percent': {'type': 'integer', 'minimum': 0, 'maximum': 100}},
           'required': ['percent']}


def tool(name, **more):
    return {'name': name, 'description': f'{name} for the test', 'parameters': PERCENT, **more}


class Tools(unittest.TestCase):
    def setUp(self):
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.server.url}\naudio = none\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(lambda: self.assertTrue(self.daemon.stop(), self.daemon.read_log()))
        self.app = self.daemon.connect()

    def open_session(self, *tools, on_call=lambda *_: None):
        """A private session with these tools, connected; the handler is self.handler."""
        self.handler = Handler(self.app, '/org/example/Tools', on_call)
        self.path = self.app.manager('CreateSession', '(a{sv})', {
            'tools': GLib.Variant('s', json.dumps(list(tools))), 'tool-handler': GLib.Variant('o', self.handler.path)})
        self.app.session('Subscribe', '(as)', ['tools'], path=self.path)
        self.app.session('Start', '(a{sv})', {}, path=self.path)
        self.number, setup = self.server.accept()
        self.app.wait_signal('PropertiesChanged', lambda a: a[1].get('State') == 'listening')
        return setup

    def model_calls(self, *calls):
        self.server.send(self.number, toolCall={'functionCalls': [
            {'id': number, 'name': name, 'args': args} for number, name, args in calls]})

    def responses(self, count):
        """All function responses, waiting for so many and then a little for one too many."""
        def received():
            return [r for m in self.server.messages('toolResponse') for r in m['functionResponses']]
        wait_until(lambda: len(received()) >= count, 10, f'{count} responses')
        run_for(0.1)
        self.assertEqual(len(received()), count)
        return received()

    def outcome(self):
        return self.app.wait_signal('ToolFinished')[1:2][0]

    def test_declarations_reach_the_model(self):
        setup = self.open_session(tool('set_volume'))
        names = [f['name'] for t in setup['tools'] for f in t.get('functionDeclarations', [])]
        self.assertEqual(names, ['set_volume'])

    def test_result(self):
        self.open_session(tool('set_volume'), on_call=lambda _id, _n, args, _c, i: reply(i, json.dumps(
            {'volume': json.loads(args)['percent']})))
        self.model_calls(('a1', 'set_volume', {'percent': 30}))
        response, = self.responses(1)
        self.assertEqual((response['id'], response['name'], response['response']), ('a1', 'set_volume', {'volume': 30}))
        self.assertEqual(self.outcome(), 'ok')
        call_id, name, _, context, _ = self.handler.calls[0]
        self.assertNotEqual(call_id, 'a1', 'ids on the bus are ours')
        self.assertEqual(name, 'set_volume')
        self.assertEqual(context['session'], self.path)
        self.assertGreater(context['deadline'], GLib.get_real_time() / 1000)

    def test_plain_value_is_wrapped(self):
        self.open_session(tool('set_volume'), on_call=lambda *a: reply(a[-1], '30'))
        self.model_calls(('a1', 'set_volume', {'percent': 30}))
        self.assertEqual(self.responses(1)[0]['response'], {'output': 30})

    def test_error_of_the_handler(self):
        self.open_session(tool('set_volume'), on_call=lambda *a: a[-1].return_dbus_error('org.example.Error.Mute', 'It is muted'))
        self.model_calls(('a1', 'set_volume', {'percent': 30}))
        self.assertIn('It is muted', self.responses(1)[0]['response']['error'])
        self.assertEqual(self.outcome(), 'error')

    def test_parallel_calls_run_in_parallel(self):
        self.open_session(tool('set_volume'), tool('set_light'))
        self.model_calls(('a1', 'set_volume', {'percent': 1}), ('a2', 'set_light', {'percent': 2}))
        wait_until(lambda: len(self.handler.calls) == 2, 10, 'both calls before any answer')
        for call in reversed(self.handler.calls):
            reply(call[-1], json.dumps({'done': call[1]}))
        self.assertEqual({r['id']: r['response']['done'] for r in self.responses(2)}, {'a1': 'set_volume', 'a2': 'set_light'})
        self.assertEqual(len(self.server.messages('toolResponse')), 1, 'a batch is answered in one message')

    def test_bad_arguments_do_not_reach_the_handler(self):
        self.open_session(tool('set_volume'))
        self.model_calls(('a1', 'set_volume', {'percent': 'loud'}), ('a2', 'set_volume', {'percent': 101}),
                         ('a3', 'set_volume', {}), ('a4', 'no_such_tool', {}))
        for response in self.responses(4):
            self.assertIn('error', response['response'])
        self.assertEqual(self.handler.calls, [])

    def test_timeout(self):
        self.open_session(tool('set_volume', timeoutMs=200))
        self.model_calls(('a1', 'set_volume', {'percent': 30}))
        self.assertIn('error', self.responses(1)[0]['response'])
        self.assertEqual(self.outcome(), 'timeout')
        wait_until(lambda: self.handler.cancelled, 10, 'Cancel')
        self.assertEqual(self.handler.cancelled[0], (self.handler.calls[0][0], 'timeout'))
        reply(self.handler.calls[0][-1], '"late"')
        self.responses(1)

    def test_cancelled_by_the_model(self):
        self.open_session(tool('set_volume'))
        self.model_calls(('a1', 'set_volume', {'percent': 30}))
        wait_until(lambda: self.handler.calls, 10, 'the call')
        self.server.send(self.number, toolCallCancellation={'ids': ['a1']})
        wait_until(lambda: self.handler.cancelled, 10, 'Cancel')
        self.assertEqual(self.handler.cancelled[0][1], 'model-cancelled')
        reply(self.handler.calls[0][-1], '"late"')
        self.assertEqual(self.outcome(), 'cancelled')
        self.responses(0)

    def test_handler_crashes_during_a_call(self):
        provider = self.daemon.connect()
        handler = Handler(provider, '/org/example/Shared', lambda *_: None)
        provider.manager('RegisterTools', '(osa{sv})', handler.path, json.dumps([tool('set_volume')]),
                         {'scope': GLib.Variant('s', 'shared'), 'provider': GLib.Variant('s', 'mixer')})
        self.app.session('Subscribe', '(as)', ['tools'])
        self.app.session('Start', '(a{sv})', {})
        self.number, setup = self.server.accept()
        name = setup['tools'][0]['functionDeclarations'][0]['name']
        self.assertEqual(name, 'mixer_set_volume')
        self.model_calls(('a1', name, {'percent': 30}))
        wait_until(lambda: handler.calls, 10, 'the call')
        provider.close()
        self.assertIn('error', self.responses(1)[0]['response'])
        self.assertEqual(self.outcome(), 'gone')
        self.assertEqual(self.app.manager('ListTools'), [])
        self.model_calls(('a2', name, {'percent': 30}))
        self.assertIn('error', self.responses(2)[1]['response'])

    def test_deferred_result(self):
        self.open_session(tool('bake', behavior='NON_BLOCKING'), on_call=lambda *a: reply(a[-1], ''))
        self.model_calls(('a1', 'bake', {'percent': 30}))
        wait_until(lambda: self.handler.calls, 10, 'the call')
        call_id = self.handler.calls[0][0]
        self.responses(0)
        update = '(ssa{sv})'
        self.app.manager('UpdateCall', update, call_id, '{"progress": 40}',
                         {'will-continue': GLib.Variant('b', True), 'scheduling': GLib.Variant('s', 'silent')})
        self.app.manager('UpdateCall', update, call_id, '"baked"', {'scheduling': GLib.Variant('s', 'when-idle')})
        first, last = self.responses(2)
        self.assertEqual((first['id'], first['willContinue'], first['scheduling']), ('a1', True, 'SILENT'))
        self.assertEqual((last['response'], last['scheduling']), ({'output': 'baked'}, 'WHEN_IDLE'))
        with self.assertRaises(GLib.Error) as refused:
            self.app.manager('UpdateCall', update, call_id, '"again"', {})
        self.assertEqual(error_name(refused.exception), 'NoSuchCall')

    def test_foreign_update_is_refused(self):
        self.open_session(tool('bake', behavior='NON_BLOCKING'), on_call=lambda *a: reply(a[-1], ''))
        self.model_calls(('a1', 'bake', {'percent': 30}))
        wait_until(lambda: self.handler.calls, 10, 'the call')
        stranger = self.daemon.connect()
        with self.assertRaises(GLib.Error) as refused:
            stranger.manager('UpdateCall', '(ssa{sv})', self.handler.calls[0][0], '"mine"', {})
        self.assertIn(error_name(refused.exception), ('NotOwner', 'NoSuchCall'))
        self.responses(0)

    def test_owner_dies_with_a_call_running(self):
        owner = self.daemon.connect()
        self.app.session('Subscribe', '(as)', ['state'])
        self.app, watcher = owner, self.app
        self.open_session(tool('set_volume'))
        self.model_calls(('a1', 'set_volume', {'percent': 30}))
        wait_until(lambda: self.handler.calls, 10, 'the call')
        owner.close()
        self.server.wait(lambda e: e[0] == 'close' and e[1] == self.number)
        self.app = watcher
        self.assertEqual([path for path, _ in self.app.manager('ListSessions') if path == self.path], [])


unittest.main(verbosity=2)
