/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-fd-playback.h"

#include "audio/lv-pcm-queue.h"
#include "base/lv-resampler.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICK_MS 50
#define BLOCK_FRAMES 1200 /* 50 ms: what cannot be called back, besides the socket's buffer */
#define LATE_FRAMES (LV_RATE_OUT / 1000 * LV_FD_PLAYBACK_LATE_MS)

struct _LvFdPlayback {
  LvPlayback parent_instance;

  int fd;                 /* -1: nobody reads */
  LvResampler *resampler; /* NULL: the rate is LV_RATE_OUT */
  GArray *resampled;      /* float */
  GArray *block;          /* gint16, little-endian: on its way */
  gsize n_sent;           /* bytes of it */
  LvPcmQueue *queue;      /* what comes after it */
  guint64 pushed;         /* frames */
  guint64 taken;          /* by the reader, or dropped; what is in the block is */
  guint64 clock_frames;   /* would be playing at ... */
  gint64 clock_us;        /* ... this time */
  double level;
  gboolean held;
  guint64 dropped;
  guint hangup_id;
  guint writable_id;
  guint tick_id;
};

G_DEFINE_FINAL_TYPE (LvFdPlayback, lv_fd_playback, LV_TYPE_PLAYBACK)

/* The clock, in frames; it also runs when there is nothing left to play, but not while held. */
static guint64
get_clock (LvFdPlayback *self)
{
  gint64 past_us = g_get_monotonic_time () - self->clock_us;

  if (self->held)
    return self->clock_frames;
  return self->clock_frames + lv_pcm_us_to_frames (past_us, LV_RATE_OUT);
}

/* How far a speaker would have come. */
static guint64
get_due (LvFdPlayback *self)
{
  return MIN (self->pushed, get_clock (self));
}

static guint64
get_heard (LvFdPlayback *self)
{
  return MIN (self->taken, get_due (self));
}

static void
set_clock (LvFdPlayback *self, guint64 frames)
{
  self->clock_frames = frames;
  self->clock_us = g_get_monotonic_time ();
}

/* Everything that waits counts as taken. */
static void
forget_waiting (LvFdPlayback *self)
{
  lv_pcm_queue_clear (self->queue);
  self->taken = self->pushed;
}

static void
close_fd (LvFdPlayback *self)
{
  g_clear_handle_id (&self->hangup_id, g_source_remove);
  g_clear_handle_id (&self->writable_id, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_pointer (&self->resampler, lv_resampler_free);
  g_array_set_size (self->block, 0);
  self->n_sent = 0;
}

/* Nobody reads any more, so there is nothing to wait for either. */
static void
hang_up (LvFdPlayback *self)
{
  close_fd (self);
  forget_waiting (self);
  set_clock (self, self->pushed);
}

static void
append_to_block (LvFdPlayback *self, gint16 sample)
{
  gint16 little = GINT16_TO_LE (sample);

  g_array_append_val (self->block, little);
}

static void
resample_into_block (LvFdPlayback *self, const gint16 *samples, guint n)
{
  g_array_set_size (self->resampled, 0);
  lv_resampler_push (self->resampler, samples, n, 1.0f, self->resampled);
  for (guint i = 0; i < self->resampled->len; i++)
    append_to_block (self, lv_pcm_from_float (g_array_index (self->resampled, float, i)));
}

/* The next frames of the queue; FALSE when it is empty. */
static gboolean
fill_block (LvFdPlayback *self)
{
  guint n;
  const gint16 *samples = lv_pcm_queue_peek (self->queue, &n);

  g_array_set_size (self->block, 0);
  self->n_sent = 0;
  if (samples == NULL)
    return FALSE;
  n = MIN (n, BLOCK_FRAMES);
  if (self->resampler != NULL)
    resample_into_block (self, samples, n);
  else
    for (guint i = 0; i < n; i++)
      append_to_block (self, samples[i]);
  self->level = lv_pcm_rms (samples, n);
  self->taken += n;
  lv_pcm_queue_pop (self->queue, n);
  return TRUE;
}

/* Bytes sent, 0 when the socket is full, -1 when there is no reader any more. */
static gssize
send_block (LvFdPlayback *self)
{
  gsize n_bytes = self->block->len * sizeof (gint16);
  gssize n;

  do
    n = send (self->fd, self->block->data + self->n_sent, n_bytes - self->n_sent,
              MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return errno == EAGAIN ? 0 : -1;
  self->n_sent += n;
  return n;
}

/* As much as the reader takes. TRUE: there is more. */
static gboolean
send_waiting (LvFdPlayback *self)
{
  gssize n = 1;

  while (n > 0 && (self->n_sent < self->block->len * sizeof (gint16) || fill_block (self)))
    if (self->block->len > 0) /* a slower rate may give no sample yet */
      n = send_block (self);
  if (n < 0)
    hang_up (self);
  return n == 0;
}

static gboolean
on_writable (int fd, GIOCondition condition, gpointer user_data)
{
  LvFdPlayback *self = user_data;

  if (send_waiting (self))
    return G_SOURCE_CONTINUE;
  self->writable_id = 0;
  return G_SOURCE_REMOVE;
}

static void
begin_sending (LvFdPlayback *self)
{
  if (self->fd >= 0 && !self->held && self->writable_id == 0 && send_waiting (self))
    self->writable_id = g_unix_fd_add (self->fd, G_IO_OUT, on_writable, self);
}

static gboolean
on_hangup (int fd, GIOCondition condition, gpointer user_data)
{
  LvFdPlayback *self = user_data;

  self->hangup_id = 0;
  hang_up (self);
  return G_SOURCE_REMOVE;
}

static void
note_dropped (LvFdPlayback *self, guint64 n_frames)
{
  if (n_frames == 0)
    return;
  self->dropped += n_frames;
  lv_playback_emit_dropped (LV_PLAYBACK (self), n_frames);
}

/* Later than that it is of no use to a listener. */
static void
drop_late (LvFdPlayback *self)
{
  guint64 clock = get_clock (self);
  guint64 n_late = clock > self->taken + LATE_FRAMES ? clock - self->taken - LATE_FRAMES : 0;
  guint64 n_dropped = 0;
  guint n;

  while (n_dropped < n_late && lv_pcm_queue_peek (self->queue, &n) != NULL)
    {
      n = MIN (n, n_late - n_dropped);
      lv_pcm_queue_pop (self->queue, n);
      n_dropped += n;
    }
  self->taken += n_dropped;
  note_dropped (self, n_dropped);
}

static gboolean
on_tick (gpointer user_data)
{
  g_autoptr (LvFdPlayback) self = g_object_ref (user_data);

  drop_late (self);
  if (get_heard (self) < self->pushed)
    return G_SOURCE_CONTINUE;
  self->tick_id = 0;
  self->level = 0.0;
  lv_playback_emit_drained (LV_PLAYBACK (self));
  return G_SOURCE_REMOVE;
}

void
lv_fd_playback_set_fd (LvFdPlayback *self, int fd, guint rate)
{
  close_fd (self);
  self->fd = fd;
  if (rate != LV_RATE_OUT)
    self->resampler = lv_resampler_new (LV_RATE_OUT, rate);
  self->hangup_id = g_unix_fd_add (fd, G_IO_HUP | G_IO_ERR, on_hangup, self);
  begin_sending (self);
}

static gboolean
lv_fd_playback_start (LvPlayback *playback, GError **error)
{
  return TRUE;
}

static void
push_to_reader (LvFdPlayback *self, LvPcmBlock *pcm)
{
  guint64 before = lv_pcm_queue_get_frames (self->queue);
  guint64 n_new, n_dropped;

  if (get_due (self) == self->pushed)
    set_clock (self, self->pushed);
  n_new = lv_pcm_queue_push (self->queue, pcm);
  n_dropped = before + n_new - lv_pcm_queue_get_frames (self->queue);
  self->pushed += n_new;
  self->taken += n_dropped;
  if (self->tick_id == 0)
    self->tick_id = g_timeout_add (TICK_MS, on_tick, self);
  begin_sending (self);
  note_dropped (self, n_dropped);
}

static void
lv_fd_playback_push (LvPlayback *playback, LvPcmBlock *pcm)
{
  LvFdPlayback *self = LV_FD_PLAYBACK (playback);

  if (self->fd >= 0)
    {
      push_to_reader (self, pcm);
      return;
    }
  self->pushed += lv_pcm_block_get_length (pcm);
  self->taken = self->pushed;
  set_clock (self, self->pushed);
}

static guint64
lv_fd_playback_flush (LvPlayback *playback)
{
  LvFdPlayback *self = LV_FD_PLAYBACK (playback);
  guint64 heard = get_heard (self);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  forget_waiting (self);
  set_clock (self, self->pushed);
  self->level = 0.0;
  if (self->resampler != NULL)
    lv_resampler_reset (self->resampler);
  /* half a sample would shift all that follow */
  g_array_set_size (self->block, MIN (self->block->len, (self->n_sent + 1) / sizeof (gint16)));
  return heard;
}

static void
lv_fd_playback_stop (LvPlayback *playback)
{
  LvFdPlayback *self = LV_FD_PLAYBACK (playback);

  lv_fd_playback_flush (playback);
  close_fd (self);
  self->held = FALSE;
}

static guint64
lv_fd_playback_get_pushed (LvPlayback *playback)
{
  return LV_FD_PLAYBACK (playback)->pushed;
}

static guint64
lv_fd_playback_get_heard (LvPlayback *playback)
{
  return get_heard (LV_FD_PLAYBACK (playback));
}

static double
lv_fd_playback_get_level (LvPlayback *playback)
{
  return LV_FD_PLAYBACK (playback)->level;
}

/* The reader sees a pause and no seam, so there is nothing to fade. */
static void
lv_fd_playback_set_held (LvPlayback *playback, gboolean held)
{
  LvFdPlayback *self = LV_FD_PLAYBACK (playback);

  if (held == self->held)
    return;
  set_clock (self, get_clock (self));
  self->held = held;
  if (held)
    g_clear_handle_id (&self->writable_id, g_source_remove);
  else
    begin_sending (self);
}

static void
lv_fd_playback_describe (LvPlayback *playback, GVariantDict *dict)
{
  LvFdPlayback *self = LV_FD_PLAYBACK (playback);
  guint64 n_queued = lv_pcm_queue_get_frames (self->queue);

  g_variant_dict_insert (dict, "queued-ms", "u", (guint) (n_queued * 1000 / LV_RATE_OUT));
  g_variant_dict_insert (dict, "preroll-ms", "u", 0);
  g_variant_dict_insert (dict, "underruns", "t", G_GUINT64_CONSTANT (0));
  g_variant_dict_insert (dict, "dropped", "t", self->dropped);
  g_variant_dict_insert (dict, "delay-ms", "u", 0);
}

static void
lv_fd_playback_finalize (GObject *object)
{
  LvFdPlayback *self = LV_FD_PLAYBACK (object);

  close_fd (self);
  g_clear_handle_id (&self->tick_id, g_source_remove);
  lv_pcm_queue_free (self->queue);
  g_array_unref (self->resampled);
  g_array_unref (self->block);
  G_OBJECT_CLASS (lv_fd_playback_parent_class)->finalize (object);
}

static void
lv_fd_playback_class_init (LvFdPlaybackClass *klass)
{
  LvPlaybackClass *playback_class = LV_PLAYBACK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lv_fd_playback_finalize;
  playback_class->start = lv_fd_playback_start;
  playback_class->stop = lv_fd_playback_stop;
  playback_class->push = lv_fd_playback_push;
  playback_class->flush = lv_fd_playback_flush;
  playback_class->get_pushed = lv_fd_playback_get_pushed;
  playback_class->get_heard = lv_fd_playback_get_heard;
  playback_class->get_level = lv_fd_playback_get_level;
  playback_class->set_held = lv_fd_playback_set_held;
  playback_class->describe = lv_fd_playback_describe;
}

static void
lv_fd_playback_init (LvFdPlayback *self)
{
  self->fd = -1;
  self->resampled = g_array_new (FALSE, FALSE, sizeof (float));
  self->block = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->queue = lv_pcm_queue_new (LV_PLAYBACK_MAX_BYTES);
}

LvPlayback *
lv_fd_playback_new (void)
{
  return g_object_new (LV_TYPE_FD_PLAYBACK, NULL);
}
