/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-dial.h"

#include "transport/lv-network.h"
#include "transport/lv-thin-stream.h"
#include "transport/lv-websocket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

typedef struct {
  LvEndpoint *endpoint;
  LvRetry retry; /* when it failed */
  SoupSession *session;
  SoupMessage *message;
  GIOStream *end; /* of the streams of the connection; NULL: not there yet */
} Dial;

static void
dial_free (Dial *dial)
{
  lv_endpoint_free (dial->endpoint);
  if (dial->message != NULL)
    g_signal_handlers_disconnect_by_data (dial->message, dial);
  g_clear_object (&dial->message);
  g_clear_object (&dial->session);
  g_clear_object (&dial->end);
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

/* libsoup has begun to read, in the main loop, for the connection's own sake: where that cannot be
 * stopped any more, its own way has to do. Newly referenced. */
static SoupWebsocketConnection *
make_thin (SoupWebsocketConnection *connection, GIOStream *end)
{
  GSource *reading = g_main_context_find_source_by_user_data (NULL, connection);
  g_autoptr (GIOStream) stream = NULL;

  if (reading == NULL || end == NULL)
    return g_object_ref (connection);
  g_source_destroy (reading);
  stream = lv_thin_stream_new (connection, end);
  return soup_websocket_connection_new (stream, soup_websocket_connection_get_uri (connection),
                                        SOUP_WEBSOCKET_CONNECTION_CLIENT, NULL, NULL, NULL);
}

static void
on_upgraded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  Dial *dial = g_task_get_task_data (task);

  if (connection != NULL)
    g_task_return_pointer (task, make_thin (connection, dial->end), g_object_unref);
  else
    fail_upgrade (task, error);
}

/* Without the first limit the kernel would take a minute of audio before it says that the peer does
 * not keep up; without the second it would try for a quarter of an hour to reach one that is
 * gone. */
static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *stream, Dial *dial)
{
  GSocket *socket;

  if (event == G_SOCKET_CLIENT_COMPLETE)
    g_set_object (&dial->end, stream);
  if (event != G_SOCKET_CLIENT_CONNECTED || !G_IS_TCP_CONNECTION (stream))
    return;
  socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, LV_WEBSOCKET_UNSENT_MAX, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, LV_WEBSOCKET_UNACKED_TIMEOUT_MS,
                       NULL);
}

static SoupMessage *
make_message (Dial *dial, const LvSecret *secret)
{
  const LvEndpoint *endpoint = dial->endpoint;
  SoupMessage *message = soup_message_new (SOUP_METHOD_GET, endpoint->uri);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (secret != NULL)
    lv_network_authorize (message, lv_token_source_get_scheme (endpoint->credential), secret);
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event), dial);
  return message;
}

/* @secret nullable. */
static void
upgrade (GTask *task, const LvSecret *secret)
{
  Dial *dial = g_task_get_task_data (task);
  const LvRoute route = { dial->endpoint->unix_path, dial->endpoint->ca_file,
                          dial->endpoint->proxy };
  GError *error = NULL;

  dial->session = lv_network_session_new (&route, dial->endpoint->uri, &error);
  if (dial->session == NULL)
    {
      fail (task, LV_RETRY_NEVER, error);
      return;
    }
  dial->message = make_message (dial, secret);
  soup_session_websocket_connect_async (dial->session, dial->message, NULL, NULL,
                                        G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                        on_upgraded, g_object_ref (task));
}

/* A token endpoint that cannot be reached may be reached later; a bad key stays bad. */
static LvRetry
classify_credential (const GError *error)
{
  return g_error_matches (error, LV_ERROR, LV_ERROR_NETWORK) ||
                 g_error_matches (error, LV_ERROR, LV_ERROR_TIMEOUT) ||
                 g_error_matches (error, LV_ERROR, LV_ERROR_SERVER)
             ? LV_RETRY_RESUME
             : LV_RETRY_NEVER;
}

static void
on_credential (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (LvSecret) secret =
      lv_token_source_get_finish (LV_TOKEN_SOURCE (source), result, &error);

  if (secret != NULL)
    upgrade (task, secret);
  else
    fail (task, classify_credential (error), error);
}

static void
on_engine_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (lv_engine_launcher_start_finish (LV_ENGINE_LAUNCHER (source), result, &error))
    upgrade (task, NULL);
  else
    fail (task, LV_RETRY_NEVER, error);
}

void
lv_dial_async (const LvEndpoint *endpoint, LvEngineLauncher *launcher, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Dial *dial = g_new0 (Dial, 1);

  dial->endpoint = lv_endpoint_copy (endpoint);
  g_task_set_source_tag (task, lv_dial_async);
  g_task_set_task_data (task, dial, (GDestroyNotify) dial_free);

  if (endpoint->is_engine && launcher != NULL)
    lv_engine_launcher_start_async (launcher, cancellable, on_engine_started, g_object_ref (task));
  else if (endpoint->credential != NULL)
    lv_token_source_get_async (endpoint->credential, cancellable, on_credential,
                               g_object_ref (task));
  else
    upgrade (task, NULL);
}

SoupWebsocketConnection *
lv_dial_finish (GAsyncResult *result, LvRetry *ret_retry, GError **error)
{
  Dial *dial = g_task_get_task_data (G_TASK (result));

  *ret_retry = dial->retry;
  return g_task_propagate_pointer (G_TASK (result), error);
}
