# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between a desktop and the service, in small: a server with TLS that speaks the Live API as far as
"setupComplete", the lists and the token endpoints beside it, and a proxy that lets it be reached. Real sockets, real TLS;
each connection has a thread, and what came is noted in `requests`."""
import base64
import hashlib
import json
import pathlib
import socket
import ssl
import struct
import threading

TLS = pathlib.Path(__file__).resolve().parent.parent / 'data' / 'tls'
ACCEPT = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'


def read_head(stream):
    """The request line and the headers of an HTTP request, names in lower case; None at the end."""
    line = stream.readline().decode('latin-1').strip()
    if not line:
        return None
    headers = {}
    while (field := stream.readline().decode('latin-1').strip()):
        name, value = field.split(':', 1)
        headers[name.lower()] = value.strip()
    return line, headers


class Listener:
    """Accepts connections on loopback, one thread each; serve() is the subclass's."""

    def __init__(self):
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            self.serve(connection)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Cloud(Listener):
    """https:// and wss://localhost:PORT (http:// and ws:// without TLS); `answers` maps a path to (status, object)."""

    def __init__(self, tls=True):
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if tls else None
        if tls:
            self.context.load_cert_chain(TLS / 'localhost.pem')
        self.requests = []  # (request line, headers, body)
        self.setups = []
        self.failures = 0   # of TLS handshakes
        self.answers = {}
        super().__init__()
        self.address = f'localhost:{self.port}' if tls else f'127.0.0.1:{self.port}'

    def serve(self, connection):
        if self.context:
            try:
                connection = self.context.wrap_socket(connection, server_side=True)
            except OSError:
                self.failures += 1
                return
        with connection, connection.makefile('rb') as stream:
            self.answer(connection, stream)

    def answer(self, connection, stream):
        while (head := read_head(stream)):
            line, headers = head
            body = stream.read(int(headers.get('content-length', 0)))
            self.requests.append((line, headers, body.decode()))
            if headers.get('upgrade', '').lower() == 'websocket':
                return self.converse(connection, stream, headers)
            status, answer = self.answers.get(line.split()[1].split('?')[0], (404, {}))
            text = json.dumps(answer).encode()
            connection.sendall(b'HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b'
                               % (status, len(text), text))

    def converse(self, connection, stream, headers):
        accept = base64.b64encode(hashlib.sha1(headers['sec-websocket-key'].encode() + ACCEPT).digest())
        connection.sendall(b'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                           b'Sec-WebSocket-Accept: %b\r\n\r\n' % accept)
        while (opcode := self.receive(connection, stream)) != 8:
            if opcode is None:
                return
        self.send(connection, 8, struct.pack('>H', 1000))

    def receive(self, connection, stream):
        first = stream.read(2)
        if len(first) < 2:
            return None
        length = first[1] & 127
        if length > 125:
            length = struct.unpack('>H' if length == 126 else '>Q', stream.read(2 if length == 126 else 8))[0]
        mask = stream.read(4)
        data = bytes(byte ^ mask[i % 4] for i, byte in enumerate(stream.read(length)))
        if first[0] & 15 == 1 and 'setup' in (message := json.loads(data)):
            self.setups.append(message['setup'])
            self.send(connection, 1, b'{"setupComplete":{}}')
        return first[0] & 15

    @staticmethod
    def send(connection, opcode, data):
        connection.sendall(bytes([128 | opcode, len(data)]) + data)

    def upgrades(self):
        return [(line, headers) for line, headers, _ in self.requests if 'upgrade' in headers]


class Proxy(Listener):
    """A proxy that knows CONNECT alone; `asked` is where it was to connect to."""

    def __init__(self):
        self.asked = []
        super().__init__()

    def serve(self, connection):
        stream = connection.makefile('rb', buffering=0)
        line, _ = read_head(stream)
        method, target, _ = line.split()
        self.asked.append((method, target))
        # This machine under any name: a bare system has no /etc/hosts
        with socket.create_connection(('127.0.0.1', int(target.rsplit(':', 1)[1]))) as server:
            self.open.append(server)
            connection.sendall(b'HTTP/1.1 200 X\r\n\r\n')
            back = threading.Thread(target=self.pump, args=(server, connection), daemon=True)
            back.start()
            self.pump(connection, server)
            back.join()

    @staticmethod
    def pump(source, sink):
        try:
            while (data := source.recv(65536)):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
