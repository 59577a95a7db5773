/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl ask: one question, its answer as text on standard output. In a session of its own
 * without any audio, so it neither hears nor disturbs a conversation.
 */
#include "cli/lv-cli-answer.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>

#define DEFAULT_TIMEOUT_S 60
#define MAX_TIMEOUT_S 3600

typedef struct {
  char *profile;
  char *model;
  int timeout_s;
} AskOptions;

static GVariant *
make_session_options (const AskOptions *ask)
{
  static const char *const text[] = { "text", NULL };
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&options, "audio", "s", "none");
  lv_cli_json_add (&options, "modalities", "^as", text);
  if (ask->profile != NULL)
    lv_cli_json_add (&options, "profile", "s", ask->profile);
  if (ask->model != NULL)
    lv_cli_json_add (&options, "model", "s", ask->model);
  return g_variant_builder_end (&options);
}

static char *
get_answer (LvCli *cli, const AskOptions *ask, const char *text, GError **error)
{
  g_autofree char *path = lv_cli_answer_open (cli, make_session_options (ask), error);
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
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return status;
  if (!lv_cli_connect (cli, &error))
    return lv_cli_report (cli, error);
  lv_cli_set_deadline (cli, (guint) options->timeout_s);
  answer = get_answer (cli, options, text, &error);
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
  int timeout_s = DEFAULT_TIMEOUT_S;
  const GOptionEntry options[] = {
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s,
      N_ ("Wait at most so long for the answer; 60 by default"), N_ ("SECONDS") },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &profile,
      N_ ("Use the group [profile NAME] of livevoice.conf"), N_ ("NAME") },
    { "model", 0, 0, G_OPTION_ARG_STRING, &model, N_ ("Ask this model"), N_ ("ID") },
    { NULL }
  };
  g_auto (GStrv) words = lv_cli_parse (cli, args, options, 1, G_MAXUINT, FALSE);
  AskOptions ask_options = { .profile = profile, .model = model, .timeout_s = timeout_s };

  if (words == NULL)
    return LV_EXIT_USAGE;
  if (timeout_s < 1 || timeout_s > MAX_TIMEOUT_S)
    return lv_cli_usage (cli, _ ("--timeout takes 1 to %d seconds"), MAX_TIMEOUT_S);
  return ask (cli, &ask_options, words);
}
