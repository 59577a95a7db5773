/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl models, voices, languages and devices: what there is to choose from.
 */
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-text.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>

typedef struct {
  const char *method;
  const char *id;                                    /* the member that leads a line */
  void (*describe) (GVariant *entry, GString *line); /* what follows it */
} List;

static const char *
get_text (GVariant *entry, const char *name)
{
  const char *text = "";

  g_variant_lookup (entry, name, "&s", &text);
  return text;
}

static gboolean
get_flag (GVariant *entry, const char *name)
{
  gboolean flag = FALSE;

  g_variant_lookup (entry, name, "b", &flag);
  return flag;
}

static void
describe_model (GVariant *entry, GString *line)
{
  if (*get_text (entry, "name") != '\0')
    g_string_append_printf (line, "  %s", get_text (entry, "name"));
  if (get_flag (entry, "default"))
    g_string_append_printf (line, "  (%s)", _ ("the default"));
  if (*get_text (entry, "replaced-by") != '\0')
    g_string_append_printf (line, _ ("  (retired, use %s)"), get_text (entry, "replaced-by"));
}

static void
describe_voice (GVariant *entry, GString *line)
{
  if (*get_text (entry, "description") != '\0')
    g_string_append_printf (line, "  %s", get_text (entry, "description"));
  if (get_flag (entry, "library"))
    g_string_append_printf (line, "  (%s)", _ ("library"));
}

static void
describe_language (GVariant *entry, GString *line)
{
  g_string_append_printf (line, "  %s", get_text (entry, "name"));
  if (get_flag (entry, "speaks"))
    g_string_append_printf (line, "  %s", _ ("speaks"));
  if (get_flag (entry, "transcribes"))
    g_string_append_printf (line, "  %s", _ ("writes down"));
  if (get_flag (entry, "translates"))
    g_string_append_printf (line, "  %s", _ ("translates into"));
}

static void
describe_device (GVariant *entry, GString *line)
{
  static const struct {
    const char *member;
    const char *text;
  } flags[] = {
    { "default", N_ ("the default") },
    { "muted", N_ ("muted") },
    { "virtual", N_ ("virtual") },
    { "in-use", N_ ("in use") },
  };
  gboolean listens = g_str_equal (get_text (entry, "kind"), "microphone");

  g_string_append_printf (line, "  %s", listens ? _ ("microphone") : _ ("speaker"));
  g_string_append_printf (line, "  %s", get_text (entry, "description"));
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (get_flag (entry, flags[i].member))
      g_string_append_printf (line, "  (%s)", _ (flags[i].text));
}

static void
print_text (const List *list, GVariant *entries)
{
  for (gsize i = 0; i < g_variant_n_children (entries); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (entries, i);
      g_autoptr (GString) line = g_string_new (get_text (entry, list->id));
      g_autofree char *clean = NULL;

      list->describe (entry, line);
      clean = lv_cli_text_clean (line->str, FALSE);
      puts (clean);
    }
}

static int
run (LvCli *cli, const List *list, GVariant *options)
{
  g_autoptr (GVariant) parameters = g_variant_ref_sink (g_variant_new ("(@a{sv})", options));
  g_autoptr (GError) error = NULL;
  g_autoptr (LvDbusManager) manager = lv_cli_get_manager (cli, &error);
  g_autoptr (GVariant) reply =
      manager != NULL ? lv_cli_call (cli, manager, list->method, parameters, &error) : NULL;
  g_autoptr (GVariant) entries = NULL;

  if (reply == NULL)
    return lv_cli_report (cli, error);
  entries = g_variant_get_child_value (reply, 0);
  if (cli->json)
    lv_cli_json_print (entries);
  else
    print_text (list, entries);
  return LV_EXIT_OK;
}

/* The two that a service may be asked for. */
static int
run_asked (LvCli *cli, GStrv args, const List *list)
{
  g_autofree char *endpoint = NULL;
  g_autofree char *model = NULL;
  gboolean offline = FALSE;
  const GOptionEntry entries[] = {
    { "endpoint", 0, 0, G_OPTION_ARG_STRING, &endpoint,
      N_ ("Another endpoint than that of the default profile"), N_ ("NAME") },
    { "model", 0, 0, G_OPTION_ARG_STRING, &model, N_ ("What this model has"), N_ ("MODEL") },
    { "offline", 0, 0, G_OPTION_ARG_NONE, &offline,
      N_ ("Do not ask the service; show what this version knows"), NULL },
    { NULL }
  };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, entries, 0, 0, FALSE);
  GVariantBuilder options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (endpoint != NULL)
    lv_cli_json_add (&options, "endpoint", "s", endpoint);
  if (model != NULL)
    lv_cli_json_add (&options, "model", "s", model);
  if (offline)
    lv_cli_json_add (&options, "offline", "b", TRUE);
  if (rest != NULL)
    return run (cli, list, g_variant_builder_end (&options));
  g_variant_builder_clear (&options);
  return LV_EXIT_USAGE;
}

int
lv_cli_models (LvCli *cli, GStrv args)
{
  static const List list = { "ListModels", "id", describe_model };

  return run_asked (cli, args, &list);
}

int
lv_cli_voices (LvCli *cli, GStrv args)
{
  static const List list = { "ListVoices", "id", describe_voice };

  return run_asked (cli, args, &list);
}

/* The two that are known without asking a service. */
static int
run_known (LvCli *cli, GStrv args, const List *list)
{
  g_auto (GStrv) rest = lv_cli_parse (cli, args, NULL, 0, 0, FALSE);

  if (rest == NULL)
    return LV_EXIT_USAGE;
  return run (cli, list, g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
}

int
lv_cli_languages (LvCli *cli, GStrv args)
{
  static const List list = { "ListLanguages", "code", describe_language };

  return run_known (cli, args, &list);
}

int
lv_cli_devices (LvCli *cli, GStrv args)
{
  static const List list = { "ListDevices", "name", describe_device };

  return run_known (cli, args, &list);
}
