/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A speaker that is heard late, as a radio link or a television: LvPwPlayback into a sink of this program that reports
 * such a delay, and what is told of the position heard.
 */
#include "audio/lv-pw-context.h"
#include "audio/lv-pw-playback.h"

#include "base/lv-pcm.h"
#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"

#include <math.h>
#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>
#include <spa/param/latency-utils.h>
#include <stdatomic.h>

#define LATE_MS 300
#define LATE_SPEAKER "livevoice-test-late"
#define NS_PER_MS G_GINT64_CONSTANT (1000000)
#define TOLERANCE_MS 12 /* two cycles of the graph */

typedef struct {
  struct pw_thread_loop *loop;
  struct pw_context *context;
  struct pw_core *core;
  struct pw_stream *stream;
  struct spa_hook listener;

  /* of its own thread */
  _Atomic guint n_voice;   /* samples that were not silence */
  _Atomic gint64 first_ns; /* when the first of them came */
  _Atomic gint64 last_ns;  /* and the last */
} LateSpeaker;

static void
on_process (void *data)
{
  LateSpeaker *self = data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (self->stream);
  struct spa_data *block;
  const gint16 *samples;
  struct pw_time time;
  gint64 at_ns;

  if (buffer == NULL)
    return;
  pw_stream_get_time_n (self->stream, &time, sizeof (time));
  block = &buffer->buffer->datas[0];
  samples = SPA_PTROFF (block->data, block->chunk->offset, gint16);
  for (guint i = 0; i < block->chunk->size / sizeof (gint16); i++)
    if (samples[i] != 0)
      {
        at_ns = time.now + i * 1000 * NS_PER_MS / LV_RATE_OUT;
        if (atomic_fetch_add (&self->n_voice, 1) == 0)
          atomic_store (&self->first_ns, at_ns);
        atomic_store (&self->last_ns, at_ns);
      }
  pw_stream_queue_buffer (self->stream, buffer);
}

static const struct spa_pod *
build_latency (struct spa_pod_builder *builder)
{
  return spa_latency_build (builder, SPA_PARAM_Latency,
                            &SPA_LATENCY_INFO (SPA_DIRECTION_INPUT, .min_ns = LATE_MS * NS_PER_MS,
                                               .max_ns = LATE_MS * NS_PER_MS));
}

/* PipeWire 1.4 puts that of whoever is linked in its place. */
static void
on_param_changed (void *data, uint32_t id, const struct spa_pod *param)
{
  LateSpeaker *self = data;
  guint8 memory[256];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *latency;

  if (id != SPA_PARAM_Latency)
    return;
  latency = build_latency (&builder);
  pw_stream_update_params (self->stream, &latency, 1);
}

static const struct pw_stream_events events = {
  PW_VERSION_STREAM_EVENTS,
  .process = on_process,
  .param_changed = on_param_changed,
};

static LateSpeaker *
late_speaker_new (void)
{
  LateSpeaker *self = g_new0 (LateSpeaker, 1);
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *params[] = {
    spa_format_audio_raw_build (&builder, SPA_PARAM_EnumFormat,
                                &SPA_AUDIO_INFO_RAW_INIT (.format = SPA_AUDIO_FORMAT_S16,
                                                          .rate = LV_RATE_OUT, .channels = 1,
                                                          .position = { SPA_AUDIO_CHANNEL_MONO })),
    build_latency (&builder),
  };

  pw_init (NULL, NULL);
  self->loop = pw_thread_loop_new ("late-speaker", NULL);
  self->context = pw_context_new (pw_thread_loop_get_loop (self->loop), NULL, 0);
  pw_thread_loop_start (self->loop);
  pw_thread_loop_lock (self->loop);
  self->core = pw_context_connect (self->context, NULL, 0);
  self->stream = pw_stream_new (
      self->core, LATE_SPEAKER,
      pw_properties_new (PW_KEY_MEDIA_CLASS, "Audio/Sink", PW_KEY_NODE_NAME, LATE_SPEAKER,
                         PW_KEY_NODE_GROUP, "livevoice-test", PW_KEY_NODE_VIRTUAL, "true", NULL));
  pw_stream_add_listener (self->stream, &self->listener, &events, self);
  pw_stream_connect (self->stream, PW_DIRECTION_INPUT, PW_ID_ANY,
                     PW_STREAM_FLAG_MAP_BUFFERS | PW_STREAM_FLAG_RT_PROCESS, params,
                     G_N_ELEMENTS (params));
  pw_thread_loop_unlock (self->loop);
  return self;
}

static void
late_speaker_free (LateSpeaker *self)
{
  pw_thread_loop_stop (self->loop);
  pw_stream_destroy (self->stream);
  pw_core_disconnect (self->core);
  pw_context_destroy (self->context);
  pw_thread_loop_destroy (self->loop);
  g_free (self);
}

typedef struct {
  LvTestPipewire *pipewire;
  LateSpeaker *speaker;
  LvPwContext *context;
  LvPlayback *playback;
  gint64 drained_ns;
  gboolean drained;
} Fixture;

static void
on_drained (LvPlayback *playback, Fixture *self)
{
  self->drained = TRUE;
  self->drained_ns = g_get_monotonic_time () * 1000;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->pipewire = lv_test_pipewire_new ();
  self->speaker = late_speaker_new ();
  lv_test_pipewire_command (self->pipewire, "node " LATE_SPEAKER);
  self->context = lv_pw_context_new ();
  self->playback = lv_pw_context_create_playback (self->context, LATE_SPEAKER, "Live Voice");
  g_signal_connect (self->playback, "drained", G_CALLBACK (on_drained), self);
  g_assert_true (lv_playback_start (self->playback, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  lv_playback_stop (self->playback);
  g_assert_finalize_object (self->playback);
  g_assert_finalize_object (self->context);
  late_speaker_free (self->speaker);
  lv_test_pipewire_free (self->pipewire);
}

/* Soft, so that it needs no time to rise, and never 0. */
static void
push (Fixture *self, guint n_frames)
{
  g_autoptr (LvPcmBlock) pcm = lv_pcm_block_new (n_frames);
  gint16 *frames = lv_pcm_block_get_samples (pcm);

  for (guint i = 0; i < n_frames; i++)
    frames[i] = 100;
  lv_playback_push (self->playback, pcm);
  lv_playback_complete (self->playback);
}

static gboolean
is_heard (gpointer data)
{
  return lv_playback_get_heard (((Fixture *) data)->playback) > 0;
}

static double
get_ms (gint64 from_ns, gint64 to_ns)
{
  return (double) (to_ns - from_ns) / NS_PER_MS;
}

/* What has come to the speaker is not yet heard; the last frame neither. */
static void
test_heard (Fixture *self, gconstpointer data)
{
  gint64 now_ns;
  double ms, heard_ms, largest = 0.0;

  push (self, LV_RATE_OUT);
  lv_test_wait_for (is_heard, self, LV_TEST_TIMEOUT_MS, "the first frame to be heard");
  while (!self->drained)
    {
      now_ns = g_get_monotonic_time () * 1000;
      ms = get_ms (atomic_load (&self->speaker->first_ns), now_ns) - LATE_MS;
      heard_ms = lv_playback_get_heard (self->playback) * 1000.0 / LV_RATE_OUT;
      if (ms < 990.0)
        largest = MAX (largest, fabs (ms - heard_ms));
      lv_test_run_for (20);
    }
  ms = get_ms (atomic_load (&self->speaker->last_ns), self->drained_ns);
  g_test_message ("position off by %.1f ms at most, drained %.1f ms after the last sample came",
                  largest, ms);
  g_assert_cmpfloat (largest, <, TOLERANCE_MS);
  g_assert_cmpfloat (fabs (ms - LATE_MS), <, 2 * TOLERANCE_MS);
}

/* What has left for the speaker cannot be called back: it will be heard, and belongs to it. */
static void
test_flush (Fixture *self, gconstpointer data)
{
  guint64 position;
  guint n_voice;

  push (self, LV_RATE_OUT);
  lv_test_wait_for (is_heard, self, LV_TEST_TIMEOUT_MS, "the first frame to be heard");
  position = lv_playback_flush (self->playback);
  lv_test_run_for (100);
  n_voice = atomic_load (&self->speaker->n_voice);
  g_test_message ("%u samples came, %u frames were told", n_voice, (guint) position);
  g_assert_cmpuint (position, >, LATE_MS * LV_RATE_OUT / 1000 / 2);
  g_assert_cmpint (ABS ((gint64) n_voice - (gint64) position), <, LV_RATE_OUT / 50);
}

static void
test_described (Fixture *self, gconstpointer data)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  guint delay_ms;

  push (self, LV_RATE_OUT / 10);
  lv_test_wait_flag (&self->drained);
  lv_playback_describe (self->playback, &dict);
  g_assert_true (g_variant_dict_lookup (&dict, "delay-ms", "u", &delay_ms));
  g_assert_cmpuint (delay_ms, >=, LATE_MS);
  g_assert_cmpuint (delay_ms, <, LATE_MS + 50);
}

#define ADD(name, test) g_test_add ("/pw-latency/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("heard", test_heard);
  ADD ("flush", test_flush);
  ADD ("described", test_described);
  return g_test_run ();
}
