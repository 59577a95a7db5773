/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-pw-playback"

#include "audio/lv-pw-playback.h"

#include "audio/lv-flow.h"
#include "audio/lv-priming.h"
#include "audio/lv-pw-stream.h"
#include "base/lv-pcm.h"

#include <stdatomic.h>

#define NS_PER_US 1000
#define NS_PER_MS 1000000
#define US_PER_MS 1000

struct _LvPwPlayback {
  LvPlayback parent_instance;

  /* main thread */
  gboolean active;  /* the stream runs */
  gboolean drained; /* everything pushed has been heard or thrown away */
  gboolean failed;  /* frames pushed are thrown away until the next start */
  gint64 rest_us;   /* when the stream stops, if nothing comes */
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
  LvFlow *flow;
  LvPlayout *playout; /* borrowed from it, shared with the data thread */
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
set_timer (LvPwPlayback *self, gint64 time_us)
{
  /* Setting it wakes the main loop up, even to what it is */
  if (g_source_get_ready_time (self->timer) != time_us)
    g_source_set_ready_time (self->timer, time_us);
}

/* ---- the stream runs, or rests ---- */

static void
prime (LvPwPlayback *self)
{
  LvPwNodes *nodes = lv_pw_context_get_nodes (self->context);
  const LvPwNode *speaker =
      nodes != NULL ? lv_pw_nodes_choose (nodes, LV_PW_NODE_SPEAKER, self->target) : NULL;
  guint ms = lv_priming_get_ms (speaker);

  g_debug ("Silence of %u ms first, for the device to come up", ms);
  lv_playout_prime (self->playout, ms * LV_RATE_OUT / 1000);
}

static void
activate (LvPwPlayback *self)
{
  if (self->stream == NULL || self->active)
    return;
  self->active = TRUE;
  prime (self);
  lv_pw_stream_set_active (self->stream, TRUE);
}

/* Nothing left to play: the stream lingers, then rests. */
static void
rest (LvPwPlayback *self, gint64 now_us)
{
  if (!self->active)
    return;
  if (now_us < self->rest_us)
    {
      set_timer (self, self->rest_us);
      return;
    }
  self->active = FALSE;
  lv_pw_stream_set_active (self->stream, FALSE);
  set_timer (self, -1);
}

static void
finish_utterance (LvPwPlayback *self, gint64 now_us)
{
  self->drained = TRUE;
  self->rest_us = MAX (self->rest_us, now_us + LV_PW_PLAYBACK_LINGER_MS * US_PER_MS);
  if (self->stream != NULL)
    rest (self, now_us);
}

/* Sees to it that every time at which something falls due is either the timer's or a wake-up of the
 * data thread. */
static void
refresh (LvPwPlayback *self)
{
  gint64 now_us = g_get_monotonic_time (), due_us;

  if (self->stream == NULL)
    return;
  if (self->drained)
    {
      rest (self, now_us);
      return;
    }
  switch (lv_flow_run (self->flow, now_us, &due_us))
    {
    case LV_FLOW_PLAYING:
      set_timer (self, -1);
      break;
    case LV_FLOW_WAITING:
      set_timer (self, due_us);
      break;
    case LV_FLOW_OVER:
    default:
      finish_utterance (self, now_us);
      lv_playback_emit_drained (LV_PLAYBACK (self));
    }
}

/* ---- the stream dies ---- */

static void
close_stream (LvPwPlayback *self)
{
  g_clear_pointer (&self->stream, lv_pw_stream_free);
  self->active = FALSE;
  set_timer (self, -1);
}

static void
drop_everything (LvPwPlayback *self)
{
  close_stream (self);
  lv_flow_drop (self->flow);
  self->drained = TRUE;
}

/* No other device came. */
static void
give_up (LvPwPlayback *self)
{
  gboolean drained = self->drained;

  drop_everything (self);
  self->failed = TRUE;
  if (!drained)
    lv_playback_emit_drained (LV_PLAYBACK (self));
}

static gboolean
on_timer (gpointer data)
{
  g_autoptr (LvPwPlayback) self = g_object_ref (LV_PW_PLAYBACK (data));

  if (self->stream == NULL)
    give_up (self);
  else
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

/* What was not heard goes on when the server is back. */
static void
on_stream_lost (gpointer owner)
{
  g_autoptr (LvPwPlayback) self = g_object_ref (LV_PW_PLAYBACK (owner));

  lv_flow_recall (self->flow, g_get_monotonic_time ());
  if (self->active)
    prime (self);
  refresh (self); /* nobody else takes what waits to the ring */
}

/* What was not heard waits, for a while, for the next stream. */
static void
on_stream_failed (gpointer owner, const GError *error)
{
  g_autoptr (LvPwPlayback) self = g_object_ref (LV_PW_PLAYBACK (owner));
  gint64 now_us = g_get_monotonic_time ();

  close_stream (self);
  lv_flow_recall (self->flow, now_us);
  set_timer (self, now_us + LV_PW_PLAYBACK_KEEP_MS * US_PER_MS);
  lv_playback_emit_failed (LV_PLAYBACK (self), error);
}

static const LvPwStreamEvents stream_events = {
  .process_rt = process_rt,
  .woken = on_stream_woken,
  .lost = on_stream_lost,
  .failed = on_stream_failed,
};

/* ---- LvPlayback ---- */

static LvPwStream *
open_stream (LvPwPlayback *self, GError **error)
{
  const LvPwStreamConfig config = {
    .device = LV_PW_NODE_SPEAKER,
    .rate = LV_RATE_OUT,
    .name = "livevoice.speaker",
    .latency = LV_PW_PLAYBACK_LATENCY,
    .target = self->target,
    .description = self->description,
    .inactive = TRUE,
  };

  return lv_pw_stream_new (self->context, &config, &stream_events, self, error);
}

static gboolean
lv_pw_playback_start (LvPlayback *playback, GError **error)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);

  if (self->stream != NULL)
    return TRUE;
  self->stream = open_stream (self, error);
  if (self->stream == NULL)
    {
      if (g_source_get_ready_time (self->timer) < 0)
        give_up (self);
      return FALSE;
    }
  self->failed = FALSE;
  set_timer (self, -1);
  if (!self->drained)
    activate (self);
  refresh (self);
  return TRUE;
}

static void
lv_pw_playback_stop (LvPlayback *playback)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);

  drop_everything (self);
  lv_playout_set_held (self->playout, FALSE);
  g_debug ("Stopped; %" G_GUINT64_FORMAT " underruns and %" G_GUINT64_FORMAT
           " frames dropped so far",
           lv_flow_get_underruns (self->flow), self->n_dropped);
}

static void
note_dropped (LvPwPlayback *self, guint64 n_frames)
{
  if (n_frames == 0)
    return;
  self->n_dropped += n_frames;
  lv_playback_emit_dropped (LV_PLAYBACK (self), n_frames);
}

static void
lv_pw_playback_push (LvPlayback *playback, LvPcmBlock *pcm)
{
  g_autoptr (LvPwPlayback) self = g_object_ref (LV_PW_PLAYBACK (playback));

  if (lv_pcm_block_get_length (pcm) == 0)
    return;
  note_dropped (self, lv_flow_push (self->flow, pcm, g_get_monotonic_time ()));
  if (self->failed)
    {
      lv_flow_drop (self->flow);
      return;
    }
  self->drained = FALSE;
  activate (self);
  refresh (self);
}

static void
lv_pw_playback_complete (LvPlayback *playback)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);

  lv_flow_complete (self->flow);
  refresh (self);
}

static void
lv_pw_playback_wake (LvPlayback *playback)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);

  if (self->stream == NULL)
    return;
  self->rest_us = g_get_monotonic_time () + LV_PW_PLAYBACK_AWAKE_MS * US_PER_MS;
  activate (self);
  refresh (self);
}

static void
lv_pw_playback_set_jitter (LvPlayback *playback, LvJitter *jitter)
{
  lv_flow_set_jitter (LV_PW_PLAYBACK (playback)->flow, jitter);
}

static guint64
lv_pw_playback_flush (LvPlayback *playback)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (playback);
  guint64 heard = lv_flow_flush (self->flow);

  if (!self->drained)
    finish_utterance (self, g_get_monotonic_time ());
  return heard;
}

static guint64
lv_pw_playback_get_pushed (LvPlayback *playback)
{
  return lv_voice_get_pushed (lv_flow_get_voice (LV_PW_PLAYBACK (playback)->flow));
}

static guint64
lv_pw_playback_get_heard (LvPlayback *playback)
{
  return lv_voice_get_heard (lv_flow_get_voice (LV_PW_PLAYBACK (playback)->flow), get_now_ns ());
}

static double
lv_pw_playback_get_level (LvPlayback *playback)
{
  return lv_voice_get_level (lv_flow_get_voice (LV_PW_PLAYBACK (playback)->flow), get_now_ns ());
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
  gint64 delay_ns = self->stream != NULL ? atomic_load (&self->delay_ns) : 0;

  lv_flow_describe (self->flow, dict);
  g_variant_dict_insert (dict, "dropped", "t", self->n_dropped);
  g_variant_dict_insert (dict, "delay-ms", "u", (guint) (delay_ns / NS_PER_MS));
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
  return lv_flow_get_underruns (self->flow);
}

static void
lv_pw_playback_finalize (GObject *object)
{
  LvPwPlayback *self = LV_PW_PLAYBACK (object);

  close_stream (self);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  lv_flow_free (self->flow);
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
  playback_class->complete = lv_pw_playback_complete;
  playback_class->wake = lv_pw_playback_wake;
  playback_class->set_jitter = lv_pw_playback_set_jitter;
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
  self->flow = lv_flow_new (LV_PLAYBACK_MAX_BYTES);
  self->playout = lv_voice_get_playout (lv_flow_get_voice (self->flow));
  self->drained = TRUE;
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "LvPwPlayback");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, NULL);
}
