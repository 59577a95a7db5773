/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-arithmetic.h"

#include "engine/lv-engine-numbers.h"
#include "engine/lv-engine-words.h"

#include <math.h>
#include <string.h>

#define MAX_DEPTH 20

/* A recursive-descent reader: sum = product {plus product}, product = factor {times factor}. */
typedef struct {
  const char *const *words;
  guint at;
  guint depth, n_operators;
  gboolean too_large;
  GString *question;
} Reader;

typedef double (*Operation) (double a, double b);

typedef struct {
  const char *words; /* as they are said */
  Operation operation;
} Operator;

static double
add (double a, double b)
{
  return a + b;
}

static double
subtract (double a, double b)
{
  return a - b;
}

static double
multiply (double a, double b)
{
  return a * b;
}

static double
divide (double a, double b)
{
  return a / b;
}

static double
percent_of (double a, double b)
{
  return a / 100 * b;
}

static const Operator sums[] = {
  { "plus", add }, { "and", add }, { "minus", subtract }, { NULL, NULL }
};
static const Operator products[] = {
  { "percent of", percent_of }, { "times", multiply }, { "multiplied by", multiply },
  { "divided by", divide },     { "over", divide },    { "x", multiply },
  { "time", multiply },         { NULL, NULL },
};
static const Operator powers[] = { { "to the power of", pow }, { NULL, NULL } };

static const char *const openings[] = {
  "what is", "how much is", "how much are", "what are", "calculate", "compute",
  "tell me", "can you",     "please",       "the",      "result of", "and",
};

/* What the recogniser makes of a figure on its own. */
static const struct {
  const char *heard;
  double value;
} homophones[] = { { "to", 2 },  { "too", 2 }, { "for", 4 }, { "ate", 8 },
                   { "won", 1 }, { "sex", 6 }, { "tree", 3 } };

/* Skips @phrase where it stands next. */
static gboolean
take (Reader *reader, const char *phrase)
{
  g_auto (GStrv) parts = g_strsplit (phrase, " ", -1);
  guint n = 0;

  for (; parts[n] != NULL; n++)
    if (g_strcmp0 (reader->words[reader->at + n], parts[n]) != 0)
      return FALSE;
  reader->at += n;
  return TRUE;
}

static gboolean
read_number (Reader *reader, double *ret_value)
{
  const char *word = reader->words[reader->at];
  guint n = lv_engine_number_read (reader->words + reader->at, ret_value);
  g_autofree char *text = NULL;

  for (guint i = 0; n == 0 && word != NULL && i < G_N_ELEMENTS (homophones); i++)
    if (g_str_equal (homophones[i].heard, word))
      {
        *ret_value = homophones[i].value;
        n = 1;
      }
  reader->too_large |= n > 0 && fabs (*ret_value) >= LV_ENGINE_NUMBER_MAX;
  text = lv_engine_number_to_text (n > 0 ? *ret_value : 0.0);
  g_string_append (reader->question, text);
  reader->at += n;
  return n > 0;
}

static gboolean
read_factor (Reader *reader, double *ret_value)
{
  if (++reader->depth > MAX_DEPTH)
    return FALSE;
  if (!take (reader, "square root of"))
    {
      if (!read_number (reader, ret_value))
        return FALSE;
      if (!take (reader, "squared"))
        return TRUE;
      reader->n_operators++;
      g_string_append (reader->question, " squared");
      *ret_value *= *ret_value;
      return TRUE;
    }
  reader->n_operators++;
  g_string_append (reader->question, "the square root of ");
  if (!read_number (reader, ret_value))
    return FALSE;
  *ret_value = sqrt (*ret_value);
  return TRUE;
}

static gboolean
take_operator (Reader *reader, const Operator *operators, Operation *ret_operation)
{
  for (; operators->words != NULL; operators++)
    if (take (reader, operators->words))
      {
        g_string_append_printf (reader->question, " %s ", operators->words);
        *ret_operation = operators->operation;
        reader->n_operators++;
        return TRUE;
      }
  return FALSE;
}

/* The levels bind from the last to the first. */
static gboolean
read_level (Reader *reader, guint level, double *ret_value)
{
  static const Operator *const levels[] = { sums, products, powers };
  Operation operation;
  double right;

  if (level == G_N_ELEMENTS (levels))
    return read_factor (reader, ret_value);
  if (!read_level (reader, level + 1, ret_value))
    return FALSE;
  while (take_operator (reader, levels[level], &operation))
    {
      if (!read_level (reader, level + 1, &right))
        return FALSE;
      *ret_value = operation (*ret_value, right);
      reader->too_large |= operation != divide && fabs (*ret_value) >= LV_ENGINE_NUMBER_MAX;
    }
  return TRUE;
}

static void
skip_openings (Reader *reader)
{
  for (guint i = 0; i < G_N_ELEMENTS (openings);)
    i = take (reader, openings[i]) ? 0 : i + 1;
}

gboolean
lv_engine_arithmetic_evaluate (const char *const *words, double *ret_value, char **ret_question)
{
  g_autoptr (GString) question = g_string_new (NULL);
  Reader reader = { .words = words, .question = question };

  skip_openings (&reader);
  if (!read_level (&reader, 0, ret_value) || reader.n_operators == 0)
    return FALSE;
  while (take (&reader, "please") || take (&reader, "equals") || take (&reader, "equal") ||
         take (&reader, "is"))
    ;
  if (words[reader.at] != NULL)
    return FALSE;
  if (reader.too_large)
    *ret_value = LV_ENGINE_NUMBER_MAX;
  *ret_question = g_strdup (question->str);
  return TRUE;
}
