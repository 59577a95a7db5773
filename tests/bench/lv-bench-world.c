/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-bench-world.h"

#include "lv-bench-proc.h"

#include "base/lv-pcm.h"
#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"
#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <sys/prctl.h>

#define BUS_NAME "org.livevoice.LiveVoice1"
#define SESSION_PATH "/org/livevoice/LiveVoice1/default"
#define DAEMON_PATH "/daemon" /* of its URL; every other one is the SDK's */
#define CALL_TIMEOUT_MS 20000

struct _LvBenchWorld {
  LvTestPipewire *pipewire;
  SoupServer *server;
  guint port;
  SoupWebsocketConnection *connections[LV_BENCH_N_PEERS]; /* nullable */
  LvBenchPeer peers[LV_BENCH_N_PEERS];
  gboolean set_up[LV_BENCH_N_PEERS];
  GSubprocess *daemon;
  GSubprocess *node;
  GDBusConnection *bus;
  gboolean has_name;
  char *config;
};

/* ---- the server ---- */

static LvBenchPeerKind
find_kind (LvBenchWorld *self, SoupWebsocketConnection *connection)
{
  return connection == self->connections[LV_BENCH_DAEMON] ? LV_BENCH_DAEMON : LV_BENCH_NODE;
}

static void
send_frame (LvBenchWorld *self, LvBenchPeerKind kind, GBytes *frame)
{
  soup_websocket_connection_send_message (self->connections[kind], SOUP_WEBSOCKET_DATA_BINARY,
                                          frame);
  self->peers[kind].n_bytes += g_bytes_get_size (frame);
}

void
lv_bench_world_send (LvBenchWorld *self, LvBenchPeerKind kind, const char *json)
{
  g_autoptr (GBytes) frame = g_bytes_new (json, strlen (json));

  send_frame (self, kind, frame);
}

gboolean
lv_bench_world_is_connected (LvBenchWorld *self, LvBenchPeerKind kind)
{
  return self->connections[kind] != NULL && self->set_up[kind] &&
         soup_websocket_connection_get_state (self->connections[kind]) == SOUP_WEBSOCKET_STATE_OPEN;
}

void
lv_bench_world_close (LvBenchWorld *self, LvBenchPeerKind kind, guint code)
{
  soup_websocket_connection_close (self->connections[kind], (gushort) code, NULL);
}

static void
take_audio (LvBenchPeer *peer, GBytes *pcm, gint64 now_ns)
{
  LvBenchFrame frame = { .received_ns = now_ns, .start = peer->samples->len };

  g_array_append_val (peer->frames, frame);
  g_array_append_vals (peer->samples, g_bytes_get_data (pcm, NULL),
                       g_bytes_get_size (pcm) / sizeof (gint16));
}

/* The time first: it is what is measured. */
static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *frame, LvBenchWorld *self)
{
  gint64 now_ns = g_get_monotonic_time () * 1000;
  LvBenchPeerKind kind = find_kind (self, connection);
  g_autoptr (GError) error = NULL;
  g_autoptr (LvClientMessage) message = lv_decode_client (frame, &error);

  g_assert_no_error (error);
  self->peers[kind].n_bytes += g_bytes_get_size (frame);
  if (message->type == LV_CLIENT_SETUP)
    {
      lv_bench_world_send (self, kind, "{\"setupComplete\":{}}");
      self->set_up[kind] = TRUE;
    }
  else if (message->type == LV_CLIENT_REALTIME && message->realtime == LV_REALTIME_AUDIO)
    take_audio (&self->peers[kind], message->blob->data, now_ns);
}

static void
on_closed (SoupWebsocketConnection *connection, LvBenchWorld *self)
{
  LvBenchPeerKind kind = find_kind (self, connection);

  self->set_up[kind] = FALSE;
  g_clear_object (&self->connections[kind]);
}

static void
on_websocket (SoupServer *server, SoupServerMessage *message, const char *path,
              SoupWebsocketConnection *connection, gpointer data)
{
  LvBenchWorld *self = data;
  LvBenchPeerKind kind = g_str_equal (path, DAEMON_PATH) ? LV_BENCH_DAEMON : LV_BENCH_NODE;

  if (self->connections[kind] != NULL)
    g_signal_handlers_disconnect_by_data (self->connections[kind], self);
  g_clear_object (&self->connections[kind]);
  self->set_up[kind] = FALSE;
  self->connections[kind] = g_object_ref (connection);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
}

static void
start_server (LvBenchWorld *self)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_websocket_handler (self->server, NULL, NULL, NULL, on_websocket, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

/* ---- the daemon ---- */

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
on_name_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  ((LvBenchWorld *) data)->has_name = TRUE;
}

static void
on_name_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  ((LvBenchWorld *) data)->has_name = FALSE;
}

static void
write_config (LvBenchWorld *self, const char *settings)
{
  g_autofree char *text = g_strdup_printf (
      "[profile default]\nendpoint = ws://127.0.0.1:%u" DAEMON_PATH "\n%s", self->port, settings);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->config, text, -1, &error);
  g_assert_no_error (error);
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  GVariant **reply = data;
  g_autoptr (GError) error = NULL;

  *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_assert_no_error (error);
}

static gboolean
has_reply (gpointer data)
{
  return *(GVariant **) data != NULL;
}

/* The server is on the main loop, which has to run meanwhile. */
GVariant *
lv_bench_world_call (LvBenchWorld *self, const char *method, GVariant *arguments)
{
  GVariant *reply = NULL;

  g_dbus_connection_call (self->bus, BUS_NAME, SESSION_PATH, BUS_NAME ".Session", method, arguments,
                          NULL, G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, NULL, on_called, &reply);
  lv_test_wait_for (has_reply, &reply, LV_TEST_TIMEOUT_MS, method);
  return reply;
}

void
lv_bench_world_start_daemon (LvBenchWorld *self, const char *settings, const char *preload)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("builddir"), "src", "daemon", "livevoiced", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  write_config (self, settings);
  g_subprocess_launcher_setenv (launcher, "LIVEVOICE_CONFIG", self->config, TRUE);
  if (preload != NULL)
    g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", preload, TRUE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->daemon = g_subprocess_launcher_spawn (launcher, &error, program, NULL);
  g_assert_no_error (error);
  lv_test_wait_flag (&self->has_name);
  reply = lv_bench_world_call (self, "Start", g_variant_new ("(a{sv})", NULL));
  lv_test_wait_flag (&self->set_up[LV_BENCH_DAEMON]);
}

static gboolean
has_no_name (gpointer data)
{
  return !((LvBenchWorld *) data)->has_name;
}

void
lv_bench_world_stop_daemon (LvBenchWorld *self)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (self->daemon, SIGTERM);
  lv_test_wait_for (has_no_name, self, LV_TEST_TIMEOUT_MS, "the daemon to leave the bus");
  g_subprocess_wait_check (self->daemon, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&self->daemon);
}

int
lv_bench_world_get_daemon (LvBenchWorld *self)
{
  return lv_bench_pid_of (self->daemon);
}

GDBusConnection *
lv_bench_world_get_bus (LvBenchWorld *self)
{
  return self->bus;
}

/* ---- the SDK ---- */

void
lv_bench_world_start_node (LvBenchWorld *self, const char *script)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", self->port);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->node =
      g_subprocess_launcher_spawn (launcher, &error, "node", "--no-warnings", script, url, NULL);
  g_assert_no_error (error);
  lv_test_wait_flag (&self->set_up[LV_BENCH_NODE]);
}

void
lv_bench_world_stop_node (LvBenchWorld *self)
{
  g_subprocess_force_exit (self->node);
  g_subprocess_wait (self->node, NULL, NULL);
  g_clear_object (&self->node);
}

int
lv_bench_world_get_node (LvBenchWorld *self)
{
  return lv_bench_pid_of (self->node);
}

/* ---- what goes to and fro ---- */

LvBenchPeer *
lv_bench_world_get_peer (LvBenchWorld *self, LvBenchPeerKind kind)
{
  return &self->peers[kind];
}

void
lv_bench_world_forget (LvBenchWorld *self)
{
  for (guint i = 0; i < LV_BENCH_N_PEERS; i++)
    {
      g_array_set_size (self->peers[i].frames, 0);
      g_array_set_size (self->peers[i].samples, 0);
      self->peers[i].n_bytes = 0;
    }
}

gint64
lv_bench_world_speak (LvBenchWorld *self, LvBenchPeerKind kind, const gint16 *samples,
                      guint n_samples)
{
  g_autoptr (LvServerMessage) message = lv_server_message_new ();
  g_autoptr (GBytes) pcm = g_bytes_new (samples, n_samples * sizeof *samples);
  g_autoptr (GBytes) frame = NULL;
  gint64 now_ns;

  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", pcm));
  frame = lv_encode_server (message);
  now_ns = g_get_monotonic_time () * 1000;
  send_frame (self, kind, frame);
  return now_ns;
}

/* ---- the world ---- */

LvBenchWorld *
lv_bench_world_new (void)
{
  LvBenchWorld *self = g_new0 (LvBenchWorld, 1);
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("lv-bench-XXXXXX.conf", &self->config, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  for (guint i = 0; i < LV_BENCH_N_PEERS; i++)
    {
      self->peers[i].frames = g_array_new (FALSE, FALSE, sizeof (LvBenchFrame));
      self->peers[i].samples = g_array_new (FALSE, FALSE, sizeof (gint16));
    }
  self->pipewire = lv_test_pipewire_new ();
  start_server (self);
  self->bus =
      g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  g_bus_watch_name_on_connection (self->bus, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                  on_name_appeared, on_name_vanished, self, NULL);
  return self;
}

void
lv_bench_world_free (LvBenchWorld *self)
{
  if (self->node != NULL)
    lv_bench_world_stop_node (self);
  if (self->daemon != NULL)
    lv_bench_world_stop_daemon (self);
  g_object_unref (self->bus);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  lv_test_pipewire_free (self->pipewire);
  for (guint i = 0; i < LV_BENCH_N_PEERS; i++)
    {
      g_clear_object (&self->connections[i]);
      g_array_unref (self->peers[i].frames);
      g_array_unref (self->peers[i].samples);
    }
  g_remove (self->config);
  g_free (self->config);
  g_free (self);
}
