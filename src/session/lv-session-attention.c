/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who speaks, as far as this side can tell, whoever decides where turns begin: what the connection
 * is not changed under, what is said again when it breaks, and what wakes a session that dozes.
 * Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

void
lv_session_begin_attention (LvSession *self)
{
  LvEndpointerSettings settings = lv_endpointer_make_settings (
      LV_SENSITIVITY_DEFAULT, LV_SENSITIVITY_DEFAULT, -1, LV_ATTENTION_PAUSE_MS);

  self->speech_began_us = -1;
  self->speech_us = self->voice_us = 0;
  if (self->ears != NULL)
    self->listener = lv_endpointer_new (&settings);
}

void
lv_session_free_attention (LvSession *self)
{
  g_clear_pointer (&self->listener, lv_endpointer_free);
}

void
lv_session_judge_attention (LvSession *self)
{
  LvEndpointerEvent event = lv_endpointer_judge (self->listener, self->ears);
  gint64 now_us = g_get_monotonic_time ();

  if (event == LV_ENDPOINTER_START)
    self->speech_began_us = now_us - LV_ATTENTION_ONSET_MS * 1000;
  if (lv_endpointer_is_speech (self->listener))
    self->speech_us = now_us;
  if (lv_endpointer_is_speech (self->listener) &&
      lv_vad_is_loud (self->ears, LV_ATTENTION_MARGIN_DB, LV_ATTENTION_QUIETEST_DB))
    self->voice_us = now_us;
  if (event == LV_ENDPOINTER_START && self->link == LV_LINK_DOZING)
    lv_session_dispatch (self, LV_EVENT_UNPARK);
  else if (self->rotate_wanted)
    lv_session_consider_rotation (self);
}

void
lv_session_forget_attention (LvSession *self)
{
  if (self->listener != NULL)
    lv_endpointer_end (self->listener);
}

/* Words from longer ago are not kept, only the silence after them. */
gint64
lv_session_get_unheard_us (LvSession *self)
{
  gint64 oldest_us = g_get_monotonic_time () - LV_UPLINK_REPLAY_MS * 1000;

  if (self->turns_marked_here)
    return 0;
  if (self->voice_us <= self->understood_us || self->voice_us < oldest_us)
    return -1;
  return self->speech_began_us;
}

gboolean
lv_session_is_spoken_to (LvSession *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (lv_session_is_talking (self))
    return TRUE;
  if (self->listener == NULL)
    return FALSE;
  return lv_endpointer_is_speech (self->listener) ||
         (self->speech_us > self->answered_us &&
          now_us - self->speech_us < LV_ATTENTION_REACT_MS * 1000);
}
