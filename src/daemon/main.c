/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoiced: options, then LvDaemon. Exit status 0 after SIGTERM or SIGINT, 1 when the daemon
 * could not go on, 2 for a wrong command line, 78 for a mistake in the configuration.
 */
#include "config.h"

#include "daemon/lv-daemon.h"

#include "base/lv-log.h"

#include <locale.h>
#include <stdlib.h>

#define EXIT_USAGE 2
#define EXIT_CONFIG 78 /* as in sysexits.h; the units do not restart on it */

typedef struct {
  gboolean system, debug, check, version;
  char *config;
} Options;

static gboolean
parse (int *argc, char ***argv, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
    { "system", 0, 0, G_OPTION_ARG_NONE, &options->system, "Serve the system bus", NULL },
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config,
      "Read FILE instead of the usual livevoice.conf", "FILE" },
    { "check-config", 0, 0, G_OPTION_ARG_NONE, &options->check,
      "Read the configuration, report mistakes, and exit", NULL },
    { "debug", 'd', 0, G_OPTION_ARG_NONE, &options->debug, "Log what happens in detail", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context, "Holds voice conversations for desktop applications. Usually started by the first "
               "D-Bus call;\nlivevoicectl talks with it.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "unexpected argument \"%s\"",
                 (*argv)[1]);
  return *argc == 1;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = NULL;
  g_autoptr (LvDaemon) daemon = NULL;
  g_autofree char *config_path = NULL;
  Options options = { 0 };

  setlocale (LC_ALL, "");
  if (!parse (&argc, &argv, &options, &error))
    {
      g_printerr ("livevoiced: %s\nTry 'livevoiced --help'.\n", error->message);
      return EXIT_USAGE;
    }
  config_path = g_steal_pointer (&options.config);
  if (options.version)
    {
      g_print ("livevoiced %s\n", LV_VERSION);
      return EXIT_SUCCESS;
    }

  lv_log_init (options.debug);
  config = lv_config_load (config_path, &error);
  if (config == NULL)
    {
      g_printerr ("livevoiced: %s\n", error->message);
      return EXIT_CONFIG;
    }
  if (options.check)
    return EXIT_SUCCESS;

  daemon =
      lv_daemon_new (config, config_path, options.system ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION);
  return lv_daemon_run (daemon) ? EXIT_SUCCESS : EXIT_FAILURE;
}
