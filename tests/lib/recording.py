# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures a stereo recording: the microphone on the left, what the speaker played on the right, one clock."""
import array
import sys
import wave

WINDOW = 0.002  # seconds; the resolution of every time here
AUDIBLE = 200   # of 32767, about -44 dBFS
ROUNDING = 1e-6  # windows: a time that was computed with may be a little before its own


class Channel:
    def __init__(self, samples, rate):
        self.rate = rate
        self.window = max(1, int(rate * WINDOW))
        self.peaks = [max(max(block), -min(block))
                      for block in (samples[i:i + self.window] for i in range(0, len(samples), self.window))]

    def _index(self, seconds):
        return int(seconds * self.rate / self.window + ROUNDING)

    def _time(self, index):
        return index * self.window / self.rate

    @property
    def duration(self):
        return self._time(len(self.peaks))

    def first_audible(self, after=0.0):
        """Time of the first audible sample from `after` on, None when there is none."""
        for index in range(self._index(after), len(self.peaks)):
            if self.peaks[index] > AUDIBLE:
                return self._time(index)
        return None

    def last_audible(self, before=None):
        """Time at which the last audible sound before `before` ends."""
        end = len(self.peaks) if before is None else min(len(self.peaks), self._index(before))
        for index in range(end - 1, -1, -1):
            if self.peaks[index] > AUDIBLE:
                return self._time(index + 1)
        return None

    def segments(self, gap=0.3):
        """(begin, end) of each stretch of sound; silence shorter than `gap` does not end one."""
        found = []
        for index, peak in enumerate(self.peaks):
            if peak <= AUDIBLE:
                continue
            now = self._time(index)
            if found and now - found[-1][1] < gap:
                found[-1][1] = self._time(index + 1)
            else:
                found.append([now, self._time(index + 1)])
        return [tuple(segment) for segment in found]

    def is_silent(self, begin, end):
        return not any(peak > AUDIBLE for peak in self.peaks[self._index(begin):self._index(end)])


class Recording:
    def __init__(self, path):
        with wave.open(str(path)) as file:
            if file.getnchannels() != 2 or file.getsampwidth() != 2:
                raise ValueError(f'{path}: not a 16-bit stereo recording')
            samples = array.array('h', file.readframes(file.getnframes()))
            if sys.byteorder == 'big':
                samples.byteswap()
            self.microphone = Channel(samples[0::2], file.getframerate())
            self.speaker = Channel(samples[1::2], file.getframerate())
