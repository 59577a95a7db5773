/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-words.h"

#include <string.h>

#define LIKE_STEM 0.95
#define LIKE_SYNONYM 0.85
#define LIKE_MISHEARD 0.7
#define MAX_WORD 64 /* bytes that are compared */

static const struct {
  const char *written, *words;
} contractions[] = {
  { "what's", "what is" }, { "it's", "it is" },     { "that's", "that is" },
  { "who's", "who is" },   { "how's", "how is" },   { "where's", "where is" },
  { "i'm", "i am" },       { "you're", "you are" }, { "don't", "do not" },
  { "can't", "can not" },  { "let's", "let us" },   { "i'd", "i would" },
  { "i'll", "i will" },    { "whats", "what is" },  { "won't", "will not" },
  { "cannot", "can not" },
};

static const struct {
  const char *sign, *words;
} operators[] = {
  { "+", " plus " },
  { "*", " times " },
  { "\303\227", " times " },
  { "/", " divided by " },
  { "\303\267", " divided by " },
  { "%", " percent " },
  { "\302\260", " degrees " },
  { "\342\200\231", "'" },
};

/* One group a line: words that ask for the same thing. */
static const char *const synonyms[] = {
  "turn switch put",
  "increase raise louder brighter",
  "decrease lower reduce quieter dim",
  "start begin launch open run",
  "stop end halt",
  "quit close exit",
  "get what fetch check read query tell show list display find look",
  "set change make adjust",
  "delete remove erase cancel clear",
  "create add new make write",
  "light lamp",
  "volume loudness sound",
  "music song track tune",
  "message text mail note",
  "picture photo image",
  "screen display monitor",
};

static const struct {
  double weight;
  const char *words;
} weights[] = {
  { 0.1, "the a an please uh um well so just now hey some any" },
  { 0.35, "is are am was be it you me my your i to of for in at and do does can could would will "
          "us that this there have has with today tonight again" },
  { 0.6, "what how who when where which on off up down not" },
};

static gboolean
line_contains (const char *line, const char *word)
{
  gsize n = strlen (word);

  for (const char *p = strstr (line, word); p != NULL && n > 0; p = strstr (p + 1, word))
    if ((p == line || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
      return TRUE;
  return FALSE;
}

/* ---- splitting ---- */

static const char *
contraction (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (contractions); i++)
    if (g_str_equal (contractions[i].written, word))
      return contractions[i].words;
  return NULL;
}

static void
add_words (GPtrArray *words, const char *word)
{
  g_autofree char *lower = g_utf8_strdown (word, -1);
  const char *full = contraction (lower);
  g_auto (GStrv) parts = g_strsplit (full != NULL ? full : word, " ", -1);

  for (guint i = 0; parts[i] != NULL && words->len < LV_ENGINE_MAX_WORDS; i++)
    if (parts[i][0] != '\0')
      g_ptr_array_add (words, g_strdup (parts[i]));
}

/* A point or comma between digits, a minus before one, an apostrophe between letters. */
static gboolean
belongs_to_word (const char *start, const char *p)
{
  gboolean after_digit = p > start && g_ascii_isdigit (p[-1]);

  if (*p == '.' || *p == ',')
    return after_digit && g_ascii_isdigit (p[1]);
  if (*p == '-')
    return !after_digit && (p == start || p[-1] == ' ') && g_ascii_isdigit (p[1]);
  return *p == '\'' && p > start && g_ascii_isalpha (p[-1]) && g_ascii_isalpha (p[1]);
}

static char *
spell_operators (const char *text)
{
  GString *spelled = g_string_new (text);

  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    g_string_replace (spelled, operators[i].sign, operators[i].words, 0);
  return g_string_free (spelled, FALSE);
}

char **
lv_engine_words_split_as_written (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *spelled = spell_operators (valid);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GString) word = g_string_new (NULL);

  for (const char *p = spelled;; p = g_utf8_next_char (p))
    {
      if (g_unichar_isalnum (g_utf8_get_char (p)) || belongs_to_word (spelled, p))
        {
          if (*p != ',')
            g_string_append_len (word, p, g_utf8_next_char (p) - p);
          continue;
        }
      add_words (words, word->str);
      g_string_truncate (word, 0);
      if (*p == '\0')
        break;
    }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_steal (words, NULL);
}

char **
lv_engine_words_split (const char *text)
{
  char **words = lv_engine_words_split_as_written (text);

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *lower = g_utf8_strdown (words[i], -1);

      g_free (words[i]);
      words[i] = lower;
    }
  return words;
}

char **
lv_engine_words_split_name (const char *name)
{
  g_autoptr (GString) spaced = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p++)
    {
      if (p > name && ((g_ascii_isupper (*p) && g_ascii_islower (p[-1])) ||
                       (g_ascii_isdigit (*p) && !g_ascii_isdigit (p[-1]))))
        g_string_append_c (spaced, ' ');
      g_string_append_c (spaced, g_ascii_isalnum (*p) ? *p : ' ');
    }
  return lv_engine_words_split (spaced->str);
}

char *
lv_engine_words_join (const char *const *words, guint from, guint to)
{
  GString *joined = g_string_new (NULL);

  for (guint i = from; i < to; i++)
    g_string_append_printf (joined, "%s%s", i > from ? " " : "", words[i]);
  return g_string_free (joined, FALSE);
}

/* ---- comparing ---- */

static gsize
stem_length (const char *word)
{
  static const char *const endings[] = { "ings", "ing", "ers", "er", "ed", "es", "'s", "s", "e" };
  gsize n = strlen (word);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      gsize m = strlen (endings[i]);

      if (n >= m + 3 && g_str_has_suffix (word, endings[i]))
        return n - m;
    }
  return n;
}

static gboolean
same_stem (const char *a, const char *b)
{
  gsize n = stem_length (a), m = stem_length (b);

  return n == m && n >= 3 && strncmp (a, b, n) == 0;
}

static gboolean
are_synonyms (const char *a, const char *b)
{
  for (guint i = 0; i < G_N_ELEMENTS (synonyms); i++)
    if (line_contains (synonyms[i], a) && line_contains (synonyms[i], b))
      return TRUE;
  return FALSE;
}

/* Letters to change, add, drop or swap with the next; words are short. */
static guint
edit_distance (const char *a, const char *b)
{
  guint n = strlen (a), m = strlen (b);
  guint8 d[MAX_WORD + 1][MAX_WORD + 1];

  for (guint i = 0; i <= n; i++)
    for (guint j = 0; j <= m; j++)
      {
        if (i == 0 || j == 0)
          {
            d[i][j] = i + j;
            continue;
          }
        d[i][j] =
            MIN (d[i - 1][j - 1] + (a[i - 1] != b[j - 1]), MIN (d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          d[i][j] = MIN (d[i][j], d[i - 2][j - 2] + 1);
      }
  return d[n][m];
}

static gboolean
is_near_miss (const char *a, const char *b)
{
  gsize n = strlen (a), m = strlen (b), longest = MAX (n, m);

  if (MIN (n, m) < 4 || longest > MAX_WORD || a[0] != b[0])
    return FALSE;
  return edit_distance (a, b) <= (longest >= 7 ? 2 : 1);
}

double
lv_engine_words_likeness (const char *a, const char *b)
{
  if (g_str_equal (a, b))
    return 1.0;
  if (a[0] == '<' || b[0] == '<')
    return 0.0;
  if (same_stem (a, b))
    return LIKE_STEM;
  if (are_synonyms (a, b))
    return LIKE_SYNONYM;
  return is_near_miss (a, b) ? LIKE_MISHEARD : 0.0;
}

double
lv_engine_words_weight (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    if (line_contains (weights[i].words, word))
      return weights[i].weight;
  return 1.0;
}

double
lv_engine_words_find (const char *const *words, const char *word, guint *ret_index)
{
  double best = 0.0;

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      double likeness = lv_engine_words_likeness (words[i], word);

      if (likeness <= best)
        continue;
      best = likeness;
      if (ret_index != NULL)
        *ret_index = i;
    }
  return best;
}

gboolean
lv_engine_words_contain (const char *const *words, const char *word)
{
  return words != NULL && g_strv_contains (words, word);
}
