/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-bus.h"

#include "protocol/lv-json-text.h"

#include <string.h>

#define TOOL "[{\"name\":\"t\"}]"

/* ---- what must not change ---- */

static void
assert_nothing_there (LvTestPeer *peer)
{
  g_autoptr (GVariant) sessions =
      lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.ListSessions", NULL);
  g_autoptr (GVariant) tools = lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.ListTools", NULL);
  g_autoptr (GVariant) session_list = g_variant_get_child_value (sessions, 0);
  g_autoptr (GVariant) tool_list = g_variant_get_child_value (tools, 0);

  g_assert_cmpuint (g_variant_n_children (session_list), ==, 1);
  g_assert_cmpuint (g_variant_n_children (tool_list), ==, 0);
  lv_test_peer_sync (peer);
  g_assert_cmpuint (peer->signals->len, ==, 0);
}

static char *
repeat (const char *text, guint n)
{
  GString *whole = g_string_new (NULL);

  while (n-- > 0)
    g_string_append (whole, text);
  return g_string_free (whole, FALSE);
}

static char *
make_many_tools (guint n)
{
  GString *json = g_string_new ("[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (json, "%s{\"name\":\"t%u\"}", i > 0 ? "," : "", i);
  g_string_append (json, "]");
  return g_string_free (json, FALSE);
}

/* ---- CreateSession ---- */

static void
test_bad_creations (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  static const struct {
    const char *options, *error;
  } cases[] = {
    { "{'token': <1>}", "InvalidArgs" },
    { "{'token': <''>}", "InvalidArgs" },
    { "{'token': <'a/b'>}", "InvalidArgs" },
    { "{'token': <'ä'>}", "InvalidArgs" },
    { "{'token': <'"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "'>}",
      "InvalidArgs" },
    { "{'profile': <'nobody'>}", "InvalidArgs" },
    { "{'profile': <1>}", "InvalidArgs" },
    { "{'!nonsense': <1>}", "InvalidArgs" },
    { "{'tools': <'[]'>}", "InvalidArgs" },
    { "{'tool-handler': <objectpath '/x'>}", "InvalidArgs" },
    { "{'tools': <'[]'>, 'tool-handler': <'/x'>}", "InvalidArgs" },
    { "{'tools': <'['>, 'tool-handler': <objectpath '/x'>}", "InvalidArgs" },
    { "{'tools': <'[{}]'>, 'tool-handler': <objectpath '/x'>}", "ToolNameInvalid" },
    { "{'shared-tools': <1>}", "InvalidArgs" },
    { "{'share-transcript-with': <'x'>}", "InvalidArgs" },
    { "{'share-transcript-with': <['org.example.X', '!!']>}", "InvalidArgs" },
    { "{'share-transcript-with': <['']>}", "InvalidArgs" },
    { "{'share-transcript-with': <[':1']>}", "InvalidArgs" },
    { "{'share-transcript-with': <['a','a','a','a','a','a','a','a','a','a','a','a','a','a','a',"
      "'a','a']>}",
      "TooMany" },
    /* what the error quotes is cut in the middle of a letter */
    { "{'share-transcript-with': <['"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaä"
      "']>}",
      "InvalidArgs" },
    { "{'linger': <uint32 61>}", "InvalidArgs" },
    { "{'linger': <'x'>}", "InvalidArgs" },
    { "{'voice': <1>}", "InvalidArgs" },
    { "{'turn-detection': <'both'>}", "InvalidArgs" },
    { "{'modalities': <['video']>}", "InvalidArgs" },
    { "{'setup': <'{}'>}", "NotPermitted" },
    { "{'!setup': <'{}'>}", "NotPermitted" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].options);
      lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.CreateSession",
                         g_variant_new ("(@a{sv})", g_variant_new_parsed (cases[i].options)),
                         cases[i].error);
    }
  assert_nothing_there (peer);
}

static void
test_create_and_close (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path =
      lv_test_peer_create_session (peer, "{'token': <'Tok_1'>, 'unknown': <1>}");
  g_autofree char *element = g_strdelimit (g_strdup (peer->name + 1), ".", '_');
  g_autofree char *expected = g_strdup_printf (LV_SESSION_PATH_PREFIX "%s/Tok_1", element);
  g_autofree char *added = g_strdup_printf ("LiveVoice1 SessionAdded ('%s',)", expected);
  g_autofree char *removed = g_strdup_printf ("LiveVoice1 SessionRemoved ('%s', 'user')", expected);

  g_assert_cmpstr (path, ==, expected);
  lv_test_peer_wait_signal (peer, added);
  g_variant_unref (lv_test_peer_do (peer, path, "Session.Close", NULL));
  lv_test_peer_wait_signal (peer, removed);
}

static void
test_token_in_use (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  g_free (lv_test_peer_create_session (peer, "{'token': <'a'>}"));
  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.CreateSession",
                     g_variant_new_parsed ("({'token': <'a'>},)"), "InvalidArgs");
}

static void
test_random_tokens (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (peer, NULL);
  const char *token = strrchr (path, '/') + 1;

  g_assert_cmpuint (strlen (token), ==, 32);
  g_assert_cmpuint (strspn (token, "0123456789abcdef"), ==, 32);
}

static void
test_session_limits (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) one = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) two = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) three = lv_test_peer_new (*bus);

  for (guint i = 0; i < 4; i++)
    {
      g_free (lv_test_peer_create_session (one, NULL));
      g_free (lv_test_peer_create_session (two, NULL));
      if (i == 3)
        break;
      lv_test_peer_fail (one, LV_MANAGER_PATH, "Manager.CreateSession",
                         g_variant_new ("(a{sv})", NULL), "RateLimited");
      lv_test_run_for (1010);
    }
  lv_test_peer_fail (one, LV_MANAGER_PATH, "Manager.CreateSession", g_variant_new ("(a{sv})", NULL),
                     "TooMany");
  lv_test_peer_fail (three, LV_MANAGER_PATH, "Manager.CreateSession",
                     g_variant_new ("(a{sv})", NULL), "TooMany");
}

/* ---- tools ---- */

static void
register_tools (LvTestPeer *peer, const char *handler, const char *json, const char *options)
{
  g_variant_unref (lv_test_peer_do (
      peer, LV_MANAGER_PATH, "Manager.RegisterTools",
      g_variant_new ("(os@a{sv})", handler, json, g_variant_new_parsed (options))));
}

static void
fail_to_register (LvTestPeer *peer, const char *handler, const char *json, const char *options,
                  const char *error)
{
  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.RegisterTools",
                     g_variant_new ("(os@a{sv})", handler, json, g_variant_new_parsed (options)),
                     error);
}

static void
test_bad_registrations (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *deep = repeat ("[", 60000);
  g_autofree char *deeper = repeat ("[", 100000);
  g_autofree char *large = repeat (" ", 65 * 1024);
  g_autofree char *many = make_many_tools (33);
  const struct {
    const char *json, *options, *error;
  } cases[] = {
    { "", "@a{sv} {}", "InvalidArgs" },
    { "{}", "@a{sv} {}", "InvalidArgs" },
    { "[{\"name\":\"a\"}", "@a{sv} {}", "InvalidArgs" },
    { "[{\"name\":\"a\",\"name\":\"b\"}]", "@a{sv} {}", "InvalidArgs" },
    { "[{\"name\":\"a\",\"description\":\"\\ud800\"}]", "@a{sv} {}", "InvalidArgs" },
    { "[{\"name\":\"a\"},{\"name\":\"a\"}]", "@a{sv} {}", "InvalidArgs" },
    { "[{\"name\":\"1a\"}]", "@a{sv} {}", "ToolNameInvalid" },
    { "[{\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]", "@a{sv} {}",
      "ToolNameInvalid" },
    { "[{\"name\":\"a\",\"parameters\":{\"type\":\"elephant\"}}]", "@a{sv} {}", "InvalidSchema" },
    { "[{\"name\":\"a\",\"risk\":\"none\"}]", "@a{sv} {}", "InvalidArgs" },
    { deep, "@a{sv} {}", "TooDeep" },
    { deeper, "@a{sv} {}", "TooLarge" },
    { large, "@a{sv} {}", "TooLarge" },
    { many, "@a{sv} {}", "TooMany" },
    { TOOL, "{'scope': <'everybody'>}", "InvalidArgs" },
    { TOOL, "{'scope': <1>}", "InvalidArgs" },
    { TOOL, "{'!colour': <'red'>}", "InvalidArgs" },
    { TOOL, "{'provider': <1>}", "InvalidArgs" },
    { TOOL, "{'provider': <'ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp'>}",
      "InvalidArgs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    fail_to_register (peer, "/x", cases[i].json, cases[i].options, cases[i].error);
  assert_nothing_there (peer);
}

static void
assert_tools (LvTestPeer *peer, const char *expected)
{
  g_autoptr (GVariant) reply = lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.ListTools", NULL);
  g_autoptr (GVariantIter) iter = NULL;
  g_autoptr (GString) names = g_string_new (NULL);
  const char *provider, *name;
  GVariant *details;

  g_variant_get (reply, "(a(sssa{sv}))", &iter);
  while (g_variant_iter_loop (iter, "(&s&s&s@a{sv})", &provider, &name, NULL, &details))
    {
      gboolean own, enabled;

      g_assert_true (g_variant_lookup (details, "own", "b", &own));
      g_assert_true (g_variant_lookup (details, "enabled", "b", &enabled));
      g_string_append_printf (names, "%s:%s%s%s ", provider, name, own ? "" : "'",
                              enabled ? "" : "!");
    }
  g_assert_cmpstr (names->str, ==, expected);
}

static void
test_registrations (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) one = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) two = lv_test_peer_new (*bus);

  register_tools (one, "/a", "[{\"name\":\"t\"},{\"name\":\"u\"}]", "@a{sv} {}");
  register_tools (one, "/a", TOOL, "{'!scope': <'own'>, 'colour': <'red'>}");
  register_tools (two, "/a", "[{\"name\":\"t\",\"risk\":\"destructive\"}]",
                  "{'scope': <'shared'>, 'provider': <'9 Süß'>}");
  assert_tools (one, ":t 9 Süß:_9_S___t'! ");
  assert_tools (two, ":t' 9 Süß:_9_S___t! ");
  lv_test_peer_wait_signal (one, "LiveVoice1 ToolsChanged");

  fail_to_register (one, "/b", TOOL, "@a{sv} {}", "InvalidArgs");
  fail_to_register (one, "/b", TOOL, "{'scope': <'shared'>, 'provider': <'9 Süß'>}", "InvalidArgs");
  lv_test_peer_fail (two, LV_MANAGER_PATH, "Manager.UnregisterTools", g_variant_new ("(o)", "/b"),
                     "NoSuchCall");
  g_variant_unref (lv_test_peer_do (one, LV_MANAGER_PATH, "Manager.UnregisterTools",
                                    g_variant_new ("(o)", "/a")));
  assert_tools (two, "9 Süß:_9_S___t! ");
}

static void
test_registration_limits (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) one = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) two = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) three = lv_test_peer_new (*bus);
  g_autofree char *many = make_many_tools (32);

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *handler = g_strdup_printf ("/h%u", i);

      register_tools (one, handler, "[]", "@a{sv} {}");
    }
  fail_to_register (one, "/h8", "[]", "@a{sv} {}", "TooMany");
  register_tools (one, "/h0", many, "@a{sv} {}");
  register_tools (two, "/h0", many, "@a{sv} {}");
  fail_to_register (three, "/h0", TOOL, "@a{sv} {}", "TooMany");
}

static void
test_tools_go_with_their_owner (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) stays = lv_test_peer_new (*bus);
  LvTestPeer *leaves = lv_test_peer_new (*bus);

  register_tools (leaves, "/a", TOOL, "{'scope': <'shared'>}");
  lv_test_peer_wait_signal (stays, "LiveVoice1 ToolsChanged");
  g_ptr_array_set_size (stays->signals, 0);
  lv_test_peer_free (leaves);
  lv_test_peer_wait_signal (stays, "LiveVoice1 ToolsChanged");
  assert_tools (stays, "");
}

static void
test_shared_tools_can_be_forbidden (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvConfig) config = lv_test_bus_make_config (*bus, "[tools]\nshared=deny\n");

  lv_bus_set_config ((*bus)->bus, config);
  fail_to_register (peer, "/a", TOOL, "{'scope': <'shared'>}", "NotPermitted");
  register_tools (peer, "/a", TOOL, "@a{sv} {}");
}

static void
test_session_tools (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (
      peer, "{'tools': <'[{\"name\":\"t\"}]'>, 'tool-handler': <objectpath '/x'>}");

  register_tools (peer, "/x", TOOL, "@a{sv} {}");
  assert_tools (peer, ":t :t ");
  g_variant_unref (lv_test_peer_do (peer, path, "Session.Close", NULL));
  assert_tools (peer, ":t ");
}

static void
test_bad_updates (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  static const struct {
    const char *arguments, *error;
  } cases[] = {
    { "('x', '1', @a{sv} {})", "NoSuchCall" },
    { "('', '1', @a{sv} {})", "NoSuchCall" },
    { "('x', '1', {'scheduling': <'soon'>})", "InvalidArgs" },
    { "('x', '1', {'will-continue': <1>})", "InvalidArgs" },
    { "('x', '1', {'!x': <1>})", "InvalidArgs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.UpdateCall",
                       g_variant_new_parsed (cases[i].arguments), cases[i].error);
}

/* ---- the rest ---- */

static void
test_wrong_argument_types (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.CreateSession", g_variant_new ("(s)", "x"),
                     "org.freedesktop.DBus.Error.InvalidArgs");
  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.Explode", NULL,
                     "org.freedesktop.DBus.Error.UnknownMethod");
  assert_nothing_there (peer);
}

static void
test_limits_are_told (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *error = NULL;
  g_autoptr (GVariant) limits =
      lv_test_peer_get (peer, LV_MANAGER_PATH, LV_MANAGER_INTERFACE, "Limits", &error);
  g_autofree char *file =
      g_build_filename (g_getenv ("srcdir"), "..", "dbus", LV_MANAGER_INTERFACE ".xml", NULL);
  g_autofree char *xml = NULL;
  GVariantIter iter;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *key;
  GVariant *value;

  g_assert_true (g_file_get_contents (file, &xml, NULL, NULL));
  g_variant_iter_init (&iter, limits);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      g_autofree char *quoted = g_strdup_printf ("\"%s\"", key);

      if (strstr (xml, quoted) == NULL)
        g_error ("%s is not documented", key);
      g_assert_true (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32));
      g_assert_cmpuint (g_variant_get_uint32 (value), >, 0);
      if (!g_hash_table_add (seen, g_strdup (key)))
        g_error ("%s is told twice", key);
    }
  g_assert_cmpuint (g_hash_table_size (seen), >, 25);
}

static void
test_properties (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *error = NULL;
  g_autoptr (GVariant) reply =
      lv_test_peer_call (peer, LV_MANAGER_PATH, "org.freedesktop.DBus.Properties", "GetAll",
                         g_variant_new ("(s)", LV_MANAGER_INTERFACE), &error);
  g_autoptr (GVariant) all = g_variant_get_child_value (reply, 0);
  const char *path;
  guint32 version;
  gboolean flag;

  g_assert_true (g_variant_lookup (all, "DefaultSession", "&o", &path));
  g_assert_cmpstr (path, ==, LV_DEFAULT_SESSION_PATH);
  g_assert_true (g_variant_lookup (all, "ApiVersion", "u", &version));
  g_assert_cmpuint (version, ==, 1);
  g_assert_true (g_variant_lookup (all, "HasCredential", "b", &flag));
  g_assert_false (flag);
  g_assert_cmpuint (g_variant_n_children (all), ==, 9);
}

static void
test_panic_stop (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, NULL);

  lv_test_peer_start_session (owner, path);
  lv_test_peer_start_session (owner, LV_DEFAULT_SESSION_PATH);
  g_variant_unref (lv_test_peer_do (other, LV_MANAGER_PATH, "Manager.PanicStop", NULL));
  lv_test_peer_fail (owner, path, "Session.Start", g_variant_new ("(a{sv})", NULL),
                     "NoSuchSession");
  lv_test_server_wait_closed ((*bus)->server);
  lv_test_peer_wait_signal (owner, "LiveVoice1 SessionRemoved");
  lv_test_peer_wait_state (other, LV_DEFAULT_SESSION_PATH, "idle");
}

static void
test_list_sessions (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (peer, "{'token': <'t'>}");
  g_autoptr (GVariant) reply =
      lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.ListSessions", NULL);
  g_autofree char *text = g_variant_print (reply, FALSE);
  g_autofree char *expected = g_strdup_printf (
      "([('" LV_DEFAULT_SESSION_PATH "', {'state': <'idle'>, 'owner-app': <''>, "
      "'microphone': <false>, 'own': <false>}), "
      "('%s', {'state': <'idle'>, 'owner-app': <''>, 'microphone': <false>, 'own': <true>})],)",
      path);

  g_assert_cmpstr (text, ==, expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LV_TEST_BUS_ADD ("/bus-manager/create/bad", test_bad_creations);
  LV_TEST_BUS_ADD ("/bus-manager/create/close", test_create_and_close);
  LV_TEST_BUS_ADD ("/bus-manager/create/in-use", test_token_in_use);
  LV_TEST_BUS_ADD ("/bus-manager/create/random", test_random_tokens);
  LV_TEST_BUS_ADD ("/bus-manager/create/limits", test_session_limits);
  LV_TEST_BUS_ADD ("/bus-manager/tools/bad", test_bad_registrations);
  LV_TEST_BUS_ADD ("/bus-manager/tools/register", test_registrations);
  LV_TEST_BUS_ADD ("/bus-manager/tools/limits", test_registration_limits);
  LV_TEST_BUS_ADD ("/bus-manager/tools/owner", test_tools_go_with_their_owner);
  LV_TEST_BUS_ADD ("/bus-manager/tools/forbidden", test_shared_tools_can_be_forbidden);
  LV_TEST_BUS_ADD ("/bus-manager/tools/session", test_session_tools);
  LV_TEST_BUS_ADD ("/bus-manager/tools/bad-updates", test_bad_updates);
  LV_TEST_BUS_ADD ("/bus-manager/types", test_wrong_argument_types);
  LV_TEST_BUS_ADD ("/bus-manager/limits", test_limits_are_told);
  LV_TEST_BUS_ADD ("/bus-manager/properties", test_properties);
  LV_TEST_BUS_ADD ("/bus-manager/panic", test_panic_stop);
  LV_TEST_BUS_ADD ("/bus-manager/list-sessions", test_list_sessions);
  return g_test_run ();
}
