/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Speech that waits to be played: blocks as they came from the server, without a copy, limited in
 * bytes. Beyond the limit the oldest frames are dropped. What it needs itself grows by doubling, so
 * that a block costs no allocation. Main thread.
 */
#pragma once

#include "base/lv-pcm-block.h"

#define LV_PCM_QUEUE_BLOCK_BYTES                                                                   \
  128 /* what a block costs besides its frames, counted in the limit */

typedef struct _LvPcmQueue LvPcmQueue;

LvPcmQueue *lv_pcm_queue_new (gsize max_bytes);
void lv_pcm_queue_free (LvPcmQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPcmQueue, lv_pcm_queue_free)

/* Appends @pcm, of which it takes a reference; returns how many frames that were. */
guint64 lv_pcm_queue_push (LvPcmQueue *self, LvPcmBlock *pcm);

/* Frames that wait. */
guint64 lv_pcm_queue_get_frames (LvPcmQueue *self);

/* The oldest frames that lie together, and how many; NULL when empty. Valid until the next call. */
const gint16 *lv_pcm_queue_peek (LvPcmQueue *self, guint *ret_n_frames);

/* Removes @n_frames of what lv_pcm_queue_peek() gave. */
void lv_pcm_queue_pop (LvPcmQueue *self, guint n_frames);

/* Removes the oldest @n_frames, or all. */
void lv_pcm_queue_skip (LvPcmQueue *self, guint64 n_frames);

/* Moves @n_frames of what lv_pcm_queue_peek() gave to the end of @lent. */
void lv_pcm_queue_lend (LvPcmQueue *self, guint n_frames, LvPcmQueue *lent);

/* The other way: all that is in @lent comes before what is in @self. The limit does not hold for
 * them. */
void lv_pcm_queue_take_back (LvPcmQueue *self, LvPcmQueue *lent);

void lv_pcm_queue_clear (LvPcmQueue *self);
