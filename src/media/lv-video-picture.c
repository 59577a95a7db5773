/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-video-picture.h"

typedef void (*ReadRow) (const LvVideoPicture *self, guint y, guint8 *rgb);

typedef struct {
  const char *name;
  guint n_planes;
  guint bytes[LV_VIDEO_MAX_PLANES];   /* of one sample of the plane */
  guint x_shift[LV_VIDEO_MAX_PLANES]; /* pixels of one sample, as a power of two */
  guint y_shift[LV_VIDEO_MAX_PLANES];
  ReadRow read_row;
} Layout;

static const guint8 *
get_row (const LvVideoPicture *self, guint i, guint y)
{
  return self->planes[i].data + y * self->planes[i].stride;
}

static void
read_bgrx (const LvVideoPicture *self, guint y, guint8 *rgb)
{
  const guint8 *in = get_row (self, 0, y);

  for (guint x = 0; x < self->width; x++)
    {
      rgb[3 * x] = in[4 * x + 2];
      rgb[3 * x + 1] = in[4 * x + 1];
      rgb[3 * x + 2] = in[4 * x];
    }
}

static void
read_rgbx (const LvVideoPicture *self, guint y, guint8 *rgb)
{
  const guint8 *in = get_row (self, 0, y);

  for (guint x = 0; x < self->width; x++)
    memcpy (rgb + 3 * x, in + 4 * x, 3);
}

static void
read_rgb (const LvVideoPicture *self, guint y, guint8 *rgb)
{
  memcpy (rgb, get_row (self, 0, y), 3 * (gsize) self->width);
}

static guint8
to_byte (gint value)
{
  return CLAMP (value >> 8, 0, 255);
}

static void
put_yuv (guint8 *rgb, gint y, gint u, gint v)
{
  gint luma = 298 * (y - 16) + 128;

  u -= 128;
  v -= 128;
  rgb[0] = to_byte (luma + 409 * v);
  rgb[1] = to_byte (luma - 100 * u - 208 * v);
  rgb[2] = to_byte (luma + 516 * u);
}

static void
read_yuy2 (const LvVideoPicture *self, guint y, guint8 *rgb)
{
  const guint8 *in = get_row (self, 0, y);

  for (guint x = 0; x < self->width; x++)
    {
      const guint8 *pair = in + 4 * (x / 2);

      put_yuv (rgb + 3 * x, pair[2 * (x % 2)], pair[1], pair[3]);
    }
}

static void
read_nv12 (const LvVideoPicture *self, guint y, guint8 *rgb)
{
  const guint8 *luma = get_row (self, 0, y);
  const guint8 *chroma = get_row (self, 1, y / 2);

  for (guint x = 0; x < self->width; x++)
    put_yuv (rgb + 3 * x, luma[x], chroma[x / 2 * 2], chroma[x / 2 * 2 + 1]);
}

static void
read_i420 (const LvVideoPicture *self, guint y, guint8 *rgb)
{
  const guint8 *luma = get_row (self, 0, y);
  const guint8 *u = get_row (self, 1, y / 2);
  const guint8 *v = get_row (self, 2, y / 2);

  for (guint x = 0; x < self->width; x++)
    put_yuv (rgb + 3 * x, luma[x], u[x / 2], v[x / 2]);
}

static const Layout layouts[LV_VIDEO_N_FORMATS] = {
  [LV_VIDEO_BGRX] = { "BGRx", 1, { 4 }, { 0 }, { 0 }, read_bgrx },
  [LV_VIDEO_RGBX] = { "RGBx", 1, { 4 }, { 0 }, { 0 }, read_rgbx },
  [LV_VIDEO_RGB] = { "RGB", 1, { 3 }, { 0 }, { 0 }, read_rgb },
  [LV_VIDEO_YUY2] = { "YUY2", 1, { 4 }, { 1 }, { 0 }, read_yuy2 },
  [LV_VIDEO_NV12] = { "NV12", 2, { 1, 2 }, { 0, 1 }, { 0, 1 }, read_nv12 },
  [LV_VIDEO_I420] = { "I420", 3, { 1, 1, 1 }, { 0, 1, 1 }, { 0, 1, 1 }, read_i420 },
};

static guint
divide_up (guint n, guint shift)
{
  return (n + (1u << shift) - 1) >> shift;
}

/* Without padding. */
static gsize
get_row_bytes (const Layout *layout, guint i, guint width)
{
  return (gsize) layout->bytes[i] * divide_up (width, layout->x_shift[i]);
}

/* The stride of plane @i that goes with that of the first plane. */
static gsize
get_block_stride (const Layout *layout, guint i, gsize stride)
{
  return i == 0 ? stride : (stride * layout->bytes[i] + 1) >> layout->x_shift[i];
}

gboolean
lv_video_check_size (guint width, guint height, GError **error)
{
  if (width == 0 || height == 0)
    g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "The picture is empty");
  else if (width > LV_VIDEO_MAX_SIDE || height > LV_VIDEO_MAX_SIDE ||
           (guint64) width * height > LV_VIDEO_MAX_PIXELS)
    g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE,
                 "A picture of %u x %u pixels is too large; at most %u megapixels are taken", width,
                 height, LV_VIDEO_MAX_PIXELS / 1000000);
  else
    return TRUE;
  return FALSE;
}

const char *
lv_video_spec_to_name (const LvVideoSpec *spec)
{
  return spec->is_jpeg ? "MJPG" : layouts[spec->format].name;
}

guint
lv_video_count_planes (LvVideoFormat format)
{
  return layouts[format].n_planes;
}

gsize
lv_video_get_stride (LvVideoFormat format, guint width)
{
  const Layout *layout = &layouts[format];

  return layout->n_planes == 1 ? get_row_bytes (layout, 0, width)
                               : (gsize) 2 * divide_up (width, 1);
}

gsize
lv_video_get_block_bytes (LvVideoFormat format, guint height, gsize stride)
{
  const Layout *layout = &layouts[format];
  gsize size = 0;

  for (guint i = 0; i < layout->n_planes; i++)
    size += get_block_stride (layout, i, stride) * divide_up (height, layout->y_shift[i]);
  return size;
}

void
lv_video_picture_set_block (LvVideoPicture *self, const guint8 *data, gsize size, gsize stride)
{
  const Layout *layout = &layouts[self->format];

  if (stride == 0)
    stride = lv_video_get_stride (self->format, self->width);
  for (guint i = 0; i < layout->n_planes; i++)
    {
      gsize plane_stride = get_block_stride (layout, i, stride);
      gsize used = MIN (size, plane_stride * divide_up (self->height, layout->y_shift[i]));

      self->planes[i] = (LvVideoPlane){ data, used, plane_stride };
      data += used;
      size -= used;
    }
}

gboolean
lv_video_picture_check (const LvVideoPicture *self, GError **error)
{
  const Layout *layout = &layouts[self->format];

  if (!lv_video_check_size (self->width, self->height, error))
    return FALSE;
  for (guint i = 0; i < layout->n_planes; i++)
    {
      const LvVideoPlane *plane = &self->planes[i];
      gsize row = get_row_bytes (layout, i, self->width);
      guint n_rows = divide_up (self->height, layout->y_shift[i]);

      if (plane->stride < row || plane->size < row ||
          plane->stride > (n_rows > 1 ? (plane->size - row) / (n_rows - 1) : G_MAXSIZE))
        {
          g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                       "The picture's memory is too small for %u x %u pixels", self->width,
                       self->height);
          return FALSE;
        }
    }
  return TRUE;
}

void
lv_video_picture_crop (LvVideoPicture *self, gint x, gint y, guint width, guint height)
{
  const Layout *layout = &layouts[self->format];
  gsize offset;

  if (layout->n_planes != 1 || layout->x_shift[0] != 0 || x < 0 || y < 0 ||
      (guint) x >= self->width || (guint) y >= self->height || width == 0 || height == 0)
    return;
  offset = y * self->planes[0].stride + (gsize) x * layout->bytes[0];
  self->planes[0].data += offset;
  self->planes[0].size -= offset;
  self->width = MIN (width, self->width - x);
  self->height = MIN (height, self->height - y);
}

void
lv_video_picture_read_row (const LvVideoPicture *self, guint y, guint8 *rgb)
{
  layouts[self->format].read_row (self, y, rgb);
}
