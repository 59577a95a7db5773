/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One picture out of a file descriptor that somebody else made, and may truncate, refill, never
 * write to or have made of something odd. Only a sealed memfd is mapped: everything else could
 * shrink under us. What could block is read by a thread of its own, which is left behind when it is
 * late; how many of them there may be is bounded. Main thread, which never waits.
 */
#pragma once

#include "media/lv-image.h"

#define LV_FRAME_TIMEOUT_MS 5000 /* for a descriptor to deliver */
#define LV_FRAME_MAX_THREADS 8   /* at once, counting those that nobody waits for any more */

typedef struct {
  GBytes *image;
  const char *mime_type; /* static */
} LvFrame;

void lv_frame_free (LvFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvFrame, lv_frame_free)

#define LV_TYPE_FRAME_READER (lv_frame_reader_get_type ())
G_DECLARE_FINAL_TYPE (LvFrameReader, lv_frame_reader, LV, FRAME_READER, GObject)

/* One is enough for all sessions. */
LvFrameReader *lv_frame_reader_new (void);

/* @fd is taken, and closed on every path. @mime_type: what the sender says that it is, or "".
 * @max_side: a larger JPEG picture is made smaller. */
void lv_frame_reader_read_async (LvFrameReader *self, int fd, const char *mime_type, guint max_side,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
/* The same for bytes that are here already. */
void lv_frame_reader_take_async (LvFrameReader *self, GBytes *image, const char *mime_type,
                                 guint max_side, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* Of both. INVALID_ARGS, TOO_LARGE, TIMEOUT, TOO_MANY; G_IO_ERROR_CANCELLED. */
LvFrame *lv_frame_reader_finish (LvFrameReader *self, GAsyncResult *result, GError **error);
