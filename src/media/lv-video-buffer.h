/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bytes of one PipeWire buffer, copied out of memory that belongs to somebody else: what a
 * producer made is not mapped, and every number in it is read once and then checked. PipeWire's
 * thread.
 */
#pragma once

#include "media/lv-video-format.h"

#include <spa/buffer/buffer.h>

typedef struct _LvVideoBuffer LvVideoBuffer;

LvVideoBuffer *lv_video_buffer_new (void);
void lv_video_buffer_free (LvVideoBuffer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvVideoBuffer, lv_video_buffer_free)

/* Whether there is a picture in @buffer at all: producers also send empty and broken ones. */
gboolean lv_video_buffer_is_usable (struct spa_buffer *buffer);

/* Copies what @buffer holds. INVALID_ARGS, TOO_LARGE, UNSUPPORTED (no memory file). */
gboolean lv_video_buffer_read (LvVideoBuffer *self, struct spa_buffer *buffer,
                               const LvVideoSpec *spec, GError **error);

/* Of what was read last: the bytes of a JPEG, borrowed until the next read. */
const guint8 *lv_video_buffer_get_jpeg (LvVideoBuffer *self, gsize *size);

/* Of what was read last: the picture, checked and cropped, borrowed likewise. INVALID_ARGS. */
gboolean lv_video_buffer_get_picture (LvVideoBuffer *self, LvVideoPicture *picture, GError **error);
