/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Voice activity detection on a recorded person and on the noises of a room.
 */
#include "engine/lv-engine-vad.h"

#include "base/lv-pcm.h"
#include "lib/lv-test-pcm.h"

#include <math.h>

#define LEAD_MS 2500 /* the room before somebody speaks */
#define TAIL_MS 1500

typedef struct {
  guint starts, ends;
  guint first_start_ms, last_end_ms;
} Outcome;

static Outcome
run_vad (const LvSetup *setup, GArray *pcm)
{
  g_autoptr (LvEngineVad) vad = lv_engine_vad_new (setup);
  Outcome outcome = { 0 };

  for (guint at = 0; at + LV_ENGINE_VAD_HOP <= pcm->len; at += LV_ENGINE_VAD_HOP)
    {
      const LvEngineVadEvent event = lv_engine_vad_feed (vad, &g_array_index (pcm, gint16, at));
      const guint ms = (at + LV_ENGINE_VAD_HOP) / 16;

      if (event == LV_ENGINE_VAD_START && outcome.starts++ == 0)
        outcome.first_start_ms = ms;
      if (event == LV_ENGINE_VAD_END)
        {
          outcome.ends++;
          outcome.last_end_ms = ms;
        }
      g_assert_cmpint (lv_engine_vad_is_speech (vad), ==, outcome.starts > outcome.ends);
    }
  return outcome;
}

/* Where the recording without noise is louder than 30 dB below its peak, first and last. */
static void
find_speech (GArray *pcm, guint *ret_first_ms, guint *ret_last_ms)
{
  const double loud = 0.03 * lv_pcm_peak ((gint16 *) pcm->data, pcm->len);

  *ret_first_ms = *ret_last_ms = 0;
  for (guint at = 0; at + 160 <= pcm->len; at += 160)
    {
      if (lv_pcm_rms (&g_array_index (pcm, gint16, at), 160) < loud)
        continue;
      if (*ret_first_ms == 0)
        *ret_first_ms = at / 16;
      *ret_last_ms = at / 16 + 10;
    }
}

static GArray *
build_turn (const char *name, double gain_db)
{
  GArray *pcm = lv_test_pcm_new ();

  lv_test_pcm_add_silence (pcm, LEAD_MS);
  lv_test_pcm_add_speech (pcm, name, gain_db);
  lv_test_pcm_add_silence (pcm, TAIL_MS);
  return pcm;
}

static const struct {
  const char *name;
  LvNoise noise;
  double noise_db, speech_gain_db;
} turns[] = {
  { "quiet-room", LV_NOISE_NONE, 0, 0 },      { "low-white", LV_NOISE_WHITE, -60, 0 },
  { "high-white", LV_NOISE_WHITE, -36, 0 },   { "low-pink", LV_NOISE_PINK, -54, 0 },
  { "high-pink", LV_NOISE_PINK, -36, 0 },     { "hum", LV_NOISE_HUM, -30, 0 },
  { "soft-voice", LV_NOISE_WHITE, -66, -20 }, { "loud-voice", LV_NOISE_WHITE, -50, 6 },
  { "clicks", LV_NOISE_CLICKS, -20, 0 },
};
static const char *const recordings[] = { "ask-time", "set-volume", "stop", "thanks", "help" };

static void
check_turn (guint t, const char *recording)
{
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");
  g_autoptr (GArray) pcm = build_turn (recording, turns[t].speech_gain_db);
  guint first_ms, last_ms;
  Outcome outcome;

  find_speech (pcm, &first_ms, &last_ms);
  lv_test_pcm_mix_noise (pcm, turns[t].noise, turns[t].noise_db, 0);
  outcome = run_vad (setup, pcm);
  g_test_message ("%s in %s: speech %u-%u, %u starts at %u, end at %u", recording, turns[t].name,
                  first_ms, last_ms, outcome.starts, outcome.first_start_ms, outcome.last_end_ms);

  g_assert_cmpuint (outcome.starts, ==, 1);
  g_assert_cmpuint (outcome.ends, ==, 1);
  g_assert_cmpuint (outcome.first_start_ms + 20, >=, first_ms);
  g_assert_cmpuint (outcome.first_start_ms, <=, first_ms + 300);
  g_assert_cmpuint (outcome.last_end_ms, >=, last_ms + LV_ENGINE_VAD_SILENCE_MS - 250);
  g_assert_cmpuint (outcome.last_end_ms, <=, last_ms + LV_ENGINE_VAD_SILENCE_MS + 100);
}

static void
test_turn (gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (recordings); i++)
    check_turn (GPOINTER_TO_UINT (data), recordings[i]);
}

static const struct {
  const char *name;
  LvNoise noise;
  double db;
  guint from_ms;
} noises[] = {
  { "silence", LV_NOISE_NONE, 0, 0 },
  { "white", LV_NOISE_WHITE, -20, 0 },
  { "white-sets-in", LV_NOISE_WHITE, -20, 3000 },
  { "pink", LV_NOISE_PINK, -20, 0 },
  { "pink-sets-in", LV_NOISE_PINK, -20, 3000 },
  { "hum", LV_NOISE_HUM, -30, 0 },
  { "hum-sets-in", LV_NOISE_HUM, -38, 3000 },
  { "clicks", LV_NOISE_CLICKS, -6, 0 },
  { "knocks", LV_NOISE_KNOCKS, -10, 0 },
  { "breath", LV_NOISE_BREATH, -24, 0 },
};

static void
test_noise (gconstpointer data)
{
  const guint n = GPOINTER_TO_UINT (data);
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");
  g_autoptr (GArray) pcm = lv_test_pcm_new ();

  lv_test_pcm_add_silence (pcm, 12000);
  lv_test_pcm_mix_noise (pcm, noises[n].noise, noises[n].db, noises[n].from_ms);
  g_assert_cmpuint (run_vad (setup, pcm).starts, ==, 0);
}

/* The fan comes on, the person speaks over it. */
static void
test_adapts (void)
{
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");
  g_autoptr (GArray) pcm = lv_test_pcm_new ();
  Outcome outcome;

  lv_test_pcm_add_silence (pcm, 8000);
  lv_test_pcm_add_speech (pcm, "ask-time", 0);
  lv_test_pcm_add_silence (pcm, TAIL_MS);
  lv_test_pcm_mix_noise (pcm, LV_NOISE_PINK, -34, 4000);
  outcome = run_vad (setup, pcm);
  g_assert_cmpuint (outcome.starts, ==, 1);
  g_assert_cmpuint (outcome.ends, ==, 1);
  g_assert_cmpuint (outcome.first_start_ms, >, 8000);
}

/* A tone that does not end is not speech for ever. */
static void
test_steady_tone_ends (void)
{
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");
  g_autoptr (GArray) pcm = lv_test_pcm_new ();
  Outcome outcome;

  lv_test_pcm_add_silence (pcm, 12000);
  for (guint i = 48000; i < pcm->len; i++)
    g_array_index (pcm, gint16, i) = (gint16) (8000 * sin (2 * G_PI * 440 * i / 16000.0));
  outcome = run_vad (setup, pcm);
  g_assert_cmpuint (outcome.starts, ==, 1);
  g_assert_cmpuint (outcome.ends, ==, 1);
  g_assert_cmpuint (outcome.last_end_ms, <, 6500);
}

/* Two sentences, @pause_ms apart. */
static guint
count_turns (int silence_ms, guint pause_ms)
{
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");
  g_autoptr (GArray) pcm = build_turn ("ask-time", 0);
  Outcome outcome;

  g_array_set_size (pcm, pcm->len - (TAIL_MS - pause_ms) * 16);
  lv_test_pcm_add_speech (pcm, "ask-date", 0);
  lv_test_pcm_add_silence (pcm, TAIL_MS);
  setup->silence_duration_ms = silence_ms;
  outcome = run_vad (setup, pcm);
  g_assert_cmpuint (outcome.starts, ==, outcome.ends);
  return outcome.ends;
}

static void
test_silence_duration (void)
{
  g_assert_cmpuint (count_turns (-1, 100), ==, 1);
  g_assert_cmpuint (count_turns (-1, 800), ==, 2);
  g_assert_cmpuint (count_turns (1200, 800), ==, 1);
  g_assert_cmpuint (count_turns (200, 400), ==, 2);
}

static Outcome
run_configured (LvSensitivity start, LvSensitivity end, int prefix_ms, double gain_db)
{
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");
  g_autoptr (GArray) pcm = build_turn ("ask-time", gain_db);

  setup->start_sensitivity = start;
  setup->end_sensitivity = end;
  setup->prefix_padding_ms = prefix_ms;
  return run_vad (setup, pcm);
}

static void
test_start_sensitivity (void)
{
  g_assert_cmpuint (run_configured (LV_SENSITIVITY_HIGH, 0, -1, -30).starts, ==, 1);
  g_assert_cmpuint (run_configured (LV_SENSITIVITY_LOW, 0, -1, -30).starts, ==, 0);
  g_assert_cmpuint (run_configured (LV_SENSITIVITY_LOW, 0, -1, 0).starts, ==, 1);
}

static void
test_end_sensitivity (void)
{
  const Outcome high = run_configured (0, LV_SENSITIVITY_HIGH, -1, 0);
  const Outcome low = run_configured (0, LV_SENSITIVITY_LOW, -1, 0);

  g_assert_cmpuint (low.last_end_ms, >=, high.last_end_ms + 250);
}

static void
test_prefix_padding (void)
{
  const guint now_ms = run_configured (0, 0, 0, 0).first_start_ms;

  g_assert_cmpuint (run_configured (0, 0, 300, 0).first_start_ms, >=, now_ms + 150);
  g_assert_cmpuint (run_configured (0, 0, 5000, 0).starts, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (turns); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/vad/turn/%s", turns[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_turn);
    }
  for (guint i = 0; i < G_N_ELEMENTS (noises); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/vad/noise/%s", noises[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_noise);
    }
  g_test_add_func ("/engine/vad/adapts", test_adapts);
  g_test_add_func ("/engine/vad/steady-tone-ends", test_steady_tone_ends);
  g_test_add_func ("/engine/vad/silence-duration", test_silence_duration);
  g_test_add_func ("/engine/vad/start-sensitivity", test_start_sensitivity);
  g_test_add_func ("/engine/vad/end-sensitivity", test_end_sensitivity);
  g_test_add_func ("/engine/vad/prefix-padding", test_prefix_padding);
  return g_test_run ();
}
