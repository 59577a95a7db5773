/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"
#include "lv-test-session.h"

/* ---- a tool that runs until it is cancelled ---- */

G_DECLARE_FINAL_TYPE (LongTool, long_tool, LONG, TOOL, LvTool)
struct _LongTool {
  LvTool parent_instance;
  GTask *task;
};
G_DEFINE_FINAL_TYPE (LongTool, long_tool, LV_TYPE_TOOL)

static void
long_tool_call_async (LvTool *tool, const LvToolCall *call, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  LONG_TOOL (tool)->task = g_task_new (tool, NULL, callback, user_data);
}

static char *
long_tool_call_finish (LvTool *tool, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
long_tool_cancel (LvTool *tool, const char *call_id, LvCancelReason reason)
{
  g_autoptr (GTask) task = g_steal_pointer (&LONG_TOOL (tool)->task);

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
}

static void
long_tool_class_init (LongToolClass *klass)
{
  LV_TOOL_CLASS (klass)->call_async = long_tool_call_async;
  LV_TOOL_CLASS (klass)->call_finish = long_tool_call_finish;
  LV_TOOL_CLASS (klass)->cancel = long_tool_cancel;
}

static void
long_tool_init (LongTool *self)
{
}

/* ---- a service that is started again ---- */

typedef struct {
  Fixture *base;
  char *dir;
} Keep;

/* As if the daemon had been started again. */
static void
restart (Keep *keep)
{
  if (keep->base->session != NULL)
    g_assert_finalize_object (g_steal_pointer (&keep->base->session));
  g_clear_pointer (&keep->base->services.resumptions, lv_resumptions_free);
  keep->base->services.resumptions = lv_resumptions_new (keep->dir, g_get_real_time, NULL, NULL);
  renew_session (keep->base, NULL);
}

static void
set_up (Keep *keep, gconstpointer data)
{
  keep->dir = lv_test_make_dir ();
  keep->base = fixture_new ();
  restart (keep);
}

static void
tear_down (Keep *keep, gconstpointer data)
{
  LvResumptions *store = keep->base->services.resumptions;

  fixture_free (keep->base);
  lv_resumptions_free (store);
  lv_test_remove_dir (keep->dir);
}

static guint
count_files (Keep *keep)
{
  g_autoptr (GDir) dir = g_dir_open (keep->dir, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
start (Keep *keep)
{
  g_autoptr (GError) error = NULL;

  lv_session_start (keep->base->session, &error);
  g_assert_no_error (error);
}

/* A question, an answer, a handle. */
static void
converse (Keep *keep)
{
  g_autoptr (LvClientMessage) setup = NULL;

  start (keep);
  setup = lv_test_server_accept (keep->base->server, "handle-1");
  g_assert_null (setup->setup->resumption_handle);
  say_heard (keep->base, "who are you", TRUE);
  say_words (keep->base, "nobody");
  say_turn_complete (keep->base);
  wait_transcript (keep->base, "u:who are you. m:nobody.");
}

static void
accept (Keep *keep, const char *handle)
{
  g_autoptr (LvClientMessage) setup = lv_test_server_accept (keep->base->server, NULL);

  g_assert_cmpstr (setup->setup->resumption_handle, ==, handle);
  wait_state (keep->base, LV_STATE_LISTENING);
}

static void
test_goes_on (Keep *keep, gconstpointer data)
{
  guint last_id;

  converse (keep);
  last_id = lv_transcript_get_last_id (keep->base->session->transcript);
  restart (keep);
  g_assert_cmpuint (count_files (keep), ==, 1);
  start (keep);
  g_assert_cmpint (lv_session_get_state (keep->base->session), ==, LV_STATE_RECONNECTING);
  accept (keep, "handle-1");
  g_assert_true (was_logged (keep->base, "warning continued"));
  g_assert_cmpuint (count_logged (keep->base, "warning"), ==, 1);
  expect_transcript (keep->base, "u:who are you. m:nobody.");
  say_words (keep->base, "still");
  wait_transcript (keep->base, "u:who are you. m:nobody. m:still");
  g_assert_cmpuint (lv_transcript_get_last_id (keep->base->session->transcript), >, last_id);
}

/* What was being said is kept as far as it had come. */
static void
test_in_mid_word (Keep *keep, gconstpointer data)
{
  converse (keep);
  say_heard (keep->base, "and who", FALSE);
  wait_transcript (keep->base, "u:who are you. m:nobody. u:and who");
  restart (keep);
  start (keep);
  accept (keep, "handle-1");
  expect_transcript (keep->base, "u:who are you. m:nobody. u:and who.");
}

/* It is written while the conversation goes on: nothing has to be ended for it. */
static void
test_is_written_soon (Keep *keep, gconstpointer data)
{
  gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  const char *handle = NULL;
  g_autofree char *key = lv_resumption_key_of_profile (LV_PROFILE_DEFAULT);
  g_autoptr (LvResumptions) other = NULL;

  converse (keep);
  while (count_files (keep) == 0 && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  other = lv_resumptions_new (keep->dir, g_get_real_time, NULL, NULL);
  g_assert_true (g_variant_lookup (lv_resumptions_find (other, key), "handle", "&s", &handle));
  g_assert_cmpstr (handle, ==, "handle-1");
  g_assert_cmpuint (keep->base->session->keep_timer, ==, 0);
}

/* "user: who are you; model: nobody" */
static void
expect_seed (Keep *keep, const char *first)
{
  g_autoptr (LvClientMessage) seed = lv_test_server_take (keep->base->server);
  const LvContent *turn;
  const LvPart *part;

  g_assert_cmpint (seed->type, ==, LV_CLIENT_CONTENT);
  g_assert_cmpuint (seed->turns->len, ==, 2);
  turn = seed->turns->pdata[0];
  part = turn->parts->pdata[0];
  g_assert_cmpstr (part->text, ==, first);
}

static void
test_handle_is_refused (Keep *keep, gconstpointer data)
{
  g_autoptr (LvClientMessage) setup = NULL;

  converse (keep);
  restart (keep);
  start (keep);
  setup = lv_test_server_take (keep->base->server);
  g_assert_cmpstr (setup->setup->resumption_handle, ==, "handle-1");
  lv_test_server_close (keep->base->server, 1008, "BidiGenerateContent session not found");
  accept (keep, NULL);
  expect_seed (keep, "who are you");
  g_assert_true (was_logged (keep->base, "warning context-reseeded"));
  g_assert_cmpuint (count_logged (keep->base, "closed"), ==, 0);
}

/* The server still believes in the connection of the daemon that was killed. */
static void
test_too_soon (Keep *keep, gconstpointer data)
{
  g_autoptr (LvClientMessage) setup = NULL;

  converse (keep);
  restart (keep);
  start (keep);
  setup = lv_test_server_take (keep->base->server);
  lv_test_server_close (keep->base->server, 1011, "Internal error encountered.");
  accept (keep, "handle-1");
  g_assert_cmpuint (count_logged (keep->base, "warning"), ==, 1);
}

static void
expect_fresh (Keep *keep)
{
  restart (keep);
  start (keep);
  accept (keep, NULL);
  g_assert_cmpuint (count_logged (keep->base, "warning"), ==, 0);
  expect_transcript (keep->base, "");
}

static void
test_ended_by_user (Keep *keep, gconstpointer data)
{
  converse (keep);
  lv_session_stop (keep->base->session, LV_CLOSE_USER);
  g_assert_cmpuint (count_files (keep), ==, 0);
  lv_test_server_wait_closed (keep->base->server);
  expect_fresh (keep);
}

static void
test_ended_by_shutdown (Keep *keep, gconstpointer data)
{
  converse (keep);
  lv_session_stop (keep->base->session, LV_CLOSE_SHUTDOWN);
  g_assert_cmpuint (count_files (keep), ==, 1);
  lv_test_server_wait_closed (keep->base->server);
  restart (keep);
  start (keep);
  accept (keep, "handle-1");
}

/* The same daemon goes on, without telling twice what was said. */
static void
test_same_session (Keep *keep, gconstpointer data)
{
  converse (keep);
  lv_session_stop (keep->base->session, LV_CLOSE_NETWORK);
  lv_test_server_wait_closed (keep->base->server);
  start (keep);
  accept (keep, "handle-1");
  expect_transcript (keep->base, "u:who are you. m:nobody.");
  lv_session_forget (keep->base->session);
}

/* What the server would refuse again is not tried again. */
static void
test_refused (Keep *keep, gconstpointer data)
{
  g_autoptr (LvClientMessage) setup = NULL;

  converse (keep);
  restart (keep);
  start (keep);
  setup = lv_test_server_take (keep->base->server);
  lv_test_server_close (keep->base->server, 1007, "Request contains an invalid argument.");
  wait_state (keep->base, LV_STATE_ERROR);
  g_assert_cmpuint (count_files (keep), ==, 0);
  expect_fresh (keep);
}

/* One that has trouble for long may know it yet. */
static void
test_service_failed (Keep *keep, gconstpointer data)
{
  converse (keep);
  restart (keep);
  lv_test_server_set_accepting (keep->base->server, FALSE);
  keep->base->session->times.patience_ms = 0;
  start (keep);
  wait_logged (keep->base, "closed server");
  g_assert_cmpuint (count_files (keep), ==, 1);
  lv_test_server_set_accepting (keep->base->server, TRUE);
  restart (keep);
  start (keep);
  accept (keep, "handle-1");
}

/* A model cannot change on the way; another server hears nothing of it. */
static void
test_elsewhere (Keep *keep, gconstpointer data)
{
  g_autoptr (LvTestServer) other = lv_test_server_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  converse (keep);
  g_free (keep->base->profile->model);
  keep->base->profile->model = g_strdup ("gemini-2.5-flash-native-audio-preview-12-2025");
  restart (keep);
  start (keep);
  accept (keep, NULL);
  expect_seed (keep, "who are you");

  g_free (keep->base->profile->endpoint);
  keep->base->profile->endpoint = g_strdup (lv_test_server_get_uri (other));
  restart (keep);
  start (keep);
  setup = lv_test_server_accept (other, NULL);
  g_assert_null (setup->setup->resumption_handle);
  wait_state (keep->base, LV_STATE_LISTENING);
  expect_transcript (keep->base, "");
  lv_session_stop (keep->base->session, LV_CLOSE_USER);
  lv_test_server_wait_closed (other);
}

static void
test_switched_off (Keep *keep, gconstpointer data)
{
  keep->base->settings.keep_conversation = LV_KEEPING_OFF;
  converse (keep);
  g_assert_cmpuint (keep->base->session->keep_timer, ==, 0);
  expect_fresh (keep);
  g_assert_cmpuint (count_files (keep), ==, 0);
}

/* Of a session of an application nothing is kept before somebody can come back to it. */
static void
test_without_a_token (Keep *keep, gconstpointer data)
{
  renew_session (keep->base, ":1.7");
  converse (keep);
  g_assert_cmpuint (keep->base->session->keep_timer, ==, 0);
  g_assert_nonnull (lv_session_make_token (keep->base->session, "1000 test", NULL));
  say_heard (keep->base, "and who", TRUE);
  wait_transcript (keep->base, "u:who are you. m:nobody. u:and who.");
  g_assert_cmpuint (keep->base->session->keep_timer, !=, 0);
  g_assert_cmpuint (count_files (keep), ==, 1);
}

static void
put_call (Keep *keep)
{
  g_autofree char *key = lv_resumption_key_of_profile (LV_PROFILE_DEFAULT);
  LvResumptions *store = keep->base->services.resumptions;
  g_autoptr (GVariantDict) dict = g_variant_dict_new (lv_resumptions_find (store, key));
  g_autoptr (GVariant) calls =
      g_variant_ref_sink (g_variant_new_parsed ("[('call-1', 'open_door')]"));

  g_variant_dict_insert_value (dict, "calls", calls);
  lv_resumptions_put (store, key, dict);
}

static void
expect_lost_call (const LvClientMessage *message)
{
  const LvFunctionResponse *response;

  g_assert_cmpuint (message->responses->len, ==, 1);
  response = message->responses->pdata[0];
  g_assert_cmpstr (response->id, ==, "call-1");
  g_assert_cmpstr (response->name, ==, "open_door");
  g_assert_nonnull (strstr (response->response, "\"error\""));
}

/* The model waits for what a program that is gone was asked for. */
static void
test_lost_call (Keep *keep, gconstpointer data)
{
  g_autoptr (LvClientMessage) setup = NULL, message = NULL;

  converse (keep);
  restart (keep);
  put_call (keep);
  start (keep);
  setup = lv_test_server_accept (keep->base->server, NULL);
  message = lv_test_server_take_type (keep->base->server, LV_CLIENT_TOOL_RESPONSE);
  expect_lost_call (message);
  restart (keep);
  start (keep);
  accept (keep, "handle-1");
  g_assert_cmpuint (lv_test_server_get_n_waiting (keep->base->server), ==, 0);
}

/* In the middle of the conversation the model asks for what takes long. */
static void
call_long_tool (Keep *keep)
{
  LvSession *session = keep->base->session;
  LvServerMessage *message = lv_server_message_new ();
  g_autoptr (GPtrArray) decls =
      lv_tool_decl_parse_array ("[{\"name\":\"open_door\",\"description\":\"d\"}]", NULL);
  g_autoptr (GPtrArray) tools = g_ptr_array_new_with_free_func (g_object_unref);
  LvTool *tool = g_object_new (long_tool_get_type (), NULL);

  lv_tool_set_identity (tool, &(LvToolIdentity){ .decl = decls->pdata[0],
                                                 .client_name = "open_door",
                                                 .provider = "Test",
                                                 .owner = ":1.9",
                                                 .scope = LV_SCOPE_SHARED });
  g_ptr_array_add (tools, tool);
  lv_tool_router_set_tools (session->router, tools);
  message->function_calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
  g_ptr_array_add (message->function_calls, lv_function_call_new ("call-1", "open_door", "{}"));
  lv_test_server_send (keep->base->server, message);
  wait_logged (keep->base, "tool-started open_door");
}

/* What the end cancels puts nothing back. */
static void
test_ended_by_user_during_a_call (Keep *keep, gconstpointer data)
{
  converse (keep);
  call_long_tool (keep);
  lv_session_stop (keep->base->session, LV_CLOSE_USER);
  g_assert_true (was_logged (keep->base, "tool-finished open_door cancelled"));
  g_assert_cmpuint (count_files (keep), ==, 0);
  lv_test_server_wait_closed (keep->base->server);
  expect_fresh (keep);
}

static void
test_ended_by_shutdown_during_a_call (Keep *keep, gconstpointer data)
{
  g_autoptr (LvClientMessage) message = NULL;

  converse (keep);
  call_long_tool (keep);
  lv_session_stop (keep->base->session, LV_CLOSE_SHUTDOWN);
  lv_test_server_wait_closed (keep->base->server);
  restart (keep);
  start (keep);
  accept (keep, "handle-1");
  message = lv_test_server_take_type (keep->base->server, LV_CLIENT_TOOL_RESPONSE);
  expect_lost_call (message);
}

/* Nor does a server that has forgotten the conversation know the call. */
static void
test_lost_call_of_a_lost_conversation (Keep *keep, gconstpointer data)
{
  g_autoptr (LvClientMessage) setup = NULL, again = NULL, message = NULL;
  g_autofree char *note = NULL;

  converse (keep);
  restart (keep);
  put_call (keep);
  start (keep);
  setup = lv_test_server_take (keep->base->server);
  lv_test_server_close (keep->base->server, 1008, "BidiGenerateContent session not found");
  again = lv_test_server_accept (keep->base->server, NULL);
  expect_seed (keep, "who are you");
  message = lv_test_server_take (keep->base->server);
  g_assert_cmpint (message->type, ==, LV_CLIENT_CONTENT);
  note = lv_content_dup_text (message->turns->pdata[0]);
  g_assert_true (g_str_has_prefix (note, "The tool \"open_door\", which you called before"));
  g_assert_nonnull (strstr (note, "\"error\""));
  g_assert_cmpuint (lv_test_server_get_n_waiting (keep->base->server), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/session-keep/" name, Keep, NULL, set_up, test, tear_down)
  ADD ("goes-on", test_goes_on);
  ADD ("in-mid-word", test_in_mid_word);
  ADD ("is-written-soon", test_is_written_soon);
  ADD ("handle-is-refused", test_handle_is_refused);
  ADD ("too-soon", test_too_soon);
  ADD ("ended-by-user", test_ended_by_user);
  ADD ("ended-by-shutdown", test_ended_by_shutdown);
  ADD ("same-session", test_same_session);
  ADD ("refused", test_refused);
  ADD ("service-failed", test_service_failed);
  ADD ("elsewhere", test_elsewhere);
  ADD ("switched-off", test_switched_off);
  ADD ("without-a-token", test_without_a_token);
  ADD ("lost-call", test_lost_call);
  ADD ("ended-by-user-during-a-call", test_ended_by_user_during_a_call);
  ADD ("ended-by-shutdown-during-a-call", test_ended_by_shutdown_during_a_call);
  ADD ("lost-call-of-a-lost-conversation", test_lost_call_of_a_lost_conversation);
  return g_test_run ();
}
