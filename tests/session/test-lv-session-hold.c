/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The user is away, or the machine asleep: what a session does then, and afterwards.
 */
#include "lv-test-devices.h"
#include "lv-test-session.h"

#include "lib/lv-test.h"

static Fixture *
audio_fixture_new (void)
{
  Fixture *fixture = fixture_new ();

  fixture->profile->audio = LV_AUDIO_PIPEWIRE;
  apply_profile (fixture);
  fixture->session->times.backoff_scale = 0.001;
  return fixture;
}

static void
expect_state (Fixture *fixture, LvState state, gboolean listening)
{
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, state);
  g_assert_cmpint (lv_session_get_microphone_active (fixture->session), ==, listening);
}

static gboolean
is_parked (gpointer data)
{
  return !lv_session_is_parking (data);
}

static void
wait_parked (Fixture *fixture)
{
  lv_test_wait_for (is_parked, fixture->session, LV_TEST_TIMEOUT_MS, "the end of the connection");
}

static gboolean
has_tried (gpointer data)
{
  LvSession *session = data;

  return session->socket != NULL || !lv_session_is_live (session);
}

static LvClientMessage *
wake (Fixture *fixture)
{
  LvClientMessage *setup;

  lv_session_set_hold (fixture->session, LV_PAUSE_NONE, FALSE);
  setup = lv_test_server_accept (fixture->server, NULL);
  wait_state (fixture, LV_STATE_LISTENING);
  return setup;
}

/* From one reason to the other, once told each. */
static void
test_reasons (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new ();

  open_session (fixture);
  expect_state (fixture, LV_STATE_LISTENING, TRUE);
  lv_session_set_hold (fixture->session, LV_PAUSE_LOCKED, FALSE);
  lv_session_set_hold (fixture->session, LV_PAUSE_LOCKED, FALSE);
  lv_session_set_hold (fixture->session, LV_PAUSE_INACTIVE, FALSE);
  expect_state (fixture, LV_STATE_PAUSED, FALSE);
  g_assert_false (lv_test_speak (1, 1));
  expect_log (fixture, "warning ", "microphone-off microphone-off");
  lv_session_set_hold (fixture->session, LV_PAUSE_NONE, FALSE);
  expect_state (fixture, LV_STATE_LISTENING, TRUE);
  g_assert_true (lv_test_speak (1, 1));
}

static void
test_start (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new ();
  g_autoptr (GError) error = NULL;

  lv_session_set_hold (fixture->session, LV_PAUSE_LOCKED, TRUE);
  g_assert_false (lv_session_start (fixture->session, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_LOCKED);
  lv_session_set_hold (fixture->session, LV_PAUSE_NONE, TRUE);
  open_session (fixture);
  lv_session_set_hold (fixture->session, LV_PAUSE_INACTIVE, TRUE);
  wait_logged (fixture, "closed locked");
  expect_at_rest (fixture);
}

/* The server has the conversation, we have its name. */
static void
test_sleep (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  open_session (fixture);
  say_handle (fixture, "h1");
  say_audio (fixture, 5000);
  wait_state (fixture, LV_STATE_SPEAKING);
  lv_session_set_hold (fixture->session, LV_PAUSE_ASLEEP, FALSE);
  expect_state (fixture, LV_STATE_PAUSED, FALSE);
  g_assert_true (lv_session_is_parking (fixture->session));
  wait_parked (fixture);
  lv_session_set_hold (fixture->session, LV_PAUSE_LOCKED, FALSE); /* awake, not unlocked */
  expect_state (fixture, LV_STATE_PAUSED, FALSE);

  setup = wake (fixture);
  g_assert_cmpstr (setup->setup->resumption_handle, ==, "h1");
  expect_state (fixture, LV_STATE_LISTENING, TRUE);
}

static void
sleep_for (Fixture *fixture, guint seconds)
{
  g_autoptr (LvClientMessage) setup = NULL;

  lv_session_set_hold (fixture->session, LV_PAUSE_ASLEEP, FALSE);
  wait_parked (fixture);
  fixture->session->slept_us -= seconds * G_USEC_PER_SEC;
  lv_session_set_hold (fixture->session, LV_PAUSE_LOCKED, FALSE);
  setup = wake (fixture);
}

/* Who comes back after a while need not be who was there, nor know that the conversation goes on. */
static void
test_long_sleep (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new ();

  open_session (fixture);
  sleep_for (fixture, LV_SLEEP_SHORT_S - 10);
  expect_state (fixture, LV_STATE_LISTENING, TRUE);
  clear_log (fixture);
  sleep_for (fixture, LV_SLEEP_SHORT_S);
  expect_state (fixture, LV_STATE_LISTENING, FALSE);
  g_assert_true (lv_session_get_muted (fixture->session));
  g_assert_false (lv_test_speak (1, 1));
  g_assert_cmpuint (count_logged (fixture, "warning microphone-off"), ==,
                    3); /* asleep, locked, slept */
  lv_session_set_muted (fixture->session, FALSE);
  expect_state (fixture, LV_STATE_LISTENING, TRUE);
  g_assert_true (lv_test_speak (1, 1));
}

/* A new conversation is one that the user wants. */
static void
test_start_after_long_sleep (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new ();

  open_session (fixture);
  sleep_for (fixture, LV_SLEEP_SHORT_S);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  wait_logged (fixture, "closed user");
  open_session (fixture);
  g_assert_false (lv_session_get_muted (fixture->session));
  expect_state (fixture, LV_STATE_LISTENING, TRUE);
}

/* So is one who presses the key; but who had muted it has to unmute it. */
static void
test_key_after_long_sleep (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new ();
  g_autoptr (LvClientMessage) end = NULL;
  g_autoptr (GError) error = NULL;

  fixture->profile->turn_detection = LV_TURN_DETECTION_MANUAL;
  apply_profile (fixture);
  open_session (fixture);
  sleep_for (fixture, LV_SLEEP_SHORT_S);
  expect_state (fixture, LV_STATE_LISTENING, FALSE);
  g_assert_true (lv_session_start_talking (fixture->session, &error));
  expect_state (fixture, LV_STATE_HEARING, TRUE);
  g_assert_false (lv_session_get_muted (fixture->session));

  lv_session_set_muted (fixture->session, TRUE);
  end = lv_test_server_take_realtime (fixture->server, LV_REALTIME_ACTIVITY_END);
  sleep_for (fixture, LV_SLEEP_SHORT_S);
  g_assert_false (lv_session_start_talking (fixture->session, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_NOT_READY);
}

/* How long the machine slept says nothing about the connection. */
static void
test_sleep_while_away (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  open_session (fixture);
  lv_test_server_set_accepting (fixture->server, FALSE);
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  fixture->session->away_us -= 60 * G_USEC_PER_SEC;
  lv_session_set_hold (fixture->session, LV_PAUSE_ASLEEP, FALSE);
  lv_test_server_set_accepting (fixture->server, TRUE);
  setup = wake (fixture);
  g_assert_cmpuint (fixture->session->recovery_ms, ==, 0);
}

/* The ladder has four steps; a network that is late needs more. */
static void
test_late_network (gconstpointer data)
{
  gboolean patient = GPOINTER_TO_INT (data);
  g_autoptr (Fixture) fixture = audio_fixture_new ();

  fixture->session->times.patience_ms = patient ? 60000 : 0;
  open_session (fixture);
  lv_session_set_hold (fixture->session, LV_PAUSE_ASLEEP, FALSE);
  wait_parked (fixture);
  lv_session_set_hold (fixture->session, LV_PAUSE_NONE, FALSE);
  for (guint i = 0; i < 2 * 4 && lv_session_is_live (fixture->session); i++)
    {
      lv_test_wait_for (has_tried, fixture->session, LV_TEST_TIMEOUT_MS, "an attempt");
      if (lv_session_is_live (fixture->session))
        {
          g_autoptr (GError) error =
              g_error_new_literal (LV_ERROR, LV_ERROR_NETWORK, "No network yet");

          lv_session_lose_link (fixture->session, LV_RETRY_RESUME, error);
        }
    }
  g_assert_cmpint (lv_session_get_state (fixture->session), ==,
                   patient ? LV_STATE_RECONNECTING : LV_STATE_ERROR);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-hold/reasons", test_reasons);
  g_test_add_func ("/session-hold/start", test_start);
  g_test_add_func ("/session-hold/sleep", test_sleep);
  g_test_add_func ("/session-hold/long-sleep", test_long_sleep);
  g_test_add_func ("/session-hold/start-after-long-sleep", test_start_after_long_sleep);
  g_test_add_func ("/session-hold/key-after-long-sleep", test_key_after_long_sleep);
  g_test_add_func ("/session-hold/sleep-while-away", test_sleep_while_away);
  g_test_add_data_func ("/session-hold/late-network", GINT_TO_POINTER (TRUE), test_late_network);
  g_test_add_data_func ("/session-hold/no-network", GINT_TO_POINTER (FALSE), test_late_network);
  return g_test_run ();
}
