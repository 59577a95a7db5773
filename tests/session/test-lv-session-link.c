/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"
#include "lv-test-session.h"
#include "transport/lv-websocket-private.h"

/* Opens with the resumption handle @handle. */
static void
open_with_handle (Fixture *fixture, const char *handle)
{
  g_autoptr (LvClientMessage) setup = NULL;

  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_accept (fixture->server, handle);
  g_assert_null (setup->setup->resumption_handle);
  wait_state (fixture, LV_STATE_LISTENING);
  say_words (fixture, "hello"); /* the handle has arrived when this has */
  wait_transcript (fixture, "m:hello");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
  clear_log (fixture);
}

static void
accept_resumed (Fixture *fixture, const char *handle)
{
  g_autoptr (LvClientMessage) setup = lv_test_server_accept (fixture->server, NULL);

  g_assert_cmpstr (setup->setup->resumption_handle, ==, handle);
  wait_state (fixture, LV_STATE_LISTENING);
}

static void
test_loss (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "handle-1");
  say_handle (fixture, "handle-2");
  say_handle (fixture, NULL); /* "not now": the last good one stays */
  say_words (fixture, "more");
  wait_transcript (fixture, "m:hello. m:more");
  clear_log (fixture);
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  expect_transcript (fixture, "m:hello. m:more.");
  accept_resumed (fixture, "handle-2");
  g_assert_cmpuint (count_logged (fixture, "closed"), ==, 0);
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
  g_assert_null (lv_session_get_last_error (fixture->session));
  say_words (fixture, "back");
  wait_transcript (fixture, "m:hello. m:more. m:back");
  expect_log (fixture, "state ", "reconnecting listening speaking");
}

static void
test_closed_by_server (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "handle");
  lv_test_server_close (fixture->server, 1011, "Deadline expired before operation could complete.");
  accept_resumed (fixture, "handle");
  lv_test_server_close (fixture->server, 1000, NULL);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
}

static void
test_text_survives (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;
  g_autoptr (LvClientMessage) message = NULL;

  open_with_handle (fixture, "handle");
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  g_assert_true (lv_session_send_text (fixture->session, "are you there", LV_TEXT_TURN, NULL));
  setup = lv_test_server_accept (fixture->server, NULL);
  message = lv_test_server_take (fixture->server);
  g_assert_cmpint (message->type, ==, LV_CLIENT_CONTENT);
  wait_state (fixture, LV_STATE_THINKING);
}

static void
expect_text (LvClientMessage *message, const char *expected)
{
  const LvContent *turn = NULL;

  g_assert_cmpint (message->type, ==, LV_CLIENT_CONTENT);
  g_assert_cmpuint (message->turns->len, ==, 1);
  turn = message->turns->pdata[0];
  g_assert_cmpstr (((const LvPart *) turn->parts->pdata[0])->text, ==, expected);
}

static void
test_no_handle (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, NULL);
  g_assert_true (was_logged (fixture, "warning context-lost"));
}

/* "user: who are you; model: nobody" */
static void
expect_seed (Fixture *fixture, const char *expected)
{
  g_autoptr (LvClientMessage) seed = lv_test_server_take (fixture->server);
  g_autoptr (GString) found = g_string_new (NULL);

  g_assert_cmpint (seed->type, ==, LV_CLIENT_CONTENT);
  g_assert_true (seed->turn_complete);
  for (guint i = 0; i < seed->turns->len; i++)
    {
      const LvContent *turn = seed->turns->pdata[i];
      const LvPart *part = turn->parts->pdata[0];

      g_string_append_printf (found, "%s%s: %s", i > 0 ? "; " : "", lv_role_to_nick (turn->role),
                              part->text);
    }
  g_assert_cmpstr (found->str, ==, expected);
}

static void
accept_fresh (Fixture *fixture)
{
  g_autoptr (LvClientMessage) setup = lv_test_server_accept (fixture->server, NULL);

  g_assert_null (setup->setup->resumption_handle);
  g_assert_true (setup->setup->initial_history);
  wait_state (fixture, LV_STATE_LISTENING);
}

/* The server has forgotten the conversation, and is told of it. */
static void
test_stale_handle (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  open_with_handle (fixture, "old");
  say_heard (fixture, "who are you", TRUE);
  wait_transcript (fixture, "m:hello. u:who are you.");
  clear_log (fixture);
  lv_test_server_drop (fixture->server);
  setup = lv_test_server_take (fixture->server);
  g_assert_cmpstr (setup->setup->resumption_handle, ==, "old");
  lv_test_server_close (fixture->server, 1008, "BidiGenerateContent session not found");
  accept_fresh (fixture);
  expect_seed (fixture, "model: hello; user: who are you");
  expect_log (fixture, "warning ", "context-reseeded");
}

/* What is typed meanwhile is said after what is told, not told. */
static void
test_seed_and_held_text (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL, text = NULL;

  open_with_handle (fixture, "old");
  lv_test_server_drop (fixture->server);
  setup = lv_test_server_take (fixture->server);
  g_assert_true (lv_session_send_text (fixture->session, "and now", LV_TEXT_TURN, NULL));
  lv_test_server_close (fixture->server, 1008, "BidiGenerateContent session not found");
  g_clear_pointer (&setup, lv_client_message_free);
  setup = lv_test_server_accept (fixture->server, NULL);
  expect_seed (fixture, "model: hello");
  text = lv_test_server_take (fixture->server);
  g_assert_cmpint (text->type, ==, LV_CLIENT_CONTENT);
  expect_transcript (fixture, "m:hello. u:and now.");
}

/* Of a conversation that was ended nothing is told. */
static void
test_seed_is_of_this_conversation (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "first");
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  wait_logged (fixture, "closed user");
  open_session (fixture);
  lv_session_renew_link (fixture->session);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, NULL);
  expect_log (fixture, "warning ", "context-lost");
}

static void
test_seed_is_bounded (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *long_text = g_strnfill (LV_SEED_MAX_BYTES - 7, 'x');
  g_autofree char *seed = g_strdup_printf ("user: %s; user: last; model: yes", long_text);
  g_autoptr (LvClientMessage) first = NULL, second = NULL;

  open_with_handle (fixture, "old");
  g_assert_true (lv_session_send_text (fixture->session, long_text, LV_TEXT_TURN, NULL));
  g_assert_true (lv_session_send_text (fixture->session, "last", LV_TEXT_TURN, NULL));
  first = lv_test_server_take (fixture->server);
  second = lv_test_server_take (fixture->server);
  say_words (fixture, "yes");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
  lv_session_renew_link (fixture->session);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_fresh (fixture);
  expect_seed (fixture, seed);
}

/* Who wants to know soon that a link is gone has to ask it as often. */
static void
test_idle_link_lives (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->settings.watchdogs.link_ms = 3000;
  open_session (fixture);
  lv_test_run_for (3600);
  g_assert_cmpuint (lv_test_server_get_n_connections (fixture->server), ==, 1);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
}

static void
test_resume_link (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  lv_session_resume_link (fixture->session);
  lv_session_renew_link (fixture->session);
  open_with_handle (fixture, "handle");
  lv_session_resume_link (fixture->session);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
}

static void
test_renew_link (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  open_with_handle (fixture, "handle");
  lv_session_renew_link (fixture->session);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_fresh (fixture);
  expect_seed (fixture, "model: hello");
  expect_log (fixture, "warning ", "context-reseeded");

  /* also in the middle of coming back */
  say_handle (fixture, "other");
  say_words (fixture, "you");
  wait_transcript (fixture, "m:hello. m:you");
  lv_test_server_drop (fixture->server);
  setup = lv_test_server_take (fixture->server);
  g_assert_cmpstr (setup->setup->resumption_handle, ==, "other");
  lv_session_renew_link (fixture->session);
  accept_fresh (fixture);
  expect_seed (fixture, "model: hello; model: you");
}

static void
test_resume_option (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  g_free (fixture->profile->resume);
  fixture->profile->resume = g_strdup ("from-before");
  apply_profile (fixture);
  g_assert_true (lv_session_start (fixture->session, NULL));
  accept_resumed (fixture, "from-before");

  lv_session_stop (fixture->session, LV_CLOSE_USER);
  wait_logged (fixture, "closed user");
  g_assert_true (lv_session_start (fixture->session, NULL));
  accept_resumed (fixture, NULL); /* once */
}

/* Nobody gives up while there is patience, nor asks all the time. */
static void
test_ladder (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->session->times.backoff_scale = 0.01;
  open_with_handle (fixture, "handle");
  lv_test_server_set_accepting (fixture->server, FALSE);
  lv_test_server_drop (fixture->server);
  lv_test_server_wait_connections (fixture->server, 1 + 6);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_RECONNECTING);
  g_assert_nonnull (lv_session_get_last_error (fixture->session)); /* why it takes so long */
  g_assert_cmpuint (fixture->session->attempt, >=, 6);

  lv_test_server_set_accepting (fixture->server, TRUE);
  accept_resumed (fixture, "handle"); /* who was not reached did not refuse it */
  g_assert_null (lv_session_get_last_error (fixture->session));
}

static void
test_patience (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->session->times.backoff_scale = 0.01;
  fixture->session->times.patience_ms = 50;
  open_with_handle (fixture, "handle");
  lv_test_server_set_accepting (fixture->server, FALSE);
  lv_test_server_drop (fixture->server);
  wait_logged (fixture, "closed server");
  g_assert_nonnull (lv_session_get_last_error (fixture->session));
  expect_log (fixture, "state ", "reconnecting error");

  fixture->session->times.patience_ms = 60000;
  lv_test_server_set_accepting (fixture->server, TRUE);
  open_session (fixture);
}

/* What a server has read before an orderly end is not told again when a later connection breaks. */
static void
test_text_is_read (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) first = NULL;
  g_autoptr (LvClientMessage) second = NULL;

  open_with_handle (fixture, "handle");
  g_assert_true (lv_session_send_text (fixture->session, "it rains", LV_TEXT_CONTEXT, NULL));
  first = lv_test_server_take_type (fixture->server, LV_CLIENT_CONTENT);
  lv_session_resume_link (fixture->session);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
  g_assert_true (lv_session_send_text (fixture->session, "hello again", LV_TEXT_TURN, NULL));
  second = lv_test_server_take (fixture->server);
  expect_text (second, "hello again");
}

/* A server that does not answer our close may not have read anything for long. */
static void
test_text_is_not_read (void)
{
  static const LvWebsocketTimes at_once = { .close_timeout_ms = 0 };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) first = NULL, second = NULL;

  open_with_handle (fixture, "handle");
  lv_websocket_set_times (fixture->session->socket, &at_once);
  g_assert_true (lv_session_send_text (fixture->session, "it rains", LV_TEXT_TURN, NULL));
  first = lv_test_server_take_type (fixture->server, LV_CLIENT_CONTENT);
  lv_session_resume_link (fixture->session);
  wait_state (fixture, LV_STATE_RECONNECTING);
  lv_client_message_free (lv_test_server_accept (fixture->server, "handle"));
  second = lv_test_server_take (fixture->server);
  expect_text (second, "it rains");
}

/* Attempts are no news; that the conversation goes on without its memory is, once it does. */
static void
test_lost_context_is_told_once (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->session->times.backoff_scale = 0.01;
  open_with_handle (fixture, "handle");
  lv_session_renew_link (fixture->session);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (LvClientMessage) setup = lv_test_server_take (fixture->server);

      g_assert_null (setup->setup->resumption_handle);
      g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
      lv_test_server_close (fixture->server, 1011, "Internal error encountered.");
    }
  accept_fresh (fixture);
  expect_seed (fixture, "model: hello");
  expect_log (fixture, "warning ", "context-reseeded");
  g_assert_cmpuint (fixture->session->n_reseeds, ==, 1);
}

/* A server that does not take the handle is asked for another conversation. */
static void
test_refused_handle (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->session->times.backoff_scale = 0.01;
  fixture->settings.link.steady_after_ms = 0;
  open_with_handle (fixture, "handle");
  lv_test_server_drop (fixture->server);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (LvClientMessage) setup = lv_test_server_take (fixture->server);

      g_assert_cmpstr (setup->setup->resumption_handle, ==, "handle");
      lv_test_server_close (fixture->server, 1011, "Internal error encountered.");
    }
  accept_fresh (fixture);
  expect_seed (fixture, "model: hello");
  expect_log (fixture, "warning ", "context-reseeded");
}

/* Nor is one that lets us in and throws us out again kept busy. */
static void
test_revolving_door (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->session->times.backoff_scale = 0.01;
  open_with_handle (fixture, "handle");
  for (guint i = 0; i < 3; i++)
    {
      lv_test_server_drop (fixture->server);
      wait_state (fixture, LV_STATE_RECONNECTING);
      accept_resumed (fixture, "handle");
    }
  g_assert_cmpuint (fixture->session->attempt, ==, 3);
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_fresh (fixture);
  expect_seed (fixture, "model: hello");
}

/* At the start: a moment of trouble is not worth a word, all else is told at once. */
static void
test_start_in_trouble (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL, again = NULL;

  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_take (fixture->server);
  lv_test_server_close (fixture->server, 1011, "The service is currently unavailable.");
  again = lv_test_server_accept (fixture->server, NULL);
  wait_state (fixture, LV_STATE_LISTENING);
  expect_log (fixture, "state ", "connecting listening");

  lv_session_stop (fixture->session, LV_CLOSE_USER);
  wait_logged (fixture, "closed user");
  lv_test_server_set_accepting (fixture->server, FALSE);
  g_assert_true (lv_session_start (fixture->session, NULL));
  wait_logged (fixture, "closed server");
  g_assert_cmpuint (lv_test_server_get_n_connections (fixture->server), ==, 2 + 5);
}

static void
test_start_without_server (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  g_free (fixture->profile->endpoint);
  fixture->profile->endpoint = g_strdup ("ws://127.0.0.1:9/");
  apply_profile (fixture);
  g_assert_true (lv_session_start (fixture->session, NULL));
  wait_logged (fixture, "closed network");
  expect_log (fixture, "state ", "connecting error");
}

/* ... but a link that lived well starts the ladder anew. */
static void
test_stable_link (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->session->times.backoff_scale = 0.01;
  fixture->settings.link.steady_after_ms = 0;
  open_with_handle (fixture, "handle");
  for (guint i = 0; i < 6; i++)
    {
      lv_test_server_drop (fixture->server);
      wait_state (fixture, LV_STATE_RECONNECTING);
      accept_resumed (fixture, "handle");
    }
}

/* How long that is, the user says. */
static void
test_steady_after (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture->settings.link.steady_after_ms = 90000;
  open_with_handle (fixture, "handle");
  for (guint i = 0; i < 2; i++)
    {
      fixture->session->opened_us -= 60 * G_USEC_PER_SEC;
      lv_test_server_drop (fixture->server);
      wait_state (fixture, LV_STATE_RECONNECTING);
      accept_resumed (fixture, "handle");
    }
  g_assert_cmpuint (fixture->session->attempt, ==, 2);
}

/* ... also one that was given up for another before it broke. */
static void
test_stable_link_is_changed (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "handle");
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
  fixture->session->lost_us -= LV_LINK_PATIENCE_S * G_USEC_PER_SEC;
  fixture->session->opened_us -= LV_LINK_PATIENCE_S * G_USEC_PER_SEC;
  lv_session_resume_link (fixture->session);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
  g_assert_cmpuint (fixture->session->attempt, ==, 1);
  g_assert_cmpuint (count_logged (fixture, "closed"), ==, 0);
}

static void
test_setup_timeout_while_resuming (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  open_with_handle (fixture, "handle");
  fixture->settings.watchdogs.setup_ms = 50;
  lv_test_server_drop (fixture->server);
  setup = lv_test_server_take (fixture->server); /* unanswered */
  fixture->settings.watchdogs.setup_ms = 10000;
  accept_resumed (fixture, "handle");
}

static void
test_refused_while_resuming (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  open_with_handle (fixture, "handle");
  lv_test_server_drop (fixture->server);
  setup = lv_test_server_take (fixture->server);
  lv_test_server_close (fixture->server, 1011,
                        "You exceeded your current quota, please check your plan");
  wait_logged (fixture, "closed quota");
  lv_test_run_for (100);
  g_assert_cmpuint (lv_test_server_get_n_connections (fixture->server), ==, 2);
}

/* An error object is as good as a close, also when no close follows. */
static void
test_error_objects (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "handle");
  lv_test_server_send_frame (fixture->server,
                             "{\"error\":{\"code\":503,\"message\":\"The service is currently "
                             "unavailable.\",\"status\":\"UNAVAILABLE\"}}");
  accept_resumed (fixture, "handle");
  lv_test_server_send_frame (fixture->server,
                             "{\"code\":400,\"message\":\"API key expired. Renew the API key.\","
                             "\"status\":\"INVALID_ARGUMENT\"}");
  wait_logged (fixture, "closed auth");
  lv_test_run_for (100);
  g_assert_cmpuint (lv_test_server_get_n_connections (fixture->server), ==, 2);
}

static void
test_stop_while_resuming (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "handle");
  lv_test_server_set_accepting (fixture->server, FALSE);
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  expect_log (fixture, "closed ", "user");
  lv_test_run_for (100);
  g_assert_cmpuint (lv_test_server_get_n_connections (fixture->server), ==, 1);
}

/* In a quiet moment the connection is changed at once: old one closed first, then the new one. */
static void
test_go_away (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "handle");
  say_go_away (fixture, 50 * G_USEC_PER_SEC);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
  g_assert_cmpuint (lv_test_server_get_n_connections (fixture->server), ==, 2);
  expect_log (fixture, "warning ", "go-away");
  g_assert_null (lv_session_get_last_error (fixture->session));
}

static void
test_go_away_during_a_turn (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "handle");
  say_words (fixture, "once");
  say_go_away (fixture, 50 * G_USEC_PER_SEC);
  say_words (fixture, " upon");
  wait_transcript (fixture, "m:hello. m:once upon");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_SPEAKING);
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
}

static void
test_go_away_deadline (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "handle");
  fixture->session->times.rotate_lead_ms = 100;
  say_words (fixture, "once");
  say_go_away (fixture, 150 * 1000);
  wait_state (fixture, LV_STATE_RECONNECTING); /* in the middle of the turn */
  accept_resumed (fixture, "handle");
  expect_transcript (fixture, "m:hello. m:once.");
}

/* A server that sends everybody away at once is not kept busy either; who did well goes at once. */
static void
test_go_away_again_and_again (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_with_handle (fixture, "handle");
  for (guint i = 0; i < 3; i++)
    {
      say_go_away (fixture, 0);
      wait_state (fixture, LV_STATE_RECONNECTING);
      accept_resumed (fixture, "handle");
    }
  g_assert_cmpuint (fixture->session->attempt, ==, 3);

  fixture->session->times.backoff_scale = 1000;
  say_go_away (fixture, 0);
  say_go_away (fixture, 0);
  say_words (fixture, "still here");
  wait_transcript (fixture, "m:hello. m:still here");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_cmpint (fixture->session->link, ==, LV_LINK_OPEN);
  g_assert_cmpuint (fixture->session->attempt, ==, 4);

  lv_session_resume_link (fixture->session);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
  fixture->session->opened_us -= G_USEC_PER_SEC * 60;
  say_go_away (fixture, 0);
  wait_state (fixture, LV_STATE_RECONNECTING);
  accept_resumed (fixture, "handle");
  g_assert_cmpuint (fixture->session->attempt, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-link/loss", test_loss);
  g_test_add_func ("/session-link/closed-by-server", test_closed_by_server);
  g_test_add_func ("/session-link/text-survives", test_text_survives);
  g_test_add_func ("/session-link/no-handle", test_no_handle);
  g_test_add_func ("/session-link/stale-handle", test_stale_handle);
  g_test_add_func ("/session-link/seed-and-held-text", test_seed_and_held_text);
  g_test_add_func ("/session-link/seed-of-this-conversation", test_seed_is_of_this_conversation);
  g_test_add_func ("/session-link/seed-is-bounded", test_seed_is_bounded);
  g_test_add_func ("/session-link/idle-link-lives", test_idle_link_lives);
  g_test_add_func ("/session-link/resume-link", test_resume_link);
  g_test_add_func ("/session-link/renew-link", test_renew_link);
  g_test_add_func ("/session-link/resume-option", test_resume_option);
  g_test_add_func ("/session-link/ladder", test_ladder);
  g_test_add_func ("/session-link/patience", test_patience);
  g_test_add_func ("/session-link/text-is-read", test_text_is_read);
  g_test_add_func ("/session-link/text-is-not-read", test_text_is_not_read);
  g_test_add_func ("/session-link/lost-context-is-told-once", test_lost_context_is_told_once);
  g_test_add_func ("/session-link/refused-handle", test_refused_handle);
  g_test_add_func ("/session-link/start-in-trouble", test_start_in_trouble);
  g_test_add_func ("/session-link/start-without-server", test_start_without_server);
  g_test_add_func ("/session-link/revolving-door", test_revolving_door);
  g_test_add_func ("/session-link/stable-link", test_stable_link);
  g_test_add_func ("/session-link/steady-after", test_steady_after);
  g_test_add_func ("/session-link/stable-link-is-changed", test_stable_link_is_changed);
  g_test_add_func ("/session-link/setup-timeout-while-resuming", test_setup_timeout_while_resuming);
  g_test_add_func ("/session-link/refused-while-resuming", test_refused_while_resuming);
  g_test_add_func ("/session-link/stop-while-resuming", test_stop_while_resuming);
  g_test_add_func ("/session-link/error-objects", test_error_objects);
  g_test_add_func ("/session-link/go-away", test_go_away);
  g_test_add_func ("/session-link/go-away-during-a-turn", test_go_away_during_a_turn);
  g_test_add_func ("/session-link/go-away-deadline", test_go_away_deadline);
  g_test_add_func ("/session-link/go-away-again-and-again", test_go_away_again_and_again);
  return g_test_run ();
}
