/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-video-filter.h"

#include "media/lv-jpeg.h"
#include "media/lv-video-scale.h"

struct _LvVideoFilter {
  guint max_side;
  guint8 *last;     /* the patches of the last picture that went out */
  guint last_width; /* its size, pixels */
  guint last_height;
};

LvVideoFilter *
lv_video_filter_new (guint max_side)
{
  LvVideoFilter *self = g_new0 (LvVideoFilter, 1);

  self->max_side = max_side;
  return self;
}

void
lv_video_filter_free (LvVideoFilter *self)
{
  g_free (self->last);
  g_free (self);
}

static gboolean
differ (const guint8 *a, const guint8 *b, gsize n)
{
  guint64 sum = 0;

  for (gsize i = 0; i < n; i++)
    {
      guint difference = ABS (a[i] - b[i]);

      if (difference > LV_VIDEO_PATCH_DIFFERENCE)
        return TRUE;
      sum += difference;
    }
  return sum > n * LV_VIDEO_MEAN_DIFFERENCE;
}

/* Whether @picture differs from the last one for which this said so. */
static gboolean
notice (LvVideoFilter *self, const LvVideoPicture *picture)
{
  guint width = MIN (picture->width, LV_VIDEO_PATCHES);
  guint height = MIN (picture->height, LV_VIDEO_PATCHES);
  gsize n = 3 * width * height;
  g_autofree guint8 *patches = lv_video_scale (picture, width, height);

  if (picture->width == self->last_width && picture->height == self->last_height &&
      !differ (patches, self->last, n))
    return FALSE;
  g_free (self->last);
  self->last = g_steal_pointer (&patches);
  self->last_width = picture->width;
  self->last_height = picture->height;
  return TRUE;
}

static void
init_rgb (LvVideoPicture *picture, const guint8 *rgb, guint width, guint height)
{
  *picture = (LvVideoPicture){ .format = LV_VIDEO_RGB, .width = width, .height = height };
  lv_video_picture_set_block (picture, rgb, 3 * (gsize) width * height, 0);
}

GBytes *
lv_video_filter_take (LvVideoFilter *self, const LvVideoPicture *picture, GError **error)
{
  guint width = picture->width, height = picture->height;
  g_autofree guint8 *rgb = NULL;
  LvVideoPicture scaled;

  if (!lv_video_picture_check (picture, error))
    return NULL;
  lv_video_fit (&width, &height, self->max_side);
  rgb = lv_video_scale (picture, width, height);
  init_rgb (&scaled, rgb, width, height);
  return notice (self, &scaled) ? lv_jpeg_encode (rgb, width, height, error) : NULL;
}

GBytes *
lv_video_filter_take_jpeg (LvVideoFilter *self, const guint8 *data, gsize size, GError **error)
{
  g_autofree guint8 *rgb = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  LvVideoPicture picture;
  guint width, height;

  rgb = lv_jpeg_decode (data, size, 8 * LV_VIDEO_PATCHES, &width, &height, error);
  if (rgb == NULL)
    return NULL;
  init_rgb (&picture, rgb, width, height);
  if (!notice (self, &picture))
    return NULL;
  jpeg = g_bytes_new (data, size);
  return lv_jpeg_shrink (jpeg, self->max_side, error);
}
