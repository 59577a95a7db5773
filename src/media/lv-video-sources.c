/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-video-sources"

#include "media/lv-video-sources.h"

#include <unistd.h>

typedef struct {
  LvVideoSources *sources;
  LvVideoInfo info;
  char *client;
  LvVideoStream *stream;
  GBytes *waiting; /* the newest picture, NULL: none that was not sent */
} Source;

struct _LvVideoSources {
  const LvVideoSourcesEvents *events;
  gpointer owner;
  guint last_id;
  guint offer_id; /* runs while a picture waits and could not be sent */

  /* owned; the one whose turn it is first */
  GPtrArray *turns;
  /* borrowed, as attached */
  GPtrArray *sources;
};

static void
source_free (gpointer data)
{
  Source *source = data;

  g_clear_pointer (&source->stream, lv_video_stream_free);
  g_clear_pointer (&source->waiting, g_bytes_unref);
  g_free (source->client);
  g_free (source);
}

LvVideoSources *
lv_video_sources_new (const LvVideoSourcesEvents *events, gpointer owner)
{
  LvVideoSources *self = g_new0 (LvVideoSources, 1);

  self->events = events;
  self->owner = owner;
  self->turns = g_ptr_array_new_with_free_func (source_free);
  self->sources = g_ptr_array_new ();
  return self;
}

void
lv_video_sources_free (LvVideoSources *self)
{
  g_clear_handle_id (&self->offer_id, g_source_remove);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->turns);
  g_free (self);
}

/* ---- turns ---- */

static Source *
find_waiting (LvVideoSources *self)
{
  for (guint i = 0; i < self->turns->len; i++)
    {
      Source *source = g_ptr_array_index (self->turns, i);

      if (source->waiting != NULL)
        return source;
    }
  return NULL;
}

static void
put_last (LvVideoSources *self, Source *source)
{
  guint at;

  g_ptr_array_find (self->turns, source, &at);
  g_ptr_array_add (self->turns, g_ptr_array_steal_index (self->turns, at));
}

static gboolean on_offer_timeout (gpointer data);

/* Until nothing waits or nothing can be sent. */
static void
offer (LvVideoSources *self)
{
  Source *source;

  while (self->offer_id == 0 && (source = find_waiting (self)) != NULL)
    {
      gint64 wait_us = self->events->offer (source->waiting, self->owner);

      if (wait_us > 0)
        {
          self->offer_id = g_timeout_add ((wait_us + 999) / 1000, on_offer_timeout, self);
          return;
        }
      g_clear_pointer (&source->waiting, g_bytes_unref);
      put_last (self, source);
    }
}

static gboolean
on_offer_timeout (gpointer data)
{
  LvVideoSources *self = data;

  self->offer_id = 0;
  offer (self);
  return G_SOURCE_REMOVE;
}

/* ---- streams ---- */

static void
remove_source (LvVideoSources *self, Source *source)
{
  g_ptr_array_remove (self->sources, source);
  g_ptr_array_remove (self->turns, source);
  if (find_waiting (self) == NULL)
    g_clear_handle_id (&self->offer_id, g_source_remove);
}

static void
on_stream_started (const LvVideoSpec *spec, gpointer owner)
{
  Source *source = owner;

  source->info.started = TRUE;
  source->info.spec = *spec;
  source->sources->events->changed (source->sources->owner);
}

static void
on_stream_picture (GBytes *jpeg, gpointer owner)
{
  Source *source = owner;

  g_clear_pointer (&source->waiting, g_bytes_unref);
  source->waiting = g_bytes_ref (jpeg);
  offer (source->sources);
}

static void
on_stream_failed (const GError *error, gpointer owner)
{
  Source *source = owner;
  LvVideoSources *self = source->sources;

  g_debug ("Video source %u ended: %s", source->info.id, error->message);
  remove_source (self, source);
  self->events->changed (self->owner);
  self->events->lost (error, self->owner);
}

static const LvVideoStreamEvents stream_events = {
  .started = on_stream_started,
  .picture = on_stream_picture,
  .failed = on_stream_failed,
};

guint
lv_video_sources_attach (LvVideoSources *self, const char *client, const LvVideoRequest *request,
                         GError **error)
{
  Source *source;

  if (self->sources->len >= LV_VIDEO_MAX_SOURCES)
    {
      if (request->remote >= 0)
        close (request->remote);
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY,
                   "The session has %d video sources already; detach one", LV_VIDEO_MAX_SOURCES);
      return 0;
    }
  source = g_new0 (Source, 1);
  source->sources = self;
  source->stream = lv_video_stream_new (request, &stream_events, source, error);
  if (source->stream == NULL)
    {
      source_free (source);
      return 0;
    }
  source->info.id = ++self->last_id;
  source->client = g_strdup (client);
  g_ptr_array_add (self->sources, source);
  g_ptr_array_insert (self->turns, 0, source);
  self->events->changed (self->owner);
  return source->info.id;
}

gboolean
lv_video_sources_detach (LvVideoSources *self, guint id, GError **error)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      Source *source = g_ptr_array_index (self->sources, i);

      if (source->info.id != id)
        continue;
      remove_source (self, source);
      self->events->changed (self->owner);
      return TRUE;
    }
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "There is no video source %u", id);
  return FALSE;
}

void
lv_video_sources_drop (LvVideoSources *self, const char *client)
{
  guint n_before = self->sources->len;

  for (guint i = self->sources->len; i > 0; i--)
    {
      Source *source = g_ptr_array_index (self->sources, i - 1);

      if (client == NULL || g_str_equal (source->client, client))
        remove_source (self, source);
    }
  if (self->sources->len != n_before)
    self->events->changed (self->owner);
}

guint
lv_video_sources_count (LvVideoSources *self)
{
  return self->sources->len;
}

const LvVideoInfo *
lv_video_sources_peek (LvVideoSources *self, guint i)
{
  const Source *source = g_ptr_array_index (self->sources, i);

  return &source->info;
}
