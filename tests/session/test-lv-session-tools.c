/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"
#include "lv-test-session.h"

#include <string.h>

#define OWNER ":1.7"
#define HANDLER "/handler"

/* ---- a tool that answers when the test says so ---- */

G_DECLARE_FINAL_TYPE (TestTool, test_tool, TEST, TOOL, LvTool)
struct _TestTool {
  LvTool parent_instance;
  GQueue tasks; /* GTask, owned */
  guint n_cancelled;
};
G_DEFINE_FINAL_TYPE (TestTool, test_tool, LV_TYPE_TOOL)

static void
test_tool_call_async (LvTool *tool, const LvToolCall *call, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_queue_push_tail (&TEST_TOOL (tool)->tasks, g_task_new (tool, NULL, callback, user_data));
}

static char *
test_tool_call_finish (LvTool *tool, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_tool_cancel (LvTool *tool, const char *call_id, LvCancelReason reason)
{
  TEST_TOOL (tool)->n_cancelled++;
}

static void
test_tool_class_init (TestToolClass *klass)
{
  LV_TOOL_CLASS (klass)->call_async = test_tool_call_async;
  LV_TOOL_CLASS (klass)->call_finish = test_tool_call_finish;
  LV_TOOL_CLASS (klass)->cancel = test_tool_cancel;
}

static void
test_tool_init (TestTool *self)
{
  g_queue_init (&self->tasks);
}

static TestTool *
tool_new (const char *name, const char *behavior)
{
  g_autofree char *json = g_strdup_printf (
      "[{\"name\":\"%s\",\"description\":\"d\",\"behavior\":\"%s\"}]", name, behavior);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) decls = lv_tool_decl_parse_array (json, &error);
  TestTool *tool = g_object_new (test_tool_get_type (), NULL);

  g_assert_no_error (error);
  lv_tool_set_identity (LV_TOOL (tool), &(LvToolIdentity){ .decl = decls->pdata[0],
                                                           .client_name = name,
                                                           .provider = "Test",
                                                           .owner = OWNER,
                                                           .scope = LV_SCOPE_OWN });
  return tool;
}

static void
answer (TestTool *tool, const char *json)
{
  g_autoptr (GTask) task = g_queue_pop_head (&tool->tasks);

  g_assert_nonnull (task);
  g_task_return_pointer (task, g_strdup (json), g_free);
}

static void
leave_unanswered (TestTool *tool)
{
  while (!g_queue_is_empty (&tool->tasks))
    answer (tool, "{}");
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
offer (Fixture *fixture, TestTool *tool)
{
  g_autoptr (GPtrArray) tools = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (tools, g_object_ref (tool));
  lv_tool_registry_set (fixture->services.registry, OWNER, HANDLER, tools, &error);
  g_assert_no_error (error);
}

/* ---- the model ---- */

static void
call_tool (Fixture *fixture, const char *id, const char *name)
{
  LvServerMessage *message = lv_server_message_new ();

  message->function_calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
  g_ptr_array_add (message->function_calls, lv_function_call_new (id, name, "{}"));
  lv_test_server_send (fixture->server, message);
}

static void
expect_response (Fixture *fixture, const char *id, const char *json)
{
  g_autoptr (LvClientMessage) message = lv_test_server_take (fixture->server);
  const LvFunctionResponse *response;

  g_assert_cmpint (message->type, ==, LV_CLIENT_TOOL_RESPONSE);
  g_assert_cmpuint (message->responses->len, ==, 1);
  response = message->responses->pdata[0];
  g_assert_cmpstr (response->id, ==, id);
  if (json != NULL)
    g_assert_cmpstr (response->response, ==, json);
  else
    g_assert_true (g_str_has_prefix (response->response, "{\"error\":"));
}

static void
expect_no_response (Fixture *fixture)
{
  lv_test_run_for (50);
  g_assert_cmpuint (lv_test_server_get_n_waiting (fixture->server), ==, 0);
}

static void
test_call (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("lamp", "BLOCKING");
  g_autoptr (LvClientMessage) setup = NULL;

  offer (fixture, tool);
  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_cmpuint (setup->setup->tools->len, ==, 1);
  g_assert_cmpstr (lv_tool_decl_get_name (setup->setup->tools->pdata[0]), ==, "lamp");

  call_tool (fixture, "c1", "lamp");
  wait_logged (fixture, "tool-started lamp");
  wait_state (fixture, LV_STATE_THINKING);
  say_turn_complete (fixture); /* the turn that called ends, the call does not */
  wait_logged (fixture, "turn-complete 1 - 0");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_THINKING);
  answer (tool, "{\"on\":true}");
  wait_logged (fixture, "tool-finished lamp ok");
  expect_response (fixture, "c1", "{\"on\":true}");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_THINKING);
  say_words (fixture, "it is on");
  wait_state (fixture, LV_STATE_SPEAKING);
}

static void
test_non_blocking (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("bake", "NON_BLOCKING");

  offer (fixture, tool);
  open_session (fixture);
  call_tool (fixture, "c1", "bake");
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  g_assert_true (was_logged (fixture, "tool-started bake"));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  answer (tool, "{\"baked\":true}");
  wait_logged (fixture, "tool-finished bake ok");
  expect_response (fixture, "c1", "{\"baked\":true}");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_THINKING);
}

static void
on_started_keep_id (LvSession *session, const char *call_id, const char *tool, char **ret_id)
{
  *ret_id = g_strdup (call_id);
}

static void
test_update_call (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("bake", "NON_BLOCKING");
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  offer (fixture, tool);
  open_session (fixture);
  g_signal_connect (fixture->session, "tool-started", G_CALLBACK (on_started_keep_id), &id);
  call_tool (fixture, "c1", "bake");
  wait_logged (fixture, "tool-started bake");
  answer (tool, ""); /* later */
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_true (lv_session_update_call (fixture->session, OWNER, id, "{\"progress\":40}", TRUE,
                                         LV_SCHEDULING_SILENT, &error));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  expect_response (fixture, "c1", "{\"progress\":40}");
  g_assert_true (lv_session_update_call (fixture->session, OWNER, id, "{\"done\":1}", FALSE,
                                         LV_SCHEDULING_SILENT, &error));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  expect_response (fixture, "c1", "{\"done\":1}");
  g_assert_false (lv_session_update_call (fixture->session, OWNER, id, "{}", FALSE,
                                          LV_SCHEDULING_DEFAULT, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_NO_SUCH_CALL);
}

/* What a model refuses is not sent to it. */
static void
test_model_without_scheduling (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("bake", "NON_BLOCKING");
  g_autoptr (LvClientMessage) message = NULL;
  const LvFunctionResponse *response;
  g_autofree char *id = NULL;

  g_free (fixture->profile->model);
  fixture->profile->model = g_strdup ("gemini-3.8-live-extended-thinking");
  apply_profile (fixture);
  offer (fixture, tool);
  open_session (fixture);
  g_signal_connect (fixture->session, "tool-started", G_CALLBACK (on_started_keep_id), &id);
  call_tool (fixture, "c1", "bake");
  wait_logged (fixture, "tool-started bake");
  answer (tool, "");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (lv_session_update_call (fixture->session, OWNER, id, "{\"progress\":40}", TRUE,
                                         LV_SCHEDULING_SILENT, NULL));
  expect_no_response (fixture);
  g_assert_true (lv_session_update_call (fixture->session, OWNER, id, "{\"done\":1}", FALSE,
                                         LV_SCHEDULING_INTERRUPT, NULL));
  message = lv_test_server_take (fixture->server);
  response = message->responses->pdata[0];
  g_assert_cmpint (response->scheduling, ==, LV_SCHEDULING_DEFAULT);
  g_assert_false (response->will_continue);
}

static void
test_cancelled_by_model (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("lamp", "BLOCKING");

  offer (fixture, tool);
  open_session (fixture);
  call_tool (fixture, "c1", "lamp");
  wait_logged (fixture, "tool-started lamp");
  lv_test_server_send_frame (fixture->server, "{\"toolCallCancellation\":{\"ids\":[\"c1\"]}}");
  wait_logged (fixture, "tool-finished lamp cancelled");
  g_assert_cmpuint (tool->n_cancelled, ==, 1);
  leave_unanswered (tool);
  expect_no_response (fixture);
}

static void
test_call_survives_a_loss (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("lamp", "BLOCKING");
  g_autoptr (LvClientMessage) setup = NULL;
  g_autoptr (LvClientMessage) again = NULL;

  offer (fixture, tool);
  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_accept (fixture->server, "handle");
  call_tool (fixture, "c1", "lamp");
  wait_logged (fixture, "tool-started lamp");
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  answer (tool, "{\"on\":true}");
  wait_logged (fixture, "tool-finished lamp ok");
  again = lv_test_server_accept (fixture->server, "handle");
  g_assert_cmpstr (again->setup->resumption_handle, ==, "handle");
  expect_response (fixture, "c1", "{\"on\":true}");
  expect_no_response (fixture);
}

/* ---- a server that has forgotten the conversation would close on a result it never asked for ---- */

#define ANSWERED(json)                                                                             \
  "The tool \"lamp\", which you called before the connection was renewed, answered: " json

/* In conversation, "wait" is said and @n calls run, whose ids begin with "c1"; then the link is lost. */
static void
lose_with_calls (Fixture *fixture, TestTool *tool, guint n)
{
  g_autoptr (LvClientMessage) setup = NULL;

  offer (fixture, tool);
  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_accept (fixture->server, "handle");
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);

      call_tool (fixture, id, "lamp");
    }
  say_words (fixture, "wait");
  wait_transcript (fixture, "m:wait");
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
}

/* What a new conversation is told is "wait" and that @n calls still run. */
static void
begin_again (Fixture *fixture, guint n)
{
  g_autoptr (LvClientMessage) setup = lv_test_server_accept (fixture->server, NULL);
  g_autoptr (LvClientMessage) seed = lv_test_server_take (fixture->server);

  g_assert_null (setup->setup->resumption_handle);
  g_assert_cmpint (seed->type, ==, LV_CLIENT_CONTENT);
  g_assert_cmpuint (seed->turns->len, ==, 1 + n);
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *note = lv_content_dup_text (seed->turns->pdata[i]);

      g_assert_nonnull (strstr (note, "\"lamp\", which you called before"));
      g_assert_nonnull (strstr (note, "is still running"));
    }
}

static void
forget_conversation (Fixture *fixture, guint n)
{
  g_autoptr (LvClientMessage) setup = lv_test_server_take (fixture->server);

  g_assert_cmpstr (setup->setup->resumption_handle, ==, "handle");
  lv_test_server_close (fixture->server, 1008, "BidiGenerateContent session not found");
  begin_again (fixture, n);
}

/* A whole turn, or (not @asks) only context. */
static void
expect_note (Fixture *fixture, const char *expected, gboolean asks)
{
  g_autoptr (LvClientMessage) message = lv_test_server_take (fixture->server);
  g_autofree char *text = NULL;

  g_assert_cmpint (message->type, ==, LV_CLIENT_CONTENT);
  g_assert_cmpint (message->turn_complete, ==, asks);
  g_assert_cmpuint (message->turns->len, ==, 1);
  text = lv_content_dup_text (message->turns->pdata[0]);
  if (!g_str_has_prefix (text, expected))
    g_error ("\"%s\" does not begin with \"%s\"", text, expected);
}

static void
test_result_before_a_fresh_start (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("lamp", "BLOCKING");

  lose_with_calls (fixture, tool, 1);
  answer (tool, "{\"on\":true}");
  wait_logged (fixture, "tool-finished lamp ok");
  forget_conversation (fixture, 0);
  expect_note (fixture, ANSWERED ("{\"on\":true}"), TRUE);
  expect_no_response (fixture);
  lv_test_server_drop (fixture->server); /* before it has said anything */
  begin_again (fixture, 0);
  expect_note (fixture, ANSWERED ("{\"on\":true}"), TRUE);
  say_words (fixture, "it is on");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
}

static void
test_result_after_a_fresh_start (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("lamp", "BLOCKING");

  lose_with_calls (fixture, tool, 2);
  forget_conversation (fixture, 2);
  wait_state (fixture, LV_STATE_THINKING);
  lv_test_server_send_frame (fixture->server, "{\"toolCallCancellation\":{\"ids\":[\"c2\"]}}");
  call_tool (fixture, "c1", "lamp"); /* another one, for this server */
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  g_assert_cmpuint (count_logged (fixture, "tool-started"), ==, 3);
  g_assert_cmpuint (count_logged (fixture, "tool-finished"), ==, 0);
  answer (tool, "{\"on\":1}");
  expect_note (fixture, ANSWERED ("{\"on\":1}"), TRUE);
  answer (tool, "nonsense");
  wait_logged (fixture, "tool-finished lamp error");
  expect_note (fixture, ANSWERED ("{\"error\":"), TRUE);
  answer (tool, "{\"on\":3}");
  expect_response (fixture, "c1", "{\"on\":3}");
  expect_no_response (fixture);
  g_assert_cmpuint (count_logged (fixture, "tool-finished"), ==, 3);
}

/* Nor is progress an outcome. */
static void
test_silent_result_after_a_fresh_start (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("lamp", "NON_BLOCKING");
  g_autofree char *id = NULL;

  g_signal_connect (fixture->session, "tool-started", G_CALLBACK (on_started_keep_id), &id);
  lose_with_calls (fixture, tool, 1);
  answer (tool, "");
  g_assert_true (lv_session_update_call (fixture->session, OWNER, id, "{\"on\":0.5}", TRUE,
                                         LV_SCHEDULING_SILENT, NULL));
  forget_conversation (fixture, 1);
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_true (lv_session_update_call (fixture->session, OWNER, id, "{\"on\":0.7}", TRUE,
                                         LV_SCHEDULING_SILENT, NULL));
  g_assert_true (lv_session_update_call (fixture->session, OWNER, id, "{\"on\":1}", FALSE,
                                         LV_SCHEDULING_SILENT, NULL));
  expect_note (fixture, ANSWERED ("{\"on\":1}"), FALSE);
  expect_no_response (fixture);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
}

/* What a connection took that ended in order is not told a second time when the next one breaks. */
static void
test_silent_result_is_told_once (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("lamp", "NON_BLOCKING");
  g_autofree char *id = NULL;

  offer (fixture, tool);
  g_signal_connect (fixture->session, "tool-started", G_CALLBACK (on_started_keep_id), &id);
  g_assert_true (lv_session_start (fixture->session, NULL));
  lv_client_message_free (lv_test_server_accept (fixture->server, "handle"));
  call_tool (fixture, "c1", "lamp");
  wait_logged (fixture, "tool-started lamp");
  answer (tool, "");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_true (lv_session_update_call (fixture->session, OWNER, id, "{\"on\":1}", FALSE,
                                         LV_SCHEDULING_SILENT, NULL));
  expect_response (fixture, "c1", "{\"on\":1}");
  lv_session_resume_link (fixture->session);
  lv_client_message_free (lv_test_server_accept (fixture->server, "handle"));
  wait_state (fixture, LV_STATE_LISTENING);

  lv_test_server_drop (fixture->server);
  lv_client_message_free (lv_test_server_accept (fixture->server, "handle"));
  wait_state (fixture, LV_STATE_LISTENING);
  expect_no_response (fixture);

  lv_test_server_drop (fixture->server);
  lv_client_message_free (lv_test_server_take (fixture->server));
  lv_test_server_close (fixture->server, 1008, "BidiGenerateContent session not found");
  lv_client_message_free (lv_test_server_accept (fixture->server, NULL)); /* knows nothing of it */
  expect_note (fixture, ANSWERED ("{\"on\":1}"), FALSE);
}

static void
test_provider_vanishes (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("lamp", "BLOCKING");
  g_autoptr (TestTool) again = tool_new ("lamp", "BLOCKING");

  offer (fixture, tool);
  open_session (fixture);
  call_tool (fixture, "c1", "lamp");
  wait_logged (fixture, "tool-started lamp");
  lv_tool_registry_remove_owner (fixture->services.registry, OWNER);
  g_assert_true (was_logged (fixture, "tool-finished lamp gone"));
  expect_response (fixture, "c1", NULL);
  call_tool (fixture, "c2", "lamp");
  expect_response (fixture, "c2", NULL);
  leave_unanswered (tool);

  offer (fixture, again); /* the program was started again */
  clear_log (fixture);
  call_tool (fixture, "c3", "lamp");
  wait_logged (fixture, "tool-started lamp");
  answer (again, "{\"on\":true}");
  expect_response (fixture, "c3", "{\"on\":true}");
}

static void
test_unknown_tool (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) late = tool_new ("lamp", "BLOCKING");

  open_session (fixture);
  call_tool (fixture, "c1", "lamp");
  expect_response (fixture, "c1", NULL);
  offer (fixture, late); /* the model was not told of it */
  call_tool (fixture, "c2", "lamp");
  expect_response (fixture, "c2", NULL);
  g_assert_cmpuint (count_logged (fixture, "tool-started"), ==, 0);
}

/* A reconnect tells the model of the tools there are by then. */
static void
test_tools_of_a_new_connection (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) late = tool_new ("lamp", "BLOCKING");
  g_autoptr (LvClientMessage) setup = NULL;

  open_session (fixture);
  offer (fixture, late);
  lv_test_server_drop (fixture->server);
  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_cmpuint (setup->setup->tools->len, ==, 1);
  call_tool (fixture, "c1", "lamp");
  wait_logged (fixture, "tool-started lamp");
  answer (late, "{\"on\":true}");
  expect_response (fixture, "c1", "{\"on\":true}");
}

static void
test_stop_cancels (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("lamp", "BLOCKING");

  offer (fixture, tool);
  open_session (fixture);
  call_tool (fixture, "c1", "lamp");
  wait_logged (fixture, "tool-started lamp");
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  g_assert_true (was_logged (fixture, "tool-finished lamp cancelled"));
  g_assert_cmpuint (tool->n_cancelled, ==, 1);
  leave_unanswered (tool);
  wait_logged (fixture, "closed user");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_IDLE);
  expect_no_response (fixture);
}

/* An announced end of the connection waits for the tool. */
static void
test_go_away_waits_for_the_tool (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (TestTool) tool = tool_new ("bake", "NON_BLOCKING");

  offer (fixture, tool);
  open_session (fixture);
  say_handle (fixture, "h");
  call_tool (fixture, "c1", "bake");
  wait_logged (fixture, "tool-started bake");
  say_turn_complete (fixture);
  say_go_away (fixture, 50 * G_USEC_PER_SEC);
  wait_logged (fixture, "warning go-away");
  expect_no_response (fixture);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  answer (tool, "{\"baked\":true}");
  expect_response (fixture, "c1", "{\"baked\":true}");
  say_words (fixture, "it is baked");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_RECONNECTING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-tools/call", test_call);
  g_test_add_func ("/session-tools/non-blocking", test_non_blocking);
  g_test_add_func ("/session-tools/update-call", test_update_call);
  g_test_add_func ("/session-tools/model-without-scheduling", test_model_without_scheduling);
  g_test_add_func ("/session-tools/cancelled-by-model", test_cancelled_by_model);
  g_test_add_func ("/session-tools/call-survives-a-loss", test_call_survives_a_loss);
  g_test_add_func ("/session-tools/result-before-a-fresh-start", test_result_before_a_fresh_start);
  g_test_add_func ("/session-tools/result-after-a-fresh-start", test_result_after_a_fresh_start);
  g_test_add_func ("/session-tools/silent-result", test_silent_result_after_a_fresh_start);
  g_test_add_func ("/session-tools/told-once", test_silent_result_is_told_once);
  g_test_add_func ("/session-tools/provider-vanishes", test_provider_vanishes);
  g_test_add_func ("/session-tools/unknown-tool", test_unknown_tool);
  g_test_add_func ("/session-tools/tools-of-a-new-connection", test_tools_of_a_new_connection);
  g_test_add_func ("/session-tools/stop-cancels", test_stop_cancels);
  g_test_add_func ("/session-tools/go-away-waits-for-the-tool", test_go_away_waits_for_the_tool);
  return g_test_run ();
}
