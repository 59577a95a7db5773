/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two pocketsphinx decoders that hear the same utterance: the open language model, and a grammar of
 * what is likely to be said. One utterance at a time; synchronous; one thread at a time. Knows
 * nothing of connections or the main loop.
 */
#pragma once

#include "base/lv-error.h"
#include "base/lv-pcm.h"
#include "protocol/lv-message.h"

#define LV_ENGINE_MAX_PHRASES 2000    /* in a grammar */
#define LV_ENGINE_MAX_VOCABULARY 1000 /* words that a listener adds to the language model */
#define LV_ENGINE_MAX_NEW_WORDS 2000  /* pronunciations a decoder makes up in its life */

/* @text is taken. */
LvWord *lv_engine_word_new (char *text, gint64 start_us, gint64 end_us);
void lv_engine_word_free (LvWord *word);

typedef struct _LvEngineDecoder LvEngineDecoder;

/* Loads the models (a quarter of a second, 140 MB). UNSUPPORTED names what is not installed. */
LvEngineDecoder *lv_engine_decoder_new (GError **error);
void lv_engine_decoder_free (LvEngineDecoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineDecoder, lv_engine_decoder_free)

/* Replaces the grammar, not during an utterance. Phrases as lv_engine_grammar_add() takes them;
 * those that it refuses are left out. FALSE: none is left, and there is no grammar. */
gboolean lv_engine_decoder_set_phrases (LvEngineDecoder *self, const char *const *phrases);

/* Words that the language model is to know: those that it lacks get a guessed pronunciation. They
 * cannot be taken back: a decoder has one vocabulary. @words nullable. */
void lv_engine_decoder_set_vocabulary (LvEngineDecoder *self, const char *const *words);
/* What was set, NULL for nothing; owned. */
const char *const *lv_engine_decoder_get_vocabulary (LvEngineDecoder *self);

void lv_engine_decoder_begin (LvEngineDecoder *self);
void lv_engine_decoder_feed (LvEngineDecoder *self, const gint16 *samples, gsize n_samples);

/* What the language model has understood so far; newly allocated, "" for nothing. */
char *lv_engine_decoder_peek (LvEngineDecoder *self);

/* The better hypothesis of the finished utterance; newly allocated, "" when nothing was
 * understood. */
char *lv_engine_decoder_end (LvEngineDecoder *self);

/* The words of what lv_engine_decoder_end() has returned, with their times in the utterance;
 * LvWord, newly allocated. Until the next utterance begins. */
GPtrArray *lv_engine_decoder_dup_words (LvEngineDecoder *self);
