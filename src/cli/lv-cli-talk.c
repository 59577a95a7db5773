/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl talk: starts the default session, shows it live, and ends it with Ctrl-C. On a
 * terminal captions and a status line change in place and keys work; elsewhere finished events come
 * as lines. Survives a restart of the daemon.
 */
#include "cli/lv-cli-talk.h"

#include "base/lv-names.h"
#include "cli/lv-cli-captions.h"
#include "cli/lv-cli-follower.h"
#include "cli/lv-cli-lines.h"
#include "cli/lv-cli-option.h"
#include "cli/lv-cli-verbs.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#define RETURN_TIMEOUT_S 5 /* for a daemon that has gone; a service manager restarts it sooner */

typedef struct {
  LvCli *cli;
  LvCliFollower *follower; /* owned */
  LvDbusSession *session;
  GVariant *options;       /* owned; of Start() */
  LvCliTerm *term;         /* owned; NULL: plain lines */
  LvCliCaptions *captions; /* owned; NULL: plain lines */
  guint window_changed;    /* source id */
  gboolean started;
  gboolean talking;
  guint waiting; /* for the daemon's return: source id of the time limit, or 0 */
  gboolean done;
  const char *reason; /* why the conversation ended; translated */
} Talk;

static void
talk_clear (Talk *talk)
{
  g_clear_handle_id (&talk->waiting, g_source_remove);
  g_clear_pointer (&talk->follower, lv_cli_follower_free);
  g_clear_pointer (&talk->options, g_variant_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

static void
on_restarted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  LvCli *cli = data;

  if (!lv_dbus_session_call_start_finish (LV_DBUS_SESSION (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && lv_cli_is_running (source))
    lv_cli_fail (cli, g_steal_pointer (&error));
}

static gboolean
on_return_timeout (gpointer data)
{
  Talk *talk = data;

  talk->waiting = 0;
  lv_cli_fail (talk->cli, g_error_new_literal (G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER,
                                               _ ("The daemon has gone and does not come back.")));
  return G_SOURCE_REMOVE;
}

static void
handle_daemon (Talk *talk, GVariant *details)
{
  gboolean running;

  g_variant_get (details, "(b)", &running);
  if (!running && talk->started)
    {
      talk->talking = FALSE;
      talk->waiting = g_timeout_add_seconds (RETURN_TIMEOUT_S, on_return_timeout, talk);
    }
  else if (running && talk->waiting != 0)
    {
      g_clear_handle_id (&talk->waiting, g_source_remove);
      lv_dbus_session_call_start (talk->session, talk->options, talk->cli->cancellable,
                                  on_restarted, talk->cli);
    }
}

/* A daemon that is stopped says so, then goes: it may come back. */
static void
handle_closed (Talk *talk, GVariant *details)
{
  const char *reason;

  g_variant_get (details, "(&s@a{sv})", &reason, NULL);
  if (g_str_equal (reason, "shutdown"))
    return;
  talk->done = TRUE;
  talk->reason = g_str_equal (reason, "user") ? NULL : lv_cli_lines_get_reason (reason);
}

static void
handle_state (Talk *talk, GVariant *details)
{
  const char *state;

  g_variant_get (details, "(&s)", &state);
  if (!g_str_equal (state, "error") || !talk->started)
    return;
  talk->done = TRUE;
  talk->reason = lv_cli_lines_get_reason ("server");
}

static void
on_event (const char *event, GVariant *details, gpointer data)
{
  Talk *talk = data;

  if (talk->captions != NULL)
    lv_cli_captions_handle (event, details, talk->captions);
  else if (talk->cli->json)
    lv_cli_lines_print_json (event, details, NULL);
  else
    lv_cli_lines_print (event, details, NULL);

  if (g_str_equal (event, "Daemon"))
    handle_daemon (talk, details);
  else if (g_str_equal (event, "Closed"))
    handle_closed (talk, details);
  else if (g_str_equal (event, "State"))
    handle_state (talk, details);
}

/* Keys
 * ------------------------------------------------------------------------------------------ */

static void
toggle_talking (Talk *talk)
{
  talk->talking = !talk->talking;
  g_dbus_proxy_call (G_DBUS_PROXY (talk->session), talk->talking ? "StartTalking" : "StopTalking",
                     NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
  lv_cli_captions_set_notice (talk->captions, talk->talking ? _ ("talking") : NULL);
}

static void
toggle_muted (Talk *talk)
{
  lv_dbus_session_call_set_muted (talk->session, !lv_dbus_session_get_muted (talk->session), NULL,
                                  NULL, NULL);
}

static void
interrupt (Talk *talk)
{
  lv_dbus_session_call_interrupt (talk->session, NULL, NULL, NULL);
}

static void
quit (Talk *talk)
{
  raise (SIGINT);
}

static void
on_key (char key, gpointer data)
{
  static const struct {
    char key;
    void (*act) (Talk *talk);
  } keys[] = {
    { ' ', toggle_talking }, { '\n', toggle_talking }, { 'm', toggle_muted }, { 'i', interrupt },
    { 'q', quit },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].key == key)
      keys[i].act (data);
}

static gboolean
on_window_changed (gpointer data)
{
  lv_cli_captions_redraw (data);
  return G_SOURCE_CONTINUE;
}

/* The conversation
 * ------------------------------------------------------------------------------ */

static void
show_captions (Talk *talk, gboolean push_to_talk)
{
  const char *hint = push_to_talk
                         ? _ ("Space: talk or stop talking, Ctrl-C: end, m: mute, i: interrupt")
                         : _ ("Ctrl-C: end, m: mute, i: interrupt");

  talk->term = lv_cli_term_new ();
  lv_cli_term_set_key_func (talk->term, on_key, talk);
  talk->captions = lv_cli_captions_new (talk->term, hint);
  talk->window_changed = g_unix_signal_add (SIGWINCH, on_window_changed, talk->captions);
}

/* Ends the conversation, and waits for its last words. */
static void
stop (Talk *talk)
{
  g_autoptr (GVariant) reply = NULL;

  if (!talk->started || talk->done || !lv_cli_is_running (talk->session))
    return;
  lv_cli_begin_cleanup (talk->cli);
  reply = lv_cli_call (talk->cli, talk->session, "Stop", NULL, NULL);
  if (reply != NULL)
    lv_cli_run_until (talk->cli, &talk->done, NULL);
}

static gboolean
begin (Talk *talk, GError **error)
{
  static const char *const topics[] = { "transcript", "details", "tools", "levels",
                                        "warnings",   "state",   NULL };
  g_autoptr (GVariant) reply = NULL;

  talk->follower =
      lv_cli_follower_new (talk->cli, LV_DEFAULT_SESSION_PATH, topics, on_event, talk, error);
  if (talk->follower == NULL)
    return FALSE;
  talk->session = lv_cli_follower_get_session (talk->follower);
  if (!lv_cli_follower_activate (talk->follower, error))
    return FALSE;
  /* what happens from here on concerns this conversation; events may overtake the reply */
  talk->started = TRUE;
  reply = lv_cli_call (talk->cli, talk->session, "Start", g_variant_new ("(@a{sv})", talk->options),
                       error);
  talk->started = reply != NULL;
  return talk->started;
}

static void
hide_captions (Talk *talk)
{
  g_clear_handle_id (&talk->window_changed, g_source_remove);
  g_clear_pointer (&talk->captions, lv_cli_captions_free);
  g_clear_pointer (&talk->term, lv_cli_term_free);
}

static int
hold_conversation (Talk *talk, gboolean push_to_talk)
{
  g_autoptr (GError) error = NULL;

  if (lv_cli_term_is_capable () && !talk->cli->json)
    show_captions (talk, push_to_talk);
  if (begin (talk, &error))
    lv_cli_run_until (talk->cli, &talk->done, &error);
  stop (talk);
  hide_captions (talk);
  if (error == NULL && talk->reason != NULL)
    error = lv_cli_get_session_error (talk->session, talk->reason);
  return error != NULL ? lv_cli_report_end (talk->cli, error) : LV_EXIT_OK;
}

int
lv_cli_talk_hold (LvCli *cli, GVariant *options, gboolean push_to_talk)
{
  g_auto (Talk) talk = { .cli = cli, .options = g_variant_ref_sink (options) };

  return hold_conversation (&talk, push_to_talk);
}

/* NULL: the user was told what is wrong. */
static GVariant *
make_start_options (LvCli *cli, const char *profile, gboolean push_to_talk, GStrv assignments)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;

  if (profile != NULL)
    g_variant_dict_insert (&options, "profile", "s", profile);
  if (push_to_talk)
    g_variant_dict_insert (&options, "turn-detection", "s", "manual");
  if (lv_cli_option_read ((const char *const *) assignments, &options, &error))
    return g_variant_dict_end (&options);
  lv_cli_usage (cli, "%s", error->message);
  return NULL;
}

int
lv_cli_talk (LvCli *cli, GStrv args)
{
  g_autofree char *profile = NULL;
  g_auto (GStrv) assignments = NULL;
  gboolean push_to_talk = FALSE;
  const GOptionEntry options[] = {
    { "push-to-talk", 'p', 0, G_OPTION_ARG_NONE, &push_to_talk,
      N_ ("Listen only from one press of the space bar or Enter to the next"), NULL },
    { "profile", 0, 0, G_OPTION_ARG_STRING, &profile,
      N_ ("Use the group [profile NAME] of livevoice.conf"), N_ ("NAME") },
    { "option", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &assignments, LV_CLI_OPTION_HELP,
      LV_CLI_OPTION_ARGUMENT },
    { NULL }
  };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 0, FALSE);
  GVariant *start_options;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  start_options = make_start_options (cli, profile, push_to_talk, assignments);
  return start_options != NULL ? lv_cli_talk_hold (cli, start_options, push_to_talk)
                               : LV_EXIT_USAGE;
}
