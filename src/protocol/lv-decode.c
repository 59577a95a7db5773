/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-decode.h"

#include "protocol/lv-audio-scan.h"
#include "protocol/lv-decode-content.h"

#include <string.h>

#define SERVER(member) offsetof (LvServerMessage, member)
#define CALL(member) offsetof (LvFunctionCall, member)
#define TRANSCRIPTION(member) offsetof (LvTranscription, member)
#define USAGE(member) offsetof (LvUsage, member)

static const LvFields transcription_fields = {
  "Transcription",
  {
      { "text", lv_read_string, TRANSCRIPTION (text) },
      { "finished", lv_read_bool, TRANSCRIPTION (finished) },
      { "languageCode", lv_read_string, TRANSCRIPTION (language_code) },
      { NULL },
  },
};

static gboolean
read_transcription (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                    const LvField *field, gpointer base)
{
  LvTranscription **member = LV_FIELD_MEMBER (LvTranscription *, base, field);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  lv_transcription_free (*member);
  *member = lv_transcription_new (NULL, FALSE);
  lv_reader_read_fields (reader, path, node, &transcription_fields, *member);
  if ((*member)->text == NULL)
    (*member)->text = g_strdup ("");
  return TRUE;
}

static const LvFields call_fields = {
  "FunctionCall",
  {
      { "id", lv_read_string, CALL (id) },
      { "name", lv_read_string, CALL (name) },
      { "args", lv_read_struct, CALL (args) },
      { NULL },
  },
};

static gboolean
read_call (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  LvServerMessage *message = base;
  g_autoptr (LvFunctionCall) call = lv_function_call_new (NULL, NULL, NULL);

  lv_reader_read_fields (reader, path, node, &call_fields, call);
  if (call->name != NULL)
    g_ptr_array_add (message->function_calls, g_steal_pointer (&call));
  return TRUE;
}

static gboolean
read_calls (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  LvServerMessage *message = base;

  if (message->function_calls == NULL)
    message->function_calls =
        g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
  return lv_reader_read_elements (reader, path, node, read_call, field, base);
}

/* One element of promptTokensDetails or responseTokensDetails. */
typedef struct {
  char *modality;
  guint count;
} TokenDetail;

static const LvFields detail_fields = {
  "ModalityTokenCount",
  {
      { "modality", lv_read_string, offsetof (TokenDetail, modality) },
      { "tokenCount", lv_read_count, offsetof (TokenDetail, count) },
      { NULL },
  },
};

/* Which member of LvUsage a modality counts for. */
typedef struct {
  const char *modality;
  gsize offset;
} DetailRow;

static const DetailRow prompt_details[] = {
  { "TEXT", USAGE (prompt[LV_MODALITY_TEXT]) },
  { "AUDIO", USAGE (prompt[LV_MODALITY_AUDIO]) },
  { "IMAGE", USAGE (prompt[LV_MODALITY_IMAGE]) },
  { "VIDEO", USAGE (prompt[LV_MODALITY_IMAGE]) },
  { NULL },
};

static const DetailRow response_details[] = {
  { "TEXT", USAGE (response[LV_MODALITY_TEXT]) },
  { "AUDIO", USAGE (response[LV_MODALITY_AUDIO]) },
  { NULL },
};

static gboolean
read_detail (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  TokenDetail detail = { NULL };

  lv_reader_read_fields (reader, path, node, &detail_fields, &detail);
  for (const DetailRow *row = field->detail; row->modality != NULL; row++)
    if (g_strcmp0 (row->modality, detail.modality) == 0)
      *(guint *) (gpointer) ((char *) base + row->offset) += detail.count;
  g_free (detail.modality);
  return TRUE;
}

static gboolean
read_details (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  return lv_reader_read_elements (reader, path, node, read_detail, field, base);
}

static const LvFields usage_fields = {
  "UsageMetadata",
  {
      { "promptTokenCount", lv_read_count, USAGE (prompt_tokens) },
      { "responseTokenCount", lv_read_count, USAGE (response_tokens) },
      { "candidatesTokenCount", lv_read_count, USAGE (response_tokens) },
      { "thoughtsTokenCount", lv_read_count, USAGE (thought_tokens) },
      { "toolUsePromptTokenCount", lv_read_count, USAGE (tool_prompt_tokens) },
      { "cachedContentTokenCount", lv_read_count, USAGE (cached_tokens) },
      { "totalTokenCount", lv_read_count, USAGE (total_tokens) },
      { "promptTokensDetails", read_details, 0, prompt_details },
      { "responseTokensDetails", read_details, 0, response_details },
      { "candidatesTokensDetails", read_details, 0, response_details },
      { NULL },
  },
};

static gboolean
read_usage (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  LvServerMessage *message = base;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  if (message->usage == NULL)
    message->usage = g_new0 (LvUsage, 1);
  return lv_reader_read_fields (reader, path, node, &usage_fields, message->usage);
}

static const LvFields setup_complete_fields = {
  "BidiGenerateContentSetupComplete",
  { { "sessionId", lv_read_string, SERVER (session_id) }, { NULL } },
};

static const LvFields tool_call_fields = { "BidiGenerateContentToolCall",
                                           { { "functionCalls", read_calls }, { NULL } } };

static const LvFields cancellation_fields = {
  "BidiGenerateContentToolCallCancellation",
  { { "ids", lv_read_strings, SERVER (cancelled_ids) }, { NULL } },
};

static const LvFields go_away_fields = {
  "GoAway", { { "timeLeft", lv_read_duration, SERVER (go_away_us) }, { NULL } }
};

/* A goAway without a readable time is still one. */
static gboolean
read_go_away (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  LvServerMessage *message = base;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  message->go_away_us = 0;
  return lv_reader_read_fields (reader, path, node, &go_away_fields, base);
}

static const LvFields resumption_fields = {
  "SessionResumptionUpdate",
  {
      { "newHandle", lv_read_string, SERVER (resumption_handle) },
      { "resumable", lv_read_bool, SERVER (resumable) },
      { NULL },
  },
};

static const LvFields error_fields = {
  "Status",
  {
      { "code", lv_read_int, SERVER (error_code) },
      { "message", lv_read_string, SERVER (error_message) },
      { NULL },
  },
};

/* An error without a readable code is still one. */
static gboolean
read_error (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  LvServerMessage *message = base;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  message->error_code = -1;
  return lv_reader_read_fields (reader, path, node, &error_fields, base);
}

/* Documented inside serverContent, seen at the top level as well. */
#define CONTENT_ROWS                                                                               \
  { "inputTranscription", read_transcription, SERVER (input_transcription) },                      \
      { "interimInputTranscription", read_transcription, SERVER (interim_input_transcription) },   \
      { "outputTranscription", read_transcription, SERVER (output_transcription) },                \
  {                                                                                                \
    "interactionStatus", lv_read_string, SERVER (interaction_status)                               \
  }

static const LvFields content_fields = {
  "BidiGenerateContentServerContent",
  {
      { "modelTurn", lv_read_content, SERVER (model_turn) },
      { "interrupted", lv_read_bool, SERVER (interrupted) },
      { "generationComplete", lv_read_bool, SERVER (generation_complete) },
      { "waitingForInput", lv_read_bool, SERVER (waiting_for_input) },
      { "turnComplete", lv_read_bool, SERVER (turn_complete) },
      { "turnCompleteReason", lv_read_string, SERVER (turn_complete_reason) },
      CONTENT_ROWS,
      { NULL },
  },
};

static const LvFields server_fields = {
  "BidiGenerateContentServerMessage",
  {
      { "serverContent", lv_read_object, 0, &content_fields },
      { "setupComplete", lv_read_present, SERVER (setup_complete), &setup_complete_fields },
      { "toolCall", lv_read_object, 0, &tool_call_fields },
      { "toolCallCancellation", lv_read_object, 0, &cancellation_fields },
      { "usageMetadata", read_usage },
      { "goAway", read_go_away },
      { "sessionResumptionUpdate", lv_read_present, SERVER (resumption_update),
        &resumption_fields },
      { "error", read_error },
      { "code", lv_read_int, SERVER (error_code) },
      { "message", lv_read_string, SERVER (error_message) },
      CONTENT_ROWS,
      { NULL },
  },
};

static LvServerMessage *
new_audio_message (GBytes *pcm, guint rate)
{
  LvServerMessage *message = lv_server_message_new ();
  g_autofree char *mime_type = g_strdup_printf ("audio/pcm;rate=%u", rate);

  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (message->model_turn, lv_blob_new (mime_type, pcm));
  return message;
}

LvServerMessage *
lv_decode_server (GBytes *frame, GError **error)
{
  LvJsonReader reader = { LV_READ_LIBERAL, LV_ERROR_SERVER, NULL };
  guint rate;
  g_autoptr (GBytes) pcm = lv_audio_scan (frame, &rate);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) local = NULL;
  LvServerMessage *message;

  if (pcm != NULL)
    return new_audio_message (pcm, rate);

  root = lv_json_parse_frame (frame, &local);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_SERVER, "the server sent what is not a message: %s",
                   local != NULL ? local->message : "not an object");
      return NULL;
    }
  message = lv_server_message_new ();
  lv_reader_read_fields (&reader, NULL, root, &server_fields, message);
  return message;
}
