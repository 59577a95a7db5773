/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-close.h"

#include <string.h>

typedef struct {
  guint code;
  const char *reason;
  LvRetry retry;
  LvErrorCode error;
} Case;

/* What the service has been seen to send, in full. */
static const Case cases[] = {
  { 1000, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1000, "", LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1000, "The operation was cancelled.", LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1001, "going away", LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1005, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 0, NULL, LV_RETRY_RESUME, LV_ERROR_NETWORK },
  { 1006, NULL, LV_RETRY_RESUME, LV_ERROR_NETWORK },
  { 1006, "The operation was aborted.", LV_RETRY_RESUME, LV_ERROR_NETWORK },
  { 1007,
    "Invalid JSON payload received. Unknown name \"proactivity\" at 'setup': Cannot find field.",
    LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
  { 1007, "Request contains an invalid argument.", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
  { 1007, "API key not valid. Please pass a valid API key.", LV_RETRY_NEVER,
    LV_ERROR_AUTHENTICATION },
  { 1007, "API Key not found. Please pass a valid API key.", LV_RETRY_NEVER,
    LV_ERROR_AUTHENTICATION },
  { 1007, "API key expired. Please renew the API key.", LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION },
  { 1007, "Cannot extract voices from a non-audio request.", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
  { 1007, "The requested combination of response modalities (TEXT) is not supported by the model",
    LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
  { 1007, "Thinking level must be specified for this model", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
  { 1007, "There is no matching speaker voice for the name x", LV_RETRY_NEVER,
    LV_ERROR_UNSUPPORTED },
  { 1007,
    "Error when processing input audio, please check if the input audio is in valid format: 16khz "
    "s16le pcm, mono channel",
    LV_RETRY_FRESH, LV_ERROR_SERVER },
  { 1007, "gemini-1.0-pro is not supported in the live api.", LV_RETRY_NEVER,
    LV_ERROR_UNSUPPORTED },
  { 1007, "token-based requests cannot use project-scoped features such as tuned models",
    LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
  { 1008,
    "models/x is not found for API version v1beta, or is not supported for bidiGenerateContent. "
    "Call ListModels to see the list",
    LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
  { 1008, "Publisher Model `projects/p/locations/l/publishers/google/models/x` was not found",
    LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
  { 1008, "Operation is not implemented, or supported, or enabled.", LV_RETRY_RESUME,
    LV_ERROR_SERVER },
  { 1008, "Requested entity was not found.", LV_RETRY_FRESH, LV_ERROR_SERVER },
  { 1008, "BidiGenerateContent session not found", LV_RETRY_FRESH, LV_ERROR_SERVER },
  { 1008,
    "Connection aborted because the client failed to close the connection after receiving a GoAway "
    "signal once the session d",
    LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1008, "The operation was aborted.", LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1008, "The operation was cancelled.", LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1008,
    "Method doesn't allow unregistered callers (callers without established identity). Please use "
    "API Key or other form of",
    LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION },
  { 1008, "Your API key was reported as leaked. Please use another API key.", LV_RETRY_NEVER,
    LV_ERROR_AUTHENTICATION },
  { 1008,
    "Requests to this API generativelanguage.googleapis.com method "
    "google.ai.generativelanguage.v1beta.X are blocked.",
    LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION },
  { 1008,
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or "
    "other valid authentication",
    LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION },
  { 1008, "Permission denied on resource project p.", LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION },
  { 1008, "User location is not supported for the API use.", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
  { 1008, "something new", LV_RETRY_NEVER, LV_ERROR_SERVER },
  { 1011, "Internal error encountered.", LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1011, "Internal error occurred.", LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1011, "The service is currently unavailable.", LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1011, "Deadline expired before operation could complete.", LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1011, "Thread was cancelled when writing StartStep status to channel for 1", LV_RETRY_RESUME,
    LV_ERROR_SERVER },
  { 1011, "You exceeded your current quota, please check your plan and billing details.",
    LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED },
  { 1011, "RESOURCE_EXHAUSTED", LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED },
  { 1011, "Quota exceeded for quota metric 'x'", LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED },
  { 1011, "Your prepayment credits are depleted. Please go to the billing page.", LV_RETRY_NEVER,
    LV_ERROR_QUOTA_EXCEEDED },
  { 1011, "Too many requests (429)", LV_RETRY_RESUME, LV_ERROR_RATE_LIMITED },
  { 1011, "OVERLOADED_TOO_MANY_RETRIES", LV_RETRY_RESUME, LV_ERROR_RATE_LIMITED },
  { 1011, "keepalive ping timeout", LV_RETRY_RESUME, LV_ERROR_NETWORK },
  { 1009, "message too big", LV_RETRY_FRESH, LV_ERROR_TOO_LARGE },
  { 1002, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1003, NULL, LV_RETRY_NEVER, LV_ERROR_SERVER },
  { 1012, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1013, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1014, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER },
  { 1015, NULL, LV_RETRY_NEVER, LV_ERROR_NETWORK },
  { 4711, "made up", LV_RETRY_RESUME, LV_ERROR_SERVER },
};

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *number = g_strdup_printf ("%u", test->code != 0 ? test->code : 1006);
  LvRetry retry = lv_close_classify (test->code, test->reason, &error);

  g_assert_cmpint (retry, ==, test->retry);
  g_assert_error (error, LV_ERROR, (int) test->error);
  g_assert_nonnull (strstr (error->message, number));
  if (test->reason != NULL)
    g_assert_nonnull (strstr (error->message, test->reason));
}

/* A close frame has room for 123 bytes of it, whatever the server wanted to say. */
static void
test_cut_reason (gconstpointer data)
{
  const Case *test = data;
  g_autofree char *cut = g_strndup (test->reason != NULL ? test->reason : "", 123);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (lv_close_classify (test->code, cut, &error), ==, test->retry);
  g_assert_error (error, LV_ERROR, (int) test->error);
}

static void
test_hostile_reason (void)
{
  g_autofree char *endless = g_strnfill (100000, 'x');
  g_autoptr (GError) broken_error = NULL;
  g_autoptr (GError) long_error = NULL;
  g_autoptr (GError) cut_error = NULL;

  lv_close_classify (1011, "a\xff\xfe", &broken_error);
  g_assert_true (g_utf8_validate (broken_error->message, -1, NULL));
  lv_close_classify (1011, endless, &long_error);
  g_assert_cmpuint (strlen (long_error->message), <, 400);

  memset (endless, '\xc3', 100000);
  for (gsize i = 1; i < 100000; i += 2)
    endless[i] = '\xa4';
  lv_close_classify (1011, endless + 1, &cut_error);
  g_assert_true (g_utf8_validate (cut_error->message, -1, NULL));
}

static void
test_statuses (void)
{
  static const struct {
    guint status;
    LvRetry retry;
    LvErrorCode error;
  } statuses[] = {
    { 200, LV_RETRY_NEVER, LV_ERROR_SERVER },
    { 101, LV_RETRY_NEVER, LV_ERROR_SERVER },
    { 302, LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
    { 400, LV_RETRY_NEVER, LV_ERROR_SERVER },
    { 401, LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION },
    { 403, LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION },
    { 404, LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
    { 408, LV_RETRY_RESUME, LV_ERROR_TIMEOUT },
    { 429, LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED },
    { 500, LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 503, LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 999, LV_RETRY_NEVER, LV_ERROR_SERVER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (GError) error = NULL;
      LvRetry retry = lv_close_classify_status (statuses[i].status, "Phrase", &error);

      g_assert_cmpint (retry, ==, statuses[i].retry);
      g_assert_error (error, LV_ERROR, (int) statuses[i].error);
      g_assert_nonnull (strstr (error->message, "Phrase"));
    }
}

/* The same trouble is the same error, whether the service closes with it or says it. */
static void
test_error_objects (void)
{
  static const struct {
    int code;
    const char *status, *message;
    LvRetry retry;
    LvErrorCode error;
  } objects[] = {
    { 400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", LV_RETRY_NEVER,
      LV_ERROR_AUTHENTICATION },
    { 400, "INVALID_ARGUMENT", NULL, LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
    { 3, NULL, "x", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
    { 404, "NOT_FOUND", "models/x is not found for API version v1beta", LV_RETRY_NEVER,
      LV_ERROR_UNSUPPORTED },
    { 429, "RESOURCE_EXHAUSTED", "slow down", LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED },
    { 8, NULL, NULL, LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED },
    { 500, "INTERNAL", "Internal error encountered.", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 503, NULL, "The service is currently unavailable.", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 499, "CANCELLED", "The operation was cancelled.", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { -1, NULL, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER },
    { -1, "SOMETHING_NEW", NULL, LV_RETRY_RESUME, LV_ERROR_SERVER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      g_autoptr (GError) error = NULL;
      LvRetry retry =
          lv_close_classify_error (objects[i].code, objects[i].status, objects[i].message, &error);

      g_test_message ("%d %s", objects[i].code, objects[i].status);
      g_assert_cmpint (retry, ==, objects[i].retry);
      g_assert_error (error, LV_ERROR, (int) objects[i].error);
    }
}

static void
test_no_connection (void)
{
  g_autoptr (GError) refused = g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refused");
  g_autoptr (GError) bad = g_error_new (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "unknown issuer");
  g_autoptr (GError) cloud = NULL;
  g_autoptr (GError) engine = NULL;
  g_autoptr (GError) tls = NULL;

  g_assert_cmpint (lv_close_classify_connect (refused, FALSE, &cloud), ==, LV_RETRY_RESUME);
  g_assert_error (cloud, LV_ERROR, LV_ERROR_NETWORK);
  g_assert_nonnull (strstr (cloud->message, "refused"));
  g_assert_cmpint (lv_close_classify_connect (refused, TRUE, &engine), ==, LV_RETRY_RESUME);
  g_assert_error (engine, LV_ERROR, LV_ERROR_SERVER);
  g_assert_cmpint (lv_close_classify_connect (bad, FALSE, &tls), ==, LV_RETRY_NEVER);
  g_assert_error (tls, LV_ERROR, LV_ERROR_NETWORK);
  g_assert_nonnull (strstr (tls->message, "unknown issuer"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/close/%u/%" G_GSIZE_FORMAT, cases[i].code, i);
      g_autofree char *cut_path = g_strconcat (path, "/cut", NULL);

      g_test_add_data_func (path, &cases[i], test_case);
      g_test_add_data_func (cut_path, &cases[i], test_cut_reason);
    }
  g_test_add_func ("/close/hostile-reason", test_hostile_reason);
  g_test_add_func ("/close/status", test_statuses);
  g_test_add_func ("/close/error-objects", test_error_objects);
  g_test_add_func ("/close/no-connection", test_no_connection);
  return g_test_run ();
}
