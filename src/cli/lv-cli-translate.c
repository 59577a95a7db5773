/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl translate: what the microphone hears is said in another language, with the captions
 * of both, until Ctrl-C. A conversation with a model that translates instead of answering.
 */
#include "cli/lv-cli-option.h"
#include "cli/lv-cli-talk.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>

#define MODEL "gemini-3.5-live-translate-preview"

typedef struct {
  char *to;
  char *profile;
  char *model;
  GStrv assignments;
  gboolean echo;
} Wishes;

static void
wishes_clear (Wishes *wishes)
{
  g_free (wishes->to);
  g_free (wishes->profile);
  g_free (wishes->model);
  g_strfreev (wishes->assignments);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wishes, wishes_clear)

/* NULL: one of the assignments is wrong. */
static GVariant *
make_start_options (const Wishes *wishes, GError **error)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (wishes->profile != NULL)
    g_variant_dict_insert (&options, "profile", "s", wishes->profile);
  /* a profile has a model of its own */
  if (wishes->model != NULL || wishes->profile == NULL)
    g_variant_dict_insert (&options, "model", "s", wishes->model != NULL ? wishes->model : MODEL);
  g_variant_dict_insert (&options, "translate-to", "s", wishes->to);
  if (wishes->echo)
    g_variant_dict_insert (&options, "echo-target-language", "b", TRUE);
  if (!lv_cli_option_read ((const char *const *) wishes->assignments, &options, error))
    return NULL;
  return g_variant_dict_end (&options);
}

int
lv_cli_translate (LvCli *cli, GStrv args)
{
  g_auto (Wishes) wishes = { 0 };
  const GOptionEntry options[] = {
    { "to", 't', 0, G_OPTION_ARG_STRING, &wishes.to,
      N_ ("The language to translate to, such as es or pt-BR"), N_ ("LANG") },
    { "echo", 0, 0, G_OPTION_ARG_NONE, &wishes.echo,
      N_ ("Repeat also what is in that language already"), NULL },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &wishes.profile,
      N_ ("Use the group [profile NAME] of livevoice.conf"), N_ ("NAME") },
    { "model", 0, 0, G_OPTION_ARG_STRING, &wishes.model, N_ ("Use another model that translates"),
      N_ ("ID") },
    { "option", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &wishes.assignments, LV_CLI_OPTION_HELP,
      LV_CLI_OPTION_ARGUMENT },
    { NULL }
  };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 0, FALSE);
  g_autoptr (GError) error = NULL;
  GVariant *start_options;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  if (wishes.to == NULL)
    return lv_cli_usage (cli, _ ("say the language: --to LANG"));
  start_options = make_start_options (&wishes, &error);
  if (start_options == NULL)
    return lv_cli_usage (cli, "%s", error->message);
  return lv_cli_talk_hold (cli, start_options, FALSE);
}
