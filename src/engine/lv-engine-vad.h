/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Voice activity detection on microphone audio, 10 ms at a time: energy over an adaptive noise
 * floor says that there is a sound, periodicity at the pitch of a voice says that it is speech. So
 * a fan, a breath or a click starts nothing, however loud, and a consonant counts when it is next
 * to a vowel. Pure: no clock, time is what has been fed.
 */
#pragma once

#include "protocol/lv-setup.h"

#define LV_ENGINE_VAD_HOP 160 /* samples at 16 kHz: 10 ms */

/* What the setup leaves open. The service waits about 800 ms before it takes its turn and commits a
 * start after 20 ms; half a second of silence feels quick without cutting into pauses, and a start
 * takes 80 ms of voice in any case, because clicks and knocks are shorter. */
#define LV_ENGINE_VAD_SILENCE_MS 500
#define LV_ENGINE_VAD_SILENCE_LOW_MS 800 /* END_SENSITIVITY_LOW */
#define LV_ENGINE_VAD_PREFIX_MS 50

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
