/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The functions of libjpeg-turbo 2 that 3 has kept.
 */
#include "media/lv-jpeg.h"

#include "media/lv-video-scale.h"

#include <turbojpeg.h>

#define MARKER_START 0xd8
#define MARKER_HUFFMAN_TABLES 0xc4
#define MARKER_SCAN 0xda
#define N_SCALES 4 /* 1, 1/2, 1/4, 1/8 */

typedef void Codec;

static void
codec_free (Codec *codec)
{
  tjDestroy (codec);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Codec, codec_free)

/* The segments before the first scan: 0xff, marker, length with itself, contents. */
static gboolean
has_huffman_tables (const guint8 *data, gsize size)
{
  for (gsize at = 2; at + 4 <= size && data[at] == 0xff;)
    {
      if (data[at + 1] == MARKER_HUFFMAN_TABLES)
        return TRUE;
      if (data[at + 1] == MARKER_SCAN)
        return FALSE;
      at += 2 + (data[at + 2] << 8 | data[at + 3]);
    }
  return FALSE;
}

static gboolean
read_header (Codec *codec, const guint8 *data, gsize size, LvJpegInfo *info, GError **error)
{
  int width = 0, height = 0, sampling, space; /* tables alone have no size */

  if (size < 4 || data[0] != 0xff || data[1] != MARKER_START ||
      tjDecompressHeader3 (codec, data, size, &width, &height, &sampling, &space) < 0)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "This is no JPEG picture");
      return FALSE;
    }
  *info = (LvJpegInfo){ width, height, has_huffman_tables (data, size) };
  return lv_video_check_size (width, height, error);
}

gboolean
lv_jpeg_inspect (const guint8 *data, gsize size, LvJpegInfo *info, GError **error)
{
  g_autoptr (Codec) codec = tjInitDecompress ();

  return read_header (codec, data, size, info, error);
}

GBytes *
lv_jpeg_encode (const guint8 *rgb, guint width, guint height, GError **error)
{
  g_autoptr (Codec) codec = tjInitCompress ();
  guint8 *jpeg = NULL;
  gulong size = 0;

  if (tjCompress2 (codec, rgb, width, 0, height, TJPF_RGB, &jpeg, &size, TJSAMP_420,
                   LV_JPEG_QUALITY, 0) == 0)
    return g_bytes_new_with_free_func (jpeg, size, (GDestroyNotify) tjFree, jpeg);
  tjFree (jpeg);
  g_set_error (error, LV_ERROR, LV_ERROR_FAILED, "The picture cannot be made a JPEG: %s",
               tjGetErrorStr2 (codec));
  return NULL;
}

static tjscalingfactor
choose_scale (const LvJpegInfo *info, guint min_side)
{
  tjscalingfactor scale = { 1, 1 << (N_SCALES - 1) };

  while (scale.denom > 1 && TJSCALED (MAX (info->width, info->height), scale) < min_side)
    scale.denom /= 2;
  return scale;
}

/* Damage that leaves a picture (a warning) is shown as the picture, as everywhere. */
guint8 *
lv_jpeg_decode (const guint8 *data, gsize size, guint min_side, guint *width, guint *height,
                GError **error)
{
  g_autoptr (Codec) codec = tjInitDecompress ();
  g_autofree guint8 *rgb = NULL;
  tjscalingfactor scale;
  LvJpegInfo info;

  if (!read_header (codec, data, size, &info, error))
    return NULL;
  scale = choose_scale (&info, min_side);
  *width = TJSCALED (info.width, scale);
  *height = TJSCALED (info.height, scale);
  rgb = g_malloc0 (3 * (gsize) *width * *height);
  if (tjDecompress2 (codec, data, size, rgb, *width, 0, *height, TJPF_RGB, TJFLAG_LIMITSCANS) < 0 &&
      tjGetErrorCode (codec) != TJERR_WARNING)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "The JPEG picture is damaged: %s",
                   tjGetErrorStr2 (codec));
      return NULL;
    }
  return g_steal_pointer (&rgb);
}

static GBytes *
encode_scaled (const guint8 *rgb, guint width, guint height, guint max_side, GError **error)
{
  LvVideoPicture picture = { .format = LV_VIDEO_RGB, .width = width, .height = height };
  g_autofree guint8 *scaled = NULL;

  lv_video_picture_set_block (&picture, rgb, 3 * (gsize) width * height, 0);
  lv_video_fit (&width, &height, max_side);
  scaled = lv_video_scale (&picture, width, height);
  return lv_jpeg_encode (scaled, width, height, error);
}

GBytes *
lv_jpeg_shrink (GBytes *jpeg, guint max_side, GError **error)
{
  g_autofree guint8 *rgb = NULL;
  guint width, height;
  LvJpegInfo info;
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);

  if (!lv_jpeg_inspect (data, size, &info, error))
    return NULL;
  if (info.complete && MAX (info.width, info.height) <= max_side)
    return g_bytes_ref (jpeg);
  rgb = lv_jpeg_decode (data, size, max_side, &width, &height, error);
  return rgb != NULL ? encode_scaled (rgb, width, height, max_side, error) : NULL;
}
