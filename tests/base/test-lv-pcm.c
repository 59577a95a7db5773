/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-pcm.h"

static void
test_time (void)
{
  g_assert_cmpint (lv_pcm_frames_to_us (LV_CHUNK_FRAMES, LV_RATE_IN), ==, LV_CHUNK_MS * 1000);
  g_assert_cmpuint (lv_pcm_us_to_frames (G_USEC_PER_SEC, LV_RATE_OUT), ==, LV_RATE_OUT);
  /* a day of audio does not overflow */
  g_assert_cmpint (lv_pcm_frames_to_us (86400ull * LV_RATE_OUT, LV_RATE_OUT), ==,
                   86400ll * G_USEC_PER_SEC);
}

static void
test_levels (void)
{
  const gint16 square[] = { G_MININT16, 16384, -16384, 0 };

  g_assert_cmpfloat (lv_pcm_peak (square, 4), ==, 1.0);
  g_assert_cmpfloat_with_epsilon (lv_pcm_rms (square, 4), 0.6123724, 1e-6);
  g_assert_cmpfloat (lv_pcm_peak (NULL, 0), ==, 0.0);
  g_assert_cmpfloat (lv_pcm_rms (NULL, 0), ==, 0.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pcm/time", test_time);
  g_test_add_func ("/pcm/levels", test_levels);
  return g_test_run ();
}
