/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-resampler.h"

#include <math.h>
#include <string.h>

#define KAISER_BETA 8.0 /* about 80 dB of stop band */
#define PASS_BAND 0.93  /* of the lower Nyquist frequency */

struct _LvResampler {
  guint n_phases; /* output steps for one input sample */
  guint step;     /* phases from one output sample to the next */
  guint n_taps;   /* input samples that an output sample looks at */
  guint phase;
  guint position;      /* where the next input goes in the past */
  float *past;         /* the last n_taps inputs, twice, so that they can be read in a row */
  float *coefficients; /* n_phases rows of n_taps, the oldest input first */
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

/* @x: input samples from the centre of @n_taps. @cutoff: of the input's Nyquist frequency. */
static double
windowed_sinc (double x, guint n_taps, double cutoff)
{
  double at = x / (n_taps / 2.0);
  double window = fabs (at) < 1.0
                      ? bessel_i0 (KAISER_BETA * sqrt (1 - at * at)) / bessel_i0 (KAISER_BETA)
                      : 0.0;
  double angle = G_PI * cutoff * x;

  return window * cutoff * (fabs (angle) < 1e-9 ? 1.0 : sin (angle) / angle);
}

static void
fill_coefficients (LvResampler *self, double cutoff)
{
  for (guint phase = 0; phase < self->n_phases; phase++)
    {
      float *row = self->coefficients + (gsize) phase * self->n_taps;
      double sum = 0.0;

      for (guint i = 0; i < self->n_taps; i++)
        sum += row[i] = windowed_sinc (
            i - (self->n_taps / 2.0 - 1) - (double) phase / self->n_phases, self->n_taps, cutoff);
      /* each phase passes DC alike, else a tone of the phase rate would be heard */
      for (guint i = 0; i < self->n_taps; i++)
        row[i] /= sum;
    }
}

LvResampler *
lv_resampler_new (guint rate_in, guint rate_out)
{
  LvResampler *self = g_new0 (LvResampler, 1);
  guint divisor = greatest_common_divisor (rate_in, rate_out);

  self->n_phases = rate_out / divisor;
  self->step = rate_in / divisor;
  /* as many of the slower side, else the filter would be too short to be steep */
  self->n_taps = LV_RESAMPLER_TAPS * MAX (1, (rate_in + rate_out - 1) / rate_out);
  self->past = g_new0 (float, 2 * self->n_taps);
  self->coefficients = g_new (float, (gsize) self->n_phases * self->n_taps);
  fill_coefficients (self, PASS_BAND * MIN (1.0, (double) rate_out / rate_in));
  return self;
}

void
lv_resampler_free (LvResampler *self)
{
  g_free (self->past);
  g_free (self->coefficients);
  g_free (self);
}

void
lv_resampler_reset (LvResampler *self)
{
  memset (self->past, 0, 2 * self->n_taps * sizeof *self->past);
  self->phase = self->position = 0;
}

static float
filter (const LvResampler *self)
{
  const float *row = self->coefficients + (gsize) self->phase * self->n_taps;
  const float *past = self->past + self->position;
  float sum = 0.0f;

  for (guint i = 0; i < self->n_taps; i++)
    sum += row[i] * past[i];
  return sum;
}

void
lv_resampler_push (LvResampler *self, const gint16 *samples, gsize n_samples, float gain,
                   GArray *out)
{
  for (gsize i = 0; i < n_samples; i++)
    {
      self->past[self->position] = self->past[self->position + self->n_taps] = samples[i] * gain;
      self->position = (self->position + 1) % self->n_taps;
      for (; self->phase < self->n_phases; self->phase += self->step)
        {
          float value = filter (self);

          g_array_append_val (out, value);
        }
      self->phase -= self->n_phases;
    }
}
