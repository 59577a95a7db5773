/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When the voice flows: an utterance starts when as much of it is there as lv-jitter says, or that
 * long after its first frame, or when all of it is there; where it broke off in the middle, so it
 * goes on. Knows the voice, but neither devices nor timers; clock passed in: monotonic
 * microseconds. Main thread.
 */
#pragma once

#include "audio/lv-jitter.h"
#include "audio/lv-voice.h"

#define LV_FLOW_STALL_MS 2000 /* the longest pause taken for a stall within an utterance */

typedef struct _LvFlow LvFlow;

/* What is to happen next. */
typedef enum {
  LV_FLOW_OVER,    /* nothing: all has been heard */
  LV_FLOW_WAITING, /* something at a time that is known */
  LV_FLOW_PLAYING, /* something when the data thread says so */
} LvFlowState;

LvFlow *lv_flow_new (gsize max_bytes);
void lv_flow_free (LvFlow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvFlow, lv_flow_free)

/* Owned by @self. */
LvVoice *lv_flow_get_voice (LvFlow *self);

/* From now on; takes a reference. */
void lv_flow_set_jitter (LvFlow *self, LvJitter *jitter);

/* Returns how many frames, the oldest, had to be dropped. */
guint64 lv_flow_push (LvFlow *self, LvPcmBlock *pcm, gint64 now_us);

/* All of the utterance has been pushed. */
void lv_flow_complete (LvFlow *self);

/* Does what is due; to be called again at *@ret_due_us, or when the data thread took frames. */
LvFlowState lv_flow_run (LvFlow *self, gint64 now_us, gint64 *ret_due_us);

/* As lv_voice_flush(). */
guint64 lv_flow_flush (LvFlow *self);

/* As lv_voice_recall() and lv_voice_drop(). */
void lv_flow_recall (LvFlow *self, gint64 now_us);
void lv_flow_drop (LvFlow *self);

/* How often the voice broke off since creation. */
guint64 lv_flow_get_underruns (LvFlow *self);

/* queued-ms, preroll-ms and underruns of lv_playback_describe(). */
void lv_flow_describe (LvFlow *self, GVariantDict *dict);
