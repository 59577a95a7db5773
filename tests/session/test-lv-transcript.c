/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-transcript.h"

#include <string.h>

#define RATE 24000
#define SECOND G_USEC_PER_SEC
#define WALL (G_GINT64_CONSTANT (1763800000) * SECOND)

typedef struct {
  LvTranscript *transcript;
  gint64 now;
  guint n_changes;
  guint last_id;
} Fixture;

static gint64
stopped_clock (void)
{
  return WALL;
}

static void
on_changed (const LvTranscriptItem *item, gpointer data)
{
  Fixture *fixture = data;

  g_assert_cmpint (item->created_us, ==, WALL);
  g_assert_true (g_utf8_validate (item->text, -1, NULL));
  g_assert_cmpuint (strlen (item->text), <=, LV_TRANSCRIPT_ITEM_MAX);
  fixture->last_id = item->id;
  fixture->n_changes++;
}

static Fixture *
fixture_new (void)
{
  Fixture *fixture = g_new0 (Fixture, 1);

  fixture->transcript = lv_transcript_new (stopped_clock, on_changed, fixture);
  fixture->now = 1000 * SECOND;
  return fixture;
}

static void
fixture_free (Fixture *fixture)
{
  lv_transcript_free (fixture->transcript);
  g_free (fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
user (Fixture *fixture, const char *text)
{
  lv_transcript_add_user_delta (fixture->transcript, text, fixture->now);
}

static void
guess (Fixture *fixture, const char *text)
{
  lv_transcript_set_user_interim (fixture->transcript, text, fixture->now);
}

static void
model (Fixture *fixture, const char *text, double pushed_s)
{
  lv_transcript_add_model_delta (fixture->transcript, text, (guint64) (pushed_s * RATE));
}

static void
end_turn (Fixture *fixture, double pushed_s)
{
  lv_transcript_end_turn (fixture->transcript, (guint64) (pushed_s * RATE));
}

static guint
cut (Fixture *fixture, double heard_s, double pushed_s)
{
  return lv_transcript_cut (fixture->transcript, (guint64) (heard_s * RATE),
                            (guint64) (pushed_s * RATE));
}

/* "u:what time is it. m:It is" and so on: role, text, a full stop when final. Ids must rise. */
static char *
render (Fixture *fixture, guint since)
{
  g_autoptr (GPtrArray) items = lv_transcript_list (fixture->transcript, since);
  GString *out = g_string_new (NULL);
  guint last_id = since;

  for (guint i = 0; i < items->len; i++)
    {
      const LvTranscriptItem *item = items->pdata[i];

      g_assert_cmpuint (item->id, >, last_id);
      last_id = item->id;
      g_string_append_printf (out, "%s%c:%s%s", i > 0 ? " " : "", lv_role_to_nick (item->role)[0],
                              item->text, item->final ? "." : "");
    }
  return g_string_free (out, FALSE);
}

static void
expect (Fixture *fixture, const char *expected)
{
  g_autofree char *rendered = render (fixture, 0);

  g_assert_cmpstr (rendered, ==, expected);
}

static void
test_order_as_spoken (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, " what");
  user (fixture, " time");
  expect (fixture, "u:what time");
  user (fixture, " is it");
  model (fixture, " It", 0.1);
  model (fixture, " is noon", 0.5);
  expect (fixture, "u:what time is it m:It is noon");
  end_turn (fixture, 1.0);
  expect (fixture, "u:what time is it. m:It is noon.");
}

/* The words of the question come while it is answered, and before that nothing at all. */
static void
test_late_words (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  model (fixture, "It is", 0.1);
  expect (fixture, "m:It is");
  user (fixture, "what time");
  model (fixture, " noon", 0.5);
  user (fixture, " is it");
  expect (fixture, "u:what time is it m:It is noon");
  end_turn (fixture, 1.0);
  user (fixture, "thanks");
  model (fixture, "you are welcome", 1.5);
  expect (fixture, "u:what time is it. m:It is noon. u:thanks m:you are welcome");
}

static void
test_words_before_and_during (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "what time");
  model (fixture, "It is", 0.1);
  user (fixture, " is it");
  expect (fixture, "u:what time is it m:It is");
}

/* The first words were final already when more of them came. */
static void
test_words_after_a_pause (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "what time");
  fixture->now += SECOND;
  g_assert_true (lv_transcript_tick (fixture->transcript, fixture->now));
  model (fixture, "It is", 0.1);
  user (fixture, " is it");
  expect (fixture, "u:what time. u:is it m:It is");
}

static void
test_quiet (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  g_assert_false (lv_transcript_tick (fixture->transcript, fixture->now));
  user (fixture, "hello");
  fixture->now += LV_TRANSCRIPT_QUIET_MS * 1000 - 1;
  g_assert_false (lv_transcript_tick (fixture->transcript, fixture->now));
  user (fixture, " there");
  fixture->now += LV_TRANSCRIPT_QUIET_MS * 1000 - 1;
  g_assert_false (lv_transcript_tick (fixture->transcript, fixture->now));
  expect (fixture, "u:hello there");
  fixture->now += 1;
  g_assert_true (lv_transcript_tick (fixture->transcript, fixture->now));
  g_assert_false (lv_transcript_tick (fixture->transcript, fixture->now));
  expect (fixture, "u:hello there.");
  user (fixture, " again");
  expect (fixture, "u:hello there. u:again");
}

static void
test_told_complete (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  lv_transcript_end_user (fixture->transcript);
  user (fixture, "hello");
  lv_transcript_end_user (fixture->transcript);
  expect (fixture, "u:hello.");
  model (fixture, "hi", 0.1);
  user (fixture, "there");
  expect (fixture, "u:hello. u:there m:hi");
}

static void
test_typed (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  lv_transcript_add (fixture->transcript, LV_ROLE_USER, "what time is it");
  model (fixture, "noon", 0.0);
  end_turn (fixture, 0.0);
  lv_transcript_add (fixture->transcript, LV_ROLE_SYSTEM, "a note");
  expect (fixture, "u:what time is it. m:noon. s:a note.");
  g_assert_cmpuint (fixture->last_id, ==, 3); /* no gaps where nothing can come late */
}

static void
test_typed_during_an_answer (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "tell a story");
  model (fixture, "once", 0.1);
  lv_transcript_add (fixture->transcript, LV_ROLE_USER, "a short one");
  model (fixture, " upon", 0.2);
  end_turn (fixture, 0.3);
  model (fixture, "the end", 0.4);
  expect (fixture, "u:tell a story. m:once upon. u:a short one. m:the end");
}

static void
test_interim (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  guess (fixture, "wet");
  guess (fixture, "what dime");
  expect (fixture, "u:what dime");
  user (fixture, "what time");
  expect (fixture, "u:what time");
  guess (fixture, "is hit");
  expect (fixture, "u:what time is hit");
  guess (fixture, "what time is it"); /* some guesses are of all that was said */
  expect (fixture, "u:what time is it");
  user (fixture, " is it");
  expect (fixture, "u:what time is it");
  guess (fixture, "");
  expect (fixture, "u:what time is it");
}

/* The words themselves are due after a guess; only their absence for long ends the item. */
static void
test_quiet_guess (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  guess (fixture, "what dime");
  fixture->now += LV_TRANSCRIPT_QUIET_MS * 1000;
  g_assert_false (lv_transcript_tick (fixture->transcript, fixture->now));
  user (fixture, "what time is it");
  expect (fixture, "u:what time is it");
  fixture->now += LV_TRANSCRIPT_QUIET_MS * 1000;
  g_assert_true (lv_transcript_tick (fixture->transcript, fixture->now));
  expect (fixture, "u:what time is it.");

  guess (fixture, "hm");
  fixture->now += LV_TRANSCRIPT_GUESS_MS * 1000;
  g_assert_true (lv_transcript_tick (fixture->transcript, fixture->now));
  expect (fixture, "u:what time is it. u:hm.");
}

static void
test_cumulative (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "what");
  user (fixture, "what time");
  user (fixture, "what time is it");
  expect (fixture, "u:what time is it");
  model (fixture, " It", 0.1);
  model (fixture, " It is", 0.2);
  model (fixture, " It is noon", 0.3);
  expect (fixture, "u:what time is it m:It is noon");
}

/* Repetition that is meant. */
static void
test_not_cumulative (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "no");
  user (fixture, " no");
  user (fixture, " no way");
  expect (fixture, "u:no no no way");
  model (fixture, "哈", 0.1);
  model (fixture, "哈", 0.2);
  expect (fixture, "u:no no no way m:哈哈");
}

static void
test_blank (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "");
  user (fixture, "  ");
  model (fixture, " ", 0.0);
  guess (fixture, "\n");
  expect (fixture, "");
  g_assert_cmpuint (fixture->n_changes, ==, 0);
  model (fixture, "\n one", 0.0);
  model (fixture, " ", 0.0);
  model (fixture, "two", 0.0);
  expect (fixture, "m:one two");
}

/* Words a second after the voice they belong to began: text runs behind. */
static void
test_cut_behind (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "count");
  model (fixture, "one two", 1.0);
  model (fixture, " three four", 2.0);
  model (fixture, " five six", 3.0);
  g_assert_cmpuint (cut (fixture, 2.0, 3.0), ==, 2);
  expect (fixture, "u:count. m:one two three four.");
  g_assert_cmpuint (cut (fixture, 2.0, 3.0), ==, 0); /* once */
}

/* The text of a sentence comes before its voice. */
static void
test_cut_ahead (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "count");
  model (fixture, "one two", 0.0);
  model (fixture, " three four", 1.0);
  model (fixture, " five six", 2.0);
  g_assert_cmpuint (cut (fixture, 2.0, 3.0), ==, 2);
  expect (fixture, "u:count. m:one two three four.");
}

/* All text at once, before any voice; half of the voice was heard. */
static void
test_cut_all_text_first (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "count");
  model (fixture, "one two", 0.0);
  model (fixture, " three four", 0.0);
  cut (fixture, 5.0, 10.0);
  expect (fixture, "u:count. m:one two.");

  user (fixture, "again");
  model (fixture, "one two", 10.0);
  model (fixture, " three four", 10.0);
  cut (fixture, 11.0, 20.0); /* a tenth: not one word */
  expect (fixture, "u:count. m:one two. u:again. m:.");
}

static void
test_cut_word_boundary (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "say it");
  model (fixture, "wonderful weather", 1.0);
  cut (fixture, 0.75, 1.0); /* within "weather" */
  expect (fixture, "u:say it. m:wonderful.");

  model (fixture, "wonderful", 2.0);
  g_assert_cmpuint (cut (fixture, 1.5, 2.0), >, 0); /* within the first word */
  g_assert_cmpuint (fixture->last_id, >, 2);

  model (fixture, "今日はとても良い天気です", 3.0); /* twelve characters, no spaces */
  cut (fixture, 2.5, 3.0);
  expect (fixture, "u:say it. m:wonderful. m:. m:今日はとても.");
}

static void
test_cut_nothing_heard (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "go");
  model (fixture, "one two", 1.0);
  g_assert_cmpuint (cut (fixture, 0.0, 1.0), ==, 2);
  expect (fixture, "u:go. m:.");
}

static void
test_cut_without_speaker (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "go");
  model (fixture, "one two", 0.0);
  g_assert_cmpuint (lv_transcript_cut (fixture->transcript, LV_HEARD_ALL, 0), ==, 2);
  expect (fixture, "u:go. m:one two.");
  g_assert_cmpuint (lv_transcript_cut (fixture->transcript, LV_HEARD_ALL, 0), ==, 0);
}

/* The turn is over for the server, but the voice still plays. */
static void
test_cut_after_the_turn (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "go");
  model (fixture, "one two", 1.0);
  model (fixture, " three four", 2.0);
  end_turn (fixture, 2.0);
  expect (fixture, "u:go. m:one two three four.");
  g_assert_cmpuint (cut (fixture, 1.0, 2.0), ==, 2);
  expect (fixture, "u:go. m:one two.");
}

static void
test_nothing_to_cut (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  g_assert_cmpuint (cut (fixture, 0.0, 0.0), ==, 0);
  user (fixture, "go");
  g_assert_cmpuint (cut (fixture, 0.0, 0.0), ==, 0);
  model (fixture, "one two", 1.0);
  end_turn (fixture, 1.0);
  g_assert_cmpuint (cut (fixture, 1.0, 1.0), ==, 0); /* all was heard */
  expect (fixture, "u:go. m:one two.");
}

/* Positions go on from turn to turn. */
static void
test_cut_second_turn (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "go");
  model (fixture, "one two", 1.0);
  end_turn (fixture, 5.0);
  user (fixture, "on");
  model (fixture, "three four", 6.0);
  model (fixture, " five", 7.0);
  cut (fixture, 6.0, 8.0);
  expect (fixture, "u:go. m:one two. u:on. m:three four.");
}

/* After an interruption: the new words follow the answer they cut, and belong to the next one. */
static void
test_barge_in (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "tell a story");
  model (fixture, "once upon a time", 1.0);
  cut (fixture, 0.5, 1.0);
  user (fixture, "stop");
  end_turn (fixture, 1.0);
  user (fixture, " it");
  model (fixture, "fine", 1.5);
  expect (fixture, "u:tell a story. m:once. u:stop it m:fine");
}

/* No words of the question ever came: those after the interruption are not of it. */
static void
test_barge_in_without_question (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  model (fixture, "once upon a time", 1.0);
  cut (fixture, 0.5, 1.0);
  user (fixture, "stop");
  expect (fixture, "m:once. u:stop");
}

static void
test_finish (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  user (fixture, "hello");
  model (fixture, "hi", 1.0);
  lv_transcript_finish (fixture->transcript);
  expect (fixture, "u:hello. m:hi.");
  user (fixture, "again");
  model (fixture, "one two", 1.0); /* positions began again */
  cut (fixture, 0.6, 1.0);
  expect (fixture, "u:hello. m:hi. u:again. m:one.");
}

static void
test_item_limit (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *words = g_strnfill (LV_TRANSCRIPT_ITEM_MAX - 2, 'a');
  g_autofree char *huge = g_strnfill (3 * LV_TRANSCRIPT_ITEM_MAX, 'b');
  g_autoptr (GPtrArray) items = NULL;

  user (fixture, "go");
  model (fixture, words, 1.0);
  model (fixture, " bb cc dd", 2.0);
  items = lv_transcript_list (fixture->transcript, 1);
  g_assert_cmpuint (items->len, ==, 2);
  g_assert_true (((LvTranscriptItem *) items->pdata[0])->final);
  g_assert_cmpstr (((LvTranscriptItem *) items->pdata[1])->text, ==, "bb cc dd");
  g_assert_cmpuint (cut (fixture, 1.5, 2.0), ==, 3);
  user (fixture, huge);
  lv_transcript_add (fixture->transcript, LV_ROLE_USER, huge);
  guess (fixture, huge);
  lv_transcript_finish (fixture->transcript);
}

static void
test_item_limit_utf8 (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GString) text = g_string_new ("x");

  while (text->len < 2 * LV_TRANSCRIPT_ITEM_MAX)
    g_string_append (text, "€");
  model (fixture, text->str, 1.0);
  user (fixture, text->str);
}

static void
test_count_limit (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GPtrArray) items = NULL;

  user (fixture, "open for ever");
  model (fixture, "me too", 1.0);
  for (guint i = 0; i < LV_TRANSCRIPT_MAX_ITEMS + 5; i++)
    lv_transcript_add (fixture->transcript, LV_ROLE_SYSTEM, "note");
  items = lv_transcript_list (fixture->transcript, 0);
  g_assert_cmpuint (items->len, ==, LV_TRANSCRIPT_MAX_ITEMS);
  g_assert_cmpuint (((LvTranscriptItem *) items->pdata[0])->id, ==, 8);
  user (fixture, "still here");
  model (fixture, "yes", 2.0);
  lv_transcript_finish (fixture->transcript);
}

static void
test_list_since (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *rendered = NULL;

  lv_transcript_add (fixture->transcript, LV_ROLE_USER, "one");
  lv_transcript_add (fixture->transcript, LV_ROLE_USER, "two");
  lv_transcript_add (fixture->transcript, LV_ROLE_USER, "three");
  rendered = render (fixture, 2);
  g_assert_cmpstr (rendered, ==, "u:three.");
}

/* What is put back is as it was, and new items follow it. */
static void
test_restore (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GPtrArray) items = NULL;
  g_autofree char *rendered = NULL;
  const LvTranscriptItem *item;

  lv_transcript_restore (fixture->transcript, 7, LV_ROLE_USER, "how are you", WALL - SECOND);
  lv_transcript_restore (fixture->transcript, 9, LV_ROLE_MODEL, "fine", WALL);
  g_assert_cmpuint (fixture->n_changes, ==, 0);
  g_assert_cmpuint (lv_transcript_get_last_id (fixture->transcript), ==, 9);
  lv_transcript_add (fixture->transcript, LV_ROLE_USER, "good");
  g_assert_cmpuint (fixture->last_id, ==, 10);
  lv_transcript_restore (fixture->transcript, 3, LV_ROLE_USER, "of another time", WALL);
  items = lv_transcript_list (fixture->transcript, 0);
  item = items->pdata[0];
  g_assert_cmpuint (item->id, ==, 7);
  g_assert_cmpint (item->created_us, ==, WALL - SECOND);
  item = items->pdata[3];
  g_assert_cmpuint (item->id, ==, 11);
  rendered = render (fixture, 0);
  g_assert_cmpstr (rendered, ==, "u:how are you. m:fine. u:good. u:of another time.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transcript/order-as-spoken", test_order_as_spoken);
  g_test_add_func ("/transcript/late-words", test_late_words);
  g_test_add_func ("/transcript/words-before-and-during", test_words_before_and_during);
  g_test_add_func ("/transcript/words-after-a-pause", test_words_after_a_pause);
  g_test_add_func ("/transcript/quiet", test_quiet);
  g_test_add_func ("/transcript/told-complete", test_told_complete);
  g_test_add_func ("/transcript/typed", test_typed);
  g_test_add_func ("/transcript/typed-during-an-answer", test_typed_during_an_answer);
  g_test_add_func ("/transcript/interim", test_interim);
  g_test_add_func ("/transcript/quiet-guess", test_quiet_guess);
  g_test_add_func ("/transcript/cumulative", test_cumulative);
  g_test_add_func ("/transcript/not-cumulative", test_not_cumulative);
  g_test_add_func ("/transcript/blank", test_blank);
  g_test_add_func ("/transcript/cut-behind", test_cut_behind);
  g_test_add_func ("/transcript/cut-ahead", test_cut_ahead);
  g_test_add_func ("/transcript/cut-all-text-first", test_cut_all_text_first);
  g_test_add_func ("/transcript/cut-word-boundary", test_cut_word_boundary);
  g_test_add_func ("/transcript/cut-nothing-heard", test_cut_nothing_heard);
  g_test_add_func ("/transcript/cut-without-speaker", test_cut_without_speaker);
  g_test_add_func ("/transcript/cut-after-the-turn", test_cut_after_the_turn);
  g_test_add_func ("/transcript/nothing-to-cut", test_nothing_to_cut);
  g_test_add_func ("/transcript/cut-second-turn", test_cut_second_turn);
  g_test_add_func ("/transcript/barge-in", test_barge_in);
  g_test_add_func ("/transcript/barge-in-without-question", test_barge_in_without_question);
  g_test_add_func ("/transcript/finish", test_finish);
  g_test_add_func ("/transcript/item-limit", test_item_limit);
  g_test_add_func ("/transcript/item-limit-utf8", test_item_limit_utf8);
  g_test_add_func ("/transcript/count-limit", test_count_limit);
  g_test_add_func ("/transcript/list-since", test_list_since);
  g_test_add_func ("/transcript/restore", test_restore);
  return g_test_run ();
}
