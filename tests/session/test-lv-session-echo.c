/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"
#include "lv-test-devices.h"
#include "lv-test-session.h"

#define MS (LV_RATE_OUT / 1000)
#define SECOND (1000 / LV_CHUNK_MS)
#define LOUD 16384 /* as loud as the speaker of the test */
#define SOFT 16
#define TAIL_CHUNKS (LV_ECHO_TAIL_MS / LV_CHUNK_MS)

static Fixture *
echo_fixture_new (LvEchoMode mode)
{
  Fixture *fixture = fixture_new ();

  lv_test_set_echo (mode, FALSE);
  fixture->profile->audio = LV_AUDIO_PIPEWIRE;
  apply_profile (fixture);
  open_session (fixture);
  return fixture;
}

static void
begin_answer (Fixture *fixture)
{
  say_audio (fixture, 60000);
  wait_state (fixture, LV_STATE_SPEAKING);
}

/* The next sound that the server gets. */
static gint16
take_sample (Fixture *fixture)
{
  g_autoptr (LvClientMessage) message =
      lv_test_server_take_type (fixture->server, LV_CLIENT_REALTIME);
  const gint16 *samples;
  gsize n_bytes;

  g_assert_cmpint (message->realtime, ==, LV_REALTIME_AUDIO);
  samples = g_bytes_get_data (message->blob->data, &n_bytes);
  g_assert_cmpuint (n_bytes, ==, LV_CHUNK_FRAMES * LV_BYTES_PER_FRAME);
  g_assert_cmpint (samples[LV_CHUNK_FRAMES - 1], ==, samples[0]);
  return samples[0];
}

static void
expect_sent (Fixture *fixture, guint n_chunks, gint16 said, gint16 sent)
{
  for (guint i = 0; i < n_chunks; i++)
    {
      lv_test_speak (1, said);
      g_assert_cmpint (take_sample (fixture), ==, sent);
    }
}

static void
test_no_echo (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_NONE);

  begin_answer (fixture);
  expect_sent (fixture, SECOND, SOFT, SOFT);
}

/* Every chunk goes out in its time, and what nobody said is in it. */
static void
test_half_duplex (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_HALF_DUPLEX);

  expect_sent (fixture, 3, LOUD, LOUD);
  begin_answer (fixture);
  expect_sent (fixture, SECOND, LOUD, 0);
  lv_test_play (60000 * MS);
  expect_sent (fixture, 3, LOUD, 0);
  lv_test_run_for (LV_ECHO_TAIL_MS);
  expect_sent (fixture, 3, LOUD, LOUD);
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
}

static void
test_button_in_half_duplex (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_HALF_DUPLEX);

  begin_answer (fixture);
  expect_sent (fixture, 3, LOUD, 0);
  g_assert_true (lv_session_interrupt (fixture->session, NULL));
  lv_test_run_for (LV_ECHO_TAIL_MS);
  expect_sent (fixture, 1, LOUD, LOUD);
}

/* Whoever presses the key is heard at once. */
static void
test_push_to_talk_in_half_duplex (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (LvClientMessage) mark = NULL;

  lv_test_set_echo (LV_ECHO_HALF_DUPLEX, FALSE);
  fixture->profile->audio = LV_AUDIO_PIPEWIRE;
  fixture->profile->turn_detection = LV_TURN_DETECTION_MANUAL;
  apply_profile (fixture);
  open_session (fixture);
  begin_answer (fixture);
  g_assert_true (lv_session_start_talking (fixture->session, NULL));
  mark = lv_test_server_take_type (fixture->server, LV_CLIENT_REALTIME);
  g_assert_cmpint (mark->realtime, ==, LV_REALTIME_ACTIVITY_START);
  expect_sent (fixture, 3, LOUD, LOUD);
}

static void
test_cannot_cancel (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_CANCEL);

  lv_test_set_echo (LV_ECHO_HALF_DUPLEX, TRUE);
  begin_answer (fixture);
  expect_sent (fixture, 3, LOUD, 0);
  g_assert_cmpuint (count_logged (fixture, "warning echo"), ==, 1);
  lv_test_set_echo (LV_ECHO_HALF_DUPLEX, TRUE);
  expect_sent (fixture, 3, LOUD, 0);
  g_assert_cmpuint (count_logged (fixture, "warning echo"), ==, 1);
}

/* A canceller that has just begun lets the echo through; when it has learned, it is trusted. */
static void
test_learning (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_CANCEL);

  begin_answer (fixture);
  expect_sent (fixture, LV_ECHO_METER_CHUNKS, LOUD, 0);
  expect_sent (fixture, LV_ECHO_METER_CHUNKS - 1, SOFT, 0);
  expect_sent (fixture, LV_ECHO_METER_CHUNKS - 1, SOFT, SOFT);
  expect_sent (fixture, 3, LOUD, LOUD);

  lv_test_set_echo (LV_ECHO_CANCEL, FALSE); /* another one, after another speaker was chosen */
  expect_sent (fixture, 3, SOFT, 0);
}

/* What a canceller leaves over is nobody, but what is louder is. */
static void
test_residue (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_CANCEL);

  begin_answer (fixture);
  expect_sent (fixture, LV_ECHO_METER_CHUNKS - 1, SOFT, 0);
  expect_sent (fixture, 2 * LV_ECHO_METER_CHUNKS, SOFT, SOFT);
  expect_sent (fixture, SECOND, SOFT, 0);
  expect_sent (fixture, 3, SOFT * 3, 0);
  expect_sent (fixture, 3, SOFT * 5, SOFT * 5);
  expect_sent (fixture, 3, SOFT, SOFT); /* within a word */
  lv_test_run_for (LV_ECHO_OPEN_MS);
  expect_sent (fixture, 3, SOFT, 0);
}

/* One that no longer does what it did begins anew, and learns again. */
static void
test_disturbed (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_CANCEL);

  begin_answer (fixture);
  expect_sent (fixture, LV_ECHO_METER_CHUNKS - 1, SOFT, 0);
  expect_sent (fixture, 2 * LV_ECHO_METER_CHUNKS, SOFT, SOFT);
  expect_sent (fixture, 2 * LV_ECHO_METER_CHUNKS + 1, SOFT, 0);
  expect_sent (fixture, LV_ECHO_METER_DISTURBED * LV_ECHO_METER_CHUNKS, LOUD / 16, LOUD / 16);
  expect_sent (fixture, LV_ECHO_METER_CHUNKS - 1, LOUD, 0);
}

/* It may never learn: then at least people are heard. */
static void
test_never_learns (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_CANCEL);

  begin_answer (fixture);
  expect_sent (fixture, LV_ECHO_METER_LEARNING * LV_ECHO_METER_CHUNKS - 1, LOUD, 0);
  expect_sent (fixture, 2 * LV_ECHO_METER_CHUNKS, LOUD, LOUD);
  g_assert_cmpuint (count_logged (fixture, "warning echo"), ==, 1);
}

static double
get_return_loss (Fixture *fixture)
{
  g_auto (GVariantDict) description = G_VARIANT_DICT_INIT (NULL);
  double loss_db = -1.0;

  lv_session_describe_echo (fixture->session, &description);
  g_variant_dict_lookup (&description, "echo-return-loss", "d", &loss_db);
  return loss_db;
}

static void
test_return_loss (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_NONE);

  expect_sent (fixture, 2 * SECOND, LOUD, LOUD); /* the user's voice is no echo */
  g_assert_cmpfloat (get_return_loss (fixture), ==, -1.0);
  begin_answer (fixture);
  expect_sent (fixture, 2 * SECOND, SOFT, SOFT);
  g_assert_cmpfloat_with_epsilon (get_return_loss (fixture), 60.2, 0.1);
  g_assert_cmpuint (count_logged (fixture, "warning echo"), ==, 0);
  expect_sent (fixture, 4 * SECOND, LOUD / 4, LOUD / 4);
  g_assert_cmpfloat_with_epsilon (get_return_loss (fixture), 12.0, 0.1);
  g_assert_cmpuint (count_logged (fixture, "warning echo"), ==, 1);
}

/* At once, and without a new connection. */
static void
test_configure (void)
{
  g_autoptr (Fixture) fixture = echo_fixture_new (LV_ECHO_NONE);

  g_assert_cmpint (lv_test_get_echo_cancel (), ==, LV_ECHO_CANCEL_AUTO);
  fixture->profile->echo_cancel = LV_ECHO_CANCEL_OFF;
  g_assert_cmpint (lv_session_configure (fixture->session, fixture->profile, FALSE), ==,
                   LV_APPLIED_NOW);
  g_assert_cmpint (lv_test_get_echo_cancel (), ==, LV_ECHO_CANCEL_OFF);
  g_assert_cmpuint (lv_test_server_get_n_connections (fixture->server), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-echo/no-echo", test_no_echo);
  g_test_add_func ("/session-echo/half-duplex", test_half_duplex);
  g_test_add_func ("/session-echo/button-in-half-duplex", test_button_in_half_duplex);
  g_test_add_func ("/session-echo/push-to-talk-in-half-duplex", test_push_to_talk_in_half_duplex);
  g_test_add_func ("/session-echo/cannot-cancel", test_cannot_cancel);
  g_test_add_func ("/session-echo/learning", test_learning);
  g_test_add_func ("/session-echo/residue", test_residue);
  g_test_add_func ("/session-echo/disturbed", test_disturbed);
  g_test_add_func ("/session-echo/never-learns", test_never_learns);
  g_test_add_func ("/session-echo/return-loss", test_return_loss);
  g_test_add_func ("/session-echo/configure", test_configure);
  return g_test_run ();
}
