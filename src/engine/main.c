/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoice-engine: speaks the server side of the Live API without a network, with its own ears,
 * voice and brain. Here: options, sockets, signals, the main loop.
 */
#define G_LOG_DOMAIN "lv-engine"

#include "config.h"

#include "base/lv-log.h"
#include "engine/lv-engine-listen.h"
#include "engine/lv-engine-server.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>

#define EXIT_USAGE 2

static gboolean
on_signal (gpointer user_data)
{
  lv_engine_server_stop (user_data);
  return G_SOURCE_CONTINUE;
}

/* Standard output gets one line for each socket: with port 0 it tells the port. */
static void
print_sockets (GPtrArray *sockets)
{
  for (guint i = 0; i < sockets->len; i++)
    {
      g_autofree char *address = lv_engine_listen_describe (sockets->pdata[i]);

      g_print ("%s\n", address);
    }
}

static void
serve (LvEngineServer *server, GPtrArray *sockets)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_unix_signal_add (SIGTERM, on_signal, server);
  g_unix_signal_add (SIGINT, on_signal, server);
  g_signal_connect_swapped (server, "finished", G_CALLBACK (g_main_loop_quit), loop);
  print_sockets (sockets);
  lv_engine_listen_notify_ready ();
  g_main_loop_run (loop);
}

static gboolean
run (const LvEngineOptions *options, GError **error)
{
  g_autoptr (LvEngineFaults) faults = lv_engine_faults_load (options->faults_file, error);
  g_autoptr (LvEngineReplay) replay = NULL;
  g_autoptr (GPtrArray) sockets = NULL;
  g_autoptr (LvEngineServer) server = NULL;

  if (faults == NULL ||
      (options->replay_file != NULL &&
       (replay = lv_engine_replay_load (options->replay_file, options->speed, error)) == NULL) ||
      (sockets = lv_engine_listen (options, error)) == NULL)
    return FALSE;
  server = lv_engine_server_new (options, g_steal_pointer (&faults));
  lv_engine_server_set_replay (server, g_steal_pointer (&replay));
  if (!lv_engine_server_start (server, sockets, error))
    return FALSE;

  serve (server, sockets);
  if (options->socket_path != NULL)
    g_unlink (options->socket_path);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineOptions) options = NULL;

  setlocale (LC_ALL, "");
  options = lv_engine_options_new (&argc, &argv, &error);
  if (options != NULL && options->version)
    {
      g_print ("livevoice-engine %s\n", LV_VERSION);
      return 0;
    }
  if (options != NULL)
    lv_log_init (options->debug);
  if (options != NULL && run (options, &error))
    return 0;

  g_printerr ("livevoice-engine: %s\n", error->message);
  return EXIT_USAGE;
}
