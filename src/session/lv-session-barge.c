/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the session itself hears in the microphone, before any server: with turn detection "local",
 * where the user's turn begins and ends. Each chunk passes here before the uplink.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "session/lv-session-setup.h"

/* ---- turns of the user, where they are detected here ---- */

/* Without barge-in, or where it would hear itself, the model is not listened over. */
static gboolean
may_begin_turn (LvSession *self)
{
  return self->running->barge_in || !(self->playing || self->turn == LV_TURN_MODEL);
}

static void
judge_turn (LvSession *self)
{
  LvEndpointerEvent event;

  if (!lv_session_is_talking (self) && !may_begin_turn (self))
    {
      lv_endpointer_end (self->turns);
      return;
    }
  event = lv_endpointer_judge (self->turns, self->ears);
  if (event == LV_ENDPOINTER_START)
    lv_session_begin_talk (self);
  else if (event == LV_ENDPOINTER_END)
    lv_session_end_talk (self);
}

/* ---- from the beginning of a conversation to its end ---- */

void
lv_session_judge_speech (LvSession *self, const gint16 *samples, guint n_samples)
{
  for (guint i = 0; self->ears != NULL && i + LV_VAD_HOP <= n_samples; i += LV_VAD_HOP)
    {
      lv_vad_feed (self->ears, samples + i);
      if (self->turns != NULL)
        judge_turn (self);
    }
}

void
lv_session_forget_speech (LvSession *self)
{
  if (self->turns != NULL)
    lv_endpointer_end (self->turns);
}

void
lv_session_begin_ears (LvSession *self)
{
  LvTurnDetection detection = lv_session_setup_get_turn_detection (self->running);
  LvEndpointerSettings settings = lv_session_setup_get_endpointing (self->running);

  if (detection == LV_TURN_DETECTION_MANUAL)
    return;
  self->ears = lv_vad_new ();
  if (detection == LV_TURN_DETECTION_LOCAL)
    self->turns = lv_endpointer_new (&settings);
}

void
lv_session_tune_ears (LvSession *self)
{
  LvEndpointerSettings settings = lv_session_setup_get_endpointing (self->running);

  if (self->turns != NULL)
    lv_endpointer_set_settings (self->turns, &settings);
}

void
lv_session_free_ears (LvSession *self)
{
  g_clear_pointer (&self->turns, lv_endpointer_free);
  g_clear_pointer (&self->ears, lv_vad_free);
}
