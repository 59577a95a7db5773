/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the user hears at a given moment: spans of voice with the time at which they become audible,
 * added when they leave for the speaker (the device's delay lies between). Pure, the clock is
 * passed in. Main thread.
 */
#pragma once

#include "audio/lv-playout.h"

#define LV_TIMELINE_LEVEL_NS (20 * G_GINT64_CONSTANT (1000000)) /* window of the level */

typedef struct _LvTimeline LvTimeline;

LvTimeline *lv_timeline_new (guint rate);
void lv_timeline_free (LvTimeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTimeline, lv_timeline_free)

/* Spans come in the order of their indices. Forgets those that were over well before @now_ns. */
void lv_timeline_add (LvTimeline *self, const LvPlayoutSpan *span, gint64 now_ns);

/* Forgets spans that will not be heard after all; what was heard was. */
void lv_timeline_clear (LvTimeline *self);

/* The index of the first frame not yet audible at @now_ns. Never runs back, also when the clock
 * does. */
guint64 lv_timeline_get_heard (LvTimeline *self, gint64 now_ns);

/* When the last frame added will have been heard; 0 when none was. */
gint64 lv_timeline_get_end (LvTimeline *self);

/* RMS of what is audible at @now_ns, 0..1. */
double lv_timeline_get_level (LvTimeline *self, gint64 now_ns);
