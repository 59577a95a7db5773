/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test-soup.h"
#include "transport/lv-test-client.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#define API_PATH "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"

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

  server->server = lv_test_soup_server_new ();
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
  lv_test_soup_server_listen (server->server,
                              g_str_equal (scheme, "wss") ? SOUP_SERVER_LISTEN_HTTPS : 0, &error);
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
  lv_test_drain ();
  g_object_unref (server->server);
  g_clear_pointer (&server->headers, soup_message_headers_unref);
  g_ptr_array_unref (server->messages);
  g_free (server->uri);
  g_free (server->request_uri);
  g_free (server);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

static gboolean
has_messages (gpointer data)
{
  return ((GPtrArray *) data)->len >= 2;
}

/* There and back, in both kinds of frames. */
static void
exchange (LvTestClient *client, Server *server)
{
  g_assert_true (lv_test_client_send (client, "{\"setup\":{}}"));
  g_assert_true (lv_test_client_send (client, "\xc3\xa4"));
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
  g_autoptr (LvTestClient) client = lv_test_client_new (server->uri, NULL, NULL);
  const char *agent;

  g_assert_false (lv_test_client_send (client, "early"));
  g_assert_false (lv_websocket_can_send_now (client->socket));
  lv_test_client_open (client);
  g_assert_false (lv_test_client_send (client, "early"));
  lv_test_wait_flag (&client->opened);
  g_assert_true (lv_websocket_can_send_now (client->socket));
  exchange (client, server);

  agent = soup_message_headers_get_one (server->headers, "User-Agent");
  g_assert_true (g_str_has_prefix (agent, "livevoice/"));
  g_assert_null (soup_message_headers_get_one (server->headers, "x-goog-api-key"));
  g_assert_null (soup_message_headers_get_one (server->headers, "Sec-WebSocket-Extensions"));
  g_assert_null (soup_message_headers_get_one (server->headers, "Sec-WebSocket-Protocol"));
  g_assert_null (soup_message_headers_get_one (server->headers, "Origin"));

  lv_test_client_close (client);
  lv_test_client_assert_closed_by_us (client);
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
  LvTestClient *client = lv_test_client_new ("ws://localhost" API_PATH, path, NULL);

  soup_server_listen (server->server, address, 0, &error);
  g_assert_no_error (error);
  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  exchange (client, server);
  g_assert_cmpstr (soup_message_headers_get_one (server->headers, "Host"), ==, "localhost");
  g_assert_true (g_str_has_suffix (server->request_uri, API_PATH));
  lv_test_client_close (client);
  lv_test_client_assert_closed_by_us (client);
  lv_test_client_free (client);
  server_free (server);
  lv_test_remove_dir (dir);
}

static void
test_key_in_header_only (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (LvTestClient) client =
      lv_test_client_new (server->uri, NULL, lv_test_make_key (LV_CREDENTIAL_NAME));

  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  g_assert_cmpstr (soup_message_headers_get_one (server->headers, "x-goog-api-key"), ==,
                   LV_TEST_KEY);
  g_assert_null (strstr (server->request_uri, LV_TEST_KEY));
  g_assert_true (g_str_has_suffix (server->request_uri, API_PATH));
}

static void
test_key_missing (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (LvTestClient) client =
      lv_test_client_new (server->uri, NULL, lv_test_make_key ("none"));

  lv_test_client_open (client);
  lv_test_client_assert_closed (client, LV_RETRY_NEVER, LV_ERROR_NO_CREDENTIAL);
  g_assert_false (server->got_request);
}

/* The key would go along. */
static void
test_redirect_is_not_followed (void)
{
  g_autoptr (Server) other = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (LvTestClient) client =
      lv_test_client_new (server->uri, NULL, lv_test_make_key (LV_CREDENTIAL_NAME));

  server->status = 302;
  server->redirect_to = other->uri;
  lv_test_client_open (client);
  lv_test_client_assert_closed (client, LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED);
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
      g_autoptr (LvTestClient) client =
          lv_test_client_new (server->uri, NULL, lv_test_make_key (LV_CREDENTIAL_NAME));
      g_autofree char *number = g_strdup_printf ("HTTP %u", cases[i].status);

      server->status = cases[i].status;
      lv_test_client_open (client);
      lv_test_client_assert_closed (client, cases[i].retry, cases[i].code);
      g_assert_nonnull (strstr (client->error->message, number));
      g_assert_null (strstr (client->error->message, LV_TEST_KEY));
    }
}

static void
test_refused (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (LvTestClient) client = lv_test_client_new (server->uri, NULL, NULL);

  soup_server_disconnect (server->server);
  lv_test_client_open (client);
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
  g_assert_false (client->opened);
}

static void
test_no_unix_socket (void)
{
  g_autoptr (LvTestClient) client =
      lv_test_client_new ("ws://localhost/x", "/nonexistent/socket", NULL);

  lv_test_client_open (client);
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
}

/* In place of what the system trusts. */
static void
trust_authority (const char *file)
{
  g_autofree char *path = g_build_filename (g_getenv ("srcdir"), "data", "tls", file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

static void
test_tls (void)
{
  g_autoptr (Server) server = server_new_tcp ("wss", "localhost");
  g_autoptr (LvTestClient) client =
      lv_test_client_new (server->uri, NULL, lv_test_make_key (LV_CREDENTIAL_NAME));

  trust_authority ("ca.pem");
  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  exchange (client, server);
  g_assert_true (lv_websocket_can_send_now (client->socket));
  g_assert_cmpstr (soup_message_headers_get_one (server->headers, "x-goog-api-key"), ==,
                   LV_TEST_KEY);
  lv_test_client_close (client);
  lv_test_client_assert_closed_by_us (client);
}

/* Messages of all sizes in quick succession, in the pieces that TLS makes of them. */
static void
test_many_sizes (gconstpointer scheme)
{
  g_autoptr (Server) server = server_new_tcp (scheme, "localhost");
  g_autoptr (LvTestClient) client = lv_test_client_new (server->uri, NULL, NULL);
  const guint n_messages = 120, step = 777;

  trust_authority ("ca.pem");
  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  for (guint i = 0; i < n_messages; i++)
    {
      g_autofree char *text = g_strnfill (i * step, (char) ('a' + i % 26));
      g_autoptr (GBytes) frame = g_bytes_new (text, i * step);

      soup_websocket_connection_send_message (server->connection, SOUP_WEBSOCKET_DATA_TEXT, frame);
    }
  while (client->messages->len < n_messages)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < n_messages; i++)
    {
      gsize size;
      const char *text = g_bytes_get_data (client->messages->pdata[i], &size);

      g_assert_cmpuint (size, ==, i * step);
      g_assert_true (size == 0 || (text[0] == 'a' + (char) (i % 26) && text[size - 1] == text[0]));
    }
  lv_test_client_close (client);
  lv_test_client_assert_closed_by_us (client);
}

/* Nothing but the authorities of the endpoint's own file. */
static void
test_tls_private_authority (void)
{
  g_autoptr (Server) server = server_new_tcp ("wss", "localhost");
  g_autofree char *ca_file = g_build_filename (g_getenv ("srcdir"), "data", "tls", "ca.pem", NULL);
  LvEndpoint endpoint = { .uri = server->uri, .ca_file = ca_file, .proxy = (char *) "none" };
  g_autoptr (LvTestClient) client = NULL;

  trust_authority ("other-ca.pem");
  client = lv_test_client_new_to (&endpoint);
  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  exchange (client, server);
  lv_test_client_close (client);
  lv_test_client_assert_closed_by_us (client);
}

static void
test_tls_bad_authority (void)
{
  g_autoptr (Server) server = server_new_tcp ("wss", "localhost");
  LvEndpoint endpoint = { .uri = server->uri, .ca_file = (char *) "/nonexistent/ca.pem" };
  g_autoptr (LvTestClient) client = lv_test_client_new_to (&endpoint);

  lv_test_client_open (client);
  lv_test_client_assert_closed (client, LV_RETRY_NEVER, LV_ERROR_INVALID_ARGS);
  g_assert_nonnull (strstr (client->error->message, "/nonexistent/ca.pem"));
  g_assert_false (server->got_request);
}

static void
test_headers (void)
{
  static const struct {
    LvTokenScheme scheme;
    const char *header;
    const char *value;
  } cases[] = {
    { LV_TOKEN_SCHEME_KEY, "x-goog-api-key", LV_TEST_KEY },
    { LV_TOKEN_SCHEME_EPHEMERAL, "Authorization", "Token " LV_TEST_KEY },
    { LV_TOKEN_SCHEME_BEARER, "Authorization", "Bearer " LV_TEST_KEY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
      LvTokenSource *credential = lv_test_make_key (LV_CREDENTIAL_NAME);
      g_autoptr (LvTestClient) client = lv_test_client_new (server->uri, NULL, credential);

      lv_token_source_set_scheme (credential, cases[i].scheme);
      lv_test_client_open (client);
      lv_test_wait_flag (&client->opened);
      g_assert_cmpstr (soup_message_headers_get_one (server->headers, cases[i].header), ==,
                       cases[i].value);
      g_assert_null (strstr (server->request_uri, LV_TEST_KEY));
    }
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
  g_autoptr (LvTestClient) client =
      lv_test_client_new (uri, NULL, lv_test_make_key (LV_CREDENTIAL_NAME));
  TlsPeer peer = { NULL };

  g_signal_connect (service, "incoming", G_CALLBACK (on_tls_incoming), &peer);
  lv_test_client_open (client);
  lv_test_client_assert_closed (client, LV_RETRY_NEVER, LV_ERROR_NETWORK);
  g_assert_nonnull (strstr (client->error->message, "certificate"));
  lv_test_wait_flag (&peer.left);
  g_object_unref (peer.connection);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

static void
test_tls_unknown_authority (void)
{
  trust_authority ("other-ca.pem");
  assert_tls_refused ("localhost");
}

static void
test_tls_wrong_host (void)
{
  trust_authority ("ca.pem");
  assert_tls_refused ("127.0.0.1");
}

static void
test_large_frames (void)
{
  g_autoptr (Server) server = server_new_tcp ("ws", "127.0.0.1");
  g_autoptr (LvTestClient) client = lv_test_client_new (server->uri, NULL, NULL);
  g_autofree char *large = g_strnfill (1024 * 1024, 'x');

  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  g_assert_true (lv_test_client_send (client, large));
  g_assert_true (lv_test_client_send (client, large));
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
  g_autoptr (LvTestClient) client = lv_test_client_new (server->uri, NULL, NULL);
  g_autofree char *huge = g_strnfill (LV_WEBSOCKET_MAX_MESSAGE + 1, 'x');

  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  soup_websocket_connection_send_binary (server->connection, huge, LV_WEBSOCKET_MAX_MESSAGE + 1);
  lv_test_client_assert_closed (client, LV_RETRY_FRESH, LV_ERROR_TOO_LARGE);
  g_assert_cmpuint (client->messages->len, ==, 0);
}

int
main (int argc, char **argv)
{
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
  g_test_add_data_func ("/websocket/tls/many-sizes", "wss", test_many_sizes);
  g_test_add_data_func ("/websocket/size/many", "ws", test_many_sizes);
  g_test_add_func ("/websocket/tls/private-authority", test_tls_private_authority);
  g_test_add_func ("/websocket/tls/bad-authority", test_tls_bad_authority);
  g_test_add_func ("/websocket/headers", test_headers);
  g_test_add_func ("/websocket/tls/unknown-authority", test_tls_unknown_authority);
  g_test_add_func ("/websocket/tls/wrong-host", test_tls_wrong_host);
  g_test_add_func ("/websocket/size/large", test_large_frames);
  g_test_add_func ("/websocket/size/too-large", test_too_large_frame);
  return g_test_run ();
}
