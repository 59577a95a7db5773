/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-tool.h"

#include "lv-test-handler.h"

#include <string.h>

#define DECLARE(name, more) "[{\"name\":\"" name "\"" more "}]"
#define NON_BLOCKING ",\"behavior\":\"NON_BLOCKING\""

typedef struct {
  LvTestBus *bus;
  LvTestPeer *peer;
  LvTestHandler *handler;
  char *path; /* of a running private session */
} Fixture;

static void
register_tools (LvTestPeer *peer, const char *json, const char *options)
{
  g_variant_unref (lv_test_peer_do (
      peer, LV_MANAGER_PATH, "Manager.RegisterTools",
      g_variant_new ("(os@a{sv})", LV_TEST_HANDLER_PATH, json, g_variant_new_parsed (options))));
}

static void
set_up (Fixture *f, gconstpointer declarations)
{
  f->bus = lv_test_bus_new ();
  lv_test_bus_start (f->bus);
  f->peer = lv_test_peer_new (f->bus);
  f->handler = lv_test_handler_new (f->peer);
  register_tools (f->peer, declarations, "@a{sv} {}");
  f->path = lv_test_peer_create_session (f->peer, NULL);
  g_variant_unref (lv_test_peer_do (f->peer, f->path, "Session.Subscribe",
                                    g_variant_new_parsed ("(['tools'],)")));
  lv_test_peer_start_session (f->peer, f->path);
}

static void
tear_down (Fixture *f, gconstpointer declarations)
{
  g_clear_pointer (&f->handler, lv_test_handler_free);
  g_clear_pointer (&f->peer, lv_test_peer_free);
  lv_test_bus_free (f->bus);
  g_free (f->path);
}

/* The model calls: "id name args". */
static void
call (Fixture *f, const char *text)
{
  LvServerMessage *message = lv_server_message_new ();
  g_auto (GStrv) words = g_strsplit (text, " ", 3);

  message->function_calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
  g_ptr_array_add (message->function_calls, lv_function_call_new (words[0], words[1], words[2]));
  lv_test_server_send (f->bus->server, message);
}

static void
cancel (Fixture *f, const char *id)
{
  LvServerMessage *message = lv_server_message_new ();

  message->cancelled_ids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (message->cancelled_ids, g_strdup (id));
  lv_test_server_send (f->bus->server, message);
}

/* What the model gets next: "id json". */
static void
expect_response (Fixture *f, const char *expected)
{
  LvClientMessage *message = lv_test_server_take_type (f->bus->server, LV_CLIENT_TOOL_RESPONSE);
  const LvFunctionResponse *response = message->responses->pdata[0];
  g_autofree char *text = g_strdup_printf ("%s %s", response->id, response->response);

  g_assert_cmpuint (message->responses->len, ==, 1);
  if (!g_pattern_match_simple (expected, text))
    g_error ("%s instead of %s", text, expected);
  lv_client_message_free (message);
}

static void
expect_outcome (Fixture *f, const char *outcome)
{
  const char *token = strrchr (f->path, '/') + 1;
  g_autofree char *prefix = g_strdup_printf ("%s ToolFinished", token);
  g_autofree char *part = g_strdup_printf ("', '%s', ", outcome);

  if (strstr (lv_test_peer_wait_signal (f->peer, prefix), part) == NULL)
    g_error ("no %s in %s", part, lv_test_peer_wait_signal (f->peer, prefix));
}

static void
test_result (Fixture *f, gconstpointer data)
{
  GVariant *context;
  const char *session, *owner_app, *locale;
  guint64 deadline;
  guint32 attempt;
  gint64 now_ms = g_get_real_time () / 1000;

  call (f, "a wait {\"s\":1}");
  lv_test_handler_wait_calls (f->handler, 1);
  g_assert_cmpuint (strlen (lv_test_handler_get_call_id (f->handler)), ==, 32);
  g_assert_cmpstr (lv_test_handler_get_name (f->handler), ==, "wait");
  g_assert_cmpstr (lv_test_handler_get_arguments (f->handler), ==, "{\"s\":1}");

  context = lv_test_handler_get_context (f->handler);
  g_assert_true (g_variant_lookup (context, "session", "&o", &session));
  g_assert_cmpstr (session, ==, f->path);
  g_assert_true (g_variant_lookup (context, "deadline", "t", &deadline));
  g_assert_cmpint (deadline, >=, now_ms + 29000);
  g_assert_cmpint (deadline, <, now_ms + 40000);
  g_assert_true (g_variant_lookup (context, "owner-app", "&s", &owner_app));
  g_assert_true (g_variant_lookup (context, "attempt", "u", &attempt));
  g_assert_cmpuint (attempt, ==, 1);
  g_assert_true (g_variant_lookup (context, "locale", "&s", &locale));

  lv_test_handler_return (f->handler, "{\"slept\":1}");
  expect_response (f, "a {\"slept\":1}");
  expect_outcome (f, "ok");
}

static void
test_parallel_calls (Fixture *f, gconstpointer data)
{
  call (f, "a wait {}");
  call (f, "b wait {}");
  lv_test_handler_wait_calls (f->handler, 2);
  lv_test_handler_return (f->handler, "1");
  expect_response (f, "a {\"output\":1}");
  lv_test_handler_return (f->handler, "2");
  expect_response (f, "b {\"output\":2}");
}

static void
test_handler_error (Fixture *f, gconstpointer data)
{
  call (f, "a wait {}");
  lv_test_handler_wait_calls (f->handler, 1);
  lv_test_handler_fail (f->handler, "org.example.Error.Cold", "the oven is cold");
  expect_response (f, "a {\"error\":\"the oven is cold\"}");
  expect_outcome (f, "error");
}

/* An error of the handler must not pass for one of the daemon's. */
static void
test_handler_error_with_our_name (Fixture *f, gconstpointer data)
{
  call (f, "a wait {}");
  lv_test_handler_wait_calls (f->handler, 1);
  lv_test_handler_fail (f->handler, LV_ERROR_PREFIX "ConsentDenied", "no");
  expect_response (f, "a {\"error\":\"no\"}");
  expect_outcome (f, "error");
}

static void
test_handler_is_not_there (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->handler, lv_test_handler_free);
  call (f, "a wait {}");
  expect_response (f, "a {\"error\":*");
  expect_outcome (f, "error");
}

static void
test_provider_dies_in_a_call (Fixture *f, gconstpointer data)
{
  g_autoptr (LvTestPeer) provider = lv_test_peer_new (f->bus);
  g_autoptr (LvTestHandler) handler = NULL;
  LvClientMessage *setup;

  g_variant_unref (lv_test_peer_do (f->peer, f->path, "Session.Stop", NULL));
  lv_test_server_wait_closed (f->bus->server);
  handler = lv_test_handler_new (provider);
  register_tools (provider, DECLARE ("help", ""), "{'scope': <'shared'>, 'provider': <'p'>}");

  g_variant_unref (lv_test_peer_do (f->peer, LV_DEFAULT_SESSION_PATH, "Session.Subscribe",
                                    g_variant_new_parsed ("(['tools'],)")));
  g_variant_unref (lv_test_peer_do (f->peer, LV_DEFAULT_SESSION_PATH, "Session.Toggle", NULL));
  setup = lv_test_server_accept (f->bus->server, NULL);
  g_assert_cmpuint (setup->setup->tools->len, ==, 1);
  g_assert_cmpstr (lv_tool_decl_get_name (setup->setup->tools->pdata[0]), ==, "p_help");
  lv_client_message_free (setup);

  call (f, "a p_help {}");
  lv_test_handler_wait_calls (handler, 1);
  g_assert_cmpstr (lv_test_handler_get_name (handler), ==, "help");
  g_dbus_connection_close_sync (provider->connection, NULL, NULL);
  expect_response (f, "a {\"error\":*gone*");
  lv_test_peer_wait_signal (f->peer, "default ToolFinished");
  g_assert_nonnull (strstr (lv_test_peer_wait_signal (f->peer, "default ToolFinished"), "'gone'"));
  call (f, "b p_help {}");
  expect_response (f, "b {\"error\":\"There is no tool*");
}

static void
test_timeout (Fixture *f, gconstpointer data)
{
  g_autofree char *told = NULL;

  call (f, "a wait {}");
  lv_test_handler_wait_calls (f->handler, 1);
  expect_response (f, "a {\"error\":*0.1 seconds*");
  expect_outcome (f, "timeout");
  told = g_strdup_printf ("cancel %s timeout", lv_test_handler_get_call_id (f->handler));
  lv_test_handler_wait_told (f->handler, told);
  lv_test_handler_return (f->handler, "1");
  lv_test_run_for (50);
  g_assert_cmpuint (lv_test_server_get_n_waiting (f->bus->server), ==, 0);
}

static void
test_model_cancels (Fixture *f, gconstpointer data)
{
  g_autofree char *told = NULL;

  call (f, "a wait {}");
  lv_test_handler_wait_calls (f->handler, 1);
  cancel (f, "a");
  told = g_strdup_printf ("cancel %s model-cancelled", lv_test_handler_get_call_id (f->handler));
  lv_test_handler_wait_told (f->handler, told);
  expect_outcome (f, "cancelled");
  lv_test_handler_return (f->handler, "1");
  lv_test_run_for (50);
  g_assert_cmpuint (lv_test_server_get_n_waiting (f->bus->server), ==, 0);
}

static void
test_session_ends (Fixture *f, gconstpointer data)
{
  g_autofree char *told = NULL;

  call (f, "a wait {}");
  lv_test_handler_wait_calls (f->handler, 1);
  g_variant_unref (lv_test_peer_do (f->peer, f->path, "Session.Close", NULL));
  told = g_strdup_printf ("cancel %s session-closed", lv_test_handler_get_call_id (f->handler));
  lv_test_handler_wait_told (f->handler, told);
}

static void
test_deferred_result (Fixture *f, gconstpointer data)
{
  g_autoptr (LvTestPeer) other = lv_test_peer_new (f->bus);
  g_autofree char *deep = g_strnfill (100000, '[');
  const char *id;

  call (f, "a wait {}");
  lv_test_handler_wait_calls (f->handler, 1);
  lv_test_handler_return (f->handler, "");
  id = lv_test_handler_get_call_id (f->handler);

  lv_test_peer_fail (other, LV_MANAGER_PATH, "Manager.UpdateCall",
                     g_variant_new ("(ssa{sv})", id, "1", NULL), "NotOwner");
  lv_test_peer_fail (f->peer, LV_MANAGER_PATH, "Manager.UpdateCall",
                     g_variant_new ("(ssa{sv})", id, "{", NULL), "InvalidArgs");
  lv_test_peer_fail (f->peer, LV_MANAGER_PATH, "Manager.UpdateCall",
                     g_variant_new ("(ssa{sv})", id, deep, NULL), "TooDeep");
  lv_test_peer_fail (f->peer, LV_MANAGER_PATH, "Manager.UpdateCall",
                     g_variant_new ("(ssa{sv})", id, "{\"a\":\"\\udc00\"}", NULL), "InvalidArgs");

  g_variant_unref (
      lv_test_peer_do (f->peer, LV_MANAGER_PATH, "Manager.UpdateCall",
                       g_variant_new ("(ss@a{sv})", id, "\"baked\"",
                                      g_variant_new_parsed ("{'scheduling': <'when-idle'>}"))));
  expect_response (f, "a {\"output\":\"baked\"}");
  lv_test_peer_fail (f->peer, LV_MANAGER_PATH, "Manager.UpdateCall",
                     g_variant_new ("(ssa{sv})", id, "1", NULL), "NoSuchCall");
}

static void
test_destructive_shared_tool_is_denied (Fixture *f, gconstpointer data)
{
  g_variant_unref (lv_test_peer_do (f->peer, f->path, "Session.Stop", NULL));
  lv_test_server_wait_closed (f->bus->server);
  register_tools (f->peer, DECLARE ("erase", ",\"risk\":\"destructive\""),
                  "{'scope': <'shared'>, 'provider': <'p'>}");
  g_variant_unref (lv_test_peer_do (f->peer, LV_DEFAULT_SESSION_PATH, "Session.Subscribe",
                                    g_variant_new_parsed ("(['tools'],)")));
  lv_test_peer_start_session (f->peer, LV_DEFAULT_SESSION_PATH);
  call (f, "a p_erase {}");
  expect_response (f, "a {\"error\":*permission*");
  g_assert_nonnull (
      strstr (lv_test_peer_wait_signal (f->peer, "default ToolFinished"), "'denied'"));
  g_assert_cmpuint (lv_test_handler_get_n_calls (f->handler), ==, 0);
}

static void
test_replaced_while_called (Fixture *f, gconstpointer data)
{
  call (f, "a wait {}");
  lv_test_handler_wait_calls (f->handler, 1);
  register_tools (f->peer, DECLARE ("wait", ",\"description\":\"new\""), "@a{sv} {}");
  lv_test_handler_return (f->handler, "1");
  expect_response (f, "a {\"output\":1}");
  call (f, "b wait {}");
  lv_test_handler_wait_calls (f->handler, 2);
  g_variant_unref (lv_test_peer_do (f->peer, LV_MANAGER_PATH, "Manager.UnregisterTools",
                                    g_variant_new ("(o)", LV_TEST_HANDLER_PATH)));
  expect_response (f, "b {\"error\":*");
}

static void
test_released_at_the_end (Fixture *f, gconstpointer data)
{
  lv_bus_shutdown (f->bus->bus, LV_CLOSE_SHUTDOWN);
  lv_test_handler_wait_told (f->handler, "released shutdown");
  g_object_unref (g_steal_pointer (&f->bus->bus));
}

static void
test_wire_names (void)
{
  static const struct {
    const char *provider, *name, *wire_name;
  } cases[] = {
    { "Maps", "find", "Maps_find" },
    { "Süß & Co", "find", "S_____Co_find" },
    { "9to5", "find", "_9to5_find" },
    { "", "find", "__find" },
    { "-x", "find", "_-x_find" },
    { "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp",
      "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
      "ppppppppppppppppppppppp_nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *wire_name = lv_bus_tool_make_wire_name (cases[i].provider, cases[i].name);

      g_assert_cmpstr (wire_name, ==, cases[i].wire_name);
      g_assert_cmpuint (strlen (wire_name), <=, LV_TOOL_WIRE_NAME_MAX);
    }
}

#define ADD(path, declarations, func)                                                              \
  g_test_add ("/bus-tool/" path, Fixture, declarations, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-tool/wire-names", test_wire_names);
  ADD ("result",
       DECLARE ("wait", ",\"parameters\":{\"type\":\"object\",\"properties\":"
                        "{\"s\":{\"type\":\"integer\"}}}"),
       test_result);
  ADD ("parallel", DECLARE ("wait", ""), test_parallel_calls);
  ADD ("error", DECLARE ("wait", ""), test_handler_error);
  ADD ("error-name", DECLARE ("wait", ""), test_handler_error_with_our_name);
  ADD ("absent", DECLARE ("wait", ""), test_handler_is_not_there);
  ADD ("dies", DECLARE ("wait", ""), test_provider_dies_in_a_call);
  ADD ("timeout", DECLARE ("wait", ",\"timeoutMs\":100"), test_timeout);
  ADD ("cancel", DECLARE ("wait", ""), test_model_cancels);
  ADD ("session-ends", DECLARE ("wait", ""), test_session_ends);
  ADD ("deferred", DECLARE ("wait", NON_BLOCKING), test_deferred_result);
  ADD ("destructive", DECLARE ("wait", ""), test_destructive_shared_tool_is_denied);
  ADD ("replaced", DECLARE ("wait", ""), test_replaced_while_called);
  ADD ("released", DECLARE ("wait", ""), test_released_at_the_end);
  return g_test_run ();
}
