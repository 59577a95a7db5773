/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a message of audio takes from the heap: its block and the GBytes around it, nothing else.
 * The C library's own allocator stands behind the counting one.
 */
#include "base/lv-pcm.h"
#include "protocol/lv-audio-scan.h"
#include "protocol/lv-encode.h"

#define HANDLE_MAX 64 /* bytes of a GBytes */

extern void *__libc_malloc (size_t size);

static gboolean counting;
static guint n_blocks;
static gsize n_bytes;

void *
malloc (size_t size)
{
  if (counting)
    {
      n_blocks++;
      n_bytes += size;
    }
  return __libc_malloc (size);
}

static void
begin (void)
{
  n_blocks = 0;
  n_bytes = 0;
  counting = TRUE;
}

static void
end (gsize block)
{
  counting = FALSE;
  g_assert_cmpuint (n_blocks, >=, 1); /* else nothing was counted */
  g_assert_cmpuint (n_blocks, <=, 2);
  g_assert_cmpuint (n_bytes, >=, block);
  g_assert_cmpuint (n_bytes, <=, block + HANDLE_MAX);
}

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
  g_autoptr (GBytes) pcm = NULL;
  guint rate;

  begin ();
  pcm = lv_audio_scan (frame, &rate);
  end (n_samples * LV_BYTES_PER_FRAME);
  g_assert_cmpuint (g_bytes_get_size (pcm), ==, n_samples * LV_BYTES_PER_FRAME);
}

static void
test_encode (gconstpointer data)
{
  gsize n_samples = LV_RATE_IN * GPOINTER_TO_UINT (data) / 1000;
  g_autofree gint16 *samples = g_new0 (gint16, n_samples);
  g_autoptr (GBytes) frame = NULL;
  gsize block;

  frame = lv_encode_audio (samples, n_samples, LV_RATE_IN); /* the first call may set things up */
  block = g_bytes_get_size (frame);
  g_clear_pointer (&frame, g_bytes_unref);
  begin ();
  frame = lv_encode_audio (samples, n_samples, LV_RATE_IN);
  end (block);
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
