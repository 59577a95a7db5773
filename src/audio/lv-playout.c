/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-playout.h"

#include "audio/lv-pcm-ring.h"

#include "base/lv-pcm.h"

#include <spa/utils/ringbuffer.h>

#include <stdatomic.h>
#include <string.h>

#define FULL_SCALE 32768.0f

struct _LvPlayout {
  /* main thread */
  guint64 written;

  /* RT thread */
  guint32 flush_seen;
  gboolean sounding; /* the last cycle ended with voice, not with silence */

  /* shared: atomic */
  _Atomic guint64 flush; /* ring index to skip to << 32 | number of flushes */
  _Atomic guint64 taken; /* frames that left the ring, played or thrown away */
  struct spa_ringbuffer span_indices;
  LvPlayoutSpan spans[LV_PLAYOUT_MAX_SPANS];

  /* owned */
  LvPcmRing *ring;
};

LvPlayout *
lv_playout_new (void)
{
  LvPlayout *self = g_new0 (LvPlayout, 1);

  self->ring = lv_pcm_ring_new (LV_PLAYOUT_RING_FRAMES);
  spa_ringbuffer_init (&self->span_indices);
  return self;
}

void
lv_playout_free (LvPlayout *self)
{
  lv_pcm_ring_free (self->ring);
  g_free (self);
}

guint64
lv_playout_get_written (LvPlayout *self)
{
  return self->written;
}

guint64
lv_playout_get_taken (LvPlayout *self)
{
  return atomic_load (&self->taken);
}

guint
lv_playout_write (LvPlayout *self, const gint16 *frames, guint n_frames)
{
  guint n = lv_pcm_ring_write_rt (self->ring, frames, n_frames);

  self->written += n;
  return n;
}

guint64
lv_playout_flush (LvPlayout *self)
{
  guint32 count = (guint32) atomic_load_explicit (&self->flush, memory_order_relaxed) + 1;
  guint64 index = lv_pcm_ring_get_write_index_rt (self->ring);

  atomic_store (&self->flush, index << 32 | count);
  return atomic_load (&self->taken);
}

void
lv_playout_reset (LvPlayout *self)
{
  guint n = lv_pcm_ring_skip_to_rt (self->ring, lv_pcm_ring_get_write_index_rt (self->ring));

  atomic_fetch_add (&self->taken, n);
  self->flush_seen = (guint32) atomic_load (&self->flush);
  self->sounding = FALSE;
  spa_ringbuffer_init (&self->span_indices);
}

gboolean
lv_playout_take_span (LvPlayout *self, LvPlayoutSpan *ret_span)
{
  guint32 index;

  if (spa_ringbuffer_get_read_index (&self->span_indices, &index) <= 0)
    return FALSE;
  *ret_span = self->spans[index % LV_PLAYOUT_MAX_SPANS];
  spa_ringbuffer_read_update (&self->span_indices, (gint32) (index + 1));
  return TRUE;
}

static float
measure_rt (const gint16 *frames, guint n_frames)
{
  float sum = 0.0f;

  for (guint i = 0; i < n_frames; i++)
    sum += (float) frames[i] * frames[i];
  return sum / n_frames / (FULL_SCALE * FULL_SCALE);
}

/* A full ring of spans loses this one: the main thread then sees the position jump, never run
 * back. */
static void
publish_span_rt (LvPlayout *self, gint64 at_ns, const gint16 *frames, guint n_frames)
{
  guint32 index;

  if (n_frames == 0 ||
      spa_ringbuffer_get_write_index (&self->span_indices, &index) >= LV_PLAYOUT_MAX_SPANS)
    return;
  self->spans[index % LV_PLAYOUT_MAX_SPANS] = (LvPlayoutSpan){
    .at_ns = at_ns,
    .index = atomic_load_explicit (&self->taken, memory_order_relaxed),
    .n_frames = n_frames,
    .energy = measure_rt (frames, n_frames),
  };
  spa_ringbuffer_write_update (&self->span_indices, (gint32) (index + 1));
}

static void
fade_out_rt (gint16 *frames, guint n_frames)
{
  for (guint i = 0; i < n_frames; i++)
    {
      float gain = 1.0f - (i + 1.0f) / n_frames;

      frames[i] = (gint16) (frames[i] * gain * gain * (3.0f - 2.0f * gain));
    }
}

/* Returns how many frames of the old voice, faded out, are at the start of @frames. */
static guint
obey_flush_rt (LvPlayout *self, gint16 *frames, guint n_frames, guint32 end)
{
  gint32 n_old = (gint32) (end - lv_pcm_ring_get_read_index_rt (self->ring));
  guint n_fade = 0;

  if (n_old <= 0)
    return 0;
  if (self->sounding)
    n_fade = lv_pcm_ring_read_rt (self->ring, frames,
                                  MIN (MIN ((guint) n_old, n_frames), LV_PLAYOUT_FADE_FRAMES));
  fade_out_rt (frames, n_fade);
  return n_fade;
}

gboolean
lv_playout_fill_rt (LvPlayout *self, gint16 *frames, guint n_frames, gint64 at_ns)
{
  guint64 flush = atomic_load (&self->flush);
  guint fill_before = lv_pcm_ring_get_fill_rt (self->ring);
  guint n_voice, n_skipped = 0, fill_after;

  if ((guint32) flush == self->flush_seen)
    n_voice = lv_pcm_ring_read_rt (self->ring, frames, n_frames);
  else
    {
      self->flush_seen = (guint32) flush;
      n_voice = obey_flush_rt (self, frames, n_frames, (guint32) (flush >> 32));
      n_skipped = lv_pcm_ring_skip_to_rt (self->ring, (guint32) (flush >> 32));
    }
  memset (frames + n_voice, 0, (n_frames - n_voice) * LV_BYTES_PER_FRAME);
  self->sounding = n_voice == n_frames;
  publish_span_rt (self, at_ns, frames, n_voice);
  atomic_fetch_add (&self->taken, n_voice + n_skipped);

  fill_after = lv_pcm_ring_get_fill_rt (self->ring);
  return fill_before > 0 && (fill_after == 0 || (fill_before >= LV_PLAYOUT_LOW_FRAMES &&
                                                 fill_after < LV_PLAYOUT_LOW_FRAMES));
}
