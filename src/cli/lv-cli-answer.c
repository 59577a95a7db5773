/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-answer.h"

#include "cli/lv-cli-follower.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-lines.h"
#include "cli/lv-cli-text.h"

#include <glib/gi18n.h>
#include <stdio.h>

typedef struct {
  LvCli *cli;
  LvDbusSession *session;
  const char *text;  /* what is asked; borrowed; NULL before it is sent */
  guint question;    /* its item; 0 until that has come */
  GTree *items;      /* guint id -> owned text: what the model has said to it */
  GHashTable *calls; /* owned ids: of tools that run for it */
  gboolean complete; /* a turn has ended since the newest item began */
  gboolean done;
  const char *reason; /* why there will be no answer; translated */
} Answer;

static int
compare_ids (gconstpointer a, gconstpointer b, gpointer data)
{
  return (GPOINTER_TO_UINT (a) > GPOINTER_TO_UINT (b)) -
         (GPOINTER_TO_UINT (a) < GPOINTER_TO_UINT (b));
}

static gboolean
is_answering (LvDbusSession *session)
{
  const char *state = lv_dbus_session_get_state (session);

  return g_strcmp0 (state, "thinking") == 0 || g_strcmp0 (state, "speaking") == 0;
}

static gboolean
is_text (const char *text, const char *item)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return g_str_has_prefix (text, item); /* a long one becomes several items */
}

static void
give_up (Answer *answer, const char *reason)
{
  if (answer->reason == NULL)
    answer->reason = reason;
  answer->done = TRUE;
}

static void
handle_transcript (Answer *answer, GVariant *details)
{
  const char *role;
  const char *text;
  gboolean final;
  guint id;

  g_variant_get (details, "(u&s&sb)", &id, &role, &text, &final);
  if (answer->text == NULL)
    return;
  if (answer->question == 0 && g_str_equal (role, "user") && final && is_text (answer->text, text))
    answer->question = id;
  if (answer->question == 0 || id < answer->question || !g_str_equal (role, "model"))
    return;
  if (!final || g_tree_lookup (answer->items, GUINT_TO_POINTER (id)) == NULL)
    answer->complete = FALSE;
  g_tree_insert (answer->items, GUINT_TO_POINTER (id), g_strdup (text));
}

static void
handle_tool_started (Answer *answer, GVariant *details)
{
  char *id;

  if (answer->question == 0)
    return;
  g_variant_get (details, "(s&s@a{sv})", &id, NULL, NULL);
  g_hash_table_add (answer->calls, id);
}

static void
handle_tool_finished (Answer *answer, GVariant *details)
{
  const char *id;

  g_variant_get (details, "(&s&s@a{sv})", &id, NULL, NULL);
  g_hash_table_remove (answer->calls, id);
}

static void
handle_turn_complete (Answer *answer, GVariant *details)
{
  answer->complete = answer->question != 0;
}

static void
handle_state (Answer *answer, GVariant *details)
{
  const char *state;

  g_variant_get (details, "(&s)", &state);
  if (g_str_equal (state, "error"))
    give_up (answer, lv_cli_lines_get_reason ("server"));
}

static void
handle_closed (Answer *answer, GVariant *details)
{
  const char *reason;

  g_variant_get (details, "(&s@a{sv})", &reason, NULL);
  give_up (answer, lv_cli_lines_get_reason (reason));
}

static void
handle_daemon (Answer *answer, GVariant *details)
{
  gboolean running;

  g_variant_get (details, "(b)", &running);
  if (!running)
    lv_cli_fail (answer->cli,
                 g_error_new_literal (G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER,
                                      _ ("The daemon went away before the answer was complete.")));
}

static void
on_event (const char *event, GVariant *details, gpointer data)
{
  static const struct {
    const char *event;
    void (*handle) (Answer *answer, GVariant *details);
  } handlers[] = {
    { "Transcript", handle_transcript },
    { "TurnComplete", handle_turn_complete },
    { "ToolStarted", handle_tool_started },
    { "ToolFinished", handle_tool_finished },
    { "State", handle_state },
    { "Closed", handle_closed },
    { "Daemon", handle_daemon },
  };
  Answer *answer = data;

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (g_str_equal (handlers[i].event, event))
      handlers[i].handle (answer, details);
  /* a turn may end for another to follow: with the answer of a tool, or ours after what was going
   * on. And it ends when the last sound is sent, the answer when it has been heard. */
  if (answer->complete && g_hash_table_size (answer->calls) == 0 && !is_answering (answer->session))
    answer->done = TRUE;
}

static gboolean
append_item (gpointer id, gpointer text, gpointer joined)
{
  if (((GString *) joined)->len > 0)
    g_string_append_c (joined, '\n');
  g_string_append (joined, text);
  return FALSE;
}

static char *
join_items (GTree *items)
{
  GString *joined = g_string_new (NULL);

  g_tree_foreach (items, append_item, joined);
  return g_strstrip (g_string_free (joined, FALSE));
}

static gboolean
send_text (Answer *answer, gboolean start, const char *text, GError **error)
{
  g_autoptr (GVariant) started = NULL;
  g_autoptr (GVariant) sent = NULL;

  if (start)
    {
      started = lv_cli_call (answer->cli, answer->session, "Start",
                             g_variant_new_parsed ("(@a{sv} {},)"), error);
      if (started == NULL)
        return FALSE;
    }
  answer->text = text;
  sent = lv_cli_call (answer->cli, answer->session, "SendText",
                      g_variant_new_parsed ("(%s, @a{sv} {})", text), error);
  return sent != NULL;
}

char *
lv_cli_answer_open (LvCli *cli, GVariant *options, GError **error)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (options);
  g_autoptr (LvDbusManager) manager = lv_cli_get_manager (cli, error);
  g_autoptr (GVariant) reply = NULL;
  char *path;

  if (manager == NULL)
    return NULL;
  reply = lv_cli_call (cli, manager, "CreateSession", g_variant_new ("(@a{sv})", owned), error);
  if (reply == NULL)
    return NULL;
  g_variant_get (reply, "(o)", &path);
  return path;
}

/* FALSE when there is no answer; a failure of the session explains that better than the call that
 * noticed it. */
static gboolean
hold_turn (Answer *answer, LvCliFollower *follower, gboolean start, const char *text,
           GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean held = lv_cli_follower_activate (follower, &local) &&
                  send_text (answer, start, text, &local) &&
                  lv_cli_run_until (answer->cli, &answer->done, &local);

  if (answer->reason != NULL)
    g_propagate_error (error, lv_cli_get_session_error (answer->session, answer->reason));
  else if (!held)
    g_propagate_error (error, g_steal_pointer (&local));
  return held && answer->reason == NULL;
}

char *
lv_cli_answer_get (LvCli *cli, const char *path, gboolean start, const char *text, GError **error)
{
  static const char *const topics[] = { "transcript", "tools", "state", NULL };
  g_autoptr (GTree) items = g_tree_new_full (compare_ids, NULL, NULL, g_free);
  g_autoptr (GHashTable) calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Answer answer = { .cli = cli, .items = items, .calls = calls };
  g_autoptr (LvCliFollower) follower =
      lv_cli_follower_new (cli, path, topics, on_event, &answer, error);

  if (follower == NULL)
    return NULL;
  answer.session = lv_cli_follower_get_session (follower);
  return hold_turn (&answer, follower, start, text, error) ? join_items (items) : NULL;
}

void
lv_cli_answer_close (LvCli *cli, const char *path)
{
  g_autoptr (LvDbusSession) session = NULL;
  g_autoptr (GVariant) reply = NULL;

  lv_cli_begin_cleanup (cli);
  session = lv_cli_get_session (cli, path, NULL);
  if (session != NULL && lv_cli_is_running (session))
    reply = lv_cli_call (cli, session, "Close", NULL, NULL);
}

void
lv_cli_answer_print (LvCli *cli, const char *answer)
{
  g_autofree char *clean = lv_cli_text_clean (answer, TRUE);
  GVariantBuilder object;

  if (!cli->json)
    {
      puts (clean);
      return;
    }
  g_variant_builder_init (&object, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&object, "text", "s", answer);
  lv_cli_json_print (g_variant_builder_end (&object));
}
