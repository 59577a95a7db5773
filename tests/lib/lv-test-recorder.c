/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"

#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>

#include <math.h>

#define MAX_SECONDS 120
#define NS_PER_SEC G_GINT64_CONSTANT (1000000000)
#define POLL_MS 2

typedef struct {
  gint64 time_ns;
  guint start;
} Buffer;

struct _LvTestRecorder {
  struct pw_thread_loop *loop;
  struct pw_stream *stream;
  struct spa_hook listener;

  /* under the lock */
  GMutex lock;
  GArray *buffers; /* Buffer */
  GArray *samples; /* float */
  guint quantum;
  guint n_late;
};

/* A cycle is late when less than half of it is left, or when it does not follow the one before. */
static gboolean
is_late (LvTestRecorder *self, gint64 time_ns, guint n)
{
  gint64 cycle_ns = n * NS_PER_SEC / LV_TEST_RATE;
  const Buffer *last;

  if (g_get_monotonic_time () * 1000 - time_ns > cycle_ns / 2)
    return TRUE;
  if (self->quantum != n)
    return FALSE;
  last = &g_array_index (self->buffers, Buffer, self->buffers->len - 1);
  return ABS (time_ns - cycle_ns - last->time_ns - cycle_ns) > cycle_ns / 2;
}

/* The monitor hands out in each cycle what the speaker played in the one before. */
static void
on_process (void *data)
{
  LvTestRecorder *self = data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (self->stream);
  struct spa_data *content;
  struct pw_time time;
  Buffer entry;
  guint n;

  if (buffer == NULL)
    return;
  pw_stream_get_time_n (self->stream, &time, sizeof (time));
  content = &buffer->buffer->datas[0];
  n = content->chunk->size / sizeof (float);
  g_mutex_lock (&self->lock);
  self->n_late += is_late (self, time.now, n);
  entry.time_ns = time.now - n * NS_PER_SEC / LV_TEST_RATE;
  entry.start = self->samples->len;
  self->quantum = n;
  g_array_append_val (self->buffers, entry);
  g_array_append_vals (self->samples, SPA_PTROFF (content->data, content->chunk->offset, float), n);
  g_mutex_unlock (&self->lock);
  pw_stream_queue_buffer (self->stream, buffer);
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .process = on_process,
};

static void
connect_recorder (LvTestRecorder *self)
{
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *format = spa_format_audio_raw_build (
      &builder, SPA_PARAM_EnumFormat,
      &SPA_AUDIO_INFO_RAW_INIT (.format = SPA_AUDIO_FORMAT_F32, .rate = LV_TEST_RATE, .channels = 1,
                                .position = { SPA_AUDIO_CHANNEL_MONO }));

  pw_stream_connect (self->stream, PW_DIRECTION_INPUT, PW_ID_ANY,
                     PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS |
                         PW_STREAM_FLAG_RT_PROCESS,
                     &format, 1);
}

static gboolean
has_samples (gpointer data)
{
  return lv_test_recorder_get_n_samples (data) > 0;
}

static gboolean
on_poll (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Another thread records, so the main context has to be made to look. */
static void
wait_for (LvTestCondition condition, gpointer data, const char *description)
{
  guint poll = g_timeout_add (POLL_MS, on_poll, NULL);

  lv_test_wait_for (condition, data, LV_TEST_TIMEOUT_MS, description);
  g_source_remove (poll);
}

LvTestRecorder *
lv_test_recorder_new (void)
{
  LvTestRecorder *self = g_new0 (LvTestRecorder, 1);

  pw_init (NULL, NULL);
  g_mutex_init (&self->lock);
  self->buffers = g_array_new (FALSE, FALSE, sizeof (Buffer));
  self->samples = g_array_sized_new (FALSE, FALSE, sizeof (float), MAX_SECONDS * LV_TEST_RATE);
  self->loop = pw_thread_loop_new ("lv-test-recorder", NULL);
  self->stream = pw_stream_new_simple (
      pw_thread_loop_get_loop (self->loop), "livevoice-test-recorder",
      pw_properties_new (PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Capture",
                         PW_KEY_TARGET_OBJECT, LV_TEST_SPEAKER, PW_KEY_STREAM_CAPTURE_SINK, "true",
                         PW_KEY_NODE_LATENCY, "1024/48000", NULL),
      &stream_events, self);
  connect_recorder (self);
  pw_thread_loop_start (self->loop);
  wait_for (has_samples, self, "the recorder to run");
  return self;
}

void
lv_test_recorder_free (LvTestRecorder *self)
{
  pw_thread_loop_stop (self->loop);
  pw_stream_destroy (self->stream);
  pw_thread_loop_destroy (self->loop);
  g_array_unref (self->buffers);
  g_array_unref (self->samples);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint
lv_test_recorder_get_n_samples (LvTestRecorder *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->samples->len;
}

typedef struct {
  LvTestRecorder *recorder;
  gint64 time_ns;
} Deadline;

static gboolean
is_past (gpointer data)
{
  Deadline *deadline = data;
  guint n = lv_test_recorder_get_n_samples (deadline->recorder);

  return lv_test_recorder_get_time_ns (deadline->recorder, n - 1) >= deadline->time_ns;
}

void
lv_test_recorder_wait_until (LvTestRecorder *self, gint64 time_ns)
{
  Deadline deadline = { self, time_ns };

  wait_for (is_past, &deadline, "the recorder to get there");
}

float *
lv_test_recorder_get_samples (LvTestRecorder *self, guint start, guint n_samples)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_assert_cmpuint (start + n_samples, <=, self->samples->len);
  return g_memdup2 (&g_array_index (self->samples, float, start), n_samples * sizeof (float));
}

gint64
lv_test_recorder_get_time_ns (LvTestRecorder *self, guint index)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (guint i = self->buffers->len; i > 0; i--)
    {
      const Buffer *buffer = &g_array_index (self->buffers, Buffer, i - 1);

      if (buffer->start <= index)
        return buffer->time_ns + (index - buffer->start) * NS_PER_SEC / LV_TEST_RATE;
    }
  g_assert_not_reached ();
}

guint
lv_test_recorder_get_index (LvTestRecorder *self, gint64 time_ns)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (guint i = self->buffers->len; i > 0; i--)
    {
      const Buffer *buffer = &g_array_index (self->buffers, Buffer, i - 1);

      if (buffer->time_ns <= time_ns)
        return buffer->start + (time_ns - buffer->time_ns) * LV_TEST_RATE / NS_PER_SEC;
    }
  return 0;
}

gint64
lv_test_recorder_find_first (LvTestRecorder *self, guint start, guint end, float threshold)
{
  g_autofree float *samples = lv_test_recorder_get_samples (self, start, end - start);

  for (guint i = 0; i < end - start; i++)
    if (fabsf (samples[i]) > threshold)
      return start + i;
  return -1;
}

gint64
lv_test_recorder_find_last (LvTestRecorder *self, guint start, guint end, float threshold)
{
  g_autofree float *samples = lv_test_recorder_get_samples (self, start, end - start);

  for (guint i = end - start; i > 0; i--)
    if (fabsf (samples[i - 1]) > threshold)
      return start + i - 1;
  return -1;
}

guint
lv_test_recorder_get_n_late (LvTestRecorder *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_late;
}

guint
lv_test_recorder_get_quantum (LvTestRecorder *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->quantum;
}
