/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"
#include "lv-test-devices.h"
#include "lv-test-session.h"

#include <string.h>

#define MS (LV_RATE_OUT / 1000)

static Fixture *
audio_fixture_new (LvTurnDetection detection)
{
  Fixture *fixture = fixture_new ();

  fixture->profile->audio = LV_AUDIO_PIPEWIRE;
  fixture->profile->turn_detection = detection;
  apply_profile (fixture);
  return fixture;
}

static void
expect_realtime (Fixture *fixture, LvRealtimeKind kind)
{
  g_autoptr (LvClientMessage) message = lv_test_server_take (fixture->server);

  g_assert_cmpint (message->type, ==, LV_CLIENT_REALTIME);
  g_assert_cmpint (message->realtime, ==, kind);
}

static void
expect_audio (Fixture *fixture, guint n_chunks, gint16 value)
{
  for (guint i = 0; i < n_chunks; i++)
    {
      g_autoptr (LvClientMessage) message = lv_test_server_take (fixture->server);
      const gint16 *samples;
      gsize n_bytes;

      g_assert_cmpint (message->type, ==, LV_CLIENT_REALTIME);
      g_assert_cmpint (message->realtime, ==, LV_REALTIME_AUDIO);
      g_assert_cmpstr (message->blob->mime_type, ==, "audio/pcm;rate=16000");
      samples = g_bytes_get_data (message->blob->data, &n_bytes);
      g_assert_cmpuint (n_bytes, ==, LV_CHUNK_FRAMES * LV_BYTES_PER_FRAME);
      g_assert_cmpint (samples[0], ==, value);
      g_assert_cmpint (samples[LV_CHUNK_FRAMES - 1], ==, value);
    }
}

static void
expect_silence (Fixture *fixture)
{
  lv_test_run_for (50);
  g_assert_cmpuint (lv_test_server_get_n_waiting (fixture->server), ==, 0);
}

static void
expect_no_devices (void)
{
  g_assert_null (lv_test_microphone ());
  g_assert_null (lv_test_speaker ());
}

static void
test_devices_live_with_the_conversation (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  expect_no_devices ();
  g_assert_true (lv_session_start (fixture->session, NULL));
  g_assert_true (lv_session_get_microphone_active (fixture->session));
  g_assert_true (was_logged (fixture, "changed microphone-active"));
  g_assert_nonnull (lv_test_speaker ());
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  g_assert_false (lv_session_get_microphone_active (fixture->session));
  g_assert_cmpuint (count_logged (fixture, "changed microphone-active"), ==, 2);
  expect_no_devices ();

  open_session (fixture);
  lv_test_server_close (fixture->server, 1008, "not found");
  wait_state (fixture, LV_STATE_ERROR);
  expect_no_devices ();
  expect_at_rest (fixture);
}

/* What was said before the server was ready. */
static void
test_preroll (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);
  g_autoptr (LvClientMessage) setup = NULL;

  g_assert_true (lv_session_start (fixture->session, NULL));
  lv_test_speak (10, 1);
  setup = lv_test_server_take (fixture->server);
  g_assert_true (setup->setup->input_transcription);
  lv_test_speak (10, 2);
  expect_silence (fixture);
  lv_test_server_send_frame (fixture->server, "{\"setupComplete\":{}}");
  expect_audio (fixture, 10, 1);
  expect_audio (fixture, 10, 2);
  lv_test_speak (1, 3);
  expect_audio (fixture, 1, 3);
}

static void
test_mute (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  lv_test_speak (2, 1);
  lv_session_set_muted (fixture->session, TRUE);
  g_assert_false (lv_session_get_microphone_active (fixture->session));
  g_assert_false (lv_test_speak (1, 9)); /* the device is closed, not ignored */
  expect_audio (fixture, 2, 1);
  expect_realtime (fixture, LV_REALTIME_AUDIO_STREAM_END);
  expect_silence (fixture);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);

  say_audio (fixture, 100); /* the model is heard all the same */
  wait_state (fixture, LV_STATE_SPEAKING);
  lv_session_set_muted (fixture->session, FALSE);
  g_assert_true (lv_session_get_microphone_active (fixture->session));
  lv_test_speak (1, 2);
  expect_audio (fixture, 1, 2);
}

static void
test_muted_from_the_start (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  lv_session_set_muted (fixture->session, TRUE);
  open_session (fixture);
  g_assert_false (lv_session_get_microphone_active (fixture->session));
  expect_silence (fixture);
}

/* The server says nothing while a person speaks; what they see is told from the level. */
static void
test_loud (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  lv_test_speak (50, 10);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  lv_test_speak (10, 3000);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  lv_test_speak (25, 10);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  lv_test_speak (25, 10);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);

  say_audio (fixture, 1000);
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  lv_test_speak (10, 3000); /* our own voice, perhaps */
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_SPEAKING);
  lv_test_play (1000 * MS);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  lv_test_speak (10, 3000);
  lv_session_set_muted (fixture->session, TRUE);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  expect_log (fixture, "state ",
              "connecting listening hearing listening speaking listening hearing listening");
}

static void
test_speaking_until_drained (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  say_audio (fixture, 200);
  wait_state (fixture, LV_STATE_SPEAKING);
  g_assert_cmpuint (lv_playback_get_pushed (lv_test_speaker ()), ==, 200 * MS);
  say_generation_complete (fixture);
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_SPEAKING);
  lv_test_play (100 * MS);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_SPEAKING);
  lv_test_play (100 * MS);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
}

static void
test_barge_in (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  say_heard (fixture, "count", FALSE);
  say_audio (fixture, 1000);
  say_words (fixture, "one two");
  say_audio (fixture, 1000);
  say_words (fixture, " three four");
  wait_transcript (fixture, "u:count m:one two three four");
  lv_test_play (1000 * MS);
  say_interrupted (fixture);
  wait_state (fixture, LV_STATE_HEARING);
  g_assert_cmpuint (lv_playback_get_heard (lv_test_speaker ()), ==, 2000 * MS); /* flushed */
  expect_log (fixture, "interrupted ", "2");
  expect_transcript (fixture, "u:count. m:one two.");

  say_audio (fixture, 1000); /* late */
  say_words (fixture, " five");
  say_heard (fixture, "stop", FALSE);
  wait_transcript (fixture, "u:count. m:one two. u:stop");
  g_assert_cmpuint (lv_playback_get_pushed (lv_test_speaker ()), ==, 2000 * MS);

  say_turn_complete (fixture);
  say_audio (fixture, 500);
  say_words (fixture, "fine");
  wait_transcript (fixture, "u:count. m:one two. u:stop m:fine");
  g_assert_cmpuint (lv_playback_get_pushed (lv_test_speaker ()), ==, 2500 * MS);
}

/* By button, when the server has said all and the voice still plays. */
static void
test_button_after_the_turn (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  say_audio (fixture, 1000);
  say_words (fixture, "one two");
  say_audio (fixture, 1000);
  say_words (fixture, " three four");
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  lv_test_play (1000 * MS);
  g_assert_true (lv_session_interrupt (fixture->session, NULL));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  expect_transcript (fixture, "m:one two.");
  expect_log (fixture, "interrupted ", "2");
  expect_silence (fixture); /* there is nothing that the server could stop */
}

static void
test_stop_cuts (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  say_audio (fixture, 1000);
  say_words (fixture, "one two");
  say_audio (fixture, 1000);
  say_words (fixture, " three four");
  wait_transcript (fixture, "m:one two three four");
  lv_test_play (1000 * MS);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  expect_transcript (fixture, "m:one two.");
  g_assert_cmpuint (count_logged (fixture, "interrupted"), ==, 0);
}

static void
test_silent_answers (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  fixture->profile->speak = FALSE;
  fixture->profile->transcripts = FALSE;
  apply_profile (fixture);
  g_assert_true (lv_session_start (fixture->session, NULL));
  {
    g_autoptr (LvClientMessage) setup = lv_test_server_accept (fixture->server, NULL);

    g_assert_true (setup->setup->output_transcription); /* else there would be no answer at all */
    g_assert_false (setup->setup->input_transcription);
  }
  g_assert_null (lv_test_speaker ());
  say_audio (fixture, 1000);
  say_words (fixture, "hello");
  wait_transcript (fixture, "m:hello");
  say_interrupted (fixture);
  wait_logged (fixture, "interrupted 2");
  expect_transcript (fixture, "m:hello.");
}

static void
test_other_rates_are_not_played (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  lv_test_server_send_frame (fixture->server,
                             "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{"
                             "\"mimeType\":\"audio/pcm;rate=8000\",\"data\":\"AAAA\"}}]}}}");
  say_words (fixture, "hello");
  wait_transcript (fixture, "m:hello");
  g_assert_cmpuint (lv_playback_get_pushed (lv_test_speaker ()), ==, 0);
}

static void
expect_described (Fixture *fixture, const char *key, const char *expected)
{
  g_autoptr (GVariant) audio = g_variant_ref_sink (lv_session_describe_audio (fixture->session));
  g_autoptr (GVariant) value = g_variant_lookup_value (audio, key, NULL);
  g_autofree char *text = value != NULL ? g_variant_print (value, FALSE) : NULL;

  g_assert_cmpstr (text, ==, expected);
}

static void
test_no_microphone (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);
  g_autoptr (LvClientMessage) setup = NULL;
  g_autoptr (LvClientMessage) message = NULL;

  lv_test_set_microphone_missing (TRUE);
  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_accept (fixture->server, NULL);
  wait_state (fixture, LV_STATE_PAUSED);
  g_assert_error (lv_session_get_last_error (fixture->session), LV_ERROR, LV_ERROR_NO_MICROPHONE);
  expect_log (fixture, "warning ", "no-microphone");
  expect_described (fixture, "paused", "'no-microphone'");

  g_assert_true (lv_session_send_text (fixture->session, "hello", LV_TEXT_TURN, NULL));
  message = lv_test_server_take (fixture->server);
  wait_state (fixture, LV_STATE_THINKING);
  say_audio (fixture, 100);
  wait_state (fixture, LV_STATE_SPEAKING);
  say_turn_complete (fixture);
  lv_test_play (100 * MS);
  wait_state (fixture, LV_STATE_PAUSED);

  lv_test_set_microphone_missing (FALSE); /* plugged in again */
  lv_session_set_muted (fixture->session, TRUE);
  lv_session_set_muted (fixture->session, FALSE);
  wait_state (fixture, LV_STATE_LISTENING);
  g_assert_true (lv_test_speak (1, 1));
}

static void
test_microphone_pulled_out (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);
  g_autoptr (GError) error =
      g_error_new_literal (LV_ERROR, LV_ERROR_NO_MICROPHONE, "The microphone is gone");

  open_session (fixture);
  lv_test_speak (1, 1);
  lv_capture_emit_failed (lv_test_microphone (), error);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_PAUSED);
  g_assert_false (lv_session_get_microphone_active (fixture->session));
  expect_audio (fixture, 1, 1);
  expect_realtime (fixture, LV_REALTIME_AUDIO_STREAM_END);
}

/* The floor is another session's, then ours again. */
static void
test_floor (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  lv_test_speak (10, 3000);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  lv_capture_set_pause (lv_test_microphone (), LV_PAUSE_FLOOR);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_PAUSED);
  g_assert_false (lv_session_get_microphone_active (fixture->session));
  expect_log (fixture, "warning ", "floor-lost");
  expect_described (fixture, "floor", "false");
  expect_described (fixture, "paused", "'floor'");
  expect_audio (fixture, 10, 3000);
  expect_realtime (fixture, LV_REALTIME_AUDIO_STREAM_END);

  say_audio (fixture, 100); /* the model goes on speaking */
  wait_state (fixture, LV_STATE_SPEAKING);
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  lv_test_play (100 * MS);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_PAUSED);
  expect_silence (fixture);

  lv_capture_set_pause (lv_test_microphone (), LV_PAUSE_NONE);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  g_assert_true (lv_session_get_microphone_active (fixture->session));
  expect_described (fixture, "floor", "true");
  expect_described (fixture, "paused", NULL);
  lv_test_speak (1, 1);
  expect_audio (fixture, 1, 1);
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 1);
}

/* Muted by others, and the one reason after the other. */
static void
test_microphone_off (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  lv_test_speak (1, 1);
  lv_capture_set_pause (lv_test_microphone (), LV_PAUSE_SOURCE_MUTED);
  lv_capture_set_pause (lv_test_microphone (), LV_PAUSE_PRIVACY);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_PAUSED);
  expect_log (fixture, "warning ", "microphone-off microphone-off");
  expect_described (fixture, "paused", "'privacy'");
  expect_audio (fixture, 1, 1);
  expect_realtime (fixture, LV_REALTIME_AUDIO_STREAM_END);
  expect_silence (fixture);

  lv_session_set_muted (fixture->session, TRUE); /* no more reason to be paused */
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  lv_session_set_muted (fixture->session, FALSE);
  g_assert_true (lv_session_get_microphone_active (fixture->session));
}

static void
test_speaker_fails (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);
  g_autoptr (GError) error =
      g_error_new_literal (LV_ERROR, LV_ERROR_NO_AUDIO_SERVER, "PipeWire is gone");

  open_session (fixture);
  say_audio (fixture, 100);
  wait_state (fixture, LV_STATE_SPEAKING);
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  lv_playback_emit_failed (lv_test_speaker (), error);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  g_assert_error (lv_session_get_last_error (fixture->session), LV_ERROR, LV_ERROR_NO_AUDIO_SERVER);
  expect_log (fixture, "warning ", "no-speaker");
}

/* Nobody listens for a second, although nobody said so. */
static void
test_gap (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  lv_test_speak (1, 1);
  expect_audio (fixture, 1, 1);
  expect_realtime (fixture, LV_REALTIME_AUDIO_STREAM_END);
  lv_test_speak (1, 2);
  expect_audio (fixture, 1, 2);
}

static void
test_speech_over_a_loss (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);
  g_autoptr (LvClientMessage) setup = NULL;

  open_session (fixture);
  say_audio (fixture, 1000);
  wait_state (fixture, LV_STATE_SPEAKING);
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  lv_test_speak (20, 5);
  lv_test_play (500 * MS); /* what was received plays on */
  setup = lv_test_server_accept (fixture->server, NULL);
  expect_audio (fixture, 20, 5);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_SPEAKING);
  g_assert_true (lv_session_get_microphone_active (fixture->session));
}

/* ---- push to talk ---- */

static void
expect_talk_error (Fixture *fixture, LvErrorCode code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (lv_session_start_talking (fixture->session, &error));
  g_assert_error (error, LV_ERROR, (int) code);
}

static void
test_push_to_talk (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);

  expect_talk_error (fixture, LV_ERROR_NOT_READY);
  open_session (fixture);
  lv_test_speak (20, 1);
  expect_silence (fixture);
  lv_test_speak (15, 2); /* 300 ms */
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  lv_test_speak (5, 3);
  g_assert_true (lv_session_stop_talking (fixture->session, NULL));
  g_assert_true (lv_session_stop_talking (fixture->session, NULL));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_THINKING);
  lv_test_speak (5, 4);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_START);
  expect_audio (fixture, 15, 2);
  expect_audio (fixture, 5, 3);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_END);
  expect_silence (fixture);
}

static void
test_talk_over (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);

  open_session (fixture);
  say_audio (fixture, 1000);
  say_words (fixture, "one two");
  wait_transcript (fixture, "m:one two");
  lv_test_play (500 * MS);
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  g_assert_cmpuint (lv_playback_get_heard (lv_test_speaker ()), ==, 1000 * MS);
  expect_log (fixture, "interrupted ", "2");
  say_interrupted (fixture);
  say_turn_complete (fixture);
  wait_logged (fixture, "turn-complete 1 - 0");
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
  g_assert_true (lv_session_stop_talking (fixture->session, NULL));
  say_words (fixture, "fine");
  wait_transcript (fixture, "m:one. m:fine");
}

static void
test_talk_without_barge_in (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);

  fixture->profile->barge_in = FALSE;
  apply_profile (fixture);
  open_session (fixture);
  say_audio (fixture, 1000);
  wait_state (fixture, LV_STATE_SPEAKING);
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_SPEAKING);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_START);
}

static void
test_talk_limit (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);

  fixture->session->times.talk_ms = 50;
  open_session (fixture);
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  lv_test_speak (1, 1);
  wait_logged (fixture, "warning talk-ended");
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_START);
  expect_audio (fixture, 1, 1);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_END);
}

static void
test_talk_released_in_time (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);

  fixture->session->times.talk_ms = 50;
  open_session (fixture);
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  g_assert_true (lv_session_stop_talking (fixture->session, NULL));
  lv_test_run_for (100);
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
}

/* The key is held while the link is lost and found again. */
static void
test_talk_over_a_loss (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);
  g_autoptr (LvClientMessage) setup = NULL;

  open_session (fixture);
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  lv_test_speak (1, 1);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_START);
  expect_audio (fixture, 1, 1);
  lv_test_server_drop (fixture->server);
  wait_state (fixture, LV_STATE_RECONNECTING);
  lv_test_speak (2, 2);
  setup = lv_test_server_accept (fixture->server, NULL);
  wait_state (fixture, LV_STATE_HEARING);
  g_assert_true (lv_session_stop_talking (fixture->session, NULL));
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_START);
  expect_audio (fixture, 1, 1); /* once more: who knows whether it arrived */
  expect_audio (fixture, 2, 2);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_END);
}

static void
test_talk_and_mute (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);

  open_session (fixture);
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  lv_test_speak (1, 1);
  lv_session_set_muted (fixture->session, TRUE);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_START);
  expect_audio (fixture, 1, 1);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_END);
  expect_talk_error (fixture, LV_ERROR_NOT_READY);
}

static void
test_talk_not_offered (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  expect_talk_error (fixture, LV_ERROR_UNSUPPORTED);
  lv_session_stop (fixture->session, LV_CLOSE_USER);

  fixture->profile->turn_detection = LV_TURN_DETECTION_MANUAL;
  fixture->profile->audio = LV_AUDIO_NONE;
  apply_profile (fixture);
  open_session (fixture);
  expect_talk_error (fixture, LV_ERROR_UNSUPPORTED);
}

static void
test_talk_without_microphone (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);
  g_autoptr (LvClientMessage) setup = NULL;

  lv_test_set_microphone_missing (TRUE);
  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_accept (fixture->server, NULL);
  wait_state (fixture, LV_STATE_PAUSED);
  expect_talk_error (fixture, LV_ERROR_NO_MICROPHONE);
  lv_test_set_microphone_missing (FALSE);
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
}

static void
test_talk_while_off (void)
{
  static const LvPause reasons[] = { LV_PAUSE_FLOOR, LV_PAUSE_SOURCE_MUTED, LV_PAUSE_PRIVACY };
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);

  open_session (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      lv_capture_set_pause (lv_test_microphone (), reasons[i]);
      expect_talk_error (fixture, LV_ERROR_NOT_READY);
    }
  lv_capture_set_pause (lv_test_microphone (), LV_PAUSE_NONE);
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  lv_test_speak (2, 1);
  lv_capture_set_pause (lv_test_microphone (),
                        LV_PAUSE_SOURCE_MUTED); /* by the key of the headset */
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_START);
  expect_audio (fixture, 2, 1);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_END);
  g_assert_true (lv_session_stop_talking (fixture->session, NULL));
  expect_silence (fixture);
}

static void
test_talk_while_connecting (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);
  g_autoptr (LvClientMessage) setup = NULL;

  g_assert_true (lv_session_start (fixture->session, NULL));
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  lv_test_speak (2, 1);
  setup = lv_test_server_accept (fixture->server, NULL);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_START);
  expect_audio (fixture, 2, 1);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_HEARING);
}

static void
test_button_in_manual_mode (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_MANUAL);

  open_session (fixture);
  say_audio (fixture, 1000);
  wait_state (fixture, LV_STATE_SPEAKING);
  g_assert_true (lv_session_interrupt (fixture->session, NULL));
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_START);
  expect_realtime (fixture, LV_REALTIME_ACTIVITY_END);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
}

/* ---- levels ---- */

static void
test_levels (void)
{
  g_autoptr (Fixture) fixture = audio_fixture_new (LV_TURN_DETECTION_AUTO);

  open_session (fixture);
  lv_test_run_for (150);
  g_assert_cmpuint (count_logged (fixture, "levels"), ==, 0);
  lv_session_set_levels_wanted (fixture->session, TRUE);
  say_audio (fixture, 100);
  wait_state (fixture, LV_STATE_SPEAKING);
  lv_test_speak (1, 16384);
  lv_test_speak (1, 0);
  wait_logged (fixture, "levels 0.50 0.50");
  lv_test_play (100 * MS);
  wait_logged (fixture, "levels 0.00 0.00");
  lv_session_set_levels_wanted (fixture->session, FALSE);
  clear_log (fixture);
  lv_test_run_for (150);
  g_assert_cmpuint (count_logged (fixture, "levels"), ==, 0);

  lv_session_set_levels_wanted (fixture->session, TRUE);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  wait_logged (fixture, "closed user");
  clear_log (fixture);
  lv_test_run_for (150);
  g_assert_cmpuint (fixture->log->len, ==, 0);
  expect_at_rest (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-audio/devices-live-with-the-conversation",
                   test_devices_live_with_the_conversation);
  g_test_add_func ("/session-audio/preroll", test_preroll);
  g_test_add_func ("/session-audio/mute", test_mute);
  g_test_add_func ("/session-audio/muted-from-the-start", test_muted_from_the_start);
  g_test_add_func ("/session-audio/loud", test_loud);
  g_test_add_func ("/session-audio/speaking-until-drained", test_speaking_until_drained);
  g_test_add_func ("/session-audio/barge-in", test_barge_in);
  g_test_add_func ("/session-audio/button-after-the-turn", test_button_after_the_turn);
  g_test_add_func ("/session-audio/stop-cuts", test_stop_cuts);
  g_test_add_func ("/session-audio/silent-answers", test_silent_answers);
  g_test_add_func ("/session-audio/other-rates-are-not-played", test_other_rates_are_not_played);
  g_test_add_func ("/session-audio/no-microphone", test_no_microphone);
  g_test_add_func ("/session-audio/microphone-pulled-out", test_microphone_pulled_out);
  g_test_add_func ("/session-audio/floor", test_floor);
  g_test_add_func ("/session-audio/microphone-off", test_microphone_off);
  g_test_add_func ("/session-audio/speaker-fails", test_speaker_fails);
  g_test_add_func ("/session-audio/gap", test_gap);
  g_test_add_func ("/session-audio/speech-over-a-loss", test_speech_over_a_loss);
  g_test_add_func ("/session-audio/push-to-talk", test_push_to_talk);
  g_test_add_func ("/session-audio/talk-over", test_talk_over);
  g_test_add_func ("/session-audio/talk-without-barge-in", test_talk_without_barge_in);
  g_test_add_func ("/session-audio/talk-limit", test_talk_limit);
  g_test_add_func ("/session-audio/talk-released-in-time", test_talk_released_in_time);
  g_test_add_func ("/session-audio/talk-over-a-loss", test_talk_over_a_loss);
  g_test_add_func ("/session-audio/talk-and-mute", test_talk_and_mute);
  g_test_add_func ("/session-audio/talk-not-offered", test_talk_not_offered);
  g_test_add_func ("/session-audio/talk-without-microphone", test_talk_without_microphone);
  g_test_add_func ("/session-audio/talk-while-off", test_talk_while_off);
  g_test_add_func ("/session-audio/talk-while-connecting", test_talk_while_connecting);
  g_test_add_func ("/session-audio/button-in-manual-mode", test_button_in_manual_mode);
  g_test_add_func ("/session-audio/levels", test_levels);
  return g_test_run ();
}
