/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-doctor.h"

#include "base/lv-names.h"
#include "cli/lv-cli-command.h"
#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <string.h>

#define PROGRAM_TIMEOUT_S 5

/* The output of a program that ends by itself. */
static char *
run_program (LvCli *cli, const char *const *argv, GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GAsyncResult) result = NULL;

  lv_cli_command_run_async (argv, environment, "", PROGRAM_TIMEOUT_S, cli->cancellable,
                            lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  return lv_cli_command_run_finish (result, error);
}

/* Where our own program @name is: installed, or in the search path. */
static char *
find_program (const char *name)
{
  g_autofree char *installed = g_build_filename (LV_LIBEXECDIR, name, NULL);

  if (g_file_test (installed, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&installed);
  return g_find_program_in_path (name);
}

/* Where the program is that owns the daemon's name, which this starts; NULL when there is none of
 * ours. */
static char *
find_running_daemon (LvCli *cli)
{
  g_autoptr (LvDbusManager) manager = cli->bus != NULL ? lv_cli_get_manager (cli, NULL) : NULL;
  g_autoptr (GVariant) pong = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autofree char *link = NULL;
  g_autofree char *path = NULL;
  guint32 pid;

  if (manager != NULL)
    pong = lv_cli_call (cli, manager, "org.freedesktop.DBus.Peer.Ping", NULL, NULL);
  if (pong == NULL)
    return NULL;
  g_dbus_connection_call (cli->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                          g_variant_new ("(s)", LV_BUS_NAME), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, LV_CLI_CALL_TIMEOUT_MS, cli->cancellable,
                          lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  reply = g_dbus_connection_call_finish (cli->bus, result, NULL);
  if (reply == NULL)
    return NULL;
  g_variant_get (reply, "(u)", &pid);
  link = g_strdup_printf ("/proc/%u/exe", pid);
  path = g_file_read_link (link, NULL);
  return path != NULL && g_str_has_suffix (path, "/livevoiced") ? g_steal_pointer (&path) : NULL;
}

/* Whether something accepts connections on the unix socket @path. */
static gboolean
can_connect (LvCli *cli, const char *path, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_socket_client_set_timeout (client, PROGRAM_TIMEOUT_S);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), cli->cancellable,
                                 lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  connection = g_socket_client_connect_finish (client, result, error);
  return connection != NULL;
}

void
lv_check_config (LvCli *cli, LvCheckResult *result)
{
  g_autofree char *installed = find_program ("livevoiced");
  g_autofree char *program =
      installed != NULL ? g_steal_pointer (&installed) : find_running_daemon (cli);
  const char *argv[] = { program, "--check-config", cli->system ? "--system" : NULL, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  if (program == NULL)
    {
      lv_check_result_set (result, LV_CHECK_WARNING, _ ("Install it: meson install -C build"),
                           _ ("livevoiced is neither in %s nor in PATH, so it was not checked"),
                           LV_LIBEXECDIR);
      return;
    }
  output = run_program (cli, argv, &error);
  if (output != NULL)
    lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("no mistakes"));
  else
    lv_check_result_set (result, LV_CHECK_FAILED, _ ("Mend the key it names in livevoice.conf."),
                         "%s", error->message);
}

static char *
get_pipewire_socket (LvCli *cli)
{
  const char *remote = g_getenv ("PIPEWIRE_REMOTE");
  const char *folder = g_getenv ("PIPEWIRE_RUNTIME_DIR");

  if (cli->system)
    return g_strdup ("/run/pipewire/pipewire-0");
  if (remote != NULL && g_path_is_absolute (remote))
    return g_strdup (remote);
  return g_build_filename (folder != NULL ? folder : g_get_user_runtime_dir (),
                           remote != NULL ? remote : "pipewire-0", NULL);
}

void
lv_check_pipewire (LvCli *cli, LvCheckResult *result)
{
  g_autofree char *socket = get_pipewire_socket (cli);
  g_autoptr (GError) error = NULL;

  if (can_connect (cli, socket, &error))
    lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("answers at %s"), socket);
  else
    lv_check_result_set (
        result, LV_CHECK_FAILED,
        _ ("Install pipewire and wireplumber, then: systemctl --user start pipewire "
           "wireplumber"),
        _ ("cannot be reached at %s: %s"), socket, error->message);
}

void
lv_check_devices (LvCli *cli, LvCheckResult *result)
{
  g_autofree char *program = g_find_program_in_path ("pw-cli");
  const char *argv[] = { program, "ls", "Node", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *nodes = NULL;
  gboolean source;
  gboolean sink;

  if (program == NULL)
    {
      lv_check_result_set (result, LV_CHECK_WARNING, _ ("Install pipewire-bin."),
                           _ ("pw-cli is missing, so the devices were not checked"));
      return;
    }
  nodes = run_program (cli, argv, &error);
  source = nodes != NULL && strstr (nodes, "\"Audio/Source") != NULL;
  sink = nodes != NULL && strstr (nodes, "\"Audio/Sink\"") != NULL;
  if (nodes == NULL)
    lv_check_result_set (result, LV_CHECK_FAILED, _ ("See the check of pipewire."), "%s",
                         error->message);
  else if (source && sink)
    lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("a microphone and a speaker"));
  else
    lv_check_result_set (result, LV_CHECK_FAILED,
                         _ ("Plug one in; when it is there, see that wireplumber runs: systemctl "
                            "--user status wireplumber"),
                         "%s", source ? _ ("no speaker") : _ ("no microphone"));
}

static char *
get_engine_socket (LvCli *cli)
{
  const char *path = g_getenv (LV_ENV_ENGINE_SOCKET);

  if (path != NULL)
    return g_strdup (path);
  return g_build_filename (cli->system ? "/run" : g_get_user_runtime_dir (), LV_ENGINE_SOCKET,
                           NULL);
}

void
lv_check_engine (LvCli *cli, LvCheckResult *result)
{
  g_autofree char *socket = get_engine_socket (cli);
  g_autofree char *program = g_strdup (g_getenv (LV_ENV_ENGINE));

  if (program == NULL)
    program = find_program ("livevoice-engine");
  if (can_connect (cli, socket, NULL))
    lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("answers at %s"), socket);
  else if (program != NULL)
    lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("%s, started when it is needed"), program);
  else
    lv_check_result_set (result, LV_CHECK_WARNING,
                         _ ("Without it a conversation needs an API key and the network."),
                         _ ("livevoice-engine is not installed"));
}
