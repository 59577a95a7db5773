/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "base/lv-names.h"

static void
set_playing (LvSession *self, gboolean playing)
{
  if (self->playing == playing)
    return;
  self->playing = playing;
  lv_session_update_state (self);
}

static void
on_playback_drained (LvPlayback *playback, LvSession *self)
{
  set_playing (self, FALSE);
  lv_session_consider_rotation (self);
  lv_session_consider_budget (self);
}

static void
on_playback_dropped (LvPlayback *playback, guint64 n_frames, LvSession *self)
{
  g_debug ("%" G_GUINT64_FORMAT " frames of the voice were not taken in time", n_frames);
  lv_session_note_dropped_frame (self, "The model's voice was not read in time: some is lost");
}

static void
on_playback_failed (LvPlayback *playback, const GError *error, LvSession *self)
{
  self->voiceless = TRUE;
  lv_session_set_error (self, error);
  lv_session_warn (self, "no-speaker", error->message);
  set_playing (self, FALSE);
}

void
lv_session_play (LvSession *self, LvPcmBlock *pcm, guint rate)
{
  if (self->playback == NULL)
    return;
  if (rate != LV_RATE_OUT)
    {
      g_debug ("ignoring audio of %u Hz", rate);
      return;
    }
  lv_playback_push (self->playback, pcm);
  set_playing (self,
               lv_playback_get_heard (self->playback) < lv_playback_get_pushed (self->playback));
}

guint64
lv_session_get_pushed (LvSession *self)
{
  return self->playback != NULL ? lv_playback_get_pushed (self->playback) : 0;
}

void
lv_session_do_flush (LvSession *self)
{
  guint64 heard = self->playback != NULL ? lv_playback_flush (self->playback) : LV_HEARD_ALL;
  guint item = lv_transcript_cut (self->transcript, heard, lv_session_get_pushed (self));

  self->answering = FALSE;
  lv_session_end_hold (self, TRUE);
  set_playing (self, FALSE);
  if (item > 0)
    g_signal_emit_by_name (self, "interrupted", item);
}

void
lv_session_prepare_speaker (LvSession *self)
{
  if (self->playback == NULL)
    return;
  if (self->turn != LV_TURN_MODEL)
    lv_playback_complete (self->playback);
  if (self->state == LV_STATE_HEARING || self->state == LV_STATE_THINKING)
    lv_playback_wake (self->playback);
}

/* ---- from the beginning of a conversation to its end ---- */

static LvPlayback *
make_playback (LvSession *self)
{
  if (self->running->audio == LV_AUDIO_FD)
    return lv_session_make_fd_playback (self);
  return lv_pw_context_create_playback (self->services.audio, self->running->output_device,
                                        LV_APPLICATION_NAME);
}

void
lv_session_begin_speaker (LvSession *self)
{
  g_autoptr (GError) error = NULL;

  self->playback = make_playback (self);
  lv_playback_set_jitter (self->playback, self->jitter);
  g_signal_connect_object (self->playback, "drained", G_CALLBACK (on_playback_drained), self, 0);
  g_signal_connect_object (self->playback, "dropped", G_CALLBACK (on_playback_dropped), self, 0);
  g_signal_connect_object (self->playback, "failed", G_CALLBACK (on_playback_failed), self, 0);
  if (!lv_playback_start (self->playback, &error))
    on_playback_failed (self->playback, error, self);
}

void
lv_session_free_speaker (LvSession *self)
{
  if (self->playback == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->playback, self);
  lv_playback_stop (self->playback);
  g_clear_object (&self->playback);
  self->playing = FALSE;
}
