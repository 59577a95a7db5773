/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl translate: what the microphone hears is said in another language, with the captions
 * of both, until Ctrl-C. A conversation with a model that translates instead of answering.
 */
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-talk.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>

#define MODEL "gemini-3.5-live-translate-preview"

typedef struct {
  char *to;
  char *profile;
  char *model;
  gboolean echo;
} Wishes;

static void
wishes_clear (Wishes *wishes)
{
  g_free (wishes->to);
  g_free (wishes->profile);
  g_free (wishes->model);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wishes, wishes_clear)

static GVariant *
make_start_options (const Wishes *wishes)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (wishes->profile != NULL)
    lv_cli_json_add (&options, "profile", "s", wishes->profile);
  /* a profile has a model of its own */
  if (wishes->model != NULL || wishes->profile == NULL)
    lv_cli_json_add (&options, "model", "s", wishes->model != NULL ? wishes->model : MODEL);
  lv_cli_json_add (&options, "translate-to", "s", wishes->to);
  if (wishes->echo)
    lv_cli_json_add (&options, "echo-target-language", "b", TRUE);
  return g_variant_builder_end (&options);
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
    { NULL }
  };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 0, FALSE);

  if (rest == NULL)
    return LV_EXIT_USAGE;
  if (wishes.to == NULL)
    return lv_cli_usage (cli, _ ("say the language: --to LANG"));
  return lv_cli_talk_hold (cli, make_start_options (&wishes), FALSE);
}
