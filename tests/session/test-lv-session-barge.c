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

static void
hear_person (const char *name)
{
  g_autoptr (GBytes) wav = lv_test_read_wav (name);
  gsize n_bytes;
  const gint16 *samples = g_bytes_get_data (wav, &n_bytes);

  for (gsize i = 0; i + LV_CHUNK_FRAMES <= n_bytes / sizeof *samples; i += LV_CHUNK_FRAMES)
    {
      g_assert_true (lv_test_hear (samples + i));
      run_pending ();
    }
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

/* By button: an activity without words, as with push to talk. */
static void
test_local_interrupt (void)
{
  g_autoptr (Fixture) fixture = barge_fixture_new (LV_TURN_DETECTION_LOCAL);

  open_session (fixture);
  say_audio (fixture, 1000);
  wait_state (fixture, LV_STATE_SPEAKING);
  g_assert_true (lv_session_interrupt (fixture->session, NULL));
  expect_marks (fixture, "SE");
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-barge/local/turn", test_local_turn);
  g_test_add_func ("/session-barge/local/pause", test_local_pause);
  g_test_add_func ("/session-barge/local/barge-in", test_local_barge_in);
  g_test_add_func ("/session-barge/local/without-barge-in", test_local_without_barge_in);
  g_test_add_func ("/session-barge/local/mute", test_local_mute);
  g_test_add_func ("/session-barge/local/interrupt", test_local_interrupt);
  g_test_add_func ("/session-barge/local/is-no-push-to-talk", test_local_is_no_push_to_talk);
  g_test_add_func ("/session-barge/local/configure", test_local_configure);
  return g_test_run ();
}
