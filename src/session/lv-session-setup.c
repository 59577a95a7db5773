/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-session-setup.h"

static char *
dup_if_set (const char *text)
{
  return *text != '\0' ? g_strdup (text) : NULL;
}

gboolean
lv_session_setup_has_microphone (const LvProfile *profile)
{
  return profile->audio == LV_AUDIO_PIPEWIRE;
}

gboolean
lv_session_setup_has_speaker (const LvProfile *profile)
{
  return profile->audio == LV_AUDIO_PIPEWIRE && profile->speak;
}

/* Some models refuse a level, others insist on one. */
static char *
choose_thinking_level (const LvProfile *profile, const LvModel *model)
{
  if (model->thinking_level == NULL)
    return NULL;
  if (*profile->thinking_level == '\0')
    return g_strdup (model->thinking_level);
  return g_ascii_strup (profile->thinking_level, -1);
}

static void
add_turn_detection (LvSetup *setup, const LvProfile *profile)
{
  setup->vad_disabled = profile->turn_detection == LV_TURN_DETECTION_MANUAL;
  setup->start_sensitivity = profile->start_sensitivity;
  setup->end_sensitivity = profile->end_sensitivity;
  setup->prefix_padding_ms = profile->prefix_padding_ms;
  setup->silence_duration_ms = profile->silence_duration_ms;
  setup->no_interruption = !profile->barge_in;
}

LvSetup *
lv_session_setup_new (const LvProfile *profile, const LvEndpoint *endpoint, GPtrArray *tools,
                      const char *handle)
{
  LvSetup *setup = lv_setup_new (endpoint->model_resource);

  setup->voice = dup_if_set (profile->voice);
  setup->language = dup_if_set (profile->language);
  setup->system_instruction = dup_if_set (profile->system_instruction);
  setup->thinking_level =
      choose_thinking_level (profile, lv_model_lookup (endpoint->model_resource));
  setup->google_search = profile->google_search;
  add_turn_detection (setup, profile);

  /* Most models answer by voice alone: without a speaker, its transcription is the answer. */
  setup->response_text = endpoint->answers_in_text && !lv_session_setup_has_speaker (profile);
  setup->input_transcription = profile->transcripts && lv_session_setup_has_microphone (profile);
  setup->output_transcription = profile->transcripts || !lv_session_setup_has_speaker (profile);

  setup->resumption = TRUE;
  setup->resumption_handle = g_strdup (handle);
  setup->compression = TRUE;
  setup->extra = dup_if_set (profile->setup);

  for (guint i = 0; i < tools->len; i++)
    g_ptr_array_add (setup->tools, lv_tool_decl_ref (tools->pdata[i]));
  return setup;
}
