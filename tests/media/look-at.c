/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a JPEG from standard input; prints width, height and the mean colours of its left and of its right half.
 */
#include "media/lv-jpeg.h"

#include <stdio.h>
#include <unistd.h>

static void
print_mean (const guint8 *rgb, guint width, guint height, guint from, guint to)
{
  guint64 sums[3] = { 0 };

  for (guint y = 0; y < height; y++)
    for (guint x = from; x < to; x++)
      for (guint i = 0; i < 3; i++)
        sums[i] += rgb[3 * (y * width + x) + i];
  for (guint i = 0; i < 3; i++)
    printf (" %u", (guint) (sums[i] / ((to - from) * height)));
}

int
main (void)
{
  g_autoptr (GByteArray) jpeg = g_byte_array_new ();
  g_autofree guint8 *rgb = NULL;
  guint8 block[4096];
  guint width, height;
  gssize n;

  while ((n = read (STDIN_FILENO, block, sizeof block)) > 0)
    g_byte_array_append (jpeg, block, n);
  rgb = lv_jpeg_decode (jpeg->data, jpeg->len, G_MAXUINT, &width, &height, NULL);
  if (rgb == NULL)
    return 1;
  printf ("%u %u", width, height);
  print_mean (rgb, width, height, 0, width / 2);
  print_mean (rgb, width, height, width / 2, width);
  return 0;
}
