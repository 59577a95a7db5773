/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-video-stream"

#include "media/lv-video-stream.h"

#include "base/lv-names.h"
#include "media/lv-video-buffer.h"
#include "media/lv-video-filter.h"
#include "media/lv-video-remote.h"

#include <errno.h>

/* How the thread reaches the main loop; the stream may be gone when a letter arrives. */
typedef struct {
  LvVideoStream *stream; /* main thread; NULL: nobody is there any more */
} Mailbox;

typedef struct {
  Mailbox *mailbox;
  LvVideoSpec spec;
  GBytes *jpeg;
  GError *error;
} Letter;

struct _LvVideoStream {
  /* main thread */
  const LvVideoStreamEvents *events;
  gpointer owner;

  /* PipeWire's thread, or nobody's while that does not run */
  gint64 interval_ns;
  gint64 due_ns;    /* when to look again */
  gboolean waiting; /* the timer runs */
  gboolean failed;
  gboolean has_spec;
  LvVideoSpec spec;
  struct pw_buffer *newest; /* not yet looked at, NULL: none */
  LvVideoBuffer *buffer;
  LvVideoFilter *filter;

  /* owned */
  Mailbox *mailbox;
  LvVideoRemote *remote;
  struct spa_source *look_timer;
  struct spa_source *connect_timer;
  struct pw_stream *stream; /* NULL until the target is found */
  struct spa_hook listener;
};

/* ---- to the main thread ---- */

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  g_atomic_rc_box_release (letter->mailbox);
  g_clear_pointer (&letter->jpeg, g_bytes_unref);
  g_clear_error (&letter->error);
  g_free (letter);
}

static gboolean
on_letter (gpointer data)
{
  Letter *letter = data;
  LvVideoStream *self = letter->mailbox->stream;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  if (letter->error != NULL)
    self->events->failed (letter->error, self->owner);
  else if (letter->jpeg != NULL)
    self->events->picture (letter->jpeg, self->owner);
  else
    self->events->started (&letter->spec, self->owner);
  return G_SOURCE_REMOVE;
}

/* Takes @jpeg and @error. */
static void
post (LvVideoStream *self, GBytes *jpeg, GError *error)
{
  Letter *letter = g_new0 (Letter, 1);

  letter->mailbox = g_atomic_rc_box_acquire (self->mailbox);
  letter->spec = self->spec;
  letter->jpeg = jpeg;
  letter->error = error;
  g_idle_add_full (G_PRIORITY_DEFAULT, on_letter, letter, letter_free);
}

/* Once; the main thread frees the stream then. Takes @error. */
static void
fail (LvVideoStream *self, GError *error)
{
  if (self->failed)
    {
      g_error_free (error);
      return;
    }
  self->failed = TRUE;
  post (self, NULL, error);
}

/* ---- pictures ---- */

static GBytes *
make_jpeg (LvVideoStream *self, GError **error)
{
  LvVideoPicture picture;
  const guint8 *data;
  gsize size;

  if (self->spec.is_jpeg)
    {
      data = lv_video_buffer_get_jpeg (self->buffer, &size);
      return lv_video_filter_take_jpeg (self->filter, data, size, error);
    }
  if (!lv_video_buffer_get_picture (self->buffer, &picture, error))
    return NULL;
  return lv_video_filter_take (self->filter, &picture, error);
}

static void
give_back (LvVideoStream *self)
{
  if (self->newest != NULL)
    pw_stream_queue_buffer (self->stream, self->newest);
  self->newest = NULL;
}

/* A picture that cannot be read is passed over, another may follow; memory that cannot be read will
 * not get better. */
static void
look (LvVideoStream *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  gboolean was_read =
      lv_video_buffer_read (self->buffer, self->newest->buffer, &self->spec, &error);

  give_back (self);
  if (was_read)
    jpeg = make_jpeg (self, &error);
  if (error != NULL)
    g_debug ("Passed over a picture: %s", error->message);
  if (jpeg != NULL)
    post (self, g_steal_pointer (&jpeg), NULL);
  else if (g_error_matches (error, LV_ERROR, LV_ERROR_UNSUPPORTED))
    fail (self, g_steal_pointer (&error));
}

static void
look_when_due (LvVideoStream *self)
{
  gint64 now_ns = g_get_monotonic_time () * 1000;
  gint64 wait_ns = self->due_ns - now_ns;
  struct timespec value = { wait_ns / SPA_NSEC_PER_SEC, wait_ns % SPA_NSEC_PER_SEC };

  if (self->newest == NULL || self->waiting || self->failed)
    return;
  if (wait_ns > 0)
    {
      self->waiting = TRUE;
      pw_loop_update_timer (lv_video_remote_get_loop (self->remote), self->look_timer, &value, NULL,
                            false);
      return;
    }
  self->due_ns = now_ns + self->interval_ns;
  look (self);
}

static void
on_look_timer (void *data, uint64_t expirations)
{
  LvVideoStream *self = data;

  self->waiting = FALSE;
  look_when_due (self);
}

static void
on_process (void *data)
{
  LvVideoStream *self = data;
  struct pw_buffer *buffer;

  while ((buffer = pw_stream_dequeue_buffer (self->stream)) != NULL)
    {
      if (!self->has_spec || !lv_video_buffer_is_usable (buffer->buffer))
        {
          pw_stream_queue_buffer (self->stream, buffer);
          continue;
        }
      give_back (self);
      self->newest = buffer;
    }
  look_when_due (self);
}

static void
on_remove_buffer (void *data, struct pw_buffer *buffer)
{
  LvVideoStream *self = data;

  if (self->newest == buffer)
    self->newest = NULL;
}

/* ---- stream ---- */

static void
on_param_changed (void *data, uint32_t id, const struct spa_pod *param)
{
  LvVideoStream *self = data;
  guint8 memory[LV_VIDEO_PODS_SIZE];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *needs[LV_VIDEO_N_NEEDS];
  g_autoptr (GError) error = NULL;

  if (id != SPA_PARAM_Format)
    return;
  give_back (self);
  self->has_spec = param != NULL && lv_video_parse_format (param, &self->spec, &error);
  if (error != NULL)
    fail (self, g_steal_pointer (&error));
  if (!self->has_spec)
    return;
  if (pw_stream_get_state (self->stream, NULL) == PW_STREAM_STATE_STREAMING)
    post (self, NULL, NULL);
  lv_video_build_needs (&builder, needs);
  pw_stream_update_params (self->stream, needs, LV_VIDEO_N_NEEDS);
}

static GError *
make_disconnected_error (LvVideoStream *self)
{
  if (self->has_spec)
    return g_error_new (LV_ERROR, LV_ERROR_FAILED, "PipeWire disconnected the video stream");
  return g_error_new (LV_ERROR, LV_ERROR_FAILED,
                      "PipeWire could not connect the video stream; it may have none of the "
                      "formats that are taken here");
}

static void
on_state_changed (void *data, enum pw_stream_state old, enum pw_stream_state state,
                  const char *message)
{
  LvVideoStream *self = data;
  struct timespec never = { 0 };

  g_debug ("The video stream is %s", pw_stream_state_as_string (state));
  if (state == PW_STREAM_STATE_ERROR)
    fail (self, g_error_new (LV_ERROR, LV_ERROR_FAILED, "PipeWire refused the video stream: %s",
                             message));
  else if (state == PW_STREAM_STATE_UNCONNECTED && old != PW_STREAM_STATE_ERROR)
    fail (self, make_disconnected_error (self));
  else if (state == PW_STREAM_STATE_STREAMING)
    {
      pw_loop_update_timer (lv_video_remote_get_loop (self->remote), self->connect_timer, &never,
                            NULL, false);
      post (self, NULL, NULL);
    }
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = on_state_changed,
  .param_changed = on_param_changed,
  .remove_buffer = on_remove_buffer,
  .process = on_process,
};

/* To this target or to none: the session manager would otherwise choose another camera. */
static struct pw_properties *
make_stream_properties (const char *serial)
{
  return pw_properties_new (PW_KEY_MEDIA_TYPE, "Video", PW_KEY_MEDIA_CATEGORY, "Capture",
                            PW_KEY_MEDIA_ROLE, "Communication", PW_KEY_NODE_NAME, "livevoice.video",
                            PW_KEY_NODE_DESCRIPTION, LV_APPLICATION_NAME, PW_KEY_TARGET_OBJECT,
                            serial, PW_KEY_NODE_DONT_RECONNECT, "true", "node.dont-fallback",
                            "true", NULL);
}

static void
on_remote_found (const char *serial, gpointer owner)
{
  LvVideoStream *self = owner;
  guint8 memory[LV_VIDEO_PODS_SIZE];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *offers[LV_VIDEO_N_OFFERS];

  self->stream = pw_stream_new (lv_video_remote_get_core (self->remote), "livevoice.video",
                                make_stream_properties (serial));
  pw_stream_add_listener (self->stream, &self->listener, &stream_events, self);
  lv_video_build_offers (&builder, offers);
  pw_stream_connect (self->stream, PW_DIRECTION_INPUT, PW_ID_ANY, PW_STREAM_FLAG_AUTOCONNECT,
                     offers, LV_VIDEO_N_OFFERS);
}

static void
on_remote_failed (GError *error, gpointer owner)
{
  fail (owner, error);
}

static const LvVideoRemoteEvents remote_events = {
  .found = on_remote_found,
  .failed = on_remote_failed,
};

static void
on_connect_timer (void *data, uint64_t expirations)
{
  fail (data, g_error_new (LV_ERROR, LV_ERROR_TIMEOUT, "The video stream did not start within %d s",
                           LV_VIDEO_CONNECT_TIMEOUT_S));
}

static gboolean
add_timers (LvVideoStream *self, GError **error)
{
  struct pw_loop *loop = lv_video_remote_get_loop (self->remote);
  struct timespec timeout = { LV_VIDEO_CONNECT_TIMEOUT_S, 0 };

  self->look_timer = pw_loop_add_timer (loop, on_look_timer, self);
  self->connect_timer = pw_loop_add_timer (loop, on_connect_timer, self);
  if (self->look_timer == NULL || self->connect_timer == NULL)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_FAILED, "Cannot make a timer for video: %s",
                   g_strerror (errno));
      return FALSE;
    }
  pw_loop_update_timer (loop, self->connect_timer, &timeout, NULL, false);
  return TRUE;
}

LvVideoStream *
lv_video_stream_new (const LvVideoRequest *request, const LvVideoStreamEvents *events,
                     gpointer owner, GError **error)
{
  g_autoptr (LvVideoStream) self = g_new0 (LvVideoStream, 1);

  self->events = events;
  self->owner = owner;
  self->interval_ns = request->interval_ms * SPA_NSEC_PER_MSEC;
  self->buffer = lv_video_buffer_new ();
  self->filter = lv_video_filter_new (request->max_side);
  self->mailbox = g_atomic_rc_box_new0 (Mailbox);
  self->mailbox->stream = self;
  self->remote = lv_video_remote_new (request->remote, request->target, request->is_node_id,
                                      &remote_events, self, error);
  if (self->remote == NULL || !add_timers (self, error) ||
      !lv_video_remote_start (self->remote, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
destroy_timer (struct pw_loop *loop, struct spa_source *timer)
{
  if (timer != NULL)
    pw_loop_destroy_source (loop, timer);
}

static void
disconnect (LvVideoStream *self)
{
  struct pw_loop *loop = lv_video_remote_get_loop (self->remote);

  lv_video_remote_stop (self->remote);
  if (self->stream != NULL)
    {
      spa_hook_remove (&self->listener);
      pw_stream_destroy (self->stream);
    }
  destroy_timer (loop, self->look_timer);
  destroy_timer (loop, self->connect_timer);
  lv_video_remote_free (self->remote);
}

void
lv_video_stream_free (LvVideoStream *self)
{
  self->mailbox->stream = NULL;
  if (self->remote != NULL)
    disconnect (self);
  g_atomic_rc_box_release (self->mailbox);
  lv_video_buffer_free (self->buffer);
  lv_video_filter_free (self->filter);
  g_free (self);
}
