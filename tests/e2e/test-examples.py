#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The short programs of README.md and data/examples work as they stand: toggle, captions, tool."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
from gi.repository import GLib  # noqa: E402
from lvclient import wait_until  # noqa: E402
from lvdaemon import Daemon  # noqa: E402
from wireserver import WireServer  # noqa: E402

BUILD = os.environ['builddir']
SOURCE = pathlib.Path(os.environ['srcdir']).parent
EXAMPLES = SOURCE / 'data/examples'


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
        child = daemon.spawn(*command, stdout=-1)
        self.addCleanup(child.stdout.close)
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

    def test_javascript(self):
        self.run_example('gjs', '-m', str(EXAMPLES / 'toggle-captions-tool.js'))

    def test_python(self):
        self.run_example('/usr/bin/python3', str(EXAMPLES / 'toggle-captions-tool.py'))

    def test_readme_shows_them_as_they_are(self):
        readme = (SOURCE / 'README.md').read_text()
        for name, language in (('toggle-captions-tool.js', 'js'), ('toggle-captions-tool.py', 'python')):
            lines = (EXAMPLES / name).read_text().split('\n')
            code = '\n'.join(line for line in lines if not line.startswith(('// SPDX', '# SPDX', '#!')))
            self.assertIn(f'```{language}\n{code.strip()}\n```', readme, f'README.md and {name} differ')


unittest.main(verbosity=2)
