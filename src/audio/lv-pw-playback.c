/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-pw-playback"

#include "audio/lv-pw-playback.h"

#include "audio/lv-pcm-queue.h"
#include "audio/lv-playout.h"
#include "audio/lv-pw-stream.h"
#include "audio/lv-timeline.h"

#include <stdatomic.h>

#define NS_PER_US 1000
#define NS_PER_MS 1000000
#define US_PER_MS 1000
#define PREROLL_FRAMES (LV_PW_PLAYBACK_PREROLL_MS * LV_RATE_OUT / 1000)
#define PREROLL_US (LV_PW_PLAYBACK_PREROLL_MS * US_PER_MS)

struct _LvPwPlayback {
  LvPlayback parent_instance;

  /* main thread */
  guint64 pushed;
  guint64 heard_floor; /* frames that count as heard, whatever the timeline says */
  gboolean feeding;    /* the queue flows into the ring */
  gboolean drained;    /* everything pushed has been heard or thrown away */
  gboolean failed;     /* frames pushed are thrown away until the next start */
  gint64 waiting_us;   /* since when the queue waits for the pre-roll */
  gint64 idle_us;      /* since when there is nothing to play */
  gint64 dry_us;       /* when the voice last ended by itself */
  guint64 n_underruns;

  guint64 n_dropped;

  /* RT thread */
  gint64 last_start_ns;
  gint64 next_start_ns;

  /* shared: atomic */
  _Atomic gint64 delay_ns;

  /* owned */
  LvPwContext *context;
  char *target;
  char *description;
  LvPcmQueue *queue;
  LvPlayout *playout; /* shared with the data thread */
  LvTimeline *timeline;
  GSource *timer;
  LvPwStream *stream; /* NULL when stopped */
};

G_DEFINE_FINAL_TYPE (LvPwPlayback, lv_pw_playback, LV_TYPE_PLAYBACK)

/* Two buffers may be asked for in one cycle, the second then follows the first. */
static gint64
get_start_ns_rt (LvPwPlayback *self, LvPwStream *stream, guint n_frames)
{
  gint64 delay_ns;
  gint64 start_ns = lv_pw_stream_get_presentation_ns_rt (stream, &delay_ns);
  gint64 at_ns = start_ns == self->last_start_ns ? self->next_start_ns : start_ns;

  atomic_store_explicit (&self->delay_ns, delay_ns, memory_order_relaxed);
  self->last_start_ns = start_ns;
  self->next_start_ns = at_ns + lv_pcm_frames_to_us (n_frames, LV_RATE_OUT) * NS_PER_US;
  return at_ns;
}

static void
process_rt (LvPwStream *stream, gpointer owner)
{
  LvPwPlayback *self = owner;
  struct pw_buffer *buffer = lv_pw_stream_dequeue_rt (stream);
  struct spa_data *data;
  guint n = 0;

  if (buffer == NULL)
    return;
  data = &buffer->buffer->datas[0];
  if (data->data != NULL)
    {
      n = data->maxsize / LV_BYTES_PER_FRAME;
      if (buffer->requested > 0)
        n = MIN (n, buffer->requested);
      if (lv_playout_fill_rt (self->playout, data->data, n, get_start_ns_rt (self, stream, n)))
        lv_pw_stream_wake_rt (stream);
    }
  data->chunk->offset = 0;
  data->chunk->stride = LV_BYTES_PER_FRAME;
  data->chunk->size = n * LV_BYTES_PER_FRAME;
  lv_pw_stream_queue_rt (stream, buffer);
}

static gint64
get_now_ns (void)
{
  return g_get_monotonic_time () * NS_PER_US;
}

static void
read_spans (LvPwPlayback *self)
{
  LvPlayoutSpan span;

  while (lv_playout_take_span (self->playout, &span))
    lv_timeline_add (self->timeline, &span, get_now_ns ());
}

/* What to add to an index of the playout for a position: frames dropped before they got there. */
static guint64
get_offset (LvPwPlayback *self)
{
  return self->pushed - lv_playout_get_written (self->playout) -
         lv_pcm_queue_get_frames (self->queue);
}

static void
top_up (LvPwPlayback *self)
{
  const gint16 *frames;
  guint n, n_written;

  while ((frames = lv_pcm_queue_peek (self->queue, &n)) != NULL)
    {
      n_written = lv_playout_write (self->playout, frames, n);
      lv_pcm_queue_pop (self->queue, n_written);
      if (n_written < n)
        break;
    }
}

static void
start_utterance (LvPwPlayback *self, gint64 now_us)
{
  self->feeding = TRUE;
  if (self->dry_us > 0 && now_us - self->dry_us < LV_PW_PLAYBACK_STALL_MS * US_PER_MS)
    self->n_underruns++;
}

static void
feed (LvPwPlayback *self, gint64 now_us, guint64 taken)
{
  guint64 n_waiting = lv_pcm_queue_get_frames (self->queue);

  if (n_waiting == 0)
    return;
  if (!self->feeding)
    {
      if (n_waiting < PREROLL_FRAMES && now_us < self->waiting_us + PREROLL_US)
        return;
      start_utterance (self, now_us);
    }
  else if (taken == lv_playout_get_written (self->playout))
    self->n_underruns++;
  top_up (self);
}

/* Nothing left to play: the stream lingers, then rests. */
static void
rest (LvPwPlayback *self, gint64 now_us)
{
  gint64 end_us = self->idle_us + LV_PW_PLAYBACK_LINGER_MS * US_PER_MS;

  if (now_us < end_us)
    {
      g_source_set_ready_time (self->timer, end_us);
      return;
    }
  lv_pw_stream_set_active (self->stream, FALSE);
  g_source_set_ready_time (self->timer, -1);
}

static void
finish_utterance (LvPwPlayback *self, gint64 now_us)
{
  self->heard_floor = self->pushed;
  self->feeding = FALSE;
  self->drained = TRUE;
  self->idle_us = now_us;
  rest (self, now_us);
}

/* Sees to it that every time at which something falls due is either the timer's or a wake-up of the
 * data thread. */
static void
refresh (LvPwPlayback *self)
{
  gint64 now_us = g_get_monotonic_time ();
  guint64 taken = lv_playout_get_taken (self->playout);
  gint64 end_us;

  read_spans (self);
  if (self->stream == NULL)
    return;
  if (self->drained)
    {
      rest (self, now_us);
      return;
    }
  feed (self, now_us, taken);
  end_us = lv_timeline_get_end (self->timeline) / NS_PER_US + 1;
  if (!self->feeding)
    g_source_set_ready_time (self->timer, self->waiting_us + PREROLL_US);
  else if (taken < lv_playout_get_written (self->playout))
    g_source_set_ready_time (self->timer, -1);
  else if (now_us < end_us)
    g_source_set_ready_time (self->timer, end_us);
  else
    {
      finish_utterance (self, now_us);
      self->dry_us = now_us;
      lv_playback_emit_drained (LV_PLAYBACK (self));
    }
}

static gboolean
on_timer (gpointer data)
{
  g_autoptr (LvPwPlayback) self = g_object_ref (LV_PW_PLAYBACK (data));

  refresh (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
timer_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs timer_funcs = { .dispatch = timer_dispatch };

static void
on_stream_woken (gpointer owner)
{
  g_autoptr (LvPwPlayback) self = g_object_ref (LV_PW_PLAYBACK (owner));

  refresh (self);
}

static void
drop_everything (LvPwPlayback *self)
{
  g_clear_pointer (&self->stream, lv_pw_stream_free);
  g_source_set_ready_time (self->timer, -1);
  lv_pcm_queue_clear (self->queue);
  lv_playout_reset (self->playout);
  lv_playout_set_held (self->playout, FALSE);
  self->heard_floor = self->pushed;
  self->feeding = FALSE;
  self->drained = TRUE;
  self->dry_us = 0;
}

static void
on_stream_failed (gpointer owner, const GError *error)
{
  g_autoptr (LvPwPlayback) self = g_object_ref (LV_PW_PLAYBACK (owner));

  drop_everything (self);
  self->failed = TRUE;
  lv_playback_emit_failed (LV_PLAYBACK (self), error);
}

static const LvPwStreamEvents stream_events = {
  .process_rt = process_rt,
  .woken = on_stream_woken,
  .failed = on_stream_failed,
};

static gboolean
lv_pw_playback_start (LvPlayback *playback, GError **error)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);
  g_autoptr (LvPwConnection) connection = NULL;
  const LvPwStreamConfig config = {
    .device = LV_PW_NODE_SPEAKER,
    .rate = LV_RATE_OUT,
    .name = "livevoice.speaker",
    .latency = LV_PW_PLAYBACK_LATENCY,
    .target = self->target,
    .description = self->description,
    .inactive = self->drained,
  };

  if (self->stream != NULL)
    return TRUE;
  connection = lv_pw_context_connect (self->context, error);
  self->failed = connection == NULL;
  if (self->failed)
    {
      drop_everything (self);
      return FALSE;
    }
  self->stream = lv_pw_stream_new (connection, &config, &stream_events, self);
  refresh (self);
  return TRUE;
}

static void
lv_pw_playback_stop (LvPlayback *playback)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);

  drop_everything (self);
  g_debug ("Stopped; %" G_GUINT64_FORMAT " underruns so far", self->n_underruns);
}

static void
lv_pw_playback_push (LvPlayback *playback, GBytes *pcm)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);
  guint64 n_frames = g_bytes_get_size (pcm) / LV_BYTES_PER_FRAME;

  self->pushed += n_frames;
  if (self->failed)
    self->heard_floor = self->pushed;
  if (self->failed || n_frames == 0)
    return;
  if (self->drained)
    self->waiting_us = g_get_monotonic_time ();
  self->drained = FALSE;
  lv_pcm_queue_push (self->queue, pcm);
  if (self->stream != NULL)
    lv_pw_stream_set_active (self->stream, TRUE);
  refresh (self);
}

static guint64
lv_pw_playback_flush (LvPlayback *playback)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);
  guint64 taken = lv_playout_flush (self->playout) + get_offset (self);
  guint64 heard = MAX (taken, self->heard_floor);

  lv_pcm_queue_clear (self->queue);
  if (!self->drained && self->stream != NULL)
    finish_utterance (self, g_get_monotonic_time ());
  self->heard_floor = self->pushed;
  self->drained = TRUE;
  self->dry_us = 0;
  return heard;
}

static guint64
lv_pw_playback_get_pushed (LvPlayback *playback)
{
  return LV_PW_PLAYBACK (playback)->pushed;
}

static guint64
lv_pw_playback_get_heard (LvPlayback *playback)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);
  guint64 heard;

  read_spans (self);
  heard = lv_timeline_get_heard (self->timeline, get_now_ns ()) + get_offset (self);
  return MAX (heard, self->heard_floor);
}

static double
lv_pw_playback_get_level (LvPlayback *playback)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);

  read_spans (self);
  return lv_timeline_get_level (self->timeline, get_now_ns ());
}

static void
lv_pw_playback_set_held (LvPlayback *playback, gboolean held)
{
  lv_playout_set_held (LV_PW_PLAYBACK (playback)->playout, held);
}

static void
lv_pw_playback_describe (LvPlayback *playback, GVariantDict *dict)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);
  guint64 n_queued = lv_pcm_queue_get_frames (self->queue) +
                     lv_playout_get_written (self->playout) - lv_playout_get_taken (self->playout);
  guint delay_ms = self->stream != NULL ? atomic_load (&self->delay_ns) / NS_PER_MS : 0;

  g_variant_dict_insert (dict, "queued-ms", "u", (guint) (n_queued * 1000 / LV_RATE_OUT));
  g_variant_dict_insert (dict, "preroll-ms", "u", LV_PW_PLAYBACK_PREROLL_MS);
  g_variant_dict_insert (dict, "underruns", "t", self->n_underruns);
  g_variant_dict_insert (dict, "dropped", "t", self->n_dropped);
  g_variant_dict_insert (dict, "delay-ms", "u", delay_ms);
}

LvPlayback *
lv_pw_playback_new (LvPwContext *context, const char *target, const char *description)
{
  LvPwPlayback *self = g_object_new (LV_TYPE_PW_PLAYBACK, NULL);

  self->context = g_object_ref (context);
  self->target = g_strdup (target);
  self->description = g_strdup (description);
  return LV_PLAYBACK (self);
}

guint64
lv_pw_playback_get_underruns (LvPwPlayback *self)
{
  return self->n_underruns;
}

static void
lv_pw_playback_finalize (GObject *object)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (object);

  g_clear_pointer (&self->stream, lv_pw_stream_free);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  lv_pcm_queue_free (self->queue);
  lv_playout_free (self->playout);
  lv_timeline_free (self->timeline);
  g_clear_object (&self->context);
  g_free (self->target);
  g_free (self->description);
  G_OBJECT_CLASS (lv_pw_playback_parent_class)->finalize (object);
}

static void
lv_pw_playback_class_init (LvPwPlaybackClass *klass)
{
  LvPlaybackClass *playback_class = LV_PLAYBACK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lv_pw_playback_finalize;
  playback_class->start = lv_pw_playback_start;
  playback_class->stop = lv_pw_playback_stop;
  playback_class->push = lv_pw_playback_push;
  playback_class->flush = lv_pw_playback_flush;
  playback_class->get_pushed = lv_pw_playback_get_pushed;
  playback_class->get_heard = lv_pw_playback_get_heard;
  playback_class->get_level = lv_pw_playback_get_level;
  playback_class->set_held = lv_pw_playback_set_held;
  playback_class->describe = lv_pw_playback_describe;
}

static void
lv_pw_playback_init (LvPwPlayback *self)
{
  self->queue = lv_pcm_queue_new (LV_PLAYBACK_MAX_BYTES);
  self->playout = lv_playout_new ();
  self->timeline = lv_timeline_new (LV_RATE_OUT);
  self->drained = TRUE;
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "LvPwPlayback");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, NULL);
}
