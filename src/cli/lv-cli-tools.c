/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl tools: what the assistant can call, by provider.
 */
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-text.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

static void
print_tool (const char *provider, const char *name, const char *description)
{
  g_autofree char *text = *provider != '\0'
                              ? g_strdup_printf ("%s  (%s)  %s", name, provider, description)
                              : g_strdup_printf ("%s  %s", name, description);
  g_autofree char *clean = lv_cli_text_clean (text, FALSE);

  puts (clean);
}

static GVariant *
make_object (GVariant *tool)
{
  g_autoptr (GVariant) details = NULL;
  GVariantDict object;
  const char *provider;
  const char *name;
  const char *description;

  g_variant_get (tool, "(&s&s&s@a{sv})", &provider, &name, &description, &details);
  g_variant_dict_init (&object, details);
  g_variant_dict_insert (&object, "provider", "s", provider);
  g_variant_dict_insert (&object, "name", "s", name);
  g_variant_dict_insert (&object, "description", "s", description);
  return g_variant_dict_end (&object);
}

/* By name, then provider. */
static int
compare_tools (gconstpointer a, gconstpointer b)
{
  GVariant *left = *(GVariant *const *) a;
  GVariant *right = *(GVariant *const *) b;
  const char *names[2];
  const char *providers[2];
  int order;

  g_variant_get (left, "(&s&s&s@a{sv})", &providers[0], &names[0], NULL, NULL);
  g_variant_get (right, "(&s&s&s@a{sv})", &providers[1], &names[1], NULL, NULL);
  order = strcmp (names[0], names[1]);
  return order != 0 ? order : strcmp (providers[0], providers[1]);
}

static GPtrArray *
sort_tools (GVariant *tools)
{
  GPtrArray *sorted = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  for (gsize i = 0; i < g_variant_n_children (tools); i++)
    g_ptr_array_add (sorted, g_variant_get_child_value (tools, i));
  g_ptr_array_sort (sorted, compare_tools);
  return sorted;
}

static void
print_json (GPtrArray *tools)
{
  GVariantBuilder array;

  g_variant_builder_init (&array, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < tools->len; i++)
    g_variant_builder_add_value (&array, make_object (tools->pdata[i]));
  lv_cli_json_print (g_variant_builder_end (&array));
}

static void
print_text (GPtrArray *tools)
{
  const char *provider;
  const char *name;
  const char *description;

  for (guint i = 0; i < tools->len; i++)
    {
      g_variant_get (tools->pdata[i], "(&s&s&s@a{sv})", &provider, &name, &description, NULL);
      print_tool (provider, name, description);
    }
  if (tools->len == 0)
    g_printerr ("%s\n", _ ("No program offers a tool. 'livevoicectl run-tool --help' tells how."));
}

int
lv_cli_tools (LvCli *cli, GStrv args)
{
  g_auto (GStrv) rest = lv_cli_parse (cli, args, NULL, 0, 0, FALSE);
  g_autoptr (LvDbusManager) manager = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) tools = NULL;
  g_autoptr (GPtrArray) sorted = NULL;
  g_autoptr (GError) error = NULL;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  manager = lv_cli_get_manager (cli, &error);
  reply = manager != NULL ? lv_cli_call (cli, manager, "ListTools", NULL, &error) : NULL;
  if (reply == NULL)
    return lv_cli_report (cli, error);
  tools = g_variant_get_child_value (reply, 0);
  sorted = sort_tools (tools);
  (cli->json ? print_json : print_text) (sorted);
  return LV_EXIT_OK;
}
