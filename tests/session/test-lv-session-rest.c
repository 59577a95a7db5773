/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Connections that are changed or given back while nobody would notice, and what people say meanwhile. A second of the
 * configuration takes 10 ms here.
 */
#include "lib/lv-test-wav.h"
#include "lib/lv-test.h"
#include "lv-test-devices.h"
#include "lv-test-session.h"
#include "session/lv-doctor-private.h"

static LvDaemonConfig settings;

/* Open, with the handle "h", and a microphone unless @detection says that there is none. */
static Fixture *
rest_fixture_new (guint max_age_s, guint park_after_s, gboolean with_audio,
                  LvTurnDetection detection)
{
  Fixture *fixture = fixture_new ();
  g_autoptr (LvClientMessage) setup = NULL;

  settings = lv_daemon_config_default;
  settings.link.max_age_s = max_age_s;
  settings.link.park_after_s = park_after_s;
  fixture->session->services.settings = &settings;
  fixture->session->times.second_ms = 10;
  fixture->profile->audio = with_audio ? LV_AUDIO_PIPEWIRE : LV_AUDIO_NONE;
  fixture->profile->turn_detection = detection;
  apply_profile (fixture);
  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_accept (fixture->server, "h");
  wait_state (fixture, LV_STATE_LISTENING);
  return fixture;
}

static void
expect_resumed (Fixture *fixture)
{
  g_autoptr (LvClientMessage) setup = lv_test_server_take_type (fixture->server, LV_CLIENT_SETUP);
  LvServerMessage *message = lv_server_message_new ();

  g_assert_cmpstr (setup->setup->resumption_handle, ==, "h");
  message->setup_complete = TRUE;
  lv_test_server_send (fixture->server, message);
}

static void
hear (const char *name, guint first, guint end)
{
  g_autoptr (GBytes) wav = lv_test_read_wav (name);
  gsize n_bytes;
  const gint16 *samples = g_bytes_get_data (wav, &n_bytes);

  end = MIN (end, n_bytes / sizeof *samples / LV_CHUNK_FRAMES);
  for (guint i = first; i < end; i++)
    {
      g_assert_true (lv_test_hear (samples + i * LV_CHUNK_FRAMES));
      g_main_context_iteration (NULL, FALSE);
    }
}

static gboolean
is_link (gpointer data)
{
  const LvSession *session = ((gpointer *) data)[0];

  return session->link == GPOINTER_TO_UINT (((gpointer *) data)[1]);
}

static void
wait_link (Fixture *fixture, LvLink link)
{
  gpointer data[] = { fixture->session, GUINT_TO_POINTER (link) };

  lv_test_wait_for (is_link, data, LV_TEST_TIMEOUT_MS, lv_link_to_string (link));
}

/* Waits for @n chunks. */
static void
expect_audio (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LvClientMessage) message = NULL;

      message = lv_test_server_take_realtime (fixture->server, LV_REALTIME_AUDIO);
    }
}

static guint
count_audio (Fixture *fixture)
{
  guint n_audio = 0;

  while (lv_test_server_get_n_waiting (fixture->server) > 0)
    {
      g_autoptr (LvClientMessage) message = lv_test_server_take (fixture->server);

      n_audio += message->type == LV_CLIENT_REALTIME && message->realtime == LV_REALTIME_AUDIO;
    }
  return n_audio;
}

/* ---- the age limit ---- */

/* The connection is about to be as old as that. */
static void
set_age (Fixture *fixture, guint max_age_s)
{
  settings.link.max_age_s = max_age_s;
  lv_session_plan_aging (fixture->session);
}

static void
test_age (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (5, 0, FALSE, LV_TURN_DETECTION_AUTO);

  clear_log (fixture);
  for (guint i = 0; i < 3; i++)
    {
      expect_resumed (fixture);
      wait_state (fixture, LV_STATE_LISTENING);
    }
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
  g_assert_cmpuint (fixture->session->n_resumptions, >=, 3);
}

/* Nobody who speaks is disturbed, neither side; but not for ever. */
static void
test_age_waits (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 0, TRUE, LV_TURN_DETECTION_AUTO);

  lv_test_speak (25, 0);
  hear ("ask-time", 0, 60);
  set_age (fixture, 5);
  lv_test_run_for (150);
  g_assert_cmpint (fixture->session->link, ==, LV_LINK_OPEN);
  g_assert_true (fixture->session->rotate_wanted);
  say_words (fixture, "noon");
  wait_transcript (fixture, "m:noon");
  lv_test_run_for (50);
  g_assert_cmpint (fixture->session->link, ==, LV_LINK_OPEN);
  lv_test_speak (100, 0); /* the question is over, and answered: a good moment */
  say_turn_complete (fixture);
  wait_link (fixture, LV_LINK_RESUMING);
  expect_resumed (fixture);
}

static void
test_age_in_the_end (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 0, FALSE, LV_TURN_DETECTION_AUTO);

  fixture->session->times.rotate_patience_ms = 50;
  say_words (fixture, "once upon");
  wait_transcript (fixture, "m:once upon");
  set_age (fixture, 5);
  wait_link (fixture, LV_LINK_RESUMING); /* in the middle of a word */
  expect_resumed (fixture);
}

/* What leads nowhere is not taken: there may come another handle. */
static void
test_age_without_handle (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 0, FALSE, LV_TURN_DETECTION_AUTO);

  say_handle (fixture, NULL);
  say_words (fixture, "well");
  wait_transcript (fixture, "m:well");
  say_turn_complete (fixture);
  wait_state (fixture, LV_STATE_LISTENING);
  set_age (fixture, 5);
  lv_test_run_for (150);
  g_assert_cmpint (fixture->session->link, ==, LV_LINK_OPEN);
  say_handle (fixture, "h");
  expect_resumed (fixture);
}

/* ---- what is said again ---- */

/* A question in the middle of which the connection breaks is asked as a whole. */
static void
test_words_survive_a_loss (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 0, TRUE, LV_TURN_DETECTION_AUTO);

  lv_test_speak (25, 0);
  hear ("ask-time", 0, 60);
  lv_test_server_drop (fixture->server);
  wait_link (fixture, LV_LINK_RESUMING);
  hear ("ask-time", 60, 70);
  expect_resumed (fixture);
  expect_audio (fixture, 60); /* without the silence before the first word */
}

static void
lose_handle (Fixture *fixture)
{
  g_autoptr (LvClientMessage) setup = NULL, fresh = NULL;
  LvServerMessage *message = lv_server_message_new ();

  count_audio (fixture);
  lv_test_server_drop (fixture->server);
  setup = lv_test_server_take_type (fixture->server, LV_CLIENT_SETUP);
  g_assert_cmpstr (setup->setup->resumption_handle, ==, "h");
  lv_test_server_close (fixture->server, 1008, "BidiGenerateContent session not found");
  fresh = lv_test_server_take_type (fixture->server, LV_CLIENT_SETUP);
  g_assert_null (fresh->setup->resumption_handle);
  message->setup_complete = TRUE;
  lv_test_server_send (fixture->server, message);
}

/* Of a long sentence the last seconds alone are said again, so a server that has forgotten it is told
 * what it had understood; a short one it hears as a whole. */
static void
test_words_survive_a_lost_handle (gconstpointer data)
{
  const guint n_times = GPOINTER_TO_UINT (data); /* 1.5 s each */
  const gboolean is_long = n_times * 75 > LV_UPLINK_REPLAY_CHUNKS;
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 0, TRUE, LV_TURN_DETECTION_AUTO);
  g_autoptr (LvClientMessage) seed = NULL;

  say_words (fixture, "hello");
  say_turn_complete (fixture);
  wait_transcript (fixture, "m:hello.");
  lv_test_speak (25, 0);
  for (guint i = 0; i < n_times; i++)
    hear ("ask-time", 0, 75);
  say_heard (fixture, "what time is it", FALSE);
  wait_transcript (fixture, "m:hello. u:what time is it");
  lose_handle (fixture);

  seed = lv_test_server_take (fixture->server);
  g_assert_cmpint (seed->type, ==, LV_CLIENT_CONTENT);
  g_assert_cmpuint (seed->turns->len, ==, is_long ? 2 : 1);
  expect_audio (fixture, is_long ? LV_UPLINK_REPLAY_CHUNKS : 60);
}

/* ... but not when it was answered. */
static void
test_answered_words_are_not_repeated (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 0, TRUE, LV_TURN_DETECTION_AUTO);

  lv_test_speak (25, 0);
  hear ("ask-time", 0, 60);
  say_words (fixture, "noon");
  wait_transcript (fixture, "m:noon");
  lv_test_speak (100, 0);
  g_assert_cmpint (lv_session_get_unheard_us (fixture->session), ==, -1);
}

/* Neither a text nor its answer: the text goes out again, once. */
static void
test_text_survives (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 0, FALSE, LV_TURN_DETECTION_AUTO);
  g_autoptr (LvClientMessage) first = NULL, second = NULL;

  g_assert_true (lv_session_send_text (fixture->session, "hello", LV_TEXT_TURN, NULL));
  first = lv_test_server_take (fixture->server);
  lv_test_server_drop (fixture->server);
  expect_resumed (fixture);
  second = lv_test_server_take (fixture->server);
  g_assert_cmpint (second->type, ==, LV_CLIENT_CONTENT);
  wait_link (fixture, LV_LINK_OPEN);
  lv_test_server_drop (fixture->server);
  expect_resumed (fixture);
  wait_link (fixture, LV_LINK_OPEN);
  say_words (fixture, "yes");
  wait_transcript (fixture, "u:hello. m:yes");
  g_assert_cmpuint (lv_test_server_get_n_waiting (fixture->server), ==, 0);
}

/* Whose microphone is taken away in the middle of a word does not speak for ever. */
static void
test_microphone_goes_with_a_loss (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 0, TRUE, LV_TURN_DETECTION_AUTO);

  lv_test_speak (25, 0);
  hear ("ask-time", 0, 60);
  g_assert_true (fixture->session->doctor->speaking);
  fixture->profile->audio = LV_AUDIO_NONE;
  g_assert_cmpint (lv_session_configure (fixture->session, fixture->profile, FALSE), ==,
                   LV_APPLIED_RECONNECT);
  lv_test_server_drop (fixture->server);
  expect_resumed (fixture);
  wait_link (fixture, LV_LINK_OPEN);
  g_assert_false (fixture->session->doctor->speaking);
}

/* ---- nobody uses it ---- */

static void
test_doze (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 5, FALSE, LV_TURN_DETECTION_AUTO);
  g_autoptr (LvClientMessage) text = NULL;

  clear_log (fixture);
  wait_link (fixture, LV_LINK_DOZING);
  lv_test_server_wait_closed (fixture->server);
  lv_test_run_for (50);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  g_assert_cmpuint (fixture->log->len, ==, 0);
  g_assert_null (fixture->session->socket);
  g_assert_cmpuint (fixture->session->retry_timer + fixture->session->age_timer +
                        fixture->session->doze_timer,
                    ==, 0);

  g_assert_true (lv_session_send_text (fixture->session, "hello", LV_TEXT_TURN, NULL));
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_RECONNECTING);
  expect_resumed (fixture);
  text = lv_test_server_take (fixture->server);
  g_assert_cmpint (text->type, ==, LV_CLIENT_CONTENT);
  wait_state (fixture, LV_STATE_THINKING);
}

static void
test_doze_and_start (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 5, FALSE, LV_TURN_DETECTION_AUTO);

  wait_link (fixture, LV_LINK_DOZING);
  g_assert_true (lv_session_start (fixture->session, NULL));
  expect_resumed (fixture);
  wait_link (fixture, LV_LINK_OPEN);
  wait_link (fixture, LV_LINK_DOZING);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  expect_log (fixture, "closed ", "user");
  expect_at_rest (fixture);
}

/* The microphone stays open; whoever speaks is heard from the first syllable on, though not the hours before. */
static void
test_doze_and_word (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 5, TRUE, LV_TURN_DETECTION_AUTO);

  wait_link (fixture, LV_LINK_DOZING);
  lv_test_server_wait_closed (fixture->server);
  g_assert_true (lv_session_get_microphone_active (fixture->session));
  count_audio (fixture);
  lv_test_speak (500, 0);
  g_assert_cmpint (fixture->session->link, ==, LV_LINK_DOZING);
  hear ("ask-time", 0, 75);
  expect_resumed (fixture);
  expect_audio (fixture, 75);
  lv_test_run_for (100);
  g_assert_cmpuint (count_audio (fixture), <=, LV_UPLINK_MAX_CHUNKS - 75);
}

/* Where a key begins each turn nobody needs to be heard before. */
static void
test_doze_and_key (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 5, TRUE, LV_TURN_DETECTION_MANUAL);
  g_autoptr (LvClientMessage) start = NULL, audio = NULL;

  wait_link (fixture, LV_LINK_DOZING);
  g_assert_false (lv_session_get_microphone_active (fixture->session));
  g_assert_false (lv_test_speak (1, 1));
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  g_assert_true (lv_session_get_microphone_active (fixture->session));
  g_assert_true (lv_test_speak (5, 1));
  expect_resumed (fixture);
  start = lv_test_server_take (fixture->server);
  g_assert_cmpint (start->realtime, ==, LV_REALTIME_ACTIVITY_START);
  audio = lv_test_server_take (fixture->server);
  g_assert_cmpint (audio->realtime, ==, LV_REALTIME_AUDIO);
  wait_state (fixture, LV_STATE_HEARING);
}

/* The microphone that was closed for the rest is open again after it, also when it was no key that ended it. */
static void
test_doze_and_microphone (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 5, TRUE, LV_TURN_DETECTION_MANUAL);

  wait_link (fixture, LV_LINK_DOZING);
  settings.link.park_after_s = 0;
  g_assert_true (lv_session_start (fixture->session, NULL));
  expect_resumed (fixture);
  wait_link (fixture, LV_LINK_OPEN);
  g_assert_true (lv_session_get_microphone_active (fixture->session));
}

/* Whoever waits for something is not left alone. */
static void
test_no_doze_while_busy (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 5, FALSE, LV_TURN_DETECTION_AUTO);

  g_assert_true (lv_session_send_text (fixture->session, "hello", LV_TEXT_TURN, NULL));
  lv_test_run_for (200);
  g_assert_cmpint (fixture->session->link, ==, LV_LINK_OPEN);
  say_words (fixture, "yes");
  lv_test_run_for (200);
  g_assert_cmpint (fixture->session->link, ==, LV_LINK_OPEN);
  say_turn_complete (fixture);
  wait_link (fixture, LV_LINK_DOZING);
}

/* Nor is who shows something, or tells it, though nobody says a word. */
static void
test_no_doze_while_shown (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 100, FALSE, LV_TURN_DETECTION_AUTO);
  g_autoptr (GBytes) image = g_bytes_new_static ("jpeg", 4);
  gint64 shown_us;
  gboolean accepted;

  lv_test_run_for (200);
  g_assert_true (lv_session_send_video (fixture->session, image, "image/jpeg", &accepted, NULL));
  g_assert_true (accepted);
  shown_us = g_get_monotonic_time ();
  wait_link (fixture, LV_LINK_DOZING);
  g_assert_cmpint (g_get_monotonic_time () - shown_us, >=, G_USEC_PER_SEC);

  g_assert_true (lv_session_start (fixture->session, NULL));
  expect_resumed (fixture);
  wait_link (fixture, LV_LINK_OPEN);
  lv_test_run_for (200);
  g_assert_true (lv_session_send_text (fixture->session, "noon", LV_TEXT_CONTEXT, NULL));
  shown_us = g_get_monotonic_time ();
  wait_link (fixture, LV_LINK_DOZING);
  g_assert_cmpint (g_get_monotonic_time () - shown_us, >=, G_USEC_PER_SEC);
}

/* When the machine sleeps as well, it is the user's return that counts. */
static void
test_doze_and_sleep (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 5, TRUE, LV_TURN_DETECTION_AUTO);

  wait_link (fixture, LV_LINK_DOZING);
  lv_session_set_hold (fixture->session, LV_PAUSE_ASLEEP, FALSE);
  g_assert_cmpint (fixture->session->link, ==, LV_LINK_PARKED);
  lv_session_set_hold (fixture->session, LV_PAUSE_NONE, FALSE);
  expect_resumed (fixture);
  wait_link (fixture, LV_LINK_OPEN);
}

/* The server has forgotten it meanwhile. */
static void
test_doze_outlives_the_handle (void)
{
  g_autoptr (Fixture) fixture = rest_fixture_new (0, 5, FALSE, LV_TURN_DETECTION_AUTO);
  g_autoptr (LvClientMessage) setup = NULL, seed = NULL;

  say_words (fixture, "hello");
  say_turn_complete (fixture);
  wait_link (fixture, LV_LINK_DOZING);
  settings.link.park_after_s = 0;
  g_assert_true (lv_session_start (fixture->session, NULL));
  setup = lv_test_server_take (fixture->server);
  lv_test_server_close (fixture->server, 1008, "BidiGenerateContent session not found");
  g_clear_pointer (&setup, lv_client_message_free);
  setup = lv_test_server_accept (fixture->server, NULL);
  g_assert_null (setup->setup->resumption_handle);
  seed = lv_test_server_take (fixture->server);
  g_assert_cmpint (seed->type, ==, LV_CLIENT_CONTENT);
  g_assert_true (was_logged (fixture, "warning context-reseeded"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-rest/age", test_age);
  g_test_add_func ("/session-rest/age-waits", test_age_waits);
  g_test_add_func ("/session-rest/age-in-the-end", test_age_in_the_end);
  g_test_add_func ("/session-rest/age-without-handle", test_age_without_handle);
  g_test_add_func ("/session-rest/words-survive-a-loss", test_words_survive_a_loss);
  g_test_add_data_func ("/session-rest/short-words-survive-a-lost-handle", GUINT_TO_POINTER (1),
                        test_words_survive_a_lost_handle);
  g_test_add_data_func ("/session-rest/long-words-survive-a-lost-handle", GUINT_TO_POINTER (3),
                        test_words_survive_a_lost_handle);
  g_test_add_func ("/session-rest/answered-words", test_answered_words_are_not_repeated);
  g_test_add_func ("/session-rest/text-survives", test_text_survives);
  g_test_add_func ("/session-rest/microphone-goes", test_microphone_goes_with_a_loss);
  g_test_add_func ("/session-rest/doze", test_doze);
  g_test_add_func ("/session-rest/doze-and-start", test_doze_and_start);
  g_test_add_func ("/session-rest/doze-and-word", test_doze_and_word);
  g_test_add_func ("/session-rest/doze-and-key", test_doze_and_key);
  g_test_add_func ("/session-rest/doze-and-microphone", test_doze_and_microphone);
  g_test_add_func ("/session-rest/no-doze-while-busy", test_no_doze_while_busy);
  g_test_add_func ("/session-rest/no-doze-while-shown", test_no_doze_while_shown);
  g_test_add_func ("/session-rest/doze-and-sleep", test_doze_and_sleep);
  g_test_add_func ("/session-rest/doze-outlives-the-handle", test_doze_outlives_the_handle);
  return g_test_run ();
}
