/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-languages.h"
#include "protocol/lv-voices.h"

static void
test_voices (void)
{
  guint n, n_library = 0;
  const LvVoice *voices = lv_voices_get (&n);

  for (guint i = 0; i < n; i++)
    {
      g_assert_true (lv_voices_find (voices[i].id) == &voices[i]); /* each only once */
      g_assert_cmpint (*voices[i].description == '\0', ==, voices[i].library);
      n_library += voices[i].library;
    }
  g_assert_cmpuint (n_library, ==, 30);
  g_assert_cmpuint (n - n_library, ==, 30);
  g_assert_false (voices[0].library);
  g_assert_nonnull (lv_voices_find ("Puck"));
  g_assert_cmpstr (lv_voices_find ("kORE")->description, ==, "Firm");
  g_assert_null (lv_voices_find ("Nobody"));
}

static guint
count (LvLanguageUses uses)
{
  guint n, found = 0;
  const LvLanguage *languages = lv_languages_get (&n);

  for (guint i = 0; i < n; i++)
    found += (languages[i].uses & uses) != 0;
  return found;
}

static void
test_languages (void)
{
  static const char *const spoken[] = {
    "ar-EG", "bn-BD", "nl-NL", "en-IN", "en-US", "fr-FR", "de-DE", "hi-IN",
    "id-ID", "it-IT", "ja-JP", "ko-KR", "mr-IN", "pl-PL", "pt-BR", "ro-RO",
    "ru-RU", "es-US", "ta-IN", "te-IN", "th-TH", "tr-TR", "uk-UA", "vi-VN",
  };
  guint n;
  const LvLanguage *languages = lv_languages_get (&n);

  for (guint i = 0; i < n; i++)
    {
      g_assert_true (lv_languages_find (languages[i].code) == &languages[i]);
      g_assert_cmpstr (languages[i].name, !=, "");
      g_assert_cmpint (languages[i].uses, !=, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (spoken); i++)
    g_assert_true ((lv_languages_find (spoken[i])->uses & LV_LANGUAGE_SPOKEN) != 0);
  g_assert_cmpuint (count (LV_LANGUAGE_SPOKEN), ==, 24 + 97);
  g_assert_cmpuint (count (LV_LANGUAGE_TRANSLATED), ==, 79);
  g_assert_cmpstr (lv_languages_find ("de-de")->name, ==, "German (Germany)");
  g_assert_null (lv_languages_find ("tlh"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalogue/voices", test_voices);
  g_test_add_func ("/catalogue/languages", test_languages);
  return g_test_run ();
}
