/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the fast path of the downlink takes is JSON for json-glib too, and holds the same sound for
 * GLib's base64; the slow path agrees.
 */
#include "fuzz/lv-fuzz.h"

#include "base/lv-pcm.h"
#include "protocol/lv-audio-scan.h"
#include "protocol/lv-decode.h"

#include <json-glib/json-glib.h>
#include <string.h>

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  g_assert_true (json_object_has_member (object, name));
  return json_object_get_object_member (object, name);
}

static void
check_plainly (JsonNode *root, LvPcmBlock *pcm, guint rate)
{
  JsonObject *turn =
      get_object (get_object (json_node_get_object (root), "serverContent"), "modelTurn");
  JsonArray *parts = json_object_get_array_member (turn, "parts");
  JsonObject *blob = get_object (json_array_get_object_element (parts, 0), "inlineData");
  g_autofree char *type = g_strdup_printf ("audio/pcm;rate=%u", rate);
  g_autofree char *data = g_strdup (json_object_get_string_member (blob, "data"));
  g_autofree guchar *bytes = NULL;
  gsize n_bytes;

  g_assert_cmpuint (json_array_get_length (parts), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (blob, "mimeType"), ==, type);
  g_strdelimit (data, "-", '+');
  g_strdelimit (data, "_", '/');
  bytes = g_base64_decode (data, &n_bytes);
  g_assert_cmpmem (bytes, n_bytes, lv_pcm_block_get_samples (pcm),
                   lv_pcm_block_get_length (pcm) * LV_BYTES_PER_FRAME);
}

/* The same frame with a key in front that the fast path does not take. */
static void
check_slowly (const char *text, gsize size, LvPcmBlock *pcm)
{
  const char *brace = memchr (text, '{', size);
  GString *slow = g_string_new ("{\"x\":0,");
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (LvServerMessage) message = NULL;
  const LvPart *part;

  g_string_append_len (slow, brace + 1, text + size - brace - 1);
  frame = g_string_free_to_bytes (slow);
  message = lv_decode_server (frame, NULL);
  g_assert_nonnull (message);
  part = message->model_turn->parts->pdata[0];
  g_assert_cmpmem (g_bytes_get_data (part->blob->data, NULL), g_bytes_get_size (part->blob->data),
                   lv_pcm_block_get_samples (pcm),
                   lv_pcm_block_get_length (pcm) * LV_BYTES_PER_FRAME);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (data, size);
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (LvPcmBlock) pcm = NULL;
  guint rate;

  pcm = lv_audio_scan (frame, &rate);
  if (pcm == NULL)
    return 0;
  parser = json_parser_new ();
  g_assert_true (json_parser_load_from_data (parser, (const char *) data, (gssize) size, NULL));
  check_plainly (json_parser_get_root (parser), pcm, rate);
  check_slowly ((const char *) data, size, pcm);
  return 0;
}
