/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A block of samples that has several holders, as the model's voice comes: made where a message is
 * read, kept without a copy until it was heard. Count, length and samples are one allocation. Main
 * thread: the count is not atomic.
 */
#pragma once

#include <glib.h>

typedef struct _LvPcmBlock LvPcmBlock;

/* @n_samples that hold anything, to be written before somebody else gets the block. */
LvPcmBlock *lv_pcm_block_new (gsize n_samples);

LvPcmBlock *lv_pcm_block_new_copy (const gint16 *samples, gsize n_samples);

LvPcmBlock *lv_pcm_block_ref (LvPcmBlock *self);
void lv_pcm_block_unref (LvPcmBlock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPcmBlock, lv_pcm_block_unref)

/* Owned by @self. */
gint16 *lv_pcm_block_get_samples (LvPcmBlock *self);
gsize lv_pcm_block_get_length (LvPcmBlock *self); /* samples */

/* Forgets all samples but the first @n_samples, which is not more than there are. The memory
 * stays. */
void lv_pcm_block_truncate (LvPcmBlock *self, gsize n_samples);
