/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-http"

#include "transport/lv-http.h"

#define CHUNK (16 * 1024)

typedef struct {
  SoupSession *session;
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *body;
  GCancellable *cancellable; /* ours: the caller's, or the time */
  GCancellable *outer;       /* nullable */
  gulong outer_handler;
  guint timeout_ms;
  guint timeout;
  gboolean timed_out;
} Request;

static void
request_free (Request *request)
{
  g_cancellable_disconnect (request->outer, request->outer_handler);
  g_clear_handle_id (&request->timeout, g_source_remove);
  g_clear_object (&request->stream);
  g_clear_object (&request->message);
  g_clear_object (&request->session);
  g_clear_object (&request->outer);
  g_object_unref (request->cancellable);
  g_byte_array_unref (request->body);
  g_free (request);
}

static void
fail (GTask *task, const GError *cause)
{
  Request *request = g_task_get_task_data (task);
  const char *host = g_uri_get_host (soup_message_get_uri (request->message));

  if (request->timed_out)
    g_task_return_new_error (task, LV_ERROR, LV_ERROR_TIMEOUT,
                             "%s did not answer within %g s; check the network and try again", host,
                             request->timeout_ms / 1000.0);
  else if (cause->domain == G_TLS_ERROR)
    g_task_return_new_error (task, LV_ERROR, LV_ERROR_NETWORK,
                             "The certificate of %s could not be verified: %s", host,
                             cause->message);
  else
    g_task_return_new_error (task, LV_ERROR, LV_ERROR_NETWORK,
                             "%s cannot be reached: %s; check the network and the proxy", host,
                             cause->message);
}

static void read_chunk (GTask *task);

static void
on_chunk (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize size;
  gconstpointer bytes;

  if (chunk == NULL)
    {
      fail (task, error);
      return;
    }
  bytes = g_bytes_get_data (chunk, &size);
  g_byte_array_append (request->body, bytes, size);
  if (size == 0)
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_byte_array_ref (request->body)),
                           (GDestroyNotify) g_bytes_unref);
  else if (request->body->len > LV_HTTP_MAX_BODY)
    g_task_return_new_error (
        task, LV_ERROR, LV_ERROR_TOO_LARGE, "%s answers with more than %d bytes",
        g_uri_get_host (soup_message_get_uri (request->message)), LV_HTTP_MAX_BODY);
  else
    read_chunk (task);
}

static void
read_chunk (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (request->stream, CHUNK, G_PRIORITY_DEFAULT, request->cancellable,
                                   on_chunk, g_object_ref (task));
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  request->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (request->stream == NULL)
    fail (task, error);
  else
    read_chunk (task);
}

static gboolean
on_timeout (gpointer data)
{
  Request *request = data;

  request->timeout = 0;
  request->timed_out = TRUE;
  g_cancellable_cancel (request->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_outer_cancelled (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (data);
}

static SoupMessage *
make_message (const LvHttpRequest *wanted)
{
  gboolean is_post = wanted->content_type != NULL;
  SoupMessage *message =
      soup_message_new (is_post ? SOUP_METHOD_POST : SOUP_METHOD_GET, wanted->uri);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (is_post)
    {
      g_autoptr (GBytes) body = g_bytes_new (wanted->body, strlen (wanted->body));

      soup_message_set_request_body_from_bytes (message, wanted->content_type, body);
    }
  if (wanted->header != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), wanted->header,
                                  wanted->value);
  if (wanted->secret != NULL)
    lv_network_authorize (message, wanted->scheme, wanted->secret);
  return message;
}

static Request *
request_new (guint timeout_ms, GCancellable *outer)
{
  Request *request = g_new0 (Request, 1);

  request->body = g_byte_array_new ();
  request->cancellable = g_cancellable_new ();
  if (outer != NULL)
    {
      request->outer = g_object_ref (outer);
      request->outer_handler = g_cancellable_connect (outer, G_CALLBACK (on_outer_cancelled),
                                                      request->cancellable, NULL);
    }
  request->timeout_ms = timeout_ms != 0 ? timeout_ms : LV_HTTP_TIMEOUT_MS;
  request->timeout = g_timeout_add (request->timeout_ms, on_timeout, request);
  return request;
}

void
lv_http_send_async (const LvRoute *route, const LvHttpRequest *wanted, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = request_new (wanted->timeout_ms, cancellable);
  GError *error = NULL;

  g_task_set_source_tag (task, lv_http_send_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  request->session = lv_network_session_new (route, wanted->uri, &error);
  if (request->session == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  request->message = make_message (wanted);
  soup_session_send_async (request->session, request->message, G_PRIORITY_DEFAULT,
                           request->cancellable, on_sent, g_object_ref (task));
}

GBytes *
lv_http_send_finish (GAsyncResult *result, guint *ret_status, GError **error)
{
  Request *request = g_task_get_task_data (G_TASK (result));

  if (request->message != NULL)
    *ret_status = soup_message_get_status (request->message);
  return g_task_propagate_pointer (G_TASK (result), error);
}
