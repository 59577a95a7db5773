/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-playout.h"

#include "audio/lv-pcm-ring.h"

#include "base/lv-pcm.h"

#include <spa/utils/ringbuffer.h>

#include <stdatomic.h>
#include <string.h>

#define FULL_SCALE 32768.0f
#define NS_PER_SEC G_GINT64_CONSTANT (1000000000)

/* What lies between voice and silence: made when the voice stops or begins, then played. */
typedef struct {
  gint16 frames[LV_PLAYOUT_FADE_FRAMES];
  guint n_left; /* the last ones */
} Edge;

struct _LvPlayout {
  /* main thread */
  guint64 written;

  /* RT thread */
  guint32 flush_seen;
  gboolean sounding;                       /* the voice plays, or rises */
  Edge edge;                               /* rises to the voice when sounding, else falls */
  gint16 last[LV_PLAYOUT_FADE_FRAMES + 1]; /* played last */

  /* shared: atomic */
  _Atomic guint64 flush; /* ring index to skip to << 32 | number of flushes */
  _Atomic guint64 taken; /* frames that left the ring, played or thrown away */
  _Atomic gboolean held;
  _Atomic guint priming; /* frames of silence yet to be played */
  struct spa_ringbuffer span_indices;
  LvPlayoutSpan spans[LV_PLAYOUT_MAX_SPANS];

  /* owned */
  LvPcmRing *ring;
};

/* One cycle being filled. */
typedef struct {
  gint16 *frames;
  guint n_frames;
  guint n_done;
  guint voice_start; /* the voice is in one piece */
  guint n_voice;
} Cycle;

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
lv_playout_set_held (LvPlayout *self, gboolean held)
{
  atomic_store (&self->held, held);
}

void
lv_playout_prime (LvPlayout *self, guint n_frames)
{
  atomic_store (&self->priming, n_frames);
}

void
lv_playout_reset (LvPlayout *self)
{
  guint n = lv_pcm_ring_skip_to_rt (self->ring, lv_pcm_ring_get_write_index_rt (self->ring));

  atomic_fetch_add (&self->taken, n);
  self->flush_seen = (guint32) atomic_load (&self->flush);
  self->sounding = FALSE;
  self->edge.n_left = 0;
  memset (self->last, 0, sizeof (self->last));
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
publish_span_rt (LvPlayout *self, gint64 at_ns, const Cycle *cycle)
{
  guint32 index;

  if (cycle->n_voice == 0 ||
      spa_ringbuffer_get_write_index (&self->span_indices, &index) >= LV_PLAYOUT_MAX_SPANS)
    return;
  self->spans[index % LV_PLAYOUT_MAX_SPANS] = (LvPlayoutSpan){
    .at_ns = at_ns + cycle->voice_start * NS_PER_SEC / LV_RATE_OUT,
    .index = atomic_load_explicit (&self->taken, memory_order_relaxed),
    .n_frames = cycle->n_voice,
    .energy = measure_rt (cycle->frames + cycle->voice_start, cycle->n_voice),
  };
  spa_ringbuffer_write_update (&self->span_indices, (gint32) (index + 1));
}

/* What is @distance frames away from the voice's end, where it is @end, and on the other side of
 * it, by the same distance, @mirrored: value and slope go on unbroken. */
static gint16
get_edge_sample_rt (gint16 end, gint16 mirrored, guint distance)
{
  float gain = 1.0f - (float) distance / (LV_PLAYOUT_FADE_FRAMES + 1);

  return lv_pcm_from_float ((2.0f * end - mirrored) * gain * gain * (3.0f - 2.0f * gain));
}

static void
begin_fall_rt (LvPlayout *self)
{
  const gint16 *end = &self->last[LV_PLAYOUT_FADE_FRAMES];

  self->sounding = FALSE;
  self->edge.n_left = LV_PLAYOUT_FADE_FRAMES;
  for (guint i = 1; i <= LV_PLAYOUT_FADE_FRAMES; i++)
    self->edge.frames[i - 1] = get_edge_sample_rt (*end, end[-(int) i], i);
}

static gboolean
is_soft_rt (const gint16 *frames, guint n_frames)
{
  for (guint i = 0; i < n_frames; i++)
    if (ABS (frames[i]) > LV_PLAYOUT_SOFT)
      return FALSE;
  return TRUE;
}

static void
begin_rise_rt (LvPlayout *self)
{
  gint16 next[LV_PLAYOUT_FADE_FRAMES + 1];
  guint n = lv_pcm_ring_peek_rt (self->ring, next, G_N_ELEMENTS (next));

  self->sounding = TRUE;
  if (is_soft_rt (next, n))
    return;
  self->edge.n_left = LV_PLAYOUT_FADE_FRAMES;
  for (guint i = 1; i <= LV_PLAYOUT_FADE_FRAMES; i++)
    self->edge.frames[LV_PLAYOUT_FADE_FRAMES - i] =
        get_edge_sample_rt (next[0], next[MIN (i, n - 1)], i);
}

/* The @n frames filled last may be what the voice has to fall from. */
static void
finish_rt (LvPlayout *self, Cycle *cycle, guint n)
{
  guint n_last = MIN (n, G_N_ELEMENTS (self->last));
  guint n_kept = G_N_ELEMENTS (self->last) - n_last;

  cycle->n_done += n;
  memmove (self->last, self->last + n_last, n_kept * sizeof (gint16));
  memcpy (self->last + n_kept, cycle->frames + cycle->n_done - n_last, n_last * sizeof (gint16));
}

static void
play_edge_rt (LvPlayout *self, Cycle *cycle)
{
  guint n = MIN (self->edge.n_left, cycle->n_frames - cycle->n_done);

  memcpy (cycle->frames + cycle->n_done,
          self->edge.frames + LV_PLAYOUT_FADE_FRAMES - self->edge.n_left, n * sizeof (gint16));
  self->edge.n_left -= n;
  finish_rt (self, cycle, n);
}

static guint
play_silence_rt (LvPlayout *self, Cycle *cycle, guint n_frames)
{
  guint n = MIN (n_frames, cycle->n_frames - cycle->n_done);

  memset (cycle->frames + cycle->n_done, 0, n * sizeof (gint16));
  finish_rt (self, cycle, n);
  return n;
}

/* Whether there is voice already or not. */
static void
prime_rt (LvPlayout *self, Cycle *cycle)
{
  guint n_due = atomic_load (&self->priming);

  if (n_due > 0)
    atomic_compare_exchange_strong (&self->priming, &n_due,
                                    n_due - play_silence_rt (self, cycle, n_due));
}

static void
play_voice_rt (LvPlayout *self, Cycle *cycle)
{
  if (!self->sounding && self->edge.n_left == 0 && lv_pcm_ring_get_fill_rt (self->ring) > 0)
    begin_rise_rt (self);
  play_edge_rt (self, cycle);
  if (!self->sounding || self->edge.n_left > 0)
    return;
  cycle->voice_start = cycle->n_done;
  cycle->n_voice = lv_pcm_ring_read_rt (self->ring, cycle->frames + cycle->n_done,
                                        cycle->n_frames - cycle->n_done);
  finish_rt (self, cycle, cycle->n_voice);
}

/* What is thrown away has left before what is played in this cycle. */
static void
obey_flush_rt (LvPlayout *self)
{
  guint64 flush = atomic_load (&self->flush);
  guint n;

  if ((guint32) flush == self->flush_seen)
    return;
  self->flush_seen = (guint32) flush;
  n = lv_pcm_ring_skip_to_rt (self->ring, (guint32) (flush >> 32));
  atomic_fetch_add (&self->taken, n);
  if (self->sounding && n > 0)
    begin_fall_rt (self);
}

gboolean
lv_playout_fill_rt (LvPlayout *self, gint16 *frames, guint n_frames, gint64 at_ns)
{
  guint fill_before = lv_pcm_ring_get_fill_rt (self->ring);
  gboolean held = atomic_load (&self->held);
  Cycle cycle = { frames, n_frames };
  guint fill_after;

  obey_flush_rt (self);
  if (held && self->sounding)
    begin_fall_rt (self);
  play_edge_rt (self, &cycle);
  if (!self->sounding)
    prime_rt (self, &cycle);
  if (!held && cycle.n_done < n_frames)
    play_voice_rt (self, &cycle);
  if (self->sounding && cycle.n_done < n_frames)
    begin_fall_rt (self);
  play_edge_rt (self, &cycle);
  play_silence_rt (self, &cycle, n_frames);
  publish_span_rt (self, at_ns, &cycle);
  atomic_fetch_add (&self->taken, cycle.n_voice);

  fill_after = lv_pcm_ring_get_fill_rt (self->ring);
  return fill_before > 0 && (fill_after == 0 || (fill_before >= LV_PLAYOUT_LOW_FRAMES &&
                                                 fill_after < LV_PLAYOUT_LOW_FRAMES));
}
