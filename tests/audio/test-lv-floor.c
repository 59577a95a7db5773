/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Several sessions and one microphone, with a real PipeWire.
 */
#include "audio/lv-microphone.h"

#include "audio/lv-feed.h"
#include "audio/lv-privacy.h"

#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"

#define STREAM "livevoice.microphone"
#define N_GUESTS 3

typedef struct {
  LvCapture *capture;
  guint n_chunks;
  guint n_pauses; /* times that it was told */
  GError *error;
  LvCapture *to_stop; /* at the next pause; nullable */
} Guest;

typedef struct {
  LvTestPipewire *pipewire;
  LvPwContext *context;
  Guest guests[N_GUESTS];
} Fixture;

static void
on_chunk (LvCapture *capture, const gint16 *samples, guint n_samples, gpointer data)
{
  Guest *guest = data;

  g_assert_true (lv_capture_is_running (capture));
  g_assert_cmpint (lv_capture_get_pause (capture), ==, LV_PAUSE_NONE);
  guest->n_chunks++;
}

static void
on_pause (LvCapture *capture, Guest *guest)
{
  guest->n_pauses++;
  if (guest->to_stop != NULL)
    lv_capture_stop (guest->to_stop);
}

static void
on_failed (LvCapture *capture, const GError *error, Guest *guest)
{
  g_assert_null (guest->error);
  guest->error = g_error_copy (error);
}

static void
invite (Fixture *self, guint index, const char *target)
{
  Guest *guest = &self->guests[index];

  g_clear_object (&guest->capture);
  guest->capture = lv_pw_context_create_capture (self->context, target, "Live Voice");
  lv_capture_set_listener (guest->capture, on_chunk, guest);
  g_signal_connect (guest->capture, "pause", G_CALLBACK (on_pause), guest);
  g_signal_connect (guest->capture, "failed", G_CALLBACK (on_failed), guest);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->pipewire = lv_test_pipewire_new ();
  self->context = lv_pw_context_new ();
  for (guint i = 0; i < N_GUESTS; i++)
    invite (self, i, data);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < N_GUESTS; i++)
    {
      g_assert_finalize_object (self->guests[i].capture);
      g_clear_error (&self->guests[i].error);
    }
  g_assert_finalize_object (self->context);
  lv_test_pipewire_free (self->pipewire);
}

static void
start (Fixture *self, guint index)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (lv_capture_start (self->guests[index].capture, &error));
  g_assert_no_error (error);
}

static void
stop (Fixture *self, guint index)
{
  lv_capture_stop (self->guests[index].capture);
}

static gboolean
has_chunks (gpointer data)
{
  return ((Guest *) data)->n_chunks >= LV_FEED_PAST_CHUNKS + 5;
}

/* Only @index hears; -1: nobody. All others that run are paused for the reason. */
static void
expect_heard (Fixture *self, int index)
{
  for (guint i = 0; i < N_GUESTS; i++)
    self->guests[i].n_chunks = 0;
  if (index >= 0)
    lv_test_wait_for (has_chunks, &self->guests[index], LV_TEST_TIMEOUT_MS, "chunks");
  else
    lv_test_run_for (200);
  for (guint i = 0; i < N_GUESTS; i++)
    {
      gboolean waits = lv_capture_is_running (self->guests[i].capture) && (int) i != index;

      g_assert_cmpint (lv_capture_get_pause (self->guests[i].capture), ==,
                       waits ? LV_PAUSE_FLOOR : LV_PAUSE_NONE);
      if ((int) i != index)
        g_assert_cmpuint (self->guests[i].n_chunks, ==, 0);
    }
}

static gboolean
is_paused (gpointer data)
{
  return lv_capture_get_pause (((Guest *) data)->capture) != LV_PAUSE_NONE;
}

static void
expect_streams (Fixture *self, guint n)
{
  lv_test_pipewire_command (self->pipewire, "nodes " STREAM " %u", n);
}

static void
test_last_to_come_is_heard (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < N_GUESTS; i++)
    {
      start (self, i);
      expect_heard (self, (int) i);
      expect_streams (self, 1);
    }
  g_assert_cmpuint (self->guests[0].n_pauses, ==, 1);
  g_assert_cmpuint (self->guests[1].n_pauses, ==, 1);
  g_assert_cmpuint (self->guests[2].n_pauses, ==, 0);

  stop (self, 1); /* who is not heard leaves without a sound */
  expect_heard (self, 2);
  stop (self, 2);
  expect_heard (self, 0);
  expect_streams (self, 1);
  g_assert_cmpuint (self->guests[0].n_pauses, ==, 2);
  start (self, 1); /* unmuted */
  expect_heard (self, 1);
  stop (self, 1);
  stop (self, 0);
  lv_test_pipewire_command (self->pipewire, "no-node " STREAM);
}

/* The stream goes on, so nothing is lost, and the past is there at once. */
static void
test_take (Fixture *self, gconstpointer data)
{
  start (self, 0);
  expect_heard (self, 0);
  start (self, 1);
  expect_heard (self, 1);
  self->guests[0].n_chunks = 0;
  lv_capture_take_floor (self->guests[0].capture);
  g_assert_cmpuint (self->guests[0].n_chunks, ==, LV_FEED_PAST_CHUNKS);
  expect_heard (self, 0);
  self->guests[0].n_chunks = 0;
  lv_capture_take_floor (self->guests[0].capture); /* which it has */
  g_assert_cmpuint (self->guests[0].n_chunks, ==, 0);

  lv_capture_take_floor (self->guests[2].capture); /* does not run */
  expect_heard (self, 0);
  stop (self, 0);
  expect_heard (self, 1);
}

/* Handlers that change what they are told of. */
static void
test_stop_when_told (Fixture *self, gconstpointer data)
{
  start (self, 0);
  start (self, 1);
  self->guests[1].to_stop = self->guests[2].capture;
  start (self, 2); /* takes it from 1, which ends 2 */
  self->guests[1].to_stop = NULL;
  g_assert_false (lv_capture_is_running (self->guests[2].capture));
  expect_heard (self, 1);
  self->guests[0].to_stop = self->guests[0].capture;
  stop (self, 1); /* to 0, which does not want it */
  g_assert_false (lv_capture_is_running (self->guests[0].capture));
  self->guests[0].to_stop = NULL;
  lv_test_pipewire_command (self->pipewire, "no-node " STREAM);
}

/* The node that is muted is watched, not the stream, which is gone. */
static void
test_muted (Fixture *self, gconstpointer data)
{
  start (self, 0);
  start (self, 1);
  expect_heard (self, 1);
  lv_test_pipewire_command (self->pipewire, "mute " LV_TEST_MICROPHONE " true");
  lv_test_wait_for (is_paused, &self->guests[1], LV_TEST_TIMEOUT_MS, "a pause");
  g_assert_cmpint (lv_capture_get_pause (self->guests[1].capture), ==, LV_PAUSE_SOURCE_MUTED);
  lv_test_run_for (100);
  lv_test_pipewire_command (self->pipewire, "no-node " STREAM);
  lv_test_run_for (300);
  lv_test_pipewire_command (self->pipewire, "mute " LV_TEST_MICROPHONE " false");
  expect_heard (self, 1);
  expect_streams (self, 1);
}

/* One by its name, one by being the default: the same device, so one stream; and another device,
 * which has a floor of its own. */
static void
test_devices (Fixture *self, gconstpointer data)
{
  lv_test_pipewire_command (self->pipewire, "plug {\"node.name\": \"second\", "
                                            "\"priority.session\": 100}");
  lv_test_pipewire_command (self->pipewire, "node second");
  invite (self, 0, "");
  invite (self, 1, LV_TEST_MICROPHONE);
  invite (self, 2, "second");
  start (self, 0);
  expect_heard (self, 0);
  start (self, 1);
  expect_heard (self, 1);
  lv_test_run_for (100);
  expect_streams (self, 1);
  start (self, 2);
  lv_test_wait_for (has_chunks, &self->guests[2], LV_TEST_TIMEOUT_MS, "chunks of the second");
  g_assert_cmpint (lv_capture_get_pause (self->guests[0].capture), ==, LV_PAUSE_FLOOR);
  self->guests[1].n_chunks = 0;
  lv_test_wait_for (has_chunks, &self->guests[1], LV_TEST_TIMEOUT_MS, "chunks of the first");
  expect_streams (self, 2);

  stop (self, 1);
  self->guests[2].n_chunks = 0;
  lv_test_pipewire_command (self->pipewire, "choose source second"); /* now all want the same */
  lv_test_wait_for (is_paused, &self->guests[0], LV_TEST_TIMEOUT_MS, "a pause");
  expect_heard (self, 2);
  expect_streams (self, 1);
}

/* Who is heard stays the same, and is heard again. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  start (self, 0);
  start (self, 1);
  lv_capture_take_floor (self->guests[0].capture);
  expect_heard (self, 0);
  lv_test_pipewire_command (self->pipewire, "kill-server");
  lv_test_pipewire_command (self->pipewire, "start-server");
  self->guests[1].n_pauses = 0;
  expect_heard (self, 0);
  expect_streams (self, 1);
  g_assert_cmpuint (self->guests[1].n_pauses, ==, 0);
}

static gboolean
all_failed (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; i < N_GUESTS; i++)
    if (self->guests[i].error == NULL)
      return FALSE;
  return TRUE;
}

static void
test_lost_server (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < N_GUESTS; i++)
    start (self, i);
  expect_heard (self, 2);
  lv_test_pipewire_command (self->pipewire, "kill-server");
  lv_test_wait_for (all_failed, self, LV_TEST_TIMEOUT_MS, "failures");
  for (guint i = 0; i < N_GUESTS; i++)
    {
      g_assert_error (self->guests[i].error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER);
      g_assert_false (lv_capture_is_running (self->guests[i].capture));
      g_clear_error (&self->guests[i].error);
    }
  g_assert_false (lv_capture_start (self->guests[0].capture, &self->guests[0].error));
  g_assert_error (self->guests[0].error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER);

  lv_test_pipewire_command (self->pipewire, "start-server");
  start (self, 1);
  expect_heard (self, 1);
}

static void
test_no_microphone (Fixture *self, gconstpointer data)
{
  lv_test_pipewire_command (self->pipewire, "remove-microphone");
  for (guint i = 0; i < N_GUESTS; i++)
    start (self, i);
  lv_test_wait_for (all_failed, self, LV_TEST_TIMEOUT_MS, "failures");
  for (guint i = 0; i < N_GUESTS; i++)
    g_assert_error (self->guests[i].error, LV_ERROR, LV_ERROR_NO_MICROPHONE);
}

/* The stream goes, and comes back for the one that was heard. */
static void
test_privacy (Fixture *self, gconstpointer data)
{
  g_autoptr (GSettings) settings = g_settings_new (LV_PRIVACY_SCHEMA);

  start (self, 0);
  start (self, 1);
  expect_heard (self, 1);
  g_settings_set_boolean (settings, LV_PRIVACY_MICROPHONE, TRUE);
  lv_test_wait_for (is_paused, &self->guests[1], LV_TEST_TIMEOUT_MS, "a pause");
  g_assert_cmpint (lv_capture_get_pause (self->guests[1].capture), ==, LV_PAUSE_PRIVACY);
  g_assert_cmpint (lv_capture_get_pause (self->guests[0].capture), ==, LV_PAUSE_FLOOR);
  lv_test_run_for (100); /* the loop that tells PipeWire */
  lv_test_pipewire_command (self->pipewire, "no-node " STREAM);
  start (self, 2); /* it has the floor, and hears as little */
  g_assert_cmpint (lv_capture_get_pause (self->guests[2].capture), ==, LV_PAUSE_PRIVACY);
  lv_test_run_for (300);
  expect_streams (self, 0);
  stop (self, 2);

  g_settings_reset (settings, LV_PRIVACY_MICROPHONE);
  expect_heard (self, 1);
  expect_streams (self, 1);
}

#define ADD(name, target, test)                                                                    \
  g_test_add ("/floor/" name, Fixture, target, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("last-to-come-is-heard", NULL, test_last_to_come_is_heard);
  ADD ("take", LV_TEST_MICROPHONE, test_take);
  ADD ("stop-when-told", NULL, test_stop_when_told);
  ADD ("privacy", NULL, test_privacy);
  ADD ("muted", NULL, test_muted);
  ADD ("devices", NULL, test_devices);
  ADD ("restart", NULL, test_restart);
  ADD ("lost-server", NULL, test_lost_server);
  ADD ("no-microphone", NULL, test_no_microphone);
  return g_test_run ();
}
