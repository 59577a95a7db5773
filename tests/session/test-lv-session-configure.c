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
expect_applied (Fixture *fixture, LvApplied applied)
{
  g_assert_cmpint (lv_session_configure (fixture->session, fixture->profile, FALSE), ==, applied);
}

static void
test_idle (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) message = NULL;

  set_string (&fixture->profile->voice, "Kore");
  expect_applied (fixture, LV_APPLIED_NEXT_START);
  lv_session_start (fixture->session, NULL);
  message = lv_test_server_accept (fixture->server, NULL);
  g_assert_cmpstr (message->setup->voice, ==, "Kore");
}

static void
test_nothing_new (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  fixture->profile->linger_s = 5;
  expect_applied (fixture, LV_APPLIED_NOW);
  g_assert_cmpuint (lv_test_server_get_n_waiting (fixture->server), ==, 0);
}

/* The model is told; the connection stays. */
static void
test_instruction_now (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) message = NULL;

  open_session (fixture);
  set_string (&fixture->profile->system_instruction, "Be brief.");
  expect_applied (fixture, LV_APPLIED_NOW);
  message = lv_test_server_take (fixture->server);
  g_assert_cmpint (message->type, ==, LV_CLIENT_CONTEXT_UPDATE);
  g_assert_cmpstr (message->setup->system_instruction, ==, "Be brief.");
  g_assert_false (message->setup->replaces_tools);
  g_assert_cmpuint (lv_test_server_get_n_connections (fixture->server), ==, 1);
}

/* A resumed conversation begins with what it was told meanwhile. */
static void
test_instruction_survives_a_new_connection (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) update = NULL, setup = NULL;

  open_session (fixture);
  say_handle (fixture, "h");
  set_string (&fixture->profile->system_instruction, "Be brief.");
  expect_applied (fixture, LV_APPLIED_NOW);
  update = lv_test_server_take_type (fixture->server, LV_CLIENT_CONTEXT_UPDATE);
  lv_test_server_drop (fixture->server);
  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_cmpstr (setup->setup->system_instruction, ==, "Be brief.");
}

static void
test_tools_now (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) message = NULL;

  open_session (fixture);
  g_assert_cmpint (lv_session_configure (fixture->session, fixture->profile, TRUE), ==,
                   LV_APPLIED_NOW);
  message = lv_test_server_take (fixture->server);
  g_assert_cmpint (message->type, ==, LV_CLIENT_CONTEXT_UPDATE);
  g_assert_true (message->setup->replaces_tools);
  g_assert_cmpuint (message->setup->tools->len, ==, 0);
  g_assert_null (message->setup->system_instruction);
}

/* Everything else needs a new setup message, and waits until nobody speaks. */
static void
test_reconnect_when_idle (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  open_session (fixture);
  say_handle (fixture, "h");
  say_words (fixture, "well");
  wait_state (fixture, LV_STATE_SPEAKING);
  set_string (&fixture->profile->voice, "Kore");
  expect_applied (fixture, LV_APPLIED_RECONNECT);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_SPEAKING);
  say_turn_complete (fixture);

  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_cmpstr (setup->setup->voice, ==, "Kore");
  g_assert_cmpstr (setup->setup->resumption_handle, ==, "h");
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
  g_assert_cmpuint (count_logged (fixture, "closed"), ==, 0);
}

/* The last word counts, and one new connection is enough. */
static void
test_twice (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  open_session (fixture);
  say_handle (fixture, "h");
  say_words (fixture, "well");
  wait_state (fixture, LV_STATE_SPEAKING);
  set_string (&fixture->profile->voice, "Kore");
  expect_applied (fixture, LV_APPLIED_RECONNECT);
  set_string (&fixture->profile->system_instruction, "Be brief.");
  expect_applied (fixture, LV_APPLIED_RECONNECT);
  say_turn_complete (fixture);
  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_cmpstr (setup->setup->voice, ==, "Kore");
  g_assert_cmpstr (setup->setup->system_instruction, ==, "Be brief.");
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_cmpuint (lv_test_server_get_n_connections (fixture->server), ==, 2);
}

/* A model that cannot be told gets a new setup message. */
static void
test_model_without_updates (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  set_string (&fixture->profile->model, "gemini-2.5-flash-native-audio-latest");
  apply_profile (fixture);
  open_session (fixture);
  say_handle (fixture, "h");
  set_string (&fixture->profile->system_instruction, "Be brief.");
  expect_applied (fixture, LV_APPLIED_RECONNECT);
  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_cmpstr (setup->setup->system_instruction, ==, "Be brief.");
}

static void
test_another_model (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  set_string (&fixture->profile->model, "gemini-2.5-flash-native-audio-latest");
  expect_applied (fixture, LV_APPLIED_NEXT_START);
  g_assert_cmpuint (lv_test_server_get_n_waiting (fixture->server), ==, 0);
  g_assert_cmpstr (lv_session_get_model (fixture->session), ==, "gemini-3.8-live");
}

static void
test_history (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL, seed = NULL, text = NULL, again = NULL, question = NULL;
  const LvContent *turn;

  fixture->profile->history = g_variant_ref_sink (
      g_variant_new_parsed ("[('user', 'I am Ada.'), ('model', 'Hello Ada.')]"));
  apply_profile (fixture);
  lv_session_start (fixture->session, NULL);
  g_assert_true (lv_session_send_text (fixture->session, "Who am I?", LV_TEXT_TURN, NULL));
  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_true (setup->setup->initial_history);

  seed = lv_test_server_take (fixture->server);
  g_assert_cmpint (seed->type, ==, LV_CLIENT_CONTENT);
  g_assert_true (seed->turn_complete);
  g_assert_cmpuint (seed->turns->len, ==, 2);
  turn = seed->turns->pdata[1];
  g_assert_cmpint (turn->role, ==, LV_ROLE_MODEL);
  text = lv_test_server_take (fixture->server);
  g_assert_cmpint (text->type, ==, LV_CLIENT_CONTENT);

  say_handle (fixture, "h");
  lv_test_server_drop (fixture->server);
  again = lv_test_server_accept (fixture->server, NULL);
  g_assert_false (again->setup->initial_history);
  wait_state (fixture, LV_STATE_THINKING);
  question = lv_test_server_take (fixture->server); /* nobody has answered it yet */
  g_assert_cmpint (question->type, ==, LV_CLIENT_CONTENT);
  g_assert_cmpuint (question->turns->len, ==, 1);
  g_assert_cmpuint (lv_test_server_get_n_waiting (fixture->server), ==, 0);
}

static void
test_refused_by_the_model (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GError) error = NULL;

  set_string (&fixture->profile->model, "gemini-2.0-flash-live-001");
  g_assert_false (lv_session_check (fixture->session, fixture->profile, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "gemini-2.0-flash-live-001"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-configure/idle", test_idle);
  g_test_add_func ("/session-configure/nothing-new", test_nothing_new);
  g_test_add_func ("/session-configure/reconnect", test_reconnect_when_idle);
  g_test_add_func ("/session-configure/twice", test_twice);
  g_test_add_func ("/session-configure/no-updates", test_model_without_updates);
  g_test_add_func ("/session-configure/another-model", test_another_model);
  g_test_add_func ("/session-configure/history", test_history);
  g_test_add_func ("/session-configure/refused", test_refused_by_the_model);
  g_test_add_func ("/session-configure/instruction", test_instruction_now);
  g_test_add_func ("/session-configure/instruction-survives",
                   test_instruction_survives_a_new_connection);
  g_test_add_func ("/session-configure/tools", test_tools_now);
  return g_test_run ();
}
