/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-answer.h"

#include "lib/lv-test.h"

static LvAnswer *
say (const char *words)
{
  LvAnswer *answer = lv_answer_new ();

  lv_answer_begin (answer);
  lv_answer_add_words (answer, words);
  return answer;
}

static void
test_cut (void)
{
  static const struct {
    const char *words;
    gboolean is_cut;
  } cases[] = {
    { "", FALSE },
    { " ", FALSE },
    { "It is noon.", FALSE },
    { "It is", TRUE },
    { "Is it noon?", FALSE },
    { "He said \"no.\"", FALSE },
    { "It is 5", TRUE },
    { "It is noon. ", FALSE },
    { "\344\273\212\343\200\202", FALSE },
    { "\344\273\212", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LvAnswer) answer = say (cases[i].words);

      g_assert_cmpint (lv_answer_is_cut (answer), ==, cases[i].is_cut);
    }
}

static void
test_pieces_are_one (void)
{
  g_autoptr (LvAnswer) answer = say ("It is half past");

  g_assert_true (lv_answer_is_cut (answer));
  lv_answer_add_words (answer, " seven.");
  g_assert_false (lv_answer_is_cut (answer));
  lv_answer_begin (answer);
  g_assert_false (lv_answer_has_content (answer));
}

static void
test_hush (void)
{
  g_autoptr (LvAnswer) answer = say ("It is half past seven.");

  g_assert_false (lv_answer_is_hushed (answer)); /* no sound is no hush: it may be text alone */
  lv_answer_add_sound (answer, 0.0001, LV_ANSWER_HUSH_MS);
  g_assert_true (lv_answer_is_hushed (answer));
  lv_answer_add_sound (answer, 0.02, 100);
  g_assert_false (lv_answer_is_hushed (answer));

  lv_answer_begin (answer);
  lv_answer_add_sound (answer, 0.0, 5000);
  g_assert_true (lv_answer_has_content (answer));
  g_assert_false (lv_answer_is_hushed (answer)); /* silence without words is silence */
}

static void
test_repeats (void)
{
  g_autoptr (LvAnswer) answer = say ("The next train leaves at noon. The next train leaves");

  g_assert_cmpuint (lv_answer_get_repeats (answer), ==, 1);
  lv_answer_add_words (answer, " at NOON! Yes. Yes. Yes.");
  g_assert_cmpuint (lv_answer_get_repeats (answer), ==, 2);
  lv_answer_begin (answer);
  lv_answer_add_words (answer, "the next train leaves at noon.");
  g_assert_cmpuint (lv_answer_get_repeats (answer), ==, 3);
  lv_answer_forget (answer);
  g_assert_cmpuint (lv_answer_get_repeats (answer), ==, 0);
}

/* Whatever is said, memory is bounded. */
static void
test_without_end (void)
{
  g_autoptr (LvAnswer) answer = say ("");

  for (guint i = 0; i < 100000; i++)
    lv_answer_add_words (answer, "la la ");
  g_assert_true (lv_answer_has_content (answer));
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *words = g_strdup_printf ("This is sentence number %u. ", i);

      lv_answer_begin (answer);
      lv_answer_forget (answer);
      lv_answer_add_words (answer, words);
    }
  g_assert_cmpuint (lv_answer_get_repeats (answer), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answer/cut", test_cut);
  g_test_add_func ("/answer/pieces", test_pieces_are_one);
  g_test_add_func ("/answer/hush", test_hush);
  g_test_add_func ("/answer/repeats", test_repeats);
  g_test_add_func ("/answer/without-end", test_without_end);
  return g_test_run ();
}
