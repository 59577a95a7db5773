/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-endpoint.h"

#include "base/lv-names.h"
#include "config/lv-endpoint-url.h"
#include "protocol/lv-model.h"

#include <string.h>

#define API_PATH "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
#define GEMINI_URI "wss://generativelanguage.googleapis.com" API_PATH
#define ENGINE_URI "ws://localhost" API_PATH
#define KEY_DOMAIN ".googleapis.com"

char *
lv_endpoint_dup_engine_socket (void)
{
  const char *path = g_getenv (LV_ENV_ENGINE_SOCKET);
  const char *dir = g_getenv ("XDG_RUNTIME_DIR");

  if (path != NULL)
    return g_strdup (path);
  return g_build_filename (dir != NULL ? dir : "/run", LV_ENGINE_SOCKET, NULL);
}

static char *
dup_model_resource (const char *model)
{
  if (*model == '\0')
    return g_strdup ("models/" LV_MODEL_DEFAULT);
  return strchr (model, '/') != NULL ? g_strdup (model) : g_strconcat ("models/", model, NULL);
}

static LvEndpoint *
endpoint_new (const LvProfile *profile, const char *uri, gboolean needs_key)
{
  LvEndpoint *endpoint = g_new0 (LvEndpoint, 1);

  endpoint->uri = g_strdup (uri);
  endpoint->needs_key = needs_key;
  endpoint->model_resource = dup_model_resource (profile->model);
  return endpoint;
}

static LvEndpoint *
endpoint_new_engine (const LvProfile *profile)
{
  LvEndpoint *endpoint = endpoint_new (profile, ENGINE_URI, FALSE);

  endpoint->unix_path = lv_endpoint_dup_engine_socket ();
  endpoint->is_engine = TRUE;
  endpoint->answers_in_text = TRUE;
  return endpoint;
}

static gboolean
takes_key (GUri *uri)
{
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);

  return g_str_equal (g_uri_get_scheme (uri), "wss") && g_str_has_suffix (host, KEY_DOMAIN);
}

static LvEndpoint *
endpoint_new_uri (const LvProfile *profile, GError **error)
{
  g_autoptr (GUri) uri = lv_endpoint_url_parse (profile->endpoint, error);
  g_autofree char *text = NULL;
  const char *path;

  if (uri == NULL)
    return NULL;

  path = g_uri_get_path (uri);
  if (*path == '\0' || g_str_equal (path, "/"))
    path = API_PATH;
  text = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                     g_uri_get_port (uri), path, g_uri_get_query (uri), NULL);
  return endpoint_new (profile, text, takes_key (uri));
}

LvEndpoint *
lv_endpoint_new (const LvProfile *profile, gboolean have_key, GError **error)
{
  gboolean is_auto = g_str_equal (profile->endpoint, "auto");

  if (g_str_equal (profile->endpoint, "gemini") || (is_auto && have_key))
    return endpoint_new (profile, GEMINI_URI, TRUE);
  if (g_str_equal (profile->endpoint, "engine") || is_auto)
    return endpoint_new_engine (profile);
  return endpoint_new_uri (profile, error);
}

LvEndpoint *
lv_endpoint_copy (const LvEndpoint *endpoint)
{
  LvEndpoint *copy = g_memdup2 (endpoint, sizeof *endpoint);

  copy->uri = g_strdup (endpoint->uri);
  copy->unix_path = g_strdup (endpoint->unix_path);
  copy->model_resource = g_strdup (endpoint->model_resource);
  return copy;
}

void
lv_endpoint_free (LvEndpoint *endpoint)
{
  g_free (endpoint->uri);
  g_free (endpoint->unix_path);
  g_free (endpoint->model_resource);
  g_free (endpoint);
}
