/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-espeak.h"
#include "engine/lv-engine-languages.h"
#include "engine/lv-engine-phrases.h"
#include "engine/lv-engine-voice.h"

#include <string.h>

#define N_LANGUAGES 24

static void
test_lookup (void)
{
  static const struct {
    const char *code, *found;
  } cases[] = {
    { "de-DE", "de-DE" }, { "de", "de-DE" },    { "DE-at", "de-DE" }, { "en-AU", "en-US" },
    { "en-IN", "en-IN" }, { "es-MX", "es-US" }, { "fil-PH", NULL },   { "d", NULL },
    { "", NULL },         { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const LvEngineLanguage *language = lv_engine_languages_lookup (cases[i].code);

      g_assert_cmpstr (language != NULL ? language->code : NULL, ==, cases[i].found);
    }
}

static void
test_pinned (void)
{
  static const struct {
    const char *instruction, *found;
  } cases[] = {
    { "Respond in German.", "de-DE" },
    { "You are kind. RESPOND IN Polish. YOU MUST RESPOND UNMISTAKABLY IN Polish.", "pl-PL" },
    { "Always answer only in Brazilian Portuguese", "pt-BR" },
    { "Speak French!", "fr-FR" },
    { "Respond in fran\303\247ais", "fr-FR" },
    { "Never respond in German. Reply in Thai.", "th-TH" },
    { "You teach German to children.", NULL },
    { "Do not answer in Italian.", NULL },
    { "Respond in German (Germany), tag \"de-DE\"; respond only in this language.", "de-DE" },
    { "Respond only in de-DE.", "de-DE" },
    { "Respond only in de.", "de-DE" },
    { "Respond in the language with the tag \"de-AT\"; respond only in this language.", "de-DE" },
    { "Respond in the language with the tag \"sv-FI\"; respond only in this language.", "sv" },
    { "Respond in Swedish (Sweden), tag \"sv-SE\"; respond only in this language.", "sv-SE" },
    { "Respond in the language with the tag \"ceb\".", "ceb" },
    { "Respond in the language with the tag \"qqq-QQ\".", NULL },
    { "Never respond in de-DE.", NULL },
    { "Answer in as few words as you can, in no case more.", NULL },
    { "Answer so-called questions; say hi to no-one.", NULL },
    { "", NULL },
    { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].instruction);
      g_assert_cmpstr (lv_engine_languages_find_pinned (cases[i].instruction), ==, cases[i].found);
    }
}

static void
test_setup (void)
{
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");

  g_assert_null (lv_engine_languages_of_setup (setup));
  g_assert_cmpstr (lv_engine_voice_language (setup), ==, "en-US");
  setup->system_instruction = g_strdup ("Answer in Korean.");
  g_assert_cmpstr (lv_engine_voice_language (setup), ==, "ko-KR");
  setup->language = g_strdup ("sv-SE");
  g_assert_cmpstr (lv_engine_voice_language (setup), ==, "sv-SE");
  g_free (setup->language);
  setup->language = g_strdup ("tlh-Latn-QQ");
  g_assert_cmpstr (lv_engine_voice_language (setup), ==, "en-US");
}

static gboolean
on_sound (const gint16 *samples, gsize n_samples, gpointer data)
{
  g_byte_array_append (data, (const guint8 *) samples, n_samples * sizeof *samples);
  return TRUE;
}

static GByteArray *
speak (const char *language, const char *text)
{
  GByteArray *sound = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  lv_engine_espeak_speak (lv_engine_voices_lookup (NULL), language, text, on_sound, NULL, sound,
                          &error);
  g_assert_no_error (error);
  return sound;
}

/* Every phrase of every language says something, and the figures get into it. */
static void
test_phrases (void)
{
  guint n;
  const LvEngineLanguage *languages = lv_engine_languages_list (&n);
  g_autoptr (GDateTime) day = g_date_time_new_utc (2026, 11, 22, 15, 4, 0);

  g_assert_cmpuint (n, ==, N_LANGUAGES);
  for (guint i = 0; i < n; i++)
    {
      const char *code = languages[i].code;
      g_autofree char *date = NULL;

      g_test_message ("%s", code);
      g_assert_cmpint (lv_engine_phrases_has (code), ==, !lv_engine_languages_is_english (code));
      g_assert_true (lv_engine_espeak_speaks (languages[i].voice));
      if (!lv_engine_phrases_has (code))
        continue;
      date = lv_engine_phrases_dup_date (code, day);
      g_assert_nonnull (strstr (date, "22"));
      g_assert_nonnull (strstr (date, "2026"));
      g_assert_null (strchr (date, '$'));
      for (guint j = 0; j < LV_ENGINE_N_PHRASES; j++)
        {
          g_autofree char *phrase = lv_engine_phrases_get (code, j, "15:04");

          g_assert_true (g_utf8_validate (phrase, -1, NULL));
          g_assert_cmpuint (strlen (phrase), >, 1);
          g_assert_null (strchr (phrase, '$'));
        }
    }
}

static gboolean
takes_the_same_time (const char *language, LvEnginePhrase phrase)
{
  g_autofree char *text = lv_engine_phrases_get (language, phrase, NULL);
  g_autoptr (GByteArray) native = speak (language, text);
  g_autoptr (GByteArray) english = speak ("en-US", text);
  const double ratio = (double) native->len / english->len;

  g_test_message ("%s: %u and %u bytes", language, native->len, english->len);
  g_assert_cmpuint (native->len, >, lv_engine_espeak_get_rate ());
  return ratio > 0.99 && ratio < 1.01;
}

/* An English voice would take another time over a sentence than the one of the language; over two
 * of them, should one happen to be the same. */
static void
test_voices (void)
{
  guint n;
  const LvEngineLanguage *languages = lv_engine_languages_list (&n);

  for (guint i = 0; i < n; i++)
    if (!lv_engine_languages_is_english (languages[i].code))
      g_assert_false (takes_the_same_time (languages[i].code, LV_ENGINE_PHRASE_EXCUSE) &&
                      takes_the_same_time (languages[i].code, LV_ENGINE_PHRASE_ENGLISH_ONLY));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/languages/lookup", test_lookup);
  g_test_add_func ("/languages/pinned", test_pinned);
  g_test_add_func ("/languages/setup", test_setup);
  g_test_add_func ("/languages/phrases", test_phrases);
  g_test_add_func ("/languages/voices", test_voices);
  return g_test_run ();
}
