/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is heard of a recorded person and of the noises of a room. Where speech begins and ends is tested with the
 * engine's settings in test-lv-engine-vad.c.
 */
#include "base/lv-endpointer.h"

#include "lib/lv-test-pcm.h"

#define MARGIN_DB 8.0
#define QUIETEST_DB (-54.0)

/* The percentages of hops that are loud and that are voiced besides. */
static void
measure (GArray *pcm, guint *ret_loud, guint *ret_voiced)
{
  g_autoptr (LvVad) vad = lv_vad_new ();
  guint n = 0, loud = 0, voiced = 0;

  for (guint at = 0; at + LV_VAD_HOP <= pcm->len; at += LV_VAD_HOP, n++)
    {
      lv_vad_feed (vad, &g_array_index (pcm, gint16, at));
      if (!lv_vad_is_loud (vad, MARGIN_DB, QUIETEST_DB))
        continue;
      loud++;
      voiced += lv_vad_is_voiced (vad);
    }
  *ret_loud = loud * 100 / n;
  *ret_voiced = voiced * 100 / n;
}

static void
test_speech (void)
{
  static const char *const people[] = { "about", "add", "ask-time", "help", "open", "stop" };

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autoptr (GArray) pcm = lv_test_pcm_new ();
      guint loud, voiced;

      lv_test_pcm_add_speech (pcm, people[i], 0);
      lv_test_pcm_mix_noise (pcm, LV_NOISE_WHITE, -60, 0);
      measure (pcm, &loud, &voiced);
      g_test_message ("%s: %u %% loud, %u %% voiced", people[i], loud, voiced);
      g_assert_cmpuint (loud, >=, 40);
      g_assert_cmpuint (voiced, >=, 25);
    }
}

static void
test_noise (void)
{
  static const struct {
    LvNoise noise;
    double db;
    guint loud, voiced; /* at most, percent */
  } noises[] = {
    { LV_NOISE_NONE, 0, 0, 0 },     { LV_NOISE_WHITE, -20, 10, 0 },  { LV_NOISE_PINK, -20, 10, 0 },
    { LV_NOISE_CLICKS, -10, 6, 0 }, { LV_NOISE_BREATH, -24, 50, 1 }, { LV_NOISE_HUM, -30, 10, 10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (noises); i++)
    {
      g_autoptr (GArray) pcm = lv_test_pcm_new ();
      guint loud, voiced;

      lv_test_pcm_add_silence (pcm, 20000);
      lv_test_pcm_mix_noise (pcm, noises[i].noise, noises[i].db, 0);
      measure (pcm, &loud, &voiced);
      g_test_message ("noise %d: %u %% loud, %u %% voiced", (int) noises[i].noise, loud, voiced);
      g_assert_cmpuint (loud, <=, noises[i].loud);
      g_assert_cmpuint (voiced, <=, noises[i].voiced);
    }
}

/* While nobody listens nothing is heard, and the room is not forgotten. */
static void
test_skip (void)
{
  g_autoptr (LvVad) vad = lv_vad_new ();
  g_autoptr (GArray) pcm = lv_test_pcm_new ();

  lv_test_pcm_add_silence (pcm, 3000);
  lv_test_pcm_mix_noise (pcm, LV_NOISE_WHITE, -40, 0);
  for (guint at = 0; at + LV_VAD_HOP <= pcm->len; at += LV_VAD_HOP)
    lv_vad_feed (vad, &g_array_index (pcm, gint16, at));
  for (guint i = 0; i < 300; i++)
    {
      lv_vad_skip (vad);
      g_assert_false (lv_vad_is_loud (vad, -20, QUIETEST_DB));
      g_assert_false (lv_vad_is_voiced (vad));
    }
  lv_vad_feed (vad, (gint16 *) pcm->data);
  g_assert_true (lv_vad_is_loud (vad, -6, QUIETEST_DB));
  g_assert_false (lv_vad_is_loud (vad, MARGIN_DB, QUIETEST_DB));
}

/* Feeds @pcm; returns the milliseconds after which @event came first, 0 for never. */
static guint
await (LvEndpointer *endpointer, LvVad *vad, GArray *pcm, LvEndpointerEvent event)
{
  for (guint at = 0; at + LV_VAD_HOP <= pcm->len; at += LV_VAD_HOP)
    {
      lv_vad_feed (vad, &g_array_index (pcm, gint16, at));
      if (lv_endpointer_judge (endpointer, vad) == event)
        return at / 16 + LV_VAD_HOP_MS;
    }
  return 0;
}

/* Another silence is asked for while somebody speaks. */
static void
test_settings (void)
{
  LvEndpointerSettings settings = lv_endpointer_make_settings (0, 0, -1, 500);
  g_autoptr (LvEndpointer) endpointer = lv_endpointer_new (&settings);
  g_autoptr (LvVad) vad = lv_vad_new ();
  g_autoptr (GArray) person = lv_test_pcm_new ();
  g_autoptr (GArray) room = lv_test_pcm_new ();
  guint ended_ms;

  lv_test_pcm_add_speech (person, "ask-time", 0);
  lv_test_pcm_add_silence (room, 3000);
  g_assert_cmpuint (await (endpointer, vad, person, LV_ENDPOINTER_START), >, 0);
  g_assert_true (lv_endpointer_is_speech (endpointer));
  settings = lv_endpointer_make_settings (0, 0, -1, 2000);
  lv_endpointer_set_settings (endpointer, &settings);
  g_assert_true (lv_endpointer_is_speech (endpointer));
  ended_ms = await (endpointer, vad, room, LV_ENDPOINTER_END);
  g_assert_cmpuint (ended_ms, >=, 1900);
  g_assert_cmpuint (ended_ms, <=, 2200);
  g_assert_false (lv_endpointer_is_speech (endpointer));

  g_assert_cmpuint (await (endpointer, vad, person, LV_ENDPOINTER_START), >, 0);
  lv_endpointer_end (endpointer);
  g_assert_cmpuint (await (endpointer, vad, room, LV_ENDPOINTER_END), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vad/speech", test_speech);
  g_test_add_func ("/vad/noise", test_noise);
  g_test_add_func ("/vad/skip", test_skip);
  g_test_add_func ("/endpointer/settings", test_settings);
  return g_test_run ();
}
