/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * setup.generationConfig.
 */
#include "protocol/lv-table.h"

#include <string.h>

#define SETUP(member) offsetof (LvSetup, member)

/* ---- responseModalities ---- */

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
  const LvField name = { .name = field->name, .detail = &modalities };
  int modality = MODALITY_UNSPECIFIED;

  if (!lv_read_enum (reader, path, node, &name, &modality))
    return FALSE;
  if (modality == MODALITY_IMAGE)
    return lv_reader_wrong (reader, NULL, reader->code,
                            "The requested combination of response modalities (IMAGE) is not "
                            "supported by the model");
  setup->response_text = modality == MODALITY_TEXT;
  setup->response_video = modality == MODALITY_VIDEO;
  return TRUE;
}

static gboolean
read_modalities (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  return lv_read_elements (reader, path, node, read_modality, field, base);
}

/* What is asked for, or else what the model has. */
static const char *
choose_modality (LvWriter *writer, const LvField *field, const LvSetup *setup)
{
  if (setup->response_video && lv_writer_can (writer, LV_CAN_ANSWER_VIDEO))
    return "VIDEO";
  if (setup->response_video)
    lv_writer_refuse_value (writer, field->name, "VIDEO");
  if (setup->response_text && !lv_writer_can (writer, LV_CAN_ANSWER_TEXT))
    lv_writer_refuse_value (writer, field->name, "TEXT");
  if (setup->response_text)
    return lv_writer_can (writer, LV_CAN_ANSWER_TEXT) ? "TEXT" : "AUDIO";
  return lv_writer_can (writer, LV_CAN_ANSWER_AUDIO) ? "AUDIO" : "TEXT";
}

static void
write_modalities (LvWriter *writer, const LvField *field, gconstpointer base)
{
  lv_json_open (writer->json, field->name, '[');
  lv_json_add_string (writer->json, NULL, choose_modality (writer, field, base));
  lv_json_close (writer->json, ']');
}

static const LvKind modalities_kind = { read_modalities, write_modalities, LV_SHAPE_VALUES };

/* ---- speechConfig ---- */

/* Ids of the voice library ("en-us-arlo") have a field of their own; prebuilt voices are names. */
static gboolean
is_library_voice (const char *voice)
{
  return voice != NULL && strchr (voice, '-') != NULL;
}

static void
write_prebuilt_voice (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvSetup *setup = base;

  if (!is_library_voice (setup->voice))
    lv_json_add_string (writer->json, field->name, setup->voice);
}

static void
write_library_voice (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvSetup *setup = base;

  if (is_library_voice (setup->voice))
    lv_json_add_string (writer->json, field->name, setup->voice);
}

static const LvKind prebuilt_voice_kind = { lv_read_string, write_prebuilt_voice, LV_SHAPE_VALUE };
static const LvKind library_voice_kind = { lv_read_string, write_library_voice, LV_SHAPE_VALUE };

static const LvFields prebuilt_fields = {
  .type = "PrebuiltVoiceConfig",
  .rows = { { "voiceName", &prebuilt_voice_kind, SETUP (voice), .needs = LV_CAN_VOICE }, { NULL } },
};

#define ANYTHING LV_READS (lv_read_anything)

static const LvFields signature_fields = {
  .type = "VoiceConsentSignature",
  .rows = { { "signature", ANYTHING }, { NULL } },
};

static const LvFields replicated_fields = {
  .type = "ReplicatedVoiceConfig",
  .rows = {
      { "mimeType", ANYTHING },
      { "voiceSampleAudio", ANYTHING },
      { "consentAudio", ANYTHING, .needs = LV_CAN_DEVELOPER_API },
      { "voiceConsentSignature", &lv_as_object, 0, &signature_fields,
        .needs = LV_CAN_DEVELOPER_API },
      { NULL },
  },
};

static const LvFields voice_fields = {
  .type = "VoiceConfig",
  .rows = {
      { "prebuiltVoiceConfig", &lv_as_object, 0, &prebuilt_fields },
      { "replicatedVoiceConfig", &lv_as_known, SETUP (replicated_voice), &replicated_fields,
        .needs = LV_CAN_REPLICATED_VOICE },
      { "voice", &library_voice_kind, SETUP (voice), .needs = LV_CAN_VOICE_LIBRARY },
      { NULL },
  },
};

static const LvFields speech_fields = {
  .type = "SpeechConfig",
  .rows = {
      { "voiceConfig", &lv_as_object, 0, &voice_fields },
      { "languageCode", &lv_as_string, SETUP (language), .needs = LV_CAN_LANGUAGE },
      { "multiSpeakerVoiceConfig", &lv_as_ignored, 0, "a conversation has one speaker" },
      { NULL },
  },
};

/* ---- thinkingConfig ---- */

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

static gboolean
is_word_of (const char *words, const char *word)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  return g_strv_contains ((const char *const *) list, word);
}

/* Some models insist on a level, each has its own. */
static void
write_thinking_level (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvSetup *setup = base;
  const LvModel *model = writer->model;
  const char *level = setup->thinking_level;

  if (level != NULL && model != NULL && model->thinking_levels != NULL &&
      !is_word_of (model->thinking_levels, level))
    {
      lv_writer_refuse_value (writer, field->name, level);
      level = NULL;
    }
  if (level == NULL && model != NULL)
    level = model->thinking_level;
  lv_json_add_string (writer->json, field->name, level);
}

static const LvKind thinking_level_kind = { read_thinking_level, write_thinking_level,
                                            LV_SHAPE_VALUE };

static const LvFields thinking_fields = {
  .type = "ThinkingConfig",
  .rows = {
      { "thinkingLevel", &thinking_level_kind, SETUP (thinking_level),
        .needs = LV_CAN_THINKING_LEVEL },
      { "thinkingBudget", &lv_as_any_int, SETUP (thinking_budget),
        .needs = LV_CAN_THINKING_BUDGET },
      { "includeThoughts", &lv_as_bool, SETUP (include_thoughts), .needs = LV_CAN_THINKING },
      { NULL },
  },
};

/* ---- the whole ---- */

static const LvEnum resolutions = {
  "MediaResolution",
  {
      { "MEDIA_RESOLUTION_UNSPECIFIED", LV_MEDIA_RESOLUTION_DEFAULT },
      { "MEDIA_RESOLUTION_LOW", LV_MEDIA_RESOLUTION_LOW },
      { "MEDIA_RESOLUTION_MEDIUM", LV_MEDIA_RESOLUTION_MEDIUM },
      { "MEDIA_RESOLUTION_HIGH", LV_MEDIA_RESOLUTION_HIGH },
      { NULL },
  },
};

static const LvFields translation_fields = {
  .type = "TranslationConfig",
  .rows = {
      { "targetLanguageCode", &lv_as_string, SETUP (translate_to), .needs = LV_CAN_TRANSLATION },
      { "echoTargetLanguage", &lv_as_bool, SETUP (echo_target_language),
        .needs = LV_CAN_TRANSLATION },
      { NULL },
  },
};

#define NOT_SPOKEN "for written answers of the other APIs"

const LvFields lv_generation_fields = {
  .type = "GenerationConfig",
  .rows = {
      { "responseModalities", &modalities_kind },
      { "speechConfig", &lv_as_object, 0, &speech_fields },
      { "temperature", &lv_as_number, SETUP (temperature) },
      { "topP", &lv_as_number, SETUP (top_p) },
      { "topK", &lv_as_count, SETUP (top_k) },
      { "maxOutputTokens", &lv_as_count, SETUP (max_output_tokens) },
      { "candidateCount", &lv_as_count, SETUP (candidate_count) },
      { "presencePenalty", &lv_as_number, SETUP (presence_penalty) },
      { "frequencyPenalty", &lv_as_number, SETUP (frequency_penalty) },
      { "seed", &lv_as_any_int, SETUP (seed) },
      { "mediaResolution", &lv_as_enum, SETUP (media_resolution), &resolutions },
      { "thinkingConfig", &lv_as_object, 0, &thinking_fields },
      { "enableAffectiveDialog", &lv_as_bool, SETUP (affective_dialog),
        .needs = LV_CAN_AFFECTIVE_DIALOG },
      { "translationConfig", &lv_as_object, 0, &translation_fields },
      { "responseLogprobs", &lv_as_ignored, 0, NOT_SPOKEN },
      { "logprobs", &lv_as_ignored, 0, NOT_SPOKEN },
      { "responseMimeType", &lv_as_ignored, 0, NOT_SPOKEN },
      { "responseSchema", &lv_as_ignored, 0, NOT_SPOKEN },
      { "responseJsonSchema", &lv_as_ignored, 0, NOT_SPOKEN },
      { "stopSequences", &lv_as_ignored, 0, NOT_SPOKEN },
      { "routingConfig", &lv_as_ignored, 0, NOT_SPOKEN },
      { "audioTimestamp", &lv_as_ignored, 0, "for recordings; the Live API has offsets instead" },
      { NULL },
  },
};
