/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Speech recognition with pocketsphinx (US English): an utterance is decoded while it is spoken, so that its text is
 * there as soon as it ends. Two decoders: the open language model, and a grammar made of what the listener may well say
 * (built-in phrases, declared tools); the better hypothesis wins. Works on a thread of its own; this API and its signals
 * belong to the main thread. One per connection; the models are shared and loaded once.
 *
 * Signals:
 *   "hypothesis" (const char *text)   interim, replaces the last one
 */
#pragma once

#include "base/lv-error.h"
#include "base/lv-pcm.h"

#include <gio/gio.h>

#define LV_TYPE_ENGINE_EARS (lv_engine_ears_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineEars, lv_engine_ears, LV, ENGINE_EARS, GObject)

/* Loads models in the background; the first utterance waits for them. */
LvEngineEars *lv_engine_ears_new (void);

/* Sentences that are likely (lower case words; words not in the dictionary are dropped); replaces the grammar. */
void lv_engine_ears_set_phrases (LvEngineEars *self, const char *const *phrases);

void lv_engine_ears_begin (LvEngineEars *self);
void lv_engine_ears_feed (LvEngineEars *self, const gint16 *samples, gsize n_samples); /* 16 kHz */
/* Ends the utterance. Result: its text in lower case, "" when nothing was understood; newly allocated. */
void lv_engine_ears_end_async (LvEngineEars *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
char *lv_engine_ears_end_finish (LvEngineEars *self, GAsyncResult *result, GError **error);
/* Drops the utterance in progress. */
void lv_engine_ears_abort (LvEngineEars *self);
