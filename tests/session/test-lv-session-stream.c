/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"
#include "lv-test-session.h"

static Fixture *
open_translation (void)
{
  Fixture *fixture = fixture_new ();

  g_free (fixture->profile->translate_to);
  fixture->profile->translate_to = g_strdup ("pl");
  fixture->session->times.stream_quiet_ms = 100;
  apply_profile (fixture);
  open_session (fixture);
  return fixture;
}

static void
say_translated (Fixture *fixture, const char *text, gboolean finished)
{
  LvServerMessage *message = lv_server_message_new ();

  message->output_transcription = lv_transcription_new (text, finished);
  lv_test_server_send (fixture->server, message);
}

/* Both captions grow side by side, each is final on its own. */
static void
test_captions (void)
{
  g_autoptr (Fixture) fixture = open_translation ();

  say_heard (fixture, "good morning", FALSE);
  say_translated (fixture, "dzień", FALSE);
  say_heard (fixture, " everybody", FALSE);
  say_translated (fixture, " dobry", TRUE);
  say_translated (fixture, "wszystkim", FALSE);
  wait_transcript (fixture, "u:good morning everybody m:dzień dobry. m:wszystkim");
  wait_transcript (fixture, "u:good morning everybody m:dzień dobry. m:wszystkim.");
  say_heard (fixture, "", TRUE);
  wait_transcript (fixture, "u:good morning everybody. m:dzień dobry. m:wszystkim.");
}

/* It never rests, so nothing looks whether it may. */
static void
test_no_doze (void)
{
  g_autoptr (Fixture) fixture = open_translation ();

  g_assert_cmpuint (fixture->session->doze_timer, ==, 0);
}

/* Nothing answers, so nobody waits for it, and silence is an end. */
static void
test_states (void)
{
  g_autoptr (Fixture) fixture = open_translation ();

  clear_log (fixture);
  say_heard (fixture, "hello", FALSE);
  wait_state (fixture, LV_STATE_HEARING);
  say_heard (fixture, "", TRUE);
  wait_state (fixture, LV_STATE_LISTENING);
  expect_log (fixture, "state ", "hearing listening");
  clear_log (fixture);
  say_translated (fixture, "cześć", FALSE);
  wait_state (fixture, LV_STATE_SPEAKING);
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_cmpuint (count_logged (fixture, "turn-complete 1"), ==, 1);
}

/* The order is that of speech: what the user says next stands after what was translated. */
static void
test_order (void)
{
  g_autoptr (Fixture) fixture = open_translation ();

  say_heard (fixture, "one", TRUE);
  say_translated (fixture, "jeden", TRUE);
  say_heard (fixture, "two", TRUE);
  say_translated (fixture, "dwa", TRUE);
  wait_transcript (fixture, "u:one. m:jeden. u:two. m:dwa.");
}

static void
test_no_texts (void)
{
  g_autoptr (Fixture) fixture = open_translation ();
  g_autoptr (GError) error = NULL;

  g_assert_false (lv_session_send_text (fixture->session, "hello", LV_TEXT_TURN, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-stream/captions", test_captions);
  g_test_add_func ("/session-stream/states", test_states);
  g_test_add_func ("/session-stream/order", test_order);
  g_test_add_func ("/session-stream/no-texts", test_no_texts);
  g_test_add_func ("/session-stream/no-doze", test_no_doze);
  return g_test_run ();
}
