/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-feed.h"

#include "audio/lv-pw-capture.h"

#include <string.h>

struct _LvFeed {
  LvCapture *stream;   /* owned */
  LvCapture *listener; /* not owned */
  LvFeedFailed failed;
  gpointer data;

  gint16 past[LV_FEED_PAST_CHUNKS][LV_CHUNK_FRAMES]; /* a ring */
  guint n_past;                                      /* chunks so far */
};

static void
on_stream_chunk (LvCapture *stream, const gint16 *samples, guint n_samples, gpointer data)
{
  LvFeed *feed = data;

  memcpy (feed->past[feed->n_past++ % LV_FEED_PAST_CHUNKS], samples, sizeof feed->past[0]);
  if (feed->listener != NULL)
    lv_capture_emit_chunk (feed->listener, samples, n_samples);
}

static void
on_stream_failed (LvCapture *stream, const GError *error, LvFeed *feed)
{
  feed->failed (feed, error, feed->data);
}

LvFeed *
lv_feed_new (LvPwContext *context, const char *target, const char *description, LvFeedFailed failed,
             gpointer data, GError **error)
{
  g_autoptr (LvCapture) stream = lv_pw_capture_new (context, target, description);
  LvFeed *feed;

  if (!lv_capture_start (stream, error))
    return NULL;
  feed = g_new0 (LvFeed, 1);
  feed->failed = failed;
  feed->data = data;
  lv_capture_set_listener (stream, on_stream_chunk, feed);
  g_signal_connect (stream, "failed", G_CALLBACK (on_stream_failed), feed);
  feed->stream = g_steal_pointer (&stream);
  return feed;
}

void
lv_feed_free (LvFeed *feed)
{
  g_signal_handlers_disconnect_by_data (feed->stream, feed);
  lv_capture_set_listener (feed->stream, NULL, NULL);
  lv_capture_stop (feed->stream);
  g_object_unref (feed->stream);
  g_free (feed);
}

void
lv_feed_set_listener (LvFeed *feed, LvCapture *who)
{
  feed->listener = who;
}

LvCapture *
lv_feed_get_listener (LvFeed *feed)
{
  return feed->listener;
}

void
lv_feed_replay (LvFeed *feed)
{
  g_autoptr (LvCapture) listener = g_object_ref (feed->listener);
  guint n = MIN (feed->n_past, LV_FEED_PAST_CHUNKS);
  guint first = feed->n_past - n;
  gint16 past[LV_FEED_PAST_CHUNKS][LV_CHUNK_FRAMES];

  memcpy (past, feed->past, sizeof past);
  for (guint i = first; i < first + n && lv_capture_is_running (listener); i++)
    lv_capture_emit_chunk (listener, past[i % LV_FEED_PAST_CHUNKS], LV_CHUNK_FRAMES);
}
