/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-resampler.h"

#include <math.h>

#define RATE_IN 22050
#define RATE_OUT 24000
#define N_IN RATE_IN

static GArray *
resample_tone (double hz, gsize piece)
{
  g_autoptr (LvResampler) resampler = lv_resampler_new (RATE_IN, RATE_OUT);
  GArray *out = g_array_new (FALSE, FALSE, sizeof (float));
  g_autofree gint16 *tone = g_new (gint16, N_IN);

  for (guint i = 0; i < N_IN; i++)
    tone[i] = lrint (10000 * sin (2 * G_PI * hz * i / RATE_IN));
  for (gsize at = 0; at < N_IN; at += piece)
    lv_resampler_push (resampler, tone + at, MIN (piece, N_IN - at), 1.0f, out);
  return out;
}

/* Amplitude of the tone of @hz in the middle of @sound, and what is left without it (both of 10000). */
static void
measure (GArray *sound, double hz, double *ret_tone, double *ret_rest)
{
  guint start = 2000, n = 19200;
  double c = 0, s = 0, rest = 0;

  for (guint i = 0; i < n; i++)
    {
      double value = g_array_index (sound, float, start + i);

      c += value * cos (2 * G_PI * hz * i / RATE_OUT) * 2 / n;
      s += value * sin (2 * G_PI * hz * i / RATE_OUT) * 2 / n;
    }
  for (guint i = 0; i < n; i++)
    {
      double angle = 2 * G_PI * hz * i / RATE_OUT;
      double error = g_array_index (sound, float, start + i) - c * cos (angle) - s * sin (angle);

      rest += error * error / n;
    }
  *ret_tone = sqrt (c * c + s * s);
  *ret_rest = sqrt (rest);
}

/* Tones of whole periods in the window: the level stays, and nothing is added that could be heard. */
static void
test_tones (void)
{
  static const double tones[] = { 100, 1000, 4000, 8000, 9000 };

  for (guint i = 0; i < G_N_ELEMENTS (tones); i++)
    {
      g_autoptr (GArray) out = resample_tone (tones[i], 1000);
      double tone, rest;

      measure (out, tones[i], &tone, &rest);
      g_test_message ("%.0f Hz: level %.3f dB, rest %.1f dB", tones[i], 20 * log10 (tone / 10000),
                      20 * log10 (rest / 10000));
      g_assert_cmpfloat_with_epsilon (20 * log10 (tone / 10000), 0.0, 0.5);
      g_assert_cmpfloat (20 * log10 (rest / 10000), <, -60.0);
    }
}

static void
test_length_and_pieces (void)
{
  g_autoptr (GArray) whole = resample_tone (440, N_IN);
  g_autoptr (GArray) pieces = resample_tone (440, 7);

  g_assert_cmpuint (whole->len, ==, RATE_OUT);
  g_assert_cmpuint (pieces->len, ==, RATE_OUT);
  for (guint i = 0; i < whole->len; i++)
    g_assert_cmpfloat (g_array_index (whole, float, i), ==, g_array_index (pieces, float, i));
}

static void
test_constant (void)
{
  static const gint16 ones[2000] = { [0 ... 1999] = 1000 };
  g_autoptr (LvResampler) resampler = lv_resampler_new (RATE_IN, RATE_OUT);
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (float));

  lv_resampler_push (resampler, ones, G_N_ELEMENTS (ones), 2.0f, out);
  for (guint i = 2 * LV_RESAMPLER_TAPS; i < out->len; i++)
    g_assert_cmpfloat_with_epsilon (g_array_index (out, float, i), 2000.0, 0.01);
}

/* What the lower rate cannot carry must not come back as another tone; what it can must stay. */
static double
decimate_tone (guint rate_in, guint rate_out, double hz)
{
  g_autoptr (LvResampler) resampler = lv_resampler_new (rate_in, rate_out);
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (float));
  g_autofree gint16 *tone = g_new (gint16, rate_in);
  double sum = 0;

  for (guint i = 0; i < rate_in; i++)
    tone[i] = lrint (10000 * sin (2 * G_PI * hz * i / rate_in));
  lv_resampler_push (resampler, tone, rate_in, 1.0f, out);
  g_assert_cmpuint (out->len, ==, rate_out);
  for (guint i = 200; i < out->len; i++)
    sum += g_array_index (out, float, i) * g_array_index (out, float, i);
  return 20 * log10 (sqrt (2 * sum / (out->len - 200)) / 10000 + 1e-9);
}

static void
test_decimation (void)
{
  static const guint rates[] = { 22050, 24000, 32000, 44100, 48000 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_assert_cmpfloat_with_epsilon (decimate_tone (rates[i], 16000, 1000), 0.0, 0.1);
      g_assert_cmpfloat_with_epsilon (decimate_tone (rates[i], 16000, 6000), 0.0, 0.5);
      g_assert_cmpfloat (decimate_tone (rates[i], 16000, 10500), <, -60.0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resampler/tones", test_tones);
  g_test_add_func ("/resampler/length-and-pieces", test_length_and_pieces);
  g_test_add_func ("/resampler/constant", test_constant);
  g_test_add_func ("/resampler/decimation", test_decimation);
  return g_test_run ();
}
