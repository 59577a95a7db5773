/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl sessions: the sessions that this user may see.
 */
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-lines.h"
#include "cli/lv-cli-text.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>

static void
print_session (const char *path, GVariant *details)
{
  const char *state = "";
  const char *app = "";
  gboolean microphone = FALSE;
  g_autofree char *clean = NULL;

  g_variant_lookup (details, "state", "&s", &state);
  g_variant_lookup (details, "owner-app", "&s", &app);
  g_variant_lookup (details, "microphone", "b", &microphone);
  clean = lv_cli_text_clean (app, FALSE);
  printf ("%s  %s", path, lv_cli_lines_get_state (state));
  if (microphone)
    printf (", %s", _ ("microphone open"));
  if (*clean != '\0')
    printf ("  (%s)", clean);
  putchar ('\n');
}

static GVariant *
make_object (const char *path, GVariant *details)
{
  GVariantDict object;

  g_variant_dict_init (&object, details);
  g_variant_dict_insert (&object, "session", "s", path);
  return g_variant_dict_end (&object);
}

static void
print_sessions (LvCli *cli, GVariant *sessions)
{
  GVariantBuilder array;
  GVariantIter iter;
  const char *path;
  GVariant *details;

  g_variant_builder_init (&array, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_iter_init (&iter, sessions);
  while (g_variant_iter_loop (&iter, "(&o@a{sv})", &path, &details))
    {
      g_variant_builder_add_value (&array, make_object (path, details));
      if (!cli->json)
        print_session (path, details);
    }
  if (cli->json)
    lv_cli_json_print (g_variant_builder_end (&array));
  else
    g_variant_builder_clear (&array);
}

int
lv_cli_sessions (LvCli *cli, GStrv args)
{
  g_auto (GStrv) rest = lv_cli_parse (cli, args, NULL, 0, 0, FALSE);
  g_autoptr (LvDbusManager) manager = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) sessions = NULL;
  g_autoptr (GError) error = NULL;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  manager = lv_cli_get_manager (cli, &error);
  reply = manager != NULL ? lv_cli_call (cli, manager, "ListSessions", NULL, &error) : NULL;
  if (reply == NULL)
    return lv_cli_report (cli, error);
  sessions = g_variant_get_child_value (reply, 0);
  print_sessions (cli, sessions);
  return LV_EXIT_OK;
}
