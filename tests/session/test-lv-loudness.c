/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-pcm.h"
#include "lib/lv-test-wav.h"
#include "session/lv-loudness.h"

#define CHUNKS(ms) ((ms) / LV_CHUNK_MS)

/* Whether it says so after @ms of @rms. */
static gboolean
feed (LvLoudness *loudness, double rms, guint ms)
{
  gboolean speaking = FALSE;

  for (guint i = 0; i < CHUNKS (ms); i++)
    speaking = lv_loudness_feed (loudness, rms);
  return speaking;
}

static void
test_quiet_room (void)
{
  LvLoudness loudness = { 0 };

  g_assert_false (feed (&loudness, 0.0, 2000));
  g_assert_false (feed (&loudness, LV_LOUDNESS_MIN * 0.9, 2000));
}

static void
test_somebody_speaks (void)
{
  LvLoudness loudness = { 0 };

  g_assert_false (feed (&loudness, 0.001, 1000));
  g_assert_false (feed (&loudness, 0.1, LV_LOUDNESS_ATTACK_MS - LV_CHUNK_MS));
  g_assert_true (feed (&loudness, 0.1, LV_CHUNK_MS));
  g_assert_true (feed (&loudness, 0.001, LV_LOUDNESS_RELEASE_MS - LV_CHUNK_MS));
  g_assert_false (feed (&loudness, 0.001, LV_CHUNK_MS));
}

static void
test_click (void)
{
  LvLoudness loudness = { 0 };

  g_assert_false (feed (&loudness, 0.001, 1000));
  for (guint i = 0; i < 50; i++)
    {
      g_assert_false (feed (&loudness, 0.5, 40));
      g_assert_false (feed (&loudness, 0.001, 60));
    }
}

/* A fan is not a person, however long it runs; a person beside it is one. */
static void
test_noisy_room (void)
{
  LvLoudness loudness = { 0 };

  feed (&loudness, 0.02, 20000);
  g_assert_false (feed (&loudness, 0.02, 20000));
  g_assert_true (feed (&loudness, 0.15, 200));
}

static void
test_reset (void)
{
  LvLoudness loudness = { 0 };

  g_assert_true (feed (&loudness, 0.1, 500));
  lv_loudness_reset (&loudness);
  g_assert_false (feed (&loudness, 0.001, LV_CHUNK_MS));
}

/* Seen from the first word to the last of a recorded sentence, without a break in between. */
static void
test_recorded_speech (void)
{
  static const char *const names[] = { "ask-time", "set-volume", "tell-story", "stop" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) wav = lv_test_read_wav (names[i]);
      gsize n_bytes;
      const gint16 *samples = g_bytes_get_data (wav, &n_bytes);
      gsize n_samples = n_bytes / LV_BYTES_PER_FRAME;
      LvLoudness loudness = { 0 };
      guint n_changes = 0;
      gboolean before = FALSE;

      g_assert_false (feed (&loudness, 0.0005, 500));
      for (gsize at = 0; at + LV_CHUNK_FRAMES <= n_samples; at += LV_CHUNK_FRAMES)
        {
          gboolean now = lv_loudness_feed (&loudness, lv_pcm_rms (samples + at, LV_CHUNK_FRAMES));

          n_changes += now != before;
          before = now;
        }
      n_changes += feed (&loudness, 0.0005, 1500) != before;
      g_assert_cmpuint (n_changes, ==, 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loudness/quiet-room", test_quiet_room);
  g_test_add_func ("/loudness/somebody-speaks", test_somebody_speaks);
  g_test_add_func ("/loudness/click", test_click);
  g_test_add_func ("/loudness/noisy-room", test_noisy_room);
  g_test_add_func ("/loudness/reset", test_reset);
  g_test_add_func ("/loudness/recorded-speech", test_recorded_speech);
  return g_test_run ();
}
