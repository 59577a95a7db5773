# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech whose blocks of 20 ms are numbered in the lowest bit of their samples, which nobody hears: so every block can
be found again at the other end, whatever became of the connections in between."""
import array
import socket
import threading
import time
import wave

RATE = 16000
BLOCK = 320           # samples, 20 ms
BLOCK_MS = 20
SYNC = b'1' * 12 + b'0'
DIGITS = 6            # of 4 bits, each followed by a 0: never 12 ones in a row
HEAD = len(SYNC) + DIGITS * 5 + 2
LOUD = 500
LOWEST = bytes(ord('0') + (i & 1) for i in range(256))


def encode(number, loud):
    """The lowest bits of a block, as text."""
    digits = ''.join(f'{(number >> 4 * i) & 15:04b}0' for i in reversed(range(DIGITS)))
    return SYNC.decode() + digits + ('1' if loud else '0') + '0'


def decode(bits):
    """(number, loud) of the head of a block."""
    digits = bits[len(SYNC):len(SYNC) + DIGITS * 5]
    number = int(b''.join(digits[i:i + 4] for i in range(0, DIGITS * 5, 5)), 2)
    return number, bits[len(SYNC) + DIGITS * 5:HEAD - 1] == b'1'


def load(path, pause, softly=False):
    """Blocks of a recording with a pause behind it, their lowest bits clear: [(samples, loud)].
    softly: nobody takes it for speech."""
    with wave.open(str(path)) as file:
        samples = array.array('h', file.readframes(file.getnframes()))
        assert file.getframerate() == RATE and file.getnchannels() == 1, path
    if softly:
        samples = array.array('h', (s >> 8 for s in samples))
    samples.extend([0] * (int(pause * RATE) + -len(samples) % BLOCK))
    blocks = []
    for i in range(0, len(samples) - BLOCK + 1, BLOCK):
        block = array.array('h', (s & ~1 for s in samples[i:i + BLOCK]))
        blocks.append((block, max(abs(s) for s in block) > LOUD))
    return blocks


class Listener:
    """Finds the numbers again. heard: number -> how often; order: how often an older one came after a newer one."""

    def __init__(self):
        self.heard = {}
        self.newest = -1
        self.out_of_order = 0
        self._rest = b''

    def feed(self, pcm):
        bits = self._rest + pcm[::2].translate(LOWEST)
        start = 0
        while (at := bits.find(SYNC, start)) >= 0 and at + HEAD <= len(bits):
            number, _ = decode(bits[at:at + HEAD])
            self.heard[number] = self.heard.get(number, 0) + 1
            self.out_of_order += number < self.newest
            self.newest = max(self.newest, number)
            start = at + HEAD
        self._rest = bits[max(start, len(bits) - BLOCK):]


class Speaker:
    """Somebody who speaks without end, at the pace of a clock, into whatever socket there is."""

    def __init__(self, blocks):
        self._blocks = blocks
        self._lock = threading.Lock()
        self._socket = None
        self._running = True
        self.loud = []   # by number
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def said(self):
        """How many blocks."""
        return len(self.loud)

    def speak_into(self, descriptor):
        """None: nobody listens, and nothing is said meanwhile."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
            self._socket = socket.socket(fileno=descriptor) if descriptor is not None else None
            if self._socket is not None:
                self._socket.settimeout(5)

    def _run(self):
        due = time.monotonic()
        while self._running:
            due = max(due + BLOCK_MS / 1000, time.monotonic() - 1)
            time.sleep(max(0.0, due - time.monotonic()))
            with self._lock:
                if self._socket is not None:
                    self._say()

    def _say(self):
        number = len(self.loud)
        samples, loud = self._blocks[number % len(self._blocks)]
        block = array.array('h', samples)
        for i, bit in enumerate(encode(number, loud)):
            if bit == '1':
                block[i] |= 1
        try:
            self._socket.sendall(block.tobytes())
            self.loud.append(loud)
        except OSError:
            self._socket.close()
            self._socket = None

    def stop(self):
        self._running = False
        self._thread.join()
        self.speak_into(None)


class Ear(threading.Thread):
    """Reads the model's voice away, as a speaker would; n: bytes heard."""

    def __init__(self, descriptor):
        super().__init__(daemon=True)
        self._socket = socket.socket(fileno=descriptor)
        self.n = 0
        self.start()

    def run(self):
        with self._socket:
            while True:
                try:
                    data = self._socket.recv(65536)
                except OSError:
                    return
                if not data:
                    return
                self.n += len(data)
