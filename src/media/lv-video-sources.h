/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The video sources of one session, and which of their pictures goes out next: of each source only
 * the newest waits, and they take turns. Nothing wakes up while nothing waits. Main thread.
 */
#pragma once

#include "media/lv-video-stream.h"

#define LV_VIDEO_MAX_SOURCES 2 /* a session */
#define LV_VIDEO_MAX_FPS 1.0
#define LV_VIDEO_LEAST_FPS 0.001

typedef struct {
  guint id;
  gboolean started; /* what is in spec is so */
  LvVideoSpec spec;
} LvVideoInfo;

/* "changed": after a source was added, started or removed; "lost": one removed itself. */
typedef struct {
  /* A picture to send: 0 when it was taken, else microseconds after which to ask again. */
  gint64 (*offer) (GBytes *jpeg, gpointer owner);
  void (*changed) (gpointer owner);
  void (*lost) (const GError *error, gpointer owner);
} LvVideoSourcesEvents;

typedef struct _LvVideoSources LvVideoSources;

/* @events is static; @owner outlives the object, which must not be freed in an event. */
LvVideoSources *lv_video_sources_new (const LvVideoSourcesEvents *events, gpointer owner);
void lv_video_sources_free (LvVideoSources *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvVideoSources, lv_video_sources_free)

/* Returns the number of the new source, or 0. Takes request->remote, also on failure. @client: to
 * whom it belongs. TOO_MANY, and the errors of lv_video_stream_new(). */
guint lv_video_sources_attach (LvVideoSources *self, const char *client,
                               const LvVideoRequest *request, GError **error);

/* INVALID_ARGS when there is no such source. */
gboolean lv_video_sources_detach (LvVideoSources *self, guint id, GError **error);

/* Removes those of @client; NULL: all. */
void lv_video_sources_drop (LvVideoSources *self, const char *client);

guint lv_video_sources_count (LvVideoSources *self);
/* The source at @i, in the order in which they were attached; borrowed. */
const LvVideoInfo *lv_video_sources_peek (LvVideoSources *self, guint i);
