/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-utterance.h"

#include "engine/lv-engine-numbers.h"
#include "engine/lv-engine-words.h"

#include <string.h>

#define MAX_EXPANSIONS 512

static const char *
read_token (const char *const *words, guint *ret_n_words, double *ret_value)
{
  gint64 seconds;

  *ret_n_words = lv_engine_duration_read (words, &seconds);
  if (*ret_n_words > 0)
    {
      *ret_value = seconds;
      return LV_ENGINE_DURATION;
    }
  *ret_n_words = lv_engine_number_read (words, ret_value);
  if (*ret_n_words > 0)
    return LV_ENGINE_NUMBER;
  *ret_n_words = 1;
  *ret_value = 0;
  return words[0];
}

LvEngineUtterance *
lv_engine_utterance_new (const char *text)
{
  LvEngineUtterance *self = g_new0 (LvEngineUtterance, 1);
  g_autoptr (GPtrArray) tokens = g_ptr_array_new ();

  self->words = lv_engine_words_split (text);
  self->written = lv_engine_words_split_as_written (text);
  self->n_words = g_strv_length (self->words);
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  self->positions = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint at = 0, n; at < self->n_words; at += n)
    {
      double value;
      const char *token = read_token ((const char *const *) self->words + at, &n, &value);

      g_ptr_array_add (tokens, g_strdup (token));
      g_array_append_val (self->values, value);
      g_array_append_val (self->positions, at);
    }
  self->n_tokens = tokens->len;
  g_ptr_array_add (tokens, NULL);
  self->tokens = (char **) g_ptr_array_steal (tokens, NULL);
  return self;
}

void
lv_engine_utterance_free (LvEngineUtterance *self)
{
  g_strfreev (self->words);
  g_strfreev (self->written);
  g_strfreev (self->tokens);
  g_array_unref (self->values);
  g_array_unref (self->positions);
  g_free (self);
}

gboolean
lv_engine_utterance_get_value (const LvEngineUtterance *self, const char *token, double *ret_value)
{
  for (guint i = 0; i < self->n_tokens; i++)
    if (g_str_equal (self->tokens[i], token))
      {
        *ret_value = g_array_index (self->values, double, i);
        return TRUE;
      }
  return FALSE;
}

/* The token of the utterance most like @token that is not @used yet; marks it. */
static double
use_best (const LvEngineUtterance *self, const char *token, gboolean *used)
{
  double best = 0.0;
  guint best_index = 0;

  for (guint i = 0; i < self->n_tokens && best < 1.0; i++)
    {
      double likeness = used[i] ? 0.0 : lv_engine_words_likeness (self->tokens[i], token);

      if (likeness <= best)
        continue;
      best = likeness;
      best_index = i;
    }
  if (best > 0.0)
    used[best_index] = TRUE;
  return best;
}

double
lv_engine_utterance_likeness (const LvEngineUtterance *self, const char *const *tokens)
{
  g_autofree gboolean *used = g_new0 (gboolean, self->n_tokens + 1);
  double shared = 0.0, total = 0.0;

  for (guint i = 0; i < self->n_tokens; i++)
    total += lv_engine_words_weight (self->tokens[i]);
  for (guint i = 0; tokens[i] != NULL; i++)
    {
      double weight = lv_engine_words_weight (tokens[i]);

      total += weight;
      shared += 2 * weight * use_best (self, tokens[i], used);
    }
  return total > 0.0 ? MIN (shared / total, 1.0) : 0.0;
}

/* ---- expanding ---- */

/* The sentences that begin with each of @heads and go on with each of @tails; both are consumed. */
static GPtrArray *
combine (GPtrArray *heads, GPtrArray *tails)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < heads->len; i++)
    for (guint j = 0; j < tails->len && all->len < MAX_EXPANSIONS; j++)
      g_ptr_array_add (all, g_strjoin (" ", heads->pdata[i], tails->pdata[j], NULL));
  g_ptr_array_unref (heads);
  g_ptr_array_unref (tails);
  return all;
}

static GPtrArray *
single (const char *text, gsize length)
{
  GPtrArray *one = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (one, g_strndup (text, length));
  return one;
}

/* Reads alternatives up to a closing bracket or the end, and leaves *@p there. */
static GPtrArray *
read_alternatives (const char **p)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *current = single ("", 0);

  for (;; *p += strspn (*p, " "))
    {
      gsize n = strcspn (*p, " ()[]|");
      char sign = **p;

      if (n > 0)
        current = combine (current, single (*p, n));
      *p += n;
      if (n > 0)
        continue;
      if (sign == '\0' || sign == ')' || sign == ']' || sign == '|')
        {
          g_ptr_array_extend_and_steal (all, current);
          current = single ("", 0);
        }
      if (sign == '\0' || sign == ')' || sign == ']')
        break;
      if (sign != '\0')
        ++*p;
      if (sign == '(' || sign == '[')
        {
          GPtrArray *inner = read_alternatives (p);

          g_assert (**p == (sign == '(' ? ')' : ']'));
          ++*p;
          if (sign == '[')
            g_ptr_array_add (inner, g_strdup (""));
          current = combine (current, inner);
        }
    }
  g_ptr_array_unref (current);
  return all;
}

static char **
split_tokens (const char *sentence)
{
  g_auto (GStrv) parts = g_strsplit (sentence, " ", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != '\0')
      g_strv_builder_add (builder, parts[i]);
  return g_strv_builder_end (builder);
}

GPtrArray *
lv_engine_utterance_expand (const char *phrase)
{
  GPtrArray *sentences = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  const char *p = phrase;
  g_autoptr (GPtrArray) texts = read_alternatives (&p);

  g_assert (*p == '\0');
  for (guint i = 0; i < texts->len; i++)
    g_ptr_array_add (sentences, split_tokens (texts->pdata[i]));
  return sentences;
}
