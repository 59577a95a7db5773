/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-dial.h"

#include "config.h"
#include "transport/lv-websocket.h"

#include <gio/gunixsocketaddress.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#define KEY_HEADER "x-goog-api-key"

typedef struct {
  LvEndpoint *endpoint;
  LvSecret *key; /* nullable */
  LvRetry retry; /* when it failed */
  SoupSession *session;
  SoupMessage *message;
} Dial;

static void
dial_free (Dial *dial)
{
  lv_endpoint_free (dial->endpoint);
  g_clear_pointer (&dial->key, lv_secret_free);
  g_clear_object (&dial->message);
  g_clear_object (&dial->session);
  g_free (dial);
}

/* @error taken. */
static void
fail (GTask *task, LvRetry retry, GError *error)
{
  Dial *dial = g_task_get_task_data (task);

  dial->retry = retry;
  g_task_return_error (task, error);
}

/* No upgrade, so no close frame either: an HTTP status, or what the network said. */
static void
fail_upgrade (GTask *task, const GError *cause)
{
  Dial *dial = g_task_get_task_data (task);
  guint status = soup_message_get_status (dial->message);
  const char *phrase = soup_message_get_reason_phrase (dial->message);
  GError *error = NULL;
  LvRetry retry = status != SOUP_STATUS_NONE
                      ? lv_close_classify_status (status, phrase, &error)
                      : lv_close_classify_connect (cause, dial->endpoint->is_engine, &error);

  fail (task, retry, error);
}

static void
on_upgraded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (connection != NULL)
    g_task_return_pointer (task, connection, g_object_unref);
  else
    fail_upgrade (task, error);
}

/* Without the first limit the kernel would take a minute of audio before it says that the peer does
 * not keep up; without the second it would try for a quarter of an hour to reach one that is
 * gone. */
static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *stream, gpointer data)
{
  GSocket *socket;

  if (event != G_SOCKET_CLIENT_CONNECTED || !G_IS_TCP_CONNECTION (stream))
    return;
  socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, LV_WEBSOCKET_UNSENT_MAX, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, LV_WEBSOCKET_UNACKED_TIMEOUT_MS,
                       NULL);
}

/* Plain ws:// leads to this machine only, so no proxy may come in between. */
static SoupSession *
make_session (const LvEndpoint *endpoint)
{
  g_autoptr (GSocketAddress) address = NULL;
  SoupSession *session;

  if (endpoint->unix_path != NULL)
    address = g_unix_socket_address_new (endpoint->unix_path);
  session = soup_session_new_with_options ("remote-connectable", address, "user-agent",
                                           "livevoice/" LV_VERSION, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  if (g_str_has_prefix (endpoint->uri, "ws:"))
    soup_session_set_proxy_resolver (session, NULL);
  return session;
}

static SoupMessage *
make_message (const LvEndpoint *endpoint, const LvSecret *key)
{
  SoupMessage *message = soup_message_new (SOUP_METHOD_GET, endpoint->uri);

  /* the key would follow a redirection */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (endpoint->needs_key)
    soup_message_headers_replace (soup_message_get_request_headers (message), KEY_HEADER,
                                  lv_secret_peek (key));
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event), NULL);
  return message;
}

static void
upgrade (GTask *task)
{
  Dial *dial = g_task_get_task_data (task);

  dial->session = make_session (dial->endpoint);
  dial->message = make_message (dial->endpoint, dial->key);
  g_clear_pointer (&dial->key, lv_secret_free);
  soup_session_websocket_connect_async (dial->session, dial->message, NULL, NULL,
                                        G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                        on_upgraded, g_object_ref (task));
}

static void
on_engine_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (lv_engine_launcher_start_finish (LV_ENGINE_LAUNCHER (source), result, &error))
    upgrade (task);
  else
    fail (task, LV_RETRY_NEVER, error);
}

void
lv_dial_async (const LvEndpoint *endpoint, LvSecret *key, LvEngineLauncher *launcher,
               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Dial *dial = g_new0 (Dial, 1);

  dial->endpoint = lv_endpoint_copy (endpoint);
  dial->key = key;
  g_task_set_source_tag (task, lv_dial_async);
  g_task_set_task_data (task, dial, (GDestroyNotify) dial_free);

  if (endpoint->needs_key && key == NULL)
    fail (task, LV_RETRY_NEVER,
          g_error_new_literal (LV_ERROR, LV_ERROR_NO_CREDENTIAL,
                               "This endpoint needs an API key, and none is configured"));
  else if (endpoint->is_engine && launcher != NULL)
    lv_engine_launcher_start_async (launcher, cancellable, on_engine_started, g_object_ref (task));
  else
    upgrade (task);
}

SoupWebsocketConnection *
lv_dial_finish (GAsyncResult *result, LvRetry *ret_retry, GError **error)
{
  Dial *dial = g_task_get_task_data (G_TASK (result));

  *ret_retry = dial->retry;
  return g_task_propagate_pointer (G_TASK (result), error);
}
