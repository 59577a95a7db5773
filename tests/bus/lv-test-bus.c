/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-bus.h"

#include <string.h>

LvConfig *
lv_test_bus_make_config (LvTestBus *self, const char *text)
{
  g_autofree char *path = g_build_filename (self->dir, "livevoice.conf", NULL);
  g_autofree char *whole = g_strdup_printf ("[profile default]\nendpoint=%s\naudio=none\n%s",
                                            lv_test_server_get_uri (self->server), text);
  g_autoptr (GError) error = NULL;
  LvConfig *config;

  g_assert_true (g_file_set_contents (path, whole, -1, &error));
  config = lv_config_load (path, &error);
  g_assert_no_error (error);
  return config;
}

static LvLedger *
make_ledger (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "usage", NULL);
  g_autofree char *prices = g_build_filename (dir, "prices.conf", NULL);

  return lv_ledger_new (path, prices);
}

LvTestBus *
lv_test_bus_new (void)
{
  LvTestBus *self = g_new0 (LvTestBus, 1);

  self->dbus = lv_test_dbus_new ();
  self->connection = lv_test_dbus_connect (self->dbus);
  self->server = lv_test_server_new ();
  self->dir = lv_test_make_dir ();
  self->config = lv_test_bus_make_config (self, "");
  self->vault = lv_vault_new ();
  self->services = (LvSessionServices){
    .endpoints = lv_endpoints_new (self->vault, self->config),
    .audio = lv_pw_context_new (),
    .launcher = lv_engine_launcher_new (NULL),
    .registry = lv_tool_registry_new (),
    .frames = lv_frame_reader_new (),
    .ledger = make_ledger (self->dir),
  };
  return self;
}

static void
on_flag (LvBus *bus, gboolean *flag)
{
  *flag = TRUE;
}

void
lv_test_bus_start (LvTestBus *self)
{
  g_autoptr (GError) error = NULL;
  gboolean acquired = FALSE;
  gulong handler;

  self->bus = lv_bus_new (self->connection, &self->services, self->config);
  handler = g_signal_connect (self->bus, "name-acquired", G_CALLBACK (on_flag), &acquired);
  g_assert_true (lv_bus_start (self->bus, &error));
  g_assert_no_error (error);
  lv_test_wait_flag (&acquired);
  g_signal_handler_disconnect (self->bus, handler);
}

static void
shut_down (LvTestBus *self)
{
  gboolean done = FALSE;

  g_signal_connect (self->bus, "shut-down", G_CALLBACK (on_flag), &done);
  lv_bus_shutdown (self->bus, LV_CLOSE_SHUTDOWN);
  lv_test_wait_flag (&done);
  g_assert_true (lv_bus_is_idle (self->bus));
  g_assert_finalize_object (g_steal_pointer (&self->bus));
}

static void
close_connection (GDBusConnection *connection)
{
  g_dbus_connection_close_sync (connection, NULL, NULL);
  g_object_unref (connection);
}

void
lv_test_bus_free (LvTestBus *self)
{
  if (self->bus != NULL)
    shut_down (self);
  g_assert_finalize_object (self->services.registry);
  g_assert_finalize_object (self->services.audio);
  g_object_unref (self->services.launcher);
  g_assert_finalize_object (self->services.frames);
  g_object_unref (self->services.endpoints);
  lv_vault_unref (self->vault);
  lv_ledger_free (self->services.ledger);
  lv_config_unref (self->config);
  lv_test_server_free (self->server);
  lv_test_remove_dir (self->dir);
  close_connection (self->connection);
  lv_test_dbus_free (self->dbus);
  g_free (self);
}

void
lv_test_bus_set_up (LvTestBus **self, gconstpointer data)
{
  *self = lv_test_bus_new ();
  lv_test_bus_start (*self);
}

void
lv_test_bus_tear_down (LvTestBus **self, gconstpointer data)
{
  lv_test_bus_free (*self);
}

/* ---- peers ---- */

static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *arguments, gpointer user_data)
{
  LvTestPeer *peer = user_data;
  g_autofree char *text = g_variant_print (arguments, FALSE);

  g_ptr_array_add (peer->signals,
                   g_strdup_printf ("%s %s %s", strrchr (path, '/') + 1, signal, text));
}

LvTestPeer *
lv_test_peer_new (LvTestBus *bus)
{
  LvTestPeer *peer = g_new0 (LvTestPeer, 1);

  peer->bus = bus;
  peer->connection = lv_test_dbus_connect (bus->dbus);
  peer->name = g_dbus_connection_get_unique_name (peer->connection);
  peer->signals = g_ptr_array_new_with_free_func (g_free);
  g_dbus_connection_signal_subscribe (
      peer->connection, g_dbus_connection_get_unique_name (bus->connection), NULL, NULL, NULL, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_signal, peer, NULL);
  return peer;
}

void
lv_test_peer_free (LvTestPeer *peer)
{
  close_connection (peer->connection);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_ptr_array_unref (peer->signals);
  g_free (peer);
}

typedef struct {
  gboolean done;
  GVariant *reply;
  GError *error;
} Reply;

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reply *reply = user_data;

  reply->reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &reply->error);
  reply->done = TRUE;
}

static char *
take_error_name (GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);
  const char *last;

  g_assert_nonnull (name);
  g_test_message ("%s: %s", name, error->message);
  last = g_str_has_prefix (name, LV_ERROR_PREFIX) ? name + strlen (LV_ERROR_PREFIX) : name;
  g_error_free (error);
  return g_strdup (last);
}

GVariant *
lv_test_peer_call (LvTestPeer *peer, const char *path, const char *interface, const char *method,
                   GVariant *arguments, char **ret_error)
{
  Reply reply = { FALSE };
  const char *name = g_dbus_connection_get_unique_name (peer->bus->connection);

  g_dbus_connection_call (peer->connection, name, path, interface, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, on_reply, &reply);
  lv_test_wait_for_flag (&reply.done, LV_TEST_TIMEOUT_MS, method);
  if (reply.error != NULL)
    *ret_error = take_error_name (reply.error);
  return reply.reply;
}

static GVariant *
call_ours (LvTestPeer *peer, const char *path, const char *method, GVariant *arguments,
           char **ret_error)
{
  g_auto (GStrv) words = g_strsplit (method, ".", 2);
  g_autofree char *interface = g_strconcat (LV_BUS_NAME ".", words[0], NULL);

  return lv_test_peer_call (peer, path, interface, words[1], arguments, ret_error);
}

GVariant *
lv_test_peer_do (LvTestPeer *peer, const char *path, const char *method, GVariant *arguments)
{
  g_autofree char *error = NULL;
  GVariant *reply = call_ours (peer, path, method, arguments, &error);

  if (reply == NULL)
    g_error ("%s: %s", method, error);
  return reply;
}

void
lv_test_peer_fail (LvTestPeer *peer, const char *path, const char *method, GVariant *arguments,
                   const char *expected)
{
  g_autofree char *error = NULL;
  g_autoptr (GVariant) reply = call_ours (peer, path, method, arguments, &error);

  if (reply != NULL)
    g_error ("%s succeeded; expected %s", method, expected);
  g_assert_cmpstr (error, ==, expected);
}

GVariant *
lv_test_peer_get (LvTestPeer *peer, const char *path, const char *interface, const char *property,
                  char **ret_error)
{
  g_autoptr (GVariant) reply =
      lv_test_peer_call (peer, path, "org.freedesktop.DBus.Properties", "Get",
                         g_variant_new ("(ss)", interface, property), ret_error);
  GVariant *value = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(v)", &value);
  return value;
}

char *
lv_test_peer_get_state (LvTestPeer *peer, const char *path)
{
  g_autofree char *error = NULL;
  g_autoptr (GVariant) state = lv_test_peer_get (peer, path, LV_SESSION_INTERFACE, "State", &error);

  g_assert_cmpstr (error, ==, NULL);
  return g_variant_dup_string (state, NULL);
}

void
lv_test_peer_wait_state (LvTestPeer *peer, const char *path, const char *state)
{
  gint64 end = g_get_monotonic_time () + LV_TEST_TIMEOUT_MS * 1000;

  while (g_get_monotonic_time () < end)
    {
      g_autofree char *now = lv_test_peer_get_state (peer, path);

      if (g_str_equal (now, state))
        return;
      lv_test_run_for (20);
    }
  g_error ("%s is never %s", path, state);
}

static gboolean
begins_so (const char *signal, const char *beginning)
{
  g_autofree char *pattern = g_strconcat (beginning, "*", NULL);

  return g_pattern_match_simple (pattern, signal);
}

guint
lv_test_peer_count (LvTestPeer *peer, const char *beginning)
{
  guint n = 0;

  for (guint i = 0; i < peer->signals->len; i++)
    n += begins_so (peer->signals->pdata[i], beginning);
  return n;
}

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

const char *
lv_test_peer_wait_signal (LvTestPeer *peer, const char *beginning)
{
  gint64 end = g_get_monotonic_time () + LV_TEST_TIMEOUT_MS * 1000;
  guint tick = g_timeout_add (100, on_tick, NULL);

  while (lv_test_peer_count (peer, beginning) == 0 && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);

  for (guint i = 0; i < peer->signals->len; i++)
    if (begins_so (peer->signals->pdata[i], beginning))
      return peer->signals->pdata[i];
  g_ptr_array_add (peer->signals, NULL);
  g_error ("no \"%s\" among:\n%s", beginning, g_strjoinv ("\n", (GStrv) peer->signals->pdata));
}

/* The bus keeps the order of what it passes on, so the reply of the daemon is the last to come. */
void
lv_test_peer_sync (LvTestPeer *peer)
{
  g_autofree char *error = NULL;
  g_autoptr (GVariant) reply = NULL;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  reply =
      lv_test_peer_call (peer, LV_MANAGER_PATH, "org.freedesktop.DBus.Peer", "Ping", NULL, &error);
  g_assert_cmpstr (error, ==, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

char *
lv_test_peer_create_session (LvTestPeer *peer, const char *options)
{
  g_autoptr (GVariant) dict =
      g_variant_ref_sink (g_variant_new_parsed (options != NULL ? options : "@a{sv} {}"));
  g_autoptr (GVariant) reply = lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.CreateSession",
                                                g_variant_new ("(@a{sv})", dict));
  char *path;

  g_variant_get (reply, "(o)", &path);
  return path;
}

void
lv_test_peer_start_session (LvTestPeer *peer, const char *path)
{
  g_autoptr (GVariant) reply G_GNUC_UNUSED =
      lv_test_peer_do (peer, path, "Session.Start", g_variant_new ("(a{sv})", NULL));
  LvClientMessage *setup = lv_test_server_accept (peer->bus->server, NULL);

  lv_client_message_free (setup);
  lv_test_peer_wait_state (peer, path, "listening");
}
