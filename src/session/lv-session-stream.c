/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-session-private.h"

#include "base/lv-pcm.h"
#include "session/lv-session-setup.h"

gboolean
lv_session_is_stream (LvSession *self)
{
  return self->model != NULL && lv_session_setup_is_stream (self->model);
}

gboolean
lv_session_is_pause (LvSession *self, LvPcmBlock *pcm)
{
  return lv_session_is_stream (self) &&
         lv_pcm_rms (lv_pcm_block_get_samples (pcm), lv_pcm_block_get_length (pcm)) <
             LV_STREAM_PAUSE_RMS;
}

static gboolean
on_stream_timer (gpointer data)
{
  LvSession *self = data;

  self->stream_timer = 0;
  lv_transcript_end_model (self->transcript, lv_session_get_pushed (self));
  if (self->turn == LV_TURN_MODEL)
    lv_session_dispatch (self, LV_EVENT_TURN_COMPLETE);
  return G_SOURCE_REMOVE;
}

void
lv_session_follow_stream (LvSession *self, const LvTranscription *transcription)
{
  if (!lv_session_is_stream (self))
    return;
  lv_session_set_timer (self, &self->stream_timer, self->times.stream_quiet_ms, on_stream_timer);
  if (transcription != NULL && transcription->finished)
    lv_transcript_end_model (self->transcript, lv_session_get_pushed (self));
}
