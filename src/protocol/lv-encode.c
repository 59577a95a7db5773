/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-encode.h"

#include "base/lv-base64.h"
#include "protocol/lv-table.h"

#include <string.h>

#define AUDIO_HEAD "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=%u\",\"data\":\""
#define AUDIO_TAIL "\"}}}"
#define FRAME_OVERHEAD 256 /* enough for all but the data of a frame with media */

static gsize
measure_blob (const LvBlob *blob)
{
  return blob != NULL ? lv_base64_encoded_length (g_bytes_get_size (blob->data)) : 0;
}

/* ---- client to server ---- */

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
static void
merge_extra (GString *json, const char *extra)
{
  g_autoptr (GBytes) frame = g_bytes_new (json->str, json->len);
  g_autoptr (JsonNode) root = lv_json_parse_frame (frame, NULL);
  g_autoptr (JsonNode) source = lv_json_parse (extra, -1, LV_JSON_MAX_BYTES, NULL);
  g_autofree char *merged = NULL;

  if (root == NULL || source == NULL || !JSON_NODE_HOLDS_OBJECT (source))
    return;
  merge_object (json_object_get_object_member (json_node_get_object (root), "setup"),
                json_node_get_object (source));
  merged = lv_json_to_text (root);
  g_string_assign (json, merged);
}

GBytes *
lv_encode_client (const LvClientMessage *message)
{
  const LvSetup *setup = message->setup;
  GString *json = g_string_sized_new (FRAME_OVERHEAD + measure_blob (message->blob));
  LvWriter writer = { .json = json };

  if (setup != NULL)
    {
      writer.model = lv_setup_get_limits (setup);
      writer.api = setup->api;
    }
  lv_write_object (&writer, NULL, &lv_client_fields, message);
  if (message->type == LV_CLIENT_SETUP && setup->extra != NULL)
    merge_extra (json, setup->extra);
  return g_string_free_to_bytes (json);
}

GBytes *
lv_encode_setup (const LvSetup *setup)
{
  const LvClientMessage message = { .type = LV_CLIENT_SETUP, .setup = (LvSetup *) setup };

  return lv_encode_client (&message);
}

GBytes *
lv_encode_tool_responses (GPtrArray *responses)
{
  const LvClientMessage message = { .type = LV_CLIENT_TOOL_RESPONSE, .responses = responses };

  return lv_encode_client (&message);
}

void
lv_encode_audio (GString *frame, const gint16 *samples, gsize n_samples, guint rate)
{
  char head[sizeof AUDIO_HEAD + 10];
  gsize n_head = (gsize) g_snprintf (head, sizeof head, AUDIO_HEAD, rate);
  gsize n_bytes = n_samples * sizeof *samples;
  gsize n_data = lv_base64_encoded_length (n_bytes);

  g_string_set_size (frame, n_head + n_data + strlen (AUDIO_TAIL));
  memcpy (frame->str, head, n_head);
  lv_base64_encode ((const guint8 *) samples, n_bytes, frame->str + n_head);
  memcpy (frame->str + n_head + n_data, AUDIO_TAIL, strlen (AUDIO_TAIL));
}

/* ---- server to client ---- */

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
  LvWriter writer = { .json = json };

  lv_write_object (&writer, NULL, &lv_server_fields, message);
  return g_string_free_to_bytes (json);
}
