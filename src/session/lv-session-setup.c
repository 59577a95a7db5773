/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-session-setup.h"

#include "protocol/lv-languages.h"

#include <string.h>

static char *
dup_if_set (const char *text)
{
  return *text != '\0' ? g_strdup (text) : NULL;
}

LvTurnDetection
lv_session_setup_get_turn_detection (const LvProfile *profile)
{
  return *profile->translate_to != '\0' ? LV_TURN_DETECTION_AUTO : profile->turn_detection;
}

LvEndpointerSettings
lv_session_setup_get_endpointing (const LvProfile *profile)
{
  int silence_ms = profile->silence_duration_ms;

  return lv_endpointer_make_settings (profile->start_sensitivity, profile->end_sensitivity,
                                      profile->prefix_padding_ms,
                                      silence_ms >= 0 ? silence_ms : LV_LOCAL_SILENCE_MS);
}

gboolean
lv_session_setup_check (const LvProfile *profile, GError **error)
{
  if (lv_session_setup_get_turn_detection (profile) != LV_TURN_DETECTION_LOCAL ||
      profile->silence_duration_ms <= LV_LOCAL_SILENCE_MAX_MS)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "With turn-detection \"local\", silence-duration-ms is at most %d",
               LV_LOCAL_SILENCE_MAX_MS);
  return FALSE;
}

gboolean
lv_session_setup_has_microphone (const LvProfile *profile)
{
  return profile->audio != LV_AUDIO_NONE;
}

gboolean
lv_session_setup_has_speaker (const LvProfile *profile)
{
  return profile->audio != LV_AUDIO_NONE && profile->speak;
}

gboolean
lv_session_setup_is_stream (const LvModel *model)
{
  return !lv_model_can (model, LV_CAN_READ);
}

static void
add_generation (LvSetup *setup, const LvProfile *profile)
{
  setup->temperature = profile->temperature;
  setup->top_p = profile->top_p;
  setup->top_k = profile->top_k;
  setup->max_output_tokens = profile->max_output_tokens;
  setup->candidate_count = profile->candidate_count;
  setup->presence_penalty = profile->presence_penalty;
  setup->frequency_penalty = profile->frequency_penalty;
  setup->seed = profile->seed;
  setup->media_resolution = profile->media_resolution;
}

static void
add_thinking (LvSetup *setup, const LvProfile *profile)
{
  if (*profile->thinking_level != '\0')
    setup->thinking_level = g_ascii_strup (profile->thinking_level, -1);
  setup->thinking_budget = profile->thinking_budget;
  setup->include_thoughts = profile->include_thoughts;
}

static char *
describe_language (const char *code)
{
  const LvLanguage *language = lv_languages_find (code);

  if (language == NULL)
    return g_strdup_printf ("the language with the tag \"%s\"", code);
  return g_strdup_printf ("%s, tag \"%s\"", language->name, code);
}

/* Models that choose the language themselves heed their instruction better than the field. */
static char *
make_instruction (const LvProfile *profile)
{
  g_autofree char *language = NULL;

  if (*profile->language == '\0')
    return dup_if_set (profile->system_instruction);
  language = describe_language (profile->language);
  return g_strdup_printf ("%s%sRespond in %s; respond only in this language, whatever language is "
                          "spoken to you.",
                          profile->system_instruction,
                          *profile->system_instruction != '\0' ? "\n\n" : "", language);
}

/* Our own words to the model are not asked for: where it takes none, they are left out. */
static void
add_instruction (LvSetup *setup, const LvProfile *profile, const LvModel *model)
{
  gboolean asked = !g_str_equal (profile->system_instruction, LV_SYSTEM_INSTRUCTION_DEFAULT);

  if (asked || lv_model_can (model, LV_CAN_SYSTEM_INSTRUCTION))
    setup->system_instruction = make_instruction (profile);
}

/* What tunes the detection goes to the one who detects. */
static void
add_detection (LvSetup *setup, const LvProfile *profile)
{
  setup->start_sensitivity = profile->start_sensitivity;
  setup->end_sensitivity = profile->end_sensitivity;
  setup->prefix_padding_ms = profile->prefix_padding_ms;
  setup->silence_duration_ms = profile->silence_duration_ms;
}

static void
add_turns (LvSetup *setup, const LvProfile *profile)
{
  setup->vad_disabled = profile->turn_detection != LV_TURN_DETECTION_AUTO;
  if (profile->turn_detection != LV_TURN_DETECTION_LOCAL)
    add_detection (setup, profile);
  setup->no_interruption = !profile->barge_in;
  setup->turn_coverage = profile->turn_coverage;
  setup->explicit_vad_signal = profile->explicit_vad_signal;
}

static void
add_tools (LvSetup *setup, GPtrArray *tools)
{
  for (guint i = 0; i < tools->len; i++)
    g_ptr_array_add (setup->tools, lv_tool_decl_ref (tools->pdata[i]));
}

static void
add_server_tools (LvSetup *setup, const LvProfile *profile)
{
  setup->google_search = profile->google_search;
  setup->google_search_options = dup_if_set (profile->google_search_options);
  setup->code_execution = profile->code_execution;
  setup->url_context = profile->url_context;
  setup->server_tools = dup_if_set (profile->server_tools);
}

/* Older models have a flag for it, and the language where others have that of their answers. */
static void
add_translation (LvSetup *setup, const LvProfile *profile, const LvModel *model)
{
  setup->speech_to_speech =
      lv_model_can (model, LV_CAN_SPEECH_TO_SPEECH) && !lv_model_can (model, LV_CAN_TRANSLATION);
  if (setup->speech_to_speech)
    setup->language = g_strdup (profile->translate_to);
  else
    setup->translate_to = g_strdup (profile->translate_to);
  setup->echo_target_language = profile->echo_target_language;
}

static void
add_words (GPtrArray *words, char **source)
{
  for (guint i = 0; source[i] != NULL; i++)
    g_ptr_array_add (words, g_strdup (source[i]));
}

static void
add_hints (LvSetup *setup, const LvProfile *profile, const LvModel *model)
{
  setup->transcription_mode = profile->transcription_mode;
  setup->word_timestamps = profile->word_timestamps;
  setup->interim_timestamps = profile->interim_timestamps;
  add_words (setup->vocabulary, profile->vocabulary);
  add_words (setup->transcription_languages, profile->transcription_languages);
  if (setup->transcription_languages->len == 0 && *profile->language != '\0' &&
      lv_model_can (model, LV_CAN_TRANSCRIPTION_HINTS))
    g_ptr_array_add (setup->transcription_languages, g_strdup (profile->language));
}

/* What makes a conversation. A translation knows none of it, and leaves out what a profile that it
 * uses besides has of it; asking for it expressly is refused by lv_profile_apply_options(). */
static void
add_conversation (LvSetup *setup, const LvProfile *profile, const LvModel *model)
{
  setup->voice = dup_if_set (profile->voice);
  setup->replicated_voice = dup_if_set (profile->replicated_voice);
  if (lv_model_can (model, LV_CAN_LANGUAGE))
    setup->language = dup_if_set (profile->language);
  setup->avatar = dup_if_set (profile->avatar);
  setup->response_video = setup->avatar != NULL;
  setup->affective_dialog = profile->affective_dialog;
  setup->proactive_audio = profile->proactive_audio;
  setup->proactive_video = profile->proactive_video;
  add_thinking (setup, profile);
  add_instruction (setup, profile, model);
  add_turns (setup, profile);
  add_server_tools (setup, profile);
  add_hints (setup, profile, model);
}

/* Words are transcribed when they are wanted, and always when they are all there is. */
static void
add_transcription (LvSetup *setup, const LvProfile *profile, const LvModel *model)
{
  gboolean heard = lv_session_setup_has_speaker (profile);

  setup->input_transcription = profile->transcripts && lv_session_setup_has_microphone (profile);
  setup->output_transcription =
      (profile->transcripts || !heard) && lv_model_can (model, LV_CAN_ANSWER_AUDIO);
}

static void
add_labels (LvSetup *setup, const LvProfile *profile)
{
  for (guint i = 0; profile->labels[i] != NULL; i++)
    {
      const char *value = strchr (profile->labels[i], '=') + 1;

      g_hash_table_replace (setup->labels,
                            g_strndup (profile->labels[i], value - 1 - profile->labels[i]),
                            g_strdup (value));
    }
}

static void
add_session (LvSetup *setup, const LvProfile *profile, const char *handle)
{
  setup->resumption = TRUE;
  setup->resumption_handle = g_strdup (handle);
  setup->compression = TRUE;
  setup->trigger_tokens = profile->context_trigger_tokens;
  setup->target_tokens = profile->context_target_tokens;
  setup->initial_history = profile->history != NULL && handle == NULL;
  setup->safety = dup_if_set (profile->safety);
  setup->extra = dup_if_set (profile->setup);
  add_labels (setup, profile);
}

LvEndpoint *
lv_session_setup_find_endpoint (const LvProfile *profile, LvEndpoints *endpoints, GError **error)
{
  g_autoptr (LvProfile) translator = NULL;

  if (*profile->translate_to == '\0' || *profile->model != '\0')
    return lv_endpoints_resolve (endpoints, profile, error);
  translator = lv_profile_copy (profile);
  g_free (translator->model);
  translator->model = g_strdup (LV_TRANSLATION_MODEL);
  return lv_endpoints_resolve (endpoints, translator, error);
}

LvSetup *
lv_session_setup_new (const LvProfile *profile, const LvEndpoint *endpoint, const LvModel *limits,
                      GPtrArray *tools, const char *handle)
{
  LvSetup *setup = lv_setup_new (endpoint->model_resource);

  setup->limits = limits;

  setup->api = endpoint->api;
  /* Most models answer by voice alone: without a speaker, its transcription is the answer. */
  setup->response_text =
      !lv_model_can (limits, LV_CAN_ANSWER_AUDIO) ||
      (lv_model_can (limits, LV_CAN_ANSWER_TEXT) && !lv_session_setup_has_speaker (profile));
  if (*profile->translate_to != '\0')
    add_translation (setup, profile, limits);
  else
    add_conversation (setup, profile, limits);
  add_tools (setup, tools);
  add_generation (setup, profile);
  add_transcription (setup, profile, limits);
  add_session (setup, profile, handle);
  return setup;
}
