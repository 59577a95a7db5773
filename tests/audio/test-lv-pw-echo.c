/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-echo.h"

#include "audio/lv-pw-canceller.h"
#include "audio/lv-pw-connection.h"

#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"

#define SOURCE(n) LV_PW_CANCELLER_PREFIX #n ".source"

typedef struct {
  LvPwConnection *connection;
  LvPwEcho *echo;
  guint n_changes;
  guint n_expected;
  guint cycle_us;
} Fixture;

static LvTestPipewire *pipewire;

static void
on_changed (gpointer data)
{
  ((Fixture *) data)->n_changes++;
}

static gboolean
is_ready (gpointer data)
{
  return lv_pw_connection_is_ready (((Fixture *) data)->connection);
}

static gboolean
is_changed (gpointer data)
{
  Fixture *self = data;

  return self->n_changes >= self->n_expected;
}

static void
wait_changes (Fixture *self, guint n)
{
  self->n_expected = n;
  lv_test_wait_for (is_changed, self, LV_TEST_TIMEOUT_MS, "a change");
}

static gpointer
run_and_tell (gpointer data)
{
  gpointer *job = data;

  lv_test_pipewire_command (pipewire, "%s", (const char *) job[0]);
  g_atomic_int_set ((gint *) job[1], TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static gboolean
is_done (gpointer data)
{
  return g_atomic_int_get ((gint *) data);
}

/* Whoever looks at our nodes asks us: so the main loop goes on meanwhile. */
static void
obey (const char *command)
{
  gint done = FALSE;
  gpointer job[] = { (gpointer) command, &done };
  GThread *thread = g_thread_new ("command", run_and_tell, job);

  lv_test_wait_for (is_done, &done, LV_TEST_TIMEOUT_MS, command);
  g_thread_join (thread);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->connection = lv_pw_connection_new (&error);
  g_assert_no_error (error);
  lv_test_wait_for (is_ready, self, LV_TEST_TIMEOUT_MS, "the devices");
  self->echo = lv_pw_echo_new (lv_pw_connection_get_context (self->connection),
                               lv_pw_connection_get_core (self->connection), on_changed, self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  lv_pw_echo_free (self->echo);
  g_object_unref (self->connection);
  lv_pw_canceller_give_back ();
}

static LvPwNode
make_node (const char *name, const char *form_factor)
{
  return (LvPwNode){ .device_id = SPA_ID_INVALID,
                     .name = (char *) name,
                     .form_factor = (char *) form_factor,
                     .description = "",
                     .bus = "",
                     .api = "",
                     .profile = "",
                     .port_type = "" };
}

static void
update (Fixture *self, LvEchoCancel wanted, const char *microphone, const char *speaker,
        const char *form_factor)
{
  const LvPwNode from = make_node (microphone, ""), to = make_node (speaker, form_factor);

  lv_pw_echo_update (self->echo, wanted, microphone != NULL ? &from : NULL,
                     speaker != NULL ? &to : NULL, self->cycle_us);
}

static void
expect (Fixture *self, LvEchoMode mode, gboolean failed, const char *source)
{
  const LvEchoState *state = lv_pw_echo_get_state (self->echo);

  g_assert_cmpint (state->mode, ==, mode);
  g_assert_cmpint (state->failed, ==, failed);
  g_assert_cmpint (*state->reason, !=, '\0');
  g_assert_cmpstr (lv_pw_echo_get_source (self->echo, LV_TEST_MICROPHONE), ==, source);
}

static void
begin (Fixture *self)
{
  update (self, LV_ECHO_CANCEL_AUTO, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "speaker");
  g_assert_true (lv_pw_echo_is_loading (self->echo, LV_TEST_MICROPHONE));
  g_assert_false (lv_pw_echo_is_loading (self->echo, "another"));
  expect (self, LV_ECHO_CANCEL, FALSE, NULL);
  wait_changes (self, 1);
  g_assert_false (lv_pw_echo_is_loading (self->echo, LV_TEST_MICROPHONE));
  expect (self, LV_ECHO_CANCEL, FALSE, SOURCE (1));
  g_assert_null (lv_pw_echo_get_source (self->echo, "another"));
}

static void
test_loudspeaker (Fixture *self, gconstpointer data)
{
  begin (self);
  obey ("node " SOURCE (1));
  update (self, LV_ECHO_CANCEL_AUTO, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "speaker");
  g_assert_cmpuint (lv_pw_echo_get_state (self->echo)->serial, ==, 1);
}

/* The stream is told to go elsewhere before its node goes. */
static void
test_headset (Fixture *self, gconstpointer data)
{
  begin (self);
  update (self, LV_ECHO_CANCEL_AUTO, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "headset");
  expect (self, LV_ECHO_NONE, FALSE, NULL);
  wait_changes (self, 2);
  obey ("node " SOURCE (1));
  lv_test_run_for (LV_PW_ECHO_RETIRE_MS + 100);
  obey ("no-node " SOURCE (1));
}

static void
test_another_speaker (Fixture *self, gconstpointer data)
{
  begin (self);
  update (self, LV_ECHO_CANCEL_AUTO, LV_TEST_MICROPHONE, "another", "speaker");
  expect (self, LV_ECHO_CANCEL, FALSE, SOURCE (1));
  g_assert_false (lv_pw_echo_is_loading (self->echo, LV_TEST_MICROPHONE));
  wait_changes (self, 2);
  expect (self, LV_ECHO_CANCEL, FALSE, SOURCE (2));
  lv_test_run_for (LV_PW_ECHO_RETIRE_MS + 100);
  obey ("no-node " SOURCE (1));
  obey ("node " SOURCE (2));
}

/* Cycles get too long for it, and short again. */
static void
test_long_cycles (Fixture *self, gconstpointer data)
{
  begin (self);
  self->cycle_us = LV_ECHO_POLICY_MAX_CYCLE_US + 1;
  for (guint i = 0; i < 2; i++)
    {
      update (self, LV_ECHO_CANCEL_AUTO, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "speaker");
      expect (self, LV_ECHO_HALF_DUPLEX, TRUE, NULL);
    }
  wait_changes (self, 2);
  lv_test_run_for (LV_PW_ECHO_RETIRE_MS + 100);
  obey ("no-node " SOURCE (1));
  self->cycle_us = LV_ECHO_POLICY_MAX_CYCLE_US;
  update (self, LV_ECHO_CANCEL_AUTO, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "speaker");
  wait_changes (self, 3);
  expect (self, LV_ECHO_CANCEL, FALSE, SOURCE (2));
}

/* Muted: nothing of the microphone stays open. */
static void
test_no_microphone (Fixture *self, gconstpointer data)
{
  begin (self);
  update (self, LV_ECHO_CANCEL_AUTO, NULL, LV_TEST_SPEAKER, "speaker");
  expect (self, LV_ECHO_NONE, FALSE, NULL);
  lv_test_run_for (50);
  obey ("no-node " SOURCE (1));
}

static void
test_changes_its_mind (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    {
      update (self, LV_ECHO_CANCEL_ON, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "headset");
      expect (self, LV_ECHO_CANCEL, FALSE, NULL);
      update (self, LV_ECHO_CANCEL_HALF_DUPLEX, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "headset");
      expect (self, LV_ECHO_HALF_DUPLEX, FALSE, NULL);
    }
  lv_test_run_for (200);
  g_assert_cmpuint (self->n_changes, ==, 1); /* what waited for them is told, once */
  update (self, LV_ECHO_CANCEL_ON, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "headset");
  wait_changes (self, 2);
  expect (self, LV_ECHO_CANCEL, FALSE, SOURCE (6));
}

/* Taken away from outside, it comes back, but not for ever. */
static void
test_taken_away (Fixture *self, gconstpointer data)
{
  begin (self);
  for (guint i = 1; i <= LV_PW_ECHO_RETRIES + 1; i++)
    {
      g_autofree char *command =
          g_strdup_printf ("unplug " LV_PW_CANCELLER_PREFIX "%u.microphone", i);

      self->n_changes = 0;
      obey (command);
      wait_changes (self, i <= LV_PW_ECHO_RETRIES ? 2 : 1);
    }
  expect (self, LV_ECHO_HALF_DUPLEX, TRUE, NULL);
  update (self, LV_ECHO_CANCEL_AUTO, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "speaker");
  expect (self, LV_ECHO_HALF_DUPLEX, TRUE, NULL);
  update (self, LV_ECHO_CANCEL_ON, LV_TEST_MICROPHONE, LV_TEST_SPEAKER, "speaker");
  expect (self, LV_ECHO_CANCEL, FALSE, NULL);
}

static void
add_speaker (void)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_command_line_sync (
      "pw-cli create-node adapter '{ factory.name = support.null-audio-sink "
      "node.name = another media.class = Audio/Sink audio.position = [ MONO ] "
      "object.linger = true }'",
      NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* The old one is there until the new one is. */
static void
test_renew (Fixture *self, gconstpointer data)
{
  lv_pw_echo_renew (self->echo);
  expect (self, LV_ECHO_NONE, FALSE, NULL);
  begin (self);
  lv_pw_echo_renew (self->echo);
  lv_pw_echo_renew (self->echo);
  expect (self, LV_ECHO_CANCEL, FALSE, SOURCE (1));
  wait_changes (self, 2);
  expect (self, LV_ECHO_CANCEL, FALSE, SOURCE (2));
  obey ("no-node " SOURCE (1));
}

static void
add (const char *name, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/pw-echo/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  pipewire = lv_test_pipewire_new ();
  add_speaker ();
  add ("loudspeaker", test_loudspeaker);
  add ("headset", test_headset);
  add ("another-speaker", test_another_speaker);
  add ("long-cycles", test_long_cycles);
  add ("no-microphone", test_no_microphone);
  add ("changes-its-mind", test_changes_its_mind);
  add ("taken-away", test_taken_away);
  add ("renew", test_renew);
  result = g_test_run ();
  lv_test_pipewire_free (pipewire);
  return result;
}
