# SPDX-License-Identifier: GPL-3.0-or-later
"""Between the daemon and the engine: reads every frame along, and does to them what networks and servers do.

One thread for each connection; what the campaign asks for is queued and done there, between two frames."""
import base64
import collections
import json
import os
import re
import select
import socket
import struct
import threading
import time

from lvclient import Timeout, wait_until

PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent'
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
PROBE = b'campaign '
AUDIO = re.compile(rb'^\{"realtimeInput":\{"audio":\{.*?"data":"([^"]*)"', re.DOTALL)
PASS, STALL, BLACKHOLE, SLOW = 'pass', 'stall', 'blackhole', 'slow'
SLOW_S = 0.03  # for each piece
EVENTS_KEPT = 400
HAPPENS_S = 10
NOTE = ', which you called before the connection was renewed, answered: '


def take_frame(data):
    """(opcode, payload, size of the frame) of the first whole one in data, or None."""
    if len(data) < 2:
        return None
    size, start = data[1] & 0x7f, 2
    if size >= 126:
        width = 2 if size == 126 else 8
        if len(data) < 2 + width:
            return None
        size, start = int.from_bytes(data[2:2 + width], 'big'), 2 + width
    mask = b''
    if data[1] & 0x80:
        mask = data[start:start + 4]
        start += 4
    if len(data) < start + size:
        return None
    payload = bytes(data[start:start + size])
    if mask:
        key = (bytes(mask) * (size // 4 + 1))[:size]
        payload = (int.from_bytes(payload, 'big') ^ int.from_bytes(key, 'big')).to_bytes(size, 'big')
    return data[0] & 0x0f, payload, start + size


def make_frame(opcode, payload):
    """As a server sends it: not masked."""
    size = len(payload)
    head = bytes([size]) if size < 126 else b'\x7e' + struct.pack('>H', size) if size < 65536 else b'\x7f' + struct.pack('>Q', size)
    return bytes([0x80 | opcode]) + head + payload


def reset(sock):
    """Ends it as a broken network does: RST instead of FIN."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    except OSError:
        pass
    sock.close()


class NotFired(Exception):
    """A fault that was asked for did not happen."""


def wait_fired(condition):
    """Returns when it was seen to be true."""
    try:
        wait_until(condition, HAPPENS_S)
    except Timeout:
        raise NotFired from None
    return time.monotonic()


class Deed:
    """Something that is to be done to a connection. at: when it was seen to happen, None before."""

    def __init__(self):
        self.at = None

    def happen(self, at=None):
        self.at = self.at or at or time.monotonic()

    def wait(self):
        wait_fired(lambda: self.at)
        return self.at


class Connection:
    """One of the daemon's to the engine. setup: its first message; complete: when setupComplete was passed on."""

    def __init__(self, relay, number, client):
        self.relay, self.number, self.client = relay, number, client
        self.engine = None
        self.began = time.monotonic()
        self.setup = self.complete = None
        self.spoke = 0.0  # when the server said something last
        self.is_open = True
        self.commands = collections.deque()
        self._bell = os.pipe()
        self._lock = threading.Lock()  # of the bell
        self._rest = {'up': bytearray(), 'down': bytearray()}
        self._upgraded = {'up': False, 'down': False}
        self._tricks = []  # (deed, what, key): to be played on the next message of the server that has the key
        self._probes = {}  # payload of a ping -> (deed, when): answered when what was sent before has been read
        threading.Thread(target=self._run, daemon=True).start()

    def ask(self, command, *arguments):
        """Does it in the thread of the connection; returns the Deed."""
        deed = Deed()
        with self._lock:
            if self.is_open:
                self.commands.append((command, deed, arguments))
                os.write(self._bell[1], b'!')
        return deed

    # --- what can be asked for ---

    def do_cut(self, deed):
        reset(self.client)
        deed.happen()
        raise ConnectionResetError

    def do_half_close(self, deed):
        self.client.shutdown(socket.SHUT_WR)
        deed.happen()

    def do_inject(self, deed, message):
        """Has happened when the daemon answers a ping behind it, or leaves."""
        payload = message if isinstance(message, bytes) else json.dumps(message, separators=(',', ':')).encode()
        probe = PROBE + str(len(self._probes)).encode()
        self._probes[probe] = (deed, time.monotonic())
        self.client.sendall(make_frame(BINARY, payload) + make_frame(PING, probe))

    def do_close(self, deed, code, reason):
        """The server's close frame; the engine is left without one. Has happened when the daemon closes its end."""
        self.client.sendall(make_frame(CLOSE, struct.pack('>H', code) + reason.encode()))
        at = time.monotonic()
        self.engine.close()
        self.client.settimeout(HAPPENS_S)
        while self.client.recv(65536):
            pass
        deed.happen(at)
        raise ConnectionAbortedError

    def do_trick(self, deed, what, key):
        self._tricks.append((deed, what, key))

    def do_nothing(self, _deed):
        """The mode has changed."""

    # --- the way through ---

    def _run(self):
        try:
            self.engine = socket.create_connection(self.relay.engine_address, 5)
            self.engine.settimeout(None)
            self._pump()
        except OSError as error:
            self.relay.note(f'connection {self.number}: {type(error).__name__}')
        finally:
            for deed, at in self._probes.values():
                deed.happen(at)
            with self._lock:
                self.is_open = False
                for end in self._bell:
                    os.close(end)
            self._end(self.engine)
            self._end(self.client)
            self.relay.note(f'connection {self.number} is over')

    @staticmethod
    def _end(sock):
        if sock is not None and sock.fileno() >= 0:
            reset(sock)

    def _pump(self):
        while True:
            ready = select.select([self._bell[0], self.client, self.engine], [], [])[0]
            if self.relay.mode == STALL and ready != [self._bell[0]]:
                self.relay.deed.happen()
                ready = select.select([self._bell[0]], [], [])[0]
            if self._bell[0] in ready:
                os.read(self._bell[0], 4096)
                while self.commands:
                    command, deed, arguments = self.commands.popleft()
                    getattr(self, 'do_' + command)(deed, *arguments)
            for source, target, way in ((self.client, self.engine, 'up'), (self.engine, self.client, 'down')):
                if source in ready and not self._pass_on(source, target, way):
                    return

    def _pass_on(self, source, target, way):
        data = source.recv(65536)
        if self.relay.mode == BLACKHOLE:
            self.relay.deed.happen()
            return bool(data) or way == 'up'
        if not data:
            return False
        if self.relay.mode == SLOW:
            time.sleep(SLOW_S)
            self.relay.deed.happen()
        rest = self._rest[way]
        rest += data
        if not self._upgraded[way]:
            end = rest.find(b'\r\n\r\n') + 4
            if end < 4:
                return True
            target.sendall(rest[:end])
            del rest[:end]
            self._upgraded[way] = True
        while (frame := take_frame(rest)) is not None:
            opcode, payload, size = frame
            raw = bytes(rest[:size])
            del rest[:size]
            for out in self._look(way, opcode, payload, raw):
                target.sendall(out)
        return True

    def _look(self, way, opcode, payload, raw):
        """What is to be sent on in place of this frame."""
        if opcode not in (TEXT, BINARY):
            if opcode == CLOSE:
                self.relay.note(f'connection {self.number} {way}: close {int.from_bytes(payload[:2], "big")} {payload[2:].decode(errors="replace")}')
            deed, at = self._probes.get(payload, (None, None)) if opcode == PONG else (None, None)
            if deed is not None:
                deed.happen(at)
            return [] if deed is not None else [raw]
        if way == 'up':
            audio = AUDIO.match(payload)
            if audio:
                self.relay.hear(self, base64.b64decode(audio.group(1)))
            else:
                self.relay.see_sent(self, json.loads(payload))
            return [raw]
        message = json.loads(payload)
        for trick in self._tricks:
            deed, what, key = trick
            if has_key(message, key):
                self._tricks.remove(trick)
                deed.happen()
                self.relay.note(f'{what} {key}')
                return [] if what == 'lose' else [raw, raw]
        self.relay.see_received(self, message)
        return [raw]


def has_key(message, key):
    return key in message or key in message.get('serverContent', {})


class Relay:
    """url: where the daemon is to connect to. on_audio(bytes): what the engine was given to hear."""

    def __init__(self, engine_address, on_audio=None):
        self.engine_address = engine_address
        self.mode = PASS
        self.deed = Deed()      # of the mode: it does something to what goes through
        self.n_audio = 0        # frames of sound that the engine was given
        self.connections = []
        self.calls = {}         # id of a call -> number of the connection
        self.answers = {}       # id of a call -> [(number of the connection, when)]
        self.n_notes = 0        # answers in words, to a server that did not know the call
        self.cancelled = set()
        self.events = collections.deque(maxlen=EVENTS_KEPT)
        self._on_audio = on_audio
        self._listener = None
        self._address = ('127.0.0.1', 0)
        self.listen()
        self.url = f'ws://127.0.0.1:{self._address[1]}{PATH}'

    def note(self, text):
        self.events.append((time.monotonic(), text))

    # --- who may come ---

    def listen(self):
        self._listener = socket.create_server(self._address)
        self._address = self._listener.getsockname()
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def refuse(self):
        """From now on nobody listens here."""
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.note(f'connection {len(self.connections)} begins')
            self.connections.append(Connection(self, len(self.connections), client))

    # --- what goes through ---

    def hear(self, _connection, pcm):
        self.n_audio += 1
        if self._on_audio is not None:
            self._on_audio(pcm)

    def see_sent(self, connection, message):
        self.note(f'connection {connection.number} sent {brief(message)}')
        if 'setup' in message:
            connection.setup = message['setup']
        for response in message.get('toolResponse', {}).get('functionResponses', []):
            self.answers.setdefault(response['id'], []).append((connection.number, time.monotonic()))
        if 'clientContent' in message or 'realtimeInput' in message:
            self.n_notes += json.dumps(message).count(NOTE)

    def see_received(self, connection, message):
        connection.spoke = time.monotonic()
        if 'setupComplete' in message:
            connection.complete = time.monotonic()
        for call in message.get('toolCall', {}).get('functionCalls', []):
            self.calls[call['id']] = connection.number
        self.cancelled.update(message.get('toolCallCancellation', {}).get('ids', []))
        if 'inlineData' not in str(message.get('serverContent', {}).get('modelTurn', ''))[:200]:
            self.note(f'connection {connection.number} got {brief(message)}')

    # --- what is done to them ---

    @property
    def current(self):
        """The newest connection that is still open, or None."""
        return next((c for c in reversed(self.connections) if c.is_open), None)

    def ask(self, command, *arguments):
        """Returns the Deed."""
        connection = self.current
        if connection is None:
            raise NotFired
        self.note(f'{command} {arguments}')
        return connection.ask(command, *arguments)

    def set_mode(self, mode):
        """Returns the Deed."""
        self.note(f'mode {mode}')
        self.mode, self.deed = mode, Deed()
        for connection in self.connections:
            connection.ask('nothing')
        return self.deed

    def is_up(self):
        """Whether the newest connection has been set up and lives."""
        return bool(self.connections) and self.connections[-1].is_open and self.connections[-1].complete is not None

    def was_resumed(self):
        """Whether the newest one went on with a handle."""
        return bool(((self.connections[-1].setup or {}).get('sessionResumption') or {}).get('handle'))

    def stop(self):
        self.refuse()
        self.set_mode(PASS)
        for connection in self.connections:
            connection.ask('cut')


def brief(message):
    """Names only: what was said is nobody's business, and long."""
    return ' '.join(f'{key}({",".join(value)})' if isinstance(value, dict) else key for key, value in message.items())
