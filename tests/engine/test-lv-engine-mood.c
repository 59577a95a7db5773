/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-espeak.h"
#include "engine/lv-engine-mood.h"

#include "base/lv-pcm.h"

static void
test_judge (void)
{
  g_assert_cmpfloat (ABS (lv_engine_mood_judge (-22, 2.7)), <, 0.01);
  g_assert_cmpfloat (lv_engine_mood_judge (-10, 4), ==, 1.0);
  g_assert_cmpfloat (lv_engine_mood_judge (-40, 1.5), ==, -1.0);
  g_assert_cmpfloat (lv_engine_mood_judge (-18, 2.7), >, 0.2);
  g_assert_cmpfloat (lv_engine_mood_judge (-22, 4.5), >, 0.2);
  g_assert_cmpfloat (lv_engine_mood_judge (-28, 2.7), <, -0.2);
}

static gboolean
on_sound (const gint16 *samples, gsize n_samples, gpointer data)
{
  g_byte_array_append (data, (const guint8 *) samples, n_samples * sizeof *samples);
  return TRUE;
}

static GByteArray *
speak (double mood)
{
  const LvEngineVoiceStyle style = lv_engine_mood_apply (lv_engine_voices_lookup ("Kore"), mood);
  GByteArray *sound = g_byte_array_new ();

  lv_engine_espeak_speak (&style, NULL, "Good morning, one two three.", on_sound, NULL, sound,
                          NULL);
  return sound;
}

static double
loudness (GByteArray *sound)
{
  return lv_pcm_rms ((const gint16 *) sound->data, sound->len / LV_BYTES_PER_FRAME);
}

/* An agitated voice is quicker and louder than a calm one. */
static void
test_voice (void)
{
  g_autoptr (GByteArray) calm = speak (-1.0);
  g_autoptr (GByteArray) plain = speak (0.0);
  g_autoptr (GByteArray) lively = speak (1.0);

  g_assert_cmpuint (calm->len, >, plain->len * 1.05);
  g_assert_cmpuint (plain->len, >, lively->len * 1.05);
  g_assert_cmpfloat (loudness (plain), >, loudness (calm) * 1.3);
  g_assert_cmpfloat (loudness (lively), >, loudness (plain) * 1.05);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mood/judge", test_judge);
  g_test_add_func ("/mood/voice", test_voice);
  return g_test_run ();
}
