/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-slots.h"

#include "engine/lv-engine-words.h"

#include <math.h>
#include <string.h>

typedef struct {
  const LvEngineToolShape *shape;
  const LvEngineUtterance *utterance;
  const LvEngineParameter *parameter;
  const LvEngineParameter *asked;
  JsonObject *args;
  LvEngineSlot *used;
} Filling;

static const char *const yes_words[] = { "on",   "true", "yes",  "enable", "enabled",
                                         "open", "up",   "sure", NULL };
static const char *const no_words[] = { "off",    "false", "no",  "disable", "disabled",
                                        "closed", "down",  "not", NULL };

/* What free text follows; and what it does not go beyond. */
static const char *const prepositions[] = {
  "in", "to", "for", "called", "named", "about", "from", "with", "at",
  "on", "of", "as",  "saying", "that",  "near",  "by",   NULL,
};
static const char *const closings[] = { "please", "now", "today", NULL };

/* ---- the kinds of parameters ---- */

static gboolean
fill_boolean (Filling *filling)
{
  for (guint i = 0; i < filling->utterance->n_tokens; i++)
    {
      const char *token = filling->utterance->tokens[i];
      gboolean yes = lv_engine_words_contain (yes_words, token);

      if (filling->used[i] || (!yes && !lv_engine_words_contain (no_words, token)))
        continue;
      filling->used[i] = LV_ENGINE_SLOT_VALUE;
      json_object_set_boolean_member (filling->args, filling->parameter->name, yes);
      return TRUE;
    }
  return FALSE;
}

/* How well the words of a value stand at token @at: 0.0 when one of them does not. */
static double
value_at (const LvEngineUtterance *utterance, const char *const *words, guint at)
{
  double sum = 0.0;
  guint n = 0;

  for (; words[n] != NULL; n++)
    {
      double likeness = at + n < utterance->n_tokens
                            ? lv_engine_words_likeness (utterance->tokens[at + n], words[n])
                            : 0.0;

      if (likeness == 0.0)
        return 0.0;
      sum += likeness;
    }
  return n > 0 ? sum / n + n * 0.01 : 0.0;
}

static gboolean
fill_value (Filling *filling)
{
  const LvEngineParameter *parameter = filling->parameter;
  double best = 0.0;
  guint best_value = 0, best_at = 0;

  for (guint v = 0; v < parameter->value_words->len; v++)
    for (guint at = 0; at < filling->utterance->n_tokens; at++)
      {
        double score = filling->used[at]
                           ? 0.0
                           : value_at (filling->utterance, parameter->value_words->pdata[v], at);

        if (score <= best)
          continue;
        best = score;
        best_value = v;
        best_at = at;
      }
  if (best == 0.0)
    return FALSE;
  for (guint i = 0; i < g_strv_length (parameter->value_words->pdata[best_value]); i++)
    filling->used[best_at + i] = LV_ENGINE_SLOT_VALUE;
  json_object_set_string_member (filling->args, parameter->name, parameter->values[best_value]);
  return TRUE;
}

/* "the brightness" stands right before the number that is meant for it. */
static gboolean
is_named_before (Filling *filling, guint at)
{
  for (guint back = 1; back <= 3 && back <= at; back++)
    if (lv_engine_words_find ((const char *const *) filling->parameter->name_words,
                              filling->utterance->tokens[at - back], NULL) >= 0.9)
      return TRUE;
  return FALSE;
}

/* The number at token @at, in the unit of the parameter; FALSE when there is none that would do. */
static gboolean
number_at (Filling *filling, guint at, double *ret_value)
{
  const LvEngineUtterance *utterance = filling->utterance;
  gint64 unit = filling->parameter->unit_seconds;

  *ret_value = g_array_index (utterance->values, double, at);
  if (filling->used[at])
    return FALSE;
  if (g_str_equal (utterance->tokens[at], LV_ENGINE_DURATION) && unit > 0)
    {
      *ret_value /= unit;
      return TRUE;
    }
  return g_str_equal (utterance->tokens[at], LV_ENGINE_NUMBER);
}

static gboolean
fill_number (Filling *filling)
{
  guint n = filling->utterance->n_tokens, chosen = n;
  double value = 0.0, candidate;

  for (guint at = 0; at < n; at++)
    {
      gboolean named = is_named_before (filling, at);

      if ((chosen < n && !named) || !number_at (filling, at, &candidate))
        continue;
      chosen = at;
      value = candidate;
      if (named)
        break;
    }
  if (chosen == n)
    return FALSE;
  filling->used[chosen] = LV_ENGINE_SLOT_VALUE;
  if (filling->parameter->type == LV_ENGINE_PARAMETER_INTEGER)
    json_object_set_int_member (filling->args, filling->parameter->name, (gint64) round (value));
  else
    json_object_set_double_member (filling->args, filling->parameter->name, value);
  return TRUE;
}

/* Words of the tool itself say nothing about a parameter. */
static gboolean
is_tool_word (Filling *filling, const char *token)
{
  return lv_engine_words_find ((const char *const *) filling->shape->name_words, token, NULL) >=
             0.85 ||
         lv_engine_words_find ((const char *const *) filling->shape->description_words, token,
                               NULL) >= 0.95;
}

/* The token at @from or after it that is more than an article. */
static guint
skip_articles (Filling *filling, guint from)
{
  while (from < filling->utterance->n_tokens &&
         lv_engine_words_weight (filling->utterance->tokens[from]) <= 0.1)
    from++;
  return from;
}

/* TRUE at a preposition that leads on to a word of the tool ("to the shopping list") or, if not
 * @to_tool, away from it. */
static gboolean
leads (Filling *filling, guint at, gboolean to_tool)
{
  const LvEngineUtterance *utterance = filling->utterance;
  guint next = skip_articles (filling, at + 1);

  return next < utterance->n_tokens &&
         lv_engine_words_contain (prepositions, utterance->tokens[at]) && !filling->used[next] &&
         is_tool_word (filling, utterance->tokens[next]) == to_tool;
}

/* The text from token @from on as it was said, up to a closing word; marks it used. NULL when there
 * is none. */
static char *
take_text (Filling *filling, guint from)
{
  const LvEngineUtterance *utterance = filling->utterance;
  guint to;

  from = skip_articles (filling, from);
  for (to = from; to < utterance->n_tokens && !filling->used[to]; to++)
    if (lv_engine_words_contain (closings, utterance->tokens[to]) || leads (filling, to, TRUE))
      break;
  if (to <= from)
    return NULL;
  for (guint i = from; i < to; i++)
    filling->used[i] = LV_ENGINE_SLOT_TEXT;
  return lv_engine_words_join (
      (const char *const *) utterance->written, g_array_index (utterance->positions, guint, from),
      to < utterance->n_tokens ? g_array_index (utterance->positions, guint, to)
                               : utterance->n_words);
}

static gboolean
is_own_name (Filling *filling, guint at)
{
  const char *token = filling->utterance->tokens[at];

  return !is_tool_word (filling, token) &&
         lv_engine_words_find ((const char *const *) filling->parameter->name_words, token, NULL) >=
             0.95;
}

static gboolean
is_free_word (Filling *filling, guint at)
{
  const char *token = filling->utterance->tokens[at];

  return !filling->used[at] && lv_engine_words_weight (token) >= 1.0 &&
         !is_tool_word (filling, token);
}

/* Where free text begins: after the parameter's own name, after a preposition, or with the first
 * word that the tool does not explain. */
static guint
text_start (Filling *filling)
{
  guint n = filling->utterance->n_tokens;

  for (guint i = 0; i + 1 < n; i++)
    if (is_own_name (filling, i))
      return i + 1;
  for (guint i = 0; i + 1 < n; i++)
    if (leads (filling, i, FALSE))
      return i + 1;
  for (guint i = 0; i < n; i++)
    if (is_free_word (filling, i))
      return i;
  return n;
}

static char *
find_text (Filling *filling)
{
  return take_text (filling, filling->asked == filling->parameter ? 0 : text_start (filling));
}

static gboolean
fill_string (Filling *filling)
{
  g_autofree char *text = filling->parameter->value_words != NULL ? NULL : find_text (filling);

  if (filling->parameter->value_words != NULL)
    return fill_value (filling);
  if (text == NULL)
    return FALSE;
  json_object_set_string_member (filling->args, filling->parameter->name, text);
  return TRUE;
}

/* "milk and eggs" */
static gboolean
fill_strings (Filling *filling)
{
  g_autofree char *text = find_text (filling);
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, " and ", -1) : NULL;
  JsonArray *array;

  if (parts == NULL)
    return FALSE;
  array = json_array_new ();
  for (guint i = 0; parts[i] != NULL; i++)
    json_array_add_string_element (array, parts[i]);
  json_object_set_array_member (filling->args, filling->parameter->name, array);
  return TRUE;
}

static gboolean
fill_other (Filling *filling)
{
  return FALSE;
}

/* ---- all of them ---- */

/* What is easy to recognise first: free text takes what is left. */
static const struct {
  LvEngineParameterType type;
  gboolean (*fill) (Filling *filling);
} kinds[] = {
  { LV_ENGINE_PARAMETER_NUMBER, fill_number },   { LV_ENGINE_PARAMETER_INTEGER, fill_number },
  { LV_ENGINE_PARAMETER_BOOLEAN, fill_boolean }, { LV_ENGINE_PARAMETER_STRING, fill_string },
  { LV_ENGINE_PARAMETER_STRINGS, fill_strings }, { LV_ENGINE_PARAMETER_OTHER, fill_other },
};

static void
fill_kind (Filling *filling, guint kind, gboolean values)
{
  for (guint i = 0; i < filling->shape->parameters->len; i++)
    {
      filling->parameter = filling->shape->parameters->pdata[i];
      if (filling->parameter->type == kinds[kind].type &&
          (filling->parameter->value_words != NULL) == values &&
          !json_object_has_member (filling->args, filling->parameter->name))
        kinds[kind].fill (filling);
    }
}

void
lv_engine_slots_fill (const LvEngineToolShape *shape, const LvEngineUtterance *utterance,
                      JsonObject *args, LvEngineSlot *used, const LvEngineParameter *asked)
{
  Filling filling = { shape, utterance, NULL, asked, args, used };

  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    fill_kind (&filling, kind, TRUE);
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    fill_kind (&filling, kind, FALSE);
}

const LvEngineParameter *
lv_engine_slots_missing (const LvEngineToolShape *shape, JsonObject *args)
{
  for (guint i = 0; i < shape->parameters->len; i++)
    {
      const LvEngineParameter *parameter = shape->parameters->pdata[i];

      if (parameter->required && parameter->type != LV_ENGINE_PARAMETER_OTHER &&
          !json_object_has_member (args, parameter->name))
        return parameter;
    }
  return NULL;
}
