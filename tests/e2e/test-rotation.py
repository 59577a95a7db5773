#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections end; the conversation does not. A person asks the engine while the link to it changes at its age limit:
the engine gets every sample that was said, in order, and the person hears every sample of the answers. With a number
(test-rotation.py 100) it changes that often, and prints what was measured."""
import pathlib
import statistics
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))
import seam  # noqa: E402

N = 4
STALE = 900  # ms; silence from longer ago is not sent


class Rotation(unittest.TestCase):
    def test_at_the_age_limit(self):
        seams = seam.run(N, 'max-age-s = 1')
        self.addCleanup(seams.close)
        speech, all_sound = seams.lost()
        self.assertEqual(speech, 0, seams.report())
        if max(seams.gaps()) < STALE:  # on a busy machine it may be longer
            self.assertEqual(all_sound, 0, seams.report())
        self.assertTrue(seams.is_in_order(), seams.report())
        self.assertTrue(seams.is_answer_whole(), seams.report())
        self.assertGreater(len(seams.listener.heard), 0)
        self.assertLess(statistics.median(seams.gaps()), 1000, seams.report())  # of a busy machine
        self.assertEqual(seams.warnings(), [])
        self.assertEqual(seams.client.since(0, 'Interrupted'), [])


def main(n_rotations):
    seams = seam.run(n_rotations, 'max-age-s = 1', timeout=20 * n_rotations)
    print(seams.report())
    seams.close()


if len(sys.argv) > 1 and sys.argv[1].isdigit():
    main(int(sys.argv[1]))
else:
    unittest.main(verbosity=2)
