/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-lines.h"

#include "base/lv-enums.h"
#include "cli/lv-cli-detail.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-text.h"

#include <glib/gi18n.h>
#include <stdio.h>

const char *
lv_cli_lines_get_speaker (const char *role)
{
  static const char *const names[] = {
    [LV_ROLE_USER] = N_ ("You"),
    [LV_ROLE_MODEL] = N_ ("Assistant"),
    [LV_ROLE_SYSTEM] = N_ ("System"),
  };
  LvRole value = LV_ROLE_SYSTEM;

  lv_role_from_nick (role, &value);
  return _ (names[value]);
}

const char *
lv_cli_lines_get_state (const char *state)
{
  static const char *const names[] = {
    [LV_STATE_IDLE] = N_ ("idle"),
    [LV_STATE_CONNECTING] = N_ ("connecting"),
    [LV_STATE_LISTENING] = N_ ("listening"),
    [LV_STATE_HEARING] = N_ ("hearing you"),
    [LV_STATE_THINKING] = N_ ("thinking"),
    [LV_STATE_SPEAKING] = N_ ("speaking"),
    [LV_STATE_RECONNECTING] = N_ ("reconnecting"),
    [LV_STATE_PAUSED] = N_ ("paused"),
    [LV_STATE_ERROR] = N_ ("failed"),
  };
  /* a state that this program does not know yet is one of a conversation that is on */
  LvState value = LV_STATE_LISTENING;

  lv_state_from_nick (state, &value);
  return _ (names[value]);
}

const char *
lv_cli_lines_get_reason (const char *reason)
{
  static const char *const texts[] = {
    [LV_CLOSE_USER] = N_ ("ended by request"),
    [LV_CLOSE_OWNER_GONE] = N_ ("its program has gone"),
    [LV_CLOSE_LOCKED] = N_ ("the screen was locked"),
    [LV_CLOSE_IDLE] = N_ ("nobody spoke for a while"),
    [LV_CLOSE_AUTH] = N_ ("the server refused the key"),
    [LV_CLOSE_QUOTA] = N_ ("the server's quota is used up"),
    [LV_CLOSE_NETWORK] = N_ ("the connection was lost"),
    [LV_CLOSE_SERVER] = N_ ("the server failed"),
    [LV_CLOSE_POLICY] = N_ ("not permitted"),
    [LV_CLOSE_SHUTDOWN] = N_ ("the daemon was stopped"),
  };
  LvCloseReason value = LV_CLOSE_SERVER;

  lv_close_reason_from_nick (reason, &value);
  return _ (texts[value]);
}

const char *
lv_cli_lines_get_pause (const char *reason)
{
  static const struct {
    const char *reason;
    const char *text;
  } pauses[] = {
    { "floor", N_ ("another conversation has the microphone") },
    { "source-muted", N_ ("the microphone is muted in the sound settings or by a key") },
    { "privacy", N_ ("the privacy settings turn microphones off") },
    { "no-microphone", N_ ("there is no microphone that works") },
    { "locked", N_ ("the screen is locked") },
    { "inactive", N_ ("the screen shows another user's desktop") },
    { "asleep", N_ ("the machine is asleep") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pauses); i++)
    if (g_strcmp0 (pauses[i].reason, reason) == 0)
      return _ (pauses[i].text);
  return NULL;
}

/* Lines for people ---------------------------------------------------------------------------- */

static char *
describe_transcript (GVariant *details)
{
  g_autofree char *text = NULL;
  const char *role;
  const char *raw;
  gboolean final;

  g_variant_get (details, "(u&s&sb)", NULL, &role, &raw, &final);
  if (!final)
    return NULL;
  text = lv_cli_text_clean (raw, FALSE);
  return g_strdup_printf ("%s: %s", lv_cli_lines_get_speaker (role), text);
}

static char *
describe_state (GVariant *details)
{
  const char *state;

  g_variant_get (details, "(&s)", &state);
  return g_strdup_printf ("[%s]", lv_cli_lines_get_state (state));
}

static char *
describe_muted (GVariant *details)
{
  gboolean muted;

  g_variant_get (details, "(b)", &muted);
  return g_strdup_printf ("[%s]", muted ? _ ("muted") : _ ("not muted"));
}

static char *
describe_interrupted (GVariant *details)
{
  return g_strdup_printf ("[%s]", _ ("interrupted"));
}

static char *
describe_turn_detail (GVariant *details)
{
  g_auto (GStrv) lines = lv_cli_detail_describe (details);

  return *lines != NULL ? g_strjoinv ("\n", lines) : NULL;
}

static char *
describe_tool_started (GVariant *details)
{
  const char *tool;

  g_variant_get (details, "(s&s@a{sv})", NULL, &tool, NULL);
  return g_strdup_printf ("[%s: %s]", _ ("calls tool"), tool);
}

static char *
describe_tool_finished (GVariant *details)
{
  const char *outcome;

  g_variant_get (details, "(s&s@a{sv})", NULL, &outcome, NULL);
  return g_strdup_printf ("[%s: %s]", _ ("tool finished"), outcome);
}

char *
lv_cli_lines_dup_message (GVariant *details, const char *fallback)
{
  g_autoptr (GVariant) dictionary =
      g_variant_get_child_value (details, g_variant_n_children (details) - 1);
  const char *message = fallback;

  g_variant_lookup (dictionary, "message", "&s", &message);
  return lv_cli_text_clean (message, FALSE);
}

static char *
describe_warning (GVariant *details)
{
  g_autofree char *message = NULL;
  const char *code;

  g_variant_get (details, "(&s@a{sv})", &code, NULL);
  message = lv_cli_lines_dup_message (details, code);
  return g_strdup_printf ("[%s: %s]", _ ("warning"), message);
}

static char *
describe_closed (GVariant *details)
{
  g_autofree char *message = NULL;
  const char *reason;

  g_variant_get (details, "(&s@a{sv})", &reason, NULL);
  message = lv_cli_lines_dup_message (details, lv_cli_lines_get_reason (reason));
  return g_strdup_printf ("[%s: %s]", _ ("conversation ended"), message);
}

static char *
describe_daemon (GVariant *details)
{
  gboolean running;

  g_variant_get (details, "(b)", &running);
  return g_strdup_printf ("[%s]", running ? _ ("the daemon is running")
                                          : _ ("the daemon is not running; waiting for it"));
}

/* What is known of each event: its line for people, its members in JSON. */
static const struct {
  const char *event;
  char *(*describe) (GVariant *details); /* NULL: no line; returns NULL: none this time */
  const char *json_name;
  const char *members[5];
} events[] = {
  { "Transcript", describe_transcript, "transcript", { "item", "role", "text", "final" } },
  { "Interrupted", describe_interrupted, "interrupted", { "item" } },
  { "TurnComplete", NULL, "turn-complete", { "turn", "info" } },
  { "TurnDetail", describe_turn_detail, "turn-detail", { "item", "kind", "detail" } },
  { "ToolStarted", describe_tool_started, "tool-started", { "call-id", "tool", "details" } },
  { "ToolFinished", describe_tool_finished, "tool-finished", { "call-id", "outcome", "details" } },
  { "Levels", NULL, "levels", { "input", "output" } },
  { "Warning", describe_warning, "warning", { "code", "details" } },
  { "Closed", describe_closed, "closed", { "reason", "details" } },
  { "State", describe_state, "state", { "state" } },
  { "Muted", describe_muted, "muted", { "muted" } },
  { "MicrophoneActive", NULL, "microphone-active", { "active" } },
  { "Daemon", describe_daemon, "daemon", { "running" } },
};

/* Index into events, or -1 for what this program does not know. */
static int
find_event (const char *event)
{
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    if (g_str_equal (events[i].event, event))
      return (int) i;
  return -1;
}

void
lv_cli_lines_print (const char *event, GVariant *details, gpointer data)
{
  int i = find_event (event);
  g_autofree char *line =
      i >= 0 && events[i].describe != NULL ? events[i].describe (details) : NULL;

  if (line == NULL)
    return;
  puts (line);
  fflush (stdout);
}

void
lv_cli_lines_print_json (const char *event, GVariant *details, gpointer data)
{
  GVariantBuilder object;
  int i = find_event (event);

  if (i < 0)
    return;
  g_variant_builder_init (&object, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&object, "event", "s", events[i].json_name);
  for (guint member = 0; events[i].members[member] != NULL; member++)
    {
      g_autoptr (GVariant) value = g_variant_get_child_value (details, member);

      lv_cli_json_add (&object, events[i].members[member], "@*", value);
    }
  lv_cli_json_add (&object, "time", "x", g_get_real_time () / G_TIME_SPAN_MILLISECOND);
  lv_cli_json_print (g_variant_builder_end (&object));
}
