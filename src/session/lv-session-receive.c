/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "protocol/lv-audio-scan.h"
#include "protocol/lv-decode.h"

#include <string.h>

/* ---- the user's words ---- */

static void
end_speech (LvSession *self)
{
  gboolean asks = self->turn == LV_TURN_USER || self->turn == LV_TURN_INTERRUPTED ||
                  self->turn == LV_TURN_SILENCED;

  lv_doctor_ask (self->doctor, asks ? LV_ASKED_SPEECH : LV_ASKED_NOTHING, g_get_monotonic_time ());
  if (self->turn == LV_TURN_USER && !lv_session_is_talking (self))
    lv_session_dispatch (self, LV_EVENT_SPEECH_END);
  if (lv_session_is_stream (self)) /* it owes no answer */
    lv_session_dispatch (self, LV_EVENT_WAITING_FOR_INPUT);
}

static gboolean
on_quiet_timer (gpointer data)
{
  LvSession *self = data;

  self->quiet_timer = 0;
  if (lv_transcript_tick (self->transcript, g_get_monotonic_time ()))
    end_speech (self);
  return G_SOURCE_REMOVE;
}

void
lv_session_arm_quiet_timer (LvSession *self)
{
  if (!lv_session_is_talking (self))
    lv_session_set_timer (self, &self->quiet_timer, lv_transcript_get_quiet_ms (self->transcript),
                          on_quiet_timer);
}

static void
take_user_words (LvSession *self, const LvTranscription *transcription,
                 void (*add) (LvTranscript *, const char *, gint64))
{
  gboolean interim = add == lv_transcript_set_user_interim;

  if (lv_transcription_has_words (transcription))
    {
      lv_session_dispatch (self, LV_EVENT_SPEECH);
      add (self->transcript, transcription->text, g_get_monotonic_time ());
      lv_session_arm_quiet_timer (self);
    }
  if (transcription != NULL)
    lv_session_tell_transcription (self, transcription, LV_ROLE_USER, interim);
  if (transcription != NULL && transcription->finished)
    {
      lv_transcript_end_user (self->transcript);
      end_speech (self);
    }
}

/* ---- the model's voice and words ---- */

/* FALSE: this is of a turn that is not to be heard any more. */
static gboolean
begin_content (LvSession *self)
{
  lv_session_dispatch (self, LV_EVENT_CONTENT);
  if (self->turn != LV_TURN_MODEL)
    return FALSE;
  lv_session_note_understood (self);
  if (!self->answering)
    self->answer_due = FALSE;
  self->answering = TRUE;
  self->usage_missing = FALSE;
  return TRUE;
}

static void
take_sound (LvSession *self, LvPcmBlock *pcm, guint rate)
{
  if (lv_session_is_pause (self, pcm) || !begin_content (self))
    return;
  lv_session_follow_stream (self, NULL);
  lv_session_count_heard (self, lv_pcm_block_get_length (pcm));
  lv_doctor_hear_sound (self->doctor,
                        lv_pcm_rms (lv_pcm_block_get_samples (pcm), lv_pcm_block_get_length (pcm)),
                        lv_pcm_block_get_length (pcm) * 1000 / rate, self->heard_us);
  lv_session_play (self, pcm, rate);
}

/* Sound that comes with something else, which is rare; or no sound, such as the picture of an
 * avatar. */
static void
take_blob (LvSession *self, const LvBlob *blob)
{
  guint rate = lv_blob_audio_rate (blob->mime_type, LV_RATE_OUT);
  gsize n_bytes;
  gconstpointer samples = g_bytes_get_data (blob->data, &n_bytes);
  g_autoptr (LvPcmBlock) pcm =
      rate != 0 ? lv_pcm_block_new_copy (samples, n_bytes / LV_BYTES_PER_FRAME) : NULL;

  if (pcm != NULL)
    take_sound (self, pcm, rate);
}

static void
take_text (LvSession *self, const char *text)
{
  if (*text == '\0' || !begin_content (self))
    return;
  lv_session_follow_stream (self, NULL);
  lv_doctor_hear_words (self->doctor, text, self->heard_us);
  lv_transcript_add_model_part (self->transcript, text, lv_session_get_pushed (self));
}

static void
take_part (LvSession *self, const LvPart *part)
{
  lv_session_tell_part (self, part);
  if (part->blob != NULL)
    take_blob (self, part->blob);
  else if (part->text != NULL && !part->thought)
    take_text (self, part->text);
}

static void
take_model_turn (LvSession *self, const LvContent *content)
{
  for (guint i = 0; i < content->parts->len; i++)
    take_part (self, content->parts->pdata[i]);
}

static void
take_model_words (LvSession *self, const LvTranscription *transcription)
{
  if (transcription != NULL && transcription->finished &&
      !lv_transcription_has_words (transcription))
    lv_session_follow_stream (self, transcription);
  if (!lv_transcription_has_words (transcription) || !begin_content (self))
    return;
  lv_doctor_hear_words (self->doctor, transcription->text, self->heard_us);
  lv_transcript_add_model_delta (self->transcript, transcription->text,
                                 lv_session_get_pushed (self));
  lv_session_tell_transcription (self, transcription, LV_ROLE_MODEL, FALSE);
  lv_session_follow_stream (self, transcription);
}

/* ---- the turn ---- */

void
lv_session_do_abandon_turn (LvSession *self)
{
  self->answering = FALSE;
  lv_transcript_end_turn (self->transcript, lv_session_get_pushed (self));
}

void
lv_session_do_finish_turn (LvSession *self)
{
  lv_session_do_abandon_turn (self);
  lv_session_note_understood (self);
  self->answered_us = g_get_monotonic_time ();
  self->n_turns++;
  g_signal_emit_by_name (self, "turn-complete", self->n_turns,
                         self->message != NULL ? self->message->turn_complete_reason : NULL,
                         self->has_usage ? &self->usage : NULL);
  self->usage_missing = !self->has_usage;
  self->has_usage = FALSE;
}

/* What interrupted the model may be a text of ours, and then nobody speaks. */
static void
take_interruption (LvSession *self)
{
  lv_session_dispatch (self, LV_EVENT_INTERRUPTED);
  if (self->answer_due && !lv_session_is_talking (self))
    lv_session_dispatch (self, LV_EVENT_SPEECH_END);
}

static void
take_turn_end (LvSession *self, const LvServerMessage *message)
{
  if (message->generation_complete)
    lv_session_dispatch (self, LV_EVENT_GENERATION_COMPLETE);
  if (message->waiting_for_input)
    lv_session_dispatch (self, LV_EVENT_WAITING_FOR_INPUT);
  if (message->turn_complete)
    lv_session_dispatch (self, LV_EVENT_TURN_COMPLETE);
  if ((message->turn_complete && self->answer_due) ||
      g_strcmp0 (message->interaction_status, "IN_PROGRESS") == 0)
    lv_session_dispatch (self, LV_EVENT_OWED);
}

/* ---- the link ---- */

static void
take_handle (LvSession *self, const LvServerMessage *message)
{
  self->resumable = message->resumable && message->resumption_handle != NULL;
  if (!self->resumable)
    return;
  g_free (self->handle);
  self->handle = g_strdup (message->resumption_handle);
  lv_session_keep_soon (self);
  lv_session_consider_rotation (self);
}

static void
take_go_away (LvSession *self, gint64 time_left_us)
{
  g_autofree char *text =
      g_strdup_printf ("The server ends this connection in %" G_GINT64_FORMAT " s; going over to "
                       "a new one",
                       time_left_us / G_USEC_PER_SEC);

  lv_session_warn (self, "go-away", text);
  lv_session_plan_rotation (self, time_left_us);
}

/* What comes between two turns is of the one that was told already. */
static void
take_usage (LvSession *self, const LvServerMessage *message)
{
  lv_session_count_usage (self, message->usage);
  if (!self->usage_missing || message->turn_complete)
    {
      self->usage = *message->usage;
      self->has_usage = TRUE;
    }
  self->usage_missing = FALSE;
}

static void
take_error (LvSession *self, const LvServerMessage *message)
{
  g_autoptr (GError) error = NULL;
  LvRetry retry = lv_close_classify_error (message->error_code, message->error_status,
                                           message->error_message, &error);

  lv_session_lose_link (self, retry, error);
}

/* ---- one frame ---- */

static void
take_content (LvSession *self, const LvServerMessage *message)
{
  if (message->interrupted)
    take_interruption (self);
  if (message->model_turn != NULL)
    take_model_turn (self, message->model_turn);
  take_user_words (self, message->input_transcription, lv_transcript_add_user_delta);
  take_user_words (self, message->interim_input_transcription, lv_transcript_set_user_interim);
  take_model_words (self, message->output_transcription);
  if (message->function_calls != NULL)
    lv_session_handle_calls (self, message->function_calls);
  if (message->cancelled_ids != NULL)
    lv_tool_router_cancel_ids (self->router, message->cancelled_ids);
}

/* Several things may share a frame; the order here is that of their meaning. */
static void
take_message (LvSession *self, const LvServerMessage *message)
{
  self->message = message;
  if (message->setup_complete)
    lv_session_dispatch (self, LV_EVENT_SETUP_COMPLETE);
  if (message->resumption_update)
    take_handle (self, message);
  lv_doctor_hear (self->doctor, message, self->heard_us);
  take_content (self, message);
  lv_doctor_end_turn (self->doctor, message, self->heard_us);
  lv_session_tell_message (self, message);
  if (message->usage != NULL)
    take_usage (self, message);
  take_turn_end (self, message);
  if (message->go_away_us >= 0)
    take_go_away (self, message->go_away_us);
  if (message->error_code != 0)
    take_error (self, message);
  self->message = NULL;
  lv_session_update_state (self);
  lv_session_consider_budget (self);
  lv_session_consult_doctor (self);
}

/* Nearly every frame is sound and nothing else. */
static gboolean
take_sound_frame (LvSession *self, GBytes *frame)
{
  guint rate;
  g_autoptr (LvPcmBlock) pcm = lv_audio_scan (frame, &rate);

  if (pcm == NULL)
    return FALSE;
  lv_session_record_sound (self, frame, pcm, rate);
  take_sound (self, pcm, rate);
  lv_session_update_state (self);
  return TRUE;
}

static void
take_any_frame (LvSession *self, GBytes *frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvServerMessage) message = lv_decode_server (frame, &error);

  lv_session_record_received (self, frame);
  if (message != NULL)
    take_message (self, message);
  else if (!self->bad_frame_seen)
    {
      self->bad_frame_seen = TRUE;
      lv_session_warn (self, "bad-frame", error->message);
    }
}

void
lv_session_receive (LvSession *self, GBytes *frame)
{
  g_object_ref (self); /* as in lv_session_dispatch() */
  self->heard_us = g_get_monotonic_time ();
  if (!take_sound_frame (self, frame))
    take_any_frame (self, frame);
  g_object_unref (self);
}
