/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl token: an ephemeral token of the service, for somebody who must not have the key.
 */
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>

static void
add_count (GVariantBuilder *object, const char *name, int value)
{
  if (value >= 0)
    lv_cli_json_add (object, name, "u", (guint32) value);
}

static void
print_token (LvCli *cli, GVariant *result)
{
  const char *token = "";

  if (cli->json)
    {
      lv_cli_json_print (result);
      return;
    }
  g_variant_lookup (result, "token", "&s", &token);
  g_print ("%s\n", token);
}

int
lv_cli_token (LvCli *cli, GStrv args)
{
  g_autofree char *model = NULL;
  g_autofree char *endpoint = NULL;
  int uses = -1, lifetime = -1, new_session = -1;
  const GOptionEntry options[] = {
    { "uses", 0, 0, G_OPTION_ARG_INT, &uses,
      N_ ("How many conversations it opens; 0 is any number"), N_ ("NUMBER") },
    { "expires-in", 0, 0, G_OPTION_ARG_INT, &lifetime, N_ ("Seconds until it is worth nothing"),
      N_ ("SECONDS") },
    { "new-session-expires-in", 0, 0, G_OPTION_ARG_INT, &new_session,
      N_ ("Seconds until it opens no further conversation"), N_ ("SECONDS") },
    { "model", 0, 0, G_OPTION_ARG_STRING, &model, N_ ("The only model that it is good for"),
      N_ ("MODEL") },
    { "endpoint", 0, 0, G_OPTION_ARG_STRING, &endpoint,
      N_ ("The endpoint whose credential is used"), N_ ("NAME") },
    { NULL }
  };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 0, FALSE);
  GVariantBuilder wanted = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autoptr (LvDbusManager) manager = NULL;
  g_autoptr (GError) error = NULL;

  add_count (&wanted, "uses", uses);
  add_count (&wanted, "expires-in", lifetime);
  add_count (&wanted, "new-session-expires-in", new_session);
  if (model != NULL)
    lv_cli_json_add (&wanted, "model", "s", model);
  if (endpoint != NULL)
    lv_cli_json_add (&wanted, "endpoint", "s", endpoint);
  parameters = g_variant_ref_sink (g_variant_new ("(a{sv})", &wanted));
  if (rest == NULL)
    return LV_EXIT_USAGE;
  manager = lv_cli_get_manager (cli, &error);
  reply = manager != NULL ? lv_cli_call (cli, manager, "CreateToken", parameters, &error) : NULL;
  if (reply == NULL)
    return lv_cli_report (cli, error);
  result = g_variant_get_child_value (reply, 0);
  print_token (cli, result);
  return LV_EXIT_OK;
}
