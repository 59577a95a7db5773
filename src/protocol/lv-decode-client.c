/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lv_decode_client() of lv-decode.h: what the engine receives. Pure.
 */
#include "protocol/lv-decode.h"

#include "protocol/lv-decode-content.h"
#include "protocol/lv-decode-setup.h"

#define INVALID_ARGUMENT "Request contains an invalid argument."

#define CLIENT(member) offsetof (LvClientMessage, member)
#define RESPONSE(member) offsetof (LvFunctionResponse, member)

static const LvFields client_content_fields = {
  "BidiGenerateContentClientContent",
  {
      { "turns", lv_read_turns, CLIENT (turns) },
      { "turnComplete", lv_read_bool, CLIENT (turn_complete) },
      { NULL },
  },
};

/* The kinds of realtimeInput; the row's detail points to its number here. */
static const LvRealtimeKind kinds[] = {
  LV_REALTIME_AUDIO,          LV_REALTIME_VIDEO,        LV_REALTIME_TEXT,
  LV_REALTIME_ACTIVITY_START, LV_REALTIME_ACTIVITY_END, LV_REALTIME_AUDIO_STREAM_END,
};

/* What realtimeInput has been filled with so far. */
typedef struct {
  LvClientMessage *message;
  guint n_kinds;
} Realtime;

static void
set_kind (Realtime *realtime, LvRealtimeKind kind)
{
  realtime->message->realtime = kind;
  realtime->n_kinds++;
}

static gboolean
read_realtime_blob (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                    const LvField *field, gpointer base)
{
  Realtime *realtime = base;
  LvField member = { field->name, lv_read_blob, CLIENT (blob), NULL };

  set_kind (realtime, *(const LvRealtimeKind *) field->detail);
  return lv_read_blob (reader, path, node, &member, realtime->message);
}

/* Deprecated by the service, which takes the first one; the type decides what it is. */
static gboolean
read_media_chunk (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  Realtime *realtime = base;
  LvField member = { field->name, lv_read_blob, CLIENT (blob), NULL };

  if (realtime->message->blob != NULL)
    return TRUE;
  if (!lv_read_blob (reader, path, node, &member, realtime->message))
    return FALSE;
  set_kind (realtime, g_str_has_prefix (realtime->message->blob->mime_type, "audio/")
                          ? LV_REALTIME_AUDIO
                          : LV_REALTIME_VIDEO);
  return TRUE;
}

static gboolean
read_media_chunks (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                   const LvField *field, gpointer base)
{
  return lv_reader_read_elements (reader, path, node, read_media_chunk, field, base);
}

static gboolean
read_realtime_text (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                    const LvField *field, gpointer base)
{
  Realtime *realtime = base;
  LvField member = { field->name, lv_read_string, CLIENT (text), NULL };

  set_kind (realtime, LV_REALTIME_TEXT);
  return lv_read_string (reader, path, node, &member, realtime->message);
}

static const LvFields activity_fields = { "BidiGenerateContentRealtimeInput.ActivityStart",
                                          { { NULL } } };

static gboolean
read_realtime_activity (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                        const LvField *field, gpointer base)
{
  set_kind (base, *(const LvRealtimeKind *) field->detail);
  return lv_reader_read_fields (reader, path, node, &activity_fields, base);
}

static gboolean
read_realtime_flag (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                    const LvField *field, gpointer base)
{
  LvField flag = { field->name, lv_read_bool, 0, NULL };
  gboolean value = FALSE;

  if (!lv_read_bool (reader, path, node, &flag, &value))
    return FALSE;
  if (value)
    set_kind (base, *(const LvRealtimeKind *) field->detail);
  return TRUE;
}

static const LvFields realtime_fields = {
  "BidiGenerateContentRealtimeInput",
  {
      { "audio", read_realtime_blob, 0, &kinds[LV_REALTIME_AUDIO] },
      { "video", read_realtime_blob, 0, &kinds[LV_REALTIME_VIDEO] },
      { "text", read_realtime_text },
      { "mediaChunks", read_media_chunks },
      { "activityStart", read_realtime_activity, 0, &kinds[LV_REALTIME_ACTIVITY_START] },
      { "activityEnd", read_realtime_activity, 0, &kinds[LV_REALTIME_ACTIVITY_END] },
      { "audioStreamEnd", read_realtime_flag, 0, &kinds[LV_REALTIME_AUDIO_STREAM_END] },
      { NULL },
  },
};

static gboolean
read_realtime (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  Realtime realtime = { base, 0 };

  if (!lv_reader_read_fields (reader, path, node, &realtime_fields, &realtime))
    return FALSE;
  return realtime.n_kinds == 1 || lv_reader_wrong (reader, NULL, reader->code, INVALID_ARGUMENT);
}

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

static const LvFields response_fields = {
  "FunctionResponse",
  {
      { "id", lv_read_string, RESPONSE (id) },
      { "name", lv_read_string, RESPONSE (name) },
      { "response", lv_read_struct, RESPONSE (response) },
      { "scheduling", lv_read_enum, RESPONSE (scheduling), &schedulings },
      { "willContinue", lv_read_bool, RESPONSE (will_continue) },
      { "parts", lv_read_ignored },
      { NULL },
  },
};

static gboolean
read_response (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  LvClientMessage *message = base;
  g_autoptr (LvFunctionResponse) response = lv_function_response_new (NULL, NULL, NULL);

  if (!lv_reader_read_fields (reader, path, node, &response_fields, response))
    return FALSE;
  if (response->response == NULL)
    response->response = g_strdup ("{}");
  g_ptr_array_add (message->responses, g_steal_pointer (&response));
  return TRUE;
}

static gboolean
read_responses (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                gpointer base)
{
  return lv_reader_read_elements (reader, path, node, read_response, field, base);
}

static const LvFields tool_response_fields = {
  "BidiGenerateContentToolResponse", { { "functionResponses", read_responses }, { NULL } }
};

/* ---- the message ---- */

/* Exactly one kind a frame. */
typedef struct {
  LvClientMessageType type;
  LvFieldFunc read;
  LvField field; /* for read */
} MessageKind;

static const MessageKind setup_kind = { LV_CLIENT_SETUP,
                                        lv_read_setup,
                                        { .offset = CLIENT (setup) } };
static const MessageKind content_kind = { LV_CLIENT_CONTENT,
                                          lv_read_object,
                                          { .detail = &client_content_fields } };
static const MessageKind realtime_kind = { LV_CLIENT_REALTIME, read_realtime, { NULL } };
static const MessageKind tool_response_kind = { LV_CLIENT_TOOL_RESPONSE,
                                                lv_read_object,
                                                { .detail = &tool_response_fields } };

/* The frame being read. */
typedef struct {
  LvClientMessage *message;
  gboolean is_set;
} Frame;

static gboolean
read_message (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  Frame *frame = base;
  const MessageKind *kind = field->detail;

  if (frame->is_set)
    return lv_reader_oneof (reader, NULL, "message_type", field->name);
  frame->is_set = TRUE;
  frame->message->type = kind->type;
  return kind->read (reader, path, node, &kind->field, frame->message);
}

static const LvFields client_fields = {
  "BidiGenerateContentClientMessage",
  {
      { "setup", read_message, 0, &setup_kind },
      { "clientContent", read_message, 0, &content_kind },
      { "realtimeInput", read_message, 0, &realtime_kind },
      { "toolResponse", read_message, 0, &tool_response_kind },
      { NULL },
  },
};

static gboolean
read_frame (LvJsonReader *reader, JsonNode *root, LvClientMessage *message)
{
  Frame frame = { message, FALSE };

  if (!JSON_NODE_HOLDS_OBJECT (root))
    return lv_reader_wrong (reader, NULL, reader->code,
                            "Invalid JSON payload received. Unknown name \"\": Root element must "
                            "be a message.");
  if (!lv_reader_read_fields (reader, NULL, root, &client_fields, &frame))
    return FALSE;
  return frame.is_set || lv_reader_wrong (reader, NULL, reader->code, INVALID_ARGUMENT);
}

LvClientMessage *
lv_decode_client (GBytes *frame, GError **error)
{
  LvJsonReader reader = { LV_READ_SERVICE, LV_ERROR_INVALID_ARGS, NULL };
  g_autoptr (LvClientMessage) message = lv_client_message_new (LV_CLIENT_SETUP);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonNode) root = lv_json_parse_frame (frame, &local);

  if (root == NULL)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "Invalid JSON payload received. %s",
                   local->message);
      return NULL;
    }
  if (!read_frame (&reader, root, message))
    {
      g_propagate_error (error, reader.error);
      return NULL;
    }
  return g_steal_pointer (&message);
}
