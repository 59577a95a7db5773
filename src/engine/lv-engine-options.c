/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/lv-engine-options.h"

#include <string.h>

#define KEY_CHAT_MODEL "chat-model"

static const char *const config_keys[] = { LV_ENGINE_KEY_CHAT_URL, KEY_CHAT_MODEL, NULL };

void
lv_engine_options_free (LvEngineOptions *options)
{
  g_free (options->socket_path);
  g_free (options->listen);
  g_free (options->chat_url);
  g_free (options->chat_model);
  g_free (options->api_key_file);
  g_free (options->api_key);
  g_free (options->faults_file);
  g_free (options->replay_file);
  g_free (options);
}

/* The first engine.conf there is: the user's, the system's. */
static char *
find_config_file (void)
{
  g_autofree char *user = g_build_filename (g_get_user_config_dir (), LV_ENGINE_CONFIG_FILE, NULL);

  if (g_file_test (user, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&user);
  return g_build_filename (LV_SYSCONFDIR, LV_ENGINE_CONFIG_FILE, NULL);
}

static gboolean
refuse_group (const char *group, GError **error)
{
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "[%.64s] is not known; write [%s]", group,
               LV_ENGINE_CONFIG_GROUP);
  return FALSE;
}

/* A key that nobody reads is a mistake. */
static gboolean
check_config (GKeyFile *file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  g_auto (GStrv) keys = g_key_file_get_keys (file, LV_ENGINE_CONFIG_GROUP, NULL, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (!g_str_equal (groups[i], LV_ENGINE_CONFIG_GROUP))
      return refuse_group (groups[i], error);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!g_strv_contains (config_keys, keys[i]))
      {
        g_autofree char *known = g_strjoinv (", ", (char **) config_keys);

        g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%.64s' is not known; known are: %s",
                     keys[i], known);
        return FALSE;
      }
  return TRUE;
}

/* @value := the environment's word, or the file's, unless the command line has set it. */
static void
fall_back (char **value, const char *variable, GKeyFile *file, const char *key)
{
  if (*value == NULL)
    *value = g_strdup (g_getenv (variable));
  if (*value == NULL)
    *value = g_key_file_get_string (file, LV_ENGINE_CONFIG_GROUP, key, NULL);
}

static gboolean
load_config (LvEngineOptions *options, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_autofree char *path = find_config_file ();

  if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local))
    check_config (file, &local);
  if (local != NULL && !g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s: %s", path, local->message);
      return FALSE;
    }
  fall_back (&options->chat_url, LV_ENV_CHAT_URL, file, LV_ENGINE_KEY_CHAT_URL);
  fall_back (&options->chat_model, LV_ENV_CHAT_MODEL, file, KEY_CHAT_MODEL);
  return TRUE;
}

/* It is logged when it fails: no password belongs into it. */
static gboolean
check_chat_url (LvEngineOptions *options, GError **error)
{
  g_autoptr (GUri) uri =
      options->chat_url != NULL ? g_uri_parse (options->chat_url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (options->chat_url == NULL)
    return TRUE;
  if (host != NULL && *host != '\0' && g_uri_get_userinfo (uri) == NULL &&
      (g_str_equal (g_uri_get_scheme (uri), "http") ||
       g_str_equal (g_uri_get_scheme (uri), "https")))
    return TRUE;

  g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                       LV_ENGINE_KEY_CHAT_URL
                       ": write http:// or https:// with a host and without a "
                       "password, such as http://127.0.0.1:11434/v1");
  return FALSE;
}

static gboolean
load_api_key (LvEngineOptions *options, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (options->api_key_file == NULL)
    return TRUE;
  if (!g_file_get_contents (options->api_key_file, &options->api_key, NULL, &local))
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, local->message);
      return FALSE;
    }
  g_strstrip (options->api_key);
  if (*options->api_key != '\0')
    return TRUE;

  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s holds no key", options->api_key_file);
  return FALSE;
}

static gboolean
parse (LvEngineOptions *o, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "socket", 's', 0, G_OPTION_ARG_FILENAME, &o->socket_path, "Listen on the unix socket PATH",
      "PATH" },
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &o->listen,
      "Listen on a loopback port; 0 takes a free one and prints it", "HOST:PORT" },
    { "any-host", 0, 0, G_OPTION_ARG_NONE, &o->any_host,
      "Let --listen name an address that others can reach", NULL },
    { "listen-fd", 0, 0, G_OPTION_ARG_INT, &o->listen_fd, "Listen on an inherited socket", "N" },
    { "idle-exit", 0, 0, G_OPTION_ARG_INT, &o->idle_exit_s,
      "Exit after SECONDS without a connection", "SECONDS" },
    { LV_ENGINE_KEY_CHAT_URL, 0, 0, G_OPTION_ARG_STRING, &o->chat_url,
      "Let the OpenAI-compatible server at URL think", "URL" },
    { KEY_CHAT_MODEL, 0, 0, G_OPTION_ARG_STRING, &o->chat_model, "Model to ask that server for",
      "NAME" },
    { "api-key-file", 0, 0, G_OPTION_ARG_FILENAME, &o->api_key_file,
      "Require the key in FILE of every client", "FILE" },
    { "faults", 0, 0, G_OPTION_ARG_FILENAME, &o->faults_file,
      "Misbehave as the script FILE says, to test clients", "FILE" },
    { "replay", 0, 0, G_OPTION_ARG_FILENAME, &o->replay_file,
      "Play the report FILE of livevoicectl to clients, as the server that it was", "FILE" },
    { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &o->speed, "Play it so many times as fast", "FACTOR" },
    { "text-frames", 0, 0, G_OPTION_ARG_NONE, &o->text_frames,
      "Send text frames instead of binary ones", NULL },
    { "retired-models", 0, 0, G_OPTION_ARG_NONE, &o->retired,
      "Take models that the service has shut down", NULL },
    { "no-interim", 0, 0, G_OPTION_ARG_NONE, &o->no_interim,
      "Send no interim transcriptions of the input", NULL },
    { "debug", 'd', 0, G_OPTION_ARG_NONE, &o->debug, "Log what happens", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &o->version, "Print the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- offline voice engine");
  g_autoptr (GError) local = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, argc, argv, &local) && *argc == 1)
    return TRUE;

  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s",
               local != NULL ? local->message : "there are no arguments but options; see --help");
  return FALSE;
}

LvEngineOptions *
lv_engine_options_new (int *argc, char ***argv, GError **error)
{
  g_autoptr (LvEngineOptions) options = g_new0 (LvEngineOptions, 1);

  options->listen_fd = -1;
  options->speed = 1.0;
  if (!parse (options, argc, argv, error) || !load_config (options, error) ||
      !check_chat_url (options, error) || !load_api_key (options, error))
    return NULL;
  return g_steal_pointer (&options);
}
