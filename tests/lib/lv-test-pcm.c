/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test-pcm.h"

#include "lib/lv-test-wav.h"

#include <math.h>

#define RATE 16000

GArray *
lv_test_pcm_new (void)
{
  return g_array_new (FALSE, TRUE, sizeof (gint16));
}

void
lv_test_pcm_add_silence (GArray *pcm, guint ms)
{
  g_array_set_size (pcm, pcm->len + ms * (RATE / 1000));
}

static gint16
to_sample (double value)
{
  return (gint16) CLAMP (lrint (value), G_MININT16, G_MAXINT16);
}

void
lv_test_pcm_add_speech (GArray *pcm, const char *name, double gain_db)
{
  g_autoptr (GBytes) wav = lv_test_read_wav (name);
  const double gain = pow (10.0, gain_db / 20.0);
  gsize size;
  const gint16 *samples = g_bytes_get_data (wav, &size);

  for (gsize i = 0; i < size / sizeof *samples; i++)
    {
      const gint16 sample = to_sample (samples[i] * gain);

      g_array_append_val (pcm, sample);
    }
}

/* White noise of the power 1. */
static double
white (GRand *random)
{
  return g_rand_double_range (random, -1.0, 1.0) * sqrt (3.0);
}

/* Three poles that together fall by about 3 dB an octave; @state holds three values. Power about 1. */
static double
pink (GRand *random, double *state)
{
  const double in = white (random);

  state[0] = 0.997 * state[0] + 0.029591 * in;
  state[1] = 0.985 * state[1] + 0.032534 * in;
  state[2] = 0.950 * state[2] + 0.048056 * in;
  return 3.2 * (state[0] + state[1] + state[2] + 0.05 * in);
}

static double
hum (double s)
{
  return sin (2 * G_PI * 50 * s) + 0.3 * sin (2 * G_PI * 150 * s) + 0.1 * sin (2 * G_PI * 250 * s);
}

static double
noise_at (LvNoise noise, guint i, GRand *random, double *state)
{
  const double s = (double) i / RATE;
  const guint ms = i / (RATE / 1000);

  switch (noise)
    {
    case LV_NOISE_WHITE:
      return white (random);
    case LV_NOISE_PINK:
      return pink (random, state);
    case LV_NOISE_HUM:
      return hum (s);
    case LV_NOISE_CLICKS:
      return ms % 400 < 4 ? white (random) : 0.0;
    case LV_NOISE_KNOCKS:
      return ms % 500 < 150 ? sin (2 * G_PI * 300 * s) * exp ((ms % 500) / -15.0) : 0.0;
    case LV_NOISE_BREATH:
      return ms % 1500 < 700 ? pink (random, state) * sin (G_PI * (ms % 1500) / 700.0) : 0.0;
    case LV_NOISE_NONE:
    default:
      return 0.0;
    }
}

void
lv_test_pcm_mix_noise (GArray *pcm, LvNoise noise, double rms_db, guint from_ms)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  const double gain = 32768.0 * pow (10.0, rms_db / 20.0);
  double state[3] = { 0.0 };

  for (guint i = from_ms * (RATE / 1000); i < pcm->len; i++)
    {
      gint16 *sample = &g_array_index (pcm, gint16, i);

      *sample = to_sample (*sample + gain * noise_at (noise, i, random, state));
    }
}
