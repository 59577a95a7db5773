/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-encode.h"

#include "base/lv-base64.h"
#include "protocol/lv-encode-setup.h"
#include "protocol/lv-json-writer.h"

#include <string.h>

#define AUDIO_HEAD "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=%u\",\"data\":\""
#define AUDIO_TAIL "\"}}}"
#define FRAME_OVERHEAD 256 /* enough for all but the data of a frame with media */

/* ---- both directions ---- */

static const char *
get_role_name (LvRole role)
{
  return role == LV_ROLE_MODEL ? "model" : "user";
}

static void
add_blob (GString *json, const char *name, const LvBlob *blob)
{
  lv_json_open (json, name, '{');
  lv_json_add_string (json, "mimeType", blob->mime_type);
  lv_json_add_base64 (json, "data", blob->data);
  lv_json_close (json, '}');
}

static void
add_part (GString *json, const LvPart *part)
{
  lv_json_open (json, NULL, '{');
  lv_json_add_string (json, "text", part->text);
  lv_json_add_flag (json, "thought", part->thought);
  if (part->blob != NULL)
    add_blob (json, "inlineData", part->blob);
  lv_json_close (json, '}');
}

static void
add_content (GString *json, const char *name, const LvContent *content)
{
  lv_json_open (json, name, '{');
  lv_json_add_string (json, "role", get_role_name (content->role));
  lv_json_open (json, "parts", '[');
  for (guint i = 0; i < content->parts->len; i++)
    add_part (json, content->parts->pdata[i]);
  lv_json_close (json, ']');
  lv_json_close (json, '}');
}

static gsize
measure_blob (const LvBlob *blob)
{
  return blob != NULL ? lv_base64_encoded_length (g_bytes_get_size (blob->data)) : 0;
}

/* ---- client to server ---- */

static const char *const scheduling_names[] = {
  [LV_SCHEDULING_DEFAULT] = NULL,
  [LV_SCHEDULING_SILENT] = "SILENT",
  [LV_SCHEDULING_WHEN_IDLE] = "WHEN_IDLE",
  [LV_SCHEDULING_INTERRUPT] = "INTERRUPT",
};

static void
add_response (GString *json, const LvFunctionResponse *response)
{
  lv_json_open (json, NULL, '{');
  lv_json_add_string (json, "id", response->id);
  lv_json_add_string (json, "name", response->name);
  lv_json_add_raw (json, "response", response->response);
  lv_json_add_string (json, "scheduling", scheduling_names[response->scheduling]);
  lv_json_add_flag (json, "willContinue", response->will_continue);
  lv_json_close (json, '}');
}

static void
add_tool_responses (GString *json, const GPtrArray *responses)
{
  lv_json_open (json, "toolResponse", '{');
  lv_json_open (json, "functionResponses", '[');
  for (guint i = 0; i < responses->len; i++)
    add_response (json, responses->pdata[i]);
  lv_json_close (json, ']');
  lv_json_close (json, '}');
}

static void
add_client_content (GString *json, const LvClientMessage *message)
{
  lv_json_open (json, "clientContent", '{');
  lv_json_open (json, "turns", '[');
  for (guint i = 0; i < message->turns->len; i++)
    add_content (json, NULL, message->turns->pdata[i]);
  lv_json_close (json, ']');
  lv_json_add_flag (json, "turnComplete", message->turn_complete);
  lv_json_close (json, '}');
}

static void
add_realtime (GString *json, const LvClientMessage *message)
{
  lv_json_open (json, "realtimeInput", '{');
  switch (message->realtime)
    {
    case LV_REALTIME_AUDIO:
      add_blob (json, "audio", message->blob);
      break;
    case LV_REALTIME_VIDEO:
      add_blob (json, "video", message->blob);
      break;
    case LV_REALTIME_TEXT:
      lv_json_add_string (json, "text", message->text);
      break;
    case LV_REALTIME_ACTIVITY_START:
      lv_json_add_empty (json, "activityStart");
      break;
    case LV_REALTIME_ACTIVITY_END:
      lv_json_add_empty (json, "activityEnd");
      break;
    case LV_REALTIME_AUDIO_STREAM_END:
      lv_json_add_flag (json, "audioStreamEnd", TRUE);
      break;
    }
  lv_json_close (json, '}');
}

GBytes *
lv_encode_client (const LvClientMessage *message)
{
  GString *json;

  if (message->type == LV_CLIENT_SETUP)
    return lv_encode_setup (message->setup);

  json = g_string_sized_new (FRAME_OVERHEAD + measure_blob (message->blob));
  lv_json_open (json, NULL, '{');
  if (message->type == LV_CLIENT_CONTENT)
    add_client_content (json, message);
  else if (message->type == LV_CLIENT_REALTIME)
    add_realtime (json, message);
  else
    add_tool_responses (json, message->responses);
  lv_json_close (json, '}');
  return g_string_free_to_bytes (json);
}

GBytes *
lv_encode_setup (const LvSetup *setup)
{
  return g_string_free_to_bytes (lv_encode_setup_text (setup));
}

GBytes *
lv_encode_tool_responses (GPtrArray *responses)
{
  GString *json = g_string_sized_new (FRAME_OVERHEAD);

  lv_json_open (json, NULL, '{');
  add_tool_responses (json, responses);
  lv_json_close (json, '}');
  return g_string_free_to_bytes (json);
}

GBytes *
lv_encode_audio (const gint16 *samples, gsize n_samples, guint rate)
{
  char head[sizeof AUDIO_HEAD + 10];
  gsize n_head = (gsize) g_snprintf (head, sizeof head, AUDIO_HEAD, rate);
  gsize n_bytes = n_samples * sizeof *samples;
  gsize n_data = lv_base64_encoded_length (n_bytes);
  gsize n_frame = n_head + n_data + strlen (AUDIO_TAIL);
  char *frame = g_malloc (n_frame);

  memcpy (frame, head, n_head);
  lv_base64_encode ((const guint8 *) samples, n_bytes, frame + n_head);
  memcpy (frame + n_head + n_data, AUDIO_TAIL, strlen (AUDIO_TAIL));
  return g_bytes_new_take (frame, n_frame);
}

/* ---- server to client ---- */

static void
add_transcription (GString *json, const char *name, const LvTranscription *transcription)
{
  if (transcription == NULL)
    return;
  lv_json_open (json, name, '{');
  lv_json_add_string (json, "text", transcription->text);
  lv_json_add_flag (json, "finished", transcription->finished);
  lv_json_add_string (json, "languageCode", transcription->language_code);
  lv_json_close (json, '}');
}

static gboolean
has_server_content (const LvServerMessage *message)
{
  return message->interrupted || message->model_turn != NULL ||
         message->input_transcription != NULL || message->interim_input_transcription != NULL ||
         message->output_transcription != NULL || message->generation_complete ||
         message->waiting_for_input || message->turn_complete ||
         message->turn_complete_reason != NULL || message->interaction_status != NULL;
}

static void
add_server_content (GString *json, const LvServerMessage *message)
{
  if (!has_server_content (message))
    return;
  lv_json_open (json, "serverContent", '{');
  lv_json_add_flag (json, "interrupted", message->interrupted);
  if (message->model_turn != NULL)
    add_content (json, "modelTurn", message->model_turn);
  add_transcription (json, "inputTranscription", message->input_transcription);
  add_transcription (json, "interimInputTranscription", message->interim_input_transcription);
  add_transcription (json, "outputTranscription", message->output_transcription);
  lv_json_add_flag (json, "generationComplete", message->generation_complete);
  lv_json_add_flag (json, "waitingForInput", message->waiting_for_input);
  lv_json_add_flag (json, "turnComplete", message->turn_complete);
  lv_json_add_string (json, "turnCompleteReason", message->turn_complete_reason);
  lv_json_add_string (json, "interactionStatus", message->interaction_status);
  lv_json_close (json, '}');
}

static void
add_calls (GString *json, const GPtrArray *calls)
{
  if (calls == NULL)
    return;
  lv_json_open (json, "toolCall", '{');
  lv_json_open (json, "functionCalls", '[');
  for (guint i = 0; i < calls->len; i++)
    {
      const LvFunctionCall *call = calls->pdata[i];

      lv_json_open (json, NULL, '{');
      lv_json_add_string (json, "id", call->id);
      lv_json_add_string (json, "name", call->name);
      lv_json_add_raw (json, "args", call->args);
      lv_json_close (json, '}');
    }
  lv_json_close (json, ']');
  lv_json_close (json, '}');
}

static void
add_cancellation (GString *json, const GPtrArray *ids)
{
  if (ids == NULL)
    return;
  lv_json_open (json, "toolCallCancellation", '{');
  lv_json_open (json, "ids", '[');
  for (guint i = 0; i < ids->len; i++)
    lv_json_add_string (json, NULL, ids->pdata[i]);
  lv_json_close (json, ']');
  lv_json_close (json, '}');
}

static void
add_count (GString *json, const char *name, guint count)
{
  if (count > 0)
    lv_json_add_int (json, name, count);
}

/* Tokens of one modality. */
typedef struct {
  const char *modality;
  guint count;
} Detail;

/* Like the service, nothing for what is zero. */
static void
add_details (GString *json, const char *name, const Detail *details, guint n_details)
{
  gboolean is_open = FALSE;

  for (guint i = 0; i < n_details; i++)
    {
      if (details[i].count == 0)
        continue;
      if (!is_open)
        lv_json_open (json, name, '[');
      is_open = TRUE;
      lv_json_open (json, NULL, '{');
      lv_json_add_string (json, "modality", details[i].modality);
      lv_json_add_int (json, "tokenCount", details[i].count);
      lv_json_close (json, '}');
    }
  if (is_open)
    lv_json_close (json, ']');
}

static void
add_usage (GString *json, const LvUsage *usage)
{
  const Detail prompt[] = {
    { "TEXT", usage->prompt[LV_MODALITY_TEXT] },
    { "AUDIO", usage->prompt[LV_MODALITY_AUDIO] },
    { "IMAGE", usage->prompt[LV_MODALITY_IMAGE] },
  };
  const Detail response[] = {
    { "TEXT", usage->response[LV_MODALITY_TEXT] },
    { "AUDIO", usage->response[LV_MODALITY_AUDIO] },
  };

  lv_json_open (json, "usageMetadata", '{');
  add_count (json, "promptTokenCount", usage->prompt_tokens);
  add_count (json, usage->vertex ? "candidatesTokenCount" : "responseTokenCount",
             usage->response_tokens);
  add_count (json, "thoughtsTokenCount", usage->thought_tokens);
  add_count (json, "toolUsePromptTokenCount", usage->tool_prompt_tokens);
  add_count (json, "cachedContentTokenCount", usage->cached_tokens);
  add_count (json, "totalTokenCount", usage->total_tokens);
  add_details (json, "promptTokensDetails", prompt, G_N_ELEMENTS (prompt));
  add_details (json, usage->vertex ? "candidatesTokensDetails" : "responseTokensDetails", response,
               G_N_ELEMENTS (response));
  lv_json_close (json, '}');
}

static void
add_session_state (GString *json, const LvServerMessage *message)
{
  if (message->setup_complete)
    {
      lv_json_open (json, "setupComplete", '{');
      lv_json_add_string (json, "sessionId", message->session_id);
      lv_json_close (json, '}');
    }
  if (message->resumption_update)
    {
      lv_json_open (json, "sessionResumptionUpdate", '{');
      lv_json_add_string (json, "newHandle", message->resumption_handle);
      lv_json_add_flag (json, "resumable", message->resumable);
      lv_json_close (json, '}');
    }
}

/* A protobuf Duration: whole seconds, or with six digits behind the point. */
static void
add_go_away (GString *json, gint64 us)
{
  gint64 seconds = us / G_USEC_PER_SEC;
  int fraction = (int) (us % G_USEC_PER_SEC);
  g_autofree char *duration = NULL;

  if (us < 0)
    return;
  duration = fraction == 0 ? g_strdup_printf ("%" G_GINT64_FORMAT "s", seconds)
                           : g_strdup_printf ("%" G_GINT64_FORMAT ".%06ds", seconds, fraction);
  lv_json_open (json, "goAway", '{');
  lv_json_add_string (json, "timeLeft", duration);
  lv_json_close (json, '}');
}

static void
add_error (GString *json, int code, const char *message)
{
  if (code == 0)
    return;
  lv_json_open (json, "error", '{');
  lv_json_add_int (json, "code", code);
  lv_json_add_string (json, "message", message);
  lv_json_close (json, '}');
}

static gsize
measure_content (const LvContent *content)
{
  gsize size = 0;

  for (guint i = 0; content != NULL && i < content->parts->len; i++)
    size += measure_blob (((const LvPart *) content->parts->pdata[i])->blob);
  return size;
}

GBytes *
lv_encode_server (const LvServerMessage *message)
{
  GString *json = g_string_sized_new (FRAME_OVERHEAD + measure_content (message->model_turn));

  lv_json_open (json, NULL, '{');
  add_session_state (json, message);
  add_server_content (json, message);
  add_calls (json, message->function_calls);
  add_cancellation (json, message->cancelled_ids);
  if (message->usage != NULL)
    add_usage (json, message->usage);
  add_go_away (json, message->go_away_us);
  add_error (json, message->error_code, message->error_message);
  lv_json_close (json, '}');
  return g_string_free_to_bytes (json);
}
