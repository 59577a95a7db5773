/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-envelope.h"
#include "base/lv-pcm.h"

#include <math.h>

static void
test_count (void)
{
  g_assert_cmpuint (lv_envelope_count (0, 16000), ==, 0);
  g_assert_cmpuint (lv_envelope_count (1, 16000), ==, 1);
  g_assert_cmpuint (lv_envelope_count (320, 16000), ==, 1);
  g_assert_cmpuint (lv_envelope_count (321, 16000), ==, 2);
  g_assert_cmpuint (lv_envelope_count (48000, 24000), ==, 100);
}

static void
test_measure (void)
{
  gint16 samples[500] = { 0 };

  for (guint i = 320; i < 500; i++)
    samples[i] = i % 2 == 0 ? G_MININT16 : G_MAXINT16;
  g_assert_cmpuint (lv_envelope_measure (samples, 500, 16000, 0).rms, ==, 0);
  g_assert_cmpuint (lv_envelope_measure (samples, 500, 16000, 0).peak, ==, 0);
  g_assert_cmpuint (lv_envelope_measure (samples, 500, 16000, 1).rms, >=, 32767);
  g_assert_cmpuint (lv_envelope_measure (samples, 500, 16000, 1).peak, ==, 32768);
}

static void
test_rendered_is_as_loud (void)
{
  const LvEnvelopeStep steps[] = { { 0, 0 }, { 1000, 32767 }, { 8000, 32768 }, { 500, 900 } };
  gint16 samples[4 * 480];

  lv_envelope_render (steps, samples, G_N_ELEMENTS (samples), 24000);
  for (guint i = 0; i < 4; i++)
    {
      LvEnvelopeStep step = lv_envelope_measure (samples, G_N_ELEMENTS (samples), 24000, i);

      g_assert_cmpint (ABS (step.rms - steps[i].rms), <=, steps[i].rms / 8);
      g_assert_cmpuint (step.peak, <=, steps[i].peak);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envelope/count", test_count);
  g_test_add_func ("/envelope/measure", test_measure);
  g_test_add_func ("/envelope/rendered-is-as-loud", test_rendered_is_as_loud);
  return g_test_run ();
}
