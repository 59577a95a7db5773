/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-config.h"

#include "base/lv-names.h"
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define PROFILE_GROUP "profile "
#define ENDPOINT_GROUP "endpoint "
#define MODEL_GROUP "model "
#define PROFILE_NAME_MAX 64 /* bytes */

struct _LvConfig {
  gatomicrefcount ref_count;
  GPtrArray *profiles;  /* LvProfile; the default one first */
  GPtrArray *endpoints; /* LvEndpointConfig */
  LvModels *models;
  GPtrArray *names; /* char *, NULL-terminated, borrowed from the profiles */
  LvDaemonConfig daemon;
};

typedef struct {
  char *path;
  GKeyFile *key_file;
} Source;

static void
source_free (Source *source)
{
  g_free (source->path);
  g_key_file_unref (source->key_file);
  g_free (source);
}

/* The names of a key file, which errors quote and cut, may be in any encoding. */
static void
refuse (const char *message, GError **error)
{
  g_autofree char *text = g_utf8_make_valid (message, -1);

  g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, text);
}

static gboolean
refuse_file (const char *path, const char *what, GError **error)
{
  g_autofree char *message = g_strconcat (path, ": ", what, NULL);

  refuse (message, error);
  return FALSE;
}

/* FALSE without an error: there is no such file. */
static gboolean
is_readable (const char *path, GError **error)
{
  struct stat info;

  if (stat (path, &info) != 0)
    return errno == ENOENT || errno == ENOTDIR ? FALSE
                                               : refuse_file (path, g_strerror (errno), error);
  if (!S_ISREG (info.st_mode))
    return refuse_file (path, "not a regular file", error);
  if (info.st_size > LV_CONFIG_FILE_MAX)
    return refuse_file (path, "larger than 1 MiB", error);
  return TRUE;
}

static gboolean
add_file (GPtrArray *sources, const char *path, GError **error)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  Source *source;

  if (!is_readable (path, &local_error))
    {
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!g_key_file_load_from_file (key_file, path, G_KEY_FILE_KEEP_TRANSLATIONS, &local_error))
    return refuse_file (path, local_error->message, error);

  source = g_new0 (Source, 1);
  source->path = g_strdup (path);
  source->key_file = g_steal_pointer (&key_file);
  g_ptr_array_add (sources, source);
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_drop_ins (const char *dir_path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (dir_path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".conf") && *name != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static gboolean
add_dir (GPtrArray *sources, const char *dir, GError **error)
{
  g_autofree char *base = g_path_get_basename (LV_CONFIG_FILE);
  g_autofree char *path = g_build_filename (dir, base, NULL);
  g_autofree char *drop_in_dir = g_strconcat (path, ".d", NULL);
  g_autoptr (GPtrArray) drop_ins = list_drop_ins (drop_in_dir);

  if (!add_file (sources, path, error))
    return FALSE;
  for (guint i = 0; i < drop_ins->len; i++)
    {
      g_autofree char *drop_in = g_build_filename (drop_in_dir, drop_ins->pdata[i], NULL);

      if (!add_file (sources, drop_in, error))
        return FALSE;
    }
  return TRUE;
}

static const char *
get_profile_name (const char *group)
{
  return g_str_has_prefix (group, PROFILE_GROUP) ? group + strlen (PROFILE_GROUP) : NULL;
}

static const char *
get_endpoint_name (const char *group)
{
  return g_str_has_prefix (group, ENDPOINT_GROUP) ? group + strlen (ENDPOINT_GROUP) : NULL;
}

static gboolean
is_profile_name (const char *name)
{
  if (*name == '\0' || strlen (name) > PROFILE_NAME_MAX)
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_')
      return FALSE;
  return TRUE;
}

static LvProfile *
find_profile (LvConfig *config, const char *name)
{
  for (guint i = 0; i < config->profiles->len; i++)
    {
      LvProfile *profile = config->profiles->pdata[i];

      if (g_str_equal (profile->name, name))
        return profile;
    }
  return NULL;
}

static LvProfile *
ensure_profile (LvConfig *config, const char *name)
{
  LvProfile *profile = find_profile (config, name);

  if (profile != NULL)
    return profile;
  profile = lv_profile_copy (config->profiles->pdata[0]);
  g_free (profile->name);
  profile->name = g_strdup (name);
  g_ptr_array_add (config->profiles, profile);
  return profile;
}

static LvEndpointConfig *
find_endpoint (LvConfig *config, const char *name)
{
  for (guint i = 0; i < config->endpoints->len; i++)
    {
      LvEndpointConfig *endpoint = config->endpoints->pdata[i];

      if (g_str_equal (endpoint->name, name))
        return endpoint;
    }
  return NULL;
}

static LvEndpointConfig *
ensure_endpoint (LvConfig *config, const char *name)
{
  LvEndpointConfig *endpoint = find_endpoint (config, name);

  if (endpoint != NULL)
    return endpoint;
  endpoint = lv_endpoint_config_new (name);
  g_ptr_array_add (config->endpoints, endpoint);
  return endpoint;
}

static const char *
get_model_id (const char *group)
{
  return g_str_has_prefix (group, MODEL_GROUP) ? group + strlen (MODEL_GROUP) : NULL;
}

static gboolean
set_key (LvConfig *config, const char *group, const char *key, const char *text, GError **error)
{
  const char *profile = get_profile_name (group);
  const char *endpoint = get_endpoint_name (group);
  const char *model = get_model_id (group);

  if (model != NULL)
    return lv_models_set (config->models, model, key, text, error);
  if (profile != NULL)
    return lv_profile_set_from_text (ensure_profile (config, profile), key, text, error);
  if (endpoint != NULL)
    return lv_endpoint_config_set (ensure_endpoint (config, endpoint), key, text, error);
  return lv_daemon_config_set (&config->daemon, group, key, text, error);
}

static gboolean
apply_key (LvConfig *config, GKeyFile *key_file, const char *group, const char *key, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = g_key_file_get_string (key_file, group, key, &local_error);

  if (local_error != NULL) /* a wrong escape leaves a value as well */
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%.64s': %s", key,
                   local_error->message);
      return FALSE;
    }
  return set_key (config, group, key, text, error);
}

static gboolean
apply_group (LvConfig *config, const Source *source, const char *group, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (source->key_file, group, NULL, NULL);

  if (get_profile_name (group) != NULL)
    ensure_profile (config, get_profile_name (group));
  if (get_endpoint_name (group) != NULL)
    ensure_endpoint (config, get_endpoint_name (group));
  for (guint i = 0; keys[i] != NULL; i++)
    if (!apply_key (config, source->key_file, group, keys[i], error))
      {
        g_prefix_error (error, "%s: [%s]: ", source->path, group);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_group (const Source *source, const char *group, GError **error)
{
  const char *profile = get_profile_name (group);
  const char *endpoint = get_endpoint_name (group);

  if (lv_daemon_config_has (group) || (profile != NULL && is_profile_name (profile)) ||
      (endpoint != NULL && lv_endpoint_config_is_name (endpoint)) || get_model_id (group) != NULL)
    return TRUE;
  g_set_error (
      error, LV_ERROR, LV_ERROR_INVALID_ARGS,
      "%s: [%.80s]: no such group; expected [daemon], [tools], [link], [watchdogs], [budget], "
      "[profile NAME], [endpoint NAME] or "
      "[model ID], the name of at most %d letters, digits, '-' and '_', that of an endpoint other "
      "than \"auto\" and \"engine\"",
      source->path, group, PROFILE_NAME_MAX);
  return FALSE;
}

/* Two passes, because the other profiles inherit the default one as all files together leave it. */
static gboolean
apply_pass (LvConfig *config, GPtrArray *sources, gboolean default_pass, GError **error)
{
  for (guint i = 0; i < sources->len; i++)
    {
      const Source *source = sources->pdata[i];
      g_auto (GStrv) groups = g_key_file_get_groups (source->key_file, NULL);

      for (guint j = 0; groups[j] != NULL; j++)
        {
          gboolean is_default = g_str_equal (groups[j], PROFILE_GROUP LV_PROFILE_DEFAULT);

          if (!check_group (source, groups[j], error))
            return FALSE;
          if (is_default == default_pass && !apply_group (config, source, groups[j], error))
            return FALSE;
        }
    }
  return TRUE;
}

static LvConfig *
config_new (void)
{
  LvConfig *config = g_new0 (LvConfig, 1);

  g_atomic_ref_count_init (&config->ref_count);
  config->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_profile_free);
  config->models = lv_models_new ();
  config->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_endpoint_config_free);
  config->names = g_ptr_array_new ();
  config->daemon = lv_daemon_config_default;
  g_ptr_array_add (config->profiles, lv_profile_new (LV_PROFILE_DEFAULT));
  ensure_endpoint (config, LV_ENDPOINT_GEMINI);
  return config;
}

/* What only all files together can tell. */
static gboolean
check_endpoints (LvConfig *config, GError **error)
{
  for (guint i = 0; i < config->endpoints->len; i++)
    {
      LvEndpointConfig *endpoint = config->endpoints->pdata[i];

      if (!lv_endpoint_config_check (endpoint, error))
        {
          g_prefix_error (error, "livevoice.conf: [endpoint %s]: ", endpoint->name);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
lv_config_check_endpoint (LvConfig *config, const char *endpoint, GError **error)
{
  g_autoptr (GString) names = NULL;

  if (g_str_equal (endpoint, "auto") || g_str_equal (endpoint, "engine") ||
      strstr (endpoint, "://") != NULL || find_endpoint (config, endpoint) != NULL)
    return TRUE;
  names = g_string_new ("auto, engine");
  for (guint i = 0; i < config->endpoints->len; i++)
    g_string_append_printf (names, ", %s",
                            ((LvEndpointConfig *) config->endpoints->pdata[i])->name);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "livevoice.conf has no endpoint \"%s\"; there are %s, and ws:// or wss:// URLs",
               endpoint, names->str);
  return FALSE;
}

static gboolean
check_profiles (LvConfig *config, GError **error)
{
  for (guint i = 0; i < config->profiles->len; i++)
    {
      LvProfile *profile = config->profiles->pdata[i];

      if (!lv_config_check_endpoint (config, profile->endpoint, error))
        {
          g_prefix_error (error, "livevoice.conf: [profile %s]: 'endpoint': ", profile->name);
          return FALSE;
        }
    }
  return TRUE;
}

static LvConfig *
config_from_sources (GPtrArray *sources, GError **error)
{
  g_autoptr (LvConfig) config = config_new ();
  g_autoptr (GError) raw = NULL;

  if (!apply_pass (config, sources, TRUE, &raw) || !apply_pass (config, sources, FALSE, &raw) ||
      !check_endpoints (config, &raw) || !check_profiles (config, &raw))
    {
      refuse (raw->message, error);
      return NULL;
    }
  for (guint i = 0; i < config->profiles->len; i++)
    g_ptr_array_add (config->names, ((LvProfile *) config->profiles->pdata[i])->name);
  g_ptr_array_add (config->names, NULL);
  return g_steal_pointer (&config);
}

LvConfig *
lv_config_load_dirs (const char *const *dirs, GError **error)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func ((GDestroyNotify) source_free);

  for (guint i = 0; dirs[i] != NULL; i++)
    if (!add_dir (sources, dirs[i], error))
      return NULL;
  return config_from_sources (sources, error);
}

static LvConfig *
load_file (const char *path, GError **error)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func ((GDestroyNotify) source_free);

  if (!add_file (sources, path, error))
    return NULL;
  if (sources->len == 0)
    {
      refuse_file (path, g_strerror (ENOENT), error);
      return NULL;
    }
  return config_from_sources (sources, error);
}

LvConfig *
lv_config_load (const char *path, GError **error)
{
  const char *override = path != NULL ? path : g_getenv (LV_ENV_CONFIG);
  g_autofree char *user_dir = g_build_filename (g_get_user_config_dir (), "livevoice", NULL);
  const char *dirs[] = { LV_PKGDATADIR, LV_SYSCONFDIR "/livevoice", user_dir, NULL };

  return override != NULL ? load_file (override, error) : lv_config_load_dirs (dirs, error);
}

LvConfig *
lv_config_ref (LvConfig *config)
{
  g_atomic_ref_count_inc (&config->ref_count);
  return config;
}

void
lv_config_unref (LvConfig *config)
{
  if (!g_atomic_ref_count_dec (&config->ref_count))
    return;
  g_ptr_array_unref (config->profiles);
  g_ptr_array_unref (config->endpoints);
  lv_models_unref (config->models);
  g_ptr_array_unref (config->names);
  g_free (config);
}

const LvProfile *
lv_config_get_profile (LvConfig *config, const char *name)
{
  return find_profile (config, name != NULL ? name : LV_PROFILE_DEFAULT);
}

const char *const *
lv_config_get_profile_names (LvConfig *config)
{
  return (const char *const *) config->names->pdata;
}

const LvEndpointConfig *
lv_config_get_endpoint (LvConfig *config, const char *name)
{
  return find_endpoint (config, name);
}

GPtrArray *
lv_config_get_endpoints (LvConfig *config)
{
  return config->endpoints;
}

const LvDaemonConfig *
lv_config_get_daemon (LvConfig *config)
{
  return &config->daemon;
}

LvModels *
lv_config_get_models (LvConfig *config)
{
  return config->models;
}
