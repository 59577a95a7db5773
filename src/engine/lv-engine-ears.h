/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Speech recognition with pocketsphinx (US English): an utterance is decoded while it is spoken, so
 * that its text is there as soon as it ends. Two decoders: the open language model, and a grammar
 * made of what the listener may well say (built-in phrases, declared tools); the better hypothesis
 * wins. Works on a thread of its own; this API and its signals belong to the main thread. One per
 * connection; the models come from the process' pool.
 *
 * Signals:
 *   "hypothesis" (const char *text)   interim, replaces the last one
 */
#pragma once

#include "engine/lv-engine-decoder-pool.h"

#include <gio/gio.h>

#define LV_ENGINE_EARS_MAX_SECONDS 60 /* of one utterance; what is spoken after that is not heard */

#define LV_TYPE_ENGINE_EARS (lv_engine_ears_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineEars, lv_engine_ears, LV, ENGINE_EARS, GObject)

/* Loads models in the background; the first utterance waits for them. */
LvEngineEars *lv_engine_ears_new (void);

/* What is likely to be said, as lv_engine_decoder_set_phrases() takes it; replaces the grammar from
 * the next utterance on. */
void lv_engine_ears_set_phrases (LvEngineEars *self, const char *const *phrases);

/* Words that nobody else knows, for the next utterances; nullable. Costs a decoder of its own. */
void lv_engine_ears_set_vocabulary (LvEngineEars *self, const char *const *words);

/* May be called while the text of an earlier utterance is still awaited: they are answered in their
 * order. */
void lv_engine_ears_begin (LvEngineEars *self);
void lv_engine_ears_feed (LvEngineEars *self, const gint16 *samples, gsize n_samples); /* 16 kHz */
/* Ends the utterance. Result: its text in lower case, "" when nothing was understood; newly
 * allocated. Errors: of lv_engine_decoder_pool_take(), CANCELLED after an abort. */
void lv_engine_ears_end_async (LvEngineEars *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
char *lv_engine_ears_end_finish (LvEngineEars *self, GAsyncResult *result, GError **error);
/* The words of the text that lv_engine_ears_end_finish() has returned last, with their times in the
 * utterance: LvWord, owned; NULL before. */
GPtrArray *lv_engine_ears_get_words (LvEngineEars *self);
/* Drops the utterance in progress, and those that have ended without a result yet. */
void lv_engine_ears_abort (LvEngineEars *self);
