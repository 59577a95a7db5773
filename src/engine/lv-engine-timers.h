/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The timers that a user has set, and who is told when one goes off. Main thread.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_MAX_TIMERS 16
#define LV_ENGINE_TIMER_MAX_S (24 * 60 * 60)

typedef struct _LvEngineTimers LvEngineTimers;

/* A timer of @seconds has gone off. */
typedef void (*LvEngineTimerFunc) (gint64 seconds, gpointer data);

LvEngineTimers *lv_engine_timers_new (LvEngineTimerFunc func, gpointer data);
void lv_engine_timers_free (LvEngineTimers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineTimers, lv_engine_timers_free)

/* FALSE when there are too many, or @seconds is not between 1 and LV_ENGINE_TIMER_MAX_S. */
gboolean lv_engine_timers_add (LvEngineTimers *self, gint64 seconds);

/* Forgets all; how many there were. */
guint lv_engine_timers_cancel (LvEngineTimers *self);

guint lv_engine_timers_get_n (LvEngineTimers *self);

/* Seconds until the next goes off, rounded up; -1 without one. */
gint64 lv_engine_timers_get_left (LvEngineTimers *self);
