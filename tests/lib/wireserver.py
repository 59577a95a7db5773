# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/e2e/wire-server from Python: a server that does what the test says, with the time of every frame."""
import contextlib
import json
import os
import signal
import subprocess

from gi.repository import GLib

from lvclient import wait_until

PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent'


class WireServer:
    def __init__(self, build):
        # libsoup warns of a client that is gone before it was looked at
        self.process = subprocess.Popen([f'{build}/tests/e2e/wire-server'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={**os.environ, 'G_DEBUG': ''})
        self.port = int(self.process.stdout.readline().split()[1])
        self.url = f'ws://127.0.0.1:{self.port}{PATH}'
        self.events = []  # ('open', id) ('close', id, code) ('recv', id, us, message) ('sent', id, us)
        self.rest = b''
        os.set_blocking(self.process.stdout.fileno(), False)
        self.source = GLib.unix_fd_add_full(GLib.PRIORITY_HIGH, self.process.stdout.fileno(), GLib.IOCondition.IN, self._read)

    def _read(self, _fd, _condition):
        self.rest += self.process.stdout.read() or b''
        *lines, self.rest = self.rest.split(b'\n')
        for line in lines:
            kind, number, *words = line.decode().split(' ', 3)
            if kind == 'recv':
                words = [int(words[0]), json.loads(words[1])]
            else:
                words = [int(word) for word in words]
            self.events.append((kind, int(number), *words))
        return GLib.SOURCE_CONTINUE

    def command(self, *words):
        self.process.stdin.write((' '.join(str(word) for word in words) + '\n').encode())
        self.process.stdin.flush()

    def send(self, number, **message):
        """Sends one frame, server.send(1, setupComplete={}); returns when it went out, in microseconds."""
        mark = len(self.events)
        self.command('send', number, json.dumps(message, separators=(',', ':')))
        return self.wait(lambda e: e[0] == 'sent' and e[1] == number, mark)[2]

    def wait(self, condition, mark=0, timeout=10):
        return wait_until(lambda: next((e for e in self.events[mark:] if condition(e)), None), timeout, 'event of the server')

    def wait_message(self, key, number=None, mark=0, timeout=10, condition=lambda content: True):
        """The content of the first client message with this top-level key."""
        event = self.wait(lambda e: e[0] == 'recv' and number in (None, e[1]) and key in e[3] and condition(e[3][key]),
                          mark, timeout)
        return event[3][key]

    def messages(self, key, mark=0):
        return [e[3][key] for e in self.events[mark:] if e[0] == 'recv' and key in e[3]]

    def accept(self, mark=0, timeout=10):
        """Waits for a connection and its setup, completes it; returns (id, setup)."""
        number = self.wait(lambda e: e[0] == 'open', mark, timeout)[1]
        setup = self.wait_message('setup', number, mark, timeout)
        self.send(number, setupComplete={})
        return number, setup

    @contextlib.contextmanager
    def frozen(self):
        """The server neither reads nor answers meanwhile; nor is anything lost."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def stop(self):
        GLib.source_remove(self.source)
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
