/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server frame that decodes can be encoded, and the result stands for the same message. A
 * frame that takes the fast path means the same on the slow one.
 */
#include "fuzz/lv-fuzz.h"

#include "base/lv-pcm.h"
#include "protocol/lv-audio-scan.h"
#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"

#include <string.h>

static GBytes *
recode (GBytes *frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvServerMessage) message = lv_decode_server (frame, &error);

  g_assert_true ((message == NULL) == (error != NULL));
  return message != NULL ? lv_encode_server (message) : NULL;
}

/* The frame with a first key that the fast path does not take. */
static GBytes *
slow_down (GBytes *frame)
{
  gsize size;
  const char *text = g_bytes_get_data (frame, &size);
  const char *brace = memchr (text, '{', size);
  GString *slow = g_string_new ("{\"x\":0,");

  g_string_append_len (slow, brace + 1, text + size - brace - 1);
  return g_string_free_to_bytes (slow);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (data, size);
  g_autoptr (GBytes) once = recode (frame);
  g_autoptr (GBytes) twice = NULL;
  g_autoptr (LvPcmBlock) pcm = NULL;
  guint rate;

  if (once == NULL)
    return 0;
  twice = recode (once);
  g_assert_true (g_bytes_equal (once, twice));

  pcm = lv_audio_scan (frame, &rate);
  if (pcm != NULL)
    {
      g_autoptr (GBytes) slow = slow_down (frame);
      g_autoptr (GBytes) slow_once = recode (slow);
      g_autoptr (LvServerMessage) message = lv_decode_server (slow, NULL);
      const LvPart *part = message->model_turn->parts->pdata[0];

      g_assert_cmpmem (g_bytes_get_data (part->blob->data, NULL),
                       g_bytes_get_size (part->blob->data), lv_pcm_block_get_samples (pcm),
                       lv_pcm_block_get_length (pcm) * LV_BYTES_PER_FRAME);
      g_assert_cmpuint (lv_blob_audio_rate (part->blob->mime_type, 24000), ==, rate);
      g_assert_nonnull (slow_once);
    }
  return 0;
}
