/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Speech synthesis with espeak-ng, 24 kHz, on a thread of its own, delivered in chunks in the order
 * of the text, faster than real time, with the words that each chunk begins to speak. Main thread
 * API.
 *
 * Signals:
 *   "chunk" (GBytes *pcm, const char *text)   s16 mono 24 kHz, 40 to 250 ms; text: delta spoken
 *       from this chunk on, "" for none
 *   "done" (guint id)                         utterance @id has been delivered whole
 */
#pragma once

#include "base/lv-error.h"
#include "base/lv-pcm.h"
#include "protocol/lv-setup.h"

#include <gio/gio.h>

#define LV_ENGINE_VOICE_MAX_LEAD_S 30 /* how far synthesis runs ahead of a listener */

#define LV_TYPE_ENGINE_VOICE (lv_engine_voice_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineVoice, lv_engine_voice, LV, ENGINE_VOICE, GObject)

/* @voice: one of the Live API's voice names (each mapped to an espeak-ng variant), @language:
 * BCP-47; both nullable. */
LvEngineVoice *lv_engine_voice_new (const char *voice, const char *language);

/* Appends @text to what is being spoken; returns an id for "done". */
guint lv_engine_voice_say (LvEngineVoice *self, const char *text);
/* How what is said from now on is to sound: see lv_engine_mood_judge(). */
void lv_engine_voice_set_mood (LvEngineVoice *self, double mood);
/* Which language it is in from now on; nullable. */
void lv_engine_voice_set_language (LvEngineVoice *self, const char *language);
/* Forgets everything not delivered yet; no "chunk" or "done" of it follows. */
void lv_engine_voice_stop (LvEngineVoice *self);

/* The language in which a model that is set up like this is heard: what it asks for, English when
 * that has no voice. BCP-47; of @setup or static. */
const char *lv_engine_voice_language (const LvSetup *setup);
