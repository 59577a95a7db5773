/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Voice activity detection on microphone audio, 10 ms at a time, as a setup message wants it:
 * base's lv-vad hears, lv-endpointer judges. Pure: no clock, time is what has been fed.
 */
#pragma once

#include "base/lv-vad.h"
#include "protocol/lv-setup.h"

#define LV_ENGINE_VAD_HOP LV_VAD_HOP

/* What the setup leaves open. The service waits about 800 ms before it takes its turn; half a
 * second of silence feels quick without cutting into pauses. */
#define LV_ENGINE_VAD_SILENCE_MS 500
#define LV_ENGINE_VAD_SILENCE_LOW_MS 800 /* END_SENSITIVITY_LOW */

typedef enum {
  LV_ENGINE_VAD_NOTHING,
  LV_ENGINE_VAD_START, /* somebody has begun to speak */
  LV_ENGINE_VAD_END,   /* and has been silent for silenceDurationMs */
} LvEngineVadEvent;

typedef struct _LvEngineVad LvEngineVad;

/* Takes sensitivities, prefixPaddingMs and silenceDurationMs from @setup. */
LvEngineVad *lv_engine_vad_new (const LvSetup *setup);
void lv_engine_vad_free (LvEngineVad *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineVad, lv_engine_vad_free)

/* Feeds exactly LV_ENGINE_VAD_HOP samples. */
LvEngineVadEvent lv_engine_vad_feed (LvEngineVad *self, const gint16 *hop);

/* TRUE between START and END. */
gboolean lv_engine_vad_is_speech (const LvEngineVad *self);

/* Ends the speech in progress without an event; what is known of the background noise stays. */
void lv_engine_vad_end (LvEngineVad *self);
