/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Affective dialog, as far as a formant synthesiser goes: how lively somebody has spoken, by
 * loudness and pace, and a voice that follows: faster, higher and louder, or calmer and softer. It
 * does not know what anybody feels. Pure.
 */
#pragma once

#include "engine/lv-engine-voices.h"

/* -1.0 for slow murmur, 0.0 for ordinary speech, 1.0 for shouting. @loudness_db: RMS of the voice
 * in dB of full scale. */
double lv_engine_mood_judge (double loudness_db, double words_per_second);

/* @style in that mood. */
LvEngineVoiceStyle lv_engine_mood_apply (const LvEngineVoiceStyle *style, double mood);
