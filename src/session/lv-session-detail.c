/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-session-private.h"

#include "session/lv-detail.h"

void
lv_session_tell_detail (LvSession *self, LvRole role, const char *kind, GVariant *detail)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (detail);

  g_signal_emit_by_name (self, "detail", lv_transcript_get_open (self->transcript, role), kind,
                         sunk);
}

void
lv_session_tell_transcription (LvSession *self, const LvTranscription *transcription, LvRole role,
                               gboolean interim)
{
  GVariant *detail = lv_detail_from_transcription (transcription, role, interim);

  if (detail != NULL)
    lv_session_tell_detail (self, role, "transcription", detail);
}

void
lv_session_tell_part (LvSession *self, const LvPart *part)
{
  if (part->thought && part->text != NULL)
    lv_session_tell_detail (self, LV_ROLE_MODEL, "thought", lv_detail_from_thought (part->text));
  if (part->code != NULL)
    lv_session_tell_detail (self, LV_ROLE_MODEL, "code", lv_detail_from_code (part->code));
  if (part->code_result != NULL)
    lv_session_tell_detail (self, LV_ROLE_MODEL, "code-result",
                            lv_detail_from_code_result (part->code_result));
}

static void
tell_voice (LvSession *self, LvVoiceActivity activity, gint64 offset_us)
{
  if (activity != LV_VOICE_UNCHANGED)
    lv_session_tell_detail (self, LV_ROLE_USER, "voice-activity",
                            lv_detail_from_voice (activity == LV_VOICE_BEGINS, offset_us));
}

static void
tell_speech_state (LvSession *self, LvSpeechState state)
{
  if (state != LV_SPEECH_UNCHANGED)
    lv_session_tell_detail (
        self, LV_ROLE_USER, "speech-state",
        lv_detail_from_word ("state", state == LV_SPEECH_HEARD ? "speech" : "non-speech"));
}

static void
tell_interaction (LvSession *self, const char *status)
{
  g_autofree char *word = g_ascii_strdown (status, -1);

  lv_session_tell_detail (self, LV_ROLE_MODEL, "interaction",
                          lv_detail_from_word ("status", g_strdelimit (word, "_", '-')));
}

void
lv_session_tell_message (LvSession *self, const LvServerMessage *message)
{
  if (message->grounding != NULL)
    lv_session_tell_detail (self, LV_ROLE_MODEL, "grounding",
                            lv_detail_from_grounding (message->grounding));
  if (message->fetched_urls != NULL)
    lv_session_tell_detail (self, LV_ROLE_MODEL, "url-context",
                            lv_detail_from_urls (message->fetched_urls));
  tell_speech_state (self, message->speech_state);
  tell_voice (self, message->voice_activity, message->voice_activity_us);
  tell_voice (self, message->vad_signal, -1);
  if (message->waiting_for_input)
    lv_session_tell_detail (self, LV_ROLE_MODEL, "waiting-for-input", lv_detail_new_empty ());
  if (message->interaction_status != NULL)
    tell_interaction (self, message->interaction_status);
}
