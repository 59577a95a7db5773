/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-pcm-block.h"

static const gint16 some[] = { 1, -2, 3 };

static void
test_copy (void)
{
  g_autoptr (LvPcmBlock) block = lv_pcm_block_new_copy (some, G_N_ELEMENTS (some));

  g_assert_cmpuint (lv_pcm_block_get_length (block), ==, 3);
  g_assert_cmpmem (lv_pcm_block_get_samples (block), 6, some, sizeof some);
  g_assert_true (lv_pcm_block_get_samples (block) != some);
}

static void
test_holders (void)
{
  g_autoptr (LvPcmBlock) block = lv_pcm_block_new_copy (some, G_N_ELEMENTS (some));
  LvPcmBlock *other = lv_pcm_block_ref (block);

  g_assert_true (other == block);
  lv_pcm_block_unref (other);
  g_assert_cmpmem (lv_pcm_block_get_samples (block), 6, some, sizeof some);
}

static void
test_truncate (void)
{
  g_autoptr (LvPcmBlock) block = lv_pcm_block_new_copy (some, G_N_ELEMENTS (some));

  lv_pcm_block_truncate (block, 2);
  g_assert_cmpuint (lv_pcm_block_get_length (block), ==, 2);
  g_assert_cmpmem (lv_pcm_block_get_samples (block), 4, some, 4);
}

static void
test_empty (void)
{
  g_autoptr (LvPcmBlock) block = lv_pcm_block_new_copy (NULL, 0);

  g_assert_cmpuint (lv_pcm_block_get_length (block), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pcm-block/copy", test_copy);
  g_test_add_func ("/pcm-block/holders", test_holders);
  g_test_add_func ("/pcm-block/truncate", test_truncate);
  g_test_add_func ("/pcm-block/empty", test_empty);
  return g_test_run ();
}
