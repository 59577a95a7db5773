/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-endpoint-config.h"

#include "base/lv-names.h"
#include "config/lv-endpoint-url.h"

#include <string.h>

#define METADATA_URL "http://metadata.google.internal"
#define VALUE_MAX 2048 /* bytes */

typedef enum {
  KIND_WORD,    /* stored as its index */
  KIND_VERSION, /* a word, "auto" stored as "" */
  KIND_ID,      /* part of a host name or a path */
  KIND_NAME,    /* of a credential */
  KIND_FILE,    /* an absolute path, or below ~/ */
  KIND_URL,     /* of a server that speaks the Live API */
  KIND_PROXY,
  KIND_HTTP, /* of the metadata server */
  KIND_COMMAND,
} Kind;

typedef struct {
  const char *name;
  Kind kind;
  gsize offset;
  const char *words;
  const char *initial;
} Key;

#define FIELD(member) G_STRUCT_OFFSET (LvEndpointConfig, member)

static const Key keys[] = {
  { "api", KIND_WORD, FIELD (api), "developer|vertex|vertex-express", NULL },
  { "api-version", KIND_VERSION, FIELD (api_version), "auto|v1alpha|v1beta|v1|v1beta1", "" },
  { "project", KIND_ID, FIELD (project), NULL, "" },
  { "location", KIND_ID, FIELD (location), NULL, "" },
  { "base-url", KIND_URL, FIELD (base_url), NULL, "" },
  { "ca-file", KIND_FILE, FIELD (ca_file), NULL, "" },
  { "proxy", KIND_PROXY, FIELD (proxy), NULL, "" },
  { "credential", KIND_WORD, FIELD (credential),
    "auto|key|ephemeral|token|service-account|adc|metadata|command|none", NULL },
  { "credential-name", KIND_NAME, FIELD (credential_name), NULL, LV_CREDENTIAL_NAME },
  { "credential-ca-file", KIND_FILE, FIELD (credential_ca_file), NULL, "" },
  { "credential-file", KIND_FILE, FIELD (credential_file), NULL, "" },
  { "credential-command", KIND_COMMAND, FIELD (command), NULL, NULL },
  { "metadata-url", KIND_HTTP, FIELD (metadata_url), NULL, METADATA_URL },
};

static const char *const reserved[] = { "auto", "engine", NULL };

static gpointer
get_member (LvEndpointConfig *config, const Key *key)
{
  return G_STRUCT_MEMBER_P (config, key->offset);
}

static gboolean
is_string (const Key *key)
{
  return key->kind != KIND_WORD && key->kind != KIND_COMMAND;
}

LvEndpointConfig *
lv_endpoint_config_new (const char *name)
{
  LvEndpointConfig *config = g_new0 (LvEndpointConfig, 1);

  config->name = g_strdup (name);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (is_string (&keys[i]))
      *(char **) get_member (config, &keys[i]) = g_strdup (keys[i].initial);
  return config;
}

LvEndpointConfig *
lv_endpoint_config_copy (const LvEndpointConfig *config)
{
  LvEndpointConfig *copy = g_memdup2 (config, sizeof *config);

  copy->name = g_strdup (config->name);
  copy->command = g_strdupv (config->command);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (is_string (&keys[i]))
      {
        char **member = get_member (copy, &keys[i]);

        *member = g_strdup (*member);
      }
  return copy;
}

void
lv_endpoint_config_free (LvEndpointConfig *config)
{
  g_free (config->name);
  g_strfreev (config->command);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (is_string (&keys[i]))
      g_free (*(char **) get_member (config, &keys[i]));
  g_free (config);
}

static gboolean
is_made_of (const char *text, const char *others)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (others, *p) == NULL)
      return FALSE;
  return *text != '\0' && strlen (text) <= LV_ENDPOINT_NAME_MAX;
}

gboolean
lv_endpoint_config_is_name (const char *name)
{
  return is_made_of (name, "-_") && !g_strv_contains (reserved, name);
}

static gboolean
refuse (const Key *key, const char *expected, GError **error)
{
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' must be %s", key->name, expected);
  return FALSE;
}

static int
find_word (const Key *key, const char *word)
{
  g_auto (GStrv) words = g_strsplit (key->words, "|", -1);

  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word))
      return i;
  return -1;
}

static gboolean
refuse_word (const Key *key, GError **error)
{
  g_auto (GStrv) words = g_strsplit (key->words, "|", -1);
  g_autofree char *list = g_strjoinv ("\", \"", words);
  g_autofree char *expected = g_strdup_printf ("one of \"%s\"", list);

  return refuse (key, expected, error);
}

static gboolean
set_word (LvEndpointConfig *config, const Key *key, const char *text, GError **error)
{
  int value = find_word (key, text);

  if (value < 0)
    return refuse_word (key, error);
  *(int *) get_member (config, key) = value;
  return TRUE;
}

static void
set_string (LvEndpointConfig *config, const Key *key, const char *text)
{
  char **member = get_member (config, key);

  g_free (*member);
  *member = g_strdup (text);
}

static gboolean
set_version (LvEndpointConfig *config, const Key *key, const char *text, GError **error)
{
  if (find_word (key, text) < 0)
    return refuse_word (key, error);
  set_string (config, key, g_str_equal (text, "auto") ? "" : text);
  return TRUE;
}

static gboolean
set_file (LvEndpointConfig *config, const Key *key, const char *text, GError **error)
{
  g_autofree char *path = g_str_has_prefix (text, "~/")
                              ? g_build_filename (g_get_home_dir (), text + 2, NULL)
                              : g_strdup (text);

  if (*path != '\0' && !g_path_is_absolute (path))
    return refuse (key, "an absolute path, or one that begins with ~/", error);
  set_string (config, key, path);
  return TRUE;
}

static gboolean
is_http (const char *text, gboolean with_path)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";

  return (g_str_equal (scheme, "http") || g_str_equal (scheme, "https")) &&
         g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
         g_uri_get_query (uri) == NULL && g_uri_get_fragment (uri) == NULL &&
         g_uri_get_userinfo (uri) == NULL && (with_path || strlen (g_uri_get_path (uri)) <= 1);
}

static gboolean
set_proxy (LvEndpointConfig *config, const Key *key, const char *text, GError **error)
{
  if (*text != '\0' && !g_str_equal (text, "none") && !is_http (text, FALSE))
    return refuse (key,
                   "empty for the system's own, \"none\", or http://HOST:PORT without a user name",
                   error);
  set_string (config, key, text);
  return TRUE;
}

static gboolean
set_url (LvEndpointConfig *config, const Key *key, const char *text, GError **error)
{
  g_autoptr (GUri) uri = NULL;

  if (*text != '\0' && !g_str_has_prefix (text, LV_ENDPOINT_URL_UNIX "/"))
    {
      uri = lv_endpoint_url_parse (text, error);
      if (uri == NULL)
        {
          g_prefix_error (error, "'%s': ", key->name);
          return FALSE;
        }
      if (g_uri_get_query (uri) != NULL)
        return refuse (key, "a URL without a query", error);
    }
  set_string (config, key, text);
  return TRUE;
}

static gboolean
set_command (LvEndpointConfig *config, const Key *key, const char *text, GError **error)
{
  g_auto (GStrv) argv = NULL;

  if (strlen (text) > LV_ENDPOINT_COMMAND_MAX || !g_shell_parse_argv (text, NULL, &argv, NULL))
    return refuse (key, "a program and its arguments, quoted as for a shell", error);
  g_strfreev (config->command);
  config->command = g_steal_pointer (&argv);
  return TRUE;
}

static gboolean
set_checked (LvEndpointConfig *config, const Key *key, const char *text, gboolean fits,
             const char *expected, GError **error)
{
  if (!fits)
    return refuse (key, expected, error);
  set_string (config, key, text);
  return TRUE;
}

static gboolean
set_value (LvEndpointConfig *config, const Key *key, const char *text, GError **error)
{
  switch (key->kind)
    {
    case KIND_WORD:
      return set_word (config, key, text, error);
    case KIND_VERSION:
      return set_version (config, key, text, error);
    case KIND_FILE:
      return set_file (config, key, text, error);
    case KIND_URL:
      return set_url (config, key, text, error);
    case KIND_PROXY:
      return set_proxy (config, key, text, error);
    case KIND_COMMAND:
      return set_command (config, key, text, error);
    case KIND_ID:
      /* A project's old id may begin with a domain: example.com:name. */
      return set_checked (config, key, text, *text == '\0' || is_made_of (text, "-.:"),
                          "letters, digits, '-', '.' and ':'", error);
    case KIND_NAME:
      return set_checked (config, key, text, is_made_of (text, "-_") && *text != '-',
                          "letters, digits, '-' and '_'", error);
    case KIND_HTTP:
    default:
      return set_checked (config, key, text, is_http (text, TRUE), "an http:// or https:// URL",
                          error);
    }
}

static gboolean
refuse_unknown (const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *known = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_ptr_array_add (names, (gpointer) keys[i].name);
  g_ptr_array_add (names, NULL);
  known = g_strjoinv (", ", (char **) names->pdata);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%.64s' is not known; known are: %s", name,
               known);
  return FALSE;
}

gboolean
lv_endpoint_config_set (LvEndpointConfig *config, const char *key, const char *text, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].name, key))
      return strlen (text) > VALUE_MAX ? refuse (&keys[i], "shorter than 2 KiB", error)
                                       : set_value (config, &keys[i], text, error);
  return refuse_unknown (key, error);
}

static gboolean
has_version (const LvEndpointConfig *config, const char *const *versions)
{
  return *config->api_version == '\0' || g_strv_contains (versions, config->api_version);
}

/* NULL: all is well. */
static const char *
find_contradiction (const LvEndpointConfig *config)
{
  static const char *const developer_versions[] = { "v1beta", "v1alpha", NULL };
  static const char *const vertex_versions[] = { "v1", "v1beta1", NULL };
  gboolean is_developer = config->api == LV_ENDPOINT_DEVELOPER;
  gboolean is_oauth =
      config->credential >= LV_CREDENTIAL_TOKEN && config->credential <= LV_CREDENTIAL_COMMAND;

  if (!has_version (config, is_developer ? developer_versions : vertex_versions))
    return is_developer ? "'api-version' must be v1beta or v1alpha with this api"
                        : "'api-version' must be v1 or v1beta1 with this api";
  if (config->api == LV_ENDPOINT_VERTEX && *config->project == '\0')
    return "'project' is needed with api=vertex";
  if (config->credential == LV_CREDENTIAL_EPHEMERAL && !is_developer)
    return "'credential': only the Developer API takes ephemeral tokens";
  if (config->credential == LV_CREDENTIAL_KEY && config->api == LV_ENDPOINT_VERTEX)
    return "'credential': an API key opens api=vertex-express, not api=vertex";
  if (is_oauth && config->api == LV_ENDPOINT_VERTEX_EXPRESS)
    return "'credential': api=vertex-express takes an API key; use api=vertex";
  if (config->credential == LV_CREDENTIAL_COMMAND && config->command == NULL)
    return "'credential-command' is needed with credential=command";
  return NULL;
}

gboolean
lv_endpoint_config_check (LvEndpointConfig *config, GError **error)
{
  const char *contradiction;

  if (config->credential == LV_CREDENTIAL_AUTO)
    config->credential = config->api == LV_ENDPOINT_VERTEX ? LV_CREDENTIAL_ADC : LV_CREDENTIAL_KEY;
  contradiction = find_contradiction (config);
  if (contradiction == NULL)
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, contradiction);
  return FALSE;
}
