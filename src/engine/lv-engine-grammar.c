/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-grammar.h"

#include <string.h>

#define MAX_DEPTH 16 /* of brackets */
#define WORD_CHARS "abcdefghijklmnopqrstuvwxyz'"

/* What may stand around a phrase. */
#define BEFORE "[please | could you | can you | hey]"
#define AFTER "[please]"

enum { STATE_START, STATE_PHRASE, STATE_PHRASE_END, STATE_END, N_FIXED_STATES };

static const struct {
  const char *name, *phrase;
} rules[] = {
  { "<digit>", "one | two | three | four | five | six | seven | eight | nine" },
  { "<teen>", "ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen | "
              "eighteen | nineteen" },
  { "<tens>", "twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety" },
  { "<small>", "<digit> | <teen> | <tens> [<digit>]" },
  { "<number>", "zero | <small> | (a | <digit>) hundred [[and] <small>]" },
};

typedef struct {
  LvEngineGrammar *grammar;
  const char *p; /* what is read next */
  guint depth;
  LvEngineGrammarKnows knows;
  gpointer data;
} Compiler;

/* Every state costs the recogniser time (noise may stand at each), so that words lead from operand
 * to operand directly. */
typedef struct {
  guint from, to;
  float probability; /* of the first arcs */
} Gap;

static void
add_arc (LvEngineGrammar *self, const Gap *gap, const char *word)
{
  const LvEngineArc arc = { gap->from, gap->to, word, gap->probability };

  g_array_append_val (self->arcs, arc);
}

static gboolean
compile_word (Compiler *compiler, const Gap *gap)
{
  LvEngineGrammar *self = compiler->grammar;
  gsize n = strspn (compiler->p, WORD_CHARS);
  g_autofree char *word = g_strndup (compiler->p, n);

  compiler->p += n;
  if (n == 0 || (compiler->knows != NULL && !compiler->knows (word, compiler->data)))
    return FALSE;
  add_arc (self, gap, g_string_chunk_insert_const (self->words, word));
  return TRUE;
}

static gboolean compile_alternatives (Compiler *compiler, const Gap *gap, char end);

static gboolean
compile_rule (Compiler *compiler, const Gap *gap)
{
  Compiler inner = *compiler;

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (!g_str_has_prefix (compiler->p, rules[i].name))
        continue;
      compiler->p += strlen (rules[i].name);
      inner.p = rules[i].phrase;
      return compile_alternatives (&inner, gap, '\0');
    }
  return FALSE;
}

static gboolean
compile_operand (Compiler *compiler, const Gap *gap)
{
  char sign = *compiler->p;

  if (sign == '<')
    return compile_rule (compiler, gap);
  if (sign != '(' && sign != '[')
    return compile_word (compiler, gap);
  if (sign == '[')
    add_arc (compiler->grammar, gap, NULL);
  compiler->p++;
  return compile_alternatives (compiler, gap, sign == '(' ? ')' : ']');
}

/* What follows the operand at @p: the next one, '|', a closing bracket or the end. */
static const char *
skip_operand (const char *p)
{
  int depth = 0;

  do
    {
      depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
      p += *p != '\0' ? MAX (strspn (p, WORD_CHARS), 1) : 0;
    }
  while (*p != '\0' && (depth > 0 || strchr (" |()[]", *p) == NULL));
  return p + strspn (p, " ");
}

/* Operands one after the other, up to '|' or @end, where compiler->p stays. */
static gboolean
compile_sequence (Compiler *compiler, const Gap *gap, char end)
{
  LvEngineGrammar *self = compiler->grammar;
  Gap operand = *gap;
  gboolean last = FALSE;

  compiler->p += strspn (compiler->p, " ");
  while (!last)
    {
      char follower = *skip_operand (compiler->p);

      last = follower == '|' || follower == end;
      operand.to = last ? gap->to : self->n_states++;
      if (self->arcs->len >= LV_ENGINE_MAX_ARCS || !compile_operand (compiler, &operand))
        return FALSE;
      compiler->p += strspn (compiler->p, " ");
      operand = (Gap){ operand.to, 0, 1.0f };
    }
  return TRUE;
}

/* How many alternatives there are from @p to the end of its bracket. */
static guint
count_alternatives (const char *p)
{
  guint n = 1;
  int depth = 0;

  for (; *p != '\0' && depth >= 0; p++)
    {
      depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
      n += *p == '|' && depth == 0;
    }
  return n;
}

/* Reads beyond @end. */
static gboolean
compile_alternatives (Compiler *compiler, const Gap *gap, char end)
{
  const Gap each = { gap->from, gap->to, gap->probability / count_alternatives (compiler->p) };

  if (++compiler->depth > MAX_DEPTH)
    return FALSE;
  while (compile_sequence (compiler, &each, end))
    {
      if (*compiler->p == end)
        {
          compiler->p += end != '\0';
          compiler->depth--;
          return TRUE;
        }
      if (*compiler->p++ != '|')
        return FALSE;
    }
  return FALSE;
}

static gboolean
compile (LvEngineGrammar *self, const char *phrase, guint from, guint to,
         LvEngineGrammarKnows knows, gpointer data)
{
  Compiler compiler = { self, phrase, 0, knows, data };

  return compile_alternatives (&compiler, &(Gap){ from, to, 1.0f }, '\0');
}

LvEngineGrammar *
lv_engine_grammar_new (void)
{
  LvEngineGrammar *self = g_new0 (LvEngineGrammar, 1);

  self->arcs = g_array_new (FALSE, FALSE, sizeof (LvEngineArc));
  self->words = g_string_chunk_new (1024);
  self->n_states = N_FIXED_STATES;
  self->start = STATE_START;
  self->end = STATE_END;
  compile (self, BEFORE, STATE_START, STATE_PHRASE, NULL, NULL);
  compile (self, AFTER, STATE_PHRASE_END, STATE_END, NULL, NULL);
  return self;
}

void
lv_engine_grammar_free (LvEngineGrammar *self)
{
  g_array_unref (self->arcs);
  g_string_chunk_free (self->words);
  g_free (self);
}

gboolean
lv_engine_grammar_add (LvEngineGrammar *self, const char *phrase, LvEngineGrammarKnows knows,
                       gpointer data)
{
  guint n_arcs = self->arcs->len, n_states = self->n_states;

  if (compile (self, phrase, STATE_PHRASE, STATE_PHRASE_END, knows, data))
    {
      self->n_phrases++;
      return TRUE;
    }
  g_array_set_size (self->arcs, n_arcs);
  self->n_states = n_states;
  return FALSE;
}
