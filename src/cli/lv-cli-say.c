/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl say: types into the conversation what one would say, and returns when the answer has
 * been spoken. When there is no conversation, it holds a short one of its own, with the speaker but
 * without the microphone.
 */
#include "base/lv-names.h"
#include "cli/lv-cli-answer.h"
#include "cli/lv-cli-option.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>

#define DEFAULT_TIMEOUT_S 120
#define MAX_TIMEOUT_S 3600

/* Whether a conversation is on in the default session. */
static gboolean
is_conversing (LvCli *cli, GError **error)
{
  g_autoptr (LvDbusSession) session = lv_cli_get_session (cli, LV_DEFAULT_SESSION_PATH, error);
  const char *state = session != NULL ? lv_dbus_session_get_state (session) : NULL;

  return state != NULL && !g_str_equal (state, "idle") && !g_str_equal (state, "error");
}

/* NULL: one of the @assignments is wrong. */
static GVariant *
make_session_options (const char *profile, GStrv assignments, GError **error)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "shared-tools", "b", TRUE);
  if (profile != NULL)
    g_variant_dict_insert (&options, "profile", "s", profile);
  if (!lv_cli_option_read ((const char *const *) assignments, &options, error))
    return NULL;
  return g_variant_ref_sink (g_variant_dict_end (&options));
}

static gboolean
mute (LvCli *cli, const char *path, GError **error)
{
  g_autoptr (LvDbusSession) session = lv_cli_get_session (cli, path, error);
  g_autoptr (GVariant) reply = NULL;

  if (session == NULL)
    return FALSE;
  reply = lv_cli_call (cli, session, "SetMuted", g_variant_new ("(b)", TRUE), error);
  return reply != NULL;
}

static char *
say_in_own_session (LvCli *cli, GVariant *options, const char *text, GError **error)
{
  g_autofree char *path = lv_cli_answer_open (cli, options, error);
  char *answer = NULL;

  if (path == NULL)
    return NULL;
  if (mute (cli, path, error))
    answer = lv_cli_answer_get (cli, path, TRUE, text, error);
  lv_cli_answer_close (cli, path);
  return answer;
}

/* @join: into the conversation when there is one. */
static char *
say (LvCli *cli, gboolean join, GVariant *options, const char *text, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (join && is_conversing (cli, &local))
    return lv_cli_answer_get (cli, LV_DEFAULT_SESSION_PATH, FALSE, text, error);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return say_in_own_session (cli, options, text, error);
}

int
lv_cli_say (LvCli *cli, GStrv args)
{
  g_autofree char *profile = NULL;
  g_auto (GStrv) assignments = NULL;
  gboolean verbose = FALSE;
  int timeout_s = DEFAULT_TIMEOUT_S;
  const GOptionEntry options[] = {
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, N_ ("Print the answer too"), NULL },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s,
      N_ ("Wait at most so long for the answer; 120 by default"), N_ ("SECONDS") },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &profile,
      N_ ("Speak in a session of its own with this profile"), N_ ("NAME") },
    { "option", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &assignments, LV_CLI_OPTION_HELP,
      LV_CLI_OPTION_ARGUMENT },
    { NULL }
  };
  g_auto (GStrv) words = lv_cli_parse (cli, args, options, 1, G_MAXUINT, FALSE);
  int status = LV_EXIT_USAGE;
  g_autofree char *text = words != NULL ? lv_cli_read_text (cli, words, &status) : NULL;
  g_autofree char *answer = NULL;
  g_autoptr (GVariant) session_options = NULL;
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return status;
  if (timeout_s < 1 || timeout_s > MAX_TIMEOUT_S)
    return lv_cli_usage (cli, _ ("--timeout takes 1 to %d seconds"), MAX_TIMEOUT_S);
  session_options = make_session_options (profile, assignments, &error);
  if (session_options == NULL)
    return lv_cli_usage (cli, "%s", error->message);
  if (!lv_cli_connect (cli, &error))
    return lv_cli_report (cli, error);
  lv_cli_set_deadline (cli, (guint) timeout_s);
  answer = say (cli, profile == NULL && assignments == NULL, session_options, text, &error);
  if (answer == NULL)
    return lv_cli_report (cli, error);
  if (verbose || cli->json)
    lv_cli_answer_print (cli, answer);
  return LV_EXIT_OK;
}
