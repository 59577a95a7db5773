/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Phrases compiled to a finite-state grammar: words on the arcs between numbered states.
 * (pocketsphinx could read JSGF itself, but loses memory with each one.) Pure.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_MAX_ARCS 50000 /* of a grammar */

typedef struct {
  guint from, to;
  const char *word;  /* NULL: passes without a word */
  float probability; /* alternatives share 1.0 */
} LvEngineArc;

typedef struct {
  GArray *arcs;   /* LvEngineArc */
  guint n_states; /* all arcs lead from a state below n_states to another */
  guint start, end;
  guint n_phrases;
  GStringChunk *words;
} LvEngineGrammar;

/* FALSE when @word cannot be heard. */
typedef gboolean (*LvEngineGrammarKnows) (const char *word, gpointer data);

/* Without a phrase; politeness may stand before and after each. */
LvEngineGrammar *lv_engine_grammar_new (void);
void lv_engine_grammar_free (LvEngineGrammar *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineGrammar, lv_engine_grammar_free)

/* @phrase: lower-case words, (a | b), [optional], <number>. FALSE when it is malformed, holds a
 * word that @knows does not know, or the grammar is full; it is as before then. */
gboolean lv_engine_grammar_add (LvEngineGrammar *self, const char *phrase,
                                LvEngineGrammarKnows knows, gpointer data);
