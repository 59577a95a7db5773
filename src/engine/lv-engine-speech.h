/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model's side of a turn: text goes in as the brain makes it, paced audio with its transcript
 * comes out. The first chunk goes at once, the others a few times faster than they play, and the
 * turn is over when the listener has heard it: playback is assumed to begin with the first chunk.
 * For TEXT answers no audio is made. Main thread.
 *
 * Signals, in this order, "text" before the audio that it belongs to:
 *   "text" (const char *delta)
 *   "audio" (GBytes *pcm)       s16 mono 24 kHz
 *   "generated" ()              everything has been emitted
 *   "complete" ()               everything has been heard
 */
#pragma once

#include "protocol/lv-setup.h"

#include <gio/gio.h>

#define LV_ENGINE_SPEECH_PACE 6 /* seconds of audio sent per second */

#define LV_TYPE_ENGINE_SPEECH (lv_engine_speech_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineSpeech, lv_engine_speech, LV, ENGINE_SPEECH, GObject)

/* Voice, language and modality are those of @setup. */
LvEngineSpeech *lv_engine_speech_new (const LvSetup *setup);

/* See lv_engine_voice_set_mood(). */
void lv_engine_speech_set_mood (LvEngineSpeech *self, double mood);
/* See lv_engine_voice_set_language(). */
void lv_engine_speech_set_language (LvEngineSpeech *self, const char *language);

void lv_engine_speech_say (LvEngineSpeech *self, const char *text);
/* No more text in this turn. */
void lv_engine_speech_finish (LvEngineSpeech *self);
/* Ends the turn, even one that has not said anything yet: no more signals of it. Returns what was
 * heard of it, "" for nothing; newly allocated. */
char *lv_engine_speech_cut (LvEngineSpeech *self);

/* Of the turn so far, or of the last one: all text and all audio frames that were emitted. */
const char *lv_engine_speech_get_text (LvEngineSpeech *self);
guint64 lv_engine_speech_get_frames (LvEngineSpeech *self);
