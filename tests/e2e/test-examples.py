#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The short programs of README.md and data/examples work as they stand, and so do the modules they use."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
SOURCE = pathlib.Path(os.environ['srcdir']).parent
EXAMPLES = SOURCE / 'data/examples'


# Programs for the modules: a tool with an argument that can fail; in JavaScript everything is taken back after "Bye."
JAVASCRIPT = """
import GLib from 'gi://GLib';
import {LiveVoice} from './livevoice.js';
const voice = new LiveVoice();
voice.addTool('halve', 'Halves an even number', async ({number}) => {
    if (number % 2)
        throw new Error('That is odd');
    return number / 2;
}, {type: 'object', properties: {number: {type: 'integer'}}, required: ['number']});
voice.onCaption = (role, text) => text === 'Bye.' && voice.destroy();
voice.toggle().catch(logError);
new GLib.MainLoop(null, false).run();
"""
PYTHON = """
from gi.repository import GLib
from livevoice import LiveVoice
voice = LiveVoice()
@voice.tool('Halves an even number',
            {'type': 'object', 'properties': {'number': {'type': 'integer'}}, 'required': ['number']})
def halve(number):
    if number % 2:
        raise ValueError('That is odd')
    return number // 2
voice.toggle()
GLib.MainLoop().run()
"""


class Lines:
    """What a child prints, as it comes."""

    def __init__(self, stream):
        self.text = ''
        os.set_blocking(stream.fileno(), False)
        self.source = GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, stream.fileno(), GLib.IOCondition.IN, self._read, stream)

    def _read(self, _fd, _condition, stream):
        data = stream.read()
        self.text += (data or b'').decode()
        return GLib.SOURCE_CONTINUE

    def stop(self):
        GLib.source_remove(self.source)


class Examples(unittest.TestCase):
    def run_example(self, *command):
        server = WireServer(BUILD)
        self.addCleanup(server.stop)
        daemon = Daemon(BUILD, f'[profile default]\nendpoint = {server.url}\naudio = none\n')
        self.addCleanup(daemon.remove)
        self.addCleanup(daemon.stop)
        daemon.connect()
        child = daemon.spawn(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(child.stdout.close)
        self.addCleanup(child.stderr.close)
        lines = Lines(child.stdout)
        self.addCleanup(lines.stop)
        number, setup = server.accept(timeout=20)
        tool = setup['tools'][0]['functionDeclarations'][0]['name']
        self.assertTrue(tool.endswith('computer_uptime'), tool)
        server.send(number, toolCall={'functionCalls': [{'id': 'a1', 'name': tool, 'args': {}}]})
        response = server.wait_message('toolResponse')['functionResponses'][0]
        self.assertIsInstance(response['response']['minutes'], int)
        server.send(number, serverContent={'outputTranscription': {'text': 'Not long at all.'}})
        server.send(number, serverContent={'turnComplete': True})
        wait_until(lambda: 'model: Not long at all.' in lines.text, 10, 'the caption')
        self.assertIsNone(child.poll(), 'the example ended by itself')
        child.send_signal(signal.SIGINT)
        child.wait(10)
        self.assertEqual(child.stderr.read(), b'')

    def test_javascript(self):
        self.run_example('gjs', '-m', str(EXAMPLES / 'toggle-captions-tool.js'))

    def test_python(self):
        self.run_example('/usr/bin/python3', str(EXAMPLES / 'toggle-captions-tool.py'))

    def start(self, name, text, *command):
        """A program of this text, in a folder of its own with the modules."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix='lv-example-'))
        self.addCleanup(shutil.rmtree, folder)
        for module in EXAMPLES.glob('livevoice.*'):
            shutil.copy(module, folder)
        (folder / name).write_text(text)
        self.server = WireServer(BUILD)
        self.addCleanup(self.server.stop)
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.server.url}\naudio = none\n')
        self.addCleanup(self.daemon.remove)
        self.addCleanup(self.daemon.stop)
        self.client = self.daemon.connect()
        self.child = self.daemon.spawn(*command, str(folder / name))
        return self.accept()

    def accept(self, mark=0):
        number, setup = self.server.accept(mark, timeout=20)
        self.tool = setup['tools'][0]['functionDeclarations'][0]['name']
        return number

    def halve(self, number, value):
        mark = len(self.server.events)
        self.server.send(number, toolCall={'functionCalls': [
            {'id': f'a{value}', 'name': self.tool, 'args': {'number': value}}]})
        return self.server.wait_message('toolResponse', mark=mark)['functionResponses'][0]['response']

    def check_tool(self, number):
        self.assertEqual(self.halve(number, 14), {'output': 7})
        self.assertEqual(self.halve(number, 15), {'error': 'That is odd'})

    def check_follows_new_daemon(self):
        mark = len(self.server.events)
        os.kill(self.daemon.pid(), signal.SIGKILL)
        wait_until(lambda: self.daemon.pid() is None, 10, 'the end of the daemon')
        wait_until(lambda: self.client.manager('ListTools'), 10, 'the tool at the new daemon')
        self.client.session('Start', '(a{sv})', {})
        number = self.accept(mark)
        self.check_tool(number)
        return number

    def test_javascript_module(self):
        self.check_tool(self.start('program.js', JAVASCRIPT, 'gjs', '-m'))
        number = self.check_follows_new_daemon()
        self.server.send(number, serverContent={'outputTranscription': {'text': 'Bye.'}})
        self.server.send(number, serverContent={'turnComplete': True})
        wait_until(lambda: not self.client.manager('ListTools'), 10, 'the end of the tool')
        self.assertIsNone(self.child.poll())

    def test_python_module(self):
        self.check_tool(self.start('program.py', PYTHON, '/usr/bin/python3'))
        self.check_follows_new_daemon()

    def test_readme_shows_them_as_they_are(self):
        readme = (SOURCE / 'README.md').read_text()
        for name, language in (('toggle-captions-tool.js', 'js'), ('toggle-captions-tool.py', 'python')):
            lines = (EXAMPLES / name).read_text().split('\n')
            code = '\n'.join(line for line in lines if not line.startswith(('// SPDX', '# SPDX', '#!')))
            self.assertIn(f'```{language}\n{code.strip()}\n```', readme, f'README.md and {name} differ')

    def test_they_are_short(self):
        for name in ('toggle-captions-tool.js', 'toggle-captions-tool.py'):
            lines = (EXAMPLES / name).read_text().split('\n')
            code = [line for line in lines if line.strip() and not line.startswith(('//', '#'))]
            self.assertLessEqual(len(code), 10, f'{name} is no longer ten lines')
            self.assertLessEqual(max(map(len, lines)), 100, f'{name} has a long line')


unittest.main(verbosity=2)
