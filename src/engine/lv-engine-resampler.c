/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-resampler.h"

#include <math.h>
#include <string.h>

#define TAPS LV_ENGINE_RESAMPLER_TAPS
#define KAISER_BETA 8.0 /* about 80 dB of stop band */
#define PASS_BAND 0.93  /* of the lower Nyquist frequency */

struct _LvEngineResampler {
  guint n_phases; /* output steps for one input sample */
  guint step;     /* phases from one output sample to the next */
  guint phase;
  guint position;       /* where the next input goes in the past */
  float past[2 * TAPS]; /* the last TAPS inputs, twice, so that they can be read in a row */
  float *coefficients;  /* n_phases rows of TAPS, the oldest input first */
};

static guint
greatest_common_divisor (guint a, guint b)
{
  return b == 0 ? a : greatest_common_divisor (b, a % b);
}

/* Modified Bessel function of the first kind, order 0. */
static double
bessel_i0 (double x)
{
  double sum = 1.0, term = 1.0;

  for (guint k = 1; term > sum * 1e-12; k++)
    {
      term *= (x / (2 * k)) * (x / (2 * k));
      sum += term;
    }
  return sum;
}

/* @x: input samples from the centre. @cutoff: of the input's Nyquist frequency. */
static double
windowed_sinc (double x, double cutoff)
{
  double at = x / (TAPS / 2.0);
  double window = fabs (at) < 1.0
                      ? bessel_i0 (KAISER_BETA * sqrt (1 - at * at)) / bessel_i0 (KAISER_BETA)
                      : 0.0;
  double angle = G_PI * cutoff * x;

  return window * cutoff * (fabs (angle) < 1e-9 ? 1.0 : sin (angle) / angle);
}

static void
fill_coefficients (LvEngineResampler *self, double cutoff)
{
  for (guint phase = 0; phase < self->n_phases; phase++)
    {
      float *row = self->coefficients + phase * TAPS;
      double sum = 0.0;

      for (guint i = 0; i < TAPS; i++)
        sum += row[i] =
            windowed_sinc (i - (TAPS / 2.0 - 1) - (double) phase / self->n_phases, cutoff);
      /* each phase passes DC alike, else a tone of the phase rate would be heard */
      for (guint i = 0; i < TAPS; i++)
        row[i] /= sum;
    }
}

LvEngineResampler *
lv_engine_resampler_new (guint rate_in, guint rate_out)
{
  LvEngineResampler *self = g_new0 (LvEngineResampler, 1);
  guint divisor = greatest_common_divisor (rate_in, rate_out);

  self->n_phases = rate_out / divisor;
  self->step = rate_in / divisor;
  self->coefficients = g_new (float, (gsize) self->n_phases *TAPS);
  fill_coefficients (self, PASS_BAND * MIN (1.0, (double) rate_out / rate_in));
  return self;
}

void
lv_engine_resampler_free (LvEngineResampler *self)
{
  g_free (self->coefficients);
  g_free (self);
}

void
lv_engine_resampler_reset (LvEngineResampler *self)
{
  memset (self->past, 0, sizeof self->past);
  self->phase = self->position = 0;
}

static float
filter (const LvEngineResampler *self)
{
  const float *row = self->coefficients + (gsize) self->phase * TAPS;
  const float *past = self->past + self->position;
  float sum = 0.0f;

  for (guint i = 0; i < TAPS; i++)
    sum += row[i] * past[i];
  return sum;
}

void
lv_engine_resampler_push (LvEngineResampler *self, const gint16 *samples, gsize n_samples,
                          float gain, GArray *out)
{
  for (gsize i = 0; i < n_samples; i++)
    {
      self->past[self->position] = self->past[self->position + TAPS] = samples[i] * gain;
      self->position = (self->position + 1) % TAPS;
      for (; self->phase < self->n_phases; self->phase += self->step)
        {
          float value = filter (self);

          g_array_append_val (out, value);
        }
      self->phase -= self->n_phases;
    }
}
