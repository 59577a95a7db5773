/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * BidiGenerateContentClientMessage but for the setup.
 */
#include "protocol/lv-table.h"

#define CLIENT(member) offsetof (LvClientMessage, member)
#define RESPONSE(member) offsetof (LvFunctionResponse, member)

static const LvFields client_content_fields = {
  .type = "BidiGenerateContentClientContent",
  .rows = {
      { "turns", &lv_as_structs, CLIENT (turns), &lv_content_fields },
      { "turnComplete", &lv_as_bool, CLIENT (turn_complete) },
      { NULL },
  },
};

/* ---- realtimeInput ---- */

/* Deprecated by the service, which takes the first one; the type decides what it is. */
static gboolean
read_media_chunk (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  LvClientMessage *message = base;
  const LvField blob = { .name = field->name, .offset = CLIENT (blob), .detail = &lv_blob_fields };

  if (message->blob != NULL)
    return TRUE;
  if (!lv_as_struct.read (reader, path, node, &blob, message))
    return FALSE;
  message->media_chunks = TRUE;
  message->realtime =
      g_str_has_prefix (message->blob->mime_type, "audio/") ? LV_REALTIME_AUDIO : LV_REALTIME_VIDEO;
  return TRUE;
}

static gboolean
read_media_chunks (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                   const LvField *field, gpointer base)
{
  const LvClientMessage *message = base;

  if (!lv_read_elements (reader, path, node, read_media_chunk, field, base))
    return FALSE;
  return message->blob != NULL || lv_reader_wrong (reader, NULL, reader->code, LV_INVALID_ARGUMENT);
}

static const LvKind media_chunks_kind = { read_media_chunks, NULL, LV_SHAPE_OBJECTS };

static const LvCase audio = { LV_REALTIME_AUDIO,
                              { "audio", &lv_as_struct, CLIENT (blob), &lv_blob_fields } };
static const LvCase video = { LV_REALTIME_VIDEO,
                              { "video", &lv_as_struct, CLIENT (blob), &lv_blob_fields } };
static const LvCase text = { LV_REALTIME_TEXT, { "text", &lv_as_string, CLIENT (text) } };
static const LvCase activity_start = { LV_REALTIME_ACTIVITY_START,
                                       { "activityStart", &lv_as_empty } };
static const LvCase activity_end = { LV_REALTIME_ACTIVITY_END, { "activityEnd", &lv_as_empty } };
static const LvCase stream_end = { LV_REALTIME_AUDIO_STREAM_END,
                                   { "audioStreamEnd", &lv_as_true } };

#define REALTIME_ROW(name, kind, detail)                                                           \
  {                                                                                                \
    name, kind, CLIENT (realtime), detail                                                          \
  }

static const LvFields realtime_fields = {
  .type = "BidiGenerateContentRealtimeInput",
  .is_union = TRUE,
  .rows = {
      REALTIME_ROW ("audio", &lv_as_case, &audio),
      REALTIME_ROW ("video", &lv_as_case, &video),
      REALTIME_ROW ("text", &lv_as_case, &text),
      REALTIME_ROW ("mediaChunks", &media_chunks_kind, &lv_blob_fields),
      REALTIME_ROW ("activityStart", &lv_as_case, &activity_start),
      REALTIME_ROW ("activityEnd", &lv_as_case, &activity_end),
      REALTIME_ROW ("audioStreamEnd", &lv_as_case, &stream_end),
      { NULL },
  },
};

/* ---- toolResponse ---- */

static const LvEnum schedulings = {
  "FunctionResponse.Scheduling",
  {
      { "SCHEDULING_UNSPECIFIED", LV_SCHEDULING_DEFAULT },
      { "SILENT", LV_SCHEDULING_SILENT },
      { "WHEN_IDLE", LV_SCHEDULING_WHEN_IDLE },
      { "INTERRUPT", LV_SCHEDULING_INTERRUPT },
      { NULL },
  },
};

static gboolean
check_response (LvJsonReader *reader, const LvJsonPath *path, gpointer base)
{
  LvFunctionResponse *response = base;

  if (response->response == NULL)
    response->response = g_strdup ("{}");
  return TRUE;
}

static const LvFields response_fields = {
  .type = "FunctionResponse",
  .size = sizeof (LvFunctionResponse),
  .free = (GDestroyNotify) lv_function_response_free,
  .check = check_response,
  .rows = {
      { "id", &lv_as_string, RESPONSE (id) },
      { "name", &lv_as_string, RESPONSE (name) },
      { "response", &lv_as_object_text, RESPONSE (response) },
      { "scheduling", &lv_as_enum, RESPONSE (scheduling), &schedulings },
      { "willContinue", &lv_as_bool, RESPONSE (will_continue) },
      { "parts", &lv_as_structs, RESPONSE (parts), &lv_response_part_fields },
      { NULL },
  },
};

static const LvFields tool_response_fields = {
  .type = "BidiGenerateContentToolResponse",
  .rows = { { "functionResponses", &lv_as_structs, CLIENT (responses), &response_fields },
            { NULL } },
};

/* ---- the message ---- */

static const LvCase setup = { LV_CLIENT_SETUP,
                              { "setup", &lv_as_struct, CLIENT (setup), &lv_setup_fields } };
static const LvCase content = { LV_CLIENT_CONTENT,
                                { "clientContent", &lv_as_object, 0, &client_content_fields } };
static const LvCase realtime = { LV_CLIENT_REALTIME,
                                 { "realtimeInput", &lv_as_object, 0, &realtime_fields } };
static const LvCase tool_response = { LV_CLIENT_TOOL_RESPONSE,
                                      { "toolResponse", &lv_as_object, 0, &tool_response_fields } };
static const LvCase context_update = { LV_CLIENT_CONTEXT_UPDATE,
                                       { "contextUpdate", &lv_as_struct, CLIENT (setup),
                                         &lv_context_update_fields } };

#define MESSAGE_ROW(name, detail)                                                                  \
  {                                                                                                \
    name, &lv_as_case, CLIENT (type), detail, .oneof = "message_type"                              \
  }

const LvFields lv_client_fields = {
  .type = "BidiGenerateContentClientMessage",
  .is_union = TRUE,
  .rows = {
      MESSAGE_ROW ("setup", &setup),
      MESSAGE_ROW ("clientContent", &content),
      MESSAGE_ROW ("realtimeInput", &realtime),
      MESSAGE_ROW ("toolResponse", &tool_response),
      MESSAGE_ROW ("contextUpdate", &context_update),
      { NULL },
  },
};
