/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl send-video: lets the assistant look at a camera, or whatever makes pictures in the
 * user's PipeWire, until Ctrl-C or the end of the conversation.
 */
#include "base/lv-names.h"
#include "cli/lv-cli-follower.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-lines.h"
#include "cli/lv-cli-verbs.h"

#include <fcntl.h>
#include <glib/gi18n.h>

typedef struct {
  LvCli *cli;
  gboolean done;
} Watch;

static void
on_event (const char *event, GVariant *details, gpointer data)
{
  Watch *watch = data;
  const char *code;

  if (g_str_equal (event, "Closed"))
    watch->done = TRUE;
  if (!g_str_equal (event, "Warning"))
    return;
  g_variant_get (details, "(&s@a{sv})", &code, NULL);
  if (g_str_equal (code, "video-lost"))
    {
      g_autofree char *message = lv_cli_lines_dup_message (details, code);

      lv_cli_fail (watch->cli, g_error_new_literal (LV_ERROR, LV_ERROR_FAILED, message));
    }
}

static GVariant *
make_options (const char *fps)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&options, "own-pipewire", "b", TRUE);
  lv_cli_json_add (&options, "is-node-id", "b", TRUE);
  if (fps != NULL)
    lv_cli_json_add (&options, "fps", "d", g_ascii_strtod (fps, NULL));
  return g_variant_builder_end (&options);
}

static gboolean
attach (LvCli *cli, LvDbusSession *session, guint64 node, const char *fps, GError **error)
{
  /* the daemon looks at its own PipeWire: any descriptor will do */
  int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  g_autoptr (GVariant) reply =
      lv_cli_call_with_fd (cli, session, LV_MEDIA_INTERFACE ".AttachVideo",
                           g_variant_new ("(ht@a{sv})", 0, node, make_options (fps)), fd, error);

  return reply != NULL;
}

static int
look (LvCli *cli, guint64 node, const char *fps)
{
  static const char *const topics[] = { "warnings", NULL };
  Watch watch = { .cli = cli };
  g_autoptr (GError) error = NULL;
  g_autoptr (LvCliFollower) follower =
      lv_cli_follower_new (cli, LV_DEFAULT_SESSION_PATH, topics, on_event, &watch, &error);

  if (follower != NULL && lv_cli_follower_activate (follower, &error) &&
      attach (cli, lv_cli_follower_get_session (follower), node, fps, &error) &&
      lv_cli_run_until (cli, &watch.done, &error))
    return LV_EXIT_OK;
  return lv_cli_report_end (cli, error);
}

int
lv_cli_send_video (LvCli *cli, GStrv args)
{
  g_autofree char *fps = NULL;
  const GOptionEntry options[] = { { "fps", 0, 0, G_OPTION_ARG_STRING, &fps,
                                     N_ ("Pictures a second, 0.001 to 1; 1 by default"),
                                     N_ ("NUMBER") },
                                   { NULL } };
  g_auto (GStrv) nodes = lv_cli_parse (cli, args, options, 1, 1, FALSE);
  guint64 node;

  if (nodes == NULL)
    return LV_EXIT_USAGE;
  if (!g_ascii_string_to_unsigned (nodes[0], 10, 0, G_MAXUINT32, &node, NULL))
    return lv_cli_usage (cli, _ ("'%s' is no number of a PipeWire node; see 'wpctl status'"),
                         nodes[0]);
  return look (cli, node, fps);
}
