/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-numbers.h"

#include <math.h>
#include <string.h>

static const char *const small_numbers[] = {
  "zero",     "one",     "two",     "three",     "four",     "five",     "six",
  "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
  "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
};
static const char *const tens[] = { NULL,    NULL,    "twenty",  "thirty", "forty",
                                    "fifty", "sixty", "seventy", "eighty", "ninety" };

static const struct {
  const char *word;
  gint64 value;
} scales[] = { { "billion", 1000000000 }, { "million", 1000000 }, { "thousand", 1000 } };

static const struct {
  const char *word;
  gint64 seconds;
} units[] = {
  { "second", 1 },  { "seconds", 1 },  { "minute", 60 }, { "minutes", 60 },
  { "hour", 3600 }, { "hours", 3600 }, { "day", 86400 }, { "days", 86400 },
};

static gboolean
is_word (const char *const *words, guint at, const char *word)
{
  return words[at] != NULL && g_str_equal (words[at], word);
}

static int
index_in (const char *const *names, guint n, const char *word)
{
  for (guint i = 0; word != NULL && i < n; i++)
    if (names[i] != NULL && g_str_equal (names[i], word))
      return i;
  return -1;
}

/* ---- words to number ---- */

/* "forty two", "seven" */
static guint
read_below_hundred (const char *const *words, gint64 *ret_value)
{
  int ten = index_in (tens, G_N_ELEMENTS (tens), words[0]);
  int one = index_in (small_numbers, G_N_ELEMENTS (small_numbers), words[ten >= 0 ? 1 : 0]);

  if (ten < 0)
    {
      *ret_value = MAX (one, 0);
      return one >= 0;
    }
  *ret_value = ten * 10 + (one > 0 && one < 10 ? one : 0);
  return one > 0 && one < 10 ? 2 : 1;
}

/* "three hundred and five", "a hundred" */
static guint
read_below_thousand (const char *const *words, gint64 *ret_value)
{
  gboolean article = is_word (words, 0, "a") && is_word (words, 1, "hundred");
  gint64 high = 1, low = 0;
  guint n = article ? 1 : read_below_hundred (words, &high), m;

  *ret_value = high;
  if (n == 0 || !is_word (words, n, "hundred"))
    return article ? 0 : n;
  *ret_value = high * 100;
  n++;
  m = is_word (words, n, "and");
  if (words[n] != NULL && words[n + m] != NULL && read_below_hundred (words + n + m, &low) > 0 &&
      low > 0)
    {
      *ret_value += low;
      n += m + read_below_hundred (words + n + m, &low);
    }
  return n;
}

static guint
read_scale (const char *const *words, guint at, gint64 *ret_value)
{
  for (guint i = 0; words[at] != NULL && i < G_N_ELEMENTS (scales); i++)
    if (g_str_equal (scales[i].word, words[at]))
      {
        *ret_value = scales[i].value;
        return 1;
      }
  return 0;
}

/* "two million three hundred thousand and five" */
static guint
read_whole (const char *const *words, gint64 *ret_value)
{
  gint64 sum = 0, last_scale = G_MAXINT64;
  guint n = 0;

  for (;;)
    {
      gint64 part = 1, scale = 1;
      guint skip = n > 0 && is_word (words, n, "and");
      gboolean article = n == 0 && is_word (words, 0, "a") && read_scale (words, 1, &scale) > 0;
      guint m = words[n + skip] == NULL ? 0
                : article               ? 1
                                        : read_below_thousand (words + n + skip, &part);

      if (m == 0)
        break;
      scale = 1;
      m += read_scale (words, n + skip + m, &scale);
      if (scale >= last_scale || (scale == 1 && part == 0 && n > 0))
        break;
      sum += part * scale;
      last_scale = scale;
      n += skip + m;
      if (scale == 1)
        break;
    }
  *ret_value = sum;
  return n;
}

/* "point one four" */
static guint
read_fraction (const char *const *words, double *value)
{
  double place = 0.1;
  guint n = 1;

  if (!is_word (words, 0, "point"))
    return 0;
  for (; words[n] != NULL; n++, place /= 10)
    {
      int digit = index_in (small_numbers, 10, is_word (words, n, "oh") ? "zero" : words[n]);

      if (digit < 0)
        break;
      *value += digit * place;
    }
  return n > 1 ? n : 0;
}

static guint
read_figures (const char *word, double *ret_value)
{
  char *end;
  double value;

  if (!g_ascii_isdigit (word[word[0] == '-']))
    return 0;
  value = g_ascii_strtod (word, &end);
  if (*end != '\0' || !isfinite (value))
    return 0;
  *ret_value = value;
  return 1;
}

static guint
read_unsigned (const char *const *words, double *ret_value)
{
  gint64 whole = 0, scale = 1;
  guint n;

  if (words[0] == NULL)
    return 0;
  if (read_figures (words[0], ret_value) > 0)
    {
      n = 1 + read_scale (words, 1, &scale);
      *ret_value *= scale;
      return n;
    }
  n = read_whole (words, &whole);
  *ret_value = whole;
  if (n > 0 || is_word (words, 0, "point"))
    n += read_fraction (words + n, ret_value);
  return n;
}

guint
lv_engine_number_read (const char *const *words, double *ret_value)
{
  gboolean negative = is_word (words, 0, "minus") || is_word (words, 0, "negative");
  guint n = read_unsigned (words + negative, ret_value);

  if (n > 0 && is_word (words, n + negative, "and") && is_word (words, n + negative + 1, "a") &&
      is_word (words, n + negative + 2, "half"))
    {
      *ret_value += 0.5;
      n += 3;
    }
  if (n > 0 && negative)
    *ret_value = -*ret_value;
  return n > 0 ? n + negative : 0;
}

/* ---- number to words ---- */

static void
add_below_thousand (GString *text, guint value)
{
  if (value >= 100)
    g_string_append_printf (text, "%s hundred%s", small_numbers[value / 100],
                            value % 100 ? " " : "");
  value %= 100;
  if (value >= 20)
    g_string_append_printf (text, "%s%s", tens[value / 10], value % 10 ? " " : "");
  if (value >= 20)
    value %= 10;
  if (value > 0)
    g_string_append (text, small_numbers[value]);
}

char *
lv_engine_number_to_words (gint64 value)
{
  GString *text = g_string_new (value < 0 ? "minus " : value == 0 ? "zero" : "");
  guint64 rest = ABS (value);

  for (guint i = 0; i < G_N_ELEMENTS (scales); i++)
    {
      if (rest < (guint64) scales[i].value)
        continue;
      add_below_thousand (text, rest / scales[i].value % 1000);
      rest %= scales[i].value;
      g_string_append_printf (text, " %s%s", scales[i].word, rest > 0 ? " " : "");
    }
  add_below_thousand (text, rest);
  return g_string_free (text, FALSE);
}

/* "1234567" gets its commas. */
static void
group_thousands (GString *figures)
{
  gssize start = figures->str[0] == '-';
  const char *point = strchr (figures->str, '.');
  gssize end = point != NULL ? point - figures->str : (gssize) figures->len;

  for (gssize at = end - 3; at > start; at -= 3)
    g_string_insert_c (figures, at, ',');
}

char *
lv_engine_number_to_text (double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  GString *text;

  if (!isfinite (value) || fabs (value) >= LV_ENGINE_NUMBER_MAX)
    return g_strdup_printf ("%.3g", value);
  text = g_string_new (g_ascii_formatd (buffer, sizeof buffer, "%.6f", value));
  while (text->str[text->len - 1] == '0')
    g_string_truncate (text, text->len - 1);
  if (text->str[text->len - 1] == '.')
    g_string_truncate (text, text->len - 1);
  if (g_str_equal (text->str, "-0"))
    g_string_assign (text, "0");
  group_thousands (text);
  return g_string_free (text, FALSE);
}

/* ---- durations ---- */

static gint64
unit_seconds (const char *word)
{
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (units); i++)
    if (g_str_equal (units[i].word, word))
      return units[i].seconds;
  return 0;
}

/* "ten minutes", "a minute", "half an hour", "an hour and a half" */
static guint
read_one_duration (const char *const *words, double *ret_seconds)
{
  static const char *const half_an[] = { "half", "an", NULL };
  double value = 1;
  guint n = 0;
  gint64 unit;

  for (; n < 2 && is_word (words, n, half_an[n]);)
    n++;
  if (n > 0)
    value = 0.5;
  else if (is_word (words, 0, "a") || is_word (words, 0, "an"))
    n = unit_seconds (words[1]) > 0 ? 1 : lv_engine_number_read (words, &value);
  else
    n = lv_engine_number_read (words, &value);
  unit = n > 0 ? unit_seconds (words[n]) : 0;
  if (unit == 0 || value < 0)
    return 0;
  n++;
  if (is_word (words, n, "and") && is_word (words, n + 1, "a") && is_word (words, n + 2, "half"))
    {
      value += 0.5;
      n += 3;
    }
  *ret_seconds = value * unit;
  return n;
}

guint
lv_engine_duration_read (const char *const *words, gint64 *ret_seconds)
{
  double sum = 0, part;
  guint n = 0, m;

  while (words[n] != NULL)
    {
      guint skip = n > 0 && is_word (words, n, "and");

      m = words[n + skip] != NULL ? read_one_duration (words + n + skip, &part) : 0;
      if (m == 0)
        break;
      sum += part;
      n += skip + m;
    }
  *ret_seconds = (gint64) round (MIN (sum, 1e9));
  return n;
}

char *
lv_engine_duration_to_text (gint64 seconds)
{
  static const struct {
    const char *name;
    gint64 seconds;
  } parts[] = { { "day", 86400 }, { "hour", 3600 }, { "minute", 60 }, { "second", 1 } };
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      gint64 n = seconds / parts[i].seconds;

      seconds %= parts[i].seconds;
      if (n > 0)
        g_ptr_array_add (texts, g_strdup_printf ("%" G_GINT64_FORMAT " %s%s", n, parts[i].name,
                                                 n == 1 ? "" : "s"));
    }
  for (guint i = 0; i < texts->len; i++)
    g_string_append_printf (text, "%s%s",
                            i == 0                ? ""
                            : i + 1 == texts->len ? " and "
                                                  : ", ",
                            (char *) texts->pdata[i]);
  return g_string_free (texts->len > 0 ? text : g_string_assign (text, "0 seconds"), FALSE);
}
