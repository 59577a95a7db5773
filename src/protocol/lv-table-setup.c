/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * setup but for generationConfig and tools, and contextUpdate.
 */
#include "protocol/lv-table.h"

#define SETUP(member) offsetof (LvSetup, member)

/* ---- systemInstruction ---- */

static gboolean
read_instruction (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  char **member = LV_FIELD_MEMBER (char *, base, field);
  const LvField whole = { .name = field->name, .detail = &lv_content_fields };
  LvContent *read = NULL;
  g_autoptr (LvContent) content = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (!lv_as_struct.read (reader, path, node, &whole, &read))
    return FALSE;
  content = read;
  for (guint i = 0; i < content->parts->len; i++)
    {
      const LvPart *part = content->parts->pdata[i];

      if (part->text != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n\n" : "", part->text);
    }
  g_free (*member);
  *member = g_strdup (text->str);
  return TRUE;
}

/* One part a paragraph. */
static void
write_instruction (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const char *text = *LV_FIELD_MEMBER (char *, base, field);
  g_auto (GStrv) paragraphs = text != NULL ? g_strsplit (text, "\n\n", -1) : NULL;

  if (paragraphs == NULL)
    return;
  lv_json_open (writer->json, field->name, '{');
  lv_json_open (writer->json, "parts", '[');
  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      if (*paragraphs[i] == '\0')
        continue;
      lv_json_open (writer->json, NULL, '{');
      lv_json_add_string (writer->json, "text", paragraphs[i]);
      lv_json_close (writer->json, '}');
    }
  lv_json_close (writer->json, ']');
  lv_json_close (writer->json, '}');
}

/* char *: paragraphs */
static const LvKind instruction_kind = { read_instruction, write_instruction, LV_SHAPE_OBJECT };

static const LvFields instruction_part_fields = {
  .type = "Part",
  .rows = { { "text", LV_READS (lv_read_string) }, { NULL } },
};

/* What of a Content counts in an instruction; for the list of fields. */
static const LvFields instruction_fields = {
  .type = "Content",
  .rows = { { "parts", &lv_as_structs, 0, &instruction_part_fields }, { NULL } },
};

#define INSTRUCTION_ROW                                                                            \
  {                                                                                                \
    "systemInstruction", &instruction_kind, SETUP (system_instruction), &instruction_fields,       \
        .needs = LV_CAN_SYSTEM_INSTRUCTION                                                         \
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

static const LvEnum turn_coverages = {
  "RealtimeInputConfig.TurnCoverage",
  {
      { "TURN_COVERAGE_UNSPECIFIED", LV_TURN_COVERAGE_DEFAULT },
      { "TURN_INCLUDES_ONLY_ACTIVITY", LV_TURN_COVERAGE_ACTIVITY },
      { "TURN_INCLUDES_ALL_INPUT", LV_TURN_COVERAGE_ALL },
      { "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO", LV_TURN_COVERAGE_AUDIO_ACTIVITY_AND_VIDEO },
      { NULL },
  },
};

/* Vertex has this by default, and refuses to be told. */
static void
write_coverage (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvSetup *setup = base;

  if (lv_api_is_vertex (writer->api) &&
      setup->turn_coverage == LV_TURN_COVERAGE_AUDIO_ACTIVITY_AND_VIDEO)
    lv_writer_refuse_value (writer, field->name, "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO");
  else
    lv_as_enum.write (writer, field, base);
}

static const LvKind coverage_kind = { lv_read_enum, write_coverage, LV_SHAPE_VALUE };

static const LvFields detection_fields = {
  .type = "RealtimeInputConfig.AutomaticActivityDetection",
  .rows = {
      { "disabled", &lv_as_bool, SETUP (vad_disabled), .needs = LV_CAN_MANUAL_ACTIVITY },
      { "startOfSpeechSensitivity", &lv_as_enum, SETUP (start_sensitivity), &start_sensitivities },
      { "endOfSpeechSensitivity", &lv_as_enum, SETUP (end_sensitivity), &end_sensitivities },
      { "prefixPaddingMs", &lv_as_natural, SETUP (prefix_padding_ms) },
      { "silenceDurationMs", &lv_as_natural, SETUP (silence_duration_ms) },
      { NULL },
  },
};

static const LvFields realtime_fields = {
  .type = "RealtimeInputConfig",
  .rows = {
      { "automaticActivityDetection", &lv_as_object, 0, &detection_fields },
      { "activityHandling", &lv_as_enum, SETUP (no_interruption), &activity_handlings },
      { "turnCoverage", &coverage_kind, SETUP (turn_coverage), &turn_coverages,
        .needs = LV_CAN_TURN_COVERAGE },
      { "interimTranscriptTimestampEnabled", &lv_as_bool, SETUP (interim_timestamps),
        .needs = LV_CAN_INTERIM_TIMESTAMPS },
      { NULL },
  },
};

/* ---- transcriptions ---- */

static const LvEnum transcription_modes = {
  "AudioTranscriptionConfig.Mode",
  {
      { "MODE_UNSPECIFIED", LV_TRANSCRIPTION_DEFAULT },
      { "VERBATIM", LV_TRANSCRIPTION_VERBATIM },
      { "SMART", LV_TRANSCRIPTION_SMART },
      { NULL },
  },
};

static const LvFields language_hints_fields = {
  .type = "AudioTranscriptionConfig.LanguageHints",
  .rows = { { "languageCodes", &lv_as_strings, SETUP (transcription_languages) }, { NULL } },
};

#define HINTS .needs = LV_CAN_TRANSCRIPTION_HINTS
#define MODE .needs = LV_CAN_TRANSCRIPTION_MODE
#define ALIAS .is_alias = TRUE
#define NOT_LIVE "the Live API does not tell speakers apart"

static const LvFields input_transcription_fields = {
  .type = "AudioTranscriptionConfig",
  .rows = {
      { "languageCodes", &lv_as_strings, SETUP (transcription_languages), HINTS },
      { "customVocabulary", &lv_as_strings, SETUP (vocabulary), HINTS },
      { "mode", &lv_as_enum, SETUP (transcription_mode), &transcription_modes, MODE },
      { "sourceText", &lv_as_string, SETUP (transcription_source), MODE },
      { "wordTimestamp", &lv_as_bool, SETUP (word_timestamps), .needs = LV_CAN_WORD_TIMESTAMPS },
      { "languageHints", &lv_as_object, 0, &language_hints_fields, ALIAS },
      { "adaptationPhrases", &lv_as_strings, SETUP (vocabulary), ALIAS },
      { "languageAuto", &lv_as_ignored, 0, "the same as no language" },
      { "diarization", &lv_as_ignored, 0, NOT_LIVE },
      { NULL },
  },
};

#define OWN_WORDS "the model knows its own words"

static const LvFields output_transcription_fields = {
  .type = "AudioTranscriptionConfig",
  .rows = {
      { "languageCodes", &lv_as_ignored, 0, OWN_WORDS },
      { "customVocabulary", &lv_as_ignored, 0, OWN_WORDS },
      { "mode", &lv_as_ignored, 0, OWN_WORDS },
      { "sourceText", &lv_as_ignored, 0, OWN_WORDS },
      { "wordTimestamp", &lv_as_ignored, 0, OWN_WORDS },
      { "languageHints", &lv_as_ignored, 0, OWN_WORDS },
      { "adaptationPhrases", &lv_as_ignored, 0, OWN_WORDS },
      { "languageAuto", &lv_as_ignored, 0, OWN_WORDS },
      { "diarization", &lv_as_ignored, 0, NOT_LIVE },
      { NULL },
  },
};

/* ---- the session ---- */

static const LvFields resumption_fields = {
  .type = "SessionResumptionConfig",
  .rows = {
      { "handle", &lv_as_string, SETUP (resumption_handle) },
      { "transparent", &lv_as_bool, SETUP (transparent), .needs = LV_CAN_TRANSPARENT },
      { NULL },
  },
};

/* A trigger alone may lie below the server's own target, and then the setup is refused. */
static void
write_target (LvWriter *writer, const LvField *field, gconstpointer base)
{
  LvSetup copy = *(const LvSetup *) base;

  if (copy.target_tokens <= 0)
    copy.target_tokens = copy.trigger_tokens / 2;
  lv_as_int64.write (writer, field, &copy);
}

static const LvKind target_kind = { lv_read_int64, write_target, LV_SHAPE_VALUE };

static const LvFields sliding_window_fields = {
  .type = "ContextWindowCompressionConfig.SlidingWindow",
  .rows = { { "targetTokens", &target_kind, SETUP (target_tokens) }, { NULL } },
};

static const LvFields compression_fields = {
  .type = "ContextWindowCompressionConfig",
  .rows = {
      { "triggerTokens", &lv_as_int64, SETUP (trigger_tokens) },
      { "slidingWindow", &lv_as_always, 0, &sliding_window_fields },
      { NULL },
  },
};

static const LvFields history_fields = {
  .type = "HistoryConfig",
  .rows = {
      { "initialHistoryInClientContent", &lv_as_bool, SETUP (initial_history),
        .needs = LV_CAN_HISTORY },
      { NULL },
  },
};

static const LvFields proactivity_fields = {
  .type = "ProactivityConfig",
  .rows = {
      { "proactiveAudio", &lv_as_bool, SETUP (proactive_audio), .needs = LV_CAN_PROACTIVE_AUDIO },
      { "proactiveVideo", &lv_as_bool, SETUP (proactive_video), .needs = LV_CAN_PROACTIVE_VIDEO },
      { NULL },
  },
};

#define ANYTHING LV_READS (lv_read_anything)

static const LvFields portrait_fields = {
  .type = "AvatarConfig.CustomizedAvatar",
  .rows = { { "imageMimeType", ANYTHING }, { "imageData", ANYTHING }, { NULL } },
};

static const LvFields avatar_fields = {
  .type = "AvatarConfig",
  .rows = {
      { "avatarName", ANYTHING },
      { "customizedAvatar", &lv_as_object, 0, &portrait_fields },
      { "audioBitrateBps", ANYTHING },
      { "videoBitrateBps", ANYTHING },
      { NULL },
  },
};

static const LvFields safety_fields = {
  .type = "SafetySetting",
  .rows = {
      { "category", ANYTHING },
      { "threshold", ANYTHING },
      { "method", ANYTHING, .needs = LV_CAN_VERTEX_API },
      { NULL },
  },
};

static void
init_setup (gpointer base)
{
  lv_setup_init (base);
}

static gboolean
check_setup (LvJsonReader *reader, const LvJsonPath *path, gpointer base)
{
  const LvSetup *setup = base;
  LvJsonPath model = { path, "model", 0 };

  return (setup->model != NULL && *setup->model != '\0') ||
         lv_reader_wrong (reader, &model, reader->code, "must be specified");
}

const LvFields lv_setup_fields = {
  .type = "BidiGenerateContentSetup",
  .size = sizeof (LvSetup),
  .free = (GDestroyNotify) lv_setup_free,
  .init = init_setup,
  .check = check_setup,
  .rows = {
      { "model", &lv_as_string, SETUP (model) },
      { "generationConfig", &lv_as_object, 0, &lv_generation_fields },
      INSTRUCTION_ROW,
      { "tools", &lv_as_tools, 0, &lv_tool_fields },
      { "realtimeInputConfig", &lv_as_object, 0, &realtime_fields },
      { "inputAudioTranscription", &lv_as_present, SETUP (input_transcription),
        &input_transcription_fields },
      { "outputAudioTranscription", &lv_as_present, SETUP (output_transcription),
        &output_transcription_fields },
      { "sessionResumption", &lv_as_present, SETUP (resumption), &resumption_fields },
      { "contextWindowCompression", &lv_as_present, SETUP (compression), &compression_fields },
      { "historyConfig", &lv_as_object, 0, &history_fields },
      { "proactivity", &lv_as_object, 0, &proactivity_fields },
      { "explicitVadSignal", &lv_as_bool, SETUP (explicit_vad_signal),
        .needs = LV_CAN_EXPLICIT_VAD },
      { "avatarConfig", &lv_as_known, SETUP (avatar), &avatar_fields, .needs = LV_CAN_AVATAR },
      { "safetySettings", &lv_as_known_array, SETUP (safety), &safety_fields },
      { "labels", &lv_as_map, SETUP (labels) },
      { "enableSpeechToSpeechTranslation", &lv_as_bool, SETUP (speech_to_speech),
        .needs = LV_CAN_SPEECH_TO_SPEECH },
      { NULL },
  },
};

/* ---- contextUpdate ---- */

/* The wrapper tells "no tools any more" from "as before". */
static const LvFields tools_update_fields = {
  .type = "BidiGenerateContentContextUpdate.Tools",
  .rows = { { "tools", &lv_as_all_tools, 0, &lv_tool_fields }, { NULL } },
};

static gboolean
check_update (LvJsonReader *reader, const LvJsonPath *path, gpointer base)
{
  const LvSetup *setup = base;

  return setup->system_instruction != NULL || setup->replaces_tools ||
         lv_reader_wrong (reader, NULL, reader->code, LV_INVALID_ARGUMENT);
}

const LvFields lv_context_update_fields = {
  .type = "BidiGenerateContentContextUpdate",
  .size = sizeof (LvSetup),
  .free = (GDestroyNotify) lv_setup_free,
  .init = init_setup,
  .check = check_update,
  .rows = {
      INSTRUCTION_ROW,
      { "tools", &lv_as_present, SETUP (replaces_tools), &tools_update_fields },
      { NULL },
  },
};
