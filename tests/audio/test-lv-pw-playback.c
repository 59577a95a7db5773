/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real thing: LvPwPlayback into a virtual speaker, and what is heard at its monitor by the clock of the graph.
 */
#include "audio/lv-pw-context.h"
#include "audio/lv-playout.h"
#include "audio/lv-pw-playback.h"

#include "base/lv-pcm.h"
#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"

#include <math.h>

#define LONG_CYCLES 2048
#define TONE_HZ 440.0
#define AMPLITUDE 0.5
#define SILENCE 0.003f                 /* -50 dB */
#define MS G_GINT64_CONSTANT (1000000) /* in ns */
#define UPSAMPLED (LV_TEST_RATE / LV_RATE_OUT)
/* The tone sounds before its first frame and after its last: it rises and falls. */
#define EDGE (LV_PLAYOUT_FADE_FRAMES * UPSAMPLED)

typedef struct {
  LvTestPipewire *pipewire;
  LvPwContext *context;
  LvPlayback *playback;
  LvTestRecorder *recorder;
  gboolean drained;
  gint64 drained_ns;
  gboolean had_dropout;
} Fixture;

static gint64
get_now_ns (void)
{
  return g_get_monotonic_time () * 1000;
}

static void
on_drained (LvPlayback *playback, Fixture *self)
{
  g_assert_false (self->drained);
  self->drained = TRUE;
  self->drained_ns = get_now_ns ();
}

static void
on_failed (LvPlayback *playback, const GError *error, Fixture *self)
{
  g_error ("playback failed: %s", error->message);
}

/* Tests of what is heard run with long cycles, which a busy machine can meet; tests of when it is heard with the
 * short ones that the playback asks for. */
static void
set_up (Fixture *self, gconstpointer quantum)
{
  g_autoptr (GError) error = NULL;

  self->pipewire = lv_test_pipewire_new ();
  lv_test_pipewire_command (self->pipewire, "quantum %u", GPOINTER_TO_UINT (quantum));
  self->context = lv_pw_context_new ();
  self->recorder = lv_test_recorder_new ();
  self->playback = lv_pw_context_create_playback (self->context, NULL, "Live Voice");
  g_signal_connect (self->playback, "drained", G_CALLBACK (on_drained), self);
  g_signal_connect (self->playback, "failed", G_CALLBACK (on_failed), self);
  g_assert_true (lv_playback_start (self->playback, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  lv_playback_stop (self->playback);
  g_assert_finalize_object (self->playback);
  g_assert_finalize_object (self->context);
  lv_test_recorder_free (self->recorder);
  lv_test_pipewire_free (self->pipewire);
}

/* A tone whose phase is that of frame @start. */
static LvPcmBlock *
make_tone (guint start, guint n_frames)
{
  LvPcmBlock *tone = lv_pcm_block_new (n_frames);
  gint16 *frames = lv_pcm_block_get_samples (tone);

  for (guint i = 0; i < n_frames; i++)
    frames[i] = (gint16) lrint (32767.0 * AMPLITUDE *
                                sin (2.0 * G_PI * TONE_HZ * (start + i) / LV_RATE_OUT));
  return tone;
}

static void
push_tone (Fixture *self, guint n_frames)
{
  g_autoptr (LvPcmBlock) tone = make_tone (lv_playback_get_pushed (self->playback), n_frames);

  self->drained = FALSE;
  lv_playback_push (self->playback, tone);
}

/* Compares with an ideal tone of the phase and level of the recording: a lost or doubled sample shows. */
static double
get_tone_error (const float *samples, guint n)
{
  double step = 2.0 * G_PI * TONE_HZ / LV_TEST_RATE, in = 0.0, quad = 0.0, error = 0.0;
  guint n_fit = (guint) (LV_TEST_RATE / TONE_HZ * 11);

  for (guint i = 0; i < n_fit; i++)
    {
      in += 2.0 * samples[i] * sin (step * i) / n_fit;
      quad += 2.0 * samples[i] * cos (step * i) / n_fit;
    }
  for (guint i = 0; i < n; i++)
    error = MAX (error, fabs (samples[i] - in * sin (step * i) - quad * cos (step * i)));
  return error;
}

static gint64
find_first (Fixture *self, guint start)
{
  return lv_test_recorder_find_first (self->recorder, start,
                                      lv_test_recorder_get_n_samples (self->recorder), SILENCE);
}

static gint64
find_last (Fixture *self, guint start)
{
  return lv_test_recorder_find_last (self->recorder, start,
                                     lv_test_recorder_get_n_samples (self->recorder), SILENCE);
}

static double
get_ms_between (Fixture *self, guint index, gint64 time_ns)
{
  return (time_ns - lv_test_recorder_get_time_ns (self->recorder, index)) / 1e6;
}

static void
wait_until_heard (Fixture *self, guint64 position)
{
  while (lv_playback_get_heard (self->playback) < position)
    lv_test_run_for (1);
}

static void
test_whole (Fixture *self, gconstpointer data)
{
  guint n_frames = LV_RATE_OUT;
  guint margin = LV_TEST_RATE / 100;
  g_autofree float *samples = NULL;
  gint64 first, last;
  double error;

  for (guint i = 0; i < 10; i++)
    push_tone (self, n_frames / 10);
  g_assert_cmpuint (lv_playback_get_pushed (self->playback), ==, n_frames);
  lv_test_wait_flag (&self->drained);
  lv_test_recorder_wait_until (self->recorder, self->drained_ns + 50 * MS);
  first = find_first (self, 0);
  last = find_last (self, 0);
  g_assert_cmpint (ABS (last - first - (gint64) n_frames * UPSAMPLED - 2 * EDGE), <, 100);
  samples =
      lv_test_recorder_get_samples (self->recorder, first + margin, last - first - 2 * margin);
  error = get_tone_error (samples, last - first - 2 * margin);
  g_test_message ("largest deviation from the ideal tone: %.1f dB", 20 * log10 (error / AMPLITUDE));
  g_assert_cmpfloat (error, <, 0.001);

  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, n_frames);
  g_assert_cmpuint (lv_pw_playback_get_underruns (LV_PW_PLAYBACK (self->playback)), ==, 0);
}

/* The clock of the graph jumps once when the stream starts and the cycles become shorter. */
static void
warm_up (Fixture *self)
{
  push_tone (self, LV_RATE_OUT / 20);
  lv_playback_complete (self->playback);
  lv_test_wait_flag (&self->drained);
  lv_test_recorder_wait_until (self->recorder, get_now_ns () + 20 * MS);
}

#define MAX_ATTEMPTS 10
#define DROPOUT_SAMPLES 100 /* of silence, which the tone does not have */

/* Whether the graph went on without us in one of its short cycles. (That nothing is left out by ourselves is
 * seen with the long ones.) */
static gboolean
has_dropout (Fixture *self, guint first, guint last)
{
  g_autofree float *samples = lv_test_recorder_get_samples (self->recorder, first, last - first);
  guint n_silent = 0;

  for (guint i = 0; i < last - first && n_silent < DROPOUT_SAMPLES; i++)
    n_silent = fabsf (samples[i]) < SILENCE / 10 ? n_silent + 1 : 0;
  return n_silent == DROPOUT_SAMPLES;
}

/* Repeats what failed while the graph ran late. */
static void
measure (Fixture *self, gboolean (*succeeds) (Fixture *self))
{
  guint n_late;

  for (guint i = 0; i < MAX_ATTEMPTS; i++)
    {
      n_late = lv_test_recorder_get_n_late (self->recorder);
      self->had_dropout = FALSE;
      if (succeeds (self))
        return;
      g_assert_true (self->had_dropout || lv_test_recorder_get_n_late (self->recorder) > n_late);
      g_test_message ("the graph ran late: measured again");
    }
  g_error ("this machine is too busy to measure");
}

#define N_QUERIES 64

typedef struct {
  gint64 before_ns;
  gint64 after_ns;
  gint64 heard;
} Query;

static Query
query_heard (Fixture *self, guint64 base)
{
  Query query;

  query.before_ns = get_now_ns ();
  query.heard = lv_playback_get_heard (self->playback) - base;
  query.after_ns = get_now_ns ();
  return query;
}

static gint64
get_expected (gint64 time_ns, gint64 first_ns)
{
  return MAX (0, (time_ns - first_ns) * LV_RATE_OUT / (1000 * MS));
}

static gboolean
hear_tone (Fixture *self)
{
  Query queries[N_QUERIES];
  guint64 base = lv_playback_get_pushed (self->playback);
  guint start = lv_test_recorder_get_n_samples (self->recorder);
  gint64 first, first_ns, largest = 0;

  push_tone (self, LV_RATE_OUT);
  for (guint i = 0; i < N_QUERIES; i++)
    {
      queries[i] = query_heard (self, base);
      g_assert_cmpint (queries[i].heard, >=, i > 0 ? queries[i - 1].heard : 0);
      lv_test_run_for (10);
    }
  lv_test_wait_flag (&self->drained);
  lv_test_recorder_wait_until (self->recorder, self->drained_ns);
  first = find_first (self, start);
  self->had_dropout = has_dropout (self, first, find_last (self, start));
  first_ns = lv_test_recorder_get_time_ns (self->recorder, first + EDGE);
  for (guint i = 0; i < N_QUERIES; i++)
    {
      largest = MAX (largest, get_expected (queries[i].before_ns, first_ns) - queries[i].heard);
      largest = MAX (largest, queries[i].heard - get_expected (queries[i].after_ns, first_ns));
    }
  g_test_message ("largest error of the position heard: %.2f ms", largest * 1000.0 / LV_RATE_OUT);
  return largest < LV_RATE_OUT / 1000;
}

/* A frame is heard when it leaves the speaker, neither when it is queued nor when it is written. */
static void
test_heard (Fixture *self, gconstpointer data)
{
  warm_up (self);
  measure (self, hear_tone);
}

static gboolean
drain_on_time (Fixture *self)
{
  guint start = lv_test_recorder_get_n_samples (self->recorder);
  double ms;

  push_tone (self, LV_RATE_OUT / 5);
  lv_test_wait_flag (&self->drained);
  lv_test_recorder_wait_until (self->recorder, self->drained_ns + 50 * MS);
  ms = get_ms_between (self, find_last (self, start) - EDGE, self->drained_ns);
  g_test_message ("drained %.2f ms after the last sample", ms);
  return ms > -1.0 && ms < 5.0;
}

static void
test_drained (Fixture *self, gconstpointer data)
{
  warm_up (self);
  measure (self, drain_on_time);
}

#define N_FLUSHES 20

static gboolean
flush_on_time (Fixture *self)
{
  guint start = lv_test_recorder_get_n_samples (self->recorder);
  guint64 base = lv_playback_get_pushed (self->playback);
  gint64 flush_ns, first, last;
  double ms, position_ms, limit;
  guint64 position;

  push_tone (self, LV_RATE_OUT / 2);
  wait_until_heard (self, base + LV_RATE_OUT / 10 + g_test_rand_int_range (0, 400));
  flush_ns = get_now_ns ();
  position = lv_playback_flush (self->playback);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==,
                    lv_playback_get_pushed (self->playback));
  lv_test_recorder_wait_until (self->recorder, flush_ns + 60 * MS);
  first = find_first (self, start);
  last = find_last (self, start);
  self->had_dropout = has_dropout (self, first, last);
  ms = -get_ms_between (self, last, flush_ns);
  position_ms =
      ((last - first - 2 * EDGE) / UPSAMPLED - (gint64) (position - base)) * 1000.0 / LV_RATE_OUT;
  limit = lv_test_recorder_get_quantum (self->recorder) * 1000.0 / LV_TEST_RATE + 5.0;
  g_test_message ("silent %.2f ms after the flush (limit %.2f), position off by %.2f ms", ms, limit,
                  position_ms);
  return ms <= limit && fabs (position_ms) < 6.0;
}

static void
test_flush (Fixture *self, gconstpointer data)
{
  warm_up (self);
  for (guint i = 0; i < N_FLUSHES; i++)
    measure (self, flush_on_time);
  g_test_message ("%u of %u flushes within one quantum and 5 ms", N_FLUSHES, N_FLUSHES);
  g_assert_false (self->drained);
}

/* Frames heard at the speaker since sample @start, from the first to the last. */
static gint64
count_heard (Fixture *self, guint start)
{
  lv_test_recorder_wait_until (self->recorder, self->drained_ns + 50 * MS);
  return (find_last (self, start) - find_first (self, start) - 2 * EDGE) / UPSAMPLED;
}

static void
assert_whole (Fixture *self, guint start, guint n_frames)
{
  g_assert_cmpint (ABS (count_heard (self, start) - (gint64) n_frames), <, 50);
}

/* What was pushed before the start is played from its first frame. */
static void
test_push_first (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  lv_playback_stop (self->playback);
  push_tone (self, LV_RATE_OUT / 2);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, 0);
  g_assert_true (lv_playback_start (self->playback, &error));
  g_assert_true (lv_playback_start (self->playback, &error));
  lv_test_wait_flag (&self->drained);
  assert_whole (self, 0, LV_RATE_OUT / 2);
}

/* At rest the stream no longer asks for short cycles. */
static void
test_rest (Fixture *self, gconstpointer data)
{
  push_tone (self, LV_RATE_OUT / 10);
  lv_test_wait_flag (&self->drained);
  g_assert_cmpuint (lv_test_recorder_get_quantum (self->recorder), ==, 512);
  lv_test_run_for (LV_PW_PLAYBACK_LINGER_MS);
  while (lv_test_recorder_get_quantum (self->recorder) != 1024)
    lv_test_run_for (10);
}

/* After a rest the first frame is not clipped. */
static void
test_after_rest (Fixture *self, gconstpointer data)
{
  guint start;

  push_tone (self, LV_RATE_OUT / 10);
  lv_test_wait_flag (&self->drained);
  lv_test_run_for (LV_PW_PLAYBACK_LINGER_MS + 200);
  start = lv_test_recorder_get_n_samples (self->recorder);
  push_tone (self, LV_RATE_OUT / 10);
  lv_test_wait_flag (&self->drained);
  assert_whole (self, start, LV_RATE_OUT / 10);
}

static double
get_first_sound_ms (Fixture *self, guint n_frames)
{
  guint start = lv_test_recorder_get_n_samples (self->recorder);
  gint64 pushed_ns = get_now_ns ();
  double ms;

  push_tone (self, n_frames);
  lv_test_wait_flag (&self->drained);
  lv_test_recorder_wait_until (self->recorder, self->drained_ns + 50 * MS);
  lv_playback_complete (self->playback); /* so that the next one is not taken for its rest */
  ms = -get_ms_between (self, find_first (self, start), pushed_ns);
  g_test_message ("%u ms pushed at once are heard %.2f ms later", n_frames * 1000 / LV_RATE_OUT,
                  ms);
  return ms;
}

static gboolean
play_short (Fixture *self)
{
  double ms = get_first_sound_ms (self, LV_RATE_OUT / 100);

  g_assert_cmpfloat (ms, >=, LV_JITTER_MIN_MS);
  return ms < LV_JITTER_FIRST_MS + 20.0;
}

/* Little and nothing after it: the pre-roll does not hold it back for ever. */
static void
test_short (Fixture *self, gconstpointer data)
{
  warm_up (self);
  measure (self, play_short);
}

static gboolean
play_promptly (Fixture *self)
{
  double ms = get_first_sound_ms (self, LV_RATE_OUT / 5);

  return ms < lv_test_recorder_get_quantum (self->recorder) * 1000.0 / LV_TEST_RATE + 5.0;
}

static void
test_prompt (Fixture *self, gconstpointer data)
{
  warm_up (self);
  measure (self, play_promptly);
}

/* The producer pauses in the middle: silence, then the rest, all of it. */
static void
test_underrun (Fixture *self, gconstpointer data)
{
  LvPwPlayback *playback = LV_PW_PLAYBACK (self->playback);
  guint64 heard;

  push_tone (self, LV_RATE_OUT / 10);
  lv_test_wait_flag (&self->drained);
  g_assert_cmpuint (lv_pw_playback_get_underruns (playback), ==, 0);
  lv_test_run_for (100);
  push_tone (self, LV_RATE_OUT / 10);
  heard = lv_playback_get_heard (self->playback);
  g_assert_cmpuint (heard, ==, LV_RATE_OUT / 10);
  lv_test_wait_flag (&self->drained);
  g_assert_cmpuint (lv_pw_playback_get_underruns (playback), ==, 1);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, LV_RATE_OUT / 5);
}

/* A main loop that is busy for longer than the ring lasts loses no frame, but is counted. */
static void
test_busy_main_loop (Fixture *self, gconstpointer data)
{
  push_tone (self, LV_RATE_OUT);
  wait_until_heard (self, 1);
  g_usleep (500000);
  lv_test_wait_flag (&self->drained);
  g_assert_cmpuint (lv_pw_playback_get_underruns (LV_PW_PLAYBACK (self->playback)), ==, 1);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, LV_RATE_OUT);
}

static void
test_level (Fixture *self, gconstpointer data)
{
  g_assert_cmpfloat (lv_playback_get_level (self->playback), ==, 0.0);
  push_tone (self, LV_RATE_OUT / 2);
  g_assert_cmpfloat (lv_playback_get_level (self->playback), ==, 0.0);
  wait_until_heard (self, LV_RATE_OUT / 10);
  g_assert_cmpfloat_with_epsilon (lv_playback_get_level (self->playback), AMPLITUDE / sqrt (2.0),
                                  0.02);
  lv_playback_flush (self->playback);
  lv_test_run_for (100);
  g_assert_cmpfloat (lv_playback_get_level (self->playback), ==, 0.0);
}

/* Silent at once, everything counts as heard, and it can be started again. */
static void
test_stop (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint start;

  push_tone (self, LV_RATE_OUT);
  wait_until_heard (self, LV_RATE_OUT / 10);
  lv_playback_stop (self->playback);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, LV_RATE_OUT);
  lv_test_recorder_wait_until (self->recorder, get_now_ns () + 50 * MS);
  start = lv_test_recorder_get_n_samples (self->recorder);
  g_assert_true (lv_playback_start (self->playback, &error));
  push_tone (self, LV_RATE_OUT / 10);
  lv_test_wait_flag (&self->drained);
  assert_whole (self, start, LV_RATE_OUT / 10);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, LV_RATE_OUT * 11 / 10);
}

/* What follows a flush is played whole. */
static void
test_after_flush (Fixture *self, gconstpointer data)
{
  guint start;

  push_tone (self, LV_RATE_OUT);
  wait_until_heard (self, LV_RATE_OUT / 10);
  lv_playback_flush (self->playback);
  lv_test_recorder_wait_until (self->recorder, get_now_ns () + 50 * MS);
  start = lv_test_recorder_get_n_samples (self->recorder);
  push_tone (self, LV_RATE_OUT / 4);
  lv_test_wait_flag (&self->drained);
  assert_whole (self, start, LV_RATE_OUT / 4);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, LV_RATE_OUT * 5 / 4);
}

/* The voice stands still, and goes on where it was: nothing is lost, nothing doubled. */
static gboolean
hold_on_time (Fixture *self)
{
  guint start = lv_test_recorder_get_n_samples (self->recorder);
  guint64 base = lv_playback_get_pushed (self->playback);
  guint64 position;
  gint64 held_ns, released_ns, end, resumed, last;
  double ms, limit = lv_test_recorder_get_quantum (self->recorder) * 1000.0 / LV_TEST_RATE + 5.0;

  push_tone (self, LV_RATE_OUT / 2);
  lv_playback_complete (self->playback);
  wait_until_heard (self, base + LV_RATE_OUT / 10 + g_test_rand_int_range (0, 400));
  held_ns = get_now_ns ();
  lv_playback_set_held (self->playback, TRUE);
  lv_test_run_for (50);
  position = lv_playback_get_heard (self->playback);
  lv_test_run_for (150);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, position);
  g_assert_false (self->drained);
  released_ns = get_now_ns ();
  lv_playback_set_held (self->playback, FALSE);
  lv_test_wait_flag (&self->drained);
  lv_test_recorder_wait_until (self->recorder, self->drained_ns + 50 * MS);

  end = lv_test_recorder_find_last (
      self->recorder, start, lv_test_recorder_get_index (self->recorder, released_ns), SILENCE);
  resumed = find_first (self, lv_test_recorder_get_index (self->recorder, released_ns));
  last = find_last (self, start);
  self->had_dropout = has_dropout (self, find_first (self, start), end - EDGE) ||
                      has_dropout (self, resumed + EDGE, last);
  ms = -get_ms_between (self, end, held_ns);
  g_test_message ("silent %.2f ms after the hold (limit %.2f)", ms, limit);
  return ms <= limit &&
         ABS (end - find_first (self, start) - 2 * EDGE - (gint64) (position - base) * UPSAMPLED) <
             60 &&
         ABS (last - resumed - 2 * EDGE -
              (gint64) (LV_RATE_OUT / 2 - (position - base)) * UPSAMPLED) < 60;
}

static void
test_held (Fixture *self, gconstpointer data)
{
  warm_up (self);
  for (guint i = 0; i < 3; i++)
    measure (self, hold_on_time);
}

/* The server dies in the middle of the voice: the rest of it is heard when it is back, from the frame on that was
 * heard last. */
static void
lose_server (Fixture *self, gboolean held)
{
  g_autoptr (GError) error = NULL;
  guint64 position;
  gint64 n_rest;

  g_signal_handlers_disconnect_by_func (self->playback, on_failed, self);
  push_tone (self, LV_RATE_OUT);
  lv_playback_complete (self->playback);
  wait_until_heard (self, LV_RATE_OUT / 3);
  lv_playback_set_held (self->playback, held);
  lv_test_run_for (held ? 50 : 0);
  lv_test_pipewire_command (self->pipewire, "kill-server");
  lv_test_recorder_free (self->recorder);
  lv_test_pipewire_command (self->pipewire, "start-server");
  lv_test_pipewire_command (self->pipewire, "quantum %u", LONG_CYCLES);
  self->recorder = lv_test_recorder_new ();
  g_assert_cmpuint (lv_playback_get_heard (self->playback), <, LV_RATE_OUT);
  position = lv_playback_get_heard (self->playback);
  g_assert_true (lv_playback_start (self->playback, &error));
  g_assert_no_error (error);
  if (held)
    lv_test_run_for (100);
  g_assert_true (!held || lv_playback_get_heard (self->playback) == position);
  lv_playback_set_held (self->playback, FALSE);
  lv_test_wait_flag (&self->drained);
  n_rest = count_heard (self, 0);
  g_test_message ("%u frames were heard before, %d after", (guint) position, (int) n_rest);
  g_assert_cmpint (ABS (n_rest - (LV_RATE_OUT - (gint64) position)), <, 50);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, LV_RATE_OUT);
}

static void
test_lost (Fixture *self, gconstpointer data)
{
  lose_server (self, FALSE);
}

static void
test_lost_while_held (Fixture *self, gconstpointer data)
{
  lose_server (self, TRUE);
}

#define SHORT_CYCLES 0
#define ADD(name, quantum, test)                                                                   \
  g_test_add ("/pw-playback/" name, Fixture, GUINT_TO_POINTER (quantum), set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", LONG_CYCLES, test_whole);
  ADD ("heard", SHORT_CYCLES, test_heard);
  ADD ("drained", SHORT_CYCLES, test_drained);
  ADD ("flush", SHORT_CYCLES, test_flush);
  ADD ("after-flush", LONG_CYCLES, test_after_flush);
  ADD ("push-first", LONG_CYCLES, test_push_first);
  ADD ("rest", SHORT_CYCLES, test_rest);
  ADD ("after-rest", LONG_CYCLES, test_after_rest);
  ADD ("short", SHORT_CYCLES, test_short);
  ADD ("prompt", SHORT_CYCLES, test_prompt);
  ADD ("underrun", LONG_CYCLES, test_underrun);
  ADD ("busy-main-loop", LONG_CYCLES, test_busy_main_loop);
  ADD ("held", SHORT_CYCLES, test_held);
  ADD ("lost", LONG_CYCLES, test_lost);
  ADD ("lost-while-held", LONG_CYCLES, test_lost_while_held);
  ADD ("level", LONG_CYCLES, test_level);
  ADD ("stop", LONG_CYCLES, test_stop);
  return g_test_run ();
}
