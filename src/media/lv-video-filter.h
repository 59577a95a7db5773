/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of the pictures of one source those that are worth sending, as JPEG: a picture like the last one
 * sent tells the model nothing and would be billed.
 *
 * Like: pictures are compared as 32 x 32 patches of mean colour. One has changed when any patch
 * differs by more than LV_VIDEO_PATCH_DIFFERENCE in any colour, or all patches on average by more
 * than LV_VIDEO_MEAN_DIFFERENCE, of 255, or when its size is another one. That sees a word typed
 * and a hand raised, but neither the noise of a camera nor its exposure breathing. Compared with
 * the last picture sent, so that what changes slowly is seen as well.
 *
 * One thread at a time, not the main loop.
 */
#pragma once

#include "media/lv-video-picture.h"

#define LV_VIDEO_PATCHES 32
#define LV_VIDEO_PATCH_DIFFERENCE 8
#define LV_VIDEO_MEAN_DIFFERENCE 2

typedef struct _LvVideoFilter LvVideoFilter;

/* @max_side: of what comes out, pixels. */
LvVideoFilter *lv_video_filter_new (guint max_side);
void lv_video_filter_free (LvVideoFilter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvVideoFilter, lv_video_filter_free)

/* A JPEG of the picture; NULL without an error when it has not changed. Errors of
 * lv_video_picture_check(). */
GBytes *lv_video_filter_take (LvVideoFilter *self, const LvVideoPicture *picture, GError **error);

/* The same for what is a JPEG already; it is handed on as it is when it is small enough. Errors of
 * lv_jpeg_inspect(). */
GBytes *lv_video_filter_take_jpeg (LvVideoFilter *self, const guint8 *data, gsize size,
                                   GError **error);
