/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"
#include "lv-test-session.h"

#include <string.h>

static void
set_string (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
test_conversation (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  set_string (&fixture->profile->system_instruction, "be kind");
  apply_profile (fixture);
  g_assert_cmpstr (lv_session_get_model (fixture->session), ==, "");
  g_assert_true (lv_session_start (fixture->session, &error));
  g_assert_true (lv_session_start (fixture->session, &error)); /* idempotent */
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_CONNECTING);

  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_cmpstr (setup->setup->model, ==, "models/gemini-3.8-live");
  g_assert_cmpstr (setup->setup->system_instruction, ==, "be kind");
  g_assert_true (setup->setup->output_transcription);
  g_assert_true (setup->setup->resumption);
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_cmpstr (lv_session_get_model (fixture->session), ==, "gemini-3.8-live");

  g_assert_true (lv_session_send_text (fixture->session, "what time is it", LV_TEXT_TURN, &error));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_THINKING);
  message = lv_test_server_take (fixture->server);
  g_assert_cmpint (message->type, ==, LV_CLIENT_CONTENT);
  g_assert_true (message->turn_complete);
  text = lv_content_dup_text (message->turns->pdata[0]);
  g_assert_cmpstr (text, ==, "what time is it");

  say_audio (fixture, 100);
  wait_state (fixture, LV_STATE_SPEAKING);
  say_words (fixture, " It is");
  say_words (fixture, " noon");
  say_generation_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING); /* there is no speaker to wait for */
  expect_transcript (fixture, "u:what time is it. m:It is noon");
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  expect_transcript (fixture, "u:what time is it. m:It is noon.");

  lv_session_stop (fixture->session, LV_CLOSE_USER);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_IDLE);
  wait_logged (fixture, "closed user");
  lv_test_server_wait_closed (fixture->server);
  expect_at_rest (fixture);
  lv_session_stop (fixture->session, LV_CLOSE_SHUTDOWN);
  g_assert_cmpuint (count_logged (fixture, "closed"), ==, 1);
  g_assert_null (lv_session_get_last_error (fixture->session));
  expect_log (fixture, "state ", "connecting listening thinking speaking listening idle");
}

static void
test_spoken_question (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_heard (fixture, "what", FALSE);
  say_heard (fixture, " time", FALSE);
  wait_logged (fixture, "state hearing");
  wait_logged (fixture, "state thinking"); /* 0.7 s later */
  expect_transcript (fixture, "u:what time.");
  say_words (fixture, "noon");
  wait_state (fixture, LV_STATE_SPEAKING);
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);

  say_heard (fixture, "thanks", TRUE); /* the server says that it was all */
  wait_state (fixture, LV_STATE_THINKING);
  expect_log (fixture, "state ",
              "connecting listening hearing thinking speaking listening thinking");
}

static void
test_interim_words (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  lv_test_server_send_frame (
      fixture->server, "{\"serverContent\":{\"interimInputTranscription\":{\"text\":\"wet\"}}}");
  wait_transcript (fixture, "u:wet");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  say_heard (fixture, "what", FALSE);
  wait_transcript (fixture, "u:what");
}

/* Words of the question that come with the answer do not make the session hear. */
static void
test_late_words (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_words (fixture, "noon");
  say_heard (fixture, "what time", FALSE);
  wait_transcript (fixture, "u:what time m:noon");
  g_assert_false (was_logged (fixture, "state hearing"));
}

/* Nobody owes anything: the state is not kept for ever. */
static void
test_no_reply (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->settings.watchdogs.reply_ms = 100;
  open_session (fixture);
  say_interrupted (fixture);
  wait_state (fixture, LV_STATE_HEARING);
  wait_state (fixture, LV_STATE_LISTENING);
}

static void
test_text_is_held (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;
  g_autoptr (LvClientMessage) first = NULL;
  g_autoptr (LvClientMessage) second = NULL;
  g_autofree char *text = NULL;

  g_assert_true (lv_session_start (fixture->session, NULL));
  g_assert_true (lv_session_send_text (fixture->session, "one", LV_TEXT_TURN, NULL));
  setup = lv_test_server_take (fixture->server);
  g_assert_true (lv_session_send_text (fixture->session, "two", LV_TEXT_REALTIME, NULL));
  lv_test_run_for (50);
  g_assert_cmpuint (lv_test_server_get_n_waiting (fixture->server), ==, 0);
  lv_test_server_send_frame (fixture->server, "{\"setupComplete\":{}}");
  first = lv_test_server_take (fixture->server);
  g_assert_cmpint (first->type, ==, LV_CLIENT_CONTENT);
  text = lv_content_dup_text (first->turns->pdata[0]);
  g_assert_cmpstr (text, ==, "one");
  second = lv_test_server_take (fixture->server);
  g_assert_cmpint (second->type, ==, LV_CLIENT_REALTIME);
  g_assert_cmpstr (second->text, ==, "two");
  wait_state (fixture, LV_STATE_THINKING);
  expect_transcript (fixture, "u:one. u:two.");
}

static void
test_context (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) message = NULL;

  open_session (fixture);
  g_assert_true (lv_session_send_text (fixture->session, "it rains", LV_TEXT_CONTEXT, NULL));
  message = lv_test_server_take (fixture->server);
  g_assert_cmpint (message->type, ==, LV_CLIENT_CONTENT);
  g_assert_false (message->turn_complete);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  expect_transcript (fixture, "s:it rains.");
}

static void
test_model_without_content (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  lv_models_set (fixture->services.models, "gemini-3.1-flash-live", "replaced-by", "", NULL);
  g_assert_true (
      lv_models_set (fixture->services.models, "gemini-3.8-live", "content", "false", NULL));
  open_session (fixture);
  g_assert_true (lv_session_send_text (fixture->session, "hello", LV_TEXT_TURN, NULL));
  message = lv_test_server_take (fixture->server);
  g_assert_cmpint (message->type, ==, LV_CLIENT_REALTIME);
  g_assert_cmpstr (message->text, ==, "hello");
  g_assert_false (lv_session_send_text (fixture->session, "x", LV_TEXT_CONTEXT, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED);
  expect_transcript (fixture, "u:hello.");

  say_words (fixture, "hi");
  wait_transcript (fixture, "u:hello. m:hi");
  g_assert_true (lv_session_interrupt (fixture->session, NULL)); /* it cannot be told */
  lv_test_run_for (50);
  g_assert_cmpuint (lv_test_server_get_n_waiting (fixture->server), ==, 0);
}

static void
check_text (Fixture *fixture, const char *text, LvErrorCode code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (lv_session_send_text (fixture->session, text, LV_TEXT_TURN, &error));
  g_assert_error (error, LV_ERROR, (int) code);
}

static void
test_bad_texts (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *large = g_strnfill (LV_TEXT_MAX + 1, 'a');

  check_text (fixture, "early", LV_ERROR_NOT_READY);
  open_session (fixture);
  check_text (fixture, "", LV_ERROR_INVALID_ARGS);
  check_text (fixture, " \n\t", LV_ERROR_INVALID_ARGS);
  check_text (fixture, "\xff", LV_ERROR_INVALID_ARGS);
  check_text (fixture, large, LV_ERROR_TOO_LARGE);
  expect_transcript (fixture, "");
  for (guint i = 0; i < LV_TEXT_MAX_PER_SECOND; i++)
    g_assert_true (lv_session_send_text (fixture->session, "x", LV_TEXT_CONTEXT, NULL));
  check_text (fixture, "one more", LV_ERROR_RATE_LIMITED);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  check_text (fixture, "late", LV_ERROR_NOT_READY);
}

static void
test_held_limit (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *large = g_strnfill (LV_TEXT_MAX, 'a');
  guint n_taken = 0;

  lv_rate_free (fixture->session->text_rate); /* it is not the rate that is tested here */
  fixture->session->text_rate = lv_rate_new (1000, 1);
  g_assert_true (lv_session_start (fixture->session, NULL));
  while (lv_session_send_text (fixture->session, large, LV_TEXT_TURN, NULL))
    n_taken++;
  g_assert_cmpuint (n_taken, >, 20);
  g_assert_cmpuint (n_taken, <=, LV_HELD_MAX_BYTES / LV_TEXT_MAX);
  check_text (fixture, large, LV_ERROR_TOO_MANY);
}

/* Nothing changes when it is known at once that a start cannot work. */
static void
test_start_refused (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  const struct {
    const char *endpoint;
    LvErrorCode code;
  } rows[] = {
    { "gemini", LV_ERROR_NO_CREDENTIAL },
    { "ws://example.org/", LV_ERROR_INVALID_ARGS },
    { "ws:///", LV_ERROR_INVALID_ARGS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      set_string (&fixture->profile->endpoint, rows[i].endpoint);
      apply_profile (fixture);
      g_assert_false (lv_session_start (fixture->session, &error));
      g_assert_error (error, LV_ERROR, (int) rows[i].code);
    }
  g_assert_cmpuint (fixture->log->len, ==, 0);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_IDLE);
}

static void
test_server_refuses (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_take (fixture->server);
  lv_test_server_close (fixture->server, 1007, "API key not valid. Please pass a valid API key.");
  wait_logged (fixture, "closed auth");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_ERROR);
  g_assert_error (lv_session_get_last_error (fixture->session), LV_ERROR, LV_ERROR_AUTHENTICATION);
  g_assert_false (was_logged (fixture, "state reconnecting"));
  expect_at_rest (fixture);
  lv_test_server_wait_closed (fixture->server);

  clear_log (fixture);
  open_session (fixture);
  g_assert_null (lv_session_get_last_error (fixture->session));
  expect_log (fixture, "changed ", "error");
  g_assert_cmpuint (count_logged (fixture, "closed"), ==, 0);
}

static void
test_stop_after_failure (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  lv_test_server_set_accepting (fixture->server, FALSE);
  g_assert_true (lv_session_start (fixture->session, NULL));
  wait_state (fixture, LV_STATE_ERROR);
  g_assert_nonnull (lv_session_get_last_error (fixture->session));
  g_assert_cmpuint (count_logged (fixture, "closed"), ==, 1);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_IDLE);
  g_assert_cmpuint (count_logged (fixture, "closed"), ==, 1);
  g_assert_nonnull (lv_session_get_last_error (fixture->session));
}

static void
test_setup_timeout (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->settings.watchdogs.setup_ms = 50;
  g_assert_true (lv_session_start (fixture->session, NULL));
  wait_logged (fixture, "closed network");
  g_assert_error (lv_session_get_last_error (fixture->session), LV_ERROR, LV_ERROR_TIMEOUT);
  lv_test_server_wait_closed (fixture->server);
}

static void
test_stop_while_connecting (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  g_assert_true (lv_session_start (fixture->session, NULL));
  lv_session_stop (fixture->session, LV_CLOSE_LOCKED);
  expect_log (fixture, "closed ", "locked");
  lv_test_run_for (50);

  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_take (fixture->server);
  lv_session_stop (fixture->session, LV_CLOSE_IDLE);
  wait_logged (fixture, "closed idle");
  lv_test_server_wait_closed (fixture->server);
  g_assert_cmpuint (count_logged (fixture, "closed"), ==, 2);
}

/* In the middle of everything: the words are final, the text that never left is forgotten, no timer stays. */
static void
test_stop_in_the_middle (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_heard (fixture, "what time", FALSE);
  wait_transcript (fixture, "u:what time");
  say_go_away (fixture, 60 * G_USEC_PER_SEC);
  wait_logged (fixture, "warning go-away");
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  expect_transcript (fixture, "u:what time.");
  wait_logged (fixture, "closed user");
  expect_at_rest (fixture);

  g_assert_true (lv_session_start (fixture->session, NULL));
  g_assert_true (lv_session_send_text (fixture->session, "never sent", LV_TEXT_TURN, NULL));
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  expect_at_rest (fixture);
  open_session (fixture);
  lv_test_run_for (50);
  g_assert_cmpuint (lv_test_server_get_n_waiting (fixture->server), ==, 0);
}

/* A button pressed three times in a row. */
static void
test_restart_while_closing (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  open_session (fixture);
  lv_test_run_for (50);
  g_assert_cmpuint (count_logged (fixture, "closed"), ==, 1);
  expect_log (fixture, "state ", "connecting listening idle connecting listening");
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  lv_test_server_wait_closed (fixture->server);
}

static void
on_closed_start (LvSession *session, LvCloseReason reason, gpointer data)
{
  g_signal_handlers_disconnect_by_func (session, on_closed_start, data);
  g_assert_true (lv_session_start (session, NULL));
}

static void
on_changed_stop (LvSession *session, const char *what, gpointer data)
{
  if (lv_session_get_state (session) == LV_STATE_LISTENING)
    lv_session_stop (session, LV_CLOSE_POLICY);
}

/* Handlers may call back into the session. */
static void
test_reentrancy (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  g_signal_connect (fixture->session, "closed", G_CALLBACK (on_closed_start), NULL);
  open_session (fixture);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  wait_logged (fixture, "closed user");
  wait_state (fixture, LV_STATE_CONNECTING);

  g_signal_connect (fixture->session, "changed", G_CALLBACK (on_changed_stop), NULL);
  setup = lv_test_server_accept (fixture->server, NULL);
  wait_logged (fixture, "closed policy");
  lv_test_server_wait_closed (fixture->server);
}

static void
on_closed_unref (LvSession *session, LvCloseReason reason, gpointer data)
{
  g_object_unref (session);
}

static void
test_unref_when_closed (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  LvSession *session = fixture->session;

  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &fixture->session);
  open_session (fixture);
  g_signal_connect (session, "closed", G_CALLBACK (on_closed_unref), NULL);
  lv_session_stop (session, LV_CLOSE_USER);
  wait_logged (fixture, "closed user");
  lv_test_server_wait_closed (fixture->server);
  g_assert_null (fixture->session);
}

static void
test_unref_while_open (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  g_assert_finalize_object (g_steal_pointer (&fixture->session));
  lv_test_server_wait_closed (fixture->server);
}

static void
test_bad_frames (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  lv_test_server_send_frame (fixture->server, "no JSON");
  lv_test_server_send_frame (fixture->server, "[]");
  lv_test_server_send_frame (fixture->server, "{}");
  lv_test_server_send_frame (fixture->server, "{\"serverContent\":{}}");
  lv_test_server_send_frame (fixture->server, "{\"surprise\":{\"a\":[1]}}");
  say_words (fixture, "still here");
  wait_transcript (fixture, "m:still here");
  expect_log (fixture, "warning ", "bad-frame");
}

/* Everything that ends a turn in one frame, as newer models send it. */
static void
test_one_frame (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  lv_test_server_send_frame (
      fixture->server,
      "{\"usageMetadata\":{\"totalTokenCount\":42},\"serverContent\":{\"turnComplete\":true,"
      "\"turnCompleteReason\":\"NEED_MORE_INPUT\",\"generationComplete\":true,"
      "\"inputTranscription\":{\"text\":\"hi\"},\"outputTranscription\":{\"text\":\"hello\"}}}");
  wait_logged (fixture, "turn-complete 1 NEED_MORE_INPUT 42");
  expect_transcript (fixture, "u:hi. m:hello.");
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 2 - 0");
}

/* The turn that a late count is of was told already: it must not go to the next one. */
static void
test_late_usage (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_words (fixture, "one");
  say_turn_complete (fixture);
  lv_test_server_send_frame (fixture->server, "{\"usageMetadata\":{\"totalTokenCount\":42}}");
  say_words (fixture, "two");
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 2 - 0");
  lv_test_server_send_frame (fixture->server, "{\"serverContent\":{\"turnComplete\":true},"
                                              "\"usageMetadata\":{\"totalTokenCount\":43}}");
  wait_logged (fixture, "turn-complete 3 - 43");
}

static void
test_more_to_come (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_words (fixture, "let me think");
  lv_test_server_send_frame (fixture->server, "{\"serverContent\":{\"turnComplete\":true,"
                                              "\"interactionStatus\":\"IN_PROGRESS\"}}");
  wait_state (fixture, LV_STATE_THINKING);
  expect_transcript (fixture, "m:let me think.");
}

/* The same words, written and transcribed: they were said once. */
static void
test_written_and_transcribed (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  lv_test_server_send_frame (
      fixture->server, "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":["
                       "{\"text\":\"*Hello*\"}]},\"outputTranscription\":{\"text\":\"Hello\"}}}");
  lv_test_server_send_frame (
      fixture->server, "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":["
                       "{\"text\":\" *there*\"}]},\"outputTranscription\":{\"text\":\" there\"}}}");
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  expect_transcript (fixture, "m:Hello there.");

  lv_test_server_send_frame (fixture->server,
                             "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":["
                             "{\"text\":\"Only\"},{\"text\":\" written\"}]}}}");
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 2 - 0");
  expect_transcript (fixture, "m:Hello there. m:Only written.");
}

/* Thoughts are not speech. */
static void
test_thoughts (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  lv_test_server_send_frame (fixture->server,
                             "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":["
                             "{\"text\":\"hmm\",\"thought\":true},{\"text\":\"yes\"}]}}}");
  wait_transcript (fixture, "m:yes");
}

static void
test_interrupt_by_voice (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_words (fixture, "once upon");
  say_interrupted (fixture);
  wait_logged (fixture, "interrupted 2");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  say_words (fixture, " a time");
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  expect_transcript (fixture, "m:once upon.");
  say_words (fixture, "fine");
  wait_transcript (fixture, "m:once upon. m:fine");
  g_assert_cmpuint (count_logged (fixture, "interrupted"), ==, 1);
}

/* A text interrupts too, but then nobody speaks: the session thinks, and does not hear. */
static void
test_interrupt_by_text (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_words (fixture, "once upon");
  wait_state (fixture, LV_STATE_SPEAKING);
  g_assert_true (lv_session_send_text (fixture->session, "shorter", LV_TEXT_TURN, NULL));
  say_words (fixture, " a"); /* sent before it knew */
  say_interrupted (fixture);
  say_words (fixture, " time");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_THINKING);
  say_words (fixture, "the end");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
  expect_transcript (fixture, "m:once upon a. u:shorter. m:the end.");
  g_assert_false (was_logged (fixture, "state hearing"));
}

/* A server that finishes its sentence first: the session thinks when that has been said. */
static void
test_text_waits_for_the_end (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_words (fixture, "once upon a time");
  wait_state (fixture, LV_STATE_SPEAKING);
  g_assert_true (lv_session_send_text (fixture->session, "shorter", LV_TEXT_TURN, NULL));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_SPEAKING);
  clear_log (fixture);
  say_generation_complete (fixture);
  wait_state (fixture, LV_STATE_THINKING);
  expect_log (fixture, "state ", "thinking");
}

/* Late words of the answer before are no answer to the text. */
static void
test_late_words_are_no_answer (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_words (fixture, "once upon");
  wait_state (fixture, LV_STATE_SPEAKING);
  say_generation_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_true (lv_session_send_text (fixture->session, "shorter", LV_TEXT_TURN, NULL));
  clear_log (fixture);
  say_words (fixture, " a time");
  wait_transcript (fixture, "m:once upon a time u:shorter.");
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  wait_state (fixture, LV_STATE_THINKING);
  say_words (fixture, "the end");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
  expect_transcript (fixture, "m:once upon a time. u:shorter. m:the end.");
}

static void
test_interrupt_by_button (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (lv_session_interrupt (fixture->session, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_NOT_READY);
  open_session (fixture);
  g_assert_true (lv_session_interrupt (fixture->session, NULL)); /* nothing to interrupt */
  say_words (fixture, "once upon");
  wait_transcript (fixture, "m:once upon");
  g_assert_true (lv_session_interrupt (fixture->session, NULL));
  g_assert_true (was_logged (fixture, "interrupted 2"));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  message = lv_test_server_take (fixture->server);
  g_assert_cmpint (message->type, ==, LV_CLIENT_CONTENT);
  g_assert_false (message->turn_complete);
  g_assert_cmpuint (message->turns != NULL ? message->turns->len : 0, ==, 0);
  say_words (fixture, " a time");
  say_turn_complete (fixture);
  say_words (fixture, "next");
  wait_transcript (fixture, "m:once upon. m:next");
}

/* The settings of a running conversation do not change under it. */
static void
test_profile_of_next_start (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  open_session (fixture);
  set_string (&fixture->profile->voice, "Kore");
  apply_profile (fixture);
  g_assert_cmpstr (lv_session_get_profile (fixture->session)->voice, ==, "Kore");
  lv_test_server_drop (fixture->server);
  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_null (setup->setup->voice);
  lv_client_message_free (g_steal_pointer (&setup));
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_cmpstr (setup->setup->voice, ==, "Kore");
}

static void
test_getters (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  g_assert_cmpstr (lv_session_get_path (fixture->session), ==, "/org/livevoice/test");
  g_assert_cmpstr (lv_session_get_owner (fixture->session), ==, ":1.7");
  g_assert_cmpstr (lv_session_get_owner_app (fixture->session), ==, "test");
  g_assert_false (lv_session_get_muted (fixture->session));
  lv_session_set_muted (fixture->session, TRUE);
  lv_session_set_muted (fixture->session, TRUE);
  g_assert_true (lv_session_get_muted (fixture->session));
  expect_log (fixture, "changed ", "muted");
}

static void
test_other_owner (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  lv_session_set_owner (fixture->session, ":1.8", "test");
  expect_log (fixture, "changed ", "");
  lv_session_set_owner (fixture->session, ":1.9", "");
  g_assert_cmpstr (lv_session_get_owner (fixture->session), ==, ":1.9");
  g_assert_cmpstr (lv_session_get_owner_app (fixture->session), ==, "");
  expect_log (fixture, "changed ", "owner-app");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/conversation", test_conversation);
  g_test_add_func ("/session/spoken-question", test_spoken_question);
  g_test_add_func ("/session/interim-words", test_interim_words);
  g_test_add_func ("/session/late-words", test_late_words);
  g_test_add_func ("/session/no-reply", test_no_reply);
  g_test_add_func ("/session/text-is-held", test_text_is_held);
  g_test_add_func ("/session/context", test_context);
  g_test_add_func ("/session/model-without-content", test_model_without_content);
  g_test_add_func ("/session/bad-texts", test_bad_texts);
  g_test_add_func ("/session/held-limit", test_held_limit);
  g_test_add_func ("/session/start-refused", test_start_refused);
  g_test_add_func ("/session/server-refuses", test_server_refuses);
  g_test_add_func ("/session/stop-after-failure", test_stop_after_failure);
  g_test_add_func ("/session/setup-timeout", test_setup_timeout);
  g_test_add_func ("/session/stop-while-connecting", test_stop_while_connecting);
  g_test_add_func ("/session/stop-in-the-middle", test_stop_in_the_middle);
  g_test_add_func ("/session/restart-while-closing", test_restart_while_closing);
  g_test_add_func ("/session/reentrancy", test_reentrancy);
  g_test_add_func ("/session/unref-when-closed", test_unref_when_closed);
  g_test_add_func ("/session/unref-while-open", test_unref_while_open);
  g_test_add_func ("/session/bad-frames", test_bad_frames);
  g_test_add_func ("/session/one-frame", test_one_frame);
  g_test_add_func ("/session/late-usage", test_late_usage);
  g_test_add_func ("/session/more-to-come", test_more_to_come);
  g_test_add_func ("/session/written-and-transcribed", test_written_and_transcribed);
  g_test_add_func ("/session/thoughts", test_thoughts);
  g_test_add_func ("/session/interrupt-by-voice", test_interrupt_by_voice);
  g_test_add_func ("/session/interrupt-by-text", test_interrupt_by_text);
  g_test_add_func ("/session/text-waits-for-the-end", test_text_waits_for_the_end);
  g_test_add_func ("/session/late-words-are-no-answer", test_late_words_are_no_answer);
  g_test_add_func ("/session/interrupt-by-button", test_interrupt_by_button);
  g_test_add_func ("/session/profile-of-next-start", test_profile_of_next_start);
  g_test_add_func ("/session/getters", test_getters);
  g_test_add_func ("/session/other-owner", test_other_owner);
  return g_test_run ();
}
