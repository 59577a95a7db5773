/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sound and words of an utterance on their way to the listener: changes the rate to 24 kHz, brings
 * the loudness to a common level without clipping, cuts equal chunks, and says with each what text
 * begins in it, so that all texts together are the whole text. Pure.
 */
#pragma once

#include "base/lv-pcm.h"

#define LV_ENGINE_CHUNK_MS                                                                         \
  100 /* the last one of an utterance is shorter, and at least LV_ENGINE_CHUNK_MIN_MS */
#define LV_ENGINE_CHUNK_MIN_MS 40

typedef struct _LvEngineChunker LvEngineChunker;

/* @samples: 24 kHz; @text: what begins in them, "" for nothing. Both only for the time of the call.
 * Return FALSE to stop. */
typedef gboolean (*LvEngineChunkFunc) (const gint16 *samples, gsize n_samples, const char *text,
                                       gpointer data);

/* @gain: of the loudness, 1.0 leaves it. */
LvEngineChunker *lv_engine_chunker_new (guint rate_in, float gain, LvEngineChunkFunc func,
                                        gpointer data);
void lv_engine_chunker_free (LvEngineChunker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineChunker, lv_engine_chunker_free)

/* A new utterance; its text is kept. */
void lv_engine_chunker_begin (LvEngineChunker *self, const char *text);

/* The word at byte @offset of the text begins @sample input samples after the last
 * lv_engine_chunker_begin(). */
void lv_engine_chunker_mark (LvEngineChunker *self, guint64 sample, gsize offset);

/* FALSE when @func wants no more. */
gboolean lv_engine_chunker_push (LvEngineChunker *self, const gint16 *samples, gsize n_samples);

/* Delivers the rest of sound and text. */
gboolean lv_engine_chunker_end (LvEngineChunker *self);

/* Input samples of this utterance so far. */
guint64 lv_engine_chunker_get_position (LvEngineChunker *self);
