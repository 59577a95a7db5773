/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-timers.h"

typedef struct {
  LvEngineTimers *owner;
  gint64 seconds;
  gint64 due_us; /* monotonic */
  guint source;
} Timer;

struct _LvEngineTimers {
  LvEngineTimerFunc func;
  gpointer data;
  GPtrArray *timers; /* Timer */
};

static void
timer_free (Timer *timer)
{
  g_clear_handle_id (&timer->source, g_source_remove);
  g_free (timer);
}

LvEngineTimers *
lv_engine_timers_new (LvEngineTimerFunc func, gpointer data)
{
  LvEngineTimers *self = g_new0 (LvEngineTimers, 1);

  self->func = func;
  self->data = data;
  self->timers = g_ptr_array_new_with_free_func ((GDestroyNotify) timer_free);
  return self;
}

void
lv_engine_timers_free (LvEngineTimers *self)
{
  g_ptr_array_unref (self->timers);
  g_free (self);
}

static gboolean
on_due (gpointer data)
{
  Timer *timer = data;
  LvEngineTimers *self = timer->owner;
  gint64 seconds = timer->seconds;

  timer->source = 0;
  g_ptr_array_remove (self->timers, timer);
  self->func (seconds, self->data);
  return G_SOURCE_REMOVE;
}

gboolean
lv_engine_timers_add (LvEngineTimers *self, gint64 seconds)
{
  Timer *timer;

  if (self->timers->len >= LV_ENGINE_MAX_TIMERS || seconds < 1 || seconds > LV_ENGINE_TIMER_MAX_S)
    return FALSE;
  timer = g_new0 (Timer, 1);
  timer->owner = self;
  timer->seconds = seconds;
  timer->due_us = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  timer->source = g_timeout_add (seconds * 1000, on_due, timer);
  g_ptr_array_add (self->timers, timer);
  return TRUE;
}

guint
lv_engine_timers_cancel (LvEngineTimers *self)
{
  guint n = self->timers->len;

  g_ptr_array_set_size (self->timers, 0);
  return n;
}

guint
lv_engine_timers_get_n (LvEngineTimers *self)
{
  return self->timers->len;
}

gint64
lv_engine_timers_get_left (LvEngineTimers *self)
{
  gint64 next = G_MAXINT64;

  for (guint i = 0; i < self->timers->len; i++)
    next = MIN (next, ((Timer *) self->timers->pdata[i])->due_us);
  if (self->timers->len == 0)
    return -1;
  return MAX (next - g_get_monotonic_time () + G_USEC_PER_SEC - 1, 0) / G_USEC_PER_SEC;
}
