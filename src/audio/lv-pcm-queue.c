/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pcm-queue.h"

#include "base/lv-pcm.h"

struct _LvPcmQueue {
  GQueue blocks;    /* GBytes, oldest first, none empty */
  gsize head_start; /* frames of the first block already removed */
  guint64 n_frames;
  gsize max_bytes;
};

LvPcmQueue *
lv_pcm_queue_new (gsize max_bytes)
{
  LvPcmQueue *self = g_new0 (LvPcmQueue, 1);

  g_queue_init (&self->blocks);
  self->max_bytes = max_bytes;
  return self;
}

void
lv_pcm_queue_free (LvPcmQueue *self)
{
  lv_pcm_queue_clear (self);
  g_free (self);
}

static guint
get_block_frames (GBytes *block)
{
  return (guint) MIN (g_bytes_get_size (block) / LV_BYTES_PER_FRAME, G_MAXUINT);
}

static gsize
get_cost (LvPcmQueue *self)
{
  return self->n_frames * LV_BYTES_PER_FRAME + self->blocks.length * LV_PCM_QUEUE_BLOCK_BYTES;
}

static void
drop_oldest (LvPcmQueue *self)
{
  gsize cost = get_cost (self);
  guint n_excess, n_block;

  while (cost > self->max_bytes && lv_pcm_queue_peek (self, &n_block) != NULL)
    {
      n_excess = (guint) ((cost - self->max_bytes + LV_BYTES_PER_FRAME - 1) / LV_BYTES_PER_FRAME);
      lv_pcm_queue_pop (self, MIN (n_block, n_excess));
      cost = get_cost (self);
    }
}

guint64
lv_pcm_queue_push (LvPcmQueue *self, GBytes *pcm)
{
  guint n_frames = get_block_frames (pcm);

  if (n_frames == 0)
    return 0;
  g_queue_push_tail (&self->blocks, g_bytes_ref (pcm));
  self->n_frames += n_frames;
  drop_oldest (self);
  return n_frames;
}

guint64
lv_pcm_queue_get_frames (LvPcmQueue *self)
{
  return self->n_frames;
}

const gint16 *
lv_pcm_queue_peek (LvPcmQueue *self, guint *ret_n_frames)
{
  GBytes *head = g_queue_peek_head (&self->blocks);

  if (head == NULL)
    return NULL;
  *ret_n_frames = get_block_frames (head) - self->head_start;
  return (const gint16 *) g_bytes_get_data (head, NULL) + self->head_start;
}

void
lv_pcm_queue_pop (LvPcmQueue *self, guint n_frames)
{
  GBytes *head = g_queue_peek_head (&self->blocks);

  g_return_if_fail (head != NULL && n_frames <= get_block_frames (head) - self->head_start);

  self->head_start += n_frames;
  self->n_frames -= n_frames;
  if (self->head_start < get_block_frames (head))
    return;
  g_bytes_unref (g_queue_pop_head (&self->blocks));
  self->head_start = 0;
}

void
lv_pcm_queue_skip (LvPcmQueue *self, guint64 n_frames)
{
  guint n;

  while (n_frames > 0 && lv_pcm_queue_peek (self, &n) != NULL)
    {
      n = (guint) MIN (n, n_frames);
      lv_pcm_queue_pop (self, n);
      n_frames -= n;
    }
}

void
lv_pcm_queue_lend (LvPcmQueue *self, guint n_frames, LvPcmQueue *lent)
{
  g_autoptr (GBytes) piece = NULL;

  if (n_frames == 0)
    return;
  piece =
      g_bytes_new_from_bytes (g_queue_peek_head (&self->blocks),
                              self->head_start * LV_BYTES_PER_FRAME, n_frames * LV_BYTES_PER_FRAME);
  lv_pcm_queue_push (lent, piece);
  lv_pcm_queue_pop (self, n_frames);
}

/* The rest of the first block becomes a block, so that others can come before it. */
static void
trim_head (LvPcmQueue *self)
{
  GBytes *head = self->head_start > 0 ? g_queue_pop_head (&self->blocks) : NULL;
  gsize start = self->head_start * LV_BYTES_PER_FRAME;

  if (head == NULL)
    return;
  g_queue_push_head (&self->blocks,
                     g_bytes_new_from_bytes (head, start, g_bytes_get_size (head) - start));
  g_bytes_unref (head);
  self->head_start = 0;
}

void
lv_pcm_queue_take_back (LvPcmQueue *self, LvPcmQueue *lent)
{
  GBytes *block;

  trim_head (self);
  trim_head (lent);
  self->n_frames += lent->n_frames;
  while ((block = g_queue_pop_tail (&lent->blocks)) != NULL)
    g_queue_push_head (&self->blocks, block);
  lent->n_frames = 0;
}

void
lv_pcm_queue_clear (LvPcmQueue *self)
{
  g_queue_clear_full (&self->blocks, (GDestroyNotify) g_bytes_unref);
  self->head_start = 0;
  self->n_frames = 0;
}
