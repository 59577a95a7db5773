/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-encode-setup.h"

#include "protocol/lv-json-writer.h"
#include "protocol/lv-json.h"
#include "protocol/lv-model.h"
#include "protocol/lv-tool-decl-json.h"

#include <string.h>

/* Ids of the voice library ("en-us-arlo") have a field of their own; prebuilt voices are names. */
static void
add_voice (GString *json, const char *voice)
{
  if (voice == NULL)
    return;
  lv_json_open (json, "voiceConfig", '{');
  if (strchr (voice, '-') != NULL)
    lv_json_add_string (json, "voice", voice);
  else
    {
      lv_json_open (json, "prebuiltVoiceConfig", '{');
      lv_json_add_string (json, "voiceName", voice);
      lv_json_close (json, '}');
    }
  lv_json_close (json, '}');
}

static void
add_speech (GString *json, const LvSetup *setup)
{
  if (setup->voice == NULL && setup->language == NULL)
    return;
  lv_json_open (json, "speechConfig", '{');
  add_voice (json, setup->voice);
  lv_json_add_string (json, "languageCode", setup->language);
  lv_json_close (json, '}');
}

static void
add_generation (GString *json, const LvSetup *setup, const LvModel *model)
{
  const char *level = setup->thinking_level != NULL ? setup->thinking_level : model->thinking_level;

  lv_json_open (json, "generationConfig", '{');
  lv_json_open (json, "responseModalities", '[');
  lv_json_add_string (json, NULL, setup->response_text ? "TEXT" : "AUDIO");
  lv_json_close (json, ']');
  add_speech (json, setup);
  if (model->thinking_level != NULL)
    {
      lv_json_open (json, "thinkingConfig", '{');
      lv_json_add_string (json, "thinkingLevel", level);
      lv_json_close (json, '}');
    }
  lv_json_close (json, '}');
}

/* One part a paragraph. */
static void
add_system_instruction (GString *json, const char *text)
{
  g_auto (GStrv) paragraphs = text != NULL ? g_strsplit (text, "\n\n", -1) : NULL;

  if (paragraphs == NULL)
    return;
  lv_json_open (json, "systemInstruction", '{');
  lv_json_open (json, "parts", '[');
  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      if (*paragraphs[i] == '\0')
        continue;
      lv_json_open (json, NULL, '{');
      lv_json_add_string (json, "text", paragraphs[i]);
      lv_json_close (json, '}');
    }
  lv_json_close (json, ']');
  lv_json_close (json, '}');
}

static void
add_declarations (GString *json, const LvSetup *setup, const LvModel *model)
{
  if (setup->tools->len == 0)
    return;
  lv_json_open (json, NULL, '{');
  lv_json_open (json, "functionDeclarations", '[');
  for (guint i = 0; i < setup->tools->len; i++)
    lv_tool_decl_write_wire (setup->tools->pdata[i], json, model);
  lv_json_close (json, ']');
  lv_json_close (json, '}');
}

static void
add_tools (GString *json, const LvSetup *setup, const LvModel *model)
{
  if (setup->tools->len == 0 && !setup->google_search)
    return;
  lv_json_open (json, "tools", '[');
  add_declarations (json, setup, model);
  if (setup->google_search)
    lv_json_add_raw (json, NULL, "{\"googleSearch\":{}}");
  lv_json_close (json, ']');
}

static const char *const start_names[] = { NULL, "START_SENSITIVITY_LOW",
                                           "START_SENSITIVITY_HIGH" };
static const char *const end_names[] = { NULL, "END_SENSITIVITY_LOW", "END_SENSITIVITY_HIGH" };

static void
add_realtime (GString *json, const LvSetup *setup)
{
  lv_json_open (json, "realtimeInputConfig", '{');
  lv_json_open (json, "automaticActivityDetection", '{');
  lv_json_add_flag (json, "disabled", setup->vad_disabled);
  lv_json_add_string (json, "startOfSpeechSensitivity", start_names[setup->start_sensitivity]);
  lv_json_add_string (json, "endOfSpeechSensitivity", end_names[setup->end_sensitivity]);
  if (setup->prefix_padding_ms >= 0)
    lv_json_add_int (json, "prefixPaddingMs", setup->prefix_padding_ms);
  if (setup->silence_duration_ms >= 0)
    lv_json_add_int (json, "silenceDurationMs", setup->silence_duration_ms);
  lv_json_close (json, '}');
  if (setup->no_interruption)
    lv_json_add_string (json, "activityHandling", "NO_INTERRUPTION");
  lv_json_close (json, '}');
}

static void
add_transcription (GString *json, const LvSetup *setup)
{
  if (setup->input_transcription)
    {
      lv_json_open (json, "inputAudioTranscription", '{');
      if (setup->transcription_languages->len > 0)
        {
          lv_json_open (json, "languageCodes", '[');
          for (guint i = 0; i < setup->transcription_languages->len; i++)
            lv_json_add_string (json, NULL, setup->transcription_languages->pdata[i]);
          lv_json_close (json, ']');
        }
      lv_json_close (json, '}');
    }
  if (setup->output_transcription)
    lv_json_add_empty (json, "outputAudioTranscription");
}

static void
add_session (GString *json, const LvSetup *setup)
{
  if (setup->resumption)
    {
      lv_json_open (json, "sessionResumption", '{');
      lv_json_add_string (json, "handle", setup->resumption_handle);
      lv_json_close (json, '}');
    }
  if (setup->compression)
    lv_json_add_raw (json, "contextWindowCompression", "{\"slidingWindow\":{}}");
  if (setup->initial_history)
    lv_json_add_raw (json, "historyConfig", "{\"initialHistoryInClientContent\":true}");
}

/* Objects member by member, everything else replaces what was there. */
static void
merge_object (JsonObject *target, JsonObject *source)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, source);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      JsonNode *old = json_object_get_member (target, name);

      if (old != NULL && JSON_NODE_HOLDS_OBJECT (old) && JSON_NODE_HOLDS_OBJECT (value))
        merge_object (json_node_get_object (old), json_node_get_object (value));
      else
        json_object_set_member (target, name, json_node_copy (value));
    }
}

/* @extra has been checked where it was configured; what is not an object changes nothing. */
static GString *
merge_extra (GString *json, const char *extra)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (json->str, json->len);
  g_autoptr (JsonNode) root = lv_json_parse_frame (frame, NULL);
  g_autoptr (JsonNode) source = lv_json_parse (extra, -1, LV_JSON_MAX_BYTES, NULL);
  g_autofree char *merged = NULL;

  if (root == NULL || source == NULL || !JSON_NODE_HOLDS_OBJECT (source))
    return json;
  merge_object (json_object_get_object_member (json_node_get_object (root), "setup"),
                json_node_get_object (source));
  merged = lv_json_to_text (root);
  return g_string_assign (json, merged);
}

GString *
lv_encode_setup_text (const LvSetup *setup)
{
  const LvModel *model = lv_setup_get_limits (setup);
  GString *json = g_string_new (NULL);

  lv_json_open (json, NULL, '{');
  lv_json_open (json, "setup", '{');
  lv_json_add_string (json, "model", setup->model);
  add_generation (json, setup, model);
  add_system_instruction (json, setup->system_instruction);
  add_tools (json, setup, model);
  add_realtime (json, setup);
  add_transcription (json, setup);
  add_session (json, setup);
  lv_json_close (json, '}');
  lv_json_close (json, '}');
  return setup->extra != NULL ? merge_extra (json, setup->extra) : json;
}
