/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pcm-ring.h"

#define CAPACITY 64
#define N_SAMPLES 3000000

static void
test_order (void)
{
  g_autoptr (LvPcmRing) ring = lv_pcm_ring_new (CAPACITY);
  gint16 in[48], out[CAPACITY];
  gint16 next_in = 0, next_out = 0;

  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (in); i++)
        in[i] = next_in++;
      g_assert_cmpuint (lv_pcm_ring_write_rt (ring, in, G_N_ELEMENTS (in)), ==, G_N_ELEMENTS (in));
      g_assert_cmpuint (lv_pcm_ring_get_fill_rt (ring), ==, G_N_ELEMENTS (in));
      g_assert_cmpuint (lv_pcm_ring_read_rt (ring, out, CAPACITY), ==, G_N_ELEMENTS (in));
      for (guint i = 0; i < G_N_ELEMENTS (in); i++)
        g_assert_cmpint (out[i], ==, next_out++);
    }
  g_assert_cmpuint (lv_pcm_ring_get_write_index_rt (ring), ==, 5 * G_N_ELEMENTS (in));
  g_assert_cmpuint (lv_pcm_ring_get_read_index_rt (ring), ==, 5 * G_N_ELEMENTS (in));
}

/* A full ring keeps the old samples: the writer never moves the reader's index. */
static void
test_full (void)
{
  g_autoptr (LvPcmRing) ring = lv_pcm_ring_new (CAPACITY);
  gint16 in[CAPACITY + 10], out[CAPACITY + 10];

  for (guint i = 0; i < G_N_ELEMENTS (in); i++)
    in[i] = (gint16) i;
  g_assert_cmpuint (lv_pcm_ring_write_rt (ring, in, G_N_ELEMENTS (in)), ==, CAPACITY);
  g_assert_cmpuint (lv_pcm_ring_write_rt (ring, in, 1), ==, 0);
  g_assert_cmpuint (lv_pcm_ring_read_rt (ring, out, G_N_ELEMENTS (out)), ==, CAPACITY);
  g_assert_cmpmem (out, CAPACITY * sizeof (gint16), in, CAPACITY * sizeof (gint16));
  g_assert_cmpuint (lv_pcm_ring_read_rt (ring, out, 1), ==, 0);
}

static void
test_skip (void)
{
  g_autoptr (LvPcmRing) ring = lv_pcm_ring_new (CAPACITY);
  const gint16 in[] = { 1, 2, 3, 4, 5 };
  gint16 out;

  lv_pcm_ring_write_rt (ring, in, G_N_ELEMENTS (in));
  g_assert_cmpuint (lv_pcm_ring_skip_to_rt (ring, 3), ==, 3);
  g_assert_cmpuint (lv_pcm_ring_skip_to_rt (ring, 2), ==, 0);
  g_assert_cmpuint (lv_pcm_ring_read_rt (ring, &out, 1), ==, 1);
  g_assert_cmpint (out, ==, 4);
}

static gpointer
write_sequence (gpointer data)
{
  gint16 block[37];
  guint next = 0;

  while (next < N_SAMPLES)
    {
      guint n = MIN (G_N_ELEMENTS (block), N_SAMPLES - next);

      for (guint i = 0; i < n; i++)
        block[i] = (gint16) (next + i);
      next += lv_pcm_ring_write_rt (data, block, n);
    }
  return NULL;
}

/* Run under the thread sanitizer this also shows that the ring needs no lock:
 * meson setup build-tsan -Db_sanitize=thread && meson test -C build-tsan pcm-ring playout */
static void
test_threads (void)
{
  g_autoptr (LvPcmRing) ring = lv_pcm_ring_new (1024);
  GThread *writer = g_thread_new ("writer", write_sequence, ring);
  gint16 block[53];
  guint next = 0;

  while (next < N_SAMPLES)
    {
      guint n = lv_pcm_ring_read_rt (ring, block, G_N_ELEMENTS (block));

      for (guint i = 0; i < n; i++)
        if (block[i] != (gint16) (next + i))
          g_error ("sample %u is %d", next + i, block[i]);
      next += n;
    }
  g_thread_join (writer);
  g_assert_cmpuint (lv_pcm_ring_get_fill_rt (ring), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pcm-ring/order", test_order);
  g_test_add_func ("/pcm-ring/full", test_full);
  g_test_add_func ("/pcm-ring/skip", test_skip);
  g_test_add_func ("/pcm-ring/threads", test_threads);
  return g_test_run ();
}
