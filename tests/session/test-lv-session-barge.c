/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a session hears by itself: a recorded person speaks into its microphone.
 */
#include "lib/lv-test-wav.h"
#include "lib/lv-test.h"
#include "lv-test-devices.h"
#include "lv-test-session.h"
#include "session/lv-session-setup.h"

#define MS (LV_RATE_OUT / 1000)

static Fixture *
barge_fixture_new (LvTurnDetection detection)
{
  Fixture *fixture = fixture_new ();

  fixture->profile->audio = LV_AUDIO_PIPEWIRE;
  fixture->profile->turn_detection = detection;
  apply_profile (fixture);
  return fixture;
}

static void
run_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
hear_silence (guint ms)
{
  for (guint i = 0; i < ms / LV_CHUNK_MS; i++)
    {
      g_assert_true (lv_test_speak (1, 0));
      run_pending ();
    }
}

/* The chunks of a recording from @first on, before @end. */
static void
hear_part (const char *name, guint first, guint end)
{
  g_autoptr (GBytes) wav = lv_test_read_wav (name);
  gsize n_bytes;
  const gint16 *samples = g_bytes_get_data (wav, &n_bytes);

  end = MIN (end, n_bytes / sizeof *samples / LV_CHUNK_FRAMES);
  for (guint i = first; i < end; i++)
    {
      g_assert_true (lv_test_hear (samples + i * LV_CHUNK_FRAMES));
      run_pending ();
    }
}

static void
hear_person (const char *name)
{
  hear_part (name, 0, G_MAXUINT);
}

/* What the server got, a letter for each mark and for each run of audio: "SaE". */
static char *
take_marks (Fixture *fixture)
{
  static const char letters[] = { [LV_REALTIME_AUDIO] = 'a',
                                  [LV_REALTIME_ACTIVITY_START] = 'S',
                                  [LV_REALTIME_ACTIVITY_END] = 'E',
                                  [LV_REALTIME_AUDIO_STREAM_END] = 'X' };
  GString *marks = g_string_new (NULL);

  lv_test_run_for (50);
  while (lv_test_server_get_n_waiting (fixture->server) > 0)
    {
      g_autoptr (LvClientMessage) message = lv_test_server_take (fixture->server);
      char letter = message->type == LV_CLIENT_REALTIME ? letters[message->realtime] : '?';

      if (letter != 'a' || marks->len == 0 || marks->str[marks->len - 1] != 'a')
        g_string_append_c (marks, letter);
    }
  return g_string_free (marks, FALSE);
}

static void
expect_marks (Fixture *fixture, const char *expected)
{
  g_autofree char *marks = take_marks (fixture);

  g_assert_cmpstr (marks, ==, expected);
}

/* ---- turn detection "local" ---- */

static void
test_local_turn (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);

  open_session (fixture);
  hear_silence (2000);
  expect_marks (fixture, "");
  hear_person ("ask-time");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  hear_silence (LV_LOCAL_SILENCE_MS - 400);
  expect_marks (fixture, "Sa");
  hear_silence (600);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_THINKING);
  expect_marks (fixture, "aE");
  hear_silence (2000);
  expect_marks (fixture, "");
}

static void
test_local_pause (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);

  fixture->profile->silence_duration_ms = 3000;
  apply_profile (fixture);
  open_session (fixture);
  hear_person ("ask-time");
  hear_silence (2000);
  hear_person ("ask-date");
  hear_silence (2500);
  expect_marks (fixture, "Sa");
  hear_silence (1000);
  expect_marks (fixture, "aE");
}

static void
test_local_barge_in (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);

  open_session (fixture);
  say_audio (fixture, 1000);
  say_words (fixture, "one two");
  wait_transcript (fixture, "m:one two");
  lv_test_play (500 * MS);
  hear_person ("stop");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  g_assert_cmpuint (lv_playback_get_heard (lv_test_speaker ()), ==, 1000 * MS);
  expect_log (fixture, "interrupted ", "2");
  expect_marks (fixture, "Sa");
  say_audio (fixture, 500); /* of the turn that is over */
  lv_test_run_for (50);
  g_assert_cmpuint (lv_playback_get_pushed (lv_test_speaker ()), ==, 1000 * MS);
}

static void
test_local_without_barge_in (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);

  fixture->profile->barge_in = FALSE;
  apply_profile (fixture);
  open_session (fixture);
  say_audio (fixture, 1000);
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_SPEAKING);
  hear_person ("stop");
  expect_marks (fixture, "");
  lv_test_play (1000 * MS);
  hear_silence (400);
  expect_marks (fixture, "");
  hear_person ("ask-time");
  expect_marks (fixture, "Sa");
}

/* A pause in what one says is no end of it, also in writing. */
static void
test_local_words (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);

  open_session (fixture);
  hear_person ("ask-time");
  say_heard (fixture, "what", FALSE);
  wait_transcript (fixture, "u:what");
  lv_test_run_for (LV_TRANSCRIPT_QUIET_MS + 200);
  say_heard (fixture, " time", FALSE);
  wait_transcript (fixture, "u:what time");
  hear_silence (LV_LOCAL_SILENCE_MS);
  wait_transcript (fixture, "u:what time.");
}

static void
test_local_mute (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);

  open_session (fixture);
  hear_person ("ask-time");
  lv_session_set_muted (fixture->session, TRUE);
  expect_marks (fixture, "SaE");
  lv_session_set_muted (fixture->session, FALSE);
  hear_silence (LV_LOCAL_SILENCE_MS * 2);
  expect_marks (fixture, "");
  hear_person ("ask-time");
  expect_marks (fixture, "Sa");
}

static void
test_local_is_no_push_to_talk (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);
  g_autoptr (GError) error = NULL;

  open_session (fixture);
  hear_person ("ask-time");
  g_assert_false (lv_session_start_talking (fixture->session, NULL));
  g_assert_false (lv_session_stop_talking (fixture->session, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED);
  expect_marks (fixture, "Sa");
}

/* Another silence, asked for while somebody speaks, comes with the next connection. */
static void
test_local_configure (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);
  g_autoptr (LvClientMessage) setup = NULL;

  open_session (fixture);
  say_handle (fixture, "h");
  fixture->profile->silence_duration_ms = 3000;
  g_assert_cmpint (lv_session_configure (fixture->session, fixture->profile, FALSE), ==,
                   LV_APPLIED_RECONNECT);
  setup = lv_test_server_accept (fixture->server, NULL);
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_true (setup->setup->vad_disabled);
  hear_person ("ask-time");
  hear_silence (2500);
  expect_marks (fixture, "Sa");
  hear_silence (1000);
  expect_marks (fixture, "aE");
}

/* Whoever is told that somebody speaks hangs up. */
static void
stop_on_hearing (LvSession *session, const char *what, gpointer data)
{
  if (lv_session_get_state (session) == LV_STATE_HEARING)
    lv_session_stop (session, LV_CLOSE_USER);
}

static void
test_local_stop (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);
  g_autoptr (GBytes) wav = lv_test_read_wav ("ask-time");
  const gint16 *samples = g_bytes_get_data (wav, NULL);

  open_session (fixture);
  g_signal_connect (fixture->session, "changed", G_CALLBACK (stop_on_hearing), NULL);
  while (lv_test_hear (samples))
    samples += LV_CHUNK_FRAMES;
  wait_logged (fixture, "closed user");
  expect_at_rest (fixture);
}

/* ---- the model's voice, when somebody begins to speak ---- */

static void
begin_to_answer (Fixture *fixture)
{
  open_session (fixture);
  say_audio (fixture, 2000);
  wait_state (fixture, LV_STATE_SPEAKING);
  lv_test_play (500 * MS);
  hear_silence (500);
  g_assert_false (lv_test_is_held ());
}

/* Returns how much of it was heard until the voice stood still. */
static guint
hear_until_held (const char *name)
{
  g_autoptr (GBytes) wav = lv_test_read_wav (name);
  gsize n_bytes;
  const gint16 *samples = g_bytes_get_data (wav, &n_bytes);
  gsize n = n_bytes / sizeof *samples, i = 0;

  for (; !lv_test_is_held () && i + LV_CHUNK_FRAMES <= n; i += LV_CHUNK_FRAMES)
    g_assert_true (lv_test_hear (samples + i));
  g_assert_true (lv_test_is_held ());
  return i / (LV_RATE_IN / 1000);
}

static void
expect_counts (Fixture *fixture, guint64 ducks, guint64 ghosts)
{
  g_autoptr (GVariant) audio = g_variant_ref_sink (lv_session_describe_audio (fixture->session));
  guint64 value;

  g_assert_true (g_variant_lookup (audio, "ducks", "t", &value));
  g_assert_cmpuint (value, ==, ducks);
  g_assert_true (g_variant_lookup (audio, "ghost-holds", "t", &value));
  g_assert_cmpuint (value, ==, ghosts);
}

static void
test_hold_and_interruption (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);

  begin_to_answer (fixture);
  hear_until_held ("stop");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_SPEAKING);
  g_assert_cmpuint (lv_playback_get_heard (lv_test_speaker ()), ==, 500 * MS);
  say_interrupted (fixture);
  wait_state (fixture, LV_STATE_HEARING);
  g_assert_false (lv_test_is_held ());
  g_assert_cmpuint (lv_playback_get_heard (lv_test_speaker ()), ==, 2000 * MS);
  expect_counts (fixture, 1, 0);
  say_turn_complete (fixture);
  say_audio (fixture, 100); /* the next answer is heard */
  wait_state (fixture, LV_STATE_SPEAKING);
  g_assert_false (lv_test_is_held ());
}

static void
test_hold_and_nothing (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);
  gint64 held_us;

  begin_to_answer (fixture);
  hear_until_held ("open");
  held_us = g_get_monotonic_time ();
  while (lv_test_is_held ())
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - held_us, >=, (LV_BARGE_HOLD_MS - 1) * 1000);
  g_assert_cmpuint (lv_playback_get_heard (lv_test_speaker ()), ==, 500 * MS);
  hear_person ("open"); /* goes on; that is known */
  g_assert_false (lv_test_is_held ());
  expect_counts (fixture, 1, 1);
  lv_test_play (1500 * MS);
  g_assert_cmpuint (lv_playback_get_heard (lv_test_speaker ()), ==, 2000 * MS);
}

static void
test_hold_until_silence (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);

  begin_to_answer (fixture);
  hear_until_held ("ask-time");
  hear_silence (LV_BARGE_QUIET_MS - 2 * LV_CHUNK_MS);
  g_assert_true (lv_test_is_held ());
  hear_silence (4 * LV_CHUNK_MS);
  g_assert_false (lv_test_is_held ());
  expect_counts (fixture, 1, 1);
  g_assert_cmpuint (fixture->session->hold_timer, ==, 0);
}

static void
test_hold_and_mute (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);

  begin_to_answer (fixture);
  hear_until_held ("ask-time");
  lv_session_set_muted (fixture->session, TRUE);
  g_assert_false (lv_test_is_held ());
  expect_counts (fixture, 1, 0);
}

static void
test_hold_and_button (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);

  begin_to_answer (fixture);
  hear_until_held ("ask-time");
  g_assert_true (lv_session_interrupt (fixture->session, NULL));
  g_assert_false (lv_test_is_held ());
  g_assert_cmpuint (lv_playback_get_heard (lv_test_speaker ()), ==, 2000 * MS);
}

static void
test_hold_and_stop (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);

  begin_to_answer (fixture);
  hear_until_held ("ask-time");
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  wait_logged (fixture, "closed user");
  expect_at_rest (fixture);
}

/* Where the voice must not stand still, whoever speaks. */
static void
expect_no_hold (Fixture *fixture)
{
  begin_to_answer (fixture);
  hear_person ("stop");
  g_assert_false (lv_test_is_held ());
}

static void
test_no_hold_without_barge_in (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);

  fixture->profile->barge_in = FALSE;
  apply_profile (fixture);
  expect_no_hold (fixture);
  expect_counts (fixture, 0, 0);
}

static void
test_no_hold_in_push_to_talk (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_MANUAL);

  expect_no_hold (fixture);
}

static void
play_and_hear (guint ms)
{
  for (guint i = 0; i < ms / LV_CHUNK_MS; i++)
    {
      hear_silence (LV_CHUNK_MS);
      lv_test_play (LV_CHUNK_MS * MS);
    }
}

/* The voice may come from a loudspeaker: not before it is known how little is heard of it. */
static void
test_hold_after_measuring (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);

  fixture->profile->echo_cancel = LV_ECHO_CANCEL_OFF;
  apply_profile (fixture);
  begin_to_answer (fixture);
  hear_person ("stop");
  g_assert_false (lv_test_is_held ());
  say_audio (fixture, 9000);
  lv_test_run_for (50);
  play_and_hear (6000);
  hear_until_held ("stop");
}

static void
test_no_hold_in_half_duplex (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);

  lv_test_set_echo (LV_ECHO_HALF_DUPLEX, FALSE);
  expect_no_hold (fixture);
  lv_test_set_echo (LV_ECHO_NONE, FALSE);
}

/* They spoke before the model did, and go on. */
static void
test_no_hold_of_old_sound (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  hear_part ("ask-time", 0, 25);
  say_audio (fixture, 2000);
  wait_state (fixture, LV_STATE_SPEAKING);
  hear_part ("ask-time", 25, G_MAXUINT);
  g_assert_false (lv_test_is_held ());
  hear_silence (500);
  hear_until_held ("ask-time");
}

/* ---- by button ---- */

/* Where turns are marked here, it is told by an activity without words. */
static void
test_button (gconstpointer detection)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (GPOINTER_TO_INT (detection));

  open_session (fixture);
  say_audio (fixture, 1000);
  wait_state (fixture, LV_STATE_SPEAKING);
  g_assert_true (lv_session_interrupt (fixture->session, NULL));
  expect_marks (fixture, "SE");
}

/* The server is told by a turn that is left open, and goes on sending all the same. */
static void
test_button_and_late_audio (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_AUTO);
  g_autoptr (LvClientMessage) message = NULL;

  begin_to_answer (fixture);
  g_assert_true (lv_session_interrupt (fixture->session, NULL));
  g_assert_cmpuint (lv_playback_get_heard (lv_test_speaker ()), ==, 2000 * MS);
  message = lv_test_server_take_type (fixture->server, LV_CLIENT_CONTENT);
  g_assert_false (message->turn_complete);
  for (guint i = 0; i < 20; i++)
    say_audio (fixture, 100);
  lv_test_run_for (100);
  g_assert_cmpuint (lv_playback_get_pushed (lv_test_speaker ()), ==, 2000 * MS);
  say_interrupted (fixture);
  say_audio (fixture, 100);
  lv_test_run_for (50);
  g_assert_cmpuint (lv_playback_get_pushed (lv_test_speaker ()), ==, 2000 * MS);
  say_turn_complete (fixture);
  say_audio (fixture, 100);
  wait_state (fixture, LV_STATE_SPEAKING);
  g_assert_cmpuint (lv_playback_get_pushed (lv_test_speaker ()), ==, 2100 * MS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-barge/local/turn", test_local_turn);
  g_test_add_func ("/session-barge/local/pause", test_local_pause);
  g_test_add_func ("/session-barge/local/barge-in", test_local_barge_in);
  g_test_add_func ("/session-barge/local/without-barge-in", test_local_without_barge_in);
  g_test_add_func ("/session-barge/local/words", test_local_words);
  g_test_add_func ("/session-barge/local/mute", test_local_mute);
  g_test_add_data_func ("/session-barge/button/local", GINT_TO_POINTER (LV_TURN_DETECTION_LOCAL),
                        test_button);
  g_test_add_data_func ("/session-barge/button/manual", GINT_TO_POINTER (LV_TURN_DETECTION_MANUAL),
                        test_button);
  g_test_add_func ("/session-barge/local/is-no-push-to-talk", test_local_is_no_push_to_talk);
  g_test_add_func ("/session-barge/local/configure", test_local_configure);
  g_test_add_func ("/session-barge/local/stop", test_local_stop);
  g_test_add_func ("/session-barge/hold/interruption", test_hold_and_interruption);
  g_test_add_func ("/session-barge/hold/nothing", test_hold_and_nothing);
  g_test_add_func ("/session-barge/hold/until-silence", test_hold_until_silence);
  g_test_add_func ("/session-barge/hold/mute", test_hold_and_mute);
  g_test_add_func ("/session-barge/hold/button", test_hold_and_button);
  g_test_add_func ("/session-barge/hold/stop", test_hold_and_stop);
  g_test_add_func ("/session-barge/no-hold/without-barge-in", test_no_hold_without_barge_in);
  g_test_add_func ("/session-barge/no-hold/push-to-talk", test_no_hold_in_push_to_talk);
  g_test_add_func ("/session-barge/hold/after-measuring", test_hold_after_measuring);
  g_test_add_func ("/session-barge/no-hold/half-duplex", test_no_hold_in_half_duplex);
  g_test_add_func ("/session-barge/no-hold/old-sound", test_no_hold_of_old_sound);
  g_test_add_func ("/session-barge/button/late-audio", test_button_and_late_audio);
  return g_test_run ();
}
