/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a message of audio takes from the heap: the block of what came, nothing for what is sent.
 */
#include "base/lv-pcm.h"
#include "lib/lv-test-memory.h"
#include "protocol/lv-audio-scan.h"
#include "protocol/lv-encode.h"

#define HEAD_MAX 64 /* bytes of a block besides its samples */

static GBytes *
make_frame (gsize n_samples)
{
  g_autofree gint16 *samples = g_new0 (gint16, n_samples);
  g_autoptr (GBytes) pcm = g_bytes_new (samples, n_samples * sizeof *samples);
  g_autoptr (LvServerMessage) message = lv_server_message_new ();

  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", pcm));
  return lv_encode_server (message);
}

static void
test_decode (gconstpointer data)
{
  gsize n_samples = LV_RATE_OUT * GPOINTER_TO_UINT (data) / 1000;
  g_autoptr (GBytes) frame = make_frame (n_samples);
  g_autoptr (LvPcmBlock) pcm = NULL;
  LvTestMemory memory;
  guint rate;

  lv_test_memory_begin ();
  pcm = lv_audio_scan (frame, &rate);
  memory = lv_test_memory_end ();
  g_assert_cmpuint (lv_pcm_block_get_length (pcm), ==, n_samples);
  g_assert_cmpuint (memory.n_blocks, ==, 1);
  g_assert_cmpuint (memory.n_bytes, >=, n_samples * LV_BYTES_PER_FRAME);
  g_assert_cmpuint (memory.n_bytes, <=, n_samples * LV_BYTES_PER_FRAME + HEAD_MAX);
}

static void
test_encode (gconstpointer data)
{
  gsize n_samples = LV_RATE_IN * GPOINTER_TO_UINT (data) / 1000;
  g_autofree gint16 *samples = g_new0 (gint16, n_samples);
  g_autoptr (GString) frame = g_string_new (NULL);
  LvTestMemory memory;

  lv_test_memory_begin ();
  lv_encode_audio (frame, samples, n_samples, LV_RATE_IN);
  memory = lv_test_memory_end ();
  g_assert_cmpuint (memory.n_blocks, ==, 1); /* the first makes room: else nothing was counted */

  lv_test_memory_begin ();
  lv_encode_audio (frame, samples, n_samples, LV_RATE_IN);
  memory = lv_test_memory_end ();
  g_assert_cmpuint (memory.n_blocks, ==, 0);
}

int
main (int argc, char **argv)
{
  static const guint lengths[] = { 20, 200, 1000 };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *decode = g_strdup_printf ("/audio-memory/decode/%u-ms", lengths[i]);
      g_autofree char *encode = g_strdup_printf ("/audio-memory/encode/%u-ms", lengths[i]);

      g_test_add_data_func (decode, GUINT_TO_POINTER (lengths[i]), test_decode);
      g_test_add_data_func (encode, GUINT_TO_POINTER (lengths[i]), test_encode);
    }
  return g_test_run ();
}
