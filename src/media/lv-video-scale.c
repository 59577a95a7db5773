/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-video-scale.h"

void
lv_video_fit (guint *width, guint *height, guint max_side)
{
  guint side = MAX (*width, *height);

  if (side <= max_side)
    return;
  *width = MAX (1, (guint64) *width * max_side / side);
  *height = MAX (1, (guint64) *height * max_side / side);
}

/* Where box @i of @n begins in @length pixels. */
static guint
get_edge (guint i, guint n, guint length)
{
  return (guint64) i * length / n;
}

static void
add_row (guint32 *sums, const guint8 *rgb, const guint *edges, guint width)
{
  for (guint x = 0; x < width; x++, sums += 3)
    for (const guint8 *p = rgb + 3 * edges[x], *end = rgb + 3 * edges[x + 1]; p < end; p += 3)
      {
        sums[0] += p[0];
        sums[1] += p[1];
        sums[2] += p[2];
      }
}

static void
put_means (guint8 *out, const guint32 *sums, const guint *edges, guint width, guint n_rows)
{
  for (guint x = 0; x < width; x++, sums += 3, out += 3)
    {
      guint32 n = (edges[x + 1] - edges[x]) * n_rows;

      for (guint c = 0; c < 3; c++)
        out[c] = (sums[c] + n / 2) / n;
    }
}

guint8 *
lv_video_scale (const LvVideoPicture *picture, guint width, guint height)
{
  gsize stride = 3 * (gsize) width;
  g_autofree guint8 *row = g_malloc (3 * (gsize) picture->width);
  g_autofree guint32 *sums = g_new (guint32, stride);
  g_autofree guint *edges = g_new (guint, width + 1);
  g_autofree guint8 *scaled = g_malloc (stride * height);

  g_return_val_if_fail (width >= 1 && width <= picture->width, NULL);
  g_return_val_if_fail (height >= 1 && height <= picture->height, NULL);

  for (guint x = 0; x <= width; x++)
    edges[x] = get_edge (x, width, picture->width);
  for (guint y = 0; y < height; y++)
    {
      guint first = get_edge (y, height, picture->height);
      guint end = get_edge (y + 1, height, picture->height);

      memset (sums, 0, stride * sizeof *sums);
      for (guint i = first; i < end; i++)
        {
          lv_video_picture_read_row (picture, i, row);
          add_row (sums, row, edges, width);
        }
      put_means (scaled + y * stride, sums, edges, width, end - first);
    }
  return g_steal_pointer (&scaled);
}
