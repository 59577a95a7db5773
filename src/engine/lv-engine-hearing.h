/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Microphone audio to utterances: decides when the user speaks (voice activity detection, or the
 * client's word for it) and gives just that to the ears, with the moment before, so that the first
 * consonant is not lost. Main thread.
 *
 * Signals:
 *   "started" ()                              the user has begun to speak
 *   "ended" ()                                has stopped; what was said is found out now
 *   "hypothesis" (const char *text)           what it sounds like so far, replaces the last one
 *   "heard" (const char *text, guint frames)  the utterance; "" when nothing was understood;
 *       @frames of it at 16 kHz
 */
#pragma once

#include "protocol/lv-setup.h"

#include <gio/gio.h>

#define LV_TYPE_ENGINE_HEARING (lv_engine_hearing_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineHearing, lv_engine_hearing, LV, ENGINE_HEARING, GObject)

/* Detection of activity and vocabulary are those of @setup. */
LvEngineHearing *lv_engine_hearing_new (const LvSetup *setup);

/* What the user is likely to say, NULL-terminated: see lv_engine_ears_set_phrases(). */
void lv_engine_hearing_expect (LvEngineHearing *self, const char *const *phrases);

/* Any number of samples at 16 kHz. Without voice activity detection only those of an activity
 * count. */
void lv_engine_hearing_feed (LvEngineHearing *self, const gint16 *samples, gsize n_samples);

/* activityStart and activityEnd; nothing happens when it is so already. */
void lv_engine_hearing_start (LvEngineHearing *self);
void lv_engine_hearing_end (LvEngineHearing *self);

/* TRUE from "started" to "heard". */
gboolean lv_engine_hearing_is_busy (LvEngineHearing *self);

/* During "started", "hypothesis" and "heard": when the utterance has begun, and how far it goes,
 * in the audio of the connection. */
gint64 lv_engine_hearing_get_start_us (LvEngineHearing *self);
gint64 lv_engine_hearing_get_end_us (LvEngineHearing *self);

/* During "heard": how lively it was spoken, see lv_engine_mood_judge(). */
double lv_engine_hearing_get_mood (LvEngineHearing *self);

/* During "heard": its words with their times in the audio of the connection. LvWord, newly
 * allocated. */
GPtrArray *lv_engine_hearing_dup_words (LvEngineHearing *self);
