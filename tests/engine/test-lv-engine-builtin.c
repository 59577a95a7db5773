/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-builtin.h"
#include "engine/lv-engine-decoder.h"
#include "engine/lv-engine-texts.h"
#include "lib/lv-test.h"

#include <string.h>

#define SURE 0.62

static GDateTime *
fixed_clock (gpointer data)
{
  return g_date_time_new_local (2026, 11, 22, 15, 5, 30);
}

static void
on_timer (gint64 seconds, gpointer data)
{
  *(gint64 *) data = seconds;
}

typedef struct {
  gint64 due;
  LvEngineTimers *timers;
  LvEngineBuiltin *builtin;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->timers = lv_engine_timers_new (on_timer, &fixture->due);
  fixture->builtin = lv_engine_builtin_new (fixture->timers, fixed_clock, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  lv_engine_builtin_free (fixture->builtin);
  lv_engine_timers_free (fixture->timers);
}

/* NULL: it is not sure that it is meant. */
static char *
answer (Fixture *fixture, const char *text)
{
  g_autoptr (LvEngineUtterance) utterance = lv_engine_utterance_new (text);
  double match = lv_engine_builtin_match (fixture->builtin, utterance);

  g_test_message ("%s (%.2f)", text, match);
  if (match < SURE)
    return NULL;
  return lv_engine_builtin_answer (fixture->builtin, utterance);
}

static void
assert_answer (Fixture *fixture, const char *text, const char *expected)
{
  g_autofree char *said = answer (fixture, text);

  g_assert_cmpstr (said, ==, expected);
}

/* As it is typed, as it is said, and as the recogniser mishears it. */
static void
test_answers (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text, *answer;
  } cases[] = {
    { "what time is it", "It is 3:05 PM." },
    { "What's the time?", "It is 3:05 PM." },
    { "could you tell me the time please", "It is 3:05 PM." },
    { "what the time is it", "It is 3:05 PM." },
    { "what time will it be in two hours", "It will be 5:05 PM." },
    { "what time is it going to be in ten minutes", "It will be 3:15 PM." },
    { "what time is it in Tokyo", "I only know the time here: it is 3:05 PM." },
    { "what's the time in New York", "I only know the time here: it is 3:05 PM." },
    { "what is the date today", "Today is Sunday, November 22, 2026." },
    { "what is the day to day", "Today is Sunday, November 22, 2026." },
    { "what day is it tomorrow", "Tomorrow is Monday, November 23, 2026." },
    { "what is seventeen times twenty three", "17 times 23 is 391." },
    { "what is ten divided by three", "10 divided by 3 is 3.3333." },
    { "9999999999999999 times 9999999999999999", "Those numbers are too large for me." },
    { "what is 9999999999999999 plus one", "Those numbers are too large for me." },
    { "what is ten to the power of five hundred", "Those numbers are too large for me." },
    { "1 divided by 0.0000000000000001", "Those numbers are too large for me." },
    { "what is one divided by zero", "That is not possible: nothing can be divided by zero." },
    { "good morning", "Good afternoon! What can I do for you?" },
    { "hello", "Good afternoon! What can I do for you?" },
    { "thank you very much", "You are welcome." },
    { "sent you very much", "My pleasure." },
    { "goodbye", "Goodbye!" },
    { "who are you", "I am Live Voice, the voice of this computer." },
    { "what's your name", "I am Live Voice, the voice of this computer." },
    { "stop please stop talking now", "OK." },
    { "how are you", "I am fine, thank you. How are you?" },
    { "cancel the timer", "There is no timer." },
    { "how much time is left", "There is no timer." },
    { "set a timer", "For how long? Say, for example, set a timer for two minutes." },
    { "set a timer for two days", "I can set timers from one second to one day." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_answer (fixture, cases[i].text, cases[i].answer);
}

static void
test_not_meant (Fixture *fixture, gconstpointer data)
{
  static const char *const others[] = {
    "the weather in the city was very good last year",
    "i would like to go to the market with my brother",
    "she was born in a small town near the river",
    "he wrote a book about the history of the war",
    "set the volume to thirty percent",
    "turn on the kitchen light",
    "",
    "xyzzy",
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    assert_answer (fixture, others[i], NULL);
}

static void
test_timer (Fixture *fixture, gconstpointer data)
{
  g_autofree char *announcement = lv_engine_builtin_timer_text (120);

  assert_answer (fixture, "set a timer for two minutes",
                 "OK, 2 minutes, starting now. Timers end with our conversation.");
  assert_answer (fixture, "how much time is left", "You have 2 minutes left.");
  assert_answer (fixture, "wake me in an hour", "OK, 1 hour, starting now.");
  assert_answer (fixture, "how long is left on the timer", "You have 2 minutes left.");
  assert_answer (fixture, "cancel all timers", "OK, all 2 timers are cancelled.");
  assert_answer (fixture, "set the timer for one second", "OK, 1 second, starting now.");
  lv_test_wait_flag ((gboolean *) &fixture->due);
  g_assert_cmpint (fixture->due, ==, 1);
  g_assert_cmpuint (lv_engine_timers_get_n (fixture->timers), ==, 0);
  g_assert_cmpstr (announcement, ==, "Your timer is done. It was set for 2 minutes.");
  for (guint i = 0; i < LV_ENGINE_MAX_TIMERS; i++)
    assert_answer (fixture, "set a timer for an hour", "OK, 1 hour, starting now.");
  assert_answer (fixture, "set a timer for an hour",
                 "There are too many timers already. Say cancel the timer first.");
}

static void
test_repeat (Fixture *fixture, gconstpointer data)
{
  assert_answer (fixture, "say that again", "I have not said anything yet.");
  lv_engine_builtin_remember (fixture->builtin, "The light is on.");
  assert_answer (fixture, "repeat that please", "The light is on.");
}

/* Long enough to be interrupted: 20 seconds are about 55 words. */
static void
test_long_answers (Fixture *fixture, gconstpointer data)
{
  static const char *const questions[] = { "tell me a story", "tell me his story",
                                           "tell me about yourself", "tell me a story" };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autofree char *said = answer (fixture, questions[i]);
      g_auto (GStrv) words = g_strsplit (said, " ", -1);

      g_assert_cmpuint (g_strv_length (words), >, 90);
    }
}

static void
test_chance (Fixture *fixture, gconstpointer data)
{
  g_autofree char *coin = answer (fixture, "flip a coin");
  g_autofree char *dice = answer (fixture, "roll a dice");
  g_autofree char *joke = answer (fixture, "tell me a joke");
  g_autofree char *other = answer (fixture, "tell me another joke");
  g_autofree char *excuse = lv_engine_builtin_excuse (fixture->builtin);

  g_assert_true (g_str_equal (coin, "Heads.") || g_str_equal (coin, "Tails."));
  g_assert_true (g_str_has_prefix (dice, "You rolled a "));
  g_assert_cmpstr (joke, !=, other);
  g_assert_true (g_str_has_prefix (excuse, "Sorry"));
}

/* The ears understand every phrase; and each phrase, said word by word, is understood. */
static void
test_sight (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) image = g_bytes_new_static ("no picture", 10);

  assert_answer (fixture, "what do you see", "I see nothing: nobody has shown me a picture yet.");
  assert_answer (fixture, "What is on this picture?",
                 "I see nothing: nobody has shown me a picture yet.");
  lv_engine_builtin_show (fixture->builtin, image);
  assert_answer (fixture, "Describe what you see.", "I was shown a picture, but I cannot read it.");
  lv_engine_builtin_show (fixture->builtin, NULL);
  assert_answer (fixture, "can you see my screen",
                 "I see nothing: nobody has shown me a picture yet.");
}

static void
test_phrases (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) phrases = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineDecoder) decoder = lv_engine_decoder_new (&error);

  g_assert_no_error (error);
  lv_engine_builtin_add_phrases (fixture->builtin, phrases);
  g_assert_cmpuint (phrases->len, >, 40);
  for (guint i = 0; i < phrases->len; i++)
    {
      const char *one[] = { phrases->pdata[i], NULL };
      g_autoptr (GPtrArray) sentences = lv_engine_utterance_expand (phrases->pdata[i]);

      g_test_message ("%s", one[0]);
      g_assert_true (lv_engine_decoder_set_phrases (decoder, one));
      for (guint j = 0; j < sentences->len; j++)
        {
          g_autofree char *sentence = g_strjoinv (" ", sentences->pdata[j]);
          g_autoptr (GString) text = g_string_new (sentence);
          g_autofree char *said = NULL;

          g_string_replace (text, LV_ENGINE_NUMBER, "twenty two", 0);
          said = answer (fixture, text->str);
          g_assert_nonnull (said);
        }
    }
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/builtin/answers", test_answers },
    { "/builtin/not-meant", test_not_meant },
    { "/builtin/timer", test_timer },
    { "/builtin/repeat", test_repeat },
    { "/builtin/long-answers", test_long_answers },
    { "/builtin/chance", test_chance },
    { "/builtin/sight", test_sight },
    { "/builtin/phrases", test_phrases },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
