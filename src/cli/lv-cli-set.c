/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl set: other settings for the conversation that is going on, and for later ones of the
 * default session.
 */
#include "base/lv-names.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-option.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>

static const char *
describe (const char *applied)
{
  if (g_str_equal (applied, "now"))
    return _ ("It holds from now on.");
  if (g_str_equal (applied, "reconnect"))
    return _ ("It holds as soon as nobody speaks; the conversation goes on.");
  return _ ("It holds for the next conversation.");
}

static void
print_applied (LvCli *cli, const char *applied)
{
  GVariantBuilder object;

  if (!cli->json)
    {
      puts (describe (applied));
      return;
    }
  g_variant_builder_init (&object, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&object, "applied", "s", applied);
  lv_cli_json_print (g_variant_builder_end (&object));
}

int
lv_cli_set (LvCli *cli, GStrv args)
{
  g_auto (GStrv) assignments = lv_cli_parse (cli, args, NULL, 1, G_MAXUINT, FALSE);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (LvDbusSession) session = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  const char *applied;

  if (assignments == NULL)
    return LV_EXIT_USAGE;
  if (!lv_cli_option_read ((const char *const *) assignments, &options, &error))
    return lv_cli_usage (cli, "%s", error->message);
  session = lv_cli_get_session (cli, LV_DEFAULT_SESSION_PATH, &error);
  if (session != NULL)
    reply = lv_cli_call (cli, session, "Configure",
                         g_variant_new ("(@a{sv})", g_variant_dict_end (&options)), &error);
  if (reply == NULL)
    return lv_cli_report (cli, error);
  g_variant_get (reply, "(&s)", &applied);
  print_applied (cli, applied);
  return LV_EXIT_OK;
}
