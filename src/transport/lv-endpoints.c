/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-endpoints.h"

#include "base/lv-names.h"
#include "transport/lv-token-command.h"
#include "transport/lv-token-file.h"
#include "transport/lv-token-key.h"
#include "transport/lv-token-metadata.h"

#include <string.h>

struct _LvEndpoints {
  GObject parent_instance;

  LvVault *vault;
  LvConfig *config;
  GHashTable *sources; /* name of an endpoint -> LvTokenSource */
};

G_DEFINE_FINAL_TYPE (LvEndpoints, lv_endpoints, G_TYPE_OBJECT)

static LvTokenSource *
make_source (LvEndpoints *self, const LvEndpointConfig *config)
{
  switch (config->credential)
    {
    case LV_CREDENTIAL_KEY:
      return lv_token_key_new (self->vault, config->credential_name, config->credential_file,
                               LV_TOKEN_SCHEME_KEY);
    case LV_CREDENTIAL_EPHEMERAL:
      return lv_token_key_new (self->vault, config->credential_name, config->credential_file,
                               LV_TOKEN_SCHEME_EPHEMERAL);
    case LV_CREDENTIAL_TOKEN:
      return lv_token_key_new (self->vault, config->credential_name, config->credential_file,
                               LV_TOKEN_SCHEME_BEARER);
    case LV_CREDENTIAL_SERVICE_ACCOUNT:
    case LV_CREDENTIAL_ADC:
      return lv_token_file_new (config);
    case LV_CREDENTIAL_METADATA:
      return lv_token_metadata_new (config);
    case LV_CREDENTIAL_COMMAND:
      return lv_token_command_new (config);
    case LV_CREDENTIAL_NONE:
    default:
      return NULL;
    }
}

static LvTokenSource *
get_source (LvEndpoints *self, const LvEndpointConfig *config)
{
  LvTokenSource *source = g_hash_table_lookup (self->sources, config->name);

  if (source != NULL || config->credential == LV_CREDENTIAL_NONE)
    return source;
  source = make_source (self, config);
  g_hash_table_insert (self->sources, g_strdup (config->name), source);
  return source;
}

static gboolean
has_gemini_credential (LvEndpoints *self)
{
  LvTokenSource *source =
      get_source (self, lv_config_get_endpoint (self->config, LV_ENDPOINT_GEMINI));
  g_autoptr (GError) error = NULL;

  if (source == NULL || lv_token_source_check (source, &error))
    return TRUE;
  /* One that is there but bad: the user shall hear of it. */
  return !g_error_matches (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL);
}

static LvEndpoint *
resolve_url (LvEndpoints *self, const LvProfile *profile, GError **error)
{
  LvEndpoint *endpoint = lv_endpoint_new_url (profile->endpoint, profile->model, error);

  if (endpoint != NULL && lv_endpoint_is_google (endpoint))
    endpoint->credential =
        lv_token_key_new (self->vault, LV_CREDENTIAL_NAME, "", LV_TOKEN_SCHEME_KEY);
  return endpoint;
}

LvEndpoint *
lv_endpoints_resolve (LvEndpoints *self, const LvProfile *profile, GError **error)
{
  const char *name = profile->endpoint;
  const LvEndpointConfig *config;

  if (strstr (name, "://") != NULL)
    return resolve_url (self, profile, error);
  if (g_str_equal (name, "auto"))
    name = has_gemini_credential (self) ? LV_ENDPOINT_GEMINI : "engine";
  if (g_str_equal (name, "engine"))
    return lv_endpoint_new_engine (profile->model);
  if (!lv_config_check_endpoint (self->config, name, error))
    return NULL;
  config = lv_config_get_endpoint (self->config, name);
  return lv_endpoint_new (config, profile, get_source (self, config));
}

/* Only the Developer API has a list that every key and token opens, except ephemeral ones. */
static gboolean
can_judge (const LvEndpointConfig *config, const char *name)
{
  return config->api == LV_ENDPOINT_DEVELOPER && g_str_equal (config->credential_name, name) &&
         *config->credential_file == '\0' &&
         (config->credential == LV_CREDENTIAL_KEY || config->credential == LV_CREDENTIAL_TOKEN);
}

static const LvEndpointConfig *
find_judge (LvConfig *config, const char *preferred, const char *name)
{
  GPtrArray *endpoints = lv_config_get_endpoints (config);
  const LvEndpointConfig *first = lv_config_get_endpoint (config, preferred);

  if (first != NULL && can_judge (first, name))
    return first;
  for (guint i = 0; i < endpoints->len; i++)
    if (can_judge (g_ptr_array_index (endpoints, i), name))
      return g_ptr_array_index (endpoints, i);
  return NULL;
}

LvEndpoint *
lv_endpoints_find_judge (LvEndpoints *self, const char *name, GError **error)
{
  const LvProfile *profile = lv_config_get_profile (self->config, LV_PROFILE_DEFAULT);
  const LvEndpointConfig *config = find_judge (self->config, profile->endpoint, name);

  if (config != NULL)
    return lv_endpoint_new (config, profile, get_source (self, config));
  g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
               "No endpoint of livevoice.conf can be asked whether \"%s\" is right", name);
  return NULL;
}

gboolean
lv_endpoints_has_credential (LvEndpoints *self)
{
  const LvProfile *profile = lv_config_get_profile (self->config, LV_PROFILE_DEFAULT);
  const LvEndpointConfig *config = lv_config_get_endpoint (self->config, profile->endpoint);
  LvTokenSource *source;
  g_autoptr (GError) error = NULL;

  if (config == NULL)
    return has_gemini_credential (self);
  source = get_source (self, config);
  return source == NULL || lv_token_source_check (source, &error) ||
         !g_error_matches (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL);
}

LvVault *
lv_endpoints_get_vault (LvEndpoints *self)
{
  return self->vault;
}

void
lv_endpoints_set_config (LvEndpoints *self, LvConfig *config)
{
  lv_config_ref (config);
  g_clear_pointer (&self->config, lv_config_unref);
  self->config = config;
  g_hash_table_remove_all (self->sources);
}

static void
lv_endpoints_finalize (GObject *object)
{
  LvEndpoints *self = LV_ENDPOINTS (object);

  g_hash_table_unref (self->sources);
  lv_config_unref (self->config);
  lv_vault_unref (self->vault);
  G_OBJECT_CLASS (lv_endpoints_parent_class)->finalize (object);
}

static void
lv_endpoints_class_init (LvEndpointsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_endpoints_finalize;
}

static void
lv_endpoints_init (LvEndpoints *self)
{
  self->sources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

LvEndpoints *
lv_endpoints_new (LvVault *vault, LvConfig *config)
{
  LvEndpoints *self = g_object_new (LV_TYPE_ENDPOINTS, NULL);

  self->vault = lv_vault_ref (vault);
  self->config = lv_config_ref (config);
  return self;
}
