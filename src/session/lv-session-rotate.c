/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From one connection to the next while nothing is wrong: before the age limit, for other
 * settings, or because somebody found out that it does no good any more. In a moment when nobody
 * would notice, if there is one in time. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

static void
force_rotation (LvSession *self)
{
  if (self->handle != NULL || self->going_away)
    lv_session_dispatch (self, LV_EVENT_ROTATE);
}

static gboolean
on_rotate_timer (gpointer data)
{
  LvSession *self = data;

  self->rotate_timer = 0;
  force_rotation (self);
  return G_SOURCE_REMOVE;
}

static void
want_rotation (LvSession *self, gint64 wait_ms)
{
  self->rotate_wanted = TRUE;
  lv_session_set_timer (self, &self->rotate_timer, (guint) CLAMP (wait_ms, 0, G_MAXINT),
                        on_rotate_timer);
  lv_session_consider_rotation (self);
}

static gboolean
on_pause_over (gpointer data)
{
  LvSession *self = data;

  self->rotate_timer = 0;
  want_rotation (self, self->rotate_wait_ms);
  return G_SOURCE_REMOVE;
}

/* A server that goes away soon after it came may do so again, as fast as it is asked. */
void
lv_session_plan_rotation (LvSession *self, gint64 time_left_us)
{
  guint pause_ms;

  if (self->going_away && !self->rotate_wanted) /* in that pause */
    return;
  pause_ms = self->going_away ? 0 : lv_session_choose_pause (self);
  self->going_away = TRUE;
  g_clear_handle_id (&self->age_timer, g_source_remove);
  self->rotate_wait_ms = time_left_us / 1000 - self->times.rotate_lead_ms - pause_ms;
  if (pause_ms == 0)
    want_rotation (self, self->rotate_wait_ms);
  else
    lv_session_set_timer (self, &self->rotate_timer, pause_ms, on_pause_over);
}

/* Nobody announced an end: there is time to wait for a good moment, but not without a limit. */
static gboolean
on_age_timer (gpointer data)
{
  LvSession *self = data;

  self->age_timer = 0;
  want_rotation (self, self->times.rotate_patience_ms);
  return G_SOURCE_REMOVE;
}

void
lv_session_plan_aging (LvSession *self)
{
  guint max_age_s = self->services.settings->link.max_age_s;

  if (max_age_s > 0)
    lv_session_set_timer (self, &self->age_timer, max_age_s * self->times.second_ms, on_age_timer);
}

void
lv_session_forget_rotation (LvSession *self)
{
  g_clear_handle_id (&self->rotate_timer, g_source_remove);
  g_clear_handle_id (&self->age_timer, g_source_remove);
  self->rotate_wanted = FALSE;
  self->going_away = FALSE;
}

gboolean
lv_session_is_quiet (LvSession *self)
{
  return self->link == LV_LINK_OPEN && self->turn == LV_TURN_IDLE && !self->answer_due &&
         g_queue_is_empty (&self->held) && !lv_session_is_spoken_to (self) &&
         lv_tool_router_get_n_outstanding (self->router) == 0;
}

/* What a handle leads to is not known before the server has named one. */
static gboolean
is_rotation_due (LvSession *self)
{
  if (self->rotate_wanted && self->handle != NULL && self->resumable)
    return TRUE;
  return self->next != NULL && !self->playing;
}

void
lv_session_consider_rotation (LvSession *self)
{
  if (is_rotation_due (self) && lv_session_is_quiet (self))
    lv_session_dispatch (self, LV_EVENT_ROTATE);
}

void
lv_session_resume_link (LvSession *self)
{
  if (self->retry_timer != 0)
    lv_session_dispatch (self, LV_EVENT_RETRY);
  else
    lv_session_dispatch (self, LV_EVENT_ROTATE);
}

void
lv_session_renew_link (LvSession *self)
{
  lv_session_dispatch (self, LV_EVENT_RENEW);
}
