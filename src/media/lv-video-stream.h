/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one camera or screen shows: a connection to PipeWire of its own, with a thread of its own in
 * which pictures are copied, compared, made smaller and made JPEG. There is one picture in work at
 * a time; the others that come are given back unseen. The main thread, to which everything else
 * here belongs, gets the JPEGs.
 */
#pragma once

#include "media/lv-video-picture.h"

#define LV_VIDEO_CONNECT_TIMEOUT_S 10 /* until the stream runs */

typedef struct _LvVideoStream LvVideoStream;

typedef struct {
  int remote;     /* a connection to PipeWire, not yet used; -1: the user's own PipeWire */
  guint64 target; /* serial of the node, or its id */
  gboolean is_node_id;
  guint interval_ms; /* between pictures */
  guint max_side;    /* of the pictures, pixels */
} LvVideoRequest;

/* In the main loop. The stream may be freed in each of them. */
typedef struct {
  void (*started) (const LvVideoSpec *spec, gpointer owner); /* also when the format changes */
  void (*picture) (GBytes *jpeg, gpointer owner);            /* a picture that has changed */
  void (*failed) (const GError *error, gpointer owner);      /* nothing comes any more, free it */
} LvVideoStreamEvents;

/* Takes request->remote, also on failure. @events is static. NO_AUDIO_SERVER when there is no
 * PipeWire, INVALID_ARGS when the remote is no socket, FAILED without descriptors or threads; what
 * else is wrong comes by "failed". */
LvVideoStream *lv_video_stream_new (const LvVideoRequest *request,
                                    const LvVideoStreamEvents *events, gpointer owner,
                                    GError **error);

/* Waits for the picture in work, if any: some 10 ms. */
void lv_video_stream_free (LvVideoStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvVideoStream, lv_video_stream_free)
