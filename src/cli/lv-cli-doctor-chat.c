/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the chat endpoint can be reached that the offline engine is told to think with. Nothing
 * is sent there.
 */
#include "cli/lv-cli-doctor.h"

#include "base/lv-names.h"
#include "config.h"

#include <glib/gi18n.h>

#define CONNECT_TIMEOUT_S 5

/* The user's engine.conf, else the system's, as the engine looks for it. */
static char *
read_chat_url (void)
{
  g_autofree char *user = g_build_filename (g_get_user_config_dir (), LV_ENGINE_CONFIG_FILE, NULL);
  g_autofree char *system = g_build_filename (LV_SYSCONFDIR, LV_ENGINE_CONFIG_FILE, NULL);
  const char *path = g_file_test (user, G_FILE_TEST_EXISTS) ? user : system;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  return g_key_file_get_string (file, LV_ENGINE_CONFIG_GROUP, LV_ENGINE_KEY_CHAT_URL, NULL);
}

static gboolean
can_connect (LvCli *cli, const char *url, GError **error)
{
  gboolean tls = g_str_has_prefix (url, "https:");
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_socket_client_set_timeout (client, CONNECT_TIMEOUT_S);
  g_socket_client_connect_to_uri_async (client, url, tls ? 443 : 80, cli->cancellable,
                                        lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  connection = g_socket_client_connect_to_uri_finish (client, result, error);
  return connection != NULL;
}

void
lv_check_chat (LvCli *cli, LvCheckResult *result)
{
  g_autofree char *url = g_strdup (g_getenv (LV_ENV_CHAT_URL));
  g_autoptr (GError) error = NULL;

  if (url == NULL)
    url = read_chat_url ();
  if (url == NULL)
    lv_check_result_set (result, LV_CHECK_OK, NULL,
                         _ ("no chat endpoint; the engine thinks for itself"));
  else if (can_connect (cli, url, &error))
    lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("answers at %s"), url);
  else
    lv_check_result_set (
        result, LV_CHECK_WARNING,
        _ ("Start that server, or mend or remove chat-url in livevoice/engine.conf."),
        _ ("%s cannot be reached: %s"), url, error->message);
}
