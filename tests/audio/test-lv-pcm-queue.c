/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pcm-queue.h"

#include "base/lv-pcm.h"

static void
push (LvPcmQueue *queue, gint16 first, guint n)
{
  g_autoptr (LvPcmBlock) block = lv_pcm_block_new (n);
  gint16 *frames = lv_pcm_block_get_samples (block);

  for (guint i = 0; i < n; i++)
    frames[i] = (gint16) (first + i);
  g_assert_cmpuint (lv_pcm_queue_push (queue, block), ==, n);
}

static void
test_order (void)
{
  g_autoptr (LvPcmQueue) queue = lv_pcm_queue_new (10000);
  const gint16 *frames;
  guint n;

  g_assert_null (lv_pcm_queue_peek (queue, &n));
  push (queue, 0, 10);
  push (queue, 10, 5);
  g_assert_cmpuint (lv_pcm_queue_get_frames (queue), ==, 15);
  frames = lv_pcm_queue_peek (queue, &n);
  g_assert_cmpuint (n, ==, 10);
  g_assert_cmpint (frames[0], ==, 0);
  lv_pcm_queue_pop (queue, 7);
  frames = lv_pcm_queue_peek (queue, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpint (frames[0], ==, 7);
  lv_pcm_queue_pop (queue, 3);
  frames = lv_pcm_queue_peek (queue, &n);
  g_assert_cmpuint (n, ==, 5);
  g_assert_cmpint (frames[0], ==, 10);
  lv_pcm_queue_clear (queue);
  g_assert_cmpuint (lv_pcm_queue_get_frames (queue), ==, 0);
  g_assert_null (lv_pcm_queue_peek (queue, &n));
}

static void
test_empty_block (void)
{
  g_autoptr (LvPcmQueue) queue = lv_pcm_queue_new (10000);
  guint n;

  push (queue, 0, 0);
  g_assert_null (lv_pcm_queue_peek (queue, &n));
  g_assert_cmpuint (lv_pcm_queue_get_frames (queue), ==, 0);
}

static void
test_limit (void)
{
  const guint max_bytes = 1000 * LV_BYTES_PER_FRAME + 2 * LV_PCM_QUEUE_BLOCK_BYTES;
  g_autoptr (LvPcmQueue) queue = lv_pcm_queue_new (max_bytes);
  const gint16 *frames;
  guint n;

  push (queue, 0, 600);
  push (queue, 600, 400);
  g_assert_cmpuint (lv_pcm_queue_get_frames (queue), ==, 1000);
  push (queue, 1000, 100);
  frames = lv_pcm_queue_peek (queue, &n);
  g_assert_cmpint (frames[0], ==, 100 + LV_PCM_QUEUE_BLOCK_BYTES / LV_BYTES_PER_FRAME);
  push (queue, 0, 5000);
  g_assert_cmpuint (lv_pcm_queue_get_frames (queue) * LV_BYTES_PER_FRAME, <=, max_bytes);
  frames = lv_pcm_queue_peek (queue, &n);
  g_assert_cmpint (frames[n - 1], ==, 4999);
}

/* Many tiny blocks must not take more memory than a few large ones. */
static void
test_tiny_blocks (void)
{
  g_autoptr (LvPcmQueue) queue = lv_pcm_queue_new (100000);

  for (guint i = 0; i < 5000; i++)
    push (queue, 0, 1);
  g_assert_cmpuint (lv_pcm_queue_get_frames (queue), ==,
                    100000 / (LV_PCM_QUEUE_BLOCK_BYTES + LV_BYTES_PER_FRAME));
}

static void
assert_next (LvPcmQueue *queue, gint16 start, guint n_frames)
{
  const gint16 *frames;
  guint n;

  while (n_frames > 0)
    {
      frames = lv_pcm_queue_peek (queue, &n);
      g_assert_nonnull (frames);
      n = MIN (n, n_frames);
      for (guint i = 0; i < n; i++)
        g_assert_cmpint (frames[i], ==, start++);
      lv_pcm_queue_pop (queue, n);
      n_frames -= n;
    }
}

/* What was lent and not forgotten comes back, before what waits. */
static void
test_lend (void)
{
  g_autoptr (LvPcmQueue) queue = lv_pcm_queue_new (100000);
  g_autoptr (LvPcmQueue) lent = lv_pcm_queue_new (100000);
  guint n;

  push (queue, 0, 100);
  push (queue, 100, 100);
  lv_pcm_queue_lend (queue, 0, lent);
  lv_pcm_queue_lend (queue, 30, lent);
  lv_pcm_queue_lend (queue, 70, lent);
  lv_pcm_queue_lend (queue, 50, lent);
  g_assert_cmpuint (lv_pcm_queue_get_frames (queue), ==, 50);
  g_assert_cmpuint (lv_pcm_queue_get_frames (lent), ==, 150);
  lv_pcm_queue_skip (lent, 35);
  lv_pcm_queue_take_back (queue, lent);
  g_assert_cmpuint (lv_pcm_queue_get_frames (lent), ==, 0);
  g_assert_null (lv_pcm_queue_peek (lent, &n));
  g_assert_cmpuint (lv_pcm_queue_get_frames (queue), ==, 165);
  assert_next (queue, 35, 165);
  lv_pcm_queue_skip (queue, 1);
  g_assert_null (lv_pcm_queue_peek (queue, &n));
}

/* More blocks than there is room for at first, wherever in the ring the oldest is; at both ends. */
static void
test_many_blocks (void)
{
  g_autoptr (LvPcmQueue) queue = lv_pcm_queue_new (1000000);
  g_autoptr (LvPcmQueue) lent = lv_pcm_queue_new (1000000);

  for (guint shift = 0; shift < 300; shift += 37)
    {
      for (guint i = 0; i < shift; i++)
        push (queue, (gint16) (i * 2), 2);
      assert_next (queue, 0, shift * 2);
      for (guint i = 0; i < 500; i++)
        push (queue, (gint16) (i * 3), 3);
      for (guint i = 0; i < 200; i++)
        lv_pcm_queue_lend (queue, 3, lent);
      lv_pcm_queue_skip (lent, 4);
      lv_pcm_queue_skip (queue, 299 * 3 + 1);
      lv_pcm_queue_take_back (queue, lent);
      g_assert_cmpuint (lv_pcm_queue_get_frames (queue), ==, 596 + 2);
      assert_next (queue, 4, 596);
      assert_next (queue, 499 * 3 + 1, 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pcm-queue/order", test_order);
  g_test_add_func ("/pcm-queue/empty-block", test_empty_block);
  g_test_add_func ("/pcm-queue/limit", test_limit);
  g_test_add_func ("/pcm-queue/tiny-blocks", test_tiny_blocks);
  g_test_add_func ("/pcm-queue/lend", test_lend);
  g_test_add_func ("/pcm-queue/many-blocks", test_many_blocks);
  return g_test_run ();
}
