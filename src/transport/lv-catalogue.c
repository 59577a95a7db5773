/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-catalogue"

#include "transport/lv-catalogue.h"

#include "transport/lv-close.h"
#include "transport/lv-http.h"

#define JSON_TYPE "application/json"

/* One question, in as many requests as it has pages. */
typedef struct {
  LvEndpoint *endpoint;
  LvSecret *secret;
  LvCatalogueList list;
  char *token_request; /* NULL: a list is wanted */
  gint64 expire_s;
  GPtrArray *items;
  guint n_pages;
} Question;

gboolean
lv_catalogue_can_ask (const LvEndpoint *endpoint)
{
  return endpoint->rest_uri != NULL && !lv_api_is_vertex (endpoint->api) &&
         (endpoint->credential == NULL || lv_token_source_check (endpoint->credential, NULL));
}

static void
question_free (Question *question)
{
  lv_endpoint_free (question->endpoint);
  g_clear_pointer (&question->secret, lv_secret_free);
  g_clear_pointer (&question->items, g_ptr_array_unref);
  g_free (question->token_request);
  g_free (question);
}

static char *
make_uri (const Question *question, const char *page)
{
  static const char *const names[] = { "models", "voices" };
  const char *base = question->endpoint->rest_uri;

  if (question->token_request != NULL)
    return g_strconcat (base, "/auth_tokens", NULL);
  if (page == NULL)
    return g_strdup_printf ("%s/%s?pageSize=%d", base, names[question->list], LV_REST_PAGE_SIZE);
  return g_strdup_printf ("%s/%s?pageSize=%d&pageToken=%s", base, names[question->list],
                          LV_REST_PAGE_SIZE, page);
}

/* The service says "bad key" with status 400. */
static GError *
make_refusal (Question *question, guint status, GBytes *body)
{
  g_autofree char *words = lv_rest_parse_error (body);
  GError *error = NULL;

  if (status == SOUP_STATUS_BAD_REQUEST && words != NULL)
    lv_close_classify (1007, words, &error);
  else
    lv_close_classify_status (status, words, &error);
  if (question->endpoint->credential != NULL &&
      g_error_matches (error, LV_ERROR, LV_ERROR_AUTHENTICATION))
    lv_token_source_forget (question->endpoint->credential);
  return error;
}

static void ask (GTask *task, const char *page);

static void
read_token (GTask *task, GBytes *body)
{
  Question *question = g_task_get_task_data (task);
  GError *error = NULL;
  char *token = lv_rest_parse_token (body, &question->expire_s, &error);

  if (token != NULL)
    g_task_return_pointer (task, token, g_free);
  else
    g_task_return_error (task, error);
}

static void
read_page (GTask *task, GBytes *body)
{
  Question *question = g_task_get_task_data (task);
  g_autofree char *page = NULL;
  g_autofree char *escaped = NULL;
  GError *error = NULL;
  gboolean is_good = question->list == LV_CATALOGUE_MODELS
                         ? lv_rest_parse_models (body, question->items, &page, &error)
                         : lv_rest_parse_voices (body, question->items, &page, &error);

  if (!is_good)
    {
      g_task_return_error (task, error);
      return;
    }
  escaped = page != NULL ? g_uri_escape_string (page, NULL, FALSE) : NULL;
  if (escaped != NULL && ++question->n_pages < LV_CATALOGUE_MAX_PAGES)
    ask (task, escaped);
  else
    g_task_return_pointer (task, g_steal_pointer (&question->items),
                           (GDestroyNotify) g_ptr_array_unref);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Question *question = g_task_get_task_data (task);
  guint status = 0;
  GError *error = NULL;
  g_autoptr (GBytes) body = lv_http_send_finish (result, &status, &error);

  if (body == NULL)
    g_task_return_error (task, error);
  else if (status != SOUP_STATUS_OK)
    g_task_return_error (task, make_refusal (question, status, body));
  else if (question->token_request != NULL)
    read_token (task, body);
  else
    read_page (task, body);
}

/* @page: NULL for the first. */
static void
ask (GTask *task, const char *page)
{
  Question *question = g_task_get_task_data (task);
  const LvEndpoint *endpoint = question->endpoint;
  const LvRoute route = { endpoint->unix_path, endpoint->ca_file, endpoint->proxy };
  g_autofree char *uri = make_uri (question, page);
  LvHttpRequest request = { .uri = uri, .secret = question->secret };

  if (question->secret != NULL)
    request.scheme = lv_token_source_get_scheme (endpoint->credential);
  if (question->token_request != NULL)
    {
      request.content_type = JSON_TYPE;
      request.body = question->token_request;
    }
  lv_http_send_async (&route, &request, g_task_get_cancellable (task), on_answer,
                      g_object_ref (task));
}

static void
on_credential (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Question *question = g_task_get_task_data (task);
  GError *error = NULL;

  question->secret = lv_token_source_get_finish (LV_TOKEN_SOURCE (source), result, &error);
  if (question->secret != NULL)
    ask (task, NULL);
  else
    g_task_return_error (task, error);
}

/* Takes @task. A secret that is there already goes before the endpoint's own. */
static void
begin (GTask *task, const LvEndpoint *endpoint, Question *question)
{
  g_autoptr (GTask) taken G_GNUC_UNUSED = task;

  question->endpoint = lv_endpoint_copy (endpoint);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  if (endpoint->rest_uri == NULL || lv_api_is_vertex (endpoint->api))
    g_task_return_new_error (task, LV_ERROR, LV_ERROR_UNSUPPORTED,
                             "The endpoint \"%s\" does not offer this; an endpoint of the Gemini "
                             "Developer API does",
                             endpoint->name);
  else if (question->secret == NULL && endpoint->credential != NULL)
    lv_token_source_get_async (endpoint->credential, g_task_get_cancellable (task), on_credential,
                               g_object_ref (task));
  else
    ask (task, NULL);
}

void
lv_catalogue_list_async (const LvEndpoint *endpoint, LvCatalogueList list,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  g_task_set_source_tag (task, lv_catalogue_list_async);
  question->list = list;
  question->items = lv_rest_items_new ();
  begin (task, endpoint, question);
}

GPtrArray *
lv_catalogue_list_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* One page of the list is enough: whoever gets it has been let in. */
void
lv_catalogue_try_async (const LvEndpoint *endpoint, const LvSecret *candidate,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  g_task_set_source_tag (task, lv_catalogue_try_async);
  question->secret = lv_secret_copy (candidate);
  question->list = LV_CATALOGUE_MODELS;
  question->items = lv_rest_items_new ();
  question->n_pages = LV_CATALOGUE_MAX_PAGES;
  begin (task, endpoint, question);
}

gboolean
lv_catalogue_try_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) items = g_task_propagate_pointer (G_TASK (result), error);

  return items != NULL;
}

void
lv_catalogue_create_token_async (const LvEndpoint *endpoint, const LvRestTokenRequest *request,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  g_task_set_source_tag (task, lv_catalogue_create_token_async);
  question->token_request = lv_rest_make_token_request (request);
  question->expire_s = request->expire_s;
  begin (task, endpoint, question);
}

char *
lv_catalogue_create_token_finish (GAsyncResult *result, gint64 *ret_expire_s, GError **error)
{
  Question *question = g_task_get_task_data (G_TASK (result));

  *ret_expire_s = question->expire_s;
  return g_task_propagate_pointer (G_TASK (result), error);
}
