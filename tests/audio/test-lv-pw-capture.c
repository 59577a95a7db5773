/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real thing: a virtual microphone into LvPwCapture.
 */
#include "audio/lv-pw-capture.h"

#include "lib/lv-test-pipewire.h"
#include "lib/lv-test-process.h"
#include "lib/lv-test.h"

#include <math.h>

#define STREAM "livevoice.microphone"
#define QUANTUM 2048 /* long cycles, which a busy machine can meet */
#define TONE_HZ 500.0
#define AMPLITUDE 0.5

typedef struct {
  LvTestPipewire *pipewire;
  LvPwContext *context;
  LvCapture *capture;
  GArray *samples; /* gint16 */
  guint n_chunks;
  GThread *thread;
  GError *error;
  gboolean stop_at_chunk;
} Fixture;

static void
on_chunk (LvCapture *capture, const gint16 *samples, guint n_samples, gpointer data)
{
  Fixture *self = data;

  g_assert_cmpuint (n_samples, ==, LV_CHUNK_FRAMES);
  g_assert_true (g_thread_self () == self->thread);
  g_assert_true (lv_capture_is_running (capture));
  g_array_append_vals (self->samples, samples, n_samples);
  self->n_chunks++;
  if (self->stop_at_chunk)
    lv_capture_stop (capture);
}

static void
on_failed (LvCapture *capture, const GError *error, Fixture *self)
{
  g_assert_null (self->error);
  g_assert_false (lv_capture_is_running (capture));
  self->error = g_error_copy (error);
}

static void
create (Fixture *self, const char *target)
{
  self->capture = lv_pw_capture_new (self->context, target, "Live Voice");
  lv_capture_set_listener (self->capture, on_chunk, self);
  g_signal_connect (self->capture, "failed", G_CALLBACK (on_failed), self);
}

static void
start (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (lv_capture_start (self->capture, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer target)
{
  self->thread = g_thread_self ();
  self->pipewire = lv_test_pipewire_new ();
  lv_test_pipewire_command (self->pipewire, "quantum %u", QUANTUM);
  self->context = lv_pw_context_new ();
  self->samples = g_array_new (FALSE, FALSE, sizeof (gint16));
  create (self, target);
}

static void
tear_down (Fixture *self, gconstpointer target)
{
  if (self->capture != NULL)
    g_assert_finalize_object (self->capture);
  g_assert_finalize_object (self->context);
  g_array_unref (self->samples);
  g_clear_error (&self->error);
  lv_test_pipewire_free (self->pipewire);
}

static gboolean
has_chunk (gpointer data)
{
  return ((Fixture *) data)->n_chunks > 0;
}

static void
wait_for_chunk (Fixture *self)
{
  self->n_chunks = 0;
  lv_test_wait_for (has_chunk, self, LV_TEST_TIMEOUT_MS, "a chunk");
}

static gboolean
has_failed (gpointer data)
{
  return ((Fixture *) data)->error != NULL;
}

static void
wait_for_failure (Fixture *self, LvErrorCode code)
{
  lv_test_wait_for (has_failed, self, LV_TEST_TIMEOUT_MS, "failed");
  g_assert_error (self->error, LV_ERROR, (int) code);
  g_clear_error (&self->error);
}

static gint
find_first (GArray *samples, gint threshold)
{
  for (guint i = 0; i < samples->len; i++)
    if (ABS ((int) g_array_index (samples, gint16, i)) > threshold)
      return (gint) i;
  return -1;
}

/* Deviation from an ideal tone in phase with the first ten periods: a lost or doubled sample shows. */
static double
get_tone_error (const gint16 *samples, guint n)
{
  double step = 2.0 * G_PI * TONE_HZ / LV_RATE_IN, in = 0.0, quad = 0.0, error = 0.0;
  guint n_fit = (guint) (LV_RATE_IN / TONE_HZ * 10);

  for (guint i = 0; i < n_fit; i++)
    {
      in += 2.0 * samples[i] * sin (step * i) / n_fit;
      quad += 2.0 * samples[i] * cos (step * i) / n_fit;
    }
  for (guint i = 0; i < n; i++)
    error = MAX (error, fabs (samples[i] - in * sin (step * i) - quad * cos (step * i)));
  return error / 32768.0;
}

static gboolean
has_seconds (gpointer data)
{
  return ((Fixture *) data)->samples->len >= 2 * LV_RATE_IN;
}

static void
test_tone (Fixture *self, gconstpointer target)
{
  gint16 tone[LV_RATE_IN];
  guint margin = LV_RATE_IN / 100;
  double error;
  gint first;

  for (guint i = 0; i < LV_RATE_IN; i++)
    tone[i] = (gint16) lrint (32767.0 * AMPLITUDE * sin (2.0 * G_PI * TONE_HZ * i / LV_RATE_IN));
  start (self);
  wait_for_chunk (self);
  lv_test_pipewire_play (self->pipewire, tone, LV_RATE_IN, LV_RATE_IN);
  lv_test_wait_for (has_seconds, self, LV_TEST_TIMEOUT_MS, "two seconds of sound");
  first = find_first (self->samples, 100);
  g_assert_cmpint (first, >=, 0);
  error = get_tone_error (&g_array_index (self->samples, gint16, first + margin),
                          LV_RATE_IN - 2 * margin);
  g_test_message ("largest deviation from the ideal tone: %.1f dB", 20 * log10 (error / AMPLITUDE));
  g_assert_cmpfloat (error, <, 0.001);
  g_assert_cmpuint (lv_pw_capture_get_dropped (LV_PW_CAPTURE (self->capture)), ==, 0);
}

static void
test_identity (Fixture *self, gconstpointer target)
{
  start (self);
  wait_for_chunk (self);
  lv_test_pipewire_command (self->pipewire, "property " STREAM " media.class Stream/Input/Audio");
  lv_test_pipewire_command (self->pipewire, "property " STREAM " media.role Communication");
  lv_test_pipewire_command (self->pipewire,
                            "property " STREAM " application.id org.livevoice.LiveVoice");
  lv_test_pipewire_command (self->pipewire, "property " STREAM " application.name Live Voice");
  lv_test_pipewire_command (self->pipewire,
                            "property " STREAM " application.icon-name audio-input-microphone");
  lv_test_pipewire_command (self->pipewire, "property " STREAM " node.description Live Voice");
  lv_capture_stop (self->capture);
  lv_test_pipewire_command (self->pipewire, "no-node " STREAM);
}

static void
test_target (Fixture *self, gconstpointer target)
{
  start (self);
  wait_for_chunk (self);
  lv_test_pipewire_command (self->pipewire,
                            "property " STREAM " target.object " LV_TEST_MICROPHONE);
}

/* A device that is not there: the default one. */
static void
test_unknown_target (Fixture *self, gconstpointer target)
{
  start (self);
  wait_for_chunk (self);
}

static void
test_no_microphone (Fixture *self, gconstpointer target)
{
  gint64 start_us;

  lv_test_pipewire_command (self->pipewire, "remove-microphone");
  start_us = g_get_monotonic_time ();
  start (self);
  wait_for_failure (self, LV_ERROR_NO_MICROPHONE);
  g_test_message ("no microphone reported after %.1f s",
                  (g_get_monotonic_time () - start_us) / 1e6);
  lv_test_pipewire_command (self->pipewire, "no-node " STREAM);
  g_assert_cmpuint (self->n_chunks, ==, 0);

  lv_test_pipewire_command (self->pipewire, "add-microphone");
  start (self);
  wait_for_chunk (self);
}

static void
test_unplugged (Fixture *self, gconstpointer target)
{
  start (self);
  wait_for_chunk (self);
  lv_test_pipewire_command (self->pipewire, "remove-microphone");
  lv_test_pipewire_command (self->pipewire, "add-microphone");
  wait_for_chunk (self);
  wait_for_chunk (self);
  lv_test_pipewire_command (self->pipewire, "remove-microphone");
  wait_for_failure (self, LV_ERROR_NO_MICROPHONE);
}

/* The data thread goes on, drops what is new, and the chunks that were kept come in order. */
static void
test_busy_main_loop (Fixture *self, gconstpointer target)
{
  guint64 dropped;

  start (self);
  wait_for_chunk (self);
  self->n_chunks = 0;
  g_usleep (1500000);
  dropped = lv_pw_capture_get_dropped (LV_PW_CAPTURE (self->capture));
  g_assert_cmpuint (dropped, >, LV_RATE_IN / 4);
  g_assert_cmpuint (dropped, <, LV_RATE_IN);
  wait_for_chunk (self);
  g_assert_cmpuint (self->n_chunks, >=, LV_PW_CAPTURE_RING_FRAMES / LV_CHUNK_FRAMES);
  lv_test_run_for (100);
  dropped = lv_pw_capture_get_dropped (LV_PW_CAPTURE (self->capture));
  lv_test_run_for (100);
  g_assert_cmpuint (lv_pw_capture_get_dropped (LV_PW_CAPTURE (self->capture)), ==, dropped);
}

static void
test_stop_in_handler (Fixture *self, gconstpointer target)
{
  self->stop_at_chunk = TRUE;
  start (self);
  wait_for_chunk (self);
  lv_test_run_for (100);
  g_assert_cmpuint (self->n_chunks, ==, 1);
  g_assert_false (lv_capture_is_running (self->capture));
}

static void
test_many_starts (Fixture *self, gconstpointer target)
{
  guint n_threads = 0, n_fds = 0;

  for (guint i = 0; i <= 50; i++)
    {
      start (self);
      if (i % 2 == 0)
        wait_for_chunk (self);
      lv_capture_stop (self->capture);
      lv_test_run_for (1);
      if (i == 0)
        {
          n_threads = lv_test_count_threads ();
          n_fds = lv_test_count_fds ();
        }
    }
  g_test_message ("%u threads, %u file descriptors at rest", n_threads, n_fds);
  g_assert_cmpuint (lv_test_count_threads (), ==, n_threads);
  g_assert_cmpuint (lv_test_count_fds (), ==, n_fds);
}

/* Freed while it runs. */
static void
test_free_running (Fixture *self, gconstpointer target)
{
  start (self);
  wait_for_chunk (self);
  g_assert_finalize_object (g_steal_pointer (&self->capture));
  lv_test_pipewire_command (self->pipewire, "no-node " STREAM);
}

#define ADD(name, target, test)                                                                    \
  g_test_add ("/pw-capture/" name, Fixture, target, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("tone", NULL, test_tone);
  ADD ("identity", NULL, test_identity);
  ADD ("target-by-name", LV_TEST_MICROPHONE, test_target);
  ADD ("target-by-description", "Live Voice test microphone", test_target);
  ADD ("unknown-target", "no such device", test_unknown_target);
  ADD ("no-microphone", NULL, test_no_microphone);
  ADD ("unplugged", "", test_unplugged);
  ADD ("busy-main-loop", NULL, test_busy_main_loop);
  ADD ("stop-in-handler", NULL, test_stop_in_handler);
  ADD ("many-starts", NULL, test_many_starts);
  ADD ("free-running", NULL, test_free_running);
  return g_test_run ();
}
