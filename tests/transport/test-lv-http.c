/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-http.h"

#include "lib/lv-test.h"
#include "transport/lv-test-oauth.h"

#define SHORT_MS 100

typedef struct {
  gboolean done;
  guint status;
  GBytes *body; /* nullable */
  GError *error;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->body, g_bytes_unref);
  g_clear_error (&answer->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->body = lv_http_send_finish (result, &answer->status, &answer->error);
  answer->done = TRUE;
}

static void
ask (const char *uri, guint timeout_ms, GCancellable *cancellable, Answer *answer)
{
  const LvRoute route = { NULL, NULL, "none" };
  const LvHttpRequest request = { .uri = uri, .timeout_ms = timeout_ms };

  lv_http_send_async (&route, &request, cancellable, on_answer, answer);
}

static void
test_answer (void)
{
  g_autoptr (LvTestOauth) server = lv_test_oauth_new (FALSE);
  g_auto (Answer) answer = { FALSE };

  lv_test_oauth_set_answer (server, 404, "nowhere");
  ask (server->uri, 0, NULL, &answer);
  lv_test_wait_flag (&answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.status, ==, 404);
  g_assert_cmpuint (g_bytes_get_size (answer.body), ==, strlen ("nowhere"));
}

static void
test_silence (void)
{
  g_autoptr (LvTestOauth) server = lv_test_oauth_new (FALSE);
  g_auto (Answer) answer = { FALSE };

  server->silent = TRUE;
  ask (server->uri, SHORT_MS, NULL, &answer);
  lv_test_wait_flag (&answer.done);
  g_assert_error (answer.error, LV_ERROR, LV_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (answer.error->message, "within 0.1 s"));
  g_assert_cmpuint (server->n_requests, ==, 1);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
  GSocketConnection **kept = data;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), half,
                             strlen (half), NULL, NULL, NULL);
  g_set_object (kept, connection);
  return TRUE;
}

/* One that begins to answer and does not end is as bad. */
static void
test_half_an_answer (void)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *uri = NULL;
  g_auto (Answer) answer = { FALSE };
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);

  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), &connection);
  uri = g_strdup_printf ("http://127.0.0.1:%u/", port);
  ask (uri, SHORT_MS, NULL, &answer);
  lv_test_wait_flag (&answer.done);
  g_assert_nonnull (connection);
  g_assert_error (answer.error, LV_ERROR, LV_ERROR_TIMEOUT);
  g_socket_service_stop (service);
}

static void
test_cancel (void)
{
  g_autoptr (LvTestOauth) server = lv_test_oauth_new (FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) answer = { FALSE };

  server->silent = TRUE;
  ask (server->uri, 0, cancellable, &answer);
  while (server->n_requests == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  lv_test_wait_flag (&answer.done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_too_large (void)
{
  g_autoptr (LvTestOauth) server = lv_test_oauth_new (FALSE);
  g_autofree char *large = g_strnfill (LV_HTTP_MAX_BODY + 1, ' ');
  g_auto (Answer) answer = { FALSE };

  lv_test_oauth_set_answer (server, 200, large);
  ask (server->uri, 0, NULL, &answer);
  lv_test_wait_flag (&answer.done);
  g_assert_error (answer.error, LV_ERROR, LV_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/answer", test_answer);
  g_test_add_func ("/http/silence", test_silence);
  g_test_add_func ("/http/half-an-answer", test_half_an_answer);
  g_test_add_func ("/http/cancel", test_cancel);
  g_test_add_func ("/http/too-large", test_too_large);
  return g_test_run ();
}
