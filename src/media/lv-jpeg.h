/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JPEG by libjpeg-turbo: the only form in which pictures leave for the model. What comes from peers
 * may be damaged, endless or huge: it is looked at before it is decoded, and decoded as small as it
 * is needed. Any thread; costs milliseconds, so not for the main loop.
 */
#pragma once

#include "base/lv-error.h"

#define LV_JPEG_QUALITY 75

typedef struct {
  guint width; /* pixels */
  guint height;
  gboolean complete; /* has its own Huffman tables, which frames of cameras often lack */
} LvJpegInfo;

/* INVALID_ARGS: no JPEG; TOO_LARGE: as lv_video_check_size(). */
gboolean lv_jpeg_inspect (const guint8 *data, gsize size, LvJpegInfo *info, GError **error);

/* @rgb: 3 * width * height bytes. */
GBytes *lv_jpeg_encode (const guint8 *rgb, guint width, guint height, GError **error);

/* RGB without padding, g_free(). Made smaller while decoding, by powers of two down to an eighth,
 * as long as the longer side keeps @min_side. Errors of lv_jpeg_inspect(). */
guint8 *lv_jpeg_decode (const guint8 *data, gsize size, guint min_side, guint *width, guint *height,
                        GError **error);

/* @jpeg itself (a new reference) when no side is above @max_side and it is complete, else a smaller
 * one. Errors of lv_jpeg_inspect(). */
GBytes *lv_jpeg_shrink (GBytes *jpeg, guint max_side, GError **error);
