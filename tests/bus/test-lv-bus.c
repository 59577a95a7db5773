/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-bus.h"

#include <string.h>

#define INTROSPECTABLE "org.freedesktop.DBus.Introspectable"

/* ---- introspection ---- */

static GDBusNodeInfo *
parse_file (const char *interface)
{
  g_autofree char *file = g_strconcat (interface, ".xml", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("srcdir"), "..", "dbus", file, NULL);
  g_autofree char *xml = NULL;
  g_autoptr (GError) error = NULL;
  GDBusNodeInfo *info;

  g_assert_true (g_file_get_contents (path, &xml, NULL, &error));
  info = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  return info;
}

static GDBusNodeInfo *
introspect (LvTestPeer *peer, const char *path)
{
  g_autofree char *error_name = NULL;
  g_autoptr (GVariant) reply =
      lv_test_peer_call (peer, path, INTROSPECTABLE, "Introspect", NULL, &error_name);
  g_autoptr (GError) error = NULL;
  const char *xml;
  GDBusNodeInfo *info;

  g_assert_cmpstr (error_name, ==, NULL);
  g_variant_get (reply, "(&s)", &xml);
  info = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  return info;
}

static void
assert_same_interface (LvTestPeer *peer, const char *path, const char *interface)
{
  g_autoptr (GDBusNodeInfo) file = parse_file (interface);
  g_autoptr (GDBusNodeInfo) object = introspect (peer, path);
  GDBusInterfaceInfo *seen = g_dbus_node_info_lookup_interface (object, interface);
  g_autoptr (GString) from_file = g_string_new (NULL);
  g_autoptr (GString) from_object = g_string_new (NULL);

  g_assert_nonnull (seen);
  g_dbus_interface_info_generate_xml (file->interfaces[0], 0, from_file);
  g_dbus_interface_info_generate_xml (seen, 0, from_object);
  g_assert_cmpstr (from_object->str, ==, from_file->str);
}

static void
test_introspection_is_the_files (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (peer, NULL);

  assert_same_interface (peer, LV_MANAGER_PATH, LV_MANAGER_INTERFACE);
  assert_same_interface (peer, LV_DEFAULT_SESSION_PATH, LV_SESSION_INTERFACE);
  assert_same_interface (peer, path, LV_SESSION_INTERFACE);
  assert_same_interface (peer, LV_DEFAULT_SESSION_PATH, LV_MEDIA_INTERFACE);
  assert_same_interface (peer, path, LV_MEDIA_INTERFACE);
}

static void
assert_nodes (LvTestPeer *peer, const char *path, const char *expected)
{
  g_autoptr (GDBusNodeInfo) info = introspect (peer, path);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; info->nodes != NULL && info->nodes[i] != NULL; i++)
    g_string_append_printf (names, "%s ", info->nodes[i]->path);
  g_assert_cmpstr (names->str, ==, expected);
}

static void
test_introspection_hides_private_sessions (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, "{'token': <'tok'>}");
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *expected = g_strdup_printf ("%s ", strrchr (parent, '/') + 1);

  assert_nodes (owner, LV_MANAGER_PATH, "default session ");
  assert_nodes (owner, LV_MANAGER_PATH "/session", expected);
  assert_nodes (owner, parent, "tok ");
  assert_nodes (other, LV_MANAGER_PATH, "default session ");
  assert_nodes (other, LV_MANAGER_PATH "/session", "");
  assert_nodes (other, parent, "");
}

/* ---- others may do nothing ---- */

static GVariant *
make_arguments (GDBusMethodInfo *method)
{
  GVariantBuilder tuple = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_TUPLE);

  for (guint i = 0; method->in_args[i] != NULL; i++)
    {
      const char *type = method->in_args[i]->signature;

      if (g_str_equal (type, "s"))
        g_variant_builder_add (&tuple, "s", "x");
      else if (g_str_equal (type, "o"))
        g_variant_builder_add (&tuple, "o", "/x");
      else if (g_str_equal (type, "b"))
        g_variant_builder_add (&tuple, "b", TRUE);
      else if (g_str_equal (type, "u"))
        g_variant_builder_add (&tuple, "u", 0);
      else if (g_str_equal (type, "t"))
        g_variant_builder_add (&tuple, "t", G_GUINT64_CONSTANT (0));
      else if (g_str_equal (type, "h"))
        g_variant_builder_add (&tuple, "h", 0);
      else if (g_str_equal (type, "ay"))
        g_variant_builder_add (&tuple, "ay", NULL);
      else if (g_str_equal (type, "as"))
        g_variant_builder_add (&tuple, "as", NULL);
      else if (g_str_equal (type, "a{sv}"))
        g_variant_builder_add (&tuple, "a{sv}", NULL);
      else
        g_error ("teach the test about arguments of type %s", type);
    }
  return g_variant_builder_end (&tuple);
}

static void
assert_interface_closed_to (LvTestPeer *peer, const char *path, const char *interface,
                            const char *expected)
{
  g_autoptr (GDBusNodeInfo) info = parse_file (interface);

  for (guint i = 0; info->interfaces[0]->methods[i] != NULL; i++)
    {
      GDBusMethodInfo *method = info->interfaces[0]->methods[i];
      g_autofree char *error = NULL;

      g_assert_null (
          lv_test_peer_call (peer, path, interface, method->name, make_arguments (method), &error));
      g_assert_cmpstr (error, ==, expected);
    }
  for (guint i = 0; info->interfaces[0]->properties[i] != NULL; i++)
    {
      g_autofree char *error = NULL;

      g_assert_null (lv_test_peer_get (peer, path, interface,
                                       info->interfaces[0]->properties[i]->name, &error));
      g_assert_cmpstr (error, ==, expected);
    }
}

static void
assert_closed_to (LvTestPeer *peer, const char *path, const char *expected)
{
  assert_interface_closed_to (peer, path, LV_SESSION_INTERFACE, expected);
  assert_interface_closed_to (peer, path, LV_MEDIA_INTERFACE, expected);
}

static void
test_foreign_session_is_closed (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, "{'token': <'a'>}");
  g_autofree char *absent = g_strconcat (path, "bsent", NULL);
  g_autofree char *error = NULL;
  g_autofree char *state = NULL;

  assert_closed_to (other, path, "NotOwner");
  assert_closed_to (other, absent, "NotOwner");
  g_assert_null (lv_test_peer_call (other, path, "org.freedesktop.DBus.Properties", "GetAll",
                                    g_variant_new ("(s)", LV_SESSION_INTERFACE), &error));
  g_assert_cmpstr (error, ==, "NotOwner");

  state = lv_test_peer_get_state (owner, path);
  g_assert_cmpstr (state, ==, "idle");
}

static void
test_session_after_close (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, NULL);

  g_variant_unref (lv_test_peer_do (owner, path, "Session.Close", NULL));
  assert_closed_to (owner, path, "NoSuchSession");
}

static void
test_unknown_object (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *error = NULL;

  g_assert_null (lv_test_peer_call (peer, LV_MANAGER_PATH "/session/9_9/x", LV_SESSION_INTERFACE,
                                    "Stop", NULL, &error));
  g_assert_cmpstr (error, ==, "org.freedesktop.DBus.Error.UnknownMethod");
}

static void
test_properties_cannot_be_set (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *error = NULL;

  g_assert_null (lv_test_peer_call (
      peer, LV_DEFAULT_SESSION_PATH, "org.freedesktop.DBus.Properties", "Set",
      g_variant_new ("(ssv)", LV_SESSION_INTERFACE, "Muted", g_variant_new_boolean (TRUE)),
      &error));
  g_assert_cmpstr (error, ==, "org.freedesktop.DBus.Error.InvalidArgs");
}

/* ---- the life of the bus ---- */

typedef struct {
  guint n_idle, n_busy, n_status, n_lost;
} Seen;

static void
on_idle_changed (LvBus *bus, gboolean idle, Seen *seen)
{
  g_assert_cmpint (idle, ==, lv_bus_is_idle (bus));
  seen->n_idle += idle;
  seen->n_busy += !idle;
}

static void
on_status_changed (LvBus *bus, Seen *seen)
{
  seen->n_status++;
}

static void
on_name_lost (LvBus *bus, Seen *seen)
{
  seen->n_lost++;
}

static void
assert_status (LvBus *bus, const char *expected)
{
  g_autofree char *status = lv_bus_dup_status (bus);

  g_assert_cmpstr (status, ==, expected);
}

static gboolean
is_idle (gpointer data)
{
  return lv_bus_is_idle (data);
}

static void
on_owner (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  *(char **) user_data = g_strdup (owner);
}

static gboolean
is_set (gpointer data)
{
  return *(char **) data != NULL;
}

static void
test_name_is_ours (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *owner = NULL;
  guint watch = g_bus_watch_name_on_connection (
      peer->connection, LV_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, on_owner, NULL, &owner, NULL);

  lv_test_wait_for (is_set, &owner, LV_TEST_TIMEOUT_MS, "owner of the name");
  g_assert_cmpstr (owner, ==, g_dbus_connection_get_unique_name ((*bus)->connection));
  g_bus_unwatch_name (watch);
}

static void
test_idle_and_status (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  Seen seen = { 0 };
  LvBus *object = (*bus)->bus;

  g_signal_connect (object, "idle-changed", G_CALLBACK (on_idle_changed), &seen);
  g_signal_connect (object, "status-changed", G_CALLBACK (on_status_changed), &seen);
  assert_status (object, "Ready");
  g_assert_false (lv_bus_is_in_use (object));

  lv_test_peer_start_session (peer, LV_DEFAULT_SESSION_PATH);
  assert_status (object, "1 conversation");
  g_assert_true (lv_bus_is_in_use (object));
  g_assert_cmpuint (seen.n_busy, ==, 1);

  g_variant_unref (lv_test_peer_do (peer, LV_DEFAULT_SESSION_PATH, "Session.Stop", NULL));
  lv_test_wait_for (is_idle, object, LV_TEST_TIMEOUT_MS, "idle");
  g_assert_cmpuint (seen.n_idle, ==, 1);
  assert_status (object, "Ready");
  g_assert_cmpuint (seen.n_status, ==, 2);
  g_signal_handlers_disconnect_by_data (object, &seen);
}

static void
test_shutdown_with_conversation (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (peer, NULL);
  g_autofree char *path_signal = g_strdup_printf ("%s Closed ('shutdown'", strrchr (path, '/') + 1);

  g_variant_unref (
      lv_test_peer_do (peer, path, "Session.Subscribe", g_variant_new_parsed ("(['state'],)")));
  lv_test_peer_start_session (peer, LV_DEFAULT_SESSION_PATH);
  lv_bus_shutdown ((*bus)->bus, LV_CLOSE_SHUTDOWN);
  lv_test_peer_wait_signal (peer, path_signal);
  lv_test_peer_wait_signal (peer, "LiveVoice1 SessionRemoved");
  lv_test_server_wait_closed ((*bus)->server);
  g_object_unref (g_steal_pointer (&(*bus)->bus));
}

static void
test_calls_after_shutdown (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  lv_test_peer_start_session (peer, LV_DEFAULT_SESSION_PATH);
  lv_bus_shutdown ((*bus)->bus, LV_CLOSE_SHUTDOWN);
  lv_test_peer_fail (peer, LV_DEFAULT_SESSION_PATH, "Session.Toggle", NULL, "NotReady");
  g_object_unref (g_steal_pointer (&(*bus)->bus));
}

static void
test_name_is_taken (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvBus) second = lv_bus_new (peer->connection, &(*bus)->services, (*bus)->config);
  Seen seen = { 0 };

  g_signal_connect (second, "name-lost", G_CALLBACK (on_name_lost), &seen);
  g_assert_true (lv_bus_start (second, NULL));
  while (seen.n_lost == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_freed_in_the_middle (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (peer, NULL);

  lv_test_peer_start_session (peer, path);
  g_object_unref (g_steal_pointer (&(*bus)->bus));
  lv_test_run_for (20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LV_TEST_BUS_ADD ("/bus/introspection/files", test_introspection_is_the_files);
  LV_TEST_BUS_ADD ("/bus/introspection/private", test_introspection_hides_private_sessions);
  LV_TEST_BUS_ADD ("/bus/closed/foreign", test_foreign_session_is_closed);
  LV_TEST_BUS_ADD ("/bus/closed/after-close", test_session_after_close);
  LV_TEST_BUS_ADD ("/bus/closed/unknown", test_unknown_object);
  LV_TEST_BUS_ADD ("/bus/closed/set", test_properties_cannot_be_set);
  LV_TEST_BUS_ADD ("/bus/life/owner", test_name_is_ours);
  LV_TEST_BUS_ADD ("/bus/life/idle", test_idle_and_status);
  LV_TEST_BUS_ADD ("/bus/life/shutdown", test_shutdown_with_conversation);
  LV_TEST_BUS_ADD ("/bus/life/refused", test_calls_after_shutdown);
  LV_TEST_BUS_ADD ("/bus/life/name", test_name_is_taken);
  LV_TEST_BUS_ADD ("/bus/life/freed", test_freed_in_the_middle);
  return g_test_run ();
}
