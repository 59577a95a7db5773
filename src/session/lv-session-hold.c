/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

LvPause
lv_session_get_hold (LvSession *self)
{
  return self->hold;
}

gboolean
lv_session_is_parking (LvSession *self)
{
  return self->link == LV_LINK_PARKED && self->socket != NULL;
}

static gboolean
is_refusing (LvSession *self)
{
  return self->hold == LV_PAUSE_ASLEEP || (self->hold != LV_PAUSE_NONE && self->hold_ends);
}

gboolean
lv_session_check_may_start (LvSession *self, GError **error)
{
  if (!is_refusing (self))
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_LOCKED,
                       "No conversation begins while the screen is locked, shows another user's "
                       "desktop, or the machine goes to sleep");
  return FALSE;
}

gboolean
lv_session_check_present (LvSession *self, GError **error)
{
  if (self->hold == LV_PAUSE_NONE)
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_LOCKED,
                       "The screen is locked, shows another user's desktop, or the machine goes "
                       "to sleep: nothing is heard until that is over");
  return FALSE;
}

void
lv_session_do_park (LvSession *self)
{
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  g_clear_handle_id (&self->doze_timer, g_source_remove);
  self->away_us = 0;
  lv_session_emit_changed (self, "parking");
}

static void
unpark (LvSession *self)
{
  lv_session_forgive (self);
  lv_session_dispatch (self, LV_EVENT_UNPARK);
}

void
lv_session_set_hold (LvSession *self, LvPause hold, gboolean ends)
{
  if (self->hold == hold && self->hold_ends == ends)
    return;
  self->hold = hold;
  self->hold_ends = ends;
  lv_tool_router_set_locked (self->router, hold != LV_PAUSE_NONE);
  lv_session_apply_muted (self);
  lv_session_announce_hold (self);
  lv_session_emit_changed (self, "hold");
  if (hold == LV_PAUSE_ASLEEP)
    lv_session_dispatch (self, LV_EVENT_PARK);
  else if (hold == LV_PAUSE_NONE && self->link == LV_LINK_PARKED)
    unpark (self);
  else if (is_refusing (self) && lv_session_is_live (self))
    lv_session_stop (self, LV_CLOSE_LOCKED);
  lv_session_update_state (self);
}
