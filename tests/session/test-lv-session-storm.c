/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything that can happen to a session, in random order: whatever the order, it must keep its promises. The seed is
 * printed by the test frame; --seed repeats a run.
 */
#include "lib/lv-test.h"
#include "lv-test-devices.h"
#include "lv-test-session.h"

#define N_STEPS 3000

typedef struct {
  Fixture *fixture;
  guint n_starts;
} Storm;

/* ---- what the application does ---- */

static void
do_start (Storm *storm)
{
  if (lv_session_get_state (storm->fixture->session) == LV_STATE_IDLE ||
      lv_session_get_state (storm->fixture->session) == LV_STATE_ERROR)
    storm->n_starts++;
  g_assert_true (lv_session_start (storm->fixture->session, NULL));
}

static void
do_stop (Storm *storm)
{
  if (g_test_rand_int_range (0, 10) == 0)
    lv_session_stop (storm->fixture->session, LV_CLOSE_USER);
}

static void
do_mute (Storm *storm)
{
  lv_session_set_muted (storm->fixture->session, g_test_rand_bit ());
}

static void
do_talk (Storm *storm)
{
  lv_session_start_talking (storm->fixture->session, NULL);
}

static void
do_release (Storm *storm)
{
  lv_session_stop_talking (storm->fixture->session, NULL);
}

static void
do_interrupt (Storm *storm)
{
  lv_session_interrupt (storm->fixture->session, NULL);
}

static void
do_text (Storm *storm)
{
  lv_session_send_text (storm->fixture->session, "text", (LvTextMode) g_test_rand_int_range (0, 3),
                        NULL);
}

static void
do_speak (Storm *storm)
{
  if (lv_test_microphone () != NULL)
    lv_test_speak (g_test_rand_int_range (1, 200), g_test_rand_int_range (0, 20000));
}

static void
do_play (Storm *storm)
{
  if (lv_test_speaker () != NULL)
    lv_test_play (g_test_rand_int_range (0, 30000));
}

static void
do_microphone (Storm *storm)
{
  g_autoptr (GError) error = g_error_new_literal (LV_ERROR, LV_ERROR_NO_MICROPHONE, "gone");

  lv_test_set_microphone_missing (g_test_rand_bit ());
  if (g_test_rand_bit () && lv_session_get_microphone_active (storm->fixture->session))
    lv_capture_emit_failed (lv_test_microphone (), error);
}

/* ---- what the server does ---- */

static void
say_something (Storm *storm)
{
  static void (*const says[]) (Fixture * fixture) = { say_interrupted, say_generation_complete,
                                                      say_turn_complete };
  Fixture *fixture = storm->fixture;

  if (!lv_test_server_is_connected (fixture->server))
    return;
  switch (g_test_rand_int_range (0, 8))
    {
    case 0:
      say_words (fixture, " some words");
      break;
    case 1:
      say_audio (fixture, g_test_rand_int_range (1, 2000));
      break;
    case 2:
      say_heard (fixture, " heard words", g_test_rand_bit ());
      break;
    case 3:
      say_handle (fixture, g_test_rand_bit () ? "handle" : NULL);
      break;
    case 4:
      say_go_away (fixture, g_test_rand_int_range (0, 6 * G_USEC_PER_SEC));
      break;
    default:
      says[g_test_rand_int_range (0, G_N_ELEMENTS (says))](fixture);
      break;
    }
}

static void
misbehave (Storm *storm)
{
  static const struct {
    guint code;
    const char *reason;
  } closes[] = {
    { 1000, NULL },
    { 1011, "Internal error encountered." },
    { 1008, "BidiGenerateContent session not found" },
    { 1007, "API key not valid." },
  };
  guint which = g_test_rand_int_range (0, 20);

  if (!lv_test_server_is_connected (storm->fixture->server))
    return;
  if (which < G_N_ELEMENTS (closes))
    lv_test_server_close (storm->fixture->server, closes[which].code, closes[which].reason);
  else if (which == 4)
    lv_test_server_drop (storm->fixture->server);
  else if (which == 5)
    lv_test_server_send_frame (storm->fixture->server, "rubbish");
}

/* Answers setups, most of the time; everything else the strict decoder has looked at already. */
static void
serve (Storm *storm)
{
  LvTestServer *server = storm->fixture->server;

  while (lv_test_server_get_n_waiting (server) > 0)
    {
      g_autoptr (LvClientMessage) message = lv_test_server_take (server);

      if (message->type == LV_CLIENT_SETUP && lv_test_server_is_connected (server) &&
          g_test_rand_int_range (0, 10) > 0)
        lv_test_server_send_frame (server, "{\"setupComplete\":{}}");
    }
}

static void
check_promises (Storm *storm)
{
  LvSession *session = storm->fixture->session;
  LvState state = lv_session_get_state (session);
  gboolean resting = state == LV_STATE_IDLE || state == LV_STATE_ERROR;

  g_assert_cmpuint (count_logged (storm->fixture, "closed"), <=, storm->n_starts);
  g_assert_true (!resting || (lv_test_microphone () == NULL && lv_test_speaker () == NULL));
  g_assert_true (!lv_session_get_microphone_active (session) || !lv_session_get_muted (session));
  g_assert_true (state != LV_STATE_ERROR || lv_session_get_last_error (session) != NULL);
}

static void
check_transcript (Storm *storm)
{
  g_autoptr (GPtrArray) items = lv_session_list_transcript (storm->fixture->session, 0);
  guint last_id = 0;

  for (guint i = 0; i < items->len; i++)
    {
      const LvTranscriptItem *item = items->pdata[i];

      g_assert_cmpuint (item->id, >, last_id);
      g_assert_true (item->final);
      last_id = item->id;
    }
}

static void
rest (Storm *storm)
{
  lv_session_stop (storm->fixture->session, LV_CLOSE_SHUTDOWN);
  while (storm->fixture->session->link != LV_LINK_OFFLINE)
    g_main_context_iteration (NULL, TRUE);
  expect_at_rest (storm->fixture);
  g_assert_cmpuint (count_logged (storm->fixture, "closed"), ==, storm->n_starts);
  check_transcript (storm);
}

static void
weather (LvTurnDetection detection)
{
  static void (*const steps[]) (Storm * storm) = {
    do_start,     do_stop,       do_mute,       do_talk,       do_release,
    do_interrupt, do_text,       do_speak,      do_play,       do_microphone,
    misbehave,    say_something, say_something, say_something, say_something,
  };
  g_autoptr (Fixture) fixture = fixture_new ();
  Storm storm = { fixture, 0 };

  fixture->profile->audio = LV_AUDIO_PIPEWIRE;
  fixture->profile->turn_detection = detection;
  apply_profile (fixture);
  fixture->settings.link.steady_after_ms = 1;
  fixture->settings.watchdogs.setup_ms = 20;
  fixture->settings.watchdogs.reply_ms = 5;
  fixture->settings.watchdogs.turn_ms = 7;
  fixture->settings.watchdogs.empty_ms = 3;
  fixture->session->times =
      (LvSessionTimes){ .talk_ms = 10, .rotate_lead_ms = 5000, .backoff_scale = 0.001 };
  lv_session_set_levels_wanted (fixture->session, TRUE);
  for (guint i = 0; i < N_STEPS; i++)
    {
      steps[g_test_rand_int_range (0, G_N_ELEMENTS (steps))](&storm);
      check_promises (&storm);
      serve (&storm);
      g_main_context_iteration (NULL, FALSE);
      check_promises (&storm);
    }
  rest (&storm);
  g_assert_cmpuint (storm.n_starts, >, 1);
  lv_test_set_microphone_missing (FALSE);
}

static void
test_auto (void)
{
  weather (LV_TURN_DETECTION_AUTO);
}

static void
test_manual (void)
{
  weather (LV_TURN_DETECTION_MANUAL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-storm/auto", test_auto);
  g_test_add_func ("/session-storm/manual", test_manual);
  return g_test_run ();
}
