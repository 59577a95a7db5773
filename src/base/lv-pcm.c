/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-pcm.h"

#include <math.h>

#define FULL_SCALE 32768.0

gint64
lv_pcm_frames_to_us (guint64 frames, guint rate)
{
  return (gint64) (frames * G_USEC_PER_SEC / rate);
}

guint64
lv_pcm_us_to_frames (gint64 us, guint rate)
{
  return (guint64) us * rate / G_USEC_PER_SEC;
}

gint16
lv_pcm_from_float (float sample)
{
  return lrintf (CLAMP (sample, (float) G_MININT16, (float) G_MAXINT16));
}

double
lv_pcm_peak (const gint16 *samples, gsize n_samples)
{
  int peak = 0;

  for (gsize i = 0; i < n_samples; i++)
    peak = MAX (peak, ABS ((int) samples[i]));
  return peak / FULL_SCALE;
}

double
lv_pcm_rms (const gint16 *samples, gsize n_samples)
{
  guint64 sum = 0; /* exact, so in any order: the compiler may add several at once */

  for (gsize i = 0; i < n_samples; i++)
    sum += (guint32) (samples[i] * samples[i]);
  return n_samples > 0 ? sqrt ((double) sum / n_samples) / FULL_SCALE : 0.0;
}
