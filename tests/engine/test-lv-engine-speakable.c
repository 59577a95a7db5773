/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-speakable.h"

#include <string.h>

static void
test_rewrite (void)
{
  static const struct {
    const char *shown, *spoken;
  } texts[] = {
    { "It is 3:05 PM.", "It is 3 o5 PM." },
    { "It is 12:00 PM.", "It is 12    PM." },
    { "At 10:30", "At 10 30" },
    { "ratio 3:75 and 1:234", "ratio 3:75 and 1:234" },
    { "this: 30", "this: 30" },
    { "**bold** and `code`", "  bold   and  code " },
    { "caf\303\251 3:05", "caf\303\251 3 o5" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *spoken = lv_engine_speakable (texts[i].shown, TRUE);

      g_assert_cmpstr (spoken, ==, texts[i].spoken);
      g_assert_cmpint (g_utf8_strlen (spoken, -1), ==, g_utf8_strlen (texts[i].shown, -1));
    }
}

static void
assert_sentences (const char *text, const char *const *expected)
{
  for (guint i = 0; expected[i] != NULL; i++)
    {
      gsize n = lv_engine_speakable_sentence (text);
      g_autofree char *sentence = g_strndup (text, n);

      g_assert_cmpstr (sentence, ==, expected[i]);
      text += n;
    }
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpuint (lv_engine_speakable_sentence (text), ==, 0);
}

static void
test_sentences (void)
{
  assert_sentences ("One. Two!  Three?\nfour",
                    (const char *[]){ "One. ", "Two!  ", "Three?\n", "four", NULL });
  assert_sentences ("Well... 3.5 is 3.5.", (const char *[]){ "Well... ", "3.5 is 3.5.", NULL });
  assert_sentences (" ", (const char *[]){ " ", NULL });
}

static void
test_endless_sentence (void)
{
  g_autofree char *solid = g_strnfill (1001, 'x');
  g_autoptr (GString) accents = g_string_new ("x");
  g_autoptr (GString) words = g_string_new (NULL);

  for (const char *p = solid; *p != '\0'; p += lv_engine_speakable_sentence (p))
    g_assert_cmpuint (lv_engine_speakable_sentence (p), <=, LV_ENGINE_SENTENCE_MAX);

  for (guint i = 0; i < 1000; i++)
    g_string_append (accents, "\303\251");
  for (const char *p = accents->str; *p != '\0'; p += lv_engine_speakable_sentence (p))
    g_assert_true (g_utf8_validate (p, lv_engine_speakable_sentence (p), NULL));

  for (guint i = 0; i < 200; i++)
    g_string_append (words, "word ");
  for (const char *p = words->str; *p != '\0'; p += lv_engine_speakable_sentence (p))
    g_assert_true (g_str_has_prefix (p, "word "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speakable/rewrite", test_rewrite);
  g_test_add_func ("/speakable/sentences", test_sentences);
  g_test_add_func ("/speakable/endless-sentence", test_endless_sentence);
  return g_test_run ();
}
