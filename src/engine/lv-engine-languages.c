/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-languages.h"

#include "engine/lv-engine-words.h"
#include "protocol/lv-languages.h"

#include <string.h>

#define NAME_DISTANCE 4 /* words from "respond" to "German" */
#define TAG_DISTANCE 7  /* "respond in the language with the tag de-AT" */

static const LvEngineLanguage languages[] = {
  { "en-US", "english", "en-US" }, /* the first of a language speaks for all its countries */
  { "en-IN", "", "en-GB" },        /* there is no Indian voice */
  { "ar-EG", "arabic العربية", "ar" },
  { "bn-BD", "bengali bangla বাংলা", "bn" },
  { "de-DE", "german deutsch", "de" },
  { "es-US", "spanish español espanol castellano", "es-419" },
  { "fr-FR", "french français francais", "fr-FR" },
  { "hi-IN", "hindi हिन्दी", "hi" },
  { "id-ID", "indonesian indonesia", "id" },
  { "it-IT", "italian italiano", "it" },
  { "ja-JP", "japanese 日本語", "ja" },
  { "ko-KR", "korean 한국어", "ko" },
  { "mr-IN", "marathi मराठी", "mr" },
  { "nl-NL", "dutch nederlands", "nl" },
  { "pl-PL", "polish polski", "pl" },
  { "pt-BR", "portuguese português portugues", "pt-BR" },
  { "ro-RO", "romanian română romana", "ro" },
  { "ru-RU", "russian русский", "ru" },
  { "ta-IN", "tamil தமிழ்", "ta" },
  { "te-IN", "telugu తెలుగు", "te" },
  { "th-TH", "thai ไทย", "th" },
  { "tr-TR", "turkish türkçe turkce", "tr" },
  { "uk-UA", "ukrainian українська", "uk" },
  { "vi-VN", "vietnamese việt", "vi" },
};

const LvEngineLanguage *
lv_engine_languages_list (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (languages);
  return languages;
}

static gboolean
is_same_language (const char *a, const char *b)
{
  const gsize length = strcspn (a, "-");

  return length == strcspn (b, "-") && g_ascii_strncasecmp (a, b, length) == 0;
}

const LvEngineLanguage *
lv_engine_languages_lookup (const char *code)
{
  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (languages); i++)
    if (g_ascii_strcasecmp (languages[i].code, code) == 0)
      return &languages[i];
  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (languages); i++)
    if (is_same_language (languages[i].code, code))
      return &languages[i];
  return NULL;
}

gboolean
lv_engine_languages_is_english (const char *code)
{
  return code == NULL || is_same_language (code, LV_ENGINE_ENGLISH);
}

/* ---- instructions ---- */

static const char *
find_name (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_auto (GStrv) names = g_strsplit (languages[i].names, " ", -1);

      if (*word != '\0' && g_strv_contains ((const char *const *) names, word))
        return languages[i].code;
    }
  return NULL;
}

/* Static: @tag, or what is known of its language. */
static const char *
resolve_tag (const char *tag)
{
  const LvEngineLanguage *language = lv_engine_languages_lookup (tag);
  const LvLanguage *known = language == NULL ? lv_languages_find (tag) : NULL;
  g_autofree char *bare = g_strndup (tag, strcspn (tag, "-"));

  if (language == NULL && known == NULL)
    known = lv_languages_find (bare);
  return language != NULL ? language->code : known != NULL ? known->code : NULL;
}

/* A BCP-47 tag where one may be meant: many a short word would be one. */
static const char *
find_tag (char **words, guint at)
{
  const char *word = words[at];
  const char *before = at > 0 ? words[at - 1] : "";

  if (g_str_equal (before, "tag") || g_str_equal (before, "code"))
    return resolve_tag (word);
  if (!g_str_equal (before, "in"))
    return NULL;
  return strchr (word, '-') != NULL || lv_engine_languages_lookup (word) != NULL
             ? resolve_tag (word)
             : NULL;
}

/* Whether the words before the name of a language say that it is to be spoken: "respond only in",
 * "always speak", but not "never answer in". */
static gboolean
is_asked_for (char **words, guint name, guint distance)
{
  static const char *const verbs[] = { "respond", "answer", "reply",    "speak",  "talk",
                                       "write",   "say",    "converse", "output", NULL };
  static const char *const refusals[] = { "not", "never", "don't", "dont", "without", NULL };
  const guint first = name > distance ? name - distance : 0;
  gboolean asked = FALSE;

  for (guint i = first; i < name; i++)
    {
      asked = asked || lv_engine_words_contain (verbs, words[i]);
      if (lv_engine_words_contain (refusals, words[i]))
        return FALSE;
    }
  return asked;
}

/* Words of any alphabet in lower case, punctuation left out. */
static char **
split (const char *text)
{
  g_autofree char *lower = g_utf8_strdown (text, -1);
  char **words = g_strsplit_set (lower, " .,;:!?()\"\n\t*", -1);
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      words[n++] = words[i];
    else
      g_free (words[i]);
  words[n] = NULL;
  return words;
}

const char *
lv_engine_languages_find_pinned (const char *instruction)
{
  g_auto (GStrv) words = instruction != NULL ? split (instruction) : NULL;

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      const char *name = find_name (words[i]);
      const char *tag = find_tag (words, i);

      if (name != NULL && is_asked_for (words, i, NAME_DISTANCE))
        return name;
      if (tag != NULL && is_asked_for (words, i, TAG_DISTANCE))
        return tag;
    }
  return NULL;
}

const char *
lv_engine_languages_of_setup (const LvSetup *setup)
{
  if (setup->translate_to != NULL)
    return setup->translate_to;
  if (setup->language != NULL)
    return setup->language;
  return lv_engine_languages_find_pinned (setup->system_instruction);
}
