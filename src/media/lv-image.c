/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-image.h"

#include <string.h>

/* The sizes of both formats are big-endian. */
static guint
read_u16 (const guint8 *at)
{
  return at[0] << 8 | at[1];
}

static guint
read_u32 (const guint8 *at)
{
  return (guint) at[0] << 24 | at[1] << 16 | read_u16 (at + 2);
}

/* The signature and the header that has to be the first chunk. */
static gboolean
measure_png (const guint8 *bytes, gsize n_bytes, LvImageInfo *info)
{
  static const guint8 ihdr[] = { 0, 0, 0, 13, 'I', 'H', 'D', 'R' };

  if (n_bytes < 33 || memcmp (bytes + 8, ihdr, sizeof ihdr) != 0)
    return FALSE;
  info->width = read_u32 (bytes + 16);
  info->height = read_u32 (bytes + 20);
  return TRUE;
}

/* C4 (tables), C8 (reserved) and CC (arithmetic conditioning) lie among the frame headers. */
static gboolean
is_frame_header (guint8 marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* Goes from segment to segment to the frame header. */
static gboolean
measure_jpeg (const guint8 *bytes, gsize n_bytes, LvImageInfo *info)
{
  gsize at = 2;

  while (at + 9 <= n_bytes && bytes[at] == 0xff)
    {
      guint8 marker = bytes[at + 1];

      if (is_frame_header (marker))
        {
          info->height = read_u16 (bytes + at + 5);
          info->width = read_u16 (bytes + at + 7);
          return TRUE;
        }
      if (marker == 0xff) /* padding */
        at += 1;
      else if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda))
        return FALSE; /* no segment, or the picture itself */
      else
        at += 2 + read_u16 (bytes + at + 2);
    }
  return FALSE;
}

static const struct {
  const char *mime_type;
  const char *signature;
  gsize n_signature;
  gboolean (*measure) (const guint8 *, gsize, LvImageInfo *);
} formats[] = {
  { LV_IMAGE_JPEG, "\xff\xd8\xff", 3, measure_jpeg },
  { LV_IMAGE_PNG, "\x89PNG\r\n\x1a\n", 8, measure_png },
};

static gboolean
measure (GBytes *image, LvImageInfo *info, GError **error)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (image, &n_bytes);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      if (n_bytes < formats[i].n_signature ||
          memcmp (bytes, formats[i].signature, formats[i].n_signature) != 0)
        continue;
      info->mime_type = formats[i].mime_type;
      info->is_jpeg = formats[i].measure == measure_jpeg;
      if (formats[i].measure (bytes, n_bytes, info) && info->width > 0 && info->height > 0)
        return TRUE;
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "The %s picture is damaged",
                   formats[i].mime_type);
      return FALSE;
    }
  g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                       "The picture is neither JPEG nor PNG");
  return FALSE;
}

gboolean
lv_image_recognise (GBytes *image, const char *mime_type, LvImageInfo *ret_info, GError **error)
{
  LvImageInfo info = { NULL };

  if (g_bytes_get_size (image) > LV_IMAGE_MAX_BYTES)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE, "The picture is larger than %d bytes",
                   LV_IMAGE_MAX_BYTES);
      return FALSE;
    }
  if (!measure (image, &info, error))
    return FALSE;
  if (*mime_type != '\0' && !g_str_equal (mime_type, info.mime_type))
    g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "The picture is %s, not \"%s\"",
                 info.mime_type, mime_type);
  else if (MAX (info.width, info.height) > LV_IMAGE_MAX_SIDE)
    g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE,
                 "The picture has %u times %u pixels; at most %d a side are taken", info.width,
                 info.height, LV_IMAGE_MAX_SIDE);
  else
    {
      *ret_info = info;
      return TRUE;
    }
  return FALSE;
}
