/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-video-scale.h"

#include <string.h>

static void
check_fit (guint width, guint height, guint wanted_width, guint wanted_height)
{
  lv_video_fit (&width, &height, 768);
  g_assert_cmpuint (width, ==, wanted_width);
  g_assert_cmpuint (height, ==, wanted_height);
}

static void
test_fit (void)
{
  check_fit (640, 480, 640, 480);
  check_fit (768, 768, 768, 768);
  check_fit (1920, 1080, 768, 432);
  check_fit (1080, 1920, 432, 768);
  check_fit (8192, 1, 768, 1);
}

static guint8 *
scale (const guint8 *rgb, guint width, guint height, guint to_width, guint to_height)
{
  LvVideoPicture picture = { .format = LV_VIDEO_RGB, .width = width, .height = height };

  lv_video_picture_set_block (&picture, rgb, 3 * width * height, 0);
  g_assert_true (lv_video_picture_check (&picture, NULL));
  return lv_video_scale (&picture, to_width, to_height);
}

static void
test_means (void)
{
  const guint8 rgb[] = { 0, 100, 255, 10, 100, 255, 20, 7, 1, 21, 7, 2 };
  g_autofree guint8 *same = scale (rgb, 2, 2, 2, 2);
  g_autofree guint8 *one = scale (rgb, 2, 2, 1, 1);
  g_autofree guint8 *rows = scale (rgb, 2, 2, 1, 2);
  const guint8 wanted_one[] = { 13, 54, 128 }, wanted_rows[] = { 5, 100, 255, 21, 7, 2 };

  g_assert_cmpmem (same, 12, rgb, 12);
  g_assert_cmpmem (one, 3, wanted_one, 3);
  g_assert_cmpmem (rows, 6, wanted_rows, 6);
}

/* Sizes that do not divide: every pixel counts in exactly one box, white stays white. */
static void
test_uneven (void)
{
  g_autofree guint8 *white = g_malloc (3 * 101 * 67);

  memset (white, 255, 3 * 101 * 67);
  for (guint side = 1; side <= 67; side++)
    {
      g_autofree guint8 *scaled = scale (white, 101, 67, side, side);

      for (guint i = 0; i < 3 * side * side; i++)
        g_assert_cmpuint (scaled[i], ==, 255);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/video-scale/fit", test_fit);
  g_test_add_func ("/video-scale/means", test_means);
  g_test_add_func ("/video-scale/uneven", test_uneven);
  return g_test_run ();
}
