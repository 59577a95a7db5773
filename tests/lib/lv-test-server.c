/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test-server.h"

#include "lib/lv-test-soup.h"
#include "lib/lv-test.h"
#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"

#define MAX_MESSAGE (16 * 1024 * 1024)

struct _LvTestServer {
  SoupServer *soup;
  char *uri;
  gboolean accepting;
  guint n_connections;
  guint n_wanted;
  GPtrArray *connections; /* SoupWebsocketConnection, oldest first */
  GQueue messages;        /* LvClientMessage */
};

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *frame, LvTestServer *server)
{
  g_autoptr (GError) error = NULL;
  LvClientMessage *message = lv_decode_client (frame, &error);

  if (message == NULL)
    g_error ("the service would refuse this frame: %s", error->message);
  g_queue_push_tail (&server->messages, message);
}

static void
on_closed (SoupWebsocketConnection *connection, LvTestServer *server)
{
  g_ptr_array_remove (server->connections, connection);
}

static void
on_connected (SoupServer *soup, SoupServerMessage *message, const char *path,
              SoupWebsocketConnection *connection, gpointer data)
{
  LvTestServer *server = data;

  soup_websocket_connection_set_max_incoming_payload_size (connection, MAX_MESSAGE);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), server);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), server);
  g_ptr_array_add (server->connections, g_object_ref (connection));
  server->n_connections++;
}

/* Runs before the upgrade. */
static void
on_early (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer data)
{
  LvTestServer *server = data;

  if (server->accepting)
    return;
  server->n_connections++;
  soup_server_message_set_status (message, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
}

static char *
find_uri (SoupServer *soup)
{
  GSList *uris = soup_server_get_uris (soup);
  char *uri = g_strdup_printf ("ws://127.0.0.1:%d/", g_uri_get_port (uris->data));

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return uri;
}

LvTestServer *
lv_test_server_new (void)
{
  LvTestServer *server = g_new0 (LvTestServer, 1);
  g_autoptr (GError) error = NULL;

  server->accepting = TRUE;
  server->connections = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&server->messages);
  server->soup = lv_test_soup_server_new ();
  soup_server_add_early_handler (server->soup, NULL, on_early, server, NULL);
  soup_server_add_websocket_handler (server->soup, NULL, NULL, NULL, on_connected, server, NULL);
  lv_test_soup_server_listen (server->soup, 0, &error);
  g_assert_no_error (error);
  server->uri = find_uri (server->soup);
  return server;
}

void
lv_test_server_free (LvTestServer *server)
{
  for (guint i = 0; i < server->connections->len; i++)
    g_signal_handlers_disconnect_by_data (server->connections->pdata[i], server);
  soup_server_disconnect (server->soup);
  g_object_unref (server->soup);
  g_ptr_array_unref (server->connections);
  g_queue_clear_full (&server->messages, (GDestroyNotify) lv_client_message_free);
  g_free (server->uri);
  g_free (server);
}

const char *
lv_test_server_get_uri (LvTestServer *server)
{
  return server->uri;
}

void
lv_test_server_set_accepting (LvTestServer *server, gboolean accepting)
{
  server->accepting = accepting;
}

guint
lv_test_server_get_n_connections (LvTestServer *server)
{
  return server->n_connections;
}

static gboolean
has_connections (gpointer data)
{
  LvTestServer *server = data;

  return server->n_connections >= server->n_wanted;
}

void
lv_test_server_wait_connections (LvTestServer *server, guint n)
{
  server->n_wanted = n;
  lv_test_wait_for (has_connections, server, LV_TEST_TIMEOUT_MS, "a connection");
}

static gboolean
has_message (gpointer data)
{
  LvTestServer *server = data;

  return !g_queue_is_empty (&server->messages);
}

LvClientMessage *
lv_test_server_take (LvTestServer *server)
{
  lv_test_wait_for (has_message, server, LV_TEST_TIMEOUT_MS, "a message from the client");
  return g_queue_pop_head (&server->messages);
}

LvClientMessage *
lv_test_server_take_type (LvTestServer *server, LvClientMessageType type)
{
  g_autoptr (LvClientMessage) message = lv_test_server_take (server);

  while (message->type != type)
    {
      lv_client_message_free (message);
      message = lv_test_server_take (server);
    }
  return g_steal_pointer (&message);
}

LvClientMessage *
lv_test_server_take_realtime (LvTestServer *server, LvRealtimeKind kind)
{
  g_autoptr (LvClientMessage) message = lv_test_server_take_type (server, LV_CLIENT_REALTIME);

  while (message->realtime != kind)
    {
      lv_client_message_free (message);
      message = lv_test_server_take_type (server, LV_CLIENT_REALTIME);
    }
  return g_steal_pointer (&message);
}

guint
lv_test_server_get_n_waiting (LvTestServer *server)
{
  return server->messages.length;
}

static SoupWebsocketConnection *
newest (LvTestServer *server)
{
  g_assert_cmpuint (server->connections->len, >, 0);
  return server->connections->pdata[server->connections->len - 1];
}

gboolean
lv_test_server_is_connected (LvTestServer *server)
{
  return server->connections->len > 0 &&
         soup_websocket_connection_get_state (newest (server)) == SOUP_WEBSOCKET_STATE_OPEN;
}

static void
send_bytes (LvTestServer *server, GBytes *frame)
{
  soup_websocket_connection_send_message (newest (server), SOUP_WEBSOCKET_DATA_BINARY, frame);
}

void
lv_test_server_send (LvTestServer *server, LvServerMessage *message)
{
  g_autoptr (GBytes) frame = lv_encode_server (message);

  send_bytes (server, frame);
  lv_server_message_free (message);
}

void
lv_test_server_send_frame (LvTestServer *server, const char *text)
{
  soup_websocket_connection_send_text (newest (server), text);
}

LvClientMessage *
lv_test_server_accept (LvTestServer *server, const char *handle)
{
  LvClientMessage *setup = lv_test_server_take (server);
  LvServerMessage *message = lv_server_message_new ();

  g_assert_cmpint (setup->type, ==, LV_CLIENT_SETUP);
  message->setup_complete = TRUE;
  lv_test_server_send (server, message);
  if (handle != NULL)
    {
      message = lv_server_message_new ();
      message->resumption_update = TRUE;
      message->resumable = TRUE;
      message->resumption_handle = g_strdup (handle);
      lv_test_server_send (server, message);
    }
  return setup;
}

void
lv_test_server_close (LvTestServer *server, guint code, const char *reason)
{
  soup_websocket_connection_close (newest (server), (gushort) code, reason);
}

void
lv_test_server_drop (LvTestServer *server)
{
  g_io_stream_close (soup_websocket_connection_get_io_stream (newest (server)), NULL, NULL);
}

static gboolean
has_no_connection (gpointer data)
{
  LvTestServer *server = data;

  return server->connections->len == 0;
}

void
lv_test_server_wait_closed (LvTestServer *server)
{
  lv_test_wait_for (has_no_connection, server, LV_TEST_TIMEOUT_MS, "all connections to end");
}
