/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pcm-queue.h"

#include "base/lv-pcm.h"

#define MIN_CAPACITY 64 /* a power of two, as every capacity */

/* Frames of a block that wait; never none. */
typedef struct {
  LvPcmBlock *block; /* owned */
  guint start;
  guint n_frames;
} Span;

struct _LvPcmQueue {
  Span *spans; /* a ring */
  guint capacity;
  guint first; /* index of the oldest */
  guint n_spans;
  guint64 n_frames;
  gsize max_bytes;
};

static void
set_capacity (LvPcmQueue *self, guint capacity)
{
  Span *spans = g_new (Span, capacity);

  for (guint i = 0; i < self->n_spans; i++)
    spans[i] = self->spans[(self->first + i) & (self->capacity - 1)];
  g_free (self->spans);
  self->spans = spans;
  self->capacity = capacity;
  self->first = 0;
}

LvPcmQueue *
lv_pcm_queue_new (gsize max_bytes)
{
  LvPcmQueue *self = g_new0 (LvPcmQueue, 1);

  self->max_bytes = max_bytes;
  set_capacity (self, MIN_CAPACITY);
  return self;
}

void
lv_pcm_queue_free (LvPcmQueue *self)
{
  lv_pcm_queue_clear (self);
  g_free (self->spans);
  g_free (self);
}

/* ---- the ring of spans ---- */

/* Counted from the oldest. */
static Span *
get_span (LvPcmQueue *self, guint i)
{
  return &self->spans[(self->first + i) & (self->capacity - 1)];
}

static Span *
get_oldest (LvPcmQueue *self)
{
  return self->n_spans > 0 ? get_span (self, 0) : NULL;
}

static void
make_room (LvPcmQueue *self)
{
  if (self->n_spans == self->capacity)
    set_capacity (self, self->capacity * 2);
}

static void
append (LvPcmQueue *self, Span span)
{
  make_room (self);
  *get_span (self, self->n_spans++) = span;
  self->n_frames += span.n_frames;
}

static void
prepend (LvPcmQueue *self, Span span)
{
  make_room (self);
  self->first = (self->first - 1) & (self->capacity - 1);
  self->n_spans++;
  *get_span (self, 0) = span;
  self->n_frames += span.n_frames;
}

static void
drop_oldest_span (LvPcmQueue *self)
{
  lv_pcm_block_unref (get_span (self, 0)->block);
  self->first = (self->first + 1) & (self->capacity - 1);
  self->n_spans--;
  if (self->n_spans == 0 && self->capacity > MIN_CAPACITY)
    set_capacity (self, MIN_CAPACITY);
}

/* ---- frames ---- */

static gsize
get_cost (LvPcmQueue *self)
{
  return self->n_frames * LV_BYTES_PER_FRAME + self->n_spans * LV_PCM_QUEUE_BLOCK_BYTES;
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
lv_pcm_queue_push (LvPcmQueue *self, LvPcmBlock *pcm)
{
  guint n_frames = (guint) lv_pcm_block_get_length (pcm);

  if (n_frames == 0)
    return 0;
  append (self, (Span){ lv_pcm_block_ref (pcm), 0, n_frames });
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
  const Span *oldest = get_oldest (self);

  if (oldest == NULL)
    return NULL;
  *ret_n_frames = oldest->n_frames;
  return lv_pcm_block_get_samples (oldest->block) + oldest->start;
}

void
lv_pcm_queue_pop (LvPcmQueue *self, guint n_frames)
{
  Span *oldest = get_oldest (self);

  g_return_if_fail (oldest != NULL && n_frames <= oldest->n_frames);

  oldest->start += n_frames;
  oldest->n_frames -= n_frames;
  self->n_frames -= n_frames;
  if (oldest->n_frames == 0)
    drop_oldest_span (self);
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
  const Span *oldest = get_oldest (self);

  if (n_frames == 0)
    return;
  append (lent, (Span){ lv_pcm_block_ref (oldest->block), oldest->start, n_frames });
  drop_oldest (lent);
  lv_pcm_queue_pop (self, n_frames);
}

void
lv_pcm_queue_take_back (LvPcmQueue *self, LvPcmQueue *lent)
{
  while (lent->n_spans > 0)
    prepend (self, *get_span (lent, --lent->n_spans));
  lent->n_frames = 0;
}

void
lv_pcm_queue_clear (LvPcmQueue *self)
{
  while (self->n_spans > 0)
    drop_oldest_span (self);
  self->n_frames = 0;
}
