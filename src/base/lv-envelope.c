/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-envelope.h"

#include "base/lv-pcm.h"

#include <math.h>

#define FULL_SCALE 32768.0
#define SQRT_3 1.7320508075688772 /* peak over RMS of noise with equally likely samples */

static gsize
get_step_samples (guint rate)
{
  return (gsize) rate * LV_ENVELOPE_STEP_MS / 1000;
}

guint
lv_envelope_count (guint64 n_samples, guint rate)
{
  gsize n = get_step_samples (rate);

  return (guint) ((n_samples + n - 1) / n);
}

LvEnvelopeStep
lv_envelope_measure (const gint16 *samples, gsize n_samples, guint rate, guint step)
{
  gsize first = step * get_step_samples (rate);
  gsize n = MIN (get_step_samples (rate), n_samples - first);

  return (LvEnvelopeStep){ .rms = (guint16) lrint (lv_pcm_rms (samples + first, n) * FULL_SCALE),
                           .peak =
                               (guint16) lrint (lv_pcm_peak (samples + first, n) * FULL_SCALE) };
}

/* Equally likely numbers from -1 to 1. */
static double
next_noise (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return (gint32) *state / 2147483648.0;
}

void
lv_envelope_render (const LvEnvelopeStep *steps, gint16 *samples, gsize n_samples, guint rate)
{
  gsize n_step = get_step_samples (rate);
  guint32 state = 1;

  for (gsize i = 0; i < n_samples; i++)
    {
      const LvEnvelopeStep *step = &steps[i / n_step];
      double sample = next_noise (&state) * SQRT_3 * step->rms;

      samples[i] =
          (gint16) lrint (CLAMP (sample, -(double) step->peak, MIN (step->peak, G_MAXINT16)));
    }
}
