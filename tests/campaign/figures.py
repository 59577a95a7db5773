# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it took from a fault until everything was well again, by kind of fault."""
import collections
import statistics


class Figures:
    def __init__(self):
        self._times = collections.defaultdict(list)
        self._lost = collections.Counter()
        self._worst = collections.Counter()
        self._missed = collections.Counter()

    def add(self, kind, seconds, lost_ms):
        self._times[kind].append(seconds)
        self._lost[kind] += lost_ms
        self._worst[kind] = max(self._worst[kind], lost_ms)

    def miss(self, kind):
        """One that was asked for and did not happen."""
        self._missed[kind] += 1

    def print(self, kinds):
        print('\nkind       fired  not fired  median/s  p99/s  longest/s  speech lost/ms  at most/ms')
        for kind in (*kinds, 'planned'):
            times = sorted(self._times[kind])
            if times:
                print(f'{kind:10} {len(times):5} {self._missed[kind]:10} {statistics.median(times):9.2f} '
                      f'{percentile(times, 0.99):6.2f} {times[-1]:10.2f} {self._lost[kind]:15} {self._worst[kind]:11}')


def percentile(ordered, share):
    """Of a sorted list: the smallest value that this share does not exceed."""
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]
