/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-decoder-pool.h"
#include "engine/lv-engine-phones.h"
#include "lib/lv-test-wav.h"

#include <string.h>
#include <time.h>

static const char *const phrases[] = {
  "what time is it",
  "what is the date [today]",
  "what is <number> (plus | minus | times | divided by) <number>",
  "set the volume to <number> percent",
  "turn (on | off) the (kitchen | bedroom) light",
  "set a timer for <number> (seconds | minutes | hours)",
  "cancel the timer",
  "tell me (a story | a joke | about yourself)",
  "stop [talking] [please]",
  "thank you [very much]",
  "what can you do",
  NULL,
};

static const struct {
  const char *file, *said;
  gboolean in_grammar;
} recordings[] = {
  { "ask-time", "what time is it", TRUE },
  { "ask-date", "what is the date today", TRUE },
  { "add", "what is seven times eight", TRUE },
  { "set-volume", "set the volume to thirty percent", TRUE },
  { "light-on", "turn on the kitchen light", TRUE },
  { "set-timer", "set a timer for two minutes", TRUE },
  { "tell-story", "tell me a story", TRUE },
  { "about", "tell me about yourself", TRUE },
  { "stop", "stop please stop talking now", FALSE },
  { "thanks", "thank you very much", TRUE },
  { "help", "what can you do", TRUE },
  { "open", "the weather in the city was very good last year", FALSE },
};

/* Thresholds of the whole set; what is measured is printed. */
#define MAX_WORD_ERRORS_OPEN 0.25 /* language model alone, on commands */
#define MAX_WORD_ERRORS_BOTH 0.05 /* with the grammar */
#define MAX_REALTIME 0.5          /* of one core */
#define MAX_END_MS 200            /* after the last sample */

typedef struct {
  guint words, errors, exact, n;
  double spoken_s, took_s, end_s;
} Score;

static guint
count_words (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  return g_strv_length (words);
}

static guint
word_errors (const char *said, const char *heard)
{
  g_auto (GStrv) x = g_strsplit (said, " ", -1);
  g_auto (GStrv) y = g_strsplit (heard, " ", -1);
  guint n = g_strv_length (x), m = g_strv_length (y);
  g_autofree guint *d = g_new0 (guint, (n + 1) * (m + 1));

  for (guint i = 0; i <= n; i++)
    for (guint j = 0; j <= m; j++)
      {
        guint *cell = d + i * (m + 1) + j;

        if (i == 0 || j == 0)
          *cell = i + j;
        else
          *cell = MIN (MIN (cell[-1], cell[-(int) m - 1]) + 1,
                       cell[-(int) m - 2] + !g_str_equal (x[i - 1], y[j - 1]));
      }
  return d[n * (m + 1) + m];
}

/* Time of this thread alone: others may keep the machine busy. */
static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static char *
hear (LvEngineDecoder *decoder, const char *file, Score *score)
{
  g_autoptr (GBytes) audio = lv_test_read_wav (file);
  gsize size;
  const gint16 *samples = g_bytes_get_data (audio, &size);
  gsize n = size / sizeof *samples;
  gint64 start = cpu_us (), last, end;
  char *text;

  lv_engine_decoder_begin (decoder);
  for (gsize at = 0; at < n; at += LV_CHUNK_FRAMES)
    lv_engine_decoder_feed (decoder, samples + at, MIN (LV_CHUNK_FRAMES, n - at));
  last = cpu_us ();
  text = lv_engine_decoder_end (decoder);
  end = cpu_us ();

  score->n++;
  score->spoken_s += (double) n / LV_RATE_IN;
  score->took_s += (end - start) / 1e6;
  score->end_s = MAX (score->end_s, (end - last) / 1e6);
  return text;
}

/* @n: of the recordings. @exact: what the grammar holds has to be heard to the word. */
static Score
hear_all (LvEngineDecoder *decoder, guint n, gboolean exact)
{
  Score score = { 0 };

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = hear (decoder, recordings[i].file, &score);
      guint errors = word_errors (recordings[i].said, text);

      if (exact && recordings[i].in_grammar)
        g_assert_cmpstr (text, ==, recordings[i].said);
      g_test_message ("%s: \"%s\"", recordings[i].file, text);
      score.errors += errors;
      score.exact += errors == 0;
      score.words += count_words (recordings[i].said);
    }
  g_test_message (
      "word errors %.1f %%, %u of %u exact, %.3f of real time, at most %.0f ms at the end",
      100.0 * score.errors / score.words, score.exact, score.n, score.took_s / score.spoken_s,
      score.end_s * 1000);
  return score;
}

static void
assert_quick (const Score *score)
{
  g_assert_cmpfloat (score->took_s / score->spoken_s, <, MAX_REALTIME);
  g_assert_cmpfloat (score->end_s * 1000, <, MAX_END_MS);
}

static void
test_open (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineDecoder) decoder = lv_engine_decoder_new (&error);
  Score score;

  g_assert_no_error (error);
  score = hear_all (decoder, G_N_ELEMENTS (recordings), FALSE);
  g_assert_cmpfloat ((double) score.errors / score.words, <, MAX_WORD_ERRORS_OPEN);
  assert_quick (&score);
}

/* What is said is one of many sentences, or none of them. */
static void
test_grammar (void)
{
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineDecoder) decoder = lv_engine_decoder_new (&error);
  Score score;

  g_assert_no_error (error);
  for (guint i = 0; phrases[i] != NULL; i++)
    g_ptr_array_add (many, g_strdup (phrases[i]));
  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (many,
                     g_strdup_printf ("%s the %s %s %s [to <number>]", i % 2 ? "move" : "open",
                                      i % 3 ? "garage" : "garden", i % 5 ? "window" : "gate",
                                      i % 7 ? "slowly" : "quickly"));
  g_ptr_array_add (many, NULL);
  g_assert_true (lv_engine_decoder_set_phrases (decoder, (const char *const *) many->pdata));
  score = hear_all (decoder, G_N_ELEMENTS (recordings), TRUE);
  g_assert_cmpfloat ((double) score.errors / score.words, <, MAX_WORD_ERRORS_BOTH);
  assert_quick (&score);
}

/* A grammar that holds none of what is said must not talk the language model out of it. */
static void
test_foreign_grammar (void)
{
  static const char *const foreign[] = { "open the garage door", "what is for dinner", "good night",
                                         "play the next song", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineDecoder) decoder = lv_engine_decoder_new (&error);
  Score score;

  g_assert_no_error (error);
  g_assert_true (lv_engine_decoder_set_phrases (decoder, foreign));
  score = hear_all (decoder, 4, FALSE);
  g_assert_cmpfloat ((double) score.errors / score.words, <, MAX_WORD_ERRORS_OPEN);
}

/* Words without a pronunciation, malformed and over-long phrases do no harm to the others. */
static void
test_odd_phrases (void)
{
  static const char *const odd[] = {
    "open the xylofrob wifi panel",
    "Capital 1",
    "",
    "<b>",
    "(a | b",
    "a ) b",
    "[a)",
    "a || b",
    "()",
    "a |",
    "what time is it",
    NULL,
  };
  static const char *const useless[] = { "1234", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineDecoder) decoder = lv_engine_decoder_new (&error);
  g_autofree char *text = NULL;
  Score score = { 0 };

  g_assert_no_error (error);
  g_assert_true (lv_engine_decoder_set_phrases (decoder, odd));
  text = hear (decoder, "ask-time", &score);
  g_assert_cmpstr (text, ==, "what time is it");

  g_assert_false (lv_engine_decoder_set_phrases (decoder, useless));
  g_clear_pointer (&text, g_free);
  text = hear (decoder, "help", &score);
  g_assert_cmpstr (text, ==, "what can you do");
}

static void
test_silence (void)
{
  static const gint16 silence[LV_RATE_IN];
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineDecoder) decoder = lv_engine_decoder_new (&error);
  g_autofree char *empty = NULL, *text = NULL;

  g_assert_no_error (error);
  g_assert_true (lv_engine_decoder_set_phrases (decoder, phrases));
  lv_engine_decoder_begin (decoder);
  empty = lv_engine_decoder_end (decoder);
  g_assert_cmpstr (empty, ==, "");

  lv_engine_decoder_begin (decoder);
  lv_engine_decoder_feed (decoder, silence, G_N_ELEMENTS (silence));
  text = lv_engine_decoder_end (decoder);
  g_assert_cmpstr (text, ==, "");
}

/* Each word with its time, in order, within the sound; whichever hypothesis was the better one. */
static void
test_words (void)
{
  g_autoptr (LvEngineDecoder) decoder = lv_engine_decoder_new (NULL);
  g_autoptr (GBytes) audio = lv_test_read_wav ("add");
  const gint64 length_us =
      lv_pcm_frames_to_us (g_bytes_get_size (audio) / LV_BYTES_PER_FRAME, LV_RATE_IN);

  for (guint i = 0; i < 2; i++)
    {
      Score score = { 0 };
      g_autofree char *text = hear (decoder, "add", &score);
      g_autoptr (GPtrArray) words = lv_engine_decoder_dup_words (decoder);
      g_auto (GStrv) expected = g_strsplit (text, " ", -1);
      gint64 before = 0;

      g_assert_cmpuint (words->len, ==, g_strv_length (expected));
      g_assert_cmpuint (words->len, >, 3);
      for (guint j = 0; j < words->len; j++)
        {
          const LvWord *word = words->pdata[j];

          g_assert_cmpstr (word->text, ==, expected[j]);
          g_assert_cmpint (word->start_us, >=, before);
          g_assert_cmpint (word->end_us, >, word->start_us);
          before = word->end_us;
        }
      g_assert_cmpint (before, <=, length_us);
      lv_engine_decoder_set_phrases (decoder, phrases);
    }
}

/* A word that no dictionary has is understood when it was announced. */
static void
test_vocabulary (void)
{
  static const char *const vocabulary[] = { "Mandelbox", "Kelvinox", NULL };
  g_autoptr (LvEngineDecoder) decoder = lv_engine_decoder_new (NULL);
  Score score = { 0 };
  g_autofree char *before = hear (decoder, "vocabulary", &score);
  g_autofree char *after = NULL;

  g_assert_null (lv_engine_decoder_get_vocabulary (decoder));
  lv_engine_decoder_set_vocabulary (decoder, vocabulary);
  after = hear (decoder, "vocabulary", &score);
  g_test_message ("without: \"%s\", with: \"%s\"", before, after);
  g_assert_null (strstr (before, "mandelbox"));
  g_assert_nonnull (strstr (after, "mandelbox"));
  g_assert_true (
      g_strv_equal (lv_engine_decoder_get_vocabulary (decoder), (const char *const *) vocabulary));
}

/* Who has a vocabulary does not get the decoder of others, and they not his. */
static void
test_pool (void)
{
  static const char *const mine[] = { "mandelbox", NULL }, *const yours[] = { "kelvinox", NULL };
  static const char *const *const wanted[] = { NULL, mine, yours, mine };
  LvEngineDecoderPool *pool = lv_engine_decoder_pool_get_default ();

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      LvEngineDecoder *decoder = lv_engine_decoder_pool_take (pool, wanted[i], NULL);
      const char *const *has = lv_engine_decoder_get_vocabulary (decoder);

      g_assert_true (has == wanted[i] || g_strv_equal (has, wanted[i]));
      lv_engine_decoder_pool_give (pool, decoder);
    }
  g_assert_cmpuint (lv_engine_decoder_pool_get_n_loaded (pool), ==, 2);
  lv_engine_decoder_pool_trim (pool);
  g_assert_cmpuint (lv_engine_decoder_pool_get_n_loaded (pool), ==, 0);
}

static void
test_phones (void)
{
  static const struct {
    const char *word, *phones;
  } words[] = {
    { "wifi", "W AY F AY" }, { "light", "L AY T" }, { "phone", "F OW N" }, { "knob", "N AA B" },
    { "brake", "B R EY K" }, { "x", "Z" },          { "", NULL },          { "'", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *phones = lv_engine_phones_guess (words[i].word);

      g_assert_cmpstr (phones, ==, words[i].phones);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decoder/open", test_open);
  g_test_add_func ("/decoder/grammar", test_grammar);
  g_test_add_func ("/decoder/foreign-grammar", test_foreign_grammar);
  g_test_add_func ("/decoder/odd-phrases", test_odd_phrases);
  g_test_add_func ("/decoder/silence", test_silence);
  g_test_add_func ("/decoder/words", test_words);
  g_test_add_func ("/decoder/vocabulary", test_vocabulary);
  g_test_add_func ("/decoder/pool", test_pool);
  g_test_add_func ("/decoder/phones", test_phones);
  return g_test_run ();
}
