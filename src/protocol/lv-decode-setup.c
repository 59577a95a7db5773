/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-decode-setup.h"

#include "protocol/lv-decode-content.h"
#include "protocol/lv-tool-decl-json.h"

#define SETUP(member) offsetof (LvSetup, member)

/* ---- generationConfig ---- */

enum { MODALITY_UNSPECIFIED, MODALITY_TEXT, MODALITY_IMAGE, MODALITY_AUDIO, MODALITY_VIDEO };

static const LvEnum modalities = {
  "GenerationConfig.Modality",
  {
      { "MODALITY_UNSPECIFIED", MODALITY_UNSPECIFIED },
      { "TEXT", MODALITY_TEXT },
      { "IMAGE", MODALITY_IMAGE },
      { "AUDIO", MODALITY_AUDIO },
      { "VIDEO", MODALITY_VIDEO },
      { NULL },
  },
};

static gboolean
read_modality (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  LvSetup *setup = base;
  LvField name = { field->name, lv_read_enum, 0, &modalities };
  int modality = MODALITY_UNSPECIFIED;

  if (!lv_read_enum (reader, path, node, &name, &modality))
    return FALSE;
  if (modality == MODALITY_IMAGE || modality == MODALITY_VIDEO)
    return lv_reader_wrong (reader, NULL, reader->code,
                            "The requested combination of response modalities (%s) is not "
                            "supported by the model",
                            modalities.names[modality].name);
  setup->response_text = modality == MODALITY_TEXT;
  return TRUE;
}

static gboolean
read_modalities (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  return lv_reader_read_elements (reader, path, node, read_modality, field, base);
}

static const LvFields prebuilt_fields = {
  "PrebuiltVoiceConfig", { { "voiceName", lv_read_string, SETUP (voice) }, { NULL } }
};

static const LvFields voice_fields = {
  "VoiceConfig",
  {
      { "prebuiltVoiceConfig", lv_read_object, 0, &prebuilt_fields },
      { "replicatedVoiceConfig", lv_read_ignored },
      { "voice", lv_read_string, SETUP (voice) },
      { NULL },
  },
};

static const LvFields speech_fields = {
  "SpeechConfig",
  {
      { "voiceConfig", lv_read_object, 0, &voice_fields },
      { "multiSpeakerVoiceConfig", lv_read_ignored },
      { "languageCode", lv_read_string, SETUP (language) },
      { NULL },
  },
};

static gboolean
read_thinking_level (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                     const LvField *field, gpointer base)
{
  LvSetup *setup = base;
  char *upper;

  if (!lv_read_string (reader, path, node, field, base))
    return FALSE;
  upper = g_ascii_strup (setup->thinking_level, -1);
  g_free (setup->thinking_level);
  setup->thinking_level = upper;
  return TRUE;
}

static const LvFields thinking_fields = {
  "ThinkingConfig",
  {
      { "thinkingLevel", read_thinking_level, SETUP (thinking_level) },
      { "thinkingBudget", lv_read_ignored },
      { "includeThoughts", lv_read_ignored },
      { NULL },
  },
};

static const LvFields generation_fields = {
  "GenerationConfig",
  {
      { "responseModalities", read_modalities },
      { "speechConfig", lv_read_object, 0, &speech_fields },
      { "thinkingConfig", lv_read_object, 0, &thinking_fields },
      { "temperature", lv_read_ignored },
      { "topP", lv_read_ignored },
      { "topK", lv_read_ignored },
      { "maxOutputTokens", lv_read_ignored },
      { "candidateCount", lv_read_ignored },
      { "presencePenalty", lv_read_ignored },
      { "frequencyPenalty", lv_read_ignored },
      { "seed", lv_read_ignored },
      { "mediaResolution", lv_read_ignored },
      { "enableAffectiveDialog", lv_read_ignored },
      { "translationConfig", lv_read_ignored },
      { NULL },
  },
};

/* ---- systemInstruction, tools ---- */

static gboolean
read_system_instruction (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                         const LvField *field, gpointer base)
{
  LvSetup *setup = base;
  LvContent *read = NULL;
  g_autoptr (LvContent) content = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  LvField member = { field->name, lv_read_content, 0, NULL };

  if (!lv_read_content (reader, path, node, &member, &read))
    return FALSE;
  content = read;
  for (guint i = 0; i < content->parts->len; i++)
    {
      const LvPart *part = content->parts->pdata[i];

      if (part->text != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n\n" : "", part->text);
    }
  g_free (setup->system_instruction);
  setup->system_instruction = g_strdup (text->str);
  return TRUE;
}

static gboolean
read_declarations (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                   const LvField *field, gpointer base)
{
  LvSetup *setup = base;

  return lv_reader_read_elements (reader, path, node, lv_tool_decl_read_wire, field, setup->tools);
}

static const LvFields google_search_fields = {
  "Tool.GoogleSearch",
  {
      { "searchTypes", lv_read_ignored },
      { "timeRangeFilter", lv_read_ignored },
      { "excludeDomains", lv_read_ignored },
      { "blockingConfidence", lv_read_ignored },
      { NULL },
  },
};

static const LvFields tool_fields = {
  "Tool",
  {
      { "functionDeclarations", read_declarations },
      { "googleSearch", lv_read_present, SETUP (google_search), &google_search_fields },
      { "codeExecution", lv_read_ignored },
      { "urlContext", lv_read_ignored },
      { "googleMaps", lv_read_ignored },
      { "fileSearch", lv_read_ignored },
      { "computerUse", lv_read_ignored },
      { "mcpServers", lv_read_ignored },
      { "retrieval", lv_read_ignored },
      { "enterpriseWebSearch", lv_read_ignored },
      { NULL },
  },
};

static gboolean
read_tool (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  return lv_reader_read_fields (reader, path, node, &tool_fields, base);
}

static gboolean
read_tools (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  return lv_reader_read_elements (reader, path, node, read_tool, field, base);
}

/* ---- realtimeInputConfig ---- */

static const LvEnum start_sensitivities = {
  "RealtimeInputConfig.AutomaticActivityDetection.StartSensitivity",
  {
      { "START_SENSITIVITY_UNSPECIFIED", LV_SENSITIVITY_DEFAULT },
      { "START_SENSITIVITY_HIGH", LV_SENSITIVITY_HIGH },
      { "START_SENSITIVITY_LOW", LV_SENSITIVITY_LOW },
      { NULL },
  },
};

static const LvEnum end_sensitivities = {
  "RealtimeInputConfig.AutomaticActivityDetection.EndSensitivity",
  {
      { "END_SENSITIVITY_UNSPECIFIED", LV_SENSITIVITY_DEFAULT },
      { "END_SENSITIVITY_HIGH", LV_SENSITIVITY_HIGH },
      { "END_SENSITIVITY_LOW", LV_SENSITIVITY_LOW },
      { NULL },
  },
};

static const LvEnum activity_handlings = {
  "RealtimeInputConfig.ActivityHandling",
  {
      { "ACTIVITY_HANDLING_UNSPECIFIED", FALSE },
      { "START_OF_ACTIVITY_INTERRUPTS", FALSE },
      { "NO_INTERRUPTION", TRUE },
      { NULL },
  },
};

static const LvFields detection_fields = {
  "RealtimeInputConfig.AutomaticActivityDetection",
  {
      { "disabled", lv_read_bool, SETUP (vad_disabled) },
      { "startOfSpeechSensitivity", lv_read_enum, SETUP (start_sensitivity), &start_sensitivities },
      { "endOfSpeechSensitivity", lv_read_enum, SETUP (end_sensitivity), &end_sensitivities },
      { "prefixPaddingMs", lv_read_int, SETUP (prefix_padding_ms) },
      { "silenceDurationMs", lv_read_int, SETUP (silence_duration_ms) },
      { NULL },
  },
};

static const LvFields realtime_fields = {
  "RealtimeInputConfig",
  {
      { "automaticActivityDetection", lv_read_object, 0, &detection_fields },
      { "activityHandling", lv_read_enum, SETUP (no_interruption), &activity_handlings },
      { "turnCoverage", lv_read_ignored },
      { "interimTranscriptTimestampEnabled", lv_read_ignored },
      { NULL },
  },
};

/* ---- the rest ---- */

#define TRANSCRIPTION_ROWS                                                                         \
  { "customVocabulary", lv_read_ignored }, { "mode", lv_read_ignored },                            \
      { "sourceText", lv_read_ignored }, { "wordTimestamp", lv_read_ignored },                     \
      { "diarization", lv_read_ignored }, { "languageAuto", lv_read_ignored },                     \
      { "languageHints", lv_read_ignored },                                                        \
  {                                                                                                \
    "adaptationPhrases", lv_read_ignored                                                           \
  }

static const LvFields input_transcription_fields = {
  "AudioTranscriptionConfig",
  {
      { "languageCodes", lv_read_strings, SETUP (transcription_languages) },
      TRANSCRIPTION_ROWS,
      { NULL },
  },
};

static const LvFields output_transcription_fields = {
  "AudioTranscriptionConfig",
  { { "languageCodes", lv_read_ignored }, TRANSCRIPTION_ROWS, { NULL } },
};

static const LvFields resumption_fields = {
  "SessionResumptionConfig",
  {
      { "handle", lv_read_string, SETUP (resumption_handle) },
      { "transparent", lv_read_ignored },
      { NULL },
  },
};

static const LvFields compression_fields = {
  "ContextWindowCompressionConfig",
  { { "triggerTokens", lv_read_ignored }, { "slidingWindow", lv_read_ignored }, { NULL } },
};

static const LvFields history_fields = {
  "HistoryConfig",
  { { "initialHistoryInClientContent", lv_read_bool, SETUP (initial_history) }, { NULL } },
};

static const LvFields setup_fields = {
  "BidiGenerateContentSetup",
  {
      { "model", lv_read_string, SETUP (model) },
      { "generationConfig", lv_read_object, 0, &generation_fields },
      { "systemInstruction", read_system_instruction },
      { "tools", read_tools },
      { "realtimeInputConfig", lv_read_object, 0, &realtime_fields },
      { "inputAudioTranscription", lv_read_present, SETUP (input_transcription),
        &input_transcription_fields },
      { "outputAudioTranscription", lv_read_present, SETUP (output_transcription),
        &output_transcription_fields },
      { "sessionResumption", lv_read_present, SETUP (resumption), &resumption_fields },
      { "contextWindowCompression", lv_read_present, SETUP (compression), &compression_fields },
      { "historyConfig", lv_read_object, 0, &history_fields },
      { "proactivity", lv_read_ignored },
      { "explicitVadSignal", lv_read_ignored },
      { "avatarConfig", lv_read_ignored },
      { "safetySettings", lv_read_ignored },
      { "labels", lv_read_ignored },
      { "enableSpeechToSpeechTranslation", lv_read_ignored },
      { NULL },
  },
};

gboolean
lv_read_setup (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  g_autoptr (LvSetup) setup = lv_setup_new (NULL);
  LvSetup **member = LV_FIELD_MEMBER (LvSetup *, base, field);
  LvJsonPath model = { path, "model", 0 };

  if (!lv_reader_read_fields (reader, path, node, &setup_fields, setup))
    return FALSE;
  if (setup->model == NULL || *setup->model == '\0')
    return lv_reader_wrong (reader, &model, reader->code, "must be specified");
  lv_setup_free (*member);
  *member = g_steal_pointer (&setup);
  return TRUE;
}
