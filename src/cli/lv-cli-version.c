/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl version: its own, and the daemon's when that runs. Needs no bus to succeed.
 */
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-verbs.h"
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>

static void
print_json (const char *daemon_version)
{
  GVariantBuilder object;

  g_variant_builder_init (&object, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&object, "livevoicectl", "s", LV_VERSION);
  if (daemon_version != NULL)
    lv_cli_json_add (&object, "livevoiced", "s", daemon_version);
  lv_cli_json_print (g_variant_builder_end (&object));
}

int
lv_cli_version (LvCli *cli, GStrv args)
{
  g_auto (GStrv) rest = lv_cli_parse (cli, args, NULL, 0, G_MAXUINT, FALSE);
  g_autoptr (LvDbusManager) manager = NULL;
  const char *daemon_version;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  manager = lv_cli_get_manager (cli, NULL);
  daemon_version = manager != NULL ? lv_dbus_manager_get_version (manager) : NULL;
  if (cli->json)
    print_json (daemon_version);
  else
    printf ("livevoicectl %s\nlivevoiced %s\n", LV_VERSION,
            daemon_version != NULL ? daemon_version : _ ("(not running)"));
  return LV_EXIT_OK;
}
