/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-jitter.h"

static void
play_well (LvJitter *jitter, guint left_ms)
{
  lv_jitter_begin (jitter);
  lv_jitter_note_arrival (jitter, left_ms, 40);
  lv_jitter_end (jitter);
}

static void
play_badly (LvJitter *jitter, guint gap_ms)
{
  lv_jitter_begin (jitter);
  lv_jitter_note_underrun (jitter, gap_ms);
  lv_jitter_end (jitter);
}

static void
test_first (void)
{
  g_autoptr (LvJitter) jitter = lv_jitter_new ();

  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==, LV_JITTER_FIRST_MS);
  lv_jitter_end (jitter);
  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==, LV_JITTER_FIRST_MS);
}

/* At once, and by as much as was missing. */
static void
test_grows (void)
{
  g_autoptr (LvJitter) jitter = lv_jitter_new ();

  lv_jitter_begin (jitter);
  lv_jitter_note_underrun (jitter, 100);
  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==,
                    LV_JITTER_FIRST_MS + 100 + LV_JITTER_MARGIN_MS);
  lv_jitter_begin (jitter);
  lv_jitter_note_underrun (jitter, 10);
  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==,
                    LV_JITTER_FIRST_MS + 110 + 2 * LV_JITTER_MARGIN_MS);
  lv_jitter_note_underrun (jitter, G_MAXUINT);
  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==, LV_JITTER_MAX_MS);
}

/* A stall is remembered for a while, then forgotten in small steps. */
static void
test_shrinks (void)
{
  g_autoptr (LvJitter) jitter = lv_jitter_new ();
  guint before, now = LV_JITTER_MAX_MS, n = 0;

  play_badly (jitter, 1750);
  for (guint i = 1; i < LV_JITTER_MEMORY; i++)
    {
      play_well (jitter, 1000);
      g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==, LV_JITTER_MAX_MS);
    }
  while (now > LV_JITTER_MIN_MS)
    {
      before = now;
      play_well (jitter, 1000);
      now = lv_jitter_get_preroll_ms (jitter);
      g_assert_cmpuint (now, <, before);
      g_assert_cmpuint (before - now, <=, LV_JITTER_SHRINK_MS);
      n++;
    }
  g_assert_cmpuint (n, ==, (LV_JITTER_MAX_MS - LV_JITTER_MIN_MS) / LV_JITTER_SHRINK_MS);
  play_well (jitter, 1000);
  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==, LV_JITTER_MIN_MS);
}

/* It settles on what was just enough and a little more, and stays there. */
static void
test_settles (void)
{
  g_autoptr (LvJitter) jitter = lv_jitter_new ();
  const guint need_ms = 150;
  guint preroll, n_underruns = 0;

  for (guint i = 0; i < 100; i++)
    {
      preroll = lv_jitter_get_preroll_ms (jitter);
      lv_jitter_begin (jitter);
      if (preroll < need_ms)
        {
          n_underruns++;
          lv_jitter_note_underrun (jitter, need_ms - preroll);
        }
      else
        lv_jitter_note_arrival (jitter, preroll - need_ms, 40);
      lv_jitter_end (jitter);
    }
  g_assert_cmpuint (n_underruns, ==, 1);
  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==, need_ms + LV_JITTER_MARGIN_MS);
}

/* One long answer teaches as much as many short ones. */
static void
test_long_answer (void)
{
  g_autoptr (LvJitter) jitter = lv_jitter_new ();

  play_badly (jitter, 1750);
  lv_jitter_begin (jitter);
  for (guint i = 0; i < 60 * 5000; i += 40)
    lv_jitter_note_arrival (jitter, 5000, 40);
  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==, LV_JITTER_MIN_MS);
  lv_jitter_note_underrun (jitter, 0);
  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==, LV_JITTER_MAX_MS);
}

/* What comes while nothing is played says nothing. */
static void
test_ignored (void)
{
  g_autoptr (LvJitter) jitter = lv_jitter_new ();

  lv_jitter_note_arrival (jitter, 0, 100000);
  lv_jitter_note_underrun (jitter, 1000);
  lv_jitter_end (jitter);
  g_assert_cmpuint (lv_jitter_get_preroll_ms (jitter), ==, LV_JITTER_FIRST_MS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jitter/first", test_first);
  g_test_add_func ("/jitter/grows", test_grows);
  g_test_add_func ("/jitter/shrinks", test_shrinks);
  g_test_add_func ("/jitter/settles", test_settles);
  g_test_add_func ("/jitter/long-answer", test_long_answer);
  g_test_add_func ("/jitter/ignored", test_ignored);
  return g_test_run ();
}
