# SPDX-License-Identifier: GPL-3.0-or-later
"""A person who talks to the engine through the daemon while the connection between the two changes, and what became of
every 20 ms of both voices. The sound goes through file descriptors, so that it can be compared bit by bit."""
import array
import base64
import bisect
import os
import pathlib
import socket
import statistics
import threading
import time
import wave

from enginetap import EngineTap
from lvclient import wait_until
from lvdaemon import Daemon

BUILD = os.environ['builddir']
SPEECH = pathlib.Path(os.environ['srcdir']) / 'data/audio'
CHUNK = 320  # samples of 20 ms
BYTES_OUT_PER_MS = 48
DIGITS = 10  # samples that tell one chunk from all others
LOUD = 500
SILENCE = array.array('h', bytes(2 * CHUNK))


def read_speech(name):
    with wave.open(str(SPEECH / f'{name}.wav')) as recording:
        return array.array('h', recording.readframes(recording.getnframes()))


def read_chunks(name):
    speech = read_speech(name)
    return [speech[at:at + CHUNK] for at in range(0, len(speech) - CHUNK + 1, CHUNK)]


class Person(threading.Thread):
    """Asks, waits for the answer, and a little longer, and asks again: for ever, in real time."""

    def __init__(self, end, count_answers, question='ask-time', pause=1.5, patience=15):
        super().__init__(daemon=True)
        self._end = end
        self._count_answers = count_answers
        self._question = read_chunks(question)
        self._pause, self._patience = pause, patience
        self.said = {}  # bytes of a chunk -> its number
        self.is_speech = []  # by number
        self.n_questions = 0
        self.asked = []  # when the end of each was said
        self._running = True

    def _say(self, chunk):
        number = len(self.is_speech)
        sound = array.array('h', chunk)
        for i in range(DIGITS):
            sound[i] = number // 5 ** i % 5 - 2
        self.said[sound.tobytes()] = number
        self.is_speech.append(max(map(abs, chunk)) > LOUD)
        self._end.sendall(sound.tobytes())
        time.sleep(max(0, self._began + (number + 1) * 0.02 - time.monotonic()))

    def _wait(self, condition, timeout):
        end = time.monotonic() + timeout
        while self._running and not condition() and time.monotonic() < end:
            self._say(SILENCE)

    def ask(self, question):
        self.n_questions += 1
        for chunk in question:
            self._say(chunk)
        self.asked.append(time.monotonic())

    def run(self):
        self._began = time.monotonic()
        while self._running:
            known = self._count_answers()
            self.ask(self._question)
            self._wait(lambda: self._count_answers() > known, self._patience)
            self._wait(lambda: False, self._pause)

    def stop(self):
        self._running = False
        self.join()


class Listener(threading.Thread):
    """Keeps what the speaker would have played, and when."""

    def __init__(self, end):
        super().__init__(daemon=True)
        self._end = end
        self.heard = bytearray()
        self.times = []  # (monotonic, bytes until then)

    def run(self):
        while True:
            try:
                block = self._end.recv(65536)
            except OSError:
                return
            if not block:
                return
            self.heard.extend(block)
            self.times.append((time.monotonic(), len(self.heard)))


class Seams:
    """A conversation; `link` is the text of the group [link], `options` are those of the engine, `person` makes who speaks."""

    def __init__(self, link, *options, person=Person):
        self.tap = EngineTap(BUILD, *options)
        self._read = self._answers = 0
        self.daemon = Daemon(BUILD, f'[profile default]\nendpoint = {self.tap.url}\naudio = fd\n[link]\n{link}\n')
        self.client = self.daemon.connect()
        self.client.session('Subscribe', '(as)', ['warnings', 'state', 'transcript'])
        self._ends = [self._open('OpenAudioInput'), self._open('OpenAudioOutput')]
        self.person = person(self._ends[0], self.n_answers)
        self.listener = Listener(self._ends[1])

    def _open(self, method):
        _, descriptors = self.client.call_with_fds('/org/livevoice/LiveVoice1/default', 'Media', method, '(a{sv})', {})
        return socket.socket(fileno=descriptors[0])

    def start(self):
        self.client.session('Start', '(a{sv})', {})
        self.client.wait_state('listening')
        self.listener.start()
        self.person.start()

    def stop(self):
        """Lets what was said arrive and what was answered be heard; then all is over."""
        self.person.stop()
        wait_until(lambda: self.client.get('State') == 'listening' and len(self.listener.heard) >= len(self.tap.pcm()),
                   20, 'end of the answer')
        self.client.session('Stop')
        self.listener.join(10)

    def close(self):
        clean = self.daemon.stop()
        self.tap.stop()
        for end in self._ends:
            end.close()
        self.daemon.remove()
        assert clean

    # --- what came of it ---

    def n_answers(self):
        while self._read < len(self.tap.received):
            self._answers += bool(self.tap.received[self._read].get('serverContent', {}).get('turnComplete'))
            self._read += 1
        return self._answers

    def n_rotations(self):
        return sum('handle' in message.get('setup', {}).get('sessionResumption', {}) for message in list(self.tap.sent))

    def _sound(self):
        """(time, connection, number of the chunk) of each that the engine received."""
        arrived = []
        for when, connection, is_sent, message in self.tap.log:
            data = message.get('realtimeInput', {}).get('audio', {}).get('data') if is_sent else None
            if data is not None:
                arrived.append((when, connection, self.person.said[base64.b64decode(data)]))
        return arrived

    def gaps(self):
        """Milliseconds from the last sound over one connection to the first over the next."""
        sound = self._sound()
        return [1000 * (b[0] - a[0]) for a, b in zip(sound, sound[1:]) if a[1] != b[1]]

    def lost(self):
        """(of speech, at all) in milliseconds: what the engine never received."""
        arrived = {number for _, _, number in self._sound()}
        missing = set(range(max(arrived) + 1)) - arrived
        return 20 * sum(self.person.is_speech[number] for number in missing), 20 * len(missing)

    def repeated(self):
        numbers = [number for _, _, number in self._sound()]
        return 20 * (len(numbers) - len(set(numbers)))

    def is_in_order(self):
        """Over one connection; what is said again goes on where it began anew."""
        sound = self._sound()
        return all(b[2] > a[2] for a, b in zip(sound, sound[1:]) if a[1] == b[1])

    def speaker_pauses(self):
        """Milliseconds in which the speaker was given nothing although there was more of the answer to play."""
        sent_times, sent_bytes, total = [], [], 0
        for when, _, is_sent, message in self.tap.log:
            for part in () if is_sent else message.get('serverContent', {}).get('modelTurn', {}).get('parts', ()):
                total += len(base64.b64decode(part.get('inlineData', {}).get('data', '')))
                sent_times.append(when)
                sent_bytes.append(total)
        pauses = [0]
        for (before, heard), (now, _) in zip(self.listener.times, self.listener.times[1:]):
            at = bisect.bisect_right(sent_times, before) - 1
            if at >= 0 and sent_bytes[at] - heard > 100 * BYTES_OUT_PER_MS:
                pauses.append(1000 * (now - before))
        return pauses

    def is_answer_whole(self):
        return bytes(self.listener.heard) == self.tap.pcm()

    def warnings(self):
        return [warning[0] for warning in self.client.since(0, 'Warning')]

    def report(self):
        gaps = sorted(self.gaps()) or [0]
        speech, all_sound = self.lost()
        return '\n'.join((
            f'rotations                        {self.n_rotations()}',
            f'questions asked, turns answered  {self.person.n_questions}, {self.n_answers()}',
            f'user speech lost                 {speech} ms (of all sound: {all_sound} ms, sent twice: {self.repeated()} ms)',
            f'gap in the uplink                median {statistics.median(gaps):.0f} ms, 99 % {gaps[len(gaps) * 99 // 100]:.0f} ms, '
            f'longest {gaps[-1]:.0f} ms',
            f'voice                            {len(self.listener.heard) // BYTES_OUT_PER_MS / 1000:.1f} s, '
            f'{"bit by bit what the engine sent" if self.is_answer_whole() else "NOT what the engine sent"}, '
            f'longest pause {max(self.speaker_pauses()):.0f} ms',
            f'warnings                         {", ".join(sorted(set(self.warnings()))) or "none"}'))


def run(n_rotations, link, *options, timeout=60):
    seams = Seams(link, *options)
    try:
        seams.start()
        wait_until(lambda: seams.n_rotations() >= n_rotations, timeout, f'{n_rotations} changes of the connection')
        seams.stop()
    except BaseException:
        seams.close()
        raise
    return seams
