/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/lv-tool-router.h"

#include "lib/lv-test.h"
#include "lv-test-tool.h"

#include <string.h>

#define SESSION "/org/livevoice/LiveVoice1/default"

typedef struct {
  LvToolRouter *router;
  LvTestTool *wait;  /* blocking */
  LvTestTool *bake;  /* non-blocking */
  LvTestTool *hurry; /* blocking, half a second */
  GPtrArray *
      responses; /* "id name json" with " +" when more follow, one entry a message, parts joined by " | " */
  GPtrArray *notes;  /* the same of what is to be told in words */
  GPtrArray *events; /* "started name", "finished name outcome" */
} Fixture;

static void
add_message (GPtrArray *messages, GPtrArray *responses)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < responses->len; i++)
    {
      const LvFunctionResponse *r = responses->pdata[i];
      const char *scheduling =
          r->scheduling != LV_SCHEDULING_DEFAULT ? lv_scheduling_to_nick (r->scheduling) : "";

      g_ptr_array_add (parts, g_strdup_printf ("%s %s %s%s%s", r->id, r->name, r->response,
                                               scheduling, r->will_continue ? "+" : ""));
    }
  g_ptr_array_add (parts, NULL);
  g_ptr_array_add (messages, g_strjoinv (" | ", (GStrv) parts->pdata));
}

static void
on_respond (LvToolRouter *router, GPtrArray *responses, Fixture *f)
{
  add_message (f->responses, responses);
}

static void
on_note (LvToolRouter *router, GPtrArray *responses, Fixture *f)
{
  add_message (f->notes, responses);
}

static void
on_started (LvToolRouter *router, const char *call_id, const char *tool, Fixture *f)
{
  g_assert_cmpuint (strlen (call_id), ==, 32);
  g_ptr_array_add (f->events, g_strdup_printf ("started %s", tool));
}

static void
on_finished (LvToolRouter *router, const char *call_id, const char *tool, LvOutcome outcome,
             Fixture *f)
{
  g_ptr_array_add (f->events,
                   g_strdup_printf ("finished %s %s", tool, lv_outcome_to_nick (outcome)));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) tools = g_ptr_array_new ();

  f->router = lv_tool_router_new (SESSION, "org.example.App");
  f->wait =
      lv_test_tool_new ("{\"name\":\"wait\",\"parameters\":{\"type\":\"object\","
                        "\"properties\":{\"s\":{\"type\":\"integer\"}},\"required\":[\"s\"]}}",
                        ":1.7", LV_SCOPE_OWN, NULL);
  f->bake = lv_test_tool_new ("{\"name\":\"bake\",\"behavior\":\"NON_BLOCKING\"}", ":1.7",
                              LV_SCOPE_OWN, NULL);
  f->hurry =
      lv_test_tool_new ("{\"name\":\"hurry\",\"timeoutMs\":500}", ":1.7", LV_SCOPE_OWN, NULL);
  g_ptr_array_add (tools, f->wait);
  g_ptr_array_add (tools, f->bake);
  g_ptr_array_add (tools, f->hurry);
  lv_tool_router_set_tools (f->router, tools);

  f->responses = g_ptr_array_new_with_free_func (g_free);
  f->notes = g_ptr_array_new_with_free_func (g_free);
  f->events = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (f->router, "respond", G_CALLBACK (on_respond), f);
  g_signal_connect (f->router, "note", G_CALLBACK (on_note), f);
  g_signal_connect (f->router, "started", G_CALLBACK (on_started), f);
  g_signal_connect (f->router, "finished", G_CALLBACK (on_finished), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->router);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->wait);
  g_assert_finalize_object (f->bake);
  g_assert_finalize_object (f->hurry);
  g_ptr_array_unref (f->responses);
  g_ptr_array_unref (f->notes);
  g_ptr_array_unref (f->events);
}

/* "id name args" for each call, separated by ';'; id "-" for none. */
static void
call (Fixture *f, const char *text)
{
  g_autoptr (GPtrArray) calls =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
  g_auto (GStrv) items = g_strsplit (text, ";", -1);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (items[i], " ", 3);

      g_ptr_array_add (calls, lv_function_call_new (g_str_equal (words[0], "-") ? NULL : words[0],
                                                    words[1], words[2]));
    }
  lv_tool_router_handle_calls (f->router, calls);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
assert_list (GPtrArray *list, const char *expected)
{
  g_autofree char *joined = NULL;

  g_ptr_array_add (list, NULL);
  joined = g_strjoinv ("\n", (GStrv) list->pdata);
  g_ptr_array_remove_index (list, list->len - 1);
  g_assert_cmpstr (joined, ==, expected);
}

static const char *
last_response (Fixture *f)
{
  g_assert_cmpuint (f->responses->len, >, 0);
  return f->responses->pdata[f->responses->len - 1];
}

static void
assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("\"%s\" is not in \"%s\"", part, text);
}

static gboolean
has_responses (gpointer data)
{
  return ((Fixture *) data)->responses->len > 0;
}

static void
test_result (Fixture *f, gconstpointer data)
{
  gint64 now = g_get_real_time ();

  call (f, "a wait {\"s\":1}");
  assert_list (f->events, "started wait");
  g_assert_cmpstr (f->wait->args, ==, "{\"s\":1}");
  g_assert_cmpstr (f->wait->name, ==, "as_declared");
  g_assert_cmpstr (f->wait->session, ==, SESSION);
  g_assert_cmpstr (f->wait->owner_app, ==, "org.example.App");
  g_assert_cmpuint (f->wait->attempt, ==, 1);
  g_assert_cmpint (f->wait->deadline_us, >=, now + 30 * G_USEC_PER_SEC);
  g_assert_cmpint (f->wait->deadline_us, <, now + 32 * G_USEC_PER_SEC);
  g_assert_cmpuint (lv_tool_router_get_n_outstanding (f->router), ==, 1);

  lv_test_tool_return (f->wait, "{\"x\":1}");
  settle ();
  assert_list (f->responses, "a wait {\"x\":1}");
  assert_list (f->events, "started wait\nfinished wait ok");
  g_assert_cmpuint (lv_tool_router_get_n_outstanding (f->router), ==, 0);
}

static void
test_other_owner (Fixture *f, gconstpointer data)
{
  lv_tool_router_set_owner_app (f->router, "org.example.Other");
  call (f, "a wait {\"s\":1}");
  g_assert_cmpstr (f->wait->owner_app, ==, "org.example.Other");
  lv_test_tool_return (f->wait, "{}");
  settle ();
}

static void
test_scalar_result_is_wrapped (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1}");
  lv_test_tool_return (f->wait, "42");
  settle ();
  assert_list (f->responses, "a wait {\"output\":42}");
}

static void
test_blocking_calls_answer_together_in_order (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1};b hurry {};c bake {}");
  lv_test_tool_return (f->hurry, "2");
  settle ();
  g_assert_cmpuint (f->responses->len, ==, 0);
  lv_test_tool_return (f->bake, "3");
  settle ();
  assert_list (f->responses, "c bake {\"output\":3}");
  lv_test_tool_return (f->wait, "1");
  settle ();
  assert_list (f->responses, "c bake {\"output\":3}\n"
                             "a wait {\"output\":1} | b hurry {\"output\":2}");
}

static void
test_refused_call_shares_the_message (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1};b nothing {}");
  g_assert_cmpuint (f->responses->len, ==, 0);
  lv_test_tool_return (f->wait, "1");
  settle ();
  g_assert_cmpuint (f->responses->len, ==, 1);
  g_assert_true (
      g_str_has_prefix (last_response (f), "a wait {\"output\":1} | b nothing {\"error\":"));
}

static void
test_unknown_tool (Fixture *f, gconstpointer data)
{
  call (f, "a nothing {}");
  g_assert_cmpuint (f->responses->len, ==, 1);
  g_assert_true (g_str_has_prefix (last_response (f), "a nothing {\"error\":"));
  assert_contains (last_response (f), "no tool");
  assert_list (f->events, "");
}

static void
test_invalid_args (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = { "{}", "{\"s\":\"x\"}", "[]", "{", "{\"s\":1,\"s\":2}" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf ("a%u wait %s", i, bad[i]);

      call (f, text);
      g_assert_cmpuint (f->responses->len, ==, i + 1);
      assert_contains (last_response (f), "{\"error\":");
      assert_contains (last_response (f), "Correct the arguments");
    }
  g_assert_cmpuint (f->wait->call_ids->len, ==, 0);
}

static void
test_made_up_id (Fixture *f, gconstpointer data)
{
  call (f, "- wait {\"s\":1};- nothing {}");
  lv_test_tool_return (f->wait, "1");
  settle ();
  g_assert_cmpuint (strspn (last_response (f), "0123456789abcdef"), ==, 32);
  g_assert_true (strncmp (last_response (f), f->wait->call_ids->pdata[0], 32) == 0);
}

static void
test_repeated_id_is_one_call (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1}");
  call (f, "a wait {\"s\":1}");
  g_assert_cmpuint (f->wait->call_ids->len, ==, 1);
  lv_test_tool_return (f->wait, "1");
  settle ();
  assert_list (f->responses, "a wait {\"output\":1}");
}

static void
test_handler_error (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1}");
  lv_test_tool_fail (f->wait, LV_ERROR_FAILED, "no \"oven\"");
  settle ();
  assert_list (f->responses, "a wait {\"error\":\"no \\\"oven\\\"\"}");
  assert_list (f->events, "started wait\nfinished wait error");
}

static void
test_long_error_is_cut_between_characters (Fixture *f, gconstpointer data)
{
  g_autofree char *message = g_malloc0 (3 * LV_CALL_MAX_ERROR + 1);

  for (guint i = 0; i < LV_CALL_MAX_ERROR; i++)
    memcpy (message + 3 * i, "€", 3);
  call (f, "a wait {\"s\":1}");
  lv_test_tool_fail (f->wait, LV_ERROR_FAILED, message);
  settle ();
  g_assert_true (g_utf8_validate (last_response (f), -1, NULL));
  g_assert_cmpuint (strlen (last_response (f)), <=, LV_CALL_MAX_ERROR + 30);
  g_assert_cmpuint (strlen (last_response (f)), >, LV_CALL_MAX_ERROR);
}

static void
test_error_outcomes (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1};b wait {\"s\":2}");
  lv_test_tool_fail (f->wait, LV_ERROR_NOT_OWNER, "left");
  lv_test_tool_fail (f->wait, LV_ERROR_CONSENT_DENIED, "no");
  settle ();
  assert_list (f->responses, "a wait {\"error\":\"left\"} | b wait {\"error\":\"no\"}");
  assert_list (f->events, "started wait\nstarted wait\nfinished wait gone\nfinished wait denied");
}

static void
test_bad_result (Fixture *f, gconstpointer data)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *large = g_strnfill (256 * 1024 + 3, ' ');
  const char *bad[] = { "{", deep, large, "\"\\ud800\"", "{\"a\":1,\"a\":2}" };

  large[0] = '"';
  large[256 * 1024 + 2] = '"';
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      call (f, "a wait {\"s\":1}");
      lv_test_tool_return (f->wait, bad[i]);
      settle ();
      g_assert_cmpuint (f->responses->len, ==, i + 1);
      assert_contains (last_response (f), "{\"error\":\"The tool \\\"wait\\\" ran, but");
    }
}

static void
test_timeout (Fixture *f, gconstpointer data)
{
  g_autofree char *cancel = NULL;

  call (f, "a hurry {}");
  cancel = g_strdup_printf ("%s timeout", (char *) f->hurry->call_ids->pdata[0]);
  lv_test_wait_for (has_responses, f, LV_TEST_TIMEOUT_MS, "time-out");
  assert_contains (last_response (f), "0.5 seconds");
  assert_list (f->events, "started hurry\nfinished hurry timeout");
  assert_list (f->hurry->cancels, cancel);

  lv_test_tool_return (f->hurry, "1");
  settle ();
  g_assert_cmpuint (f->responses->len, ==, 1);
}

static void
test_model_cancels (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autofree char *cancel = NULL;

  g_ptr_array_add (ids, (char *) "a");
  g_ptr_array_add (ids, (char *) "unknown");
  call (f, "a wait {\"s\":1};b hurry {}");
  cancel = g_strdup_printf ("%s model-cancelled", (char *) f->wait->call_ids->pdata[0]);
  lv_tool_router_cancel_ids (f->router, ids);
  assert_list (f->wait->cancels, cancel);
  g_assert_cmpuint (f->responses->len, ==, 0);

  lv_test_tool_return (f->wait, "1");
  lv_test_tool_return (f->hurry, "2");
  settle ();
  assert_list (f->responses, "b hurry {\"output\":2}");
  assert_list (f->events, "started wait\nstarted hurry\nfinished wait cancelled\n"
                          "finished hurry ok");
}

static void
test_server_forgets (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (GVariant) known = NULL;

  call (f, "a wait {\"s\":1};b hurry {};c bake {}");
  lv_test_tool_return (f->wait, "1");
  settle ();
  tools = lv_tool_router_forget_server (f->router);
  g_assert_cmpuint (tools->len, ==, 2);
  call (f, "a wait {\"s\":1};d hurry {}"); /* of the server that came after it */
  g_ptr_array_add (ids, (gpointer) "b");
  g_ptr_array_add (ids, (gpointer) "c");
  lv_tool_router_cancel_ids (f->router, ids);
  g_assert_cmpuint (lv_tool_router_get_n_outstanding (f->router), ==, 4);
  known = g_variant_ref_sink (lv_tool_router_list_outstanding (f->router));
  g_assert_cmpuint (g_variant_n_children (known), ==, 2);

  lv_test_tool_return (f->bake, "3");
  lv_test_tool_return (f->hurry, "2");
  lv_test_tool_return (f->hurry, "5");
  lv_test_tool_return (f->wait, "4");
  settle ();
  g_assert_cmpuint (f->notes->len, ==, 2);
  assert_contains (f->notes->pdata[0], " bake {\"output\":3}");
  assert_contains (f->notes->pdata[1], " wait {\"output\":1} | ");
  assert_contains (f->notes->pdata[1], " hurry {\"output\":2}");
  assert_list (f->responses, "a wait {\"output\":4} | d hurry {\"output\":5}");
  g_assert_cmpuint (lv_tool_router_get_n_outstanding (f->router), ==, 0);
}

static void
test_session_ends (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1};b bake {}");
  lv_tool_router_cancel_all (f->router, LV_CANCEL_SESSION_CLOSED);
  g_assert_cmpuint (f->wait->cancels->len, ==, 1);
  g_assert_cmpuint (f->bake->cancels->len, ==, 1);
  g_assert_true (g_str_has_suffix (f->bake->cancels->pdata[0], " session-closed"));
  lv_test_tool_return (f->wait, "1");
  lv_test_tool_return (f->bake, "1");
  settle ();
  g_assert_cmpuint (f->responses->len, ==, 0);
}

static void
test_router_freed_with_open_calls (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1}");
  g_clear_object (&f->router);
  g_assert_cmpuint (f->wait->cancels->len, ==, 1);
  lv_test_tool_return (f->wait, "1");
  settle ();
}

static void
test_provider_gone (Fixture *f, gconstpointer data)
{
  g_autoptr (LvTestTool) again =
      lv_test_tool_new ("{\"name\":\"wait\",\"description\":\"new\"}", ":1.7", LV_SCOPE_OWN, NULL);

  call (f, "a wait {\"s\":1};b hurry {}");
  lv_tool_router_drop_tool (f->router, LV_TOOL (again));
  lv_test_tool_return (f->hurry, "1");
  settle ();
  assert_contains (last_response (f), "a wait {\"error\":\"The program behind");
  g_assert_cmpuint (f->wait->cancels->len, ==, 0);
  lv_test_tool_return (f->wait, "1");
  call (f, "c wait {\"s\":1}");
  assert_contains (last_response (f), "c wait {\"error\":\"There is no tool");
  settle ();
  g_assert_cmpuint (f->responses->len, ==, 2);
}

static void
test_deferred (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *id;

  call (f, "a bake {}");
  id = f->bake->call_ids->pdata[0];
  lv_test_tool_return (f->bake, "");
  settle ();
  g_assert_cmpuint (f->responses->len, ==, 0);
  g_assert_cmpuint (lv_tool_router_get_n_outstanding (f->router), ==, 1);

  g_assert_true (lv_tool_router_update (f->router, ":1.7", id, "{\"progress\":40}", TRUE,
                                        LV_SCHEDULING_SILENT, &error));
  g_assert_true (lv_tool_router_update (f->router, ":1.7", id, "\"baked\"", FALSE,
                                        LV_SCHEDULING_WHEN_IDLE, &error));
  assert_list (f->responses, "a bake {\"progress\":40}silent+\n"
                             "a bake {\"output\":\"baked\"}when-idle");
  assert_list (f->events, "started bake\nfinished bake ok");

  g_assert_false (lv_tool_router_update (f->router, ":1.7", f->bake->call_ids->pdata[0], "1", FALSE,
                                         LV_SCHEDULING_DEFAULT, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_NO_SUCH_CALL);
}

static void
test_update_before_reply (Fixture *f, gconstpointer data)
{
  call (f, "a bake {}");
  g_assert_true (lv_tool_router_update (f->router, ":1.7", f->bake->call_ids->pdata[0], "1", FALSE,
                                        LV_SCHEDULING_DEFAULT, NULL));
  lv_test_tool_return (f->bake, "2");
  settle ();
  assert_list (f->responses, "a bake {\"output\":1}");
}

static void
test_bad_updates (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *owner, *result;
    gboolean blocking;
    int code;
  } cases[] = {
    { ":1.8", "1", FALSE, LV_ERROR_NOT_OWNER },
    { ":1.7", "{", FALSE, LV_ERROR_INVALID_ARGS },
    { ":1.7", "", FALSE, LV_ERROR_INVALID_ARGS },
    { ":1.7", "1", TRUE, LV_ERROR_UNSUPPORTED },
  };

  call (f, "a bake {};b wait {\"s\":1}");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LvTestTool *tool = cases[i].blocking ? f->wait : f->bake;
      g_autoptr (GError) error = NULL;

      g_assert_false (lv_tool_router_update (f->router, cases[i].owner, tool->call_ids->pdata[0],
                                             cases[i].result, FALSE, LV_SCHEDULING_DEFAULT,
                                             &error));
      g_assert_error (error, LV_ERROR, cases[i].code);
    }
  g_assert_cmpuint (f->responses->len, ==, 0);
  lv_test_tool_return (f->bake, "1");
  lv_test_tool_return (f->wait, "1");
  settle ();
  g_assert_cmpuint (f->responses->len, ==, 2);
}

static void
test_blocking_tool_may_not_defer (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1}");
  lv_test_tool_return (f->wait, "");
  settle ();
  assert_contains (last_response (f), "a wait {\"error\":");
  assert_list (f->events, "started wait\nfinished wait error");
}

static void
test_calls_in_a_turn (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < LV_CALLS_MAX_PER_TURN; i++)
    {
      call (f, "a wait {\"s\":1}");
      lv_test_tool_return (f->wait, "1");
      settle ();
    }
  call (f, "a wait {\"s\":1}");
  assert_contains (last_response (f), "in a row");
  g_assert_cmpuint (f->wait->call_ids->len, ==, LV_CALLS_MAX_PER_TURN);

  lv_tool_router_begin_turn (f->router);
  call (f, "a wait {\"s\":1}");
  g_assert_cmpuint (f->wait->tasks->len, ==, 1);
  lv_test_tool_return (f->wait, "1");
  settle ();
}

static void
test_outstanding_calls (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < LV_CALLS_MAX_OUTSTANDING; i++)
    {
      g_autofree char *text = g_strdup_printf ("a%u bake {}", i);

      lv_tool_router_begin_turn (f->router);
      call (f, text);
    }
  lv_tool_router_begin_turn (f->router);
  call (f, "x bake {}");
  g_assert_cmpuint (f->bake->tasks->len, ==, LV_CALLS_MAX_OUTSTANDING);
  assert_contains (last_response (f), "still running");
  while (f->bake->tasks->len > 0)
    lv_test_tool_return (f->bake, "1");
  settle ();
  g_assert_cmpuint (f->responses->len, ==, LV_CALLS_MAX_OUTSTANDING + 1);
}

static void
test_calls_in_a_minute (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i <= LV_CALLS_MAX_PER_MINUTE; i++)
    {
      lv_tool_router_begin_turn (f->router);
      call (f, "a wait {\"s\":1}");
      if (f->wait->tasks->len > 0)
        lv_test_tool_return (f->wait, "1");
      settle ();
    }
  g_assert_cmpuint (f->wait->call_ids->len, ==, LV_CALLS_MAX_PER_MINUTE);
  assert_contains (last_response (f), "a minute");
}

static void
test_ids_are_not_the_servers (Fixture *f, gconstpointer data)
{
  call (f, "a wait {\"s\":1};b wait {\"s\":1}");
  g_assert_cmpstr (f->wait->call_ids->pdata[0], !=, f->wait->call_ids->pdata[1]);
  g_assert_cmpuint (strlen (f->wait->call_ids->pdata[0]), ==, 32);
  lv_tool_router_cancel_all (f->router, LV_CANCEL_USER);
  lv_test_tool_return (f->wait, "1");
  lv_test_tool_return (f->wait, "1");
}

#define ADD(path, func) g_test_add ("/tool-router/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("result", test_result);
  ADD ("other-owner", test_other_owner);
  ADD ("scalar", test_scalar_result_is_wrapped);
  ADD ("together", test_blocking_calls_answer_together_in_order);
  ADD ("refused-together", test_refused_call_shares_the_message);
  ADD ("unknown", test_unknown_tool);
  ADD ("invalid-args", test_invalid_args);
  ADD ("made-up-id", test_made_up_id);
  ADD ("repeated-id", test_repeated_id_is_one_call);
  ADD ("handler-error", test_handler_error);
  ADD ("long-error", test_long_error_is_cut_between_characters);
  ADD ("error-outcomes", test_error_outcomes);
  ADD ("bad-result", test_bad_result);
  ADD ("timeout", test_timeout);
  ADD ("model-cancels", test_model_cancels);
  ADD ("server-forgets", test_server_forgets);
  ADD ("session-ends", test_session_ends);
  ADD ("freed", test_router_freed_with_open_calls);
  ADD ("gone", test_provider_gone);
  ADD ("deferred", test_deferred);
  ADD ("update-before-reply", test_update_before_reply);
  ADD ("bad-updates", test_bad_updates);
  ADD ("no-deferral", test_blocking_tool_may_not_defer);
  ADD ("per-turn", test_calls_in_a_turn);
  ADD ("outstanding", test_outstanding_calls);
  ADD ("per-minute", test_calls_in_a_minute);
  ADD ("ids", test_ids_are_not_the_servers);
  return g_test_run ();
}
