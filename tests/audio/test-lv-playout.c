/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-playout.h"

#include <stdatomic.h>

#define CYCLE 128
#define N_FRAMES 2000000

static void
write_constant (LvPlayout *playout, gint16 value, guint n)
{
  g_autofree gint16 *frames = g_new (gint16, n);

  for (guint i = 0; i < n; i++)
    frames[i] = value;
  g_assert_cmpuint (lv_playout_write (playout, frames, n), ==, n);
}

static void
test_silence (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  LvPlayoutSpan span;
  gint16 frames[CYCLE] = { 1, 2, 3 };

  g_assert_false (lv_playout_fill_rt (playout, frames, CYCLE, 1000));
  for (guint i = 0; i < CYCLE; i++)
    g_assert_cmpint (frames[i], ==, 0);
  g_assert_false (lv_playout_take_span (playout, &span));
}

static void
test_spans (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  LvPlayoutSpan span;
  gint16 frames[CYCLE];

  write_constant (playout, 16384, CYCLE + 10);
  g_assert_false (lv_playout_fill_rt (playout, frames, CYCLE, 1000));
  g_assert_true (lv_playout_fill_rt (playout, frames, CYCLE, 2000)); /* the last frame left */
  g_assert_cmpint (frames[9], ==, 16384);
  g_assert_cmpint (frames[10], ==, 0);
  g_assert_false (lv_playout_fill_rt (playout, frames, CYCLE, 3000));
  g_assert_true (lv_playout_take_span (playout, &span));
  g_assert_cmpint (span.at_ns, ==, 1000);
  g_assert_cmpuint (span.index, ==, 0);
  g_assert_cmpuint (span.n_frames, ==, CYCLE);
  g_assert_cmpfloat (span.energy, ==, 0.25f);
  g_assert_true (lv_playout_take_span (playout, &span));
  g_assert_cmpuint (span.index, ==, CYCLE);
  g_assert_cmpuint (span.n_frames, ==, 10);
  g_assert_false (lv_playout_take_span (playout, &span));
  g_assert_cmpuint (lv_playout_get_taken (playout), ==, CYCLE + 10);
}

/* The main thread is woken when there is room for much, and only then. */
static void
test_wake_up (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  gint16 frames[CYCLE];
  guint n_cycles = 0, n_wake_ups = 0;

  write_constant (playout, 1, LV_PLAYOUT_RING_FRAMES);
  while (lv_playout_get_taken (playout) < LV_PLAYOUT_RING_FRAMES)
    {
      n_cycles++;
      if (lv_playout_fill_rt (playout, frames, CYCLE, 0))
        n_wake_ups++;
    }
  g_assert_cmpuint (n_cycles, ==, LV_PLAYOUT_RING_FRAMES / CYCLE);
  g_assert_cmpuint (n_wake_ups, ==, 2);
}

static void
test_flush_fades (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  gint16 frames[CYCLE];

  write_constant (playout, 10000, 4 * CYCLE);
  lv_playout_fill_rt (playout, frames, CYCLE, 0);
  g_assert_cmpuint (lv_playout_flush (playout), ==, CYCLE);
  write_constant (playout, 77, 3);
  lv_playout_fill_rt (playout, frames, CYCLE, 0);
  for (guint i = 0; i < LV_PLAYOUT_FADE_FRAMES; i++)
    {
      gint16 before = i > 0 ? frames[i - 1] : 10000;

      g_assert_cmpint (frames[i], <=, before);
      g_assert_cmpint (before - frames[i], <, 10000 * 2 / LV_PLAYOUT_FADE_FRAMES);
    }
  for (guint i = LV_PLAYOUT_FADE_FRAMES; i < CYCLE; i++)
    g_assert_cmpint (frames[i], ==, 0);
  /* what came after the flush is played, whole */
  lv_playout_fill_rt (playout, frames, CYCLE, 0);
  g_assert_cmpint (frames[0], ==, 77);
  g_assert_cmpint (frames[2], ==, 77);
  g_assert_cmpint (frames[3], ==, 0);
  g_assert_cmpuint (lv_playout_get_taken (playout), ==, lv_playout_get_written (playout));
}

/* Nothing sounded, so nothing is faded out: not a single frame of the old voice. */
static void
test_flush_before_start (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  gint16 frames[CYCLE];

  write_constant (playout, 10000, LV_PLAYOUT_RING_FRAMES);
  g_assert_cmpuint (lv_playout_flush (playout), ==, 0);
  g_assert_true (lv_playout_fill_rt (playout, frames, CYCLE, 0));
  for (guint i = 0; i < CYCLE; i++)
    g_assert_cmpint (frames[i], ==, 0);
  g_assert_cmpuint (lv_playout_get_taken (playout), ==, LV_PLAYOUT_RING_FRAMES);
}

static void
test_two_flushes (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  gint16 frames[CYCLE];

  write_constant (playout, 1, CYCLE);
  lv_playout_flush (playout);
  write_constant (playout, 2, CYCLE);
  lv_playout_flush (playout);
  write_constant (playout, 3, 1);
  lv_playout_fill_rt (playout, frames, CYCLE, 0);
  lv_playout_fill_rt (playout, frames, CYCLE, 0);
  g_assert_cmpint (frames[0], ==, 3);
}

static void
test_reset (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  gint16 frames[CYCLE];
  LvPlayoutSpan span;

  write_constant (playout, 1, 3 * CYCLE);
  lv_playout_fill_rt (playout, frames, CYCLE, 0);
  lv_playout_flush (playout);
  lv_playout_reset (playout);
  g_assert_cmpuint (lv_playout_get_taken (playout), ==, 3 * CYCLE);
  g_assert_false (lv_playout_take_span (playout, &span));
  write_constant (playout, 2, 1);
  lv_playout_fill_rt (playout, frames, CYCLE, 0);
  g_assert_cmpint (frames[0], ==, 2);
}

/* A main thread that never looks costs spans, not memory. */
static void
test_many_spans (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  LvPlayoutSpan span;
  gint16 frame;
  guint n = 0;

  for (guint i = 0; i < 2 * LV_PLAYOUT_MAX_SPANS; i++)
    {
      write_constant (playout, 1, 1);
      lv_playout_fill_rt (playout, &frame, 1, i);
    }
  while (lv_playout_take_span (playout, &span))
    g_assert_cmpuint (span.index, ==, n++);
  g_assert_cmpuint (n, ==, LV_PLAYOUT_MAX_SPANS);
}

typedef struct {
  LvPlayout *playout;
  _Atomic gboolean stop;
  guint n_voice;
} Player;

static gpointer
play (gpointer data)
{
  Player *self = data;
  gint16 frames[CYCLE];

  while (!atomic_load (&self->stop))
    {
      lv_playout_fill_rt (self->playout, frames, CYCLE, 0);
      for (guint i = 0; i < CYCLE; i++)
        self->n_voice += frames[i] != 0;
    }
  return NULL;
}

/* Every frame is either played or thrown away by a flush, whatever the threads do. */
static void
test_threads (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  Player player = { playout };
  GThread *thread = g_thread_new ("player", play, &player);
  const gint16 frames[100] = { 1, 1, 1 };
  LvPlayoutSpan span;
  guint64 next = 0;
  guint n_writes = 0;

  while (lv_playout_get_written (playout) < N_FRAMES)
    {
      lv_playout_write (playout, frames, G_N_ELEMENTS (frames));
      if (++n_writes % 1000 == 0)
        lv_playout_flush (playout);
      while (lv_playout_take_span (playout, &span))
        {
          g_assert_cmpuint (span.index, >=, next);
          next = span.index + span.n_frames;
        }
    }
  while (lv_playout_get_taken (playout) < lv_playout_get_written (playout))
    g_thread_yield ();
  atomic_store (&player.stop, TRUE);
  g_thread_join (thread);
  g_assert_cmpuint (lv_playout_get_taken (playout), ==, lv_playout_get_written (playout));
  g_assert_cmpuint (player.n_voice, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/playout/silence", test_silence);
  g_test_add_func ("/playout/spans", test_spans);
  g_test_add_func ("/playout/wake-up", test_wake_up);
  g_test_add_func ("/playout/flush-fades", test_flush_fades);
  g_test_add_func ("/playout/flush-before-start", test_flush_before_start);
  g_test_add_func ("/playout/two-flushes", test_two_flushes);
  g_test_add_func ("/playout/reset", test_reset);
  g_test_add_func ("/playout/many-spans", test_many_spans);
  g_test_add_func ("/playout/threads", test_threads);
  return g_test_run ();
}
