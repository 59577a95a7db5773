/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-bench-graph.h"

#include "lib/lv-test.h"

#include <math.h>
#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>
#include <string.h>

#define GRAPH_RATE 48000
#define MAX_SECONDS 300
#define NS_PER_SEC G_GINT64_CONSTANT (1000000000)
#define QUANTUM "512/48000" /* as livevoiced wants it */
#define CLICK_US (2 * LV_BENCH_LEAD_US)
#define CLICK_PEAK 0.5f
#define LOUD 4000 /* nothing but a click is */
#define POLL_MS 2
#define CLICKER "livevoice-bench-clicks"

typedef struct {
  gint64 cycle_ns;
  guint start;
} Buffer;

struct _LvBenchTap {
  struct pw_thread_loop *loop;
  struct pw_stream *stream;
  struct spa_hook listener;
  guint rate;

  /* under the lock */
  GMutex lock;
  GArray *buffers; /* Buffer */
  GArray *samples; /* gint16 */
};

struct _LvBenchClicker {
  struct pw_thread_loop *loop;
  struct pw_stream *stream;
  struct spa_hook listener;
  guint phase; /* samples since the last click began */

  /* under the lock */
  GMutex lock;
  GArray *times; /* gint64 */
};

float
lv_bench_click (guint i, guint rate)
{
  double us = i * 1e6 / rate;

  return us >= CLICK_US ? 0.0f : (float) (0.5 - 0.5 * cos (2 * G_PI * us / CLICK_US));
}

/* The top of the parabola through the loudest sample and its neighbours. */
double
lv_bench_find_click (const gint16 *samples, guint n_samples, guint start)
{
  guint i = start;
  double before, peak, after;

  while (i < n_samples && samples[i] < LOUD)
    i++;
  while (i + 1 < n_samples && samples[i + 1] > samples[i])
    i++;
  if (i == 0 || i + 1 >= n_samples)
    return -1.0;
  before = samples[i - 1];
  peak = samples[i];
  after = samples[i + 1];
  return i + 0.5 * (before - after) / (before - 2 * peak + after);
}

static gint64
get_cycle_ns (struct pw_stream *stream)
{
  struct pw_time time = { 0 };

  pw_stream_get_time_n (stream, &time, sizeof (time));
  return time.now;
}

static gboolean
on_poll (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Another thread works, so the main context has to be made to look. */
static void
wait_for (LvTestCondition condition, gpointer data, const char *description)
{
  guint poll = g_timeout_add (POLL_MS, on_poll, NULL);

  lv_test_wait_for (condition, data, LV_TEST_TIMEOUT_MS, description);
  g_source_remove (poll);
}

static void
connect_stream (struct pw_stream *stream, enum pw_direction direction, guint rate,
                enum pw_stream_flags flags)
{
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *format = spa_format_audio_raw_build (
      &builder, SPA_PARAM_EnumFormat,
      &SPA_AUDIO_INFO_RAW_INIT (.format = SPA_AUDIO_FORMAT_S16, .rate = rate, .channels = 1,
                                .position = { SPA_AUDIO_CHANNEL_MONO }));

  pw_stream_connect (stream, direction, PW_ID_ANY,
                     flags | PW_STREAM_FLAG_MAP_BUFFERS | PW_STREAM_FLAG_RT_PROCESS, &format, 1);
}

/* ---- listening ---- */

static void
on_tap_process (void *data)
{
  LvBenchTap *self = data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (self->stream);
  const struct spa_data *content;
  Buffer entry;

  if (buffer == NULL)
    return;
  content = &buffer->buffer->datas[0];
  g_mutex_lock (&self->lock);
  entry.cycle_ns = get_cycle_ns (self->stream);
  entry.start = self->samples->len;
  g_array_append_val (self->buffers, entry);
  g_array_append_vals (self->samples, SPA_PTROFF (content->data, content->chunk->offset, gint16),
                       content->chunk->size / sizeof (gint16));
  g_mutex_unlock (&self->lock);
  pw_stream_queue_buffer (self->stream, buffer);
}

static const struct pw_stream_events tap_events = {
  PW_VERSION_STREAM_EVENTS,
  .process = on_tap_process,
};

static gboolean
has_samples (gpointer data)
{
  LvBenchTap *self = data;
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->samples->len > 0;
}

LvBenchTap *
lv_bench_tap_new (const char *node, gboolean monitor, guint rate)
{
  LvBenchTap *self = g_new0 (LvBenchTap, 1);

  pw_init (NULL, NULL);
  g_mutex_init (&self->lock);
  self->rate = rate;
  self->buffers = g_array_new (FALSE, FALSE, sizeof (Buffer));
  self->samples = g_array_sized_new (FALSE, FALSE, sizeof (gint16), MAX_SECONDS * rate);
  self->loop = pw_thread_loop_new ("lv-bench-tap", NULL);
  self->stream = pw_stream_new (
      pw_context_connect (pw_context_new (pw_thread_loop_get_loop (self->loop), NULL, 0), NULL, 0),
      "livevoice-bench-tap",
      pw_properties_new (PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Capture",
                         PW_KEY_TARGET_OBJECT, node, PW_KEY_STREAM_CAPTURE_SINK,
                         monitor ? "true" : "false", PW_KEY_NODE_LATENCY, QUANTUM, NULL));
  pw_stream_add_listener (self->stream, &self->listener, &tap_events, self);
  connect_stream (self->stream, PW_DIRECTION_INPUT, rate, PW_STREAM_FLAG_AUTOCONNECT);
  pw_thread_loop_start (self->loop);
  wait_for (has_samples, self, "the tap to run");
  return self;
}

/* The connection to PipeWire, with all that belongs to it. */
static void
free_loop (struct pw_thread_loop *loop, struct pw_stream *stream)
{
  struct pw_core *core = pw_stream_get_core (stream);
  struct pw_context *context = pw_core_get_context (core);

  pw_thread_loop_stop (loop);
  pw_stream_destroy (stream);
  pw_core_disconnect (core);
  pw_context_destroy (context);
  pw_thread_loop_destroy (loop);
}

void
lv_bench_tap_free (LvBenchTap *self)
{
  free_loop (self->loop, self->stream);
  g_array_unref (self->buffers);
  g_array_unref (self->samples);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gint16 *
lv_bench_tap_get_samples (LvBenchTap *self, guint *ret_n_samples)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  *ret_n_samples = self->samples->len;
  return g_memdup2 (self->samples->data, self->samples->len * sizeof (gint16));
}

/* The last buffer that starts at @index or before. */
static guint
find_buffer (LvBenchTap *self, guint index)
{
  guint low = 0, high = self->buffers->len;

  while (high - low > 1)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->buffers, Buffer, middle).start <= index)
        low = middle;
      else
        high = middle;
    }
  return low;
}

gint64
lv_bench_tap_get_cycle_ns (LvBenchTap *self, guint index, guint ago, guint *ret_offset)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint i = find_buffer (self, index);

  if (index >= self->samples->len || i < ago)
    return 0;
  if (ret_offset != NULL)
    *ret_offset = index - g_array_index (self->buffers, Buffer, i).start;
  return g_array_index (self->buffers, Buffer, i - ago).cycle_ns;
}

guint
lv_bench_tap_get_quantum (LvBenchTap *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const Buffer *last = &g_array_index (self->buffers, Buffer, self->buffers->len - 1);

  return (guint) lround ((last->cycle_ns - last[-1].cycle_ns) * (double) GRAPH_RATE / NS_PER_SEC);
}

/* ---- speaking ---- */

static gint16
next_sample (LvBenchClicker *self)
{
  float faint = (self->phase * 7919 % 101 - 50) / 32768.0f;
  float sample = CLICK_PEAK * lv_bench_click (self->phase, GRAPH_RATE) + faint;

  self->phase = (self->phase + 1) % (GRAPH_RATE / 1000 * LV_BENCH_CLICK_MS);
  return (gint16) (sample * 32767);
}

static void
on_clicker_process (void *data)
{
  LvBenchClicker *self = data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (self->stream);
  struct spa_data *content;
  gint64 cycle_ns;
  guint n;

  if (buffer == NULL)
    return;
  content = &buffer->buffer->datas[0];
  n = MIN (buffer->requested, content->maxsize / sizeof (gint16));
  cycle_ns = get_cycle_ns (self->stream);
  for (guint i = 0; i < n; i++)
    {
      if (self->phase == LV_BENCH_LEAD_US * (GRAPH_RATE / 1000) / 1000)
        {
          gint64 time_ns = cycle_ns - (gint64) (n - i) * NS_PER_SEC / GRAPH_RATE;

          g_mutex_lock (&self->lock);
          g_array_append_val (self->times, time_ns);
          g_mutex_unlock (&self->lock);
        }
      ((gint16 *) content->data)[i] = next_sample (self);
    }
  content->chunk->offset = 0;
  content->chunk->stride = sizeof (gint16);
  content->chunk->size = n * sizeof (gint16);
  pw_stream_queue_buffer (self->stream, buffer);
}

static const struct pw_stream_events clicker_events = {
  PW_VERSION_STREAM_EVENTS,
  .process = on_clicker_process,
};

/* The session manager links no stream to a microphone's input. */
static gboolean
is_linked (gpointer node)
{
  g_autofree char *input = g_strconcat (node, ":input_MONO", NULL);
  const char *argv[] = { "pw-link", CLICKER ":output_MONO", input, NULL };
  int status;

  return g_spawn_sync (NULL, (char **) argv, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                           G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, NULL) &&
         g_spawn_check_wait_status (status, NULL);
}

static gboolean
has_clicked (gpointer data)
{
  LvBenchClicker *self = data;
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->times->len > 0;
}

LvBenchClicker *
lv_bench_clicker_new (const char *node)
{
  LvBenchClicker *self = g_new0 (LvBenchClicker, 1);

  pw_init (NULL, NULL);
  g_mutex_init (&self->lock);
  self->times =
      g_array_sized_new (FALSE, FALSE, sizeof (gint64), MAX_SECONDS * 1000 / LV_BENCH_CLICK_MS);
  self->loop = pw_thread_loop_new ("lv-bench-clicks", NULL);
  self->stream = pw_stream_new (
      pw_context_connect (pw_context_new (pw_thread_loop_get_loop (self->loop), NULL, 0), NULL, 0),
      CLICKER,
      pw_properties_new (PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback",
                         PW_KEY_NODE_NAME, CLICKER, PW_KEY_NODE_GROUP, "livevoice-test",
                         PW_KEY_NODE_LATENCY, QUANTUM, NULL));
  pw_stream_add_listener (self->stream, &self->listener, &clicker_events, self);
  connect_stream (self->stream, PW_DIRECTION_OUTPUT, GRAPH_RATE, 0);
  pw_thread_loop_start (self->loop);
  wait_for (is_linked, (gpointer) node, "a link to the microphone");
  wait_for (has_clicked, self, "the first click");
  return self;
}

void
lv_bench_clicker_free (LvBenchClicker *self)
{
  free_loop (self->loop, self->stream);
  g_array_unref (self->times);
  g_mutex_clear (&self->lock);
  g_free (self);
}

GArray *
lv_bench_clicker_get_times (LvBenchClicker *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_array_copy (self->times);
}
