/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures made smaller: each pixel is the mean of the pixels in its place (box filter). Pure, any
 * thread; reads the whole picture, so not for the main loop.
 */
#pragma once

#include "media/lv-video-picture.h"

/* The largest size with the same proportions and no side above @max_side. */
void lv_video_fit (guint *width, guint *height, guint max_side);

/* A checked picture as RGB without padding, 3 * width * height bytes, g_free(). Neither @width nor
 * @height is more than the picture has. */
guint8 *lv_video_scale (const LvVideoPicture *picture, guint width, guint height);
