/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session that nobody uses gives its connection back: closed cleanly, to be resumed at the first
 * word, which the microphone still hears, or at a key. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "session/lv-session-setup.h"

/* A conversation without a handle would be forgotten. */
static gboolean
may_doze (LvSession *self)
{
  return lv_session_is_quiet (self) && !self->playing && self->handle != NULL;
}

static gint64
get_idle_ms (LvSession *self)
{
  gint64 last_us = MAX (MAX (self->active_us, self->heard_us), self->speech_us);

  return (g_get_monotonic_time () - last_us) / 1000;
}

static gint64
get_limit_ms (LvSession *self)
{
  return (gint64) self->services.settings->link.park_after_s * self->times.second_ms;
}

static void arm (LvSession *self, gint64 wait_ms);

static gboolean
on_doze_timer (gpointer data)
{
  LvSession *self = data;
  gint64 limit_ms = get_limit_ms (self);
  gint64 idle_ms = get_idle_ms (self);

  self->doze_timer = 0;
  if (limit_ms > 0 && idle_ms >= limit_ms && may_doze (self))
    lv_session_dispatch (self, LV_EVENT_DOZE);
  else
    arm (self, idle_ms < limit_ms ? limit_ms - idle_ms : limit_ms);
  return G_SOURCE_REMOVE;
}

static void
arm (LvSession *self, gint64 wait_ms)
{
  if (get_limit_ms (self) > 0)
    lv_session_set_timer (self, &self->doze_timer, (guint) MAX (wait_ms, self->times.second_ms),
                          on_doze_timer);
}

void
lv_session_note_active (LvSession *self)
{
  self->active_us = g_get_monotonic_time ();
}

/* A translation has nothing but its stream. */
void
lv_session_plan_doze (LvSession *self)
{
  lv_session_note_active (self);
  g_clear_handle_id (&self->doze_timer, g_source_remove);
  if (!lv_session_is_stream (self))
    arm (self, get_limit_ms (self));
}

/* Where a key begins each turn nobody has to be heard before. */
void
lv_session_do_doze (LvSession *self)
{
  lv_session_forgive (self);
  g_clear_handle_id (&self->doze_timer, g_source_remove);
  if (lv_session_setup_get_turn_detection (self->running) == LV_TURN_DETECTION_MANUAL)
    lv_session_rest_microphone (self);
}
