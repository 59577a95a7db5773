/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-intake.h"

#include "base/lv-pcm.h"
#include "lib/lv-test.h"

#include <math.h>

#define TONE_HZ 500
#define PIECES 50

/* 20 ms from @start on of a tone that lasts. */
static LvBlob *
make_piece (guint rate, guint start)
{
  g_autofree char *type = g_strdup_printf ("audio/pcm;rate=%u", rate);
  const guint n = rate / 50;
  g_autofree gint16 *samples = g_new (gint16, n);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < n; i++)
    samples[i] = lrint (10000 * sin (2 * G_PI * TONE_HZ * (start + i) / rate));
  bytes = g_bytes_new (samples, n * sizeof *samples);
  return lv_blob_new (type, bytes);
}

static void
take (LvEngineIntake *intake, const LvBlob *piece, GArray *into)
{
  const gint16 *samples;
  gsize n;

  g_assert_true (lv_engine_intake_read (intake, piece, &samples, &n));
  g_array_append_vals (into, samples, n);
}

/* How far @sound is from the tone, whatever its phase; of 1. */
static double
measure_rest (GArray *sound)
{
  const guint first = 1600, n = 12800;
  double c = 0, s = 0, rest = 0;

  for (guint i = 0; i < n; i++)
    {
      double angle = 2 * G_PI * TONE_HZ * i / LV_RATE_IN;

      c += g_array_index (sound, gint16, first + i) / 10000.0 * cos (angle) * 2 / n;
      s += g_array_index (sound, gint16, first + i) / 10000.0 * sin (angle) * 2 / n;
    }
  for (guint i = 0; i < n; i++)
    {
      double angle = 2 * G_PI * TONE_HZ * i / LV_RATE_IN;

      rest += pow (g_array_index (sound, gint16, first + i) / 10000.0 - c * cos (angle) -
                       s * sin (angle),
                   2);
    }
  g_assert_cmpfloat (fabs (sqrt (c * c + s * s) - 1), <, 0.01);
  return sqrt (rest / n);
}

/* A second stays a second, and the tone the same, in one piece. */
static void
test_rates (void)
{
  static const guint rates[] = { 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_autoptr (LvEngineIntake) intake = lv_engine_intake_new ();
      g_autoptr (GArray) sound = g_array_new (FALSE, FALSE, sizeof (gint16));

      g_test_message ("%u", rates[i]);
      for (guint k = 0; k < PIECES; k++)
        {
          g_autoptr (LvBlob) piece = make_piece (rates[i], k * (rates[i] / 50));

          take (intake, piece, sound);
        }
      g_assert_cmpint (ABS ((int) sound->len - LV_RATE_IN), <, 50); /* 11025 has no whole 20 ms */
      g_assert_cmpfloat (measure_rest (sound), <, 0.001);
    }
}

/* Another rate in the middle, one that nobody uses, and back. */
static void
test_change (void)
{
  static const guint rates[] = { 16000, 48000, 17777, 8000, 16000 };
  g_autoptr (LvEngineIntake) intake = lv_engine_intake_new ();
  g_autoptr (GArray) sound = g_array_new (FALSE, FALSE, sizeof (gint16));

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_autoptr (LvBlob) piece = make_piece (rates[i], 0);

      take (intake, piece, sound);
      g_assert_cmpint (ABS ((int) sound->len - (int) (i + 1) * 320), <, 5);
    }
}

/* Nothing is no mistake. */
static void
test_empty (void)
{
  g_autoptr (LvEngineIntake) intake = lv_engine_intake_new ();
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  static const char *const types[] = { "audio/pcm", "audio/pcm;rate=16000", "audio/pcm;rate=8000" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (LvBlob) blob = lv_blob_new (types[i], nothing);
      const gint16 *samples;
      gsize n;

      g_assert_true (lv_engine_intake_read (intake, blob, &samples, &n));
      g_assert_cmpuint (n, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/intake/rates", test_rates);
  g_test_add_func ("/engine/intake/change", test_change);
  g_test_add_func ("/engine/intake/empty", test_empty);
  return g_test_run ();
}
