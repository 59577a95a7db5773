/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-bus.h"

#define DEFAULT LV_DEFAULT_SESSION_PATH
#define TOOL "[{\"name\":\"look\"}]"

static char *
configure (LvTestPeer *peer, const char *path, const char *options)
{
  g_autoptr (GVariant) reply = lv_test_peer_do (
      peer, path, "Session.Configure", g_variant_new ("(@a{sv})", g_variant_new_parsed (options)));
  char *applied;

  g_variant_get (reply, "(s)", &applied);
  return applied;
}

static void
expect_applied (LvTestPeer *peer, const char *path, const char *options, const char *expected)
{
  g_autofree char *applied = configure (peer, path, options);

  g_assert_cmpstr (applied, ==, expected);
}

static void
do_void (LvTestPeer *peer, const char *path, const char *method)
{
  g_variant_unref (lv_test_peer_do (peer, path, method, NULL));
}

static LvClientMessage *
toggle_on (LvTestBus *bus, LvTestPeer *peer)
{
  do_void (peer, DEFAULT, "Session.Toggle");
  return lv_test_server_accept (bus->server, "handle");
}

/* What was configured holds for later conversations, what a start was given for that one alone. */
static void
test_next_start (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvClientMessage) first = NULL, second = NULL;

  expect_applied (peer, DEFAULT, "{'system-instruction': <'Be brief.'>}", "next-start");
  g_variant_unref (lv_test_peer_do (peer, DEFAULT, "Session.Start",
                                    g_variant_new_parsed ("({'voice': <'Kore'>},)")));
  first = lv_test_server_accept ((*bus)->server, NULL);
  g_assert_cmpstr (first->setup->voice, ==, "Kore");
  g_assert_cmpstr (first->setup->system_instruction, ==, "Be brief.");
  do_void (peer, DEFAULT, "Session.Stop");
  lv_test_server_wait_closed ((*bus)->server);
  second = toggle_on (*bus, peer);
  g_assert_cmpstr (second->setup->voice, ==, NULL);
  g_assert_cmpstr (second->setup->system_instruction, ==, "Be brief.");
}

static void
test_reconnect (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvClientMessage) first G_GNUC_UNUSED = toggle_on (*bus, peer);
  g_autoptr (LvClientMessage) second = NULL;

  lv_test_peer_wait_state (peer, DEFAULT, "listening");
  expect_applied (peer, DEFAULT, "{'voice': <'Kore'>}", "reconnect");
  second = lv_test_server_accept ((*bus)->server, NULL);
  g_assert_cmpstr (second->setup->voice, ==, "Kore");
  lv_test_peer_wait_state (peer, DEFAULT, "listening");
  expect_applied (peer, DEFAULT, "{'voice': <'Kore'>}", "now");
  expect_applied (peer, DEFAULT, "{'model': <'gemini-2.5-flash-native-audio-latest'>}",
                  "next-start");
}

/* Who translates is another model, and that cannot be changed within a conversation. */
static void
test_translate (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (peer, NULL);
  g_autoptr (LvClientMessage) first G_GNUC_UNUSED = toggle_on (*bus, peer);
  const char *with_tools =
      "({'tools': <'" TOOL "'>, 'tool-handler': <objectpath '/h'>, 'translate-to': <'pl'>},)";

  lv_test_peer_wait_state (peer, DEFAULT, "listening");
  expect_applied (peer, DEFAULT, "{'translate-to': <'pl'>}", "next-start");
  g_variant_unref (
      lv_test_peer_do (peer, path, "Session.Configure", g_variant_new_parsed (with_tools)));
  lv_test_peer_fail (peer, path, "Session.Start", g_variant_new ("(a{sv})", NULL), "Unsupported");
}

static void
test_bad_input_changes_nothing (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (peer, NULL);
  g_autoptr (LvClientMessage) setup = NULL;
  static const struct {
    const char *options, *error;
  } cases[] = {
    { "{'voice': <'Kore'>, 'temperature': <'warm'>}", "InvalidArgs" },
    { "{'voice': <'Kore'>, '!x': <1>}", "InvalidArgs" },
    { "{'voice': <'Kore'>, 'setup': <'{}'>}", "NotPermitted" },
    { "{'voice': <'Kore'>, 'profile': <'none'>}", "InvalidArgs" },
    { "{'voice': <'Kore'>, 'model': <'gemini-2.0-flash-live-001'>}", "Unsupported" },
    { "{'voice': <'Kore'>, 'translate-to': <'pl'>}", "Unsupported" },
    { "{'voice': <'Kore'>, 'tools': <'[]'>}", "InvalidArgs" },
    { "{'voice': <'Kore'>, 'tools': <5>, 'tool-handler': <objectpath '/h'>}", "InvalidArgs" },
    { "{'voice': <'Kore'>, 'tools': <'{'>, 'tool-handler': <objectpath '/h'>}", "InvalidArgs" },
    { "{'voice': <'Kore'>, 'tools': <'[{\"name\":\"1\"}]'>, 'tool-handler': <objectpath '/h'>}",
      "ToolNameInvalid" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    lv_test_peer_fail (peer, path, "Session.Configure",
                       g_variant_new ("(@a{sv})", g_variant_new_parsed (cases[i].options)),
                       cases[i].error);
  lv_test_peer_fail (
      peer, DEFAULT, "Session.Configure",
      g_variant_new_parsed ("({'tools': <'[]'>, 'tool-handler': <objectpath '/h'>},)"),
      "NotPermitted");

  g_variant_unref (lv_test_peer_do (peer, path, "Session.Start", g_variant_new ("(a{sv})", NULL)));
  setup = lv_test_server_accept ((*bus)->server, NULL);
  g_assert_cmpstr (setup->setup->voice, ==, NULL);
  g_assert_cmpuint (setup->setup->tools->len, ==, 0);
}

static void
test_tools (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (peer, NULL);
  g_autoptr (LvClientMessage) setup = NULL;

  expect_applied (peer, path, "{'tools': <'" TOOL "'>, 'tool-handler': <objectpath '/h'>}",
                  "next-start");
  g_variant_unref (lv_test_peer_do (peer, path, "Session.Start", g_variant_new ("(a{sv})", NULL)));
  setup = lv_test_server_accept ((*bus)->server, NULL);
  g_assert_cmpuint (setup->setup->tools->len, ==, 1);
}

static void
test_strangers (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, NULL);

  lv_test_peer_fail (other, path, "Session.Configure", g_variant_new ("(a{sv})", NULL), "NotOwner");
}

static void
test_unsupported_at_creation (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.CreateSession",
                     g_variant_new_parsed ("({'model': <'gemini-2.0-flash-live-001'>},)"),
                     "Unsupported");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LV_TEST_BUS_ADD ("/bus-configure/next-start", test_next_start);
  LV_TEST_BUS_ADD ("/bus-configure/reconnect", test_reconnect);
  LV_TEST_BUS_ADD ("/bus-configure/translate", test_translate);
  LV_TEST_BUS_ADD ("/bus-configure/bad-input", test_bad_input_changes_nothing);
  LV_TEST_BUS_ADD ("/bus-configure/tools", test_tools);
  LV_TEST_BUS_ADD ("/bus-configure/strangers", test_strangers);
  LV_TEST_BUS_ADD ("/bus-configure/creation", test_unsupported_at_creation);
  return g_test_run ();
}
