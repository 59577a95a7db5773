/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-token-exchange.h"

#include "protocol/lv-rest.h"

#include <string.h>

typedef struct {
  char *host;
  const char *advice; /* static */
  guint lifetime_s;
} Exchange;

static void
exchange_free (Exchange *exchange)
{
  g_free (exchange->host);
  g_free (exchange);
}

static GError *
make_refusal (Exchange *exchange, guint status, GBytes *body)
{
  g_autofree char *words = lv_rest_parse_error (body);
  LvErrorCode code = status == SOUP_STATUS_NOT_FOUND                  ? LV_ERROR_NO_CREDENTIAL
                     : status >= 500 || status == 429 || status < 400 ? LV_ERROR_SERVER
                                                                      : LV_ERROR_AUTHENTICATION;

  return g_error_new (LV_ERROR, code, "%s gives no access token (HTTP %u%s%s): %s", exchange->host,
                      status, words != NULL ? " " : "", words != NULL ? words : "",
                      code == LV_ERROR_SERVER ? "try again later" : exchange->advice);
}

static LvSecret *
read_answer (Exchange *exchange, guint status, GBytes *body, GError **error)
{
  g_autofree char *token = NULL;
  LvSecret *secret;

  if (status != SOUP_STATUS_OK)
    {
      g_propagate_error (error, make_refusal (exchange, status, body));
      return NULL;
    }
  token = lv_rest_parse_access_token (body, &exchange->lifetime_s, error);
  if (token == NULL)
    {
      g_prefix_error (error, "%s gives no access token: ", exchange->host);
      return NULL;
    }
  secret = lv_secret_new (token, -1, exchange->host, error);
  explicit_bzero (token, strlen (token));
  return secret;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  guint status = 0;
  GError *error = NULL;
  g_autoptr (GBytes) body = lv_http_send_finish (result, &status, &error);
  LvSecret *secret =
      body != NULL ? read_answer (g_task_get_task_data (task), status, body, &error) : NULL;

  lv_secret_return_task (task, secret, error);
}

void
lv_token_exchange_async (const LvRoute *route, const LvHttpRequest *request, const char *advice,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);
  g_autoptr (GUri) uri = g_uri_parse (request->uri, G_URI_FLAGS_NONE, NULL);

  exchange->host = g_strdup (uri != NULL ? g_uri_get_host (uri) : request->uri);
  exchange->advice = advice;
  g_task_set_source_tag (task, lv_token_exchange_async);
  g_task_set_task_data (task, exchange, (GDestroyNotify) exchange_free);
  lv_http_send_async (route, request, cancellable, on_answer, task);
}

LvSecret *
lv_token_exchange_finish (GAsyncResult *result, guint *ret_lifetime_s, GError **error)
{
  Exchange *exchange = g_task_get_task_data (G_TASK (result));

  *ret_lifetime_s = exchange->lifetime_s;
  return g_task_propagate_pointer (G_TASK (result), error);
}
