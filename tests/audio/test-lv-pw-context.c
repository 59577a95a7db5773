/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The connection to PipeWire: made when needed, gone when not, made again after the server came back; and what
 * it costs at rest.
 */
#include "audio/lv-pw-context.h"

#include "audio/lv-pw-playback.h"

#include "lib/lv-test-pipewire.h"
#include "lib/lv-test-process.h"
#include "lib/lv-test.h"

#define REST_MS 2000
/* WirePlumber puts a device to sleep 5 s after its last use, and all who watch it are woken once */
#define ASLEEP_MS (LV_PW_PLAYBACK_LINGER_MS + 6000)
#define N_CYCLES 50

typedef struct {
  LvPwContext *context;
  LvCapture *capture;
  LvPlayback *playback;
  guint n_chunks;
  gboolean drained;
  GError *capture_error;
  GError *playback_error;
} Fixture;

static void
on_chunk (LvCapture *capture, const gint16 *samples, guint n_samples, gpointer data)
{
  Fixture *self = data;

  self->n_chunks++;
}

static void
on_drained (LvPlayback *playback, Fixture *self)
{
  self->drained = TRUE;
}

static void
on_failed (gpointer stream, const GError *error, GError **ret_error)
{
  g_assert_null (*ret_error);
  *ret_error = g_error_copy (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->context = lv_pw_context_new ();
  self->capture = lv_pw_context_create_capture (self->context, NULL, "Live Voice");
  self->playback = lv_pw_context_create_playback (self->context, NULL, "Live Voice");
  lv_capture_set_listener (self->capture, on_chunk, self);
  g_signal_connect (self->playback, "drained", G_CALLBACK (on_drained), self);
  g_signal_connect (self->capture, "failed", G_CALLBACK (on_failed), &self->capture_error);
  g_signal_connect (self->playback, "failed", G_CALLBACK (on_failed), &self->playback_error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->capture);
  g_assert_finalize_object (self->playback);
  g_assert_finalize_object (self->context);
}

static gboolean
has_chunk (gpointer data)
{
  return ((Fixture *) data)->n_chunks > 0;
}

static gboolean
have_both_failed (gpointer data)
{
  Fixture *self = data;

  return self->capture_error != NULL && self->playback_error != NULL;
}

static void
push (Fixture *self, guint n_frames)
{
  g_autofree gint16 *silence = g_new0 (gint16, n_frames);
  g_autoptr (LvPcmBlock) pcm = lv_pcm_block_new_copy (silence, n_frames);

  self->drained = FALSE;
  lv_playback_push (self->playback, pcm);
}

static void
start_both (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->n_chunks = 0;
  g_assert_true (lv_capture_start (self->capture, &error));
  g_assert_true (lv_playback_start (self->playback, &error));
  g_assert_no_error (error);
}

static void
converse (Fixture *self)
{
  start_both (self);
  lv_test_wait_for (has_chunk, self, LV_TEST_TIMEOUT_MS, "a chunk");
  push (self, LV_RATE_OUT / 50);
  lv_test_wait_flag (&self->drained);
}

static void
stop_both (Fixture *self)
{
  lv_capture_stop (self->capture);
  lv_playback_stop (self->playback);
}

/* Before any PipeWire was started. */
static void
test_no_server (Fixture *self, gconstpointer data)
{
  g_autofree char *directory = lv_test_make_dir ();
  guint n_fds;

  g_setenv ("XDG_RUNTIME_DIR", directory, TRUE);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) playback_error = NULL;

      g_assert_false (lv_capture_start (self->capture, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER);
      g_assert_false (lv_capture_is_running (self->capture));
      g_assert_false (lv_playback_start (self->playback, &playback_error));
      g_assert_error (playback_error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER);
      if (i == 0)
        n_fds = lv_test_count_fds ();
    }
  g_assert_cmpuint (lv_test_count_fds (), ==, n_fds);
  push (self, 1000);
  g_assert_cmpuint (lv_playback_get_pushed (self->playback), ==, 1000);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, 1000);
  lv_test_remove_dir (g_steal_pointer (&directory));
}

static void
assert_failed (GError **error)
{
  g_assert_error (*error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER);
  g_clear_error (error);
}

static void
test_server_restart (Fixture *self, gconstpointer data)
{
  g_autoptr (LvTestPipewire) pipewire = lv_test_pipewire_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      converse (self);
      push (self, LV_RATE_OUT);
      lv_test_pipewire_command (pipewire, "kill-server");
      lv_test_wait_for (have_both_failed, self, LV_TEST_TIMEOUT_MS, "both streams to fail");
      assert_failed (&self->capture_error);
      assert_failed (&self->playback_error);
      g_assert_false (lv_capture_is_running (self->capture));
      push (self, 10);
      g_assert_cmpuint (lv_playback_get_heard (self->playback), <,
                        lv_playback_get_pushed (self->playback));
      g_assert_false (lv_capture_start (self->capture, &error));
      g_clear_error (&error);
      lv_test_pipewire_command (pipewire, "start-server");
    }
  converse (self);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==,
                    lv_playback_get_pushed (self->playback));
  stop_both (self);
}

/* For another speaker the voice waits a while, not for ever. */
static void
test_give_up (Fixture *self, gconstpointer data)
{
  g_autoptr (LvTestPipewire) pipewire = lv_test_pipewire_new ();

  g_assert_true (lv_playback_start (self->playback, NULL));
  push (self, LV_RATE_OUT);
  lv_test_pipewire_command (pipewire, "kill-server");
  lv_test_wait_flag (&self->drained);
  assert_failed (&self->playback_error);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, LV_RATE_OUT);
  push (self, 10);
  g_assert_cmpuint (lv_playback_get_heard (self->playback), ==, LV_RATE_OUT + 10);
}

static void
test_no_leak (Fixture *self, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (LvTestPipewire) pipewire = lv_test_pipewire_new ();
  guint n_threads, n_fds;

  converse (self);
  stop_both (self);
  n_threads = lv_test_count_threads ();
  n_fds = lv_test_count_fds ();
  for (guint i = 0; i < N_CYCLES; i++)
    {
      start_both (self);
      push (self, 100);
      if (i % 5 == 0)
        lv_test_wait_flag (&self->drained);
      stop_both (self);
      g_assert_cmpuint (lv_test_count_threads (), ==, n_threads);
    }
  g_assert_cmpuint (lv_test_count_fds (), ==, n_fds);
}

static void
measure_rest (const char *what)
{
  guint64 n;

  lv_test_run_for (100);
  n = lv_test_count_wake_ups ();
  lv_test_run_for (REST_MS);
  n = lv_test_count_wake_ups () - n;
  g_test_message ("%s: %" G_GUINT64_FORMAT " wake-ups in %d s, one of them the test's own timer",
                  what, n, REST_MS / 1000);
  g_assert_cmpuint (n, <=, 1);
}

static void
test_rest (Fixture *self, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (LvTestPipewire) pipewire = lv_test_pipewire_new ();
  guint n_threads = lv_test_count_threads ();

  measure_rest ("never started");
  g_assert_cmpuint (lv_test_count_threads (), ==, n_threads);
  converse (self);
  lv_capture_stop (self->capture);
  lv_test_run_for (ASLEEP_MS);
  measure_rest ("playback started, nothing to play");
  push (self, LV_RATE_OUT / 50);
  lv_test_wait_flag (&self->drained);
  lv_playback_stop (self->playback);
  measure_rest ("stopped");
  g_assert_cmpuint (lv_test_count_threads (), ==, n_threads);
}

#define ADD(name, test) g_test_add ("/pw-context/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("no-server", test_no_server);
  ADD ("server-restart", test_server_restart);
  ADD ("give-up", test_give_up);
  ADD ("no-leak", test_no_leak);
  ADD ("rest", test_rest);
  return g_test_run ();
}
