/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-close.h"

#include <string.h>

#define REASON_MAX 256 /* bytes looked at, and repeated in a message */

typedef struct {
  guint code;       /* 0: any */
  const char *text; /* somewhere in the reason, any case; NULL: whatever the reason */
  LvRetry retry;
  LvErrorCode error;
  const char *sentence;
} Row;

/* The first row that fits decides, so the special ones stand before the general ones. The server
 * cuts a reason at 123 bytes: no text here looks further. */
static const Row rows[] = {
  /* the credential */
  { 0, "API key expired", LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION,
    "The API key has expired: make a new one" },
  { 0, "API key not", LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION,
    "The server does not accept the API key: check it, or make a new one" },
  { 0, "reported as leaked", LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION,
    "The API key was blocked because it was published somewhere: make a new one" },
  { 0, "unregistered callers", LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION,
    "The server asks for an API key and got none, or one of the wrong kind" },
  { 0, "authentication credentials", LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION,
    "The server does not accept the access token: check the credential of the endpoint" },
  { 0, "are blocked", LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION,
    "The project of this API key may not use the service: enable it there" },
  { 0, "permission denied", LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION,
    "The API key lacks the permission for this" },
  { 0, "location is not supported", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The service is not offered at your location" },

  /* money and rate */
  { 0, "credits are depleted", LV_RETRY_NEVER, LV_ERROR_QUOTA_EXCEEDED,
    "The prepaid credits are used up: add some, then start again" },
  { 0, "exceeded your current quota", LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED,
    "The quota of this API key is used up: try again later" },
  { 0, "RESOURCE_EXHAUSTED", LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED,
    "The quota of this API key is used up: try again later" },
  { 0, "quota exceeded", LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED,
    "The quota of this API key is used up: try again later" },
  { 0, "Too many requests", LV_RETRY_RESUME, LV_ERROR_RATE_LIMITED,
    "The server is asked too often at the moment" },
  { 0, "TOO_MANY_RETRIES", LV_RETRY_RESUME, LV_ERROR_RATE_LIMITED,
    "The server is overloaded at the moment" },

  /* the setup */
  { 1007, "Unknown name", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The server does not know a field of the setup" },
  { 1007, "Cannot extract voices", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "This model answers by voice only, not with text" },
  { 1007, "response modalities", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "This model does not offer the requested kind of answer" },
  { 1007, "thinking", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The thinking level does not fit the model: some need one, others take none" },
  { 1007, "speaker voice", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The model has no such voice: choose another" },
  { 1007, "processing input audio", LV_RETRY_FRESH, LV_ERROR_SERVER,
    "The server could not read the audio it was sent" },
  { 1007, "not supported in the live api", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The model does not hold live conversations: choose another" },
  { 1007, "token-based requests", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The model cannot be used with an ephemeral token: check its name" },
  { 1007, "Invalid JSON", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The server could not read a message" },
  { 1007, NULL, LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The server refuses a setting or a message for this model" },

  /* the model, the session */
  { 1008, "GoAway", LV_RETRY_RESUME, LV_ERROR_SERVER,
    "The server ended the connection at its age limit" },
  { 1008, "session not found", LV_RETRY_FRESH, LV_ERROR_SERVER,
    "The server no longer knows the conversation" },
  { 1008, "entity was not found", LV_RETRY_FRESH, LV_ERROR_SERVER,
    "The server no longer knows the conversation or a call of it" },
  { 1008, "not found", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The model does not exist here, is retired, or is not open to this API key: choose another" },
  { 1008, "not implemented", LV_RETRY_RESUME, LV_ERROR_SERVER,
    "The server stumbled over the last message" },
  { 1008, "was aborted", LV_RETRY_RESUME, LV_ERROR_SERVER, "The server broke the connection off" },
  { 1008, "cancelled", LV_RETRY_RESUME, LV_ERROR_SERVER, "The server broke the connection off" },
  { 1008, NULL, LV_RETRY_NEVER, LV_ERROR_SERVER, "The server refuses this conversation" },

  /* its health */
  { 1011, "Deadline expired", LV_RETRY_RESUME, LV_ERROR_SERVER,
    "The server ended the connection at its age limit" },
  { 1011, "unavailable", LV_RETRY_RESUME, LV_ERROR_SERVER,
    "The service is not available at the moment" },
  { 1011, "keepalive", LV_RETRY_RESUME, LV_ERROR_NETWORK, "The connection was lost" },
  { 1011, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER, "The server had an internal error" },
  { 1012, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER, "The server restarts" },
  { 1013, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER, "The server is overloaded at the moment" },
  { 1014, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER, "A gateway before the server failed" },

  /* the protocol's own */
  { 1000, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER, "The server ended the connection" },
  { 1001, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER, "The server is shutting down" },
  { 1005, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER, "The server ended the connection" },
  { 1002, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER, "The server broke the WebSocket protocol" },
  { 1003, NULL, LV_RETRY_NEVER, LV_ERROR_SERVER, "The server does not take this kind of message" },
  { 1009, NULL, LV_RETRY_FRESH, LV_ERROR_TOO_LARGE, "A message was larger than allowed" },
  { 1015, NULL, LV_RETRY_NEVER, LV_ERROR_NETWORK,
    "The server's certificate could not be verified" },
  { 1006, NULL, LV_RETRY_RESUME, LV_ERROR_NETWORK, "The connection was lost" },
};

static const Row unknown = { 0, NULL, LV_RETRY_RESUME, LV_ERROR_SERVER,
                             "The server ended the connection unexpectedly" };

static gboolean
contains (const char *lower_reason, const char *text)
{
  g_autofree char *lower_text = g_ascii_strdown (text, -1);

  return strstr (lower_reason, lower_text) != NULL;
}

static const Row *
find_row (guint code, const char *reason)
{
  g_autofree char *lower = g_ascii_strdown (reason, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((rows[i].code == 0 || rows[i].code == code) &&
        (rows[i].text == NULL || contains (lower, rows[i].text)))
      return &rows[i];
  return &unknown;
}

LvRetry
lv_close_classify (guint code, const char *reason, GError **error)
{
  guint known_code = code != 0 ? code : 1006;
  g_autofree char *head = g_strndup (reason != NULL ? reason : "", REASON_MAX);
  g_autofree char *text = g_utf8_make_valid (head, -1);
  const Row *row = find_row (known_code, text);

  g_set_error (error, LV_ERROR, row->error, "%s (%u%s%s)", row->sentence, known_code,
               *text != '\0' ? ": " : "", text);
  return row->retry;
}

/* What the service would have closed with. */
static const struct {
  const char *status;
  int grpc, http; /* of those that share a number the first counts */
  guint close;
} error_kinds[] = {
  { "INVALID_ARGUMENT", 3, 400, 1007 },
  { "OUT_OF_RANGE", 11, 400, 1007 },
  { "FAILED_PRECONDITION", 9, 400, 1008 },
  { "UNAUTHENTICATED", 16, 401, 1008 },
  { "PERMISSION_DENIED", 7, 403, 1008 },
  { "NOT_FOUND", 5, 404, 1008 },
  { "ABORTED", 10, 409, 1008 },
  { "UNIMPLEMENTED", 12, 501, 1008 },
  { "CANCELLED", 1, 499, 1000 },
};

static guint
find_close (int code, const char *status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (error_kinds); i++)
    if (status != NULL ? g_str_equal (error_kinds[i].status, status)
                       : code == error_kinds[i].grpc || code == error_kinds[i].http)
      return error_kinds[i].close;
  return 1011;
}

LvRetry
lv_close_classify_error (int code, const char *status, const char *message, GError **error)
{
  const char *kind = code == 429 || code == 8 ? "RESOURCE_EXHAUSTED" : status;
  g_autofree char *reason =
      g_strdup_printf ("%s%s%s", kind != NULL ? kind : "",
                       kind != NULL && message != NULL ? ": " : "", message != NULL ? message : "");

  return lv_close_classify (find_close (code, status), reason, error);
}

static const struct {
  guint first;
  guint last;
  LvRetry retry;
  LvErrorCode error;
  const char *sentence;
} statuses[] = {
  { 401, 401, LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION, "The server does not accept the API key" },
  { 403, 403, LV_RETRY_NEVER, LV_ERROR_AUTHENTICATION, "The server does not allow this" },
  { 404, 404, LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The server does not offer the Live API at this address" },
  { 408, 408, LV_RETRY_RESUME, LV_ERROR_TIMEOUT, "The server waited too long for us" },
  { 429, 429, LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED,
    "The quota of this API key is used up: try again later" },
  { 300, 399, LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED,
    "The server sends us to another address, which is not followed" },
  { 500, 599, LV_RETRY_RESUME, LV_ERROR_SERVER, "The server is in trouble" },
  { 0, G_MAXUINT, LV_RETRY_NEVER, LV_ERROR_SERVER, "The server does not speak the Live API" },
};

LvRetry
lv_close_classify_status (guint status, const char *phrase, GError **error)
{
  gsize i = 0;

  while (status < statuses[i].first || status > statuses[i].last)
    i++;
  g_set_error (error, LV_ERROR, statuses[i].error, "%s (HTTP %u %s)", statuses[i].sentence, status,
               phrase != NULL ? phrase : "");
  return statuses[i].retry;
}

LvRetry
lv_close_classify_connect (const GError *cause, gboolean is_engine, GError **error)
{
  if (cause->domain == G_TLS_ERROR)
    return lv_close_classify (1015, cause->message, error);
  if (is_engine)
    g_set_error (error, LV_ERROR, LV_ERROR_SERVER, "The offline engine cannot be reached: %s",
                 cause->message);
  else
    g_set_error (error, LV_ERROR, LV_ERROR_NETWORK,
                 "The server cannot be reached: %s; check the network and the proxy",
                 cause->message);
  return LV_RETRY_RESUME;
}
