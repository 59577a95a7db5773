/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The speech models of the process, 140 MB for each who speaks at a time: decoders are loaded when
 * the first utterance needs one, lent for an utterance, and given back to the system some time
 * after the last listener is gone. Any thread.
 */
#pragma once

#include "engine/lv-engine-decoder.h"

#define LV_ENGINE_MAX_DECODERS 4    /* utterances at a time */
#define LV_ENGINE_DECODER_IDLE_S 60 /* without a listener, then the models are dropped */

typedef struct _LvEngineDecoderPool LvEngineDecoderPool;

/* The one of the process; never freed. */
LvEngineDecoderPool *lv_engine_decoder_pool_get_default (void);

/* A listener comes and goes: main thread. */
void lv_engine_decoder_pool_enter (LvEngineDecoderPool *self);
void lv_engine_decoder_pool_leave (LvEngineDecoderPool *self);

/* Lends a decoder with just that vocabulary (nullable), loading it when no such one is idle. BUSY
 * when all are lent; UNSUPPORTED without models. */
LvEngineDecoder *lv_engine_decoder_pool_take (LvEngineDecoderPool *self,
                                              const char *const *vocabulary, GError **error);
void lv_engine_decoder_pool_give (LvEngineDecoderPool *self, LvEngineDecoder *decoder);

/* How many decoders are loaded now, lent or idle. */
guint lv_engine_decoder_pool_get_n_loaded (LvEngineDecoderPool *self);

/* Drops the idle decoders now. */
void lv_engine_decoder_pool_trim (LvEngineDecoderPool *self);
