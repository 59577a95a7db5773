/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-session.h"

#include "lib/lv-test.h"

static void
add_line (Fixture *fixture, char *line)
{
  g_test_message ("%s", line);
  g_ptr_array_add (fixture->log, line);
}

static void
on_changed (LvSession *session, const char *what, Fixture *fixture)
{
  if (g_str_equal (what, "state"))
    add_line (fixture,
              g_strdup_printf ("state %s", lv_state_to_nick (lv_session_get_state (session))));
  else
    add_line (fixture, g_strdup_printf ("changed %s", what));
}

static void
on_interrupted (LvSession *session, guint item, Fixture *fixture)
{
  add_line (fixture, g_strdup_printf ("interrupted %u", item));
}

static void
on_turn_complete (LvSession *session, guint turn, const char *reason, const LvUsage *usage,
                  Fixture *fixture)
{
  add_line (fixture, g_strdup_printf ("turn-complete %u %s %u", turn, reason != NULL ? reason : "-",
                                      usage != NULL ? usage->total_tokens : 0));
}

static void
on_detail (LvSession *session, guint item, const char *kind, GVariant *detail, Fixture *fixture)
{
  g_autofree char *text = g_variant_print (detail, FALSE);

  add_line (fixture, g_strdup_printf ("detail %u %s %s", item, kind, text));
}

static void
on_tool_started (LvSession *session, const char *call_id, const char *tool, Fixture *fixture)
{
  add_line (fixture, g_strdup_printf ("tool-started %s", tool));
}

static void
on_tool_finished (LvSession *session, const char *call_id, const char *tool, LvOutcome outcome,
                  Fixture *fixture)
{
  add_line (fixture, g_strdup_printf ("tool-finished %s %s", tool, lv_outcome_to_nick (outcome)));
}

static void
on_levels (LvSession *session, double input, double output, Fixture *fixture)
{
  add_line (fixture, g_strdup_printf ("levels %.2f %.2f", input, output));
}

static void
on_warning (LvSession *session, const char *code, const char *message, GVariant *details,
            Fixture *fixture)
{
  g_assert_cmpstr (message, !=, "");
  add_line (fixture, g_strdup_printf ("warning %s", code));
}

static void
on_closed (LvSession *session, LvCloseReason reason, Fixture *fixture)
{
  add_line (fixture, g_strdup_printf ("closed %s", lv_close_reason_to_nick (reason)));
}

static void
watch (Fixture *fixture)
{
  const struct {
    const char *signal;
    GCallback handler;
  } handlers[] = {
    { "changed", G_CALLBACK (on_changed) },
    { "interrupted", G_CALLBACK (on_interrupted) },
    { "turn-complete", G_CALLBACK (on_turn_complete) },
    { "detail", G_CALLBACK (on_detail) },
    { "tool-started", G_CALLBACK (on_tool_started) },
    { "tool-finished", G_CALLBACK (on_tool_finished) },
    { "levels", G_CALLBACK (on_levels) },
    { "warning", G_CALLBACK (on_warning) },
    { "closed", G_CALLBACK (on_closed) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect (fixture->session, handlers[i].signal, handlers[i].handler, fixture);
}

void
renew_session (Fixture *fixture, const char *owner)
{
  if (fixture->session != NULL)
    g_assert_finalize_object (fixture->session);
  g_ptr_array_set_size (fixture->log, 0);
  fixture->session = lv_session_new (&fixture->services, "/org/livevoice/test", owner,
                                     owner != NULL ? "test" : "", fixture->profile, FALSE);
  fixture->session->times.backoff_scale = 0.05;
  watch (fixture);
}

Fixture *
fixture_new (void)
{
  static const char *const nowhere[] = { NULL };
  Fixture *fixture = g_new0 (Fixture, 1);

  fixture->server = lv_test_server_new ();
  fixture->vault = lv_vault_new ();
  fixture->config = lv_config_load_dirs (nowhere, NULL);
  fixture->services.endpoints = lv_endpoints_new (fixture->vault, fixture->config);
  fixture->services.registry = lv_tool_registry_new ();
  fixture->services.models = lv_models_new ();
  fixture->services.audio = lv_pw_context_new ();
  fixture->settings = lv_daemon_config_default;
  fixture->settings.watchdogs.cut_turns = 0; /* the puppet speaks silence and half sentences */
  fixture->settings.watchdogs.hushed_turns = 0;
  fixture->settings.watchdogs.empty_ms = 0;
  fixture->services.settings = &fixture->settings;
  fixture->profile = lv_profile_new (LV_PROFILE_DEFAULT);
  fixture->profile->audio = LV_AUDIO_NONE;
  g_free (fixture->profile->endpoint);
  fixture->profile->endpoint = g_strdup (lv_test_server_get_uri (fixture->server));
  fixture->log = g_ptr_array_new_with_free_func (g_free);
  renew_session (fixture, ":1.7");
  return fixture;
}

void
fixture_free (Fixture *fixture)
{
  if (fixture->session != NULL)
    g_assert_finalize_object (fixture->session);
  g_assert_finalize_object (fixture->services.audio);
  lv_test_server_free (fixture->server);
  g_object_unref (fixture->services.endpoints);
  lv_config_unref (fixture->config);
  lv_vault_unref (fixture->vault);
  g_object_unref (fixture->services.registry);
  lv_models_unref (fixture->services.models);
  lv_profile_free (fixture->profile);
  g_ptr_array_unref (fixture->log);
  g_free (fixture);
}

void
apply_profile (Fixture *fixture)
{
  lv_session_set_profile (fixture->session, fixture->profile);
}

void
open_session (Fixture *fixture)
{
  g_autoptr (LvClientMessage) setup = NULL;
  g_autoptr (GError) error = NULL;

  lv_session_start (fixture->session, &error);
  g_assert_no_error (error);
  setup = lv_test_server_accept (fixture->server, NULL);
  wait_state (fixture, LV_STATE_LISTENING);
}

void
expect_at_rest (Fixture *fixture)
{
  const LvSession *session = fixture->session;

  g_assert_null (session->socket);
  g_assert_null (session->capture);
  g_assert_null (session->playback);
  g_assert_null (session->uplink);
  g_assert_null (session->running);
  g_assert_null (session->endpoint);
  g_assert_null (session->handle);
  g_assert_null (session->declared);
  g_assert_cmpuint (session->held.length, ==, 0);
  g_assert_cmpuint (session->held_bytes, ==, 0);
  g_assert_cmpuint (session->setup_timer + session->retry_timer + session->rotate_timer +
                        session->quiet_timer + session->doctor_timer + session->talk_timer +
                        session->uplink_timer + session->gap_timer + session->levels_timer,
                    ==, 0);
}

/* ---- the log ---- */

gboolean
was_logged (Fixture *fixture, const char *line)
{
  for (guint i = 0; i < fixture->log->len; i++)
    if (g_str_equal (fixture->log->pdata[i], line))
      return TRUE;
  return FALSE;
}

guint
count_logged (Fixture *fixture, const char *prefix)
{
  guint count = 0;

  for (guint i = 0; i < fixture->log->len; i++)
    count += g_str_has_prefix (fixture->log->pdata[i], prefix);
  return count;
}

void
clear_log (Fixture *fixture)
{
  g_ptr_array_set_size (fixture->log, 0);
}

typedef struct {
  Fixture *fixture;
  const char *line;
  LvState state;
} Wanted;

static gboolean
line_is_there (gpointer data)
{
  Wanted *wanted = data;

  return was_logged (wanted->fixture, wanted->line);
}

void
wait_logged (Fixture *fixture, const char *line)
{
  Wanted wanted = { fixture, line, 0 };

  lv_test_wait_for (line_is_there, &wanted, LV_TEST_TIMEOUT_MS, line);
}

static gboolean
is_in_state (gpointer data)
{
  Wanted *wanted = data;

  return lv_session_get_state (wanted->fixture->session) == wanted->state;
}

void
wait_state (Fixture *fixture, LvState state)
{
  Wanted wanted = { fixture, NULL, state };

  lv_test_wait_for (is_in_state, &wanted, LV_TEST_TIMEOUT_MS, lv_state_to_nick (state));
}

void
expect_log (Fixture *fixture, const char *prefix, const char *joined)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < fixture->log->len; i++)
    if (g_str_has_prefix (fixture->log->pdata[i], prefix))
      g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "",
                              (char *) fixture->log->pdata[i] + strlen (prefix));
  g_assert_cmpstr (found->str, ==, joined);
}

/* ---- the transcript ---- */

static char *
render_transcript (Fixture *fixture)
{
  g_autoptr (GPtrArray) items = lv_session_list_transcript (fixture->session, 0);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    {
      const LvTranscriptItem *item = items->pdata[i];

      g_string_append_printf (out, "%s%c:%s%s", i > 0 ? " " : "", lv_role_to_nick (item->role)[0],
                              item->text, item->final ? "." : "");
    }
  return g_string_free (out, FALSE);
}

void
expect_transcript (Fixture *fixture, const char *expected)
{
  g_autofree char *rendered = render_transcript (fixture);

  g_assert_cmpstr (rendered, ==, expected);
}

static gboolean
transcript_is (gpointer data)
{
  Wanted *wanted = data;
  g_autofree char *rendered = render_transcript (wanted->fixture);

  return g_str_equal (rendered, wanted->line);
}

void
wait_transcript (Fixture *fixture, const char *expected)
{
  Wanted wanted = { fixture, expected, 0 };

  lv_test_wait_for (transcript_is, &wanted, LV_TEST_TIMEOUT_MS, expected);
}

/* ---- the server ---- */

void
say_words (Fixture *fixture, const char *text)
{
  LvServerMessage *message = lv_server_message_new ();

  message->output_transcription = lv_transcription_new (text, FALSE);
  lv_test_server_send (fixture->server, message);
}

void
say_audio (Fixture *fixture, guint ms)
{
  LvServerMessage *message = lv_server_message_new ();
  gsize n_bytes = LV_RATE_OUT * ms / 1000 * LV_BYTES_PER_FRAME;
  g_autoptr (GBytes) pcm = g_bytes_new_take (g_malloc0 (n_bytes), n_bytes);

  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", pcm));
  lv_test_server_send (fixture->server, message);
}

void
say_heard (Fixture *fixture, const char *text, gboolean finished)
{
  LvServerMessage *message = lv_server_message_new ();

  message->input_transcription = lv_transcription_new (text, finished);
  lv_test_server_send (fixture->server, message);
}

void
say_interrupted (Fixture *fixture)
{
  LvServerMessage *message = lv_server_message_new ();

  message->interrupted = TRUE;
  lv_test_server_send (fixture->server, message);
}

void
say_generation_complete (Fixture *fixture)
{
  LvServerMessage *message = lv_server_message_new ();

  message->generation_complete = TRUE;
  lv_test_server_send (fixture->server, message);
}

void
say_turn_complete (Fixture *fixture)
{
  LvServerMessage *message = lv_server_message_new ();

  message->turn_complete = TRUE;
  lv_test_server_send (fixture->server, message);
}

void
say_go_away (Fixture *fixture, gint64 time_left_us)
{
  LvServerMessage *message = lv_server_message_new ();

  message->go_away_us = time_left_us;
  lv_test_server_send (fixture->server, message);
}

void
say_handle (Fixture *fixture, const char *handle)
{
  LvServerMessage *message = lv_server_message_new ();

  message->resumption_update = TRUE;
  message->resumable = handle != NULL;
  message->resumption_handle = g_strdup (handle);
  lv_test_server_send (fixture->server, message);
}
