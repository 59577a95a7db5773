/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether somebody seems to speak, told from the level of the microphone alone: a hint for the eye,
 * so that a person sees that they are heard while the server, which decides, says nothing yet. No
 * turn depends on it. Pure; one call for each chunk of LV_CHUNK_MS.
 */
#pragma once

#include <glib.h>

#define LV_LOUDNESS_MIN 0.006 /* RMS, -44 dBFS: quieter is nobody */
#define LV_LOUDNESS_RATIO 3.5 /* above the noise of the room, 11 dB */
#define LV_LOUDNESS_ATTACK_MS 100
#define LV_LOUDNESS_RELEASE_MS                                                                     \
  1000 /* longer than pauses between words, about what servers wait too */

typedef struct {
  double floor; /* noise of the room, RMS; 0: not known yet */
  guint n_loud; /* recent loud chunks less quiet ones */
  guint hold;   /* chunks until it is over */
} LvLoudness;

/* What the microphone hears now is not to be judged: our own voice plays, or it was just opened. */
void lv_loudness_reset (LvLoudness *loudness);

/* @rms: 0.0 to 1.0. TRUE while somebody seems to speak. */
gboolean lv_loudness_feed (LvLoudness *loudness, double rms);
