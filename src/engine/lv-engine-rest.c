/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-rest.h"

#include "engine/lv-engine-voices.h"
#include "protocol/lv-json.h"
#include "protocol/lv-model.h"

#include <string.h>

#define INPUT_TOKENS 131072
#define OUTPUT_TOKENS 65536

typedef struct {
  const char *id, *name, *description;
  gboolean developer, vertex;
} Model;

/* The ids and names under which the rows of the model table are served; what is retired there is
 * not. */
static const Model models[] = {
  { "gemini-3.8-live", "Gemini 3.8 Live", "Speech to speech, the default.", TRUE, TRUE },
  { "gemini-3.8-live-extended-thinking", "Gemini 3.8 Live Extended Thinking",
    "Speech to speech, says something at once and answers after it has thought.", TRUE, FALSE },
  { "gemini-2.5-flash-native-audio-preview-12-2025", "Gemini 2.5 Flash Native Audio",
    "Speech to speech, of the generation before.", TRUE, FALSE },
  { "gemini-2.5-flash-native-audio-latest", "Gemini 2.5 Flash Native Audio",
    "Speech to speech, of the generation before.", TRUE, FALSE },
  { "gemini-live-2.5-flash-native-audio", "Gemini Live 2.5 Flash Native Audio",
    "Speech to speech, of the generation before.", FALSE, TRUE },
  { "gemini-3.5-live-translate-preview", "Gemini 3.5 Live Translate", "Speech in another language.",
    TRUE, TRUE },
  { "gemini-3.5-transcribe-live", "Gemini 3.5 Transcribe Live", "Speech as text.", TRUE, FALSE },
  { "gemini-3.5-transcribe-live-preview", "Gemini 3.5 Transcribe Live", "Speech as text.", FALSE,
    TRUE },
  { "gemini-live-2.5-flash", "Gemini Live 2.5 Flash",
    "Hears, and speaks or writes what it thought.", FALSE, TRUE },
  { "gemini-robotics-er-2-streaming-preview", "Gemini Robotics ER 2 Streaming",
    "Looks and writes what to do.", TRUE, FALSE },
  { LV_MODEL_ENGINE, "Live Voice engine", "Everything that can be done here.", TRUE, TRUE },
};

static const struct {
  guint code;
  const char *name;
} statuses[] = {
  { SOUP_STATUS_BAD_REQUEST, "INVALID_ARGUMENT" },
  { SOUP_STATUS_FORBIDDEN, "PERMISSION_DENIED" },
  { SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "INVALID_ARGUMENT" },
  { SOUP_STATUS_METHOD_NOT_ALLOWED, "UNIMPLEMENTED" },
  { SOUP_STATUS_NOT_FOUND, "NOT_FOUND" },
};

static const char *
status_name (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].code == status)
      return statuses[i].name;
  return "UNKNOWN";
}

static void
answer (SoupServerMessage *message, guint status, JsonBuilder *json)
{
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree char *text = lv_json_to_text (root);

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json; charset=UTF-8", SOUP_MEMORY_COPY,
                                    text, strlen (text));
}

static void
add_string (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, value);
}

static void
add_int (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

void
lv_engine_rest_refuse (SoupServerMessage *message, guint status, const char *text)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "error");
  json_builder_begin_object (json);
  add_int (json, "code", status);
  add_string (json, "message", text);
  add_string (json, "status", status_name (status));
  json_builder_end_object (json);
  json_builder_end_object (json);
  answer (message, status, json);
}

/* ---- models ---- */

static void
add_developer_model (JsonBuilder *json, const Model *model)
{
  g_autofree char *name = g_strconcat ("models/", model->id, NULL);

  add_string (json, "name", name);
  add_string (json, "version", "001");
  add_string (json, "displayName", model->name);
  add_string (json, "description", model->description);
  add_int (json, "inputTokenLimit", INPUT_TOKENS);
  add_int (json, "outputTokenLimit", OUTPUT_TOKENS);
  json_builder_set_member_name (json, "supportedGenerationMethods");
  json_builder_begin_array (json);
  json_builder_add_string_value (json, "bidiGenerateContent");
  json_builder_end_array (json);
}

static void
add_vertex_model (JsonBuilder *json, const Model *model)
{
  g_autofree char *name = g_strconcat ("publishers/google/models/", model->id, NULL);

  add_string (json, "name", name);
  add_string (json, "versionId", "default");
  add_string (json, "launchStage", "GA");
}

static void
add_model (JsonBuilder *json, const Model *model, gboolean vertex)
{
  json_builder_begin_object (json);
  if (vertex)
    add_vertex_model (json, model);
  else
    add_developer_model (json, model);
  json_builder_end_object (json);
}

static gboolean
is_served (const Model *model, gboolean vertex)
{
  return (vertex ? model->vertex : model->developer) &&
         lv_model_lookup (model->id)->replaced_by == NULL;
}

static void
answer_model (SoupServerMessage *message, const LvEngineAddress *address)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    if (is_served (&models[i], address->vertex) && g_str_equal (models[i].id, address->id))
      {
        add_model (json, &models[i], address->vertex);
        answer (message, SOUP_STATUS_OK, json);
        return;
      }
  text = g_strdup_printf ("Model is not found: models/%.64s for api version %s", address->id,
                          address->version);
  lv_engine_rest_refuse (message, SOUP_STATUS_NOT_FOUND, text);
}

static void
answer_models (SoupServerMessage *message, const LvEngineAddress *address, LvEngineTokens *tokens)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  if (address->id != NULL)
    {
      answer_model (message, address);
      return;
    }
  json_builder_begin_object (json);
  json_builder_set_member_name (json, address->vertex ? "publisherModels" : "models");
  json_builder_begin_array (json);
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    if (is_served (&models[i], address->vertex))
      add_model (json, &models[i], address->vertex);
  json_builder_end_array (json);
  json_builder_end_object (json);
  answer (message, SOUP_STATUS_OK, json);
}

/* ---- voices ---- */

/* @prefix: of ids of the library, "" for prebuilt ones. */
static void
add_voices (JsonBuilder *json, const LvEngineVoiceStyle *styles, guint n, const char *prefix)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strconcat ("voices/", prefix, styles[i].name, NULL);

      json_builder_begin_object (json);
      add_string (json, "name", name);
      add_string (json, "displayName", styles[i].name);
      json_builder_end_object (json);
    }
}

static void
answer_voices (SoupServerMessage *message, const LvEngineAddress *address, LvEngineTokens *tokens)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  guint n, n_library;
  const LvEngineVoiceStyle *prebuilt = lv_engine_voices_list (&n);
  const LvEngineVoiceStyle *library = lv_engine_voices_list_library (&n_library);

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "voices");
  json_builder_begin_array (json);
  add_voices (json, prebuilt, n, "");
  add_voices (json, library, n_library, LV_ENGINE_LIBRARY_PREFIX);
  json_builder_end_array (json);
  json_builder_end_object (json);
  answer (message, SOUP_STATUS_OK, json);
}

/* ---- tokens ---- */

static void
create_token (SoupServerMessage *message, const LvEngineAddress *address, LvEngineTokens *tokens)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonNode) request = NULL;
  g_autoptr (GError) error = NULL;
  const char *name = NULL;

  request = body->length > 0
                ? lv_json_parse (body->data, body->length, LV_ENGINE_REST_BODY_MAX_BYTES, &error)
                : lv_json_parse ("{}", -1, LV_ENGINE_REST_BODY_MAX_BYTES, &error);
  if (request != NULL)
    name = lv_engine_tokens_create (tokens, request, &error);
  if (name == NULL)
    {
      lv_engine_rest_refuse (message, SOUP_STATUS_BAD_REQUEST, error->message);
      return;
    }
  json_builder_begin_object (json);
  add_string (json, "name", name);
  json_builder_end_object (json);
  answer (message, SOUP_STATUS_OK, json);
}

static const struct {
  const char *method;
  void (*answer) (SoupServerMessage *message, const LvEngineAddress *address,
                  LvEngineTokens *tokens);
} places[] = {
  [LV_ENGINE_PLACE_LIVE] = { NULL },
  [LV_ENGINE_PLACE_CONSTRAINED] = { NULL },
  [LV_ENGINE_PLACE_MODELS] = { "GET", answer_models },
  [LV_ENGINE_PLACE_VOICES] = { "GET", answer_voices },
  [LV_ENGINE_PLACE_TOKENS] = { "POST", create_token },
};

void
lv_engine_rest_answer (SoupServerMessage *message, const LvEngineAddress *address,
                       LvEngineTokens *tokens)
{
  if (g_strcmp0 (soup_server_message_get_method (message), places[address->place].method) == 0)
    places[address->place].answer (message, address, tokens);
  else
    lv_engine_rest_refuse (message, SOUP_STATUS_METHOD_NOT_ALLOWED,
                           "The method is not allowed here.");
}
