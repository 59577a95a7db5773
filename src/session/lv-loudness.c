/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-loudness.h"

#include "base/lv-pcm.h"

#define ATTACK (LV_LOUDNESS_ATTACK_MS / LV_CHUNK_MS)
#define RELEASE (LV_LOUDNESS_RELEASE_MS / LV_CHUNK_MS)
#define FLOOR_RISE 1.002 /* a chunk: about a tenth in a second, slower than a sentence is long */
#define FLOOR_FALL 0.5   /* share of the way down */

void
lv_loudness_reset (LvLoudness *loudness)
{
  loudness->n_loud = 0;
  loudness->hold = 0;
}

/* Pauses between words bring the floor down quickly, words lift it hardly. */
static void
follow_noise (LvLoudness *loudness, double rms)
{
  if (loudness->floor <= 0.0)
    loudness->floor = MIN (rms, LV_LOUDNESS_MIN);
  else if (rms < loudness->floor)
    loudness->floor += (rms - loudness->floor) * FLOOR_FALL;
  else
    loudness->floor = MIN (rms, loudness->floor * FLOOR_RISE);
}

gboolean
lv_loudness_feed (LvLoudness *loudness, double rms)
{
  gboolean loud = rms >= MAX (LV_LOUDNESS_MIN, loudness->floor * LV_LOUDNESS_RATIO);

  follow_noise (loudness, rms);
  if (loud)
    loudness->n_loud = MIN (loudness->n_loud + 1, ATTACK);
  else if (loudness->n_loud > 0)
    loudness->n_loud--;

  if (loudness->n_loud == ATTACK)
    loudness->hold = RELEASE;
  else if (loudness->hold > 0)
    loudness->hold--;
  return loudness->hold > 0;
}
