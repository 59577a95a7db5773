/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl usage: tokens, seconds and an estimate of the cost, by day or of the conversation.
 */
#include "base/lv-names.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>

#define MAX_DAYS 62

/* Of all numbers whose names begin with @prefix. */
static guint64
add_up (GVariant *usage, const char *prefix)
{
  guint64 sum = 0;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, usage);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (g_str_has_prefix (name, prefix) && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
      sum += g_variant_get_uint64 (value);
  return sum;
}

static void
append_cost (GString *line, GVariant *usage)
{
  double cost;

  if (g_variant_lookup (usage, "cost", "d", &cost))
    g_string_append_printf (line, _ (", about $%.4f"), cost);
  else if (add_up (usage, "unpriced-turns") > 0)
    g_string_append (line, _ (", at a price that is not known"));
}

static char *
format_count (guint64 count)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, count);
}

static void
print_usage (const char *title, GVariant *usage)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *turns = format_count (add_up (usage, "turns"));
  g_autofree char *tokens_in =
      format_count (add_up (usage, "prompt-") + add_up (usage, "tool-prompt-"));
  g_autofree char *tokens_out =
      format_count (add_up (usage, "response-") + add_up (usage, "thoughts"));
  double heard = 0;
  double spoke = 0;

  g_variant_lookup (usage, "audio-in-seconds", "d", &heard);
  g_variant_lookup (usage, "audio-out-seconds", "d", &spoke);
  g_string_append_printf (line,
                          _ ("%s: turns %s, tokens in %s, out %s, heard %.0f s, spoke %.0f s"),
                          title, turns, tokens_in, tokens_out, heard, spoke);
  append_cost (line, usage);
  puts (line->str);
}

static void
print_days (GVariant *usage)
{
  g_autoptr (GVariant) days = g_variant_lookup_value (usage, "days", G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; days != NULL && i < g_variant_n_children (days); i++)
    {
      g_autoptr (GVariant) day = g_variant_get_child_value (days, i);
      const char *date = "";

      g_variant_lookup (day, "date", "&s", &date);
      print_usage (date, day);
    }
  if (days == NULL || g_variant_n_children (days) == 0)
    g_printerr ("%s\n", _ ("Nothing was used."));
}

static void
print_budget (GVariant *usage)
{
  g_autoptr (GVariant) budget = g_variant_lookup_value (usage, "budget", G_VARIANT_TYPE ("a(sdd)"));

  for (gsize i = 0; budget != NULL && i < g_variant_n_children (budget); i++)
    {
      const char *what;
      double used, limit;
      g_autoptr (GString) line = g_string_new (NULL);

      g_variant_get_child (budget, i, "(&sdd)", &what, &used, &limit);
      g_string_printf (line, _ ("budget %s: %.0f of %.0f are spent, %.0f left"), what, used, limit,
                       MAX (limit - used, 0));
      puts (line->str);
    }
}

static int
show (LvCli *cli, GVariant *options, gboolean by_day)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (options);
  g_autoptr (GError) error = NULL;
  g_autoptr (LvDbusManager) manager = lv_cli_get_manager (cli, &error);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) usage = NULL;

  if (manager != NULL)
    reply = lv_cli_call (cli, manager, "GetUsage", g_variant_new ("(@a{sv})", owned), &error);
  if (reply == NULL)
    return lv_cli_report (cli, error);
  usage = g_variant_get_child_value (reply, 0);
  if (cli->json)
    lv_cli_json_print (usage);
  else if (by_day)
    print_days (usage);
  else
    print_usage (_ ("Conversations"), usage);
  if (!cli->json)
    print_budget (usage);
  return LV_EXIT_OK;
}

int
lv_cli_show_usage (LvCli *cli, GStrv args)
{
  gboolean conversation = FALSE;
  int days = 1;
  const GOptionEntry options[] = {
    { "days", 0, 0, G_OPTION_ARG_INT, &days, N_ ("So many days back; 1, today, by default"),
      N_ ("N") },
    { "conversation", 0, 0, G_OPTION_ARG_NONE, &conversation,
      N_ ("What the conversations of the desktop used since the daemon was started"), NULL },
    { NULL }
  };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 0, FALSE);
  GVariantBuilder request;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  if (days < 1 || days > MAX_DAYS)
    return lv_cli_usage (cli, _ ("--days takes 1 to %d"), MAX_DAYS);
  g_variant_builder_init (&request, G_VARIANT_TYPE_VARDICT);
  if (conversation)
    lv_cli_json_add (&request, "session", "o", LV_DEFAULT_SESSION_PATH);
  else
    lv_cli_json_add (&request, "days", "u", (guint) days);
  return show (cli, g_variant_builder_end (&request), !conversation);
}
