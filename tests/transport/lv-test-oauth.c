/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-test-oauth.h"

#include "lib/lv-test-soup.h"
#include "lib/lv-test.h"

#include <string.h>

char *
lv_test_tls_path (const char *file)
{
  return g_build_filename (g_getenv ("srcdir"), "data", "tls", file, NULL);
}

void
lv_test_oauth_set_answer (LvTestOauth *oauth, guint status, const char *answer)
{
  oauth->status = status;
  g_free (oauth->answer);
  oauth->answer = g_strdup (answer);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  LvTestOauth *oauth = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  oauth->n_requests++;
  g_free (oauth->path);
  oauth->path = g_strdup (path);
  g_free (oauth->body);
  oauth->body = g_strndup (body->data, body->length);
  g_clear_pointer (&oauth->headers, soup_message_headers_unref);
  oauth->headers = soup_message_headers_ref (headers);
  if (oauth->silent)
    {
      soup_server_message_pause (message);
      return;
    }
  soup_server_message_set_status (message, oauth->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, oauth->answer,
                                    strlen (oauth->answer));
}

LvTestOauth *
lv_test_oauth_new (gboolean with_tls)
{
  LvTestOauth *oauth = g_new0 (LvTestOauth, 1);
  g_autofree char *path = lv_test_tls_path ("localhost.pem");
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  oauth->server = lv_test_soup_server_new ();
  soup_server_add_handler (oauth->server, NULL, on_request, oauth, NULL);
  if (with_tls)
    {
      certificate = g_tls_certificate_new_from_file (path, &error);
      g_assert_no_error (error);
      soup_server_set_tls_certificate (oauth->server, certificate);
    }
  lv_test_soup_server_listen (oauth->server, with_tls ? SOUP_SERVER_LISTEN_HTTPS : 0, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (oauth->server);
  oauth->uri = g_strdup_printf ("%s:%d", with_tls ? "https://localhost" : "http://127.0.0.1",
                                g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  lv_test_oauth_set_answer (oauth, 200, "{\"access_token\":\"ya29.first\",\"expires_in\":3600}");
  return oauth;
}

void
lv_test_oauth_free (LvTestOauth *oauth)
{
  soup_server_disconnect (oauth->server);
  g_object_unref (oauth->server);
  g_clear_pointer (&oauth->headers, soup_message_headers_unref);
  g_free (oauth->answer);
  g_free (oauth->path);
  g_free (oauth->body);
  g_free (oauth->uri);
  g_free (oauth);
}

typedef struct {
  gboolean done;
  char *token;
  GError *error;
} Asking;

static void
on_token (GObject *source, GAsyncResult *result, gpointer data)
{
  Asking *asking = data;
  g_autoptr (LvSecret) secret =
      lv_token_source_get_finish (LV_TOKEN_SOURCE (source), result, &asking->error);

  asking->token = secret != NULL ? g_strdup (lv_secret_peek (secret)) : NULL;
  asking->done = TRUE;
}

char *
lv_test_get_token (LvTokenSource *source, GError **error)
{
  Asking asking = { FALSE };

  lv_token_source_get_async (source, NULL, on_token, &asking);
  g_assert_false (asking.done);
  lv_test_wait_flag (&asking.done);
  if (asking.error != NULL)
    g_propagate_error (error, asking.error);
  return asking.token;
}

void
lv_test_assert_token (LvTokenSource *source, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = lv_test_get_token (source, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (token, ==, expected);
}

void
lv_test_assert_no_token (LvTokenSource *source, LvErrorCode code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = lv_test_get_token (source, &error);

  g_assert_null (token);
  g_assert_error (error, LV_ERROR, (int) code);
  if (strstr (error->message, part) == NULL)
    g_error ("\"%s\" is not in \"%s\"", part, error->message);
}
