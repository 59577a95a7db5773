/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The verbs of livevoicectl that are one method call: toggle, start, stop, mute, unmute, panic.
 * Silent when all is well; with --json they print the state they left behind.
 */
#include "base/lv-names.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-option.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>

static int
print_state (LvCli *cli, LvDbusSession *session, GError **error)
{
  g_autoptr (GVariant) reply = lv_cli_call (cli, session, "org.freedesktop.DBus.Properties.GetAll",
                                            g_variant_new ("(s)", LV_SESSION_INTERFACE), error);
  g_autoptr (GVariant) all = NULL;
  GVariantBuilder object;
  const char *state = "";
  gboolean muted = FALSE;

  if (reply == NULL)
    return lv_cli_report (cli, *error);
  all = g_variant_get_child_value (reply, 0);
  g_variant_lookup (all, "State", "&s", &state);
  g_variant_lookup (all, "Muted", "b", &muted);
  g_variant_builder_init (&object, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&object, "state", "s", state);
  lv_cli_json_add (&object, "muted", "b", muted);
  lv_cli_json_print (g_variant_builder_end (&object));
  return LV_EXIT_OK;
}

static int
call_session (LvCli *cli, const char *method, GVariant *parameters)
{
  g_autoptr (GVariant) owned = parameters != NULL ? g_variant_ref_sink (parameters) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LvDbusSession) session = lv_cli_get_session (cli, LV_DEFAULT_SESSION_PATH, &error);
  g_autoptr (GVariant) reply =
      session != NULL ? lv_cli_call (cli, session, method, owned, &error) : NULL;

  if (reply == NULL)
    return lv_cli_report (cli, error);
  return cli->json ? print_state (cli, session, &error) : LV_EXIT_OK;
}

static gboolean
parse_no_options (LvCli *cli, GStrv args)
{
  g_auto (GStrv) rest = lv_cli_parse (cli, args, NULL, 0, 0, FALSE);

  return rest != NULL;
}

static int
call_plain (LvCli *cli, GStrv args, const char *method)
{
  return parse_no_options (cli, args) ? call_session (cli, method, NULL) : LV_EXIT_USAGE;
}

static int
set_muted (LvCli *cli, GStrv args, gboolean muted)
{
  if (!parse_no_options (cli, args))
    return LV_EXIT_USAGE;
  return call_session (cli, "SetMuted", g_variant_new ("(b)", muted));
}

int
lv_cli_toggle (LvCli *cli, GStrv args)
{
  return call_plain (cli, args, "Toggle");
}

int
lv_cli_stop (LvCli *cli, GStrv args)
{
  return call_plain (cli, args, "Stop");
}

int
lv_cli_mute (LvCli *cli, GStrv args)
{
  return set_muted (cli, args, TRUE);
}

int
lv_cli_unmute (LvCli *cli, GStrv args)
{
  return set_muted (cli, args, FALSE);
}

#define NEVER G_MAXUINT

static void
on_warning (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
            const char *signal, GVariant *arguments, gpointer user_data)
{
  guint *age_s = user_data;
  const char *code;
  g_autoptr (GVariant) details = NULL;

  g_variant_get (arguments, "(&s@a{sv})", &code, &details);
  if (g_str_equal (code, "continued"))
    g_variant_lookup (details, "age", "u", age_s);
}

/* Signals leave the daemon after the reply to what caused them, before that to the next call. */
static void
await_signals (LvCli *cli, LvDbusSession *session)
{
  g_autoptr (GVariant) state G_GNUC_UNUSED =
      lv_cli_call (cli, session, "org.freedesktop.DBus.Properties.Get",
                   g_variant_new ("(ss)", LV_SESSION_INTERFACE, "State"), NULL);
}

/* *@ret_age_s: of the conversation that it goes on with, NEVER when with none. */
static GVariant *
call_start (LvCli *cli, LvDbusSession *session, GVariant *options, guint *ret_age_s, GError **error)
{
  static const char *const topics[] = { "warnings", NULL };
  guint id = g_dbus_connection_signal_subscribe (
      cli->bus, LV_BUS_NAME, LV_SESSION_INTERFACE, "Warning", LV_DEFAULT_SESSION_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_warning, ret_age_s, NULL);
  g_autoptr (GVariant) subscribed G_GNUC_UNUSED =
      lv_cli_call (cli, session, "Subscribe", g_variant_new ("(^as)", topics), NULL);
  GVariant *reply = lv_cli_call (cli, session, "Start", g_variant_new ("(@a{sv})", options), error);

  if (reply != NULL)
    await_signals (cli, session);
  g_dbus_connection_signal_unsubscribe (cli->bus, id);
  return reply;
}

static int
start (LvCli *cli, GVariant *options)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (options);
  g_autoptr (GError) error = NULL;
  g_autoptr (LvDbusSession) session = lv_cli_get_session (cli, LV_DEFAULT_SESSION_PATH, &error);
  g_autoptr (GVariant) reply = NULL;
  guint age_s = NEVER;

  if (session != NULL)
    reply = call_start (cli, session, sunk, &age_s, &error);
  if (reply == NULL)
    return lv_cli_report (cli, error);
  if (cli->json)
    return print_state (cli, session, &error);
  if (age_s != NEVER)
    g_print (_ ("Going on with the conversation that was cut off %u min ago.\n"), age_s / 60);
  return LV_EXIT_OK;
}

int
lv_cli_start (LvCli *cli, GStrv args)
{
  g_autofree char *profile = NULL;
  gboolean anew = FALSE;
  g_auto (GStrv) assignments = NULL;
  const GOptionEntry options[] = {
    { "profile", 0, 0, G_OPTION_ARG_STRING, &profile,
      N_ ("Use the group [profile NAME] of livevoice.conf"), N_ ("NAME") },
    { "new", 0, 0, G_OPTION_ARG_NONE, &anew, N_ ("Forget a conversation that was cut off"), NULL },
    { "option", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &assignments, LV_CLI_OPTION_HELP,
      LV_CLI_OPTION_ARGUMENT },
    { NULL }
  };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 0, FALSE);
  g_auto (GVariantDict) parameters = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  if (profile != NULL)
    g_variant_dict_insert (&parameters, "profile", "s", profile);
  if (anew)
    g_variant_dict_insert (&parameters, "new", "b", TRUE);
  if (!lv_cli_option_read ((const char *const *) assignments, &parameters, &error))
    return lv_cli_usage (cli, "%s", error->message);
  return start (cli, g_variant_dict_end (&parameters));
}

static int
print_not_running (LvCli *cli)
{
  if (cli->json)
    lv_cli_json_print (g_variant_new_parsed ("{'running': <false>}"));
  return LV_EXIT_OK;
}

int
lv_cli_panic (LvCli *cli, GStrv args)
{
  g_autoptr (LvDbusManager) manager = NULL;
  g_autoptr (LvDbusSession) session = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse_no_options (cli, args))
    return LV_EXIT_USAGE;
  manager = lv_cli_get_manager (cli, &error);
  if (manager == NULL)
    return lv_cli_report (cli, error);
  /* a daemon that does not run has no microphone open: nothing to start it for */
  if (!lv_cli_is_running (manager))
    return print_not_running (cli);
  reply = lv_cli_call (cli, manager, "PanicStop", NULL, &error);
  session = reply != NULL ? lv_cli_get_session (cli, LV_DEFAULT_SESSION_PATH, &error) : NULL;
  if (session == NULL)
    return lv_cli_report (cli, error);
  return cli->json ? print_state (cli, session, &error) : LV_EXIT_OK;
}
