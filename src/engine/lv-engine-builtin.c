/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-builtin.h"

#include "engine/lv-engine-arithmetic.h"
#include "engine/lv-engine-numbers.h"
#include "engine/lv-engine-phrases.h"
#include "engine/lv-engine-sight.h"
#include "engine/lv-engine-texts.h"
#include "engine/lv-engine-words.h"

#include <math.h>
#include <string.h>

struct _LvEngineBuiltin {
  LvEngineTimers *timers; /* borrowed */
  LvEngineClock clock;
  gpointer clock_data;

  char *language; /* NULL: English */
  char *last_answer;
  GBytes *image; /* NULL: none was shown */
  gboolean timer_explained;
  guint next_text[LV_ENGINE_N_TEXTS]; /* so that a joke is not told twice in a row */

  /* of the last match */
  guint matched;
  double result;
  char *question;

  GPtrArray *sentences; /* for each phrase: GPtrArray of char ** */
};

typedef char *(*Reply) (LvEngineBuiltin *self, const LvEngineUtterance *utterance);

/* ---- replies ---- */

static char *
next_text (LvEngineBuiltin *self, LvEngineText kind)
{
  return g_strdup (lv_engine_text (kind, self->next_text[kind]++));
}

static GDateTime *
now (LvEngineBuiltin *self)
{
  return self->clock != NULL ? self->clock (self->clock_data) : g_date_time_new_now_local ();
}

/* "in Tokyo", but not "in two hours" */
static gboolean
is_elsewhere (const LvEngineUtterance *utterance)
{
  guint at;

  return lv_engine_words_find ((const char *const *) utterance->tokens, "in", &at) == 1.0 &&
         at + 1 < utterance->n_tokens && utterance->tokens[at + 1][0] != '<';
}

/* The time now, or in two hours. */
static GDateTime *
find_time (LvEngineBuiltin *self, const LvEngineUtterance *utterance, gboolean *ret_later)
{
  double seconds = 0;
  g_autoptr (GDateTime) today = now (self);

  *ret_later = lv_engine_utterance_get_value (utterance, LV_ENGINE_DURATION, &seconds);
  return g_date_time_add_seconds (today, seconds);
}

/* Today, tomorrow or yesterday. */
static GDateTime *
find_day (LvEngineBuiltin *self, const LvEngineUtterance *utterance, int *ret_offset)
{
  const char *const *words = (const char *const *) utterance->words;
  g_autoptr (GDateTime) today = now (self);

  *ret_offset =
      lv_engine_words_contain (words, "tomorrow") - lv_engine_words_contain (words, "yesterday");
  return g_date_time_add_days (today, *ret_offset);
}

static char *
tell_time (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  gboolean later;
  g_autoptr (GDateTime) time = find_time (self, utterance, &later);
  const char *head = later                      ? "It will be"
                     : is_elsewhere (utterance) ? "I only know the time here: it is"
                                                : "It is";

  return g_strdup_printf ("%s %d:%02d %s.", head, (g_date_time_get_hour (time) + 11) % 12 + 1,
                          g_date_time_get_minute (time),
                          g_date_time_get_hour (time) < 12 ? "AM" : "PM");
}

static char *
tell_date (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  static const char *const weekdays[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday" };
  static const char *const months[] = { "January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December" };
  int offset;
  g_autoptr (GDateTime) day = find_day (self, utterance, &offset);
  const char *relation = offset > 0 ? "Tomorrow is" : offset < 0 ? "Yesterday was" : "Today is";

  return g_strdup_printf ("%s %s, %s %d, %d.", relation,
                          weekdays[g_date_time_get_day_of_week (day) - 1],
                          months[g_date_time_get_month (day) - 1],
                          g_date_time_get_day_of_month (day), g_date_time_get_year (day));
}

static char *
tell_result (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  g_autofree char *result = lv_engine_number_to_text (round (self->result * 1e4) / 1e4);

  if (isnan (self->result))
    return g_strdup ("That has no answer among the real numbers.");
  if (isinf (self->result))
    return g_strdup ("That is not possible: nothing can be divided by zero.");
  if (fabs (self->result) >= LV_ENGINE_NUMBER_MAX)
    return g_strdup ("Those numbers are too large for me.");
  return g_strdup_printf ("%c%s is %s.", g_ascii_toupper (self->question[0]), self->question + 1,
                          result);
}

static char *
set_timer (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  double seconds = 0;
  const char *explanation;
  g_autofree char *duration = NULL;

  if (!lv_engine_utterance_get_value (utterance, LV_ENGINE_DURATION, &seconds))
    return g_strdup ("For how long? Say, for example, set a timer for two minutes.");
  if (lv_engine_timers_get_n (self->timers) >= LV_ENGINE_MAX_TIMERS)
    return g_strdup ("There are too many timers already. Say cancel the timer first.");
  if (!lv_engine_timers_add (self->timers, seconds))
    return g_strdup ("I can set timers from one second to one day.");
  duration = lv_engine_duration_to_text (seconds);
  explanation = self->timer_explained ? "" : " Timers end with our conversation.";
  self->timer_explained = TRUE;
  return g_strdup_printf ("OK, %s, starting now.%s", duration, explanation);
}

static char *
cancel_timer (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  guint n = lv_engine_timers_cancel (self->timers);

  if (n == 0)
    return g_strdup ("There is no timer.");
  return n == 1 ? g_strdup ("OK, the timer is cancelled.")
                : g_strdup_printf ("OK, all %u timers are cancelled.", n);
}

static char *
tell_timer (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  gint64 left = lv_engine_timers_get_left (self->timers);
  g_autofree char *duration = NULL;

  if (left < 0)
    return g_strdup ("There is no timer.");
  duration = lv_engine_duration_to_text (left);
  return g_strdup_printf ("You have %s left.", duration);
}

char *
lv_engine_builtin_timer_text (gint64 seconds)
{
  g_autofree char *duration = lv_engine_duration_to_text (seconds);

  return g_strdup_printf ("Your timer is done. It was set for %s.", duration);
}

static char *
repeat (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  return g_strdup (self->last_answer != NULL ? self->last_answer : "I have not said anything yet.");
}

static char *
greet (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  g_autoptr (GDateTime) time = now (self);
  int hour = g_date_time_get_hour (time);
  const char *day = hour < 5 || hour >= 18 ? "evening" : hour < 12 ? "morning" : "afternoon";

  return g_strdup_printf ("Good %s! What can I do for you?", day);
}

static char *
flip_coin (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  return g_strdup (g_random_boolean () ? "Heads." : "Tails.");
}

static char *
roll_dice (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  return g_strdup_printf ("You rolled a %d.", g_random_int_range (1, 7));
}

static char *
pick_number (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  return g_strdup_printf ("%d.", g_random_int_range (1, 101));
}

static char *
tell_sight (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  return lv_engine_sight_describe (self->image);
}

#define DEFINE_TEXT_REPLY(name, kind)                                                              \
  static char *name (LvEngineBuiltin *self, const LvEngineUtterance *utterance)                    \
  {                                                                                                \
    return next_text (self, kind);                                                                 \
  }

DEFINE_TEXT_REPLY (tell_help, LV_ENGINE_TEXT_HELP)
DEFINE_TEXT_REPLY (tell_story, LV_ENGINE_TEXT_STORY)
DEFINE_TEXT_REPLY (tell_about, LV_ENGINE_TEXT_ABOUT)
DEFINE_TEXT_REPLY (tell_joke, LV_ENGINE_TEXT_JOKE)
DEFINE_TEXT_REPLY (tell_name, LV_ENGINE_TEXT_NAME)
DEFINE_TEXT_REPLY (tell_feeling, LV_ENGINE_TEXT_FEELING)
DEFINE_TEXT_REPLY (take_thanks, LV_ENGINE_TEXT_WELCOME)
DEFINE_TEXT_REPLY (say_goodbye, LV_ENGINE_TEXT_GOODBYE)
DEFINE_TEXT_REPLY (obey_stop, LV_ENGINE_TEXT_STOPPED)
DEFINE_TEXT_REPLY (acknowledge, LV_ENGINE_TEXT_ACKNOWLEDGE)
DEFINE_TEXT_REPLY (explain_offline, LV_ENGINE_TEXT_OFFLINE)

/* ---- the table ---- */

static const struct {
  Reply reply;
  const char *phrase;
} table[] = {
  { tell_time, "what time is it [now]" },
  { tell_time, "(what is | tell me) the [current] time" },
  { tell_time, "do you know what time it is" },
  { tell_time, "what time will it be in <duration>" },
  { tell_time, "what (time is it | is the time) in" }, /* some other town */
  { tell_date, "what [is the] (day | date) is it [today]" },
  { tell_date, "what is (the date | the day | today's date) [today | tomorrow]" },
  { tell_date, "what (day | date) (is today | is tomorrow | was yesterday)" },
  { tell_date, "tell me the date" },
  { tell_date, "what (year | month) is it" },
  { set_timer, "(set | start | create) a timer [for <duration>]" },
  { set_timer, "(set a <duration> timer | timer <duration>)" },
  { set_timer, "(wake me | remind me | tell me) in <duration>" },
  { cancel_timer, "(cancel | stop | delete) (the timer | all timers | my timer)" },
  { tell_timer, "how (much time | long) is left [on the timer]" },
  { tell_timer, "how long (does | will) the timer (have left | take)" },
  { tell_timer, "is there a timer" },
  { repeat, "(repeat that | say that again | say it again | repeat)" },
  { repeat, "(what did you say | pardon | come again)" },
  { tell_help, "what can you do" },
  { tell_help, "(help | help me)" },
  { tell_help, "what can i (say | ask | ask you)" },
  { tell_help, "how (do you work | can you help me)" },
  { greet, "(hello | hi) [there]" },
  { greet, "good (morning | afternoon | evening)" },
  { tell_feeling, "how are you [today | doing]" },
  { tell_feeling, "how (is it going | do you do)" },
  { take_thanks, "(thank you | thanks) [very much | a lot]" },
  { say_goodbye, "(goodbye | bye | bye bye | see you later | good night)" },
  { tell_name, "what is your name" },
  { tell_name, "who are you" },
  { tell_about, "tell me (about yourself | something about yourself | more about you)" },
  { tell_about, "what are you" },
  { tell_sight, "what (do you see | can you see) [here | now]" },
  { tell_sight, "(describe the picture | describe what you see | look at this)" },
  { tell_sight, "can you see (this | my screen | the picture)" },
  { tell_sight, "what is (on | in) (this | the) (picture | photo | image)" },
  { tell_joke, "tell me (a joke | another joke | something funny)" },
  { tell_joke, "(make me laugh | do you know a joke)" },
  { tell_story, "tell me (a story | another story | a long story)" },
  { tell_story, "(tell a story | read me a story)" },
  { flip_coin, "(flip | toss) a coin" },
  { flip_coin, "heads or tails" },
  { roll_dice, "(roll | throw) (a dice | the dice | a die)" },
  { pick_number, "(pick | give me | tell me) a [random] number" },
  { obey_stop, "(stop | stop it | stop please | stop talking | please stop)" },
  { obey_stop, "(be quiet | shut up | that is enough)" },
  { obey_stop, "stop please stop talking now" },
  { acknowledge, "(okay | yes | no | all right | never mind | great | good | cool)" },
  { explain_offline, "what is the weather [like] [today | tomorrow]" },
  { explain_offline, "(search the web | what is in the news)" },
};

/* ---- other languages ---- */

static char *
say (LvEngineBuiltin *self, LvEnginePhrase phrase, const char *value)
{
  return lv_engine_phrases_get (self->language, phrase, value);
}

static char *
tell_foreign_time (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  gboolean later;
  g_autoptr (GDateTime) time = find_time (self, utterance, &later);
  g_autofree char *clock = g_date_time_format (time, "%H:%M");

  return later ? g_steal_pointer (&clock) : say (self, LV_ENGINE_PHRASE_TIME, clock);
}

static char *
tell_foreign_date (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  int offset;
  g_autoptr (GDateTime) day = find_day (self, utterance, &offset);
  g_autofree char *date = lv_engine_phrases_dup_date (self->language, day);

  return offset != 0 ? g_steal_pointer (&date) : say (self, LV_ENGINE_PHRASE_TODAY, date);
}

static char *
tell_foreign_result (LvEngineBuiltin *self)
{
  g_autofree char *result = lv_engine_number_to_text (round (self->result * 1e4) / 1e4);
  const gboolean sound = isfinite (self->result) && fabs (self->result) < LV_ENGINE_NUMBER_MAX;

  return say (self, sound ? LV_ENGINE_PHRASE_RESULT : LV_ENGINE_PHRASE_EXCUSE, result);
}

/* The answers that there are in other languages. */
static const struct {
  Reply reply;
  Reply foreign; /* NULL: the phrase */
  LvEnginePhrase phrase;
} foreign_replies[] = {
  { tell_time, tell_foreign_time, 0 },
  { tell_date, tell_foreign_date, 0 },
  { greet, NULL, LV_ENGINE_PHRASE_HELLO },
  { tell_feeling, NULL, LV_ENGINE_PHRASE_FEELING },
  { take_thanks, NULL, LV_ENGINE_PHRASE_WELCOME },
  { say_goodbye, NULL, LV_ENGINE_PHRASE_GOODBYE },
  { obey_stop, NULL, LV_ENGINE_PHRASE_OK },
  { acknowledge, NULL, LV_ENGINE_PHRASE_OK },
};

static char *
answer_foreign (LvEngineBuiltin *self, Reply reply, const LvEngineUtterance *utterance)
{
  for (guint i = 0; i < G_N_ELEMENTS (foreign_replies); i++)
    if (foreign_replies[i].reply == reply && foreign_replies[i].foreign != NULL)
      return foreign_replies[i].foreign (self, utterance);
    else if (foreign_replies[i].reply == reply)
      return say (self, foreign_replies[i].phrase, NULL);
  return say (self, LV_ENGINE_PHRASE_ENGLISH_ONLY, NULL);
}

/* ---- matching ---- */

/* Arithmetic is recognised by its own grammar, not by likeness. */
static const char *const arithmetic_phrases[] = {
  "(what is | how much is) <number> (plus | minus | times | multiplied by | divided by) <number>",
  "(what is | how much is) <number> percent of <number>",
  "what is the square root of <number>",
};

static const char duration_rule[] = "(<number> (second | seconds | minute | minutes | hour | "
                                    "hours) | a minute | an hour | half an hour)";

#define MATCHED_ARITHMETIC G_N_ELEMENTS (table)

LvEngineBuiltin *
lv_engine_builtin_new (LvEngineTimers *timers, LvEngineClock clock, gpointer clock_data)
{
  LvEngineBuiltin *self = g_new0 (LvEngineBuiltin, 1);

  self->timers = timers;
  self->clock = clock;
  self->clock_data = clock_data;
  self->sentences = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_ptr_array_add (self->sentences, lv_engine_utterance_expand (table[i].phrase));
  return self;
}

void
lv_engine_builtin_free (LvEngineBuiltin *self)
{
  g_ptr_array_unref (self->sentences);
  g_free (self->language);
  g_free (self->last_answer);
  g_clear_pointer (&self->image, g_bytes_unref);
  g_free (self->question);
  g_free (self);
}

void
lv_engine_builtin_set_language (LvEngineBuiltin *self, const char *language)
{
  g_free (self->language);
  self->language = lv_engine_phrases_has (language) ? g_strdup (language) : NULL;
}

void
lv_engine_builtin_show (LvEngineBuiltin *self, GBytes *image)
{
  g_clear_pointer (&self->image, g_bytes_unref);
  self->image = image != NULL ? g_bytes_ref (image) : NULL;
}

double
lv_engine_builtin_match (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  double best = 0.0;

  self->matched = 0;
  g_clear_pointer (&self->question, g_free);
  if (lv_engine_arithmetic_evaluate ((const char *const *) utterance->words, &self->result,
                                     &self->question))
    {
      self->matched = MATCHED_ARITHMETIC;
      return 1.0;
    }
  for (guint i = 0; i < self->sentences->len; i++)
    {
      GPtrArray *sentences = self->sentences->pdata[i];

      for (guint j = 0; j < sentences->len; j++)
        {
          double likeness = lv_engine_utterance_likeness (utterance, sentences->pdata[j]);

          if (likeness <= best)
            continue;
          best = likeness;
          self->matched = i;
        }
    }
  return best;
}

char *
lv_engine_builtin_answer (LvEngineBuiltin *self, const LvEngineUtterance *utterance)
{
  if (self->matched == MATCHED_ARITHMETIC)
    return self->language != NULL ? tell_foreign_result (self) : tell_result (self, utterance);
  if (self->language != NULL && (table[self->matched].reply != repeat || self->last_answer == NULL))
    return answer_foreign (self, table[self->matched].reply, utterance);
  return table[self->matched].reply (self, utterance);
}

gboolean
lv_engine_builtin_get_calculation (LvEngineBuiltin *self, const char **ret_question,
                                   char **ret_result)
{
  char figures[G_ASCII_DTOSTR_BUF_SIZE];

  if (self->matched != MATCHED_ARITHMETIC || !isfinite (self->result) ||
      fabs (self->result) >= LV_ENGINE_NUMBER_MAX)
    return FALSE;
  *ret_question = self->question;
  *ret_result = g_strdup (g_ascii_formatd (figures, sizeof figures, "%.10g", self->result));
  return TRUE;
}

char *
lv_engine_builtin_excuse (LvEngineBuiltin *self)
{
  return self->language != NULL ? say (self, LV_ENGINE_PHRASE_EXCUSE, NULL)
                                : next_text (self, LV_ENGINE_TEXT_EXCUSE);
}

void
lv_engine_builtin_remember (LvEngineBuiltin *self, const char *answer)
{
  char *copy = g_strdup (answer);

  g_free (self->last_answer);
  self->last_answer = copy;
}

static void
add_phrase (GPtrArray *phrases, const char *phrase)
{
  GString *text = g_string_new (phrase);

  g_string_replace (text, LV_ENGINE_DURATION, duration_rule, 0);
  g_ptr_array_add (phrases, g_string_free (text, FALSE));
}

void
lv_engine_builtin_add_phrases (LvEngineBuiltin *self, GPtrArray *phrases)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    add_phrase (phrases, table[i].phrase);
  for (guint i = 0; i < G_N_ELEMENTS (arithmetic_phrases); i++)
    add_phrase (phrases, arithmetic_phrases[i]);
}
