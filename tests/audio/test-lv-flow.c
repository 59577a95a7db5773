/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * LvFlow with its voice, and this program as data thread and clock: a cycle is 10 ms.
 */
#include "audio/lv-flow.h"

#include "base/lv-pcm.h"

#define CYCLE (LV_RATE_OUT / 100)
#define CYCLE_US 10000
#define DELAY_US 30000 /* of the device */
#define MAX_BYTES (1024 * 1024)
#define SECOND LV_RATE_OUT

typedef struct {
  LvFlow *flow;
  LvVoice *voice;
  gint64 now_us;
  gint16 next;   /* sample to be pushed: they count up, modulo something odd */
  GArray *heard; /* gint16: what was given to the speaker, edges left out */
  gboolean any_start;
  LvFlowState state;
  gint64 due_us;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->flow = lv_flow_new (MAX_BYTES);
  self->voice = lv_flow_get_voice (self->flow);
  self->now_us = 1000000;
  self->next = 1;
  self->heard = g_array_new (FALSE, FALSE, sizeof (gint16));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  lv_flow_free (self->flow);
  g_array_unref (self->heard);
}

/* Too soft to need an edge. */
static gint16
count_on (gint16 sample)
{
  return sample % LV_PLAYOUT_SOFT + 1;
}

static guint64
push (Fixture *self, guint n_frames)
{
  g_autoptr (LvPcmBlock) pcm = lv_pcm_block_new (n_frames);
  gint16 *frames = lv_pcm_block_get_samples (pcm);
  guint64 n_dropped;

  for (guint i = 0; i < n_frames; i++)
    {
      frames[i] = self->next;
      self->next = count_on (self->next);
    }
  n_dropped = lv_flow_push (self->flow, pcm, self->now_us);
  self->state = lv_flow_run (self->flow, self->now_us, &self->due_us);
  return n_dropped;
}

/* Before the voice there may be the end of an edge, which does not count on. */
static const gint16 *
find_voice (Fixture *self, const gint16 *frames)
{
  guint n = self->heard->len, start = 0;
  gint16 next = n > 0 ? count_on (g_array_index (self->heard, gint16, n - 1)) : 1;

  while (frames[start] != next && start < LV_PLAYOUT_FADE_FRAMES)
    start++;
  return self->any_start ? frames : frames + start;
}

static void
run_cycle (Fixture *self)
{
  LvPlayout *playout = lv_voice_get_playout (self->voice);
  guint64 before = lv_playout_get_taken (playout);
  gint16 frames[CYCLE + LV_PLAYOUT_FADE_FRAMES] = { 0 };
  guint n;

  lv_playout_fill_rt (playout, frames, CYCLE, (self->now_us + DELAY_US) * 1000);
  n = lv_playout_get_taken (playout) - before;
  g_array_append_vals (self->heard, find_voice (self, frames), MIN (n, CYCLE));
  self->now_us += CYCLE_US;
  self->state = lv_flow_run (self->flow, self->now_us, &self->due_us);
}

static void
run_for (Fixture *self, guint ms)
{
  for (guint i = 0; i < ms; i += 10)
    run_cycle (self);
}

static guint
get_preroll_ms (Fixture *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  guint ms;

  lv_flow_describe (self->flow, &dict);
  g_assert_true (g_variant_dict_lookup (&dict, "preroll-ms", "u", &ms));
  return ms;
}

/* Every frame once and in order. */
static void
assert_all_heard (Fixture *self)
{
  gint16 expected = 1;

  for (guint i = 0; i < self->heard->len; i++)
    {
      g_assert_cmpint (g_array_index (self->heard, gint16, i), ==, expected);
      expected = count_on (expected);
    }
  g_assert_cmpint (expected, ==, self->next);
  g_assert_cmpuint (lv_voice_get_heard (self->voice, self->now_us * 1000), ==,
                    lv_voice_get_pushed (self->voice));
}

static void
test_preroll (Fixture *self, gconstpointer data)
{
  push (self, CYCLE);
  g_assert_cmpint (self->state, ==, LV_FLOW_WAITING);
  g_assert_cmpint (self->due_us, ==, self->now_us + LV_JITTER_FIRST_MS * 1000);
  run_for (self, LV_JITTER_FIRST_MS - 10);
  g_assert_cmpuint (self->heard->len, ==, 0);
  push (self, CYCLE);
  run_cycle (self);
  g_assert_cmpint (self->state, ==, LV_FLOW_PLAYING);
  run_for (self, 30 + DELAY_US / 1000);
  g_assert_cmpint (self->state, ==, LV_FLOW_OVER);
  assert_all_heard (self);
}

/* All of it is there: no reason to wait. */
static void
test_complete (Fixture *self, gconstpointer data)
{
  push (self, CYCLE);
  lv_flow_complete (self->flow);
  run_cycle (self);
  run_cycle (self);
  g_assert_cmpuint (self->heard->len, ==, CYCLE);
  g_assert_cmpint (self->state, ==, LV_FLOW_WAITING); /* it is still on its way to the ear */
  g_assert_cmpuint (lv_voice_get_heard (self->voice, self->now_us * 1000), <, CYCLE);
  run_for (self, DELAY_US / 1000 + 10);
  g_assert_cmpint (self->state, ==, LV_FLOW_OVER);
  assert_all_heard (self);
  /* the next one is another utterance, not the rest of this one */
  run_for (self, 500);
  push (self, SECOND);
  g_assert_cmpuint (lv_flow_get_underruns (self->flow), ==, 0);
}

static void
stall (Fixture *self, guint ms)
{
  push (self, SECOND / 5);
  run_for (self, 200 + ms);
  push (self, SECOND / 100);
}

/* The longest stall that servers have is one gap, and teaches. */
static void
test_stall (Fixture *self, gconstpointer data)
{
  stall (self, 1750);
  g_assert_cmpuint (lv_flow_get_underruns (self->flow), ==, 1);
  g_assert_cmpuint (get_preroll_ms (self), ==, LV_JITTER_MAX_MS);
  g_assert_cmpint (self->state, ==, LV_FLOW_WAITING);
  run_for (self, LV_JITTER_MAX_MS - 10);
  g_assert_cmpuint (self->heard->len, ==, SECOND / 5);
  push (self, SECOND);
  run_for (self, 1200);
  assert_all_heard (self);
}

/* Longer than that it is a new utterance. */
static void
test_pause (Fixture *self, gconstpointer data)
{
  stall (self, LV_FLOW_STALL_MS + 10);
  g_assert_cmpuint (lv_flow_get_underruns (self->flow), ==, 0);
  g_assert_cmpuint (get_preroll_ms (self), <=, LV_JITTER_FIRST_MS);
}

/* Uneven arrival, most of it too late: whole and in order all the same. */
static void
test_uneven (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      push (self, g_test_rand_int_range (1, SECOND / 10));
      run_for (self, g_test_rand_int_range (0, 20) * 10);
    }
  lv_flow_complete (self->flow);
  run_for (self, 100000);
  g_assert_cmpuint (lv_flow_get_underruns (self->flow), >, 0);
  assert_all_heard (self);
}

static void
test_flush (Fixture *self, gconstpointer data)
{
  push (self, SECOND);
  run_for (self, 100);
  g_assert_cmpuint (lv_flow_flush (self->flow), ==, SECOND / 10);
  g_assert_cmpuint (lv_voice_get_heard (self->voice, self->now_us * 1000), ==, SECOND);
  run_for (self, 100);
  g_assert_cmpint (self->state, ==, LV_FLOW_OVER);
  self->next = 1;
  g_array_set_size (self->heard, 0);
  push (self, SECOND);
  run_for (self, 1100);
  g_assert_cmpuint (lv_flow_get_underruns (self->flow), ==, 0);
  assert_all_heard (self);
}

/* The device is lost: what left for it but was not heard is played by the next one. */
static void
test_recall (Fixture *self, gconstpointer data)
{
  guint64 heard;

  push (self, SECOND);
  for (guint i = 0; i < 3; i++)
    {
      run_for (self, 170);
      heard = lv_voice_get_heard (self->voice, self->now_us * 1000);
      g_assert_cmpuint (self->heard->len - heard, ==, DELAY_US / 1000 * SECOND / 1000);
      push (self, SECOND / 7);
      lv_flow_recall (self->flow, self->now_us);
      g_assert_cmpuint (lv_voice_get_queued (self->voice), ==,
                        lv_voice_get_pushed (self->voice) - heard);
      self->now_us += 1000000;
      g_assert_cmpuint (lv_voice_get_heard (self->voice, self->now_us * 1000), ==, heard);
      g_array_set_size (self->heard, heard);
      self->state = lv_flow_run (self->flow, self->now_us, &self->due_us);
    }
  run_for (self, 2000);
  g_assert_cmpint (self->state, ==, LV_FLOW_OVER);
  assert_all_heard (self);
}

static void
test_drop (Fixture *self, gconstpointer data)
{
  push (self, SECOND);
  run_for (self, 100);
  lv_flow_drop (self->flow);
  g_assert_cmpuint (lv_voice_get_heard (self->voice, self->now_us * 1000), ==, SECOND);
  g_assert_cmpuint (lv_voice_get_queued (self->voice), ==, 0);
  run_for (self, 100);
  g_assert_cmpuint (self->heard->len, ==, SECOND / 10);
}

/* The limit is one of memory, not of time; the oldest goes. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  guint64 n_dropped = 0;

  self->any_start = TRUE;
  while (n_dropped == 0)
    n_dropped = push (self, SECOND);
  g_assert_cmpuint (lv_voice_get_pushed (self->voice), >, 20 * SECOND);
  g_assert_cmpuint (lv_voice_get_waiting (self->voice) * sizeof (gint16), <=, MAX_BYTES);
  run_for (self, 30000);
  g_assert_cmpuint (self->heard->len + n_dropped, ==, lv_voice_get_pushed (self->voice));
  g_assert_cmpuint (lv_voice_get_heard (self->voice, self->now_us * 1000), ==,
                    lv_voice_get_pushed (self->voice));
}

#define ADD(name, test) g_test_add ("/flow/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("preroll", test_preroll);
  ADD ("complete", test_complete);
  ADD ("stall", test_stall);
  ADD ("pause", test_pause);
  ADD ("uneven", test_uneven);
  ADD ("flush", test_flush);
  ADD ("recall", test_recall);
  ADD ("drop", test_drop);
  ADD ("limit", test_limit);
  return g_test_run ();
}
