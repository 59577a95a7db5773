/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl tools: what the assistant can call, by provider.
 */
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-text.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>

static void
print_tool (const char *provider, const char *name, const char *description)
{
  g_autofree char *text = g_strdup_printf ("%s  (%s)  %s", name, provider, description);
  g_autofree char *clean = lv_cli_text_clean (text, FALSE);

  puts (clean);
}

static GVariant *
make_object (const char *provider, const char *name, const char *description, GVariant *details)
{
  GVariantDict object;

  g_variant_dict_init (&object, details);
  g_variant_dict_insert (&object, "provider", "s", provider);
  g_variant_dict_insert (&object, "name", "s", name);
  g_variant_dict_insert (&object, "description", "s", description);
  return g_variant_dict_end (&object);
}

static void
print_tools (LvCli *cli, GVariant *tools)
{
  GVariantBuilder array;
  GVariantIter iter;
  const char *provider;
  const char *name;
  const char *description;
  GVariant *details;

  g_variant_builder_init (&array, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_iter_init (&iter, tools);
  while (g_variant_iter_loop (&iter, "(&s&s&s@a{sv})", &provider, &name, &description, &details))
    {
      g_variant_builder_add_value (&array, make_object (provider, name, description, details));
      if (!cli->json)
        print_tool (provider, name, description);
    }
  if (cli->json)
    lv_cli_json_print (g_variant_builder_end (&array));
  else
    g_variant_builder_clear (&array);
}

int
lv_cli_tools (LvCli *cli, GStrv args)
{
  g_auto (GStrv) rest = lv_cli_parse (cli, args, NULL, 0, 0, FALSE);
  g_autoptr (LvDbusManager) manager = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) tools = NULL;
  g_autoptr (GError) error = NULL;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  manager = lv_cli_get_manager (cli, &error);
  reply = manager != NULL ? lv_cli_call (cli, manager, "ListTools", NULL, &error) : NULL;
  if (reply == NULL)
    return lv_cli_report (cli, error);
  tools = g_variant_get_child_value (reply, 0);
  print_tools (cli, tools);
  return LV_EXIT_OK;
}
