/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-utterance.h"
#include "engine/lv-engine-words.h"

static void
test_split (void)
{
  static const struct {
    const char *text, *words;
  } cases[] = {
    { "What's the TIME?", "what is the time" },
    { "7 x 8 = 1,000.5!", "7 x 8 1000.5" },
    { "30% of -5", "30 percent of -5" },
    { "don't -- stop", "do not stop" },
    { "M\303\274nchen's caf\303\251", "m\303\274nchen's caf\303\251" },
    { "twenty-three", "twenty three" },
    { "  ", "" },
    { "\xff\xfe", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = lv_engine_words_split (cases[i].text);
      g_autofree char *joined = g_strjoinv (" ", words);

      g_assert_cmpstr (joined, ==, cases[i].words);
    }
}

static void
test_split_name (void)
{
  static const struct {
    const char *name, *words;
  } cases[] = {
    { "set_volume", "set volume" },           { "setVolume", "set volume" },
    { "play-next.track", "play next track" }, { "light2", "light 2" },
    { "HTTPServer", "httpserver" },           { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = lv_engine_words_split_name (cases[i].name);
      g_autofree char *joined = g_strjoinv (" ", words);

      g_assert_cmpstr (joined, ==, cases[i].words);
    }
}

static void
test_likeness (void)
{
  g_assert_cmpfloat (lv_engine_words_likeness ("light", "light"), ==, 1.0);
  g_assert_cmpfloat (lv_engine_words_likeness ("lights", "light"), ==, 0.95);
  g_assert_cmpfloat (lv_engine_words_likeness ("playing", "played"), ==, 0.95);
  g_assert_cmpfloat (lv_engine_words_likeness ("turn", "switch"), ==, 0.85);
  g_assert_cmpfloat (lv_engine_words_likeness ("volume", "volum"), >, 0.6);
  g_assert_cmpfloat (lv_engine_words_likeness ("kitchen", "kitten"), >, 0.6);
  g_assert_cmpfloat (lv_engine_words_likeness ("cat", "car"), ==, 0.0);
  g_assert_cmpfloat (lv_engine_words_likeness ("time", "lime"), ==, 0.0);
  g_assert_cmpfloat (lv_engine_words_likeness ("volume", "kitchen"), ==, 0.0);
  g_assert_cmpfloat (lv_engine_words_likeness ("", "a"), ==, 0.0);
}

static void
assert_expansions (const char *phrase, const char *const *expected)
{
  g_autoptr (GPtrArray) sentences = lv_engine_utterance_expand (phrase);

  g_assert_cmpuint (sentences->len, ==, g_strv_length ((char **) expected));
  for (guint i = 0; i < sentences->len; i++)
    {
      g_autofree char *sentence = g_strjoinv (" ", sentences->pdata[i]);

      g_assert_cmpstr (sentence, ==, expected[i]);
    }
}

static void
test_expand (void)
{
  assert_expansions ("what time", (const char *[]){ "what time", NULL });
  assert_expansions ("(a | b c) d", (const char *[]){ "a d", "b c d", NULL });
  assert_expansions ("a [b] c", (const char *[]){ "a b c", "a c", NULL });
  assert_expansions ("a | [b | (c|d)] e", (const char *[]){ "a", "b e", "c e", "d e", "e", NULL });
}

static void
test_utterance (void)
{
  g_autoptr (LvEngineUtterance) utterance =
      lv_engine_utterance_new ("Set timers for twenty five minutes and three lamps");
  g_autofree char *tokens = g_strjoinv (" ", utterance->tokens);
  double value;

  g_assert_cmpstr (tokens, ==, "set timers for <duration> and <number> lamps");
  g_assert_true (lv_engine_utterance_get_value (utterance, LV_ENGINE_DURATION, &value));
  g_assert_cmpfloat (value, ==, 25 * 60);
  g_assert_true (lv_engine_utterance_get_value (utterance, LV_ENGINE_NUMBER, &value));
  g_assert_cmpfloat (value, ==, 3);
  g_assert_cmpuint (g_array_index (utterance->positions, guint, 4), ==, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/split", test_split);
  g_test_add_func ("/words/split-name", test_split_name);
  g_test_add_func ("/words/likeness", test_likeness);
  g_test_add_func ("/words/expand", test_expand);
  g_test_add_func ("/words/utterance", test_utterance);
  return g_test_run ();
}
