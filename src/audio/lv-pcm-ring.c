/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pcm-ring.h"

#include "base/lv-pcm.h"

#include <spa/utils/ringbuffer.h>

struct _LvPcmRing {
  /* shared: atomic */
  struct spa_ringbuffer indices; /* in samples */

  /* owned */
  guint capacity;
  gint16 samples[];
};

LvPcmRing *
lv_pcm_ring_new (guint capacity)
{
  LvPcmRing *self;

  g_return_val_if_fail (capacity > 0 && (capacity & (capacity - 1)) == 0, NULL);
  g_return_val_if_fail (capacity < 1u << 30, NULL);

  self = g_malloc0 (sizeof (LvPcmRing) + capacity * LV_BYTES_PER_FRAME);
  self->capacity = capacity;
  spa_ringbuffer_init (&self->indices);
  return self;
}

void
lv_pcm_ring_free (LvPcmRing *self)
{
  g_free (self);
}

guint
lv_pcm_ring_get_fill_rt (LvPcmRing *self)
{
  guint32 index;

  return (guint) spa_ringbuffer_get_read_index (&self->indices, &index);
}

guint
lv_pcm_ring_write_rt (LvPcmRing *self, const gint16 *samples, guint n_samples)
{
  guint32 index;
  guint fill = (guint) spa_ringbuffer_get_write_index (&self->indices, &index);
  guint n = MIN (n_samples, self->capacity - fill);

  spa_ringbuffer_write_data (&self->indices, self->samples, self->capacity * LV_BYTES_PER_FRAME,
                             (index & (self->capacity - 1)) * LV_BYTES_PER_FRAME, samples,
                             n * LV_BYTES_PER_FRAME);
  spa_ringbuffer_write_update (&self->indices, (gint32) (index + n));
  return n;
}

guint32
lv_pcm_ring_get_write_index_rt (LvPcmRing *self)
{
  guint32 index;

  spa_ringbuffer_get_write_index (&self->indices, &index);
  return index;
}

guint32
lv_pcm_ring_get_read_index_rt (LvPcmRing *self)
{
  guint32 index;

  spa_ringbuffer_get_read_index (&self->indices, &index);
  return index;
}

guint
lv_pcm_ring_peek_rt (LvPcmRing *self, gint16 *samples, guint n_samples)
{
  guint32 index;
  guint fill = (guint) spa_ringbuffer_get_read_index (&self->indices, &index);
  guint n = MIN (n_samples, fill);

  spa_ringbuffer_read_data (&self->indices, self->samples, self->capacity * LV_BYTES_PER_FRAME,
                            (index & (self->capacity - 1)) * LV_BYTES_PER_FRAME, samples,
                            n * LV_BYTES_PER_FRAME);
  return n;
}

guint
lv_pcm_ring_read_rt (LvPcmRing *self, gint16 *samples, guint n_samples)
{
  guint32 index = lv_pcm_ring_get_read_index_rt (self);
  guint n = lv_pcm_ring_peek_rt (self, samples, n_samples);

  spa_ringbuffer_read_update (&self->indices, (gint32) (index + n));
  return n;
}

guint
lv_pcm_ring_skip_to_rt (LvPcmRing *self, guint32 index)
{
  gint32 n = (gint32) (index - lv_pcm_ring_get_read_index_rt (self));

  if (n <= 0)
    return 0;
  spa_ringbuffer_read_update (&self->indices, (gint32) index);
  return (guint) n;
}
