# SPDX-License-Identifier: GPL-3.0-or-later
"""The real engine on a loopback port, behind a relay that reads along: every message that the daemon and the engine
exchange, in both directions, as they are on the wire."""
import atexit
import base64
import json
import os
import select
import socket
import subprocess
import threading
import time

from lvclient import wait_until
from lvdaemon import run_first

PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent'
CONTINUATION, TEXT, BINARY = 0, 1, 2


class _Reader:
    """One direction of a WebSocket: bytes in any pieces go in, messages come out."""

    def __init__(self, on_message):
        self._on_message = on_message
        self._bytes = b''
        self._message = b''
        self._upgraded = False

    def feed(self, data):
        self._bytes += data
        if not self._upgraded:
            _, end, rest = self._bytes.partition(b'\r\n\r\n')
            if not end:
                return
            self._bytes, self._upgraded = rest, True
        while self._take_frame():
            pass

    def _take_frame(self):
        data = self._bytes
        if len(data) < 2:
            return False
        size, start = data[1] & 0x7f, 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(data[2:2 + width], 'big'), 2 + width
        mask = data[start:start + 4] if data[1] & 0x80 else b''
        start += len(mask)
        if len(data) < start + size:
            return False
        payload, self._bytes = data[start:start + size], data[start + size:]
        if mask:
            key = int.from_bytes((mask * (size // 4 + 1))[:size], 'big')
            payload = (int.from_bytes(payload, 'big') ^ key).to_bytes(size, 'big')
        if data[0] & 0x0f in (CONTINUATION, TEXT, BINARY):
            self._message += payload
            if data[0] & 0x80:
                self._on_message(json.loads(self._message))
                self._message = b''
        return True


class EngineTap:
    """url: what the daemon is to connect to. sent: messages to the engine; received: messages of the engine; log: both,
    as (monotonic time, number of the connection, True for those to the engine, message)."""

    def __init__(self, build, *options, env=None):
        run_first()
        self._command = [f'{build}/src/engine/livevoice-engine', '--listen', '127.0.0.1:0', *options]
        self._env = env or os.environ
        self._start()
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.url = f'ws://127.0.0.1:{self._listener.getsockname()[1]}{PATH}'
        self.sent, self.received, self.log = [], [], []
        self.n_connections = 0
        self._running = True
        threading.Thread(target=self._accept, daemon=True).start()

    def _start(self):
        self._engine = subprocess.Popen(self._command, stdout=subprocess.PIPE, env=self._env)
        atexit.register(self._engine.kill)  # who outlives a test keeps its output open
        host, _, port = self._engine.stdout.readline().decode().strip().rpartition(':')
        self._address = (host, int(port))

    def _end(self):
        self._engine.terminate()
        self._engine.wait(10)
        self._engine.stdout.close()

    def restart(self):
        """Another engine at the same url, which remembers nothing."""
        self._end()
        self._start()

    def _accept(self):
        while self._running:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.n_connections += 1
            threading.Thread(target=self._relay, args=(client, self.n_connections), daemon=True).start()

    def _keep(self, number, is_sent, message):
        self.log.append((time.monotonic(), number, is_sent, message))
        (self.sent if is_sent else self.received).append(message)

    def _relay(self, client, number):
        with client, socket.create_connection(self._address) as engine:
            ways = {client: (engine, _Reader(lambda message: self._keep(number, True, message))),
                    engine: (client, _Reader(lambda message: self._keep(number, False, message)))}
            while True:
                for source in select.select(list(ways), [], [])[0]:
                    target, reader = ways[source]
                    try:
                        data = source.recv(65536)
                        reader.feed(data)
                        target.sendall(data)
                    except OSError:
                        data = b''
                    if not data:
                        return

    # --- what was exchanged ---

    def setup(self):
        """The newest setup."""
        return [message['setup'] for message in self.sent if 'setup' in message][-1]

    def contents(self, mark=0):
        """Every serverContent since mark = len(tap.received)."""
        return [message['serverContent'] for message in self.received[mark:] if 'serverContent' in message]

    def parts(self, kind, mark=0):
        """What the parts of the model's turns hold of one kind: 'text', 'inlineData', 'executableCode'..."""
        return [part[kind] for content in self.contents(mark) for part in content.get('modelTurn', {}).get('parts', [])
                if kind in part]

    def pcm(self, mark=0):
        """All audio of the engine, joined."""
        return b''.join(base64.b64decode(data['data']) for data in self.parts('inlineData', mark))

    def transcriptions(self, key, mark=0):
        return [content[key] for content in self.contents(mark) if key in content]

    def text(self, key, mark=0):
        """The deltas of a transcription joined."""
        return ''.join(item.get('text', '') for item in self.transcriptions(key, mark)).strip()

    def wait_content(self, condition, mark=0, timeout=20, what=None):
        """The first serverContent that meets condition."""
        return wait_until(lambda: next((c for c in self.contents(mark) if condition(c)), None), timeout, what)

    def wait_turn(self, mark=0, timeout=20):
        """Waits for the end of the first turn."""
        return self.wait_content(lambda content: content.get('turnComplete'), mark, timeout, 'turnComplete')

    def stop(self):
        self._running = False
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._end()
