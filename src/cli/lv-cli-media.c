/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl send-image and events: what travels by file descriptors. Both are about the default
 * session.
 */
#include "base/lv-names.h"
#include "cli/lv-cli-verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#define BLOCK 65536 /* bytes of one read */

/* ---- send-image ---- */

/* Of the file of @name, or of standard input for "-"; negative with an error. */
static int
open_file (const char *name, GError **error)
{
  int fd = g_str_equal (name, "-") ? dup (STDIN_FILENO) : open (name, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s: %s", name, g_strerror (errno));
  return fd;
}

static GVariant *
make_picture (int max_size)
{
  GVariantBuilder options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (max_size != 0)
    g_variant_builder_add (&options, "{sv}", "max-size", g_variant_new_uint32 (max_size));
  return g_variant_new ("(hsa{sv})", 0, "", &options);
}

static gboolean
send_image (LvCli *cli, const char *name, int max_size, gboolean *ret_accepted, GError **error)
{
  g_autoptr (LvDbusSession) session = lv_cli_get_session (cli, LV_DEFAULT_SESSION_PATH, error);
  g_autoptr (GVariant) reply = NULL;
  int fd = session != NULL ? open_file (name, error) : -1;

  if (fd < 0)
    return FALSE;
  reply = lv_cli_call_with_fd (cli, session, LV_MEDIA_INTERFACE ".SendFrame",
                               make_picture (max_size), fd, error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(b)", ret_accepted);
  return TRUE;
}

int
lv_cli_send_image (LvCli *cli, GStrv args)
{
  int max_size = 0;
  const GOptionEntry options[] = {
    { "max-size", 0, 0, G_OPTION_ARG_INT, &max_size,
      N_ ("Make its longer side so many pixels at most; 768 by default"), N_ ("PIXELS") },
    { NULL }
  };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 1, 1, FALSE);
  g_autoptr (GError) error = NULL;
  gboolean accepted = FALSE;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  if (!send_image (cli, rest[0], max_size, &accepted, &error))
    return lv_cli_report (cli, error);
  if (accepted)
    return LV_EXIT_OK;
  g_set_error_literal (&error, LV_ERROR, LV_ERROR_RATE_LIMITED,
                       _ ("The picture was dropped: the assistant looks at one a second"));
  return lv_cli_report (cli, error);
}

/* ---- events ---- */

/* The end to read, or -1. */
static int
open_stream (LvCli *cli, const char *const *topics, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = NULL;

  if (!lv_cli_connect (cli, error))
    return -1;
  g_dbus_connection_call_with_unix_fd_list (
      cli->bus, LV_BUS_NAME, LV_DEFAULT_SESSION_PATH, LV_MEDIA_INTERFACE, "OpenEventStream",
      g_variant_new ("(^as)", topics), NULL, G_DBUS_CALL_FLAGS_NONE, LV_CLI_CALL_TIMEOUT_MS, NULL,
      cli->cancellable, lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  reply = g_dbus_connection_call_with_unix_fd_list_finish (cli->bus, &fds, result, error);
  return reply != NULL ? g_unix_fd_list_get (fds, 0, error) : -1;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  gboolean *over = user_data;
  char block[BLOCK];
  gssize n = read (fd, block, sizeof block);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n > 0 && fwrite (block, 1, n, stdout) == (gsize) n && fflush (stdout) == 0)
    return G_SOURCE_CONTINUE;
  *over = TRUE;
  return G_SOURCE_REMOVE;
}

static int
copy_events (LvCli *cli, int fd)
{
  g_autoptr (GError) error = NULL;
  gboolean over = FALSE;
  guint source = g_unix_fd_add (fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, &over);

  if (!lv_cli_run_until (cli, &over, &error))
    {
      g_source_remove (source);
      return lv_cli_report_end (cli, error);
    }
  g_set_error_literal (&error, LV_ERROR, LV_ERROR_FAILED, _ ("Live Voice ended the event stream"));
  return lv_cli_report (cli, error);
}

int
lv_cli_events (LvCli *cli, GStrv args)
{
  static const char *const all[] = { "transcript", "tools", "warnings", "state", "details", NULL };
  const GOptionEntry options[] = { { NULL } };
  g_auto (GStrv) topics = lv_cli_parse (cli, args, options, 0, G_MAXUINT, FALSE);
  g_autoptr (GError) error = NULL;
  int fd, status;

  if (topics == NULL)
    return LV_EXIT_USAGE;
  fd = open_stream (cli, topics[0] != NULL ? (const char *const *) topics : all, &error);
  if (fd < 0)
    return lv_cli_report (cli, error);
  status = copy_events (cli, fd);
  close (fd);
  return status;
}
