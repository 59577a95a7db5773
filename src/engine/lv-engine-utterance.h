/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the user said, read once: its words, and in a second row its words with each number and
 * duration as one token, so that
 * "set a timer for two minutes" is like "set a timer for <duration>". And sentences to compare it
 * with. Pure.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_NUMBER "<number>"
#define LV_ENGINE_DURATION "<duration>"

typedef struct {
  char **words;
  char **written;    /* the same words, their capitals left */
  char **tokens;     /* words, LV_ENGINE_NUMBER, LV_ENGINE_DURATION */
  GArray *values;    /* double for each token: the number, the duration in seconds, 0 */
  GArray *positions; /* guint for each token: its first word */
  guint n_words, n_tokens;
} LvEngineUtterance;

LvEngineUtterance *lv_engine_utterance_new (const char *text);
void lv_engine_utterance_free (LvEngineUtterance *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineUtterance, lv_engine_utterance_free)

/* The value of the first token that is @token; FALSE when there is none. */
gboolean lv_engine_utterance_get_value (const LvEngineUtterance *self, const char *token,
                                        double *ret_value);

/* How much the utterance is like the sentence @tokens, 0.0 to 1.0: by words, near misses and
 * synonyms count in part. */
double lv_engine_utterance_likeness (const LvEngineUtterance *self, const char *const *tokens);

/* All sentences of the JSGF expansion @phrase, words with (a | b) and [optional]: new array of char
 * **, tokens each. Phrases are ours: a malformed one is a programmer's error. */
GPtrArray *lv_engine_utterance_expand (const char *phrase);
