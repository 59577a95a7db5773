/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "session/lv-session-setup.h"

#define LV_SPOKEN_MIN_MS 200

void
lv_session_begin_talk (LvSession *self)
{
  self->n_loud = 0;
  lv_uplink_start_talking (self->uplink, g_get_monotonic_time ());
  lv_session_dispatch (self, self->running->barge_in ? LV_EVENT_TALK_OVER : LV_EVENT_TALK);
  lv_session_drain_uplink (self);
}

/* Who presses the key and says nothing is owed nothing. */
static gboolean
has_spoken (LvSession *self)
{
  return self->n_loud * LV_CHUNK_MS >= LV_SPOKEN_MIN_MS;
}

void
lv_session_end_talk (LvSession *self)
{
  g_clear_handle_id (&self->talk_timer, g_source_remove);
  lv_uplink_stop_talking (self->uplink, g_get_monotonic_time ());
  lv_session_drain_uplink (self);
  lv_session_arm_quiet_timer (self);
  self->answer_due = TRUE;
  lv_doctor_ask (self->doctor, has_spoken (self) ? LV_ASKED_SPEECH : LV_ASKED_NOTHING,
                 g_get_monotonic_time ());
  lv_session_dispatch (self, LV_EVENT_SPEECH_END);
}

gboolean
lv_session_is_talking (LvSession *self)
{
  return self->uplink != NULL && lv_uplink_is_talking (self->uplink);
}

void
lv_session_poke (LvSession *self)
{
  if (self->uplink == NULL)
    return;
  lv_uplink_poke (self->uplink, g_get_monotonic_time ());
  lv_session_drain_uplink (self);
}

static gboolean
on_talk_timer (gpointer data)
{
  LvSession *self = data;

  self->talk_timer = 0;
  lv_session_warn (self, "talk-ended", "Push to talk was held for very long and released itself");
  lv_session_end_talk (self);
  return G_SOURCE_REMOVE;
}

static gboolean
check_can_talk (LvSession *self, GError **error)
{
  const LvProfile *profile = self->running != NULL ? self->running : self->profile;

  if (lv_session_setup_get_turn_detection (profile) != LV_TURN_DETECTION_MANUAL)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                         "Push to talk needs a session with turn-detection \"manual\"");
  else if (!lv_session_setup_has_microphone (profile))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                         "This session has no microphone: its audio option is \"none\"");
  else if (!lv_session_is_live (self) || self->uplink == NULL)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_READY,
                         "There is no conversation: start one first");
  else if (self->muted && !self->muted_by_sleep)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_READY, "The microphone is muted");
  else
    return TRUE;
  return FALSE;
}

gboolean
lv_session_start_talking (LvSession *self, GError **error)
{
  if (!check_can_talk (self, error) || !lv_session_check_present (self, error))
    return FALSE;
  if (lv_uplink_is_talking (self->uplink))
    return TRUE;
  lv_session_trust_microphone (self);
  if (!lv_capture_is_running (self->capture))
    lv_session_open_microphone (self);
  if (self->deaf)
    {
      g_propagate_error (error, g_error_copy (self->error));
      return FALSE;
    }
  lv_capture_take_floor (self->capture);
  if (!lv_session_check_heard (self, error))
    return FALSE;
  lv_session_set_timer (self, &self->talk_timer, self->times.talk_ms, on_talk_timer);
  lv_session_begin_talk (self);
  return TRUE;
}

gboolean
lv_session_stop_talking (LvSession *self, GError **error)
{
  if (!check_can_talk (self, error))
    return FALSE;
  if (lv_uplink_is_talking (self->uplink))
    lv_session_end_talk (self);
  return TRUE;
}
