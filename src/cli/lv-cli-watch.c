/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl watch: prints the events of the default session until Ctrl-C. Does not start the
 * daemon, and goes on when it is restarted.
 */
#include "base/lv-names.h"
#include "cli/lv-cli-follower.h"
#include "cli/lv-cli-lines.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>

/* What is so at the beginning; later it comes as events. */
static void
print_present (LvCliFollower *follower, LvCliEventFunc print)
{
  LvDbusSession *session = lv_cli_follower_get_session (follower);
  const char *state = lv_dbus_session_get_state (session);
  g_autoptr (GVariant) running =
      g_variant_ref_sink (g_variant_new ("(b)", lv_cli_is_running (session)));
  g_autoptr (GVariant) details = NULL;

  print ("Daemon", running, NULL);
  if (state == NULL)
    return;
  details = g_variant_ref_sink (g_variant_new ("(s)", state));
  print ("State", details, NULL);
}

int
lv_cli_watch (LvCli *cli, GStrv args)
{
  gboolean levels = FALSE;
  const GOptionEntry options[] = { { "levels", 0, 0, G_OPTION_ARG_NONE, &levels,
                                     N_ ("With --json, also sound levels, ten a second"), NULL },
                                   { NULL } };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 0, FALSE);
  const char *topics[] = { "transcript", "details", "tools",
                           "warnings",   "state",   levels ? "levels" : NULL,
                           NULL };
  LvCliEventFunc print = cli->json ? lv_cli_lines_print_json : lv_cli_lines_print;
  g_autoptr (LvCliFollower) follower = NULL;
  g_autoptr (GError) error = NULL;
  gboolean never = FALSE;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  follower = lv_cli_follower_new (cli, LV_DEFAULT_SESSION_PATH, topics, print, NULL, &error);
  if (follower == NULL)
    return lv_cli_report (cli, error);
  print_present (follower, print);
  lv_cli_run_until (cli, &never, &error);
  return lv_cli_report_end (cli, error);
}
