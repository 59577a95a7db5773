/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-timeline.h"

#include <math.h>

#define RATE 24000
#define MS G_GINT64_CONSTANT (1000000)
#define FRAMES_PER_MS (RATE / 1000)

static void
add (LvTimeline *timeline, gint64 at_ms, guint64 index, guint n_frames, float energy, gint64 now_ms)
{
  const LvPlayoutSpan span = { at_ms * MS, index, n_frames, energy };

  lv_timeline_add (timeline, &span, now_ms * MS);
}

static void
test_delay (void)
{
  g_autoptr (LvTimeline) timeline = lv_timeline_new (RATE);

  g_assert_cmpuint (lv_timeline_get_heard (timeline, 0), ==, 0);
  g_assert_cmpint (lv_timeline_get_end (timeline), ==, 0);
  /* two cycles of 10 ms, handed over at 100 ms, that reach the ear 200 ms later */
  add (timeline, 300, 0, 240, 0.0f, 100);
  add (timeline, 310, 240, 240, 0.0f, 110);
  g_assert_cmpuint (lv_timeline_get_heard (timeline, 299 * MS), ==, 0);
  g_assert_cmpuint (lv_timeline_get_heard (timeline, 305 * MS), ==, 5 * FRAMES_PER_MS);
  g_assert_cmpuint (lv_timeline_get_heard (timeline, 319 * MS), ==, 19 * FRAMES_PER_MS);
  g_assert_cmpint (lv_timeline_get_end (timeline), ==, 320 * MS);
  g_assert_cmpuint (lv_timeline_get_heard (timeline, 1000 * MS), ==, 480);
}

/* Silence between two spans does not count; what a flush threw away does. */
static void
test_gaps (void)
{
  g_autoptr (LvTimeline) timeline = lv_timeline_new (RATE);

  add (timeline, 100, 0, 240, 0.0f, 100);
  add (timeline, 200, 1000, 240, 0.0f, 105);
  g_assert_cmpuint (lv_timeline_get_heard (timeline, 150 * MS), ==, 240);
  g_assert_cmpuint (lv_timeline_get_heard (timeline, 201 * MS), ==, 1000 + FRAMES_PER_MS);
}

static void
test_never_back (void)
{
  g_autoptr (LvTimeline) timeline = lv_timeline_new (RATE);

  add (timeline, 100, 0, 480, 0.0f, 100);
  g_assert_cmpuint (lv_timeline_get_heard (timeline, 115 * MS), ==, 15 * FRAMES_PER_MS);
  g_assert_cmpuint (lv_timeline_get_heard (timeline, 105 * MS), ==, 15 * FRAMES_PER_MS);
  /* the device's delay grew: its start is heard again later, the position waits */
  add (timeline, 200, 480, 480, 0.0f, 120);
  g_assert_cmpuint (lv_timeline_get_heard (timeline, 150 * MS), ==, 480);
}

static void
test_level (void)
{
  g_autoptr (LvTimeline) timeline = lv_timeline_new (RATE);

  add (timeline, 100, 0, 20 * FRAMES_PER_MS, 0.25f, 90);
  g_assert_cmpfloat (lv_timeline_get_level (timeline, 95 * MS), ==, 0.0);
  g_assert_cmpfloat_with_epsilon (lv_timeline_get_level (timeline, 110 * MS), sqrt (0.125), 1e-6);
  g_assert_cmpfloat_with_epsilon (lv_timeline_get_level (timeline, 120 * MS), 0.5, 1e-6);
  g_assert_cmpfloat (lv_timeline_get_level (timeline, 140 * MS), ==, 0.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/delay", test_delay);
  g_test_add_func ("/timeline/gaps", test_gaps);
  g_test_add_func ("/timeline/never-back", test_never_back);
  g_test_add_func ("/timeline/level", test_level);
  return g_test_run ();
}
