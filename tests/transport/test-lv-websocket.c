/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-websocket-private.h"

#include "lib/lv-test.h"
#include "transport/lv-test-peer.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#define KEY "AIzaTest-0123456789"
#define API_PATH "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
#define QUICK_MS 150

/* Generous, but for what a test waits for on purpose. */
static const LvWebsocketTimes times = { LV_TEST_TIMEOUT_MS, LV_TEST_TIMEOUT_MS, 60, 60000 };

typedef struct {
  LvWebsocket *socket;
  gboolean opened;
  gboolean closed;
  guint n_closed;
  guint depth; /* of our calls into the socket: no signal may come from inside one */
  LvRetry retry;
  GError *error;
  GPtrArray *messages;
} Client;

static void
on_opened (LvWebsocket *socket, Client *client)
{
  g_assert_cmpuint (client->depth, ==, 0);
  g_assert_false (client->opened);
  g_assert_false (client->closed);
  client->opened = TRUE;
}

static void
on_message (LvWebsocket *socket, GBytes *frame, Client *client)
{
  g_assert_true (client->opened);
  g_assert_false (client->closed);
  g_ptr_array_add (client->messages, g_bytes_ref (frame));
}

static void
on_closed (LvWebsocket *socket, int retry, const GError *error, Client *client)
{
  g_assert_cmpuint (client->depth, ==, 0);
  client->closed = TRUE;
  client->n_closed++;
  client->retry = retry;
  client->error = error != NULL ? g_error_copy (error) : NULL;
}

static Client *
client_new (const char *uri, const char *unix_path, gboolean needs_key, LvSecret *key)
{
  LvEndpoint endpoint = { (char *) uri, (char *) unix_path, FALSE, needs_key, NULL };
  Client *client = g_new0 (Client, 1);

  client->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  client->socket = lv_websocket_new (&endpoint, key, NULL);
  lv_websocket_set_times (client->socket, &times);
  g_signal_connect (client->socket, "opened", G_CALLBACK (on_opened), client);
  g_signal_connect (client->socket, "message", G_CALLBACK (on_message), client);
  g_signal_connect (client->socket, "closed", G_CALLBACK (on_closed), client);
  return client;
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Also shows that "closed" is not said twice, and that nobody keeps the socket. */
static void
client_free (Client *client)
{
  drain ();
  g_assert_cmpuint (client->n_closed, <=, 1);
  if (client->socket != NULL)
    {
      g_signal_handlers_disconnect_by_data (client->socket, client);
      g_assert_finalize_object (client->socket);
    }
  drain ();
  g_clear_error (&client->error);
  g_ptr_array_unref (client->messages);
  g_free (client);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

static void
client_open (Client *client)
{
  client->depth++;
  lv_websocket_open (client->socket);
  client->depth--;
}

static void
client_close (Client *client)
{
  client->depth++;
  lv_websocket_close (client->socket);
  client->depth--;
}

static gboolean
client_send (Client *client, const char *text)
{
  g_autoptr (GBytes) frame = g_bytes_new (text, strlen (text));

  return lv_websocket_send (client->socket, frame);
}

static void
assert_closed (Client *client, LvRetry retry, LvErrorCode code)
{
  lv_test_wait_flag (&client->closed);
  g_assert_error (client->error, LV_ERROR, (int) code);
  g_assert_cmpint (client->retry, ==, retry);
  g_assert_false (client_send (client, "late"));
  g_assert_false (lv_websocket_can_send_now (client->socket));
}

static void
assert_closed_by_us (Client *client)
{
  lv_test_wait_flag (&client->closed);
  g_assert_no_error (client->error);
}

static Client *
open_to_peer (LvTestPeer *peer)
{
  Client *client = client_new (peer->uri, NULL, FALSE, NULL);

  client_open (client);
  lv_test_wait_flag (&client->opened);
  return client;
}

/* A well-behaved server. */
typedef struct {
  SoupServer *server;
  char *uri;
  SoupWebsocketConnection *connection;
  SoupMessageHeaders *headers;
  char *request_uri;
  gboolean got_request;
  guint status;            /* answers this instead of the upgrade */
  const char *redirect_to; /* with that status */
  GPtrArray *messages;
  gboolean got_text;
  gboolean got_binary;
} Server;

static void
on_server_message (SoupWebsocketConnection *connection, int type, GBytes *frame, Server *server)
{
  server->got_text |= type == SOUP_WEBSOCKET_DATA_TEXT;
  server->got_binary |= type == SOUP_WEBSOCKET_DATA_BINARY;
  g_ptr_array_add (server->messages, g_bytes_ref (frame));
}

static void
on_server_websocket (SoupServer *soup, SoupServerMessage *message, const char *path,
                     SoupWebsocketConnection *connection, gpointer data)
{
  Server *server = data;

  server->connection = g_object_ref (connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, 64 * 1024 * 1024);
  g_signal_connect (connection, "message", G_CALLBACK (on_server_message), server);
}

static void
on_server_request (SoupServer *soup, SoupServerMessage *message, const char *path,
                   GHashTable *query, gpointer data)
{
  Server *server = data;

  g_clear_pointer (&server->headers, soup_message_headers_unref);
  g_free (server->request_uri);
  server->got_request = TRUE;
  server->headers = soup_message_headers_ref (soup_server_message_get_request_headers (message));
  server->request_uri = g_uri_to_string (soup_server_message_get_uri (message));
  if (server->redirect_to != NULL)
    soup_server_message_set_redirect (message, server->status, server->redirect_to);
  else if (server->status != 0)
    soup_server_message_set_status (message, server->status, NULL);
}

static Server *
server_new (void)
{
  Server *server = g_new0 (Server, 1);

  server->server = soup_server_new (NULL, NULL);
  server->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  soup_server_add_early_handler (server->server, NULL, on_server_request, server, NULL);
  soup_server_add_websocket_handler (server->server, NULL, NULL, NULL, on_server_websocket, server,
                                     NULL);
  return server;
}

static GTlsCertificate *
load_certificate (void)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("srcdir"), "data", "tls", "localhost.pem", NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

static Server *
server_new_tcp (const char *scheme, const char *host)
{
  Server *server = server_new ();
  g_autoptr (GError) error = NULL;
  GSList *uris;

  if (g_str_equal (scheme, "wss"))
    {
      g_autoptr (GTlsCertificate) certificate = load_certificate ();

      soup_server_set_tls_certificate (server->server, certificate);
    }
  soup_server_listen_local (server->server, 0,
                            SOUP_SERVER_LISTEN_IPV4_ONLY |
                                (g_str_equal (scheme, "wss") ? SOUP_SERVER_LISTEN_HTTPS : 0),
                            &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server->server);
  server->uri = g_strdup_printf ("%s://%s:%d" API_PATH, scheme, host, g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return server;
}

static void
server_free (Server *server)
{
  if (server->connection != NULL)
    g_signal_handlers_disconnect_by_data (server->connection, server);
  g_clear_object (&server->connection);
  soup_server_disconnect (server->server);
  drain ();
  g_object_unref (server->server);
  g_clear_pointer (&server->headers, soup_message_headers_unref);
  g_ptr_array_unref (server->messages);
  g_free (server->uri);
  g_free (server->request_uri);
  g_free (server);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

static LvCredentials *credentials;

static LvSecret *
make_key (void)
{
  LvSecret *key = lv_credentials_load_key (credentials, NULL);

  g_assert_nonnull (key);
  return key;
}

static gboolean
has_messages (gpointer data)
{
  return ((GPtrArray *) data)->len >= 2;
}

/* There and back, in both kinds of frames. */
static void
exchange (Client *client, Server *server)
{
  g_assert_true (client_send (client, "{\"setup\":{}}"));
  g_assert_true (client_send (client, "\xc3\xa4"));
  lv_test_wait_for (has_messages, server->messages, LV_TEST_TIMEOUT_MS, "two frames at the server");
  g_assert_true (server->got_text);
  g_assert_false (server->got_binary);

  soup_websocket_connection_send_text (server->connection, "text");
  soup_websocket_connection_send_binary (server->connection, "\0binary", 7);
  lv_test_wait_for (has_messages, client->messages, LV_TEST_TIMEOUT_MS, "two frames at the client");
  g_assert_cmpmem (g_bytes_get_data (client->messages->pdata[0], NULL), 4, "text", 4);
  g_assert_cmpmem (g_bytes_get_data (client->messages->pdata[1], NULL), 7, "\0binary", 7);
}

static void
test_exchange (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (Client) client = client_new (server->uri, NULL, FALSE, make_key ());
  const char *agent;

  g_assert_false (client_send (client, "early"));
  g_assert_false (lv_websocket_can_send_now (client->socket));
  client_open (client);
  g_assert_false (client_send (client, "early"));
  lv_test_wait_flag (&client->opened);
  g_assert_true (lv_websocket_can_send_now (client->socket));
  exchange (client, server);

  agent = soup_message_headers_get_one (server->headers, "User-Agent");
  g_assert_true (g_str_has_prefix (agent, "livevoice/"));
  g_assert_null (soup_message_headers_get_one (server->headers, "x-goog-api-key"));
  g_assert_null (soup_message_headers_get_one (server->headers, "Sec-WebSocket-Extensions"));
  g_assert_null (soup_message_headers_get_one (server->headers, "Sec-WebSocket-Protocol"));
  g_assert_null (soup_message_headers_get_one (server->headers, "Origin"));

  client_close (client);
  assert_closed_by_us (client);
  g_assert_cmpint (soup_websocket_connection_get_close_code (server->connection), ==, 1000);
}

static void
test_unix (void)
{
  char *dir = lv_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "s", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  Server *server = server_new ();
  Client *client = client_new ("ws://localhost" API_PATH, path, FALSE, NULL);

  soup_server_listen (server->server, address, 0, &error);
  g_assert_no_error (error);
  client_open (client);
  lv_test_wait_flag (&client->opened);
  exchange (client, server);
  g_assert_cmpstr (soup_message_headers_get_one (server->headers, "Host"), ==, "localhost");
  g_assert_true (g_str_has_suffix (server->request_uri, API_PATH));
  client_close (client);
  assert_closed_by_us (client);
  client_free (client);
  server_free (server);
  lv_test_remove_dir (dir);
}

static void
test_key_in_header_only (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (Client) client = client_new (server->uri, NULL, TRUE, make_key ());

  client_open (client);
  lv_test_wait_flag (&client->opened);
  g_assert_cmpstr (soup_message_headers_get_one (server->headers, "x-goog-api-key"), ==, KEY);
  g_assert_null (strstr (server->request_uri, KEY));
  g_assert_true (g_str_has_suffix (server->request_uri, API_PATH));
}

static void
test_key_missing (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (Client) client = client_new (server->uri, NULL, TRUE, NULL);

  client_open (client);
  assert_closed (client, LV_RETRY_NEVER, LV_ERROR_NO_CREDENTIAL);
  g_assert_false (server->got_request);
}

/* The key would go along. */
static void
test_redirect_is_not_followed (void)
{
  g_autoptr (Server) other = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (Client) client = client_new (server->uri, NULL, TRUE, make_key ());

  server->status = 302;
  server->redirect_to = other->uri;
  client_open (client);
  assert_closed (client, LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED);
  lv_test_run_for (50);
  g_assert_false (other->got_request);
}

static void
test_statuses (void)
{
  static const struct {
    guint status;
    LvRetry retry;
    LvErrorCode code;
  } cases[] = {
    { 401, LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION },
    { 403, LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION },
    { 404, LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
    { 429, LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED },
    { 503, LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 200, LV_RETRY_NEVER, LV_ERROR_SERVER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
      g_autoptr (Client) client = client_new (server->uri, NULL, TRUE, make_key ());
      g_autofree char *number = g_strdup_printf ("HTTP %u", cases[i].status);

      server->status = cases[i].status;
      client_open (client);
      assert_closed (client, cases[i].retry, cases[i].code);
      g_assert_nonnull (strstr (client->error->message, number));
      g_assert_null (strstr (client->error->message, KEY));
    }
}

static void
test_refused (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (Client) client = client_new (server->uri, NULL, FALSE, NULL);

  soup_server_disconnect (server->server);
  client_open (client);
  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
  g_assert_false (client->opened);
}

static void
test_no_unix_socket (void)
{
  g_autoptr (Client) client = client_new ("ws://localhost/x", "/nonexistent/socket", FALSE, NULL);

  client_open (client);
  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
}

/* Trusts the tests' own authority, and nothing else. */
static void
trust_test_authority (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("srcdir"), "data", "tls", "ca.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

static void
trust_the_system (void)
{
  g_tls_backend_set_default_database (g_tls_backend_get_default (), NULL);
}

static void
test_tls (void)
{
  g_autoptr (Server) server = server_new_tcp ("wss", "localhost");
  g_autoptr (Client) client = client_new (server->uri, NULL, TRUE, make_key ());

  trust_test_authority ();
  client_open (client);
  lv_test_wait_flag (&client->opened);
  exchange (client, server);
  g_assert_true (lv_websocket_can_send_now (client->socket));
  g_assert_cmpstr (soup_message_headers_get_one (server->headers, "x-goog-api-key"), ==, KEY);
  client_close (client);
  assert_closed_by_us (client);
  trust_the_system ();
}

/* Below SoupServer, which does not survive a client that leaves in the middle of the handshake. */
typedef struct {
  GIOStream *connection;
  gboolean left; /* the client did */
} TlsPeer;

static void
on_tls_bytes (GObject *source, GAsyncResult *result, gpointer data)
{
  TlsPeer *peer = data;

  /* an alert, or the end, but not a byte of the request */
  g_assert_cmpint (g_input_stream_skip_finish (G_INPUT_STREAM (source), result, NULL), <=, 0);
  peer->left = TRUE;
}

static void
on_tls_handshake (GObject *source, GAsyncResult *result, gpointer data)
{
  TlsPeer *peer = data;

  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL))
    g_input_stream_skip_async (g_io_stream_get_input_stream (peer->connection), 1,
                               G_PRIORITY_DEFAULT, NULL, on_tls_bytes, peer);
  else
    peer->left = TRUE;
}

static gboolean
on_tls_incoming (GSocketService *service, GSocketConnection *connection, GObject *source,
                 gpointer data)
{
  TlsPeer *peer = data;
  g_autoptr (GTlsCertificate) certificate = load_certificate ();
  g_autoptr (GError) error = NULL;

  peer->connection = g_tls_server_connection_new (G_IO_STREAM (connection), certificate, &error);
  g_assert_no_error (error);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (peer->connection), G_PRIORITY_DEFAULT, NULL,
                                    on_tls_handshake, peer);
  return TRUE;
}

static void
assert_tls_refused (const char *host)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *uri = g_strdup_printf ("wss://%s:%u" API_PATH, host, port);
  g_autoptr (Client) client = client_new (uri, NULL, TRUE, make_key ());
  TlsPeer peer = { NULL };

  g_signal_connect (service, "incoming", G_CALLBACK (on_tls_incoming), &peer);
  client_open (client);
  assert_closed (client, LV_RETRY_NEVER, LV_ERROR_NETWORK);
  g_assert_nonnull (strstr (client->error->message, "certificate"));
  lv_test_wait_flag (&peer.left);
  g_object_unref (peer.connection);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

static void
test_tls_unknown_authority (void)
{
  assert_tls_refused ("localhost");
}

static void
test_tls_wrong_host (void)
{
  trust_test_authority ();
  assert_tls_refused ("127.0.0.1");
  trust_the_system ();
}

static void
test_close_codes (void)
{
  static const struct {
    guint code;
    const char *reason;
    LvRetry retry;
    LvErrorCode error;
  } cases[] = {
    { 1000, "", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1001, "going away", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1002, "", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1003, "", LV_RETRY_NEVER, LV_ERROR_SERVER },
    { 1007, "API key not valid. Please pass a valid API key.", LV_RETRY_NEVER,
      LV_ERROR_AUTHENTICATION },
    { 1007, "Request contains an invalid argument.", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
    { 1008, "models/x is not found for API version v1beta", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
    { 1008, "BidiGenerateContent session not found", LV_RETRY_FRESH, LV_ERROR_SERVER },
    { 1009, "message too big", LV_RETRY_FRESH, LV_ERROR_TOO_LARGE },
    { 1011, "You exceeded your current quota", LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED },
    { 1011, "Internal error encountered.", LV_RETRY_RESUME, LV_ERROR_SERVER },
    /* libsoup takes none of these for a proper close */
    { 1012, "restart", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1013, "", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1011, "Your prepayment credits are depleted \xc3", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 4000, "own", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 77, "nonsense", LV_RETRY_RESUME, LV_ERROR_SERVER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
      g_autoptr (Client) client = open_to_peer (peer);
      g_autofree char *number = g_strdup_printf ("(%u", cases[i].code);

      lv_test_peer_send_close (peer, cases[i].code, cases[i].reason);
      assert_closed (client, cases[i].retry, cases[i].error);
      g_assert_nonnull (strstr (client->error->message, number));
      if (g_utf8_validate (cases[i].reason, -1, NULL))
        g_assert_nonnull (strstr (client->error->message, cases[i].reason));
    }
}

/* The peer need not close its socket for us to notice, but gets its echo. */
static void
test_close_is_echoed (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = open_to_peer (peer);

  lv_test_peer_send_close (peer, 1011, "Internal error encountered.");
  lv_test_wait_flag (&client->closed);
  lv_test_wait_flag (&peer->gone);
  g_assert_cmpuint (peer->n_closes, ==, 1);
}

static void
test_empty_close (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = open_to_peer (peer);

  lv_test_peer_send (peer, 0x8, "", 0);
  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_SERVER);
}

static void
test_messages_before_close (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = open_to_peer (peer);

  lv_test_peer_send (peer, 0x1, "one", 3);
  lv_test_peer_send (peer, 0x2, "two", 3);
  lv_test_peer_send_close (peer, 1000, "");
  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_SERVER);
  g_assert_cmpuint (client->messages->len, ==, 2);
}

static void
test_drop (gconstpointer reset)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = open_to_peer (peer);

  lv_test_peer_drop (peer, GPOINTER_TO_INT (reset));
  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
}

static void
test_drop_while_upgrading (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = client_new (peer->uri, NULL, FALSE, NULL);

  peer->answers = FALSE;
  client_open (client);
  while (peer->request == NULL)
    g_main_context_iteration (NULL, TRUE);
  lv_test_peer_drop (peer, FALSE);
  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
}

static void
test_garbage (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = open_to_peer (peer);

  lv_test_peer_send_raw (peer, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_SERVER);
}

static void
test_no_answer (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = client_new (peer->uri, NULL, FALSE, NULL);
  LvWebsocketTimes quick = times;

  quick.connect_timeout_ms = QUICK_MS;
  lv_websocket_set_times (client->socket, &quick);
  peer->answers = FALSE;
  client_open (client);
  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_TIMEOUT);
  lv_test_wait_flag (&peer->gone);
}

static void
test_silence (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestPeer) lively = lv_test_peer_new (NULL);
  g_autoptr (Client) client = client_new (peer->uri, NULL, FALSE, NULL);
  g_autoptr (Client) lively_client = client_new (lively->uri, NULL, FALSE, NULL);
  LvWebsocketTimes quick = times;

  quick.ping_interval_s = 1;
  quick.silence_ms = 2500; /* libsoup's seconds may be late by one */
  lv_websocket_set_times (client->socket, &quick);
  lv_websocket_set_times (lively_client->socket, &quick);
  peer->pongs = FALSE;
  client_open (client);
  client_open (lively_client);

  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
  g_assert_cmpuint (peer->n_pings, >=, 1);
  while (lively->n_pings < 4)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (lively_client->closed);
}

/* No pong ever, but data: not lost. */
static void
test_frames_count_as_life (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = client_new (peer->uri, NULL, FALSE, NULL);
  LvWebsocketTimes quick = times;

  quick.silence_ms = 400;
  lv_websocket_set_times (client->socket, &quick);
  peer->pongs = FALSE;
  client_open (client);
  lv_test_wait_flag (&client->opened);
  for (int i = 0; i < 4; i++)
    {
      lv_test_run_for (200);
      g_assert_false (client->closed);
      lv_test_peer_send (peer, 0x1, "{}", 2);
    }
  assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
}

static void
test_large_frames (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (Client) client = client_new (server->uri, NULL, FALSE, NULL);
  g_autofree char *large = g_strnfill (1024 * 1024, 'x');

  client_open (client);
  lv_test_wait_flag (&client->opened);
  g_assert_true (client_send (client, large));
  g_assert_true (client_send (client, large));
  lv_test_wait_for (has_messages, server->messages, LV_TEST_TIMEOUT_MS, "large frames there");
  g_assert_cmpuint (g_bytes_get_size (server->messages->pdata[1]), ==, 1024 * 1024);

  soup_websocket_connection_send_text (server->connection, large);
  soup_websocket_connection_send_binary (server->connection, large, 1024 * 1024);
  lv_test_wait_for (has_messages, client->messages, LV_TEST_TIMEOUT_MS, "large frames back");
  g_assert_cmpuint (g_bytes_get_size (client->messages->pdata[1]), ==, 1024 * 1024);
}

static void
test_too_large_frame (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (Client) client = client_new (server->uri, NULL, FALSE, NULL);
  g_autofree char *huge = g_strnfill (LV_WEBSOCKET_MAX_MESSAGE + 1, 'x');

  client_open (client);
  lv_test_wait_flag (&client->opened);
  soup_websocket_connection_send_binary (server->connection, huge, LV_WEBSOCKET_MAX_MESSAGE + 1);
  assert_closed (client, LV_RETRY_FRESH, LV_ERROR_TOO_LARGE);
  g_assert_cmpuint (client->messages->len, ==, 0);
}

static void
assert_slow_reader_is_noticed (LvTestPeer *peer, Client *client, gsize most)
{
  g_autofree char *chunk = g_strnfill (4096, 'x');
  guint sent = 0;

  peer->reads = FALSE;
  client_open (client);
  lv_test_wait_flag (&client->opened);
  drain ();
  while (lv_websocket_can_send_now (client->socket))
    {
      g_assert_true (client_send (client, chunk));
      g_assert_cmpuint (++sent * 4096, <, most);
      drain ();
    }
  g_test_message ("held back after %u KiB", sent * 4);

  peer->reads = TRUE;
  lv_test_peer_read (peer);
  while (!lv_websocket_can_send_now (client->socket) || peer->n_frames < sent)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (peer->n_frames, ==, sent);
}

static void
test_slow_reader_tcp (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = client_new (peer->uri, NULL, FALSE, NULL);

  /* the peer's kernel takes some, which is not ours to see; ours alone would take megabytes */
  assert_slow_reader_is_noticed (peer, client, 1024 * 1024);
}

static void
test_slow_reader_unix (void)
{
  char *dir = lv_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "s", NULL);
  LvTestPeer *peer = lv_test_peer_new (path);
  Client *client = client_new (peer->uri, path, FALSE, NULL);

  assert_slow_reader_is_noticed (peer, client, 1024 * 1024);
  client_free (client);
  lv_test_peer_free (peer);
  lv_test_remove_dir (dir);
}

static void
test_no_close_echo (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = client_new (peer->uri, NULL, FALSE, NULL);
  LvWebsocketTimes quick = times;

  quick.close_timeout_ms = QUICK_MS;
  lv_websocket_set_times (client->socket, &quick);
  client_open (client);
  lv_test_wait_flag (&client->opened);
  client_close (client);
  client_close (client);
  g_assert_false (client_send (client, "late"));
  g_assert_false (client->closed);
  /* what the peer still says is of no interest */
  lv_test_peer_send (peer, 0x1, "late", 4);
  assert_closed_by_us (client);
  g_assert_cmpuint (client->messages->len, ==, 0);
  lv_test_wait_flag (&peer->gone);
  g_assert_cmpuint (peer->n_closes, ==, 1);
}

/* Nor has the peer to close its socket when we closed. */
static void
test_close_echo_is_enough (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = open_to_peer (peer);
  gint64 start_us = g_get_monotonic_time ();

  client_close (client);
  while (peer->n_closes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (client->closed);
  lv_test_peer_send_close (peer, 1000, "");
  assert_closed_by_us (client);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, G_USEC_PER_SEC);
}

static void
test_close_flushes (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = open_to_peer (peer);

  for (int i = 0; i < 20; i++)
    g_assert_true (client_send (client, "{\"realtimeInput\":{\"audioStreamEnd\":true}}"));
  client_close (client);
  while (peer->n_closes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (peer->n_frames, ==, 20);
  lv_test_peer_send_close (peer, 1000, "");
  lv_test_peer_drop (peer, FALSE);
  assert_closed_by_us (client);
}

static void
test_close_before_open (void)
{
  g_autoptr (Client) client = client_new ("ws://127.0.0.1:1/x", NULL, FALSE, NULL);

  client_close (client);
  g_assert_false (client->closed);
  assert_closed_by_us (client);
}

/* At every turn of the main loop between opening and being open. */
static void
test_close_while_connecting (void)
{
  gboolean opened = FALSE;

  for (guint turns = 0; !opened; turns++)
    {
      g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
      g_autoptr (Client) client = client_new (peer->uri, NULL, TRUE, make_key ());
      LvWebsocketTimes quick = times;

      quick.close_timeout_ms = QUICK_MS;
      lv_websocket_set_times (client->socket, &quick);
      client_open (client);
      for (guint i = 0; i < turns && !client->opened; i++)
        g_main_context_iteration (NULL, TRUE);
      opened = client->opened;
      client_close (client);
      assert_closed_by_us (client);
      g_assert_true (client->opened == opened);
      if (peer->connection != NULL)
        lv_test_wait_flag (&peer->gone);
    }
}

static void
test_drop_while_connecting (void)
{
  gboolean opened = FALSE;

  for (guint turns = 0; !opened; turns++)
    {
      g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
      g_autoptr (Client) client = client_new (peer->uri, NULL, TRUE, make_key ());

      client_open (client);
      for (guint i = 0; i < turns && !client->opened; i++)
        g_main_context_iteration (NULL, TRUE);
      opened = client->opened;
      g_assert_finalize_object (g_steal_pointer (&client->socket));
      lv_test_run_for (10);
      g_assert_true (client->opened == opened);
      g_assert_false (client->closed);
      if (peer->connection != NULL)
        lv_test_wait_flag (&peer->gone);
    }
}

static void
test_drop_before_closed (void)
{
  g_autoptr (Client) client = client_new ("ws://127.0.0.1:1/x", NULL, FALSE, NULL);

  client_close (client);
  g_assert_finalize_object (g_steal_pointer (&client->socket));
  drain ();
  g_assert_false (client->closed);
}

static void
drop_socket (Client *client)
{
  g_clear_object (&client->socket);
}

static void
test_drop_inside_a_signal (gconstpointer signal)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = client_new (peer->uri, NULL, FALSE, NULL);

  g_signal_connect_swapped (client->socket, signal, G_CALLBACK (drop_socket), client);
  client_open (client);
  while (!peer->upgraded)
    g_main_context_iteration (NULL, TRUE);
  /* in one piece, so that libsoup still has frames to look at after the first */
  lv_test_peer_send_raw (peer, "\x81\x02{}\x81\x02{}\x88\x02\x03\xe8", 12);
  while (client->socket != NULL)
    g_main_context_iteration (NULL, TRUE);
  lv_test_run_for (20);
}

static gboolean
close_now (gpointer data)
{
  Client *client = data;

  lv_websocket_close (client->socket);
  return FALSE;
}

static void
test_close_inside_message (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = open_to_peer (peer);

  g_signal_connect_swapped (client->socket, "message", G_CALLBACK (close_now), client);
  lv_test_peer_send_raw (peer, "\x81\x02{}\x81\x02{}\x88\x02\x03\xe8", 12);
  assert_closed_by_us (client);
  g_assert_cmpuint (client->messages->len, ==, 1);
}

/* How long the main loop would sleep now: -1 for ever. */
static int
time_to_next_wake_up (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[64];
  int timeout;
  int priority;

  drain ();
  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_check (context, priority, fds, 0);
  g_main_context_release (context);
  return timeout;
}

static void
test_nothing_ticks_afterwards (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (Client) client = open_to_peer (peer);

  g_assert_cmpint (time_to_next_wake_up (), >, 0);
  lv_test_peer_send_close (peer, 1000, "");
  lv_test_wait_flag (&client->closed);
  lv_test_wait_flag (&peer->gone);
  g_assert_cmpint (time_to_next_wake_up (), ==, -1);
}

int
main (int argc, char **argv)
{
  int status;

  g_setenv ("GEMINI_API_KEY", KEY, TRUE);
  credentials = lv_credentials_new ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/websocket/exchange", test_exchange);
  g_test_add_func ("/websocket/unix", test_unix);
  g_test_add_func ("/websocket/key/header-only", test_key_in_header_only);
  g_test_add_func ("/websocket/key/missing", test_key_missing);
  g_test_add_func ("/websocket/key/redirect", test_redirect_is_not_followed);
  g_test_add_func ("/websocket/status", test_statuses);
  g_test_add_func ("/websocket/refused", test_refused);
  g_test_add_func ("/websocket/no-unix-socket", test_no_unix_socket);
  g_test_add_func ("/websocket/tls/trusted", test_tls);
  g_test_add_func ("/websocket/tls/unknown-authority", test_tls_unknown_authority);
  g_test_add_func ("/websocket/tls/wrong-host", test_tls_wrong_host);
  g_test_add_func ("/websocket/closed/codes", test_close_codes);
  g_test_add_func ("/websocket/closed/echo", test_close_is_echoed);
  g_test_add_func ("/websocket/closed/empty", test_empty_close);
  g_test_add_func ("/websocket/closed/after-messages", test_messages_before_close);
  g_test_add_data_func ("/websocket/closed/drop", GINT_TO_POINTER (FALSE), test_drop);
  g_test_add_data_func ("/websocket/closed/reset", GINT_TO_POINTER (TRUE), test_drop);
  g_test_add_func ("/websocket/closed/upgrading", test_drop_while_upgrading);
  g_test_add_func ("/websocket/closed/garbage", test_garbage);
  g_test_add_func ("/websocket/timeout/connect", test_no_answer);
  g_test_add_func ("/websocket/timeout/silence", test_silence);
  g_test_add_func ("/websocket/timeout/frames", test_frames_count_as_life);
  g_test_add_func ("/websocket/size/large", test_large_frames);
  g_test_add_func ("/websocket/size/too-large", test_too_large_frame);
  g_test_add_func ("/websocket/slow-reader/tcp", test_slow_reader_tcp);
  g_test_add_func ("/websocket/slow-reader/unix", test_slow_reader_unix);
  g_test_add_func ("/websocket/close/no-echo", test_no_close_echo);
  g_test_add_func ("/websocket/close/echo", test_close_echo_is_enough);
  g_test_add_func ("/websocket/close/flushes", test_close_flushes);
  g_test_add_func ("/websocket/close/before-open", test_close_before_open);
  g_test_add_func ("/websocket/close/connecting", test_close_while_connecting);
  g_test_add_func ("/websocket/close/inside-message", test_close_inside_message);
  g_test_add_func ("/websocket/unref/connecting", test_drop_while_connecting);
  g_test_add_func ("/websocket/unref/closing", test_drop_before_closed);
  g_test_add_data_func ("/websocket/unref/opened", "opened", test_drop_inside_a_signal);
  g_test_add_data_func ("/websocket/unref/message", "message", test_drop_inside_a_signal);
  g_test_add_data_func ("/websocket/unref/closed", "closed", test_drop_inside_a_signal);
  g_test_add_func ("/websocket/no-wake-ups", test_nothing_ticks_afterwards);
  status = g_test_run ();
  lv_credentials_free (credentials);
  return status;
}
