/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-token-source.h"

#include "lib/lv-test.h"
#include "transport/lv-test-oauth.h"
#include "transport/lv-token-metadata.h"

#define ANSWER(token, lifetime)                                                                    \
  "{\"access_token\":\"" token "\",\"expires_in\":" lifetime ",\"token_type\":\"Bearer\"}"

/* The metadata server's, for that is the simplest of those that keep what they fetch. */
static LvTokenSource *
make_source (LvTestOauth *oauth)
{
  g_autoptr (LvEndpointConfig) config = lv_endpoint_config_new ("x");

  g_free (config->metadata_url);
  config->metadata_url = g_strdup (oauth->uri);
  return lv_token_metadata_new (config);
}

static void
test_kept (void)
{
  g_autoptr (LvTestOauth) oauth = lv_test_oauth_new (FALSE);
  LvTokenSource *source = make_source (oauth);

  lv_test_assert_token (source, "ya29.first");
  lv_test_oauth_set_answer (oauth, 200, ANSWER ("ya29.second", "3600"));
  lv_test_assert_token (source, "ya29.first");
  g_assert_cmpuint (oauth->n_requests, ==, 1);

  lv_token_source_forget (source);
  lv_test_assert_token (source, "ya29.second");
  g_assert_cmpuint (oauth->n_requests, ==, 2);
  g_assert_finalize_object (source);
}

/* Sooner than it ends: after a fifth of this short life is left. */
static void
test_renewed (void)
{
  g_autoptr (LvTestOauth) oauth = lv_test_oauth_new (FALSE);
  LvTokenSource *source = make_source (oauth);

  lv_test_oauth_set_answer (oauth, 200, ANSWER ("ya29.short", "2"));
  lv_test_assert_token (source, "ya29.short");
  lv_test_assert_token (source, "ya29.short");
  g_assert_cmpuint (oauth->n_requests, ==, 1);
  lv_test_run_for (2100);
  lv_test_oauth_set_answer (oauth, 200, ANSWER ("ya29.next", "0"));
  lv_test_assert_token (source, "ya29.next");
  lv_test_assert_token (source, "ya29.next");
  g_assert_cmpuint (oauth->n_requests, ==, 3);
  g_assert_finalize_object (source);
}

typedef struct {
  guint n_tokens;
  guint n_cancelled;
} Count;

static void
on_token (GObject *source, GAsyncResult *result, gpointer data)
{
  Count *count = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LvSecret) secret =
      lv_token_source_get_finish (LV_TOKEN_SOURCE (source), result, &error);

  if (secret != NULL)
    count->n_tokens++;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    count->n_cancelled++;
}

static gboolean
has_all (gpointer data)
{
  Count *count = data;

  return count->n_tokens + count->n_cancelled == 3;
}

/* One who leaves takes it from nobody. */
static void
test_shared (void)
{
  g_autoptr (LvTestOauth) oauth = lv_test_oauth_new (FALSE);
  LvTokenSource *source = make_source (oauth);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Count count = { 0 };

  lv_token_source_get_async (source, cancellable, on_token, &count);
  lv_token_source_get_async (source, NULL, on_token, &count);
  lv_token_source_get_async (source, NULL, on_token, &count);
  g_cancellable_cancel (cancellable);
  lv_test_wait_for (has_all, &count, LV_TEST_TIMEOUT_MS, "three answers");
  g_assert_cmpuint (count.n_tokens, ==, 2);
  g_assert_cmpuint (count.n_cancelled, ==, 1);
  g_assert_cmpuint (oauth->n_requests, ==, 1);
  g_assert_finalize_object (source);
}

/* A failure is not kept. */
static void
test_failure (void)
{
  g_autoptr (LvTestOauth) oauth = lv_test_oauth_new (FALSE);
  LvTokenSource *source = make_source (oauth);

  lv_test_oauth_set_answer (oauth, 503, "{}");
  lv_test_assert_no_token (source, LV_ERROR_SERVER, "try again later");
  lv_test_oauth_set_answer (oauth, 200, ANSWER ("ya29.now", "60"));
  lv_test_assert_token (source, "ya29.now");
  g_assert_finalize_object (source);
}

static void
test_metadata (void)
{
  g_autoptr (LvTestOauth) oauth = lv_test_oauth_new (FALSE);
  LvTokenSource *source = make_source (oauth);

  lv_test_assert_token (source, "ya29.first");
  g_assert_cmpstr (oauth->path, ==, "/computeMetadata/v1/instance/service-accounts/default/token");
  g_assert_cmpstr (soup_message_headers_get_one (oauth->headers, "Metadata-Flavor"), ==, "Google");
  g_assert_cmpint (lv_token_source_get_scheme (source), ==, LV_TOKEN_SCHEME_BEARER);

  lv_token_source_forget (source);
  lv_test_oauth_set_answer (oauth, 404, "no account");
  lv_test_assert_no_token (source, LV_ERROR_NO_CREDENTIAL, "service account");
  lv_test_oauth_set_answer (oauth, 302, "");
  lv_test_assert_no_token (source, LV_ERROR_SERVER, "HTTP 302");
  lv_test_oauth_set_answer (oauth, 200, "<html>");
  lv_test_assert_no_token (source, LV_ERROR_SERVER, "JSON");
  lv_test_oauth_set_answer (oauth, 200, "{\"access_token\":7}");
  lv_test_assert_no_token (source, LV_ERROR_SERVER, "access_token");
  lv_test_oauth_set_answer (oauth, 200, ANSWER ("two words", "60"));
  lv_test_assert_no_token (source, LV_ERROR_INVALID_ARGS, "127.0.0.1");
  g_assert_finalize_object (source);
}

static void
test_no_metadata_server (void)
{
  LvTestOauth *oauth = lv_test_oauth_new (FALSE);
  LvTokenSource *source = make_source (oauth);

  lv_test_oauth_free (oauth);
  lv_test_assert_no_token (source, LV_ERROR_NO_CREDENTIAL, "gcloud auth application-default login");
  g_assert_finalize_object (source);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token-source/kept", test_kept);
  g_test_add_func ("/token-source/renewed", test_renewed);
  g_test_add_func ("/token-source/shared", test_shared);
  g_test_add_func ("/token-source/failure", test_failure);
  g_test_add_func ("/token-source/metadata", test_metadata);
  g_test_add_func ("/token-source/no-metadata-server", test_no_metadata_server);
  return g_test_run ();
}
