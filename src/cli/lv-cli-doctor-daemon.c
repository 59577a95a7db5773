/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-doctor.h"

#include "base/lv-names.h"
#include "cli/lv-cli-answer.h"
#include "cli/lv-cli-follower.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-lines.h"
#include "config.h"

#include <glib/gi18n.h>

#define ENDPOINT_TIMEOUT_S 20

void
lv_check_bus (LvCli *cli, LvCheckResult *result)
{
  g_autoptr (GError) error = NULL;

  if (lv_cli_connect (cli, &error))
    lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("connected"));
  else
    lv_check_result_set (result, LV_CHECK_FAILED,
                         cli->system ? _ ("Start it: systemctl start dbus")
                                     : _ ("Run this inside a desktop or login session, or below "
                                          "'dbus-run-session'."),
                         "%s", error->message);
}

/* NULL when there is no bus or no daemon on it; @result says so then. */
static LvDbusManager *
get_running_manager (LvCli *cli, LvCheckResult *result)
{
  g_autoptr (LvDbusManager) manager = cli->bus != NULL ? lv_cli_get_manager (cli, NULL) : NULL;

  if (manager != NULL && lv_cli_is_running (manager))
    return g_steal_pointer (&manager);
  lv_check_result_set (result, LV_CHECK_WARNING, NULL, _ ("not checked without the daemon"));
  return NULL;
}

static const char *
get_daemon_advice (const LvCli *cli)
{
  if (cli->bus == NULL)
    return _ ("See the check of the bus.");
  return cli->system ? _ ("See: journalctl -u livevoiced-system; or install it: meson "
                          "install -C build")
                     : _ ("See: journalctl --user -u livevoiced; or install it: meson "
                          "install -C build");
}

/* Any call starts a daemon that the bus knows how to start. */
void
lv_check_daemon (LvCli *cli, LvCheckResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvDbusManager) manager = cli->bus != NULL ? lv_cli_get_manager (cli, &error) : NULL;
  g_autoptr (GVariant) reply = NULL;

  if (manager != NULL)
    reply = lv_cli_call (cli, manager, "org.freedesktop.DBus.Peer.Ping", NULL, &error);
  if (reply != NULL)
    {
      lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("runs"));
      return;
    }
  if (error != NULL)
    g_dbus_error_strip_remote_error (error);
  lv_check_result_set (result, LV_CHECK_FAILED, get_daemon_advice (cli), "%s",
                       error != NULL ? error->message : _ ("no bus"));
}

void
lv_check_version (LvCli *cli, LvCheckResult *result)
{
  g_autoptr (LvDbusManager) manager = get_running_manager (cli, result);
  const char *version = manager != NULL ? lv_dbus_manager_get_version (manager) : NULL;

  if (manager == NULL)
    return;
  if (g_strcmp0 (version, LV_VERSION) == 0)
    lv_check_result_set (result, LV_CHECK_OK, NULL, "%s", version);
  else
    lv_check_result_set (result, LV_CHECK_WARNING,
                         _ ("Restart the daemon: systemctl --user restart livevoiced"),
                         _ ("the daemon is %s, livevoicectl is %s"),
                         version != NULL ? version : _ ("of no known version"), LV_VERSION);
}

void
lv_check_credential (LvCli *cli, LvCheckResult *result)
{
  g_autoptr (LvDbusManager) manager = get_running_manager (cli, result);
  g_autofree char *advice =
      cli->system ? g_strdup_printf (_ ("For Gemini put a key into %s/livevoice/%s, mode 0600."),
                                     LV_SYSCONFDIR, LV_CREDENTIAL_NAME)
                  : g_strdup (_ ("For Gemini: livevoicectl login"));

  if (manager == NULL)
    return;
  if (lv_dbus_manager_get_has_credential (manager))
    lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("there is an API key"));
  else
    lv_check_result_set (result, LV_CHECK_OK, advice,
                         _ ("no API key; with endpoint = auto the offline engine answers"));
}

/* The endpoint: a short session without audio shows whether it lets us in --------------------- */

typedef struct {
  gboolean done;
  gboolean open;
  char *reason; /* owned; why it is not open */
} Probe;

static void
on_event (const char *event, GVariant *details, gpointer data)
{
  Probe *probe = data;
  g_autofree char *word = NULL;

  if (g_str_equal (event, "Closed"))
    g_variant_get (details, "(sa{sv})", &word, NULL);
  else if (g_str_equal (event, "State"))
    g_variant_get (details, "(s)", &word);
  else
    return;
  if (g_str_equal (event, "Closed") || g_str_equal (word, "error"))
    {
      probe->done = TRUE;
      if (probe->reason == NULL)
        probe->reason = g_strdup (lv_cli_lines_get_reason (word));
    }
  else if (!g_str_equal (word, "connecting") && !g_str_equal (word, "idle"))
    probe->done = probe->open = TRUE;
}

static gboolean
probe_session (LvCli *cli, const char *path, char **ret_model, GError **error)
{
  static const char *const topics[] = { "state", NULL };
  Probe probe = { 0 };
  g_autoptr (LvCliFollower) follower =
      lv_cli_follower_new (cli, path, topics, on_event, &probe, error);
  g_autofree char *reason = NULL;
  g_autoptr (GVariant) started = NULL;
  LvDbusSession *session;

  if (follower == NULL || !lv_cli_follower_activate (follower, error))
    return FALSE;
  session = lv_cli_follower_get_session (follower);
  started = lv_cli_call (cli, session, "Start", g_variant_new_parsed ("(@a{sv} {},)"), error);
  if (started == NULL || !lv_cli_run_until (cli, &probe.done, error))
    return FALSE;
  reason = probe.reason;
  *ret_model = g_strdup (lv_dbus_session_get_model (session));
  if (!probe.open)
    g_propagate_error (error, lv_cli_get_session_error (session, reason));
  return probe.open;
}

static gboolean
probe_endpoint (LvCli *cli, char **ret_model, GError **error)
{
  static const char *const text[] = { "text", NULL };
  g_autofree char *path = NULL;
  GVariantBuilder options;
  gboolean open;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&options, "audio", "s", "none");
  lv_cli_json_add (&options, "modalities", "^as", text);
  lv_cli_set_deadline (cli, ENDPOINT_TIMEOUT_S);
  path = lv_cli_answer_open (cli, g_variant_builder_end (&options), error);
  if (path == NULL)
    return FALSE;
  open = probe_session (cli, path, ret_model, error);
  lv_cli_answer_close (cli, path);
  return open;
}

void
lv_check_endpoint (LvCli *cli, LvCheckResult *result)
{
  g_autoptr (LvDbusManager) manager = get_running_manager (cli, result);
  g_autofree char *model = NULL;
  g_autoptr (GError) error = NULL;
  const GError *reason;

  if (manager == NULL)
    return;
  if (probe_endpoint (cli, &model, &error))
    {
      lv_check_result_set (result, LV_CHECK_OK, NULL, _ ("a session can be opened, with model %s"),
                           model != NULL && *model != '\0' ? model : _ ("of its own choice"));
      return;
    }
  g_dbus_error_strip_remote_error (error);
  reason = cli->failure != NULL ? cli->failure : error;
  lv_check_result_set (result, LV_CHECK_FAILED,
                       g_error_matches (reason, LV_ERROR, LV_ERROR_NETWORK)
                           ? _ ("With 'endpoint = engine' in livevoice.conf the offline engine "
                                "answers, without a network.")
                           : _ ("Look at 'endpoint' and 'model' of the profile in livevoice.conf; "
                                "journalctl --user -u livevoiced tells more."),
                       "%s", reason->message);
}
