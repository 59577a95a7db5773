/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An uncompressed picture in somebody else's memory: what its planes must hold, and its rows as
 * RGB. The sizes come from a peer: check once, then read. Pure, any thread.
 */
#pragma once

#include "base/lv-error.h"

#define LV_VIDEO_MAX_SIDE 8192                 /* pixels */
#define LV_VIDEO_MAX_PIXELS (24 * 1000 * 1000) /* of a picture; 6000 x 4000 */
#define LV_VIDEO_MAX_PLANES 3

/* Bytes in the order of the name; YUV is BT.601 with the narrow range, as cameras send it. */
typedef enum {
  LV_VIDEO_BGRX,
  LV_VIDEO_RGBX,
  LV_VIDEO_RGB,
  LV_VIDEO_YUY2,
  LV_VIDEO_NV12,
  LV_VIDEO_I420,
  LV_VIDEO_N_FORMATS
} LvVideoFormat;

/* What a source delivers. */
typedef struct {
  gboolean is_jpeg;
  LvVideoFormat format; /* unless is_jpeg */
  guint width;          /* pixels */
  guint height;
} LvVideoSpec;

typedef struct {
  const guint8 *data;
  gsize size;   /* bytes that may be read at data */
  gsize stride; /* bytes from one row to the next */
} LvVideoPlane;

typedef struct {
  LvVideoFormat format;
  guint width; /* pixels */
  guint height;
  LvVideoPlane planes[LV_VIDEO_MAX_PLANES];
} LvVideoPicture;

/* TOO_LARGE above the limits, INVALID_ARGS for an empty picture. */
gboolean lv_video_check_size (guint width, guint height, GError **error);

/* For people: "BGRx" ... "I420", "MJPG"; static. */
const char *lv_video_spec_to_name (const LvVideoSpec *spec);

guint lv_video_count_planes (LvVideoFormat format);

/* The least bytes from row to row of the first plane: even where pixels share colour. */
gsize lv_video_get_stride (LvVideoFormat format, guint width);

/* Bytes of a whole picture whose planes follow each other, with rows of @stride bytes in the first
 * one and as many in proportion in the others. */
gsize lv_video_get_block_bytes (LvVideoFormat format, guint height, gsize stride);

/* Sets the planes of @self to such a block, @size bytes at @data; stride 0: the least. Does not
 * check. */
void lv_video_picture_set_block (LvVideoPicture *self, const guint8 *data, gsize size,
                                 gsize stride);

/* Whether every pixel lies within its plane; as lv_video_check_size(), and INVALID_ARGS. All the
 * functions below want a checked picture. */
gboolean lv_video_picture_check (const LvVideoPicture *self, GError **error);

/* Only the rectangle, as far as it lies within the picture; a format with subsampled colour and an
 * empty rectangle stay as they are. */
void lv_video_picture_crop (LvVideoPicture *self, gint x, gint y, guint width, guint height);

/* Row @y as 3 * width bytes. */
void lv_video_picture_read_row (const LvVideoPicture *self, guint y, guint8 *rgb);
