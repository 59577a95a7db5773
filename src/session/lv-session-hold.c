/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include <time.h>

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

/* The monotonic clock stands still while the machine sleeps. */
static gint64
get_boot_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
distrust_microphone (LvSession *self)
{
  self->muted = TRUE;
  self->muted_by_sleep = TRUE;
  lv_session_emit_changed (self, "muted");
  lv_session_warn_with (
      self, "microphone-off",
      "The machine slept for a while, so the microphone stays muted until you unmute it",
      g_variant_new_parsed ("{'reason': <'slept'>}"));
}

void
lv_session_trust_microphone (LvSession *self)
{
  if (self->muted_by_sleep)
    lv_session_set_muted (self, FALSE);
}

/* Who is there after a long sleep need not know that the conversation goes on. */
static void
note_sleep (LvSession *self)
{
  gint64 since_us = self->slept_us;

  if (self->hold == LV_PAUSE_ASLEEP && since_us == 0)
    self->slept_us = get_boot_us ();
  if (self->hold != LV_PAUSE_NONE)
    return;
  self->slept_us = 0;
  if (since_us != 0 && get_boot_us () - since_us >= LV_SLEEP_SHORT_S * G_USEC_PER_SEC &&
      self->capture != NULL && self->running->audio == LV_AUDIO_PIPEWIRE && !self->muted)
    distrust_microphone (self);
}

void
lv_session_set_hold (LvSession *self, LvPause hold, gboolean ends)
{
  if (self->hold == hold && self->hold_ends == ends)
    return;
  self->hold = hold;
  self->hold_ends = ends;
  lv_tool_router_set_locked (self->router, hold != LV_PAUSE_NONE);
  note_sleep (self);
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
