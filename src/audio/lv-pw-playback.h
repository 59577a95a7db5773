/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The speaker by PipeWire: when the stream runs, and what becomes of the voice (lv-flow) when it
 * dies. While there is nothing to play for
 * LV_PW_PLAYBACK_LINGER_MS the stream is inactive and costs nothing; a device that comes up again
 * gets silence first (lv-priming). Main thread, except process_rt.
 */
#pragma once

#include "audio/lv-pw-context.h"

#define LV_PW_PLAYBACK_LINGER_MS 3000
#define LV_PW_PLAYBACK_AWAKE_MS 10000 /* the same after a wake-up that no voice followed */
#define LV_PW_PLAYBACK_KEEP_MS 3000   /* how long what was not heard waits for another device */
#define LV_PW_PLAYBACK_LATENCY "512/48000"

#define LV_TYPE_PW_PLAYBACK (lv_pw_playback_get_type ())
G_DECLARE_FINAL_TYPE (LvPwPlayback, lv_pw_playback, LV, PW_PLAYBACK, LvPlayback)

/* Stopped. Arguments as for lv_pw_context_create_playback(). */
LvPlayback *lv_pw_playback_new (LvPwContext *context, const char *target, const char *description);

/* How often since creation the voice broke off within an utterance, because frames came late. */
guint64 lv_pw_playback_get_underruns (LvPwPlayback *self);
