/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-endpoint.h"

#include "base/lv-names.h"
#include "config/lv-endpoint-url.h"

#include <gio/gio.h>
#include <string.h>

#define DEVELOPER_HOST "generativelanguage.googleapis.com"
#define DEVELOPER_PATH "/ws/google.ai.generativelanguage.%s.GenerativeService.BidiGenerateContent%s"
#define VERTEX_HOST "aiplatform.googleapis.com"
#define VERTEX_PATH "/ws/google.cloud.aiplatform.%s.LlmBidiService/BidiGenerateContent"
#define LOCAL_HOST "localhost" /* of a server on a unix socket */
#define GOOGLE_DOMAIN ".googleapis.com"
#define DEFAULT_LOCATION "global"

char *
lv_endpoint_dup_engine_socket (void)
{
  const char *path = g_getenv (LV_ENV_ENGINE_SOCKET);
  const char *dir = g_getenv ("XDG_RUNTIME_DIR");

  if (path != NULL)
    return g_strdup (path);
  return g_build_filename (dir != NULL ? dir : "/run", LV_ENGINE_SOCKET, NULL);
}

/* ---- which version, which host, which path ---- */

/* What came with v1alpha and is not promised elsewhere. */
static gboolean
needs_alpha (const LvProfile *profile)
{
  const LvModel *model = lv_model_lookup (profile->model);

  return (profile->affective_dialog && lv_model_can (model, LV_CAN_AFFECTIVE_DIALOG)) ||
         (profile->proactive_audio && lv_model_can (model, LV_CAN_PROACTIVE_AUDIO));
}

static const char *
choose_version (const LvEndpointConfig *config, const LvProfile *profile)
{
  if (*config->api_version != '\0')
    return config->api_version;
  if (config->api != LV_ENDPOINT_DEVELOPER)
    return "v1beta1";
  return needs_alpha (profile) ? "v1alpha" : "v1beta";
}

static LvApi
choose_api (const LvEndpointConfig *config, const char *version)
{
  switch (config->api)
    {
    case LV_ENDPOINT_VERTEX:
      return LV_API_VERTEX;
    case LV_ENDPOINT_VERTEX_EXPRESS:
      return LV_API_VERTEX_EXPRESS;
    case LV_ENDPOINT_DEVELOPER:
    default:
      return g_str_equal (version, "v1alpha") ? LV_API_DEVELOPER_V1ALPHA : LV_API_DEVELOPER_V1BETA;
    }
}

static const char *
get_location (const LvEndpointConfig *config)
{
  return *config->location != '\0' ? config->location : DEFAULT_LOCATION;
}

static char *
dup_vertex_host (const LvEndpointConfig *config)
{
  const char *location = get_location (config);

  if (g_str_equal (location, "global") || config->api == LV_ENDPOINT_VERTEX_EXPRESS)
    return g_strdup (VERTEX_HOST);
  if (g_str_equal (location, "us") || g_str_equal (location, "eu"))
    return g_strdup_printf ("aiplatform.%s.rep.googleapis.com", location);
  return g_strconcat (location, "-" VERTEX_HOST, NULL);
}

static char *
dup_path (const LvEndpointConfig *config, const char *version)
{
  const char *suffix = config->credential == LV_CREDENTIAL_EPHEMERAL ? "Constrained" : "";

  if (config->api == LV_ENDPOINT_DEVELOPER)
    return g_strdup_printf (DEVELOPER_PATH, version, suffix);
  return g_strdup_printf (VERTEX_PATH, version);
}

/* "wss://HOST[/PREFIX]" without a slash at its end. */
static char *
dup_base (const LvEndpointConfig *config)
{
  g_autofree char *host = NULL;
  gsize length = strlen (config->base_url);

  if (g_str_has_prefix (config->base_url, LV_ENDPOINT_URL_UNIX))
    return g_strdup ("ws://" LOCAL_HOST);
  while (length > 0 && config->base_url[length - 1] == '/')
    length--;
  if (length > 0)
    return g_strndup (config->base_url, length);
  host =
      config->api == LV_ENDPOINT_DEVELOPER ? g_strdup (DEVELOPER_HOST) : dup_vertex_host (config);
  return g_strconcat ("wss://", host, NULL);
}

static char *
dup_unix_path (const LvEndpointConfig *config)
{
  return g_str_has_prefix (config->base_url, LV_ENDPOINT_URL_UNIX)
             ? g_strdup (config->base_url + strlen (LV_ENDPOINT_URL_UNIX))
             : NULL;
}

/* ---- the model's name ---- */

static char *
dup_developer_model (const char *model)
{
  return strchr (model, '/') != NULL ? g_strdup (model) : g_strconcat ("models/", model, NULL);
}

static char *
dup_model_resource (const LvEndpointConfig *config, const char *model)
{
  const char *id = g_str_has_prefix (model, "models/") ? model + strlen ("models/") : model;

  if (config->api == LV_ENDPOINT_DEVELOPER)
    return dup_developer_model (model);
  if (strchr (id, '/') != NULL)
    return g_strdup (id);
  if (config->api == LV_ENDPOINT_VERTEX_EXPRESS)
    return g_strconcat ("publishers/google/models/", id, NULL);
  return g_strdup_printf ("projects/%s/locations/%s/publishers/google/models/%s", config->project,
                          get_location (config), id);
}

static const char *
choose_model (const char *model)
{
  return *model != '\0' ? model : LV_MODEL_DEFAULT;
}

/* ---- the endpoint ---- */

static char *
dup_if_set (const char *text)
{
  return *text != '\0' ? g_strdup (text) : NULL;
}

LvEndpoint *
lv_endpoint_new (const LvEndpointConfig *config, const LvProfile *profile,
                 LvTokenSource *credential)
{
  LvEndpoint *endpoint = g_new0 (LvEndpoint, 1);
  const char *version = choose_version (config, profile);
  g_autofree char *base = dup_base (config);
  g_autofree char *path = dup_path (config, version);

  endpoint->name = g_strdup (config->name);
  endpoint->api = choose_api (config, version);
  endpoint->uri = g_strconcat (base, path, NULL);
  endpoint->rest_uri = g_strconcat ("http", base + strlen ("ws"), "/", version, NULL);
  endpoint->unix_path = dup_unix_path (config);
  endpoint->ca_file = dup_if_set (config->ca_file);
  endpoint->proxy = dup_if_set (config->proxy);
  endpoint->model_resource = dup_model_resource (config, choose_model (profile->model));
  if (credential != NULL)
    endpoint->credential = g_object_ref (credential);
  return endpoint;
}

LvEndpoint *
lv_endpoint_new_engine (const char *model)
{
  LvEndpoint *endpoint = g_new0 (LvEndpoint, 1);

  endpoint->name = g_strdup ("engine");
  endpoint->uri = g_strdup_printf ("ws://" LOCAL_HOST DEVELOPER_PATH, "v1beta", "");
  endpoint->unix_path = lv_endpoint_dup_engine_socket ();
  endpoint->is_engine = TRUE;
  endpoint->model_resource = dup_developer_model (*model != '\0' ? model : LV_MODEL_ENGINE);
  return endpoint;
}

LvEndpoint *
lv_endpoint_new_url (const char *url, const char *model, GError **error)
{
  g_autoptr (GUri) uri = lv_endpoint_url_parse (url, error);
  g_autofree char *api_path = g_strdup_printf (DEVELOPER_PATH, "v1beta", "");
  LvEndpoint *endpoint;
  const char *path;

  if (uri == NULL)
    return NULL;
  path = g_uri_get_path (uri);
  if (*path == '\0' || g_str_equal (path, "/"))
    path = api_path;
  endpoint = g_new0 (LvEndpoint, 1);
  endpoint->name = g_strdup (g_uri_get_host (uri));
  endpoint->uri = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                              g_uri_get_port (uri), path, g_uri_get_query (uri), NULL);
  endpoint->model_resource = dup_developer_model (choose_model (model));
  return endpoint;
}

gboolean
lv_endpoint_is_google (const LvEndpoint *endpoint)
{
  g_autoptr (GUri) uri = g_uri_parse (endpoint->uri, G_URI_FLAGS_NONE, NULL);
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);

  return g_str_equal (g_uri_get_scheme (uri), "wss") && g_str_has_suffix (host, GOOGLE_DOMAIN);
}

LvEndpoint *
lv_endpoint_copy (const LvEndpoint *endpoint)
{
  LvEndpoint *copy = g_memdup2 (endpoint, sizeof *endpoint);

  copy->name = g_strdup (endpoint->name);
  copy->uri = g_strdup (endpoint->uri);
  copy->rest_uri = g_strdup (endpoint->rest_uri);
  copy->unix_path = g_strdup (endpoint->unix_path);
  copy->ca_file = g_strdup (endpoint->ca_file);
  copy->proxy = g_strdup (endpoint->proxy);
  copy->model_resource = g_strdup (endpoint->model_resource);
  if (endpoint->credential != NULL)
    g_object_ref (endpoint->credential);
  return copy;
}

void
lv_endpoint_free (LvEndpoint *endpoint)
{
  g_free (endpoint->name);
  g_free (endpoint->uri);
  g_free (endpoint->rest_uri);
  g_free (endpoint->unix_path);
  g_free (endpoint->ca_file);
  g_free (endpoint->proxy);
  g_free (endpoint->model_resource);
  g_clear_object (&endpoint->credential);
  g_free (endpoint);
}
