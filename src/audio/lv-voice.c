/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-voice.h"

#include "audio/lv-pcm-queue.h"
#include "audio/lv-timeline.h"
#include "base/lv-pcm.h"

struct _LvVoice {
  guint64 pushed;
  guint64 heard_floor; /* frames that count as heard, whatever the timeline says */

  /* owned */
  LvPcmQueue *waiting;
  LvPcmQueue *lent; /* handed over and not yet heard, for all that is known */
  LvPlayout *playout;
  LvTimeline *timeline;
};

LvVoice *
lv_voice_new (gsize max_bytes)
{
  LvVoice *self = g_new0 (LvVoice, 1);

  self->waiting = lv_pcm_queue_new (max_bytes);
  self->lent = lv_pcm_queue_new (max_bytes);
  self->playout = lv_playout_new ();
  self->timeline = lv_timeline_new (LV_RATE_OUT);
  return self;
}

void
lv_voice_free (LvVoice *self)
{
  lv_pcm_queue_free (self->waiting);
  lv_pcm_queue_free (self->lent);
  lv_playout_free (self->playout);
  lv_timeline_free (self->timeline);
  g_free (self);
}

LvPlayout *
lv_voice_get_playout (LvVoice *self)
{
  return self->playout;
}

guint64
lv_voice_push (LvVoice *self, LvPcmBlock *pcm)
{
  guint64 n_before = lv_pcm_queue_get_frames (self->waiting);
  guint64 n_new = lv_pcm_queue_push (self->waiting, pcm);

  self->pushed += n_new;
  return n_before + n_new - lv_pcm_queue_get_frames (self->waiting);
}

void
lv_voice_update (LvVoice *self, gint64 now_ns)
{
  guint64 lent_start, heard;
  LvPlayoutSpan span;

  while (lv_playout_take_span (self->playout, &span))
    lv_timeline_add (self->timeline, &span, now_ns);
  heard = lv_timeline_get_heard (self->timeline, now_ns);
  lent_start = lv_playout_get_written (self->playout) - lv_pcm_queue_get_frames (self->lent);
  if (heard > lent_start)
    lv_pcm_queue_skip (self->lent, heard - lent_start);
}

void
lv_voice_feed (LvVoice *self)
{
  const gint16 *frames;
  guint n, n_written;

  while ((frames = lv_pcm_queue_peek (self->waiting, &n)) != NULL)
    {
      n_written = lv_playout_write (self->playout, frames, n);
      lv_pcm_queue_lend (self->waiting, n_written, self->lent);
      if (n_written < n)
        break;
    }
}

guint64
lv_voice_get_waiting (LvVoice *self)
{
  return lv_pcm_queue_get_frames (self->waiting);
}

static guint64
get_in_ring (LvVoice *self)
{
  return lv_playout_get_written (self->playout) - lv_playout_get_taken (self->playout);
}

guint64
lv_voice_get_queued (LvVoice *self)
{
  return lv_pcm_queue_get_frames (self->waiting) + get_in_ring (self);
}

gboolean
lv_voice_is_dry (LvVoice *self)
{
  return get_in_ring (self) == 0;
}

gint64
lv_voice_get_end_ns (LvVoice *self)
{
  return lv_timeline_get_end (self->timeline);
}

guint64
lv_voice_get_pushed (LvVoice *self)
{
  return self->pushed;
}

/* The position of a frame that was handed over: what was never handed over, or twice, is not in its
 * index. */
static guint64
get_position (LvVoice *self, guint64 index)
{
  guint64 position = index + self->pushed - lv_playout_get_written (self->playout) -
                     lv_pcm_queue_get_frames (self->waiting);

  /* modulo 2^64: an index of before a recall may lie before the first frame */
  return (gint64) position > 0 ? MAX (position, self->heard_floor) : self->heard_floor;
}

guint64
lv_voice_get_heard (LvVoice *self, gint64 now_ns)
{
  lv_voice_update (self, now_ns);
  return get_position (self, lv_timeline_get_heard (self->timeline, now_ns));
}

double
lv_voice_get_level (LvVoice *self, gint64 now_ns)
{
  lv_voice_update (self, now_ns);
  return lv_timeline_get_level (self->timeline, now_ns);
}

guint64
lv_voice_flush (LvVoice *self)
{
  guint64 heard = get_position (self, lv_playout_flush (self->playout));

  lv_pcm_queue_clear (self->waiting);
  lv_voice_settle (self);
  return heard;
}

void
lv_voice_settle (LvVoice *self)
{
  lv_pcm_queue_clear (self->lent);
  self->heard_floor = self->pushed;
}

void
lv_voice_recall (LvVoice *self, gint64 now_ns)
{
  lv_voice_update (self, now_ns);
  self->heard_floor = lv_voice_get_heard (self, now_ns);
  lv_pcm_queue_take_back (self->waiting, self->lent);
  lv_playout_reset (self->playout);
  lv_timeline_clear (self->timeline);
}

void
lv_voice_drop (LvVoice *self)
{
  lv_pcm_queue_clear (self->waiting);
  lv_playout_reset (self->playout);
  lv_timeline_clear (self->timeline);
  lv_voice_settle (self);
}
