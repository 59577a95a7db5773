/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl ask: one question, its answer as text on standard output. In a session of its own
 * without any audio, so it neither hears nor disturbs a conversation.
 */
#include "cli/lv-cli-answer.h"
#include "cli/lv-cli-option.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>

#define DEFAULT_TIMEOUT_S 60
#define MAX_TIMEOUT_S 3600

typedef struct {
  char *profile;
  char *model;
  GStrv assignments;
  int timeout_s;
} AskOptions;

/* NULL: one of the assignments is wrong. */
static GVariant *
make_session_options (const AskOptions *ask, GError **error)
{
  static const char *const text[] = { "text", NULL };
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "audio", "s", "none");
  g_variant_dict_insert (&options, "modalities", "^as", text);
  if (ask->profile != NULL)
    g_variant_dict_insert (&options, "profile", "s", ask->profile);
  if (ask->model != NULL)
    g_variant_dict_insert (&options, "model", "s", ask->model);
  if (!lv_cli_option_read ((const char *const *) ask->assignments, &options, error))
    return NULL;
  return g_variant_ref_sink (g_variant_dict_end (&options));
}

static char *
get_answer (LvCli *cli, GVariant *options, const char *text, GError **error)
{
  g_autofree char *path = lv_cli_answer_open (cli, options, error);
  char *answer;

  if (path == NULL)
    return NULL;
  answer = lv_cli_answer_get (cli, path, TRUE, text, error);
  lv_cli_answer_close (cli, path);
  return answer;
}

static int
ask (LvCli *cli, const AskOptions *options, GStrv words)
{
  int status = LV_EXIT_USAGE;
  g_autofree char *text = lv_cli_read_text (cli, words, &status);
  g_autofree char *answer = NULL;
  g_autoptr (GVariant) session_options = NULL;
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return status;
  session_options = make_session_options (options, &error);
  if (session_options == NULL)
    return lv_cli_usage (cli, "%s", error->message);
  if (!lv_cli_connect (cli, &error))
    return lv_cli_report (cli, error);
  lv_cli_set_deadline (cli, (guint) options->timeout_s);
  answer = get_answer (cli, session_options, text, &error);
  if (answer == NULL)
    return lv_cli_report (cli, error);
  lv_cli_answer_print (cli, answer);
  return LV_EXIT_OK;
}

int
lv_cli_ask (LvCli *cli, GStrv args)
{
  g_autofree char *profile = NULL;
  g_autofree char *model = NULL;
  g_auto (GStrv) assignments = NULL;
  int timeout_s = DEFAULT_TIMEOUT_S;
  const GOptionEntry options[] = {
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s,
      N_ ("Wait at most so long for the answer; 60 by default"), N_ ("SECONDS") },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &profile,
      N_ ("Use the group [profile NAME] of livevoice.conf"), N_ ("NAME") },
    { "model", 0, 0, G_OPTION_ARG_STRING, &model, N_ ("Ask this model"), N_ ("ID") },
    { "option", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &assignments, LV_CLI_OPTION_HELP,
      LV_CLI_OPTION_ARGUMENT },
    { NULL }
  };
  g_auto (GStrv) words = lv_cli_parse (cli, args, options, 1, G_MAXUINT, FALSE);
  AskOptions ask_options = {
    .profile = profile, .model = model, .assignments = assignments, .timeout_s = timeout_s
  };

  if (words == NULL)
    return LV_EXIT_USAGE;
  if (timeout_s < 1 || timeout_s > MAX_TIMEOUT_S)
    return lv_cli_usage (cli, _ ("--timeout takes 1 to %d seconds"), MAX_TIMEOUT_S);
  return ask (cli, &ask_options, words);
}
