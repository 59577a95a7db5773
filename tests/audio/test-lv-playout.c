/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-playout.h"

#include "base/lv-pcm.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#define CYCLE 128
#define NS_PER_MS 1000000
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
  g_assert_false (lv_playout_fill_rt (playout, frames, CYCLE, 3000));
  g_assert_true (lv_playout_take_span (playout, &span));
  g_assert_cmpint (span.at_ns, ==, 1000 + 2 * NS_PER_MS); /* after the rise */
  g_assert_cmpuint (span.index, ==, 0);
  g_assert_cmpuint (span.n_frames, ==, CYCLE - LV_PLAYOUT_FADE_FRAMES);
  g_assert_cmpfloat (span.energy, ==, 0.25f);
  g_assert_true (lv_playout_take_span (playout, &span));
  g_assert_cmpint (span.at_ns, ==, 2000);
  g_assert_cmpuint (span.index, ==, CYCLE - LV_PLAYOUT_FADE_FRAMES);
  g_assert_cmpuint (span.n_frames, ==, LV_PLAYOUT_FADE_FRAMES + 10);
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

/* ---- how the voice ends and begins ---- */

#define TONE_HZ 440.0
#define AMPLITUDE 16000.0
/* Of two frames of the tone in a row, and of two such differences. */
#define SLOPE (AMPLITUDE * 2 * G_PI * TONE_HZ / LV_RATE_OUT)
#define BEND (SLOPE * 2 * G_PI * TONE_HZ / LV_RATE_OUT)

static gint16
get_tone (guint index)
{
  return (gint16) lrint (AMPLITUDE * sin (2 * G_PI * TONE_HZ * index / LV_RATE_OUT));
}

static void
write_tone (LvPlayout *playout, guint n)
{
  g_autofree gint16 *frames = g_new (gint16, n);
  guint64 start = lv_playout_get_written (playout);

  for (guint i = 0; i < n; i++)
    frames[i] = get_tone (start + i);
  g_assert_cmpuint (lv_playout_write (playout, frames, n), ==, n);
}

/* What was played, one cycle after the other. */
static void
play_cycles (LvPlayout *playout, GArray *heard, guint n_frames, guint n_cycles)
{
  for (guint i = 0; i < n_cycles; i++)
    {
      g_array_set_size (heard, heard->len + n_frames);
      lv_playout_fill_rt (playout, &g_array_index (heard, gint16, heard->len - n_frames), n_frames,
                          0);
    }
}

static gint16
get_heard (GArray *heard, guint i)
{
  return g_array_index (heard, gint16, i);
}

/* A hard cut has a step, one at a zero crossing a kink: here is neither. */
static void
assert_smooth (GArray *heard)
{
  for (guint i = 2; i < heard->len; i++)
    {
      int first = get_heard (heard, i) - get_heard (heard, i - 1);
      int second = first - get_heard (heard, i - 1) + get_heard (heard, i - 2);

      g_assert_cmpfloat (abs (first), <, 1.5 * SLOPE);
      g_assert_cmpfloat (abs (second), <, 6 * BEND);
    }
}

static guint
count_silent (GArray *heard, guint start)
{
  guint n = 0;

  while (start + n < heard->len && get_heard (heard, start + n) == 0)
    n++;
  return n;
}

/* From frame @start of what was heard on comes the tone from frame @index on, unchanged. */
static void
assert_tone (GArray *heard, guint start, guint index, guint n)
{
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (get_heard (heard, start + i), ==, get_tone (index + i));
}

#define RISE LV_PLAYOUT_FADE_FRAMES /* before the first frame */
#define N_PLACES 60                 /* of the wave, a little more than one */

static void
test_flush_fades (void)
{
  for (guint place = CYCLE; place < CYCLE + N_PLACES; place++)
    {
      g_autoptr (LvPlayout) playout = lv_playout_new ();
      g_autoptr (GArray) heard = g_array_new (FALSE, FALSE, sizeof (gint16));

      write_tone (playout, 4 * CYCLE);
      play_cycles (playout, heard, place, 1);
      g_assert_cmpuint (lv_playout_flush (playout), ==, place - RISE);
      write_constant (playout, 77, 3);
      play_cycles (playout, heard, CYCLE, 1);
      assert_smooth (heard);
      assert_tone (heard, RISE, 0, place - RISE);
      /* what came after the flush is played as soon as it is silent, whole */
      g_assert_cmpint (get_heard (heard, place + LV_PLAYOUT_FADE_FRAMES), ==, 77);
      g_assert_cmpint (get_heard (heard, place + LV_PLAYOUT_FADE_FRAMES + 2), ==, 77);
      g_assert_cmpuint (lv_playout_get_taken (playout), ==, lv_playout_get_written (playout));
    }
}

static void
test_held (gconstpointer data)
{
  guint n_frames = GPOINTER_TO_UINT (data);

  for (guint place = CYCLE; place < CYCLE + N_PLACES; place++)
    {
      g_autoptr (LvPlayout) playout = lv_playout_new ();
      g_autoptr (GArray) heard = g_array_new (FALSE, FALSE, sizeof (gint16));
      guint end = place + LV_PLAYOUT_FADE_FRAMES;

      write_tone (playout, 8 * CYCLE);
      play_cycles (playout, heard, place, 1);
      lv_playout_set_held (playout, TRUE);
      play_cycles (playout, heard, n_frames, 4 * CYCLE / n_frames);
      g_assert_cmpuint (lv_playout_get_taken (playout), ==, place - RISE);
      g_assert_cmpuint (count_silent (heard, end), ==, heard->len - end);
      lv_playout_set_held (playout, FALSE);
      play_cycles (playout, heard, n_frames, 4 * CYCLE / n_frames);
      assert_smooth (heard);
      assert_tone (heard, RISE, 0, place - RISE);
      assert_tone (heard, place + 4 * CYCLE + RISE, place - RISE, 2 * CYCLE);
    }
}

/* Held and released at any moment, also while it falls or rises: all of it is heard once, and smooth. */
static void
test_held_often (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  g_autoptr (GArray) heard = g_array_new (FALSE, FALSE, sizeof (gint16));
  LvPlayoutSpan span;
  guint64 next = 0;

  write_tone (playout, LV_PLAYOUT_RING_FRAMES);
  for (guint i = 0; lv_playout_get_taken (playout) < LV_PLAYOUT_RING_FRAMES; i++)
    {
      lv_playout_set_held (playout, g_test_rand_int_range (0, 8) == 0);
      play_cycles (playout, heard, 16, 1);
      while (lv_playout_take_span (playout, &span))
        {
          g_assert_cmpuint (span.index, ==, next);
          next += span.n_frames;
        }
    }
  play_cycles (playout, heard, CYCLE, 1);
  g_assert_cmpuint (next, ==, LV_PLAYOUT_RING_FRAMES);
  assert_smooth (heard);
}

static void
test_flush_while_held (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  g_autoptr (GArray) heard = g_array_new (FALSE, FALSE, sizeof (gint16));

  write_tone (playout, 4 * CYCLE);
  play_cycles (playout, heard, CYCLE, 1);
  lv_playout_set_held (playout, TRUE);
  play_cycles (playout, heard, CYCLE, 1);
  g_assert_cmpuint (lv_playout_flush (playout), ==, CYCLE - RISE);
  write_constant (playout, 77, CYCLE);
  play_cycles (playout, heard, CYCLE, 1);
  g_assert_cmpuint (count_silent (heard, 2 * CYCLE), ==, CYCLE);
  g_assert_cmpuint (lv_playout_get_taken (playout), ==, 4 * CYCLE);
  lv_playout_set_held (playout, FALSE);
  play_cycles (playout, heard, CYCLE, 1);
  g_assert_cmpint (get_heard (heard, 3 * CYCLE), ==, 77);
  assert_smooth (heard);
}

/* The ring runs dry in the middle of the voice, at whatever frame of the cycle. */
static void
test_underrun (void)
{
  for (guint place = CYCLE; place <= 2 * CYCLE; place++)
    {
      g_autoptr (LvPlayout) playout = lv_playout_new ();
      g_autoptr (GArray) heard = g_array_new (FALSE, FALSE, sizeof (gint16));

      write_tone (playout, place);
      play_cycles (playout, heard, CYCLE, 4);
      write_tone (playout, CYCLE);
      play_cycles (playout, heard, CYCLE, 4);
      assert_smooth (heard);
      assert_tone (heard, RISE, 0, place);
      assert_tone (heard, 4 * CYCLE + RISE, place, CYCLE);
    }
}

/* More voice in time, though only just: no seam. */
static void
test_no_seam (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  g_autoptr (GArray) heard = g_array_new (FALSE, FALSE, sizeof (gint16));

  for (guint i = 0; i < 10; i++)
    {
      write_tone (playout, i == 0 ? CYCLE - RISE : CYCLE);
      play_cycles (playout, heard, CYCLE, 1);
    }
  assert_tone (heard, RISE, 0, 10 * CYCLE - RISE);
}

/* Silence for as long as the device needs, and from the first cycle on. */
static void
test_prime (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  g_autoptr (GArray) heard = g_array_new (FALSE, FALSE, sizeof (gint16));

  lv_playout_prime (playout, 3 * CYCLE + 10);
  play_cycles (playout, heard, CYCLE, 1);
  write_tone (playout, 3 * CYCLE);
  play_cycles (playout, heard, CYCLE, 5);
  g_assert_cmpuint (count_silent (heard, 0), >=, 3 * CYCLE + 10);
  assert_smooth (heard);
  assert_tone (heard, 3 * CYCLE + 10 + RISE, 0, CYCLE);
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
  LvPlayoutSpan span;

  write_constant (playout, 1, CYCLE);
  lv_playout_flush (playout);
  write_constant (playout, 2, CYCLE);
  lv_playout_flush (playout);
  write_constant (playout, 3, 1);
  lv_playout_fill_rt (playout, frames, CYCLE, 0);
  g_assert_cmpint (frames[0], ==, 3);
  g_assert_true (lv_playout_take_span (playout, &span));
  g_assert_cmpuint (span.index, ==, 2 * CYCLE); /* after what was thrown away in this cycle */
  g_assert_cmpuint (lv_playout_get_taken (playout), ==, 2 * CYCLE + 1);
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
  g_test_add_data_func ("/playout/held", GUINT_TO_POINTER (CYCLE), test_held);
  g_test_add_data_func ("/playout/held/short-cycles", GUINT_TO_POINTER (16), test_held);
  g_test_add_func ("/playout/held/often", test_held_often);
  g_test_add_func ("/playout/held/flush", test_flush_while_held);
  g_test_add_func ("/playout/underrun", test_underrun);
  g_test_add_func ("/playout/no-seam", test_no_seam);
  g_test_add_func ("/playout/prime", test_prime);
  g_test_add_func ("/playout/flush-before-start", test_flush_before_start);
  g_test_add_func ("/playout/two-flushes", test_two_flushes);
  g_test_add_func ("/playout/reset", test_reset);
  g_test_add_func ("/playout/many-spans", test_many_spans);
  g_test_add_func ("/playout/threads", test_threads);
  return g_test_run ();
}
