/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-pw-capture"

#include "audio/lv-pw-capture.h"

#include "audio/lv-pcm-ring.h"
#include "audio/lv-pw-stream.h"

#include <stdatomic.h>

struct _LvPwCapture {
  LvCapture parent_instance;

  /* shared: atomic */
  LvPcmRing *ring; /* written by the data thread */
  _Atomic guint64 dropped;

  /* owned */
  LvPwContext *context;
  char *target;
  char *description;
  LvPwStream *stream; /* NULL when stopped */
};

G_DEFINE_FINAL_TYPE (LvPwCapture, lv_pw_capture, LV_TYPE_CAPTURE)

/* Returns TRUE when a chunk is complete. */
static gboolean
take_rt (LvPwCapture *self, const struct spa_data *data)
{
  guint32 offset = MIN (data->chunk->offset, data->maxsize);
  guint n = MIN (data->chunk->size, data->maxsize - offset) / LV_BYTES_PER_FRAME;
  guint n_written = lv_pcm_ring_write_rt (self->ring, SPA_PTROFF (data->data, offset, gint16), n);

  if (n_written < n)
    atomic_fetch_add_explicit (&self->dropped, n - n_written, memory_order_relaxed);
  return lv_pcm_ring_get_fill_rt (self->ring) >= LV_CHUNK_FRAMES;
}

static void
process_rt (LvPwStream *stream, gpointer owner)
{
  LvPwCapture *self = owner;
  struct pw_buffer *buffer = lv_pw_stream_dequeue_rt (stream);

  if (buffer == NULL)
    return;
  if (buffer->buffer->datas[0].data != NULL && take_rt (self, &buffer->buffer->datas[0]))
    lv_pw_stream_wake_rt (stream);
  lv_pw_stream_queue_rt (stream, buffer);
}

static void
on_stream_woken (gpointer owner)
{
  g_autoptr (LvCapture) capture = g_object_ref (LV_CAPTURE (owner));
  LvPwCapture *self = LV_PW_CAPTURE (capture);
  gint16 chunk[LV_CHUNK_FRAMES];

  while (lv_capture_is_running (capture) && lv_pcm_ring_get_fill_rt (self->ring) >= LV_CHUNK_FRAMES)
    {
      lv_pcm_ring_read_rt (self->ring, chunk, LV_CHUNK_FRAMES);
      lv_capture_emit_chunk (capture, chunk, LV_CHUNK_FRAMES);
    }
}

static void
on_stream_failed (gpointer owner, const GError *error)
{
  lv_capture_emit_failed (LV_CAPTURE (owner), error);
}

static const LvPwStreamEvents stream_events = {
  .process_rt = process_rt,
  .woken = on_stream_woken,
  .failed = on_stream_failed,
};

static gboolean
lv_pw_capture_start (LvCapture *capture, GError **error)
{
  LvPwCapture *self = LV_PW_CAPTURE (capture);
  const LvPwStreamConfig config = {
    .device = LV_PW_NODE_MICROPHONE,
    .rate = LV_RATE_IN,
    .name = "livevoice.microphone",
    .latency = LV_PW_CAPTURE_LATENCY,
    .target = self->target,
    .description = self->description,
  };

  self->stream = lv_pw_stream_new (self->context, &config, &stream_events, self, error);
  return self->stream != NULL;
}

static void
lv_pw_capture_stop (LvCapture *capture)
{
  LvPwCapture *self = LV_PW_CAPTURE (capture);

  g_clear_pointer (&self->stream, lv_pw_stream_free);
  lv_pcm_ring_skip_to_rt (self->ring, lv_pcm_ring_get_write_index_rt (self->ring));
  g_debug ("Stopped; %" G_GUINT64_FORMAT " samples dropped so far",
           lv_pw_capture_get_dropped (self));
}

LvCapture *
lv_pw_capture_new (LvPwContext *context, const char *target, const char *description)
{
  LvPwCapture *self = g_object_new (LV_TYPE_PW_CAPTURE, NULL);

  self->context = g_object_ref (context);
  self->target = g_strdup (target);
  self->description = g_strdup (description);
  return LV_CAPTURE (self);
}

guint64
lv_pw_capture_get_dropped (LvPwCapture *self)
{
  return atomic_load_explicit (&self->dropped, memory_order_relaxed);
}

static void
lv_pw_capture_finalize (GObject *object)
{
  LvPwCapture *self = LV_PW_CAPTURE (object);

  g_clear_pointer (&self->stream, lv_pw_stream_free);
  lv_pcm_ring_free (self->ring);
  g_clear_object (&self->context);
  g_free (self->target);
  g_free (self->description);
  G_OBJECT_CLASS (lv_pw_capture_parent_class)->finalize (object);
}

static void
lv_pw_capture_class_init (LvPwCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_pw_capture_finalize;
  LV_CAPTURE_CLASS (klass)->start = lv_pw_capture_start;
  LV_CAPTURE_CLASS (klass)->stop = lv_pw_capture_stop;
}

static void
lv_pw_capture_init (LvPwCapture *self)
{
  self->ring = lv_pcm_ring_new (LV_PW_CAPTURE_RING_FRAMES);
}
