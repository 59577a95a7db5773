/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From one connection to the next while nothing is wrong: before the age limit, for other settings,
 * or because somebody found out that it does no good any more. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

static gboolean
on_rotate_timer (gpointer data)
{
  LvSession *self = data;

  self->rotate_timer = 0;
  lv_session_dispatch (self, LV_EVENT_ROTATE);
  return G_SOURCE_REMOVE;
}

void
lv_session_plan_rotation (LvSession *self, gint64 time_left_us)
{
  gint64 wait_ms = CLAMP (time_left_us / 1000 - self->times.rotate_lead_ms, 0, G_MAXINT);

  self->rotate_wanted = TRUE;
  lv_session_set_timer (self, &self->rotate_timer, (guint) wait_ms, on_rotate_timer);
  lv_session_consider_rotation (self);
}

void
lv_session_consider_rotation (LvSession *self)
{
  gboolean wanted = self->rotate_wanted || (self->next != NULL && !self->playing);

  if (wanted && self->link == LV_LINK_OPEN && self->turn == LV_TURN_IDLE &&
      lv_tool_router_get_n_outstanding (self->router) == 0)
    {
      self->rotate_wanted = FALSE;
      lv_session_dispatch (self, LV_EVENT_ROTATE);
    }
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
