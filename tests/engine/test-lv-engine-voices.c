/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-pcm.h"
#include "engine/lv-engine-espeak.h"
#include "engine/lv-engine-voices.h"
#include "protocol/lv-voices.h"

#define N_VOICES 30

static gboolean
same_style (const LvEngineVoiceStyle *a, const LvEngineVoiceStyle *b)
{
  return g_str_equal (a->variant, b->variant) && a->pitch == b->pitch && a->range == b->range;
}

static void
test_table (void)
{
  guint n;
  const LvEngineVoiceStyle *styles = lv_engine_voices_list (&n);

  g_assert_cmpuint (n, ==, N_VOICES);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < i; j++)
      {
        g_assert_cmpstr (styles[i].name, !=, styles[j].name);
        g_assert_false (same_style (&styles[i], &styles[j]));
      }
  g_assert_cmpstr (lv_engine_voices_lookup ("kore")->name, ==, "Kore");
  g_assert_cmpstr (lv_engine_voices_lookup (NULL)->name, ==, "Puck");
  g_assert_cmpstr (lv_engine_voices_lookup ("nobody")->name, ==, "Puck");
}

static void
test_library (void)
{
  guint n, n_prebuilt;
  const LvEngineVoiceStyle *library = lv_engine_voices_list_library (&n);
  const LvEngineVoiceStyle *prebuilt = lv_engine_voices_list (&n_prebuilt);

  g_assert_cmpuint (n, ==, N_VOICES);
  for (guint i = 0; i < n; i++)
    {
      for (guint j = 0; j < i; j++)
        g_assert_false (same_style (&library[i], &library[j]));
      for (guint j = 0; j < n_prebuilt; j++)
        g_assert_false (same_style (&library[i], &prebuilt[j]));
    }
  g_assert_cmpstr (lv_engine_voices_find ("en-us-arlo")->name, ==, "arlo");
  g_assert_cmpstr (lv_engine_voices_find ("zeno")->name, ==, "zeno");
  g_assert_null (lv_engine_voices_find ("en-us-nobody"));
  g_assert_null (lv_engine_voices_find ("en-us-Puck"));
  g_assert_null (lv_engine_voices_find (""));
}

/* Whatever is listed can be chosen. */
static void
test_catalogue (void)
{
  guint n;
  const LvVoice *voices = lv_voices_get (&n);

  for (guint i = 0; i < n; i++)
    {
      const LvEngineVoiceStyle *style = lv_engine_voices_find (voices[i].id);

      g_assert_nonnull (style);
      g_assert_cmpint (lv_engine_voices_is_of_library (style), ==, voices[i].library);
    }
}

static gboolean
on_sound (const gint16 *samples, gsize n_samples, gpointer data)
{
  g_byte_array_append (data, (const guint8 *) samples, n_samples * sizeof *samples);
  return TRUE;
}

static GBytes *
speak (const char *voice, const char *language)
{
  GByteArray *sound = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  lv_engine_espeak_speak (lv_engine_voices_lookup (voice), language, "Good morning, one two three.",
                          on_sound, NULL, sound, &error);
  g_assert_no_error (error);
  return g_byte_array_free_to_bytes (sound);
}

static void
test_none_is_silent (void)
{
  guint n;
  const LvEngineVoiceStyle *styles = lv_engine_voices_list (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) sound = speak (styles[i].name, NULL);
      gsize n_samples = g_bytes_get_size (sound) / LV_BYTES_PER_FRAME;

      g_assert_cmpuint (n_samples, >, lv_engine_espeak_get_rate ());
      g_assert_cmpfloat (lv_pcm_rms (g_bytes_get_data (sound, NULL), n_samples), >, 0.01);
    }
}

static double
length_ratio (GBytes *a, GBytes *b)
{
  double x = g_bytes_get_size (a), y = g_bytes_get_size (b);

  return MAX (x, y) / MIN (x, y);
}

static void
test_languages (void)
{
  static const struct {
    const char *language, *same_as, *other_than;
  } cases[] = {
    { "en-US", NULL, "en-GB" }, { "de-DE", "de", NULL },       { "de-AT", "de", NULL },
    { "pt-BR", "pt-br", "pt" }, { "tlh-Latn-QQ", NULL, "de" }, { "", NULL, "fr" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) sound = speak (NULL, cases[i].language);
      g_autoptr (GBytes) same = speak (NULL, cases[i].same_as);
      g_autoptr (GBytes) other = speak (NULL, cases[i].other_than);

      g_test_message ("%s", cases[i].language);
      /* breath is noise: only the durations can be compared */
      g_assert_cmpfloat (length_ratio (sound, same), <, 1.012);
      g_assert_cmpfloat (length_ratio (sound, other), >, 1.018);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voices/table", test_table);
  g_test_add_func ("/voices/library", test_library);
  g_test_add_func ("/voices/catalogue", test_catalogue);
  g_test_add_func ("/voices/none-is-silent", test_none_is_silent);
  g_test_add_func ("/voices/languages", test_languages);
  return g_test_run ();
}
