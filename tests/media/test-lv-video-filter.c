/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-video-filter.h"

#include "media/lv-image.h"
#include "media/lv-jpeg.h"

#include <string.h>

#define WIDTH 1280
#define HEIGHT 720

static guint8 *
make_rgb (guint8 value)
{
  guint8 *rgb = g_malloc (3 * WIDTH * HEIGHT);

  memset (rgb, value, 3 * WIDTH * HEIGHT);
  return rgb;
}

static GBytes *
take (LvVideoFilter *filter, const guint8 *rgb)
{
  LvVideoPicture picture = { .format = LV_VIDEO_RGB, .width = WIDTH, .height = HEIGHT };
  g_autoptr (GError) error = NULL;
  GBytes *jpeg;

  lv_video_picture_set_block (&picture, rgb, 3 * WIDTH * HEIGHT, 0);
  jpeg = lv_video_filter_take (filter, &picture, &error);
  g_assert_no_error (error);
  return jpeg;
}

static gboolean
is_new (LvVideoFilter *filter, const guint8 *rgb)
{
  g_autoptr (GBytes) jpeg = take (filter, rgb);

  return jpeg != NULL;
}

static void
test_first (void)
{
  g_autoptr (LvVideoFilter) filter = lv_video_filter_new (LV_IMAGE_SIDE_DEFAULT);
  g_autofree guint8 *rgb = make_rgb (90);
  g_autoptr (GBytes) jpeg = take (filter, rgb);
  LvJpegInfo info;
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);

  g_assert_true (lv_jpeg_inspect (data, size, &info, NULL));
  g_assert_cmpuint (info.width, ==, 768);
  g_assert_cmpuint (info.height, ==, 432);
}

static void
test_noise (void)
{
  g_autoptr (LvVideoFilter) filter = lv_video_filter_new (LV_IMAGE_SIDE_DEFAULT);
  g_autofree guint8 *rgb = make_rgb (90);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  g_assert_true (is_new (filter, rgb));
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < 3 * WIDTH * HEIGHT; i++)
        rgb[i] = 90 + g_rand_int_range (random, -20, 21);
      g_assert_false (is_new (filter, rgb));
    }
}

/* Black on white, 8 x 14 pixels a letter with every second pixel set: a word is seen. */
static void
test_word (void)
{
  g_autoptr (LvVideoFilter) filter = lv_video_filter_new (LV_IMAGE_SIDE_DEFAULT);
  g_autofree guint8 *rgb = make_rgb (255);

  g_assert_true (is_new (filter, rgb));
  for (guint y = 300; y < 314; y++)
    for (guint x = 200; x < 248; x += 2)
      memset (rgb + 3 * (WIDTH * y + x), 0, 3);
  g_assert_true (is_new (filter, rgb));
  g_assert_false (is_new (filter, rgb));
}

static void
test_colour_alone (void)
{
  g_autoptr (LvVideoFilter) filter = lv_video_filter_new (LV_IMAGE_SIDE_DEFAULT);
  g_autofree guint8 *rgb = make_rgb (100);

  g_assert_true (is_new (filter, rgb));
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    {
      rgb[3 * i] += 20;
      rgb[3 * i + 1] -= 10;
    }
  g_assert_true (is_new (filter, rgb));
}

/* One step is too small to see; their sum is not. */
static void
test_slow (void)
{
  g_autoptr (LvVideoFilter) filter = lv_video_filter_new (LV_IMAGE_SIDE_DEFAULT);
  guint n_new = 0;

  for (guint value = 100; value < 110; value++)
    {
      g_autofree guint8 *rgb = make_rgb (value);

      n_new += is_new (filter, rgb);
    }
  g_assert_cmpuint (n_new, ==, 4);
}

static GBytes *
make_jpeg (guint8 value, guint width, guint height)
{
  g_autofree guint8 *rgb = make_rgb (value);

  return lv_jpeg_encode (rgb, width, height, NULL);
}

static GBytes *
take_jpeg (LvVideoFilter *filter, GBytes *jpeg)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  GBytes *taken = lv_video_filter_take_jpeg (filter, data, size, &error);

  g_assert_no_error (error);
  return taken;
}

static void
test_jpeg (void)
{
  g_autoptr (LvVideoFilter) filter = lv_video_filter_new (LV_IMAGE_SIDE_DEFAULT);
  g_autoptr (GBytes) small = make_jpeg (50, 640, 480);
  g_autoptr (GBytes) large = make_jpeg (150, WIDTH, HEIGHT);
  g_autoptr (GBytes) from_small = take_jpeg (filter, small);
  g_autoptr (GBytes) from_large = take_jpeg (filter, large);

  g_assert_true (g_bytes_equal (from_small, small));
  g_assert_cmpuint (g_bytes_get_size (from_large), <, g_bytes_get_size (large));
  g_assert_null (take_jpeg (filter, large));
}

static void
test_tiny (void)
{
  static const guint8 pixel[3] = { 1, 2, 3 };
  g_autoptr (LvVideoFilter) filter = lv_video_filter_new (LV_IMAGE_SIDE_DEFAULT);
  LvVideoPicture picture = { .format = LV_VIDEO_RGB, .width = 1, .height = 1 };
  g_autoptr (GBytes) jpeg = NULL;
  g_autoptr (GError) error = NULL;

  lv_video_picture_set_block (&picture, pixel, sizeof pixel, 0);
  jpeg = lv_video_filter_take (filter, &picture, &error);
  g_assert_no_error (error);
  g_assert_nonnull (jpeg);
  picture.planes[0].size = 2;
  g_assert_null (lv_video_filter_take (filter, &picture, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/video-filter/first", test_first);
  g_test_add_func ("/video-filter/noise", test_noise);
  g_test_add_func ("/video-filter/word", test_word);
  g_test_add_func ("/video-filter/colour-alone", test_colour_alone);
  g_test_add_func ("/video-filter/slow", test_slow);
  g_test_add_func ("/video-filter/jpeg", test_jpeg);
  g_test_add_func ("/video-filter/tiny", test_tiny);
  return g_test_run ();
}
