/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The speaker by PipeWire: queue of what the server sent -> small ring -> data thread -> speaker.
 * An utterance starts when LV_PW_PLAYBACK_PREROLL_MS of it are there, or that long after its first
 * frame. While there has been nothing to play for LV_PW_PLAYBACK_LINGER_MS the stream is inactive
 * and costs nothing. Main thread, except process_rt.
 */
#pragma once

#include "audio/lv-pw-context.h"

#define LV_PW_PLAYBACK_PREROLL_MS 60
#define LV_PW_PLAYBACK_LINGER_MS 3000
#define LV_PW_PLAYBACK_STALL_MS 2000 /* the longest pause taken for a stall within an utterance */
#define LV_PW_PLAYBACK_LATENCY "256/48000"

#define LV_TYPE_PW_PLAYBACK (lv_pw_playback_get_type ())
G_DECLARE_FINAL_TYPE (LvPwPlayback, lv_pw_playback, LV, PW_PLAYBACK, LvPlayback)

/* Stopped. Arguments as for lv_pw_context_create_playback(). */
LvPlayback *lv_pw_playback_new (LvPwContext *context, const char *target, const char *description);

/* How often since creation the voice broke off within an utterance, because frames came late. */
guint64 lv_pw_playback_get_underruns (LvPwPlayback *self);
