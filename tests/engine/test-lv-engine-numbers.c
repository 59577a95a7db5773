/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-arithmetic.h"
#include "engine/lv-engine-numbers.h"
#include "engine/lv-engine-words.h"

#include <math.h>

static void
test_read (void)
{
  static const struct {
    const char *text;
    guint n_words;
    double value;
  } cases[] = {
    { "seven", 1, 7 },
    { "twenty three apples", 2, 23 },
    { "a hundred", 2, 100 },
    { "one hundred and five", 4, 105 },
    { "two thousand twenty six", 4, 2026 },
    { "three million four hundred thousand and one", 7, 3400001 },
    { "minus twelve", 2, -12 },
    { "three point one four", 4, 3.14 },
    { "two and a half", 4, 2.5 },
    { "zero", 1, 0 },
    { "1,234.5", 1, 1234.5 },
    { "-5", 1, -5 },
    { "12 million", 2, 12e6 },
    { "twenty-three", 2, 23 },
    { "five six", 1, 5 },
    { "and five", 0, 0 },
    { "hundred", 0, 0 },
    { "point", 0, 0 },
    { "apple", 0, 0 },
    { "a dog", 0, 0 },
    { "", 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = lv_engine_words_split (cases[i].text);
      double value = 0;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (lv_engine_number_read ((const char *const *) words, &value), ==,
                        cases[i].n_words);
      if (cases[i].n_words > 0)
        g_assert_cmpfloat_with_epsilon (value, cases[i].value, 1e-9);
    }
}

static void
assert_round_trip (gint64 number)
{
  g_autofree char *text = lv_engine_number_to_words (number);
  g_auto (GStrv) words = lv_engine_words_split (text);
  double value = 0;

  g_assert_cmpuint (lv_engine_number_read ((const char *const *) words, &value), ==,
                    g_strv_length (words));
  g_assert_cmpfloat (value, ==, (double) number);
}

static void
test_round_trip (void)
{
  for (gint64 number = -1100; number <= 3000; number++)
    assert_round_trip (number);
  for (gint64 number = 1; number < G_GINT64_CONSTANT (900000000000); number = number * 7 + 3)
    assert_round_trip (number);
}

static void
test_to_text (void)
{
  static const struct {
    double value;
    const char *text;
  } cases[] = {
    { 56, "56" },
    { -5, "-5" },
    { 3.25, "3.25" },
    { 1234567, "1,234,567" },
    { -1234.5, "-1,234.5" },
    { 0, "0" },
    { -0.0, "0" },
    { 1.0 / 3, "0.333333" },
    { 1e20, "1e+20" },
    { 999, "999" },
    { 1000000000, "1,000,000,000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = lv_engine_number_to_text (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_durations (void)
{
  static const struct {
    const char *said;
    gint64 seconds;
    const char *text;
  } cases[] = {
    { "two minutes", 120, "2 minutes" },
    { "90 seconds", 90, "1 minute and 30 seconds" },
    { "an hour", 3600, "1 hour" },
    { "half an hour", 1800, "30 minutes" },
    { "an hour and a half", 5400, "1 hour and 30 minutes" },
    { "two and a half minutes", 150, "2 minutes and 30 seconds" },
    { "one hour and ten minutes", 4200, "1 hour and 10 minutes" },
    { "one day two hours three seconds", 93603, "1 day, 2 hours and 3 seconds" },
    { "two apples", -1, NULL },
    { "minutes", -1, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = lv_engine_words_split (cases[i].said);
      gint64 seconds = -1;
      guint n = lv_engine_duration_read ((const char *const *) words, &seconds);
      g_autofree char *text = n > 0 ? lv_engine_duration_to_text (seconds) : NULL;

      g_test_message ("%s", cases[i].said);
      g_assert_cmpint (n > 0 ? seconds : -1, ==, cases[i].seconds);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_arithmetic (void)
{
  static const struct {
    const char *text;
    double value;
    const char *question;
  } cases[] = {
    { "what is seven times eight", 56, "7 times 8" },
    { "what is seventeen times twenty three please", 391, "17 times 23" },
    { "two plus three times four", 14, "2 plus 3 times 4" },
    { "how much is ten minus four minus three", 3, "10 minus 4 minus 3" },
    { "twelve percent of two hundred", 24, "12 percent of 200" },
    { "what's 100 / 8?", 12.5, "100 divided by 8" },
    { "3.5 x 2", 7, "3.5 x 2" },
    { "two to the power of ten", 1024, "2 to the power of 10" },
    { "what is the square root of eighty one", 9, "the square root of 81" },
    { "five squared plus one", 26, "5 squared plus 1" },
    { "what is for times ate", 32, "4 times 8" },
    { "what is five and six", 11, "5 plus 6" },
  };
  static const char *const others[] = { "what is seven",
                                        "what time is it",
                                        "",
                                        "plus",
                                        "seven times",
                                        "seven times dogs",
                                        "set the volume to thirty percent" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = lv_engine_words_split (cases[i].text);
      g_autofree char *question = NULL;
      double value = 0;

      g_test_message ("%s", cases[i].text);
      g_assert_true (
          lv_engine_arithmetic_evaluate ((const char *const *) words, &value, &question));
      g_assert_cmpfloat_with_epsilon (value, cases[i].value, 1e-9);
      if (!g_str_has_suffix (cases[i].text, "five and six"))
        g_assert_cmpstr (question, ==, cases[i].question);
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_auto (GStrv) words = lv_engine_words_split (others[i]);
      g_autofree char *question = NULL;
      double value;

      g_test_message ("%s", others[i]);
      g_assert_false (
          lv_engine_arithmetic_evaluate ((const char *const *) words, &value, &question));
      g_assert_null (question);
    }
}

/* As long as one likes: no crash, no endless recursion. */
static void
test_long_sum (void)
{
  g_autoptr (GString) text = g_string_new ("one");
  g_autofree char *question = NULL;
  g_auto (GStrv) words = NULL;
  double value;

  for (guint i = 0; i < 10000; i++)
    g_string_append (text, " plus one");
  words = lv_engine_words_split (text->str);
  g_assert_cmpuint (g_strv_length (words), ==, LV_ENGINE_MAX_WORDS);
  g_assert_false (lv_engine_arithmetic_evaluate ((const char *const *) words, &value, &question));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/numbers/read", test_read);
  g_test_add_func ("/numbers/round-trip", test_round_trip);
  g_test_add_func ("/numbers/to-text", test_to_text);
  g_test_add_func ("/numbers/durations", test_durations);
  g_test_add_func ("/numbers/arithmetic", test_arithmetic);
  g_test_add_func ("/numbers/long-sum", test_long_sum);
  return g_test_run ();
}
