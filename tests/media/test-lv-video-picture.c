/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-video-picture.h"

#include <string.h>

static void
assert_refused (const LvVideoPicture *picture, LvErrorCode code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (lv_video_picture_check (picture, &error));
  g_assert_error (error, LV_ERROR, (gint) code);
}

/* Two pixels of 2 x 2 in every format: left red, right blue where colour is not shared, else all
 * red. */
static void
check_pixels (LvVideoFormat format, const guint8 *data, gsize size, gboolean shared, gint tolerance)
{
  LvVideoPicture picture = { .format = format, .width = 2, .height = 2 };
  const guint8 wanted[2][6] = { { 255, 0, 0, 0, 0, 255 }, { 255, 0, 0, 255, 0, 0 } };
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (lv_video_get_block_bytes (format, 2, lv_video_get_stride (format, 2)), ==,
                    size);
  lv_video_picture_set_block (&picture, data, size, 0);
  lv_video_picture_check (&picture, &error);
  g_assert_no_error (error);
  for (guint y = 0; y < 2; y++)
    {
      guint8 rgb[6];

      lv_video_picture_read_row (&picture, y, rgb);
      for (guint i = 0; i < 6; i++)
        g_assert_cmpint (ABS (rgb[i] - wanted[shared][i]), <=, tolerance);
    }
}

static void
test_formats (void)
{
  /* BT.601: red is 81, 90, 240 */
  static const guint8 bgrx[] = { 0, 0, 255, 9, 255, 0, 0, 9, 0, 0, 255, 9, 255, 0, 0, 9 };
  static const guint8 rgbx[] = { 255, 0, 0, 9, 0, 0, 255, 9, 255, 0, 0, 9, 0, 0, 255, 9 };
  static const guint8 rgb[] = { 255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255 };
  static const guint8 yuy2[] = { 81, 90, 81, 240, 81, 90, 81, 240 };
  static const guint8 nv12[] = { 81, 81, 81, 81, 90, 240 };
  static const guint8 i420[] = { 81, 81, 81, 81, 90, 240 };

  check_pixels (LV_VIDEO_BGRX, bgrx, sizeof bgrx, FALSE, 0);
  check_pixels (LV_VIDEO_RGBX, rgbx, sizeof rgbx, FALSE, 0);
  check_pixels (LV_VIDEO_RGB, rgb, sizeof rgb, FALSE, 0);
  check_pixels (LV_VIDEO_YUY2, yuy2, sizeof yuy2, TRUE, 2);
  check_pixels (LV_VIDEO_NV12, nv12, sizeof nv12, TRUE, 2);
  check_pixels (LV_VIDEO_I420, i420, sizeof i420, TRUE, 2);
}

/* Exactly enough memory passes and one byte less does not, for every format and odd sizes; what
 * passes is read to its last byte, which a sanitizer watches. */
static void
test_bounds (void)
{
  for (guint format = 0; format < LV_VIDEO_N_FORMATS; format++)
    for (guint side = 1; side <= 5; side++)
      {
        LvVideoPicture picture = { .format = format, .width = side, .height = side };
        gsize stride = lv_video_get_stride (format, side);
        gsize size = lv_video_get_block_bytes (format, side, stride);
        g_autofree guint8 *data = g_malloc0 (size);
        g_autofree guint8 *row = g_malloc (3 * side);

        lv_video_picture_set_block (&picture, data, size, stride);
        g_assert_true (lv_video_picture_check (&picture, NULL));
        for (guint y = 0; y < side; y++)
          lv_video_picture_read_row (&picture, y, row);
        lv_video_picture_set_block (&picture, data, size - 1, stride);
        assert_refused (&picture, LV_ERROR_INVALID_ARGS);
      }
}

static void
test_strides (void)
{
  static const guint8 data[64];
  LvVideoPicture picture = { .format = LV_VIDEO_RGB, .width = 4, .height = 4 };

  picture.planes[0] = (LvVideoPlane){ data, sizeof data, 16 };
  g_assert_true (lv_video_picture_check (&picture, NULL));
  picture.planes[0].stride = 11; /* less than a row */
  assert_refused (&picture, LV_ERROR_INVALID_ARGS);
  picture.planes[0].stride = 18;
  assert_refused (&picture, LV_ERROR_INVALID_ARGS);
  picture.planes[0].stride = G_MAXSIZE; /* (height - 1) * stride would overflow */
  assert_refused (&picture, LV_ERROR_INVALID_ARGS);
  picture.height = 1; /* of a single row the stride does not matter */
  g_assert_true (lv_video_picture_check (&picture, NULL));
}

static void
test_sizes (void)
{
  static const guint8 data[4];
  LvVideoPicture picture = { .format = LV_VIDEO_BGRX, .width = 0, .height = 1 };

  lv_video_picture_set_block (&picture, data, sizeof data, 0);
  assert_refused (&picture, LV_ERROR_INVALID_ARGS);
  picture.width = LV_VIDEO_MAX_SIDE + 1;
  assert_refused (&picture, LV_ERROR_TOO_LARGE);
  picture.width = picture.height = LV_VIDEO_MAX_SIDE;
  assert_refused (&picture, LV_ERROR_TOO_LARGE);
  picture.width = picture.height = G_MAXUINT;
  assert_refused (&picture, LV_ERROR_TOO_LARGE);
}

static void
test_crop (void)
{
  guint8 data[4 * 4 * 3], row[12];
  LvVideoPicture picture = { .format = LV_VIDEO_RGB, .width = 4, .height = 4 };
  LvVideoPicture nv12 = { .format = LV_VIDEO_NV12, .width = 4, .height = 4 };

  for (guint i = 0; i < sizeof data; i++)
    data[i] = i;
  lv_video_picture_set_block (&picture, data, sizeof data, 0);
  lv_video_picture_crop (&picture, 1, 1, 0, 2);
  lv_video_picture_crop (&picture, 4, 0, 1, 1);
  lv_video_picture_crop (&picture, -1, 0, 1, 1);
  g_assert_cmpuint (picture.width * picture.height, ==, 16);
  lv_video_picture_crop (&picture, 1, 2, 2, 100);
  g_assert_cmpuint (picture.width, ==, 2);
  g_assert_cmpuint (picture.height, ==, 2);
  g_assert_true (lv_video_picture_check (&picture, NULL));
  lv_video_picture_read_row (&picture, 1, row);
  g_assert_cmpuint (row[0], ==, 3 * 12 + 3);
  lv_video_picture_crop (&nv12, 1, 1, 1, 1);
  g_assert_cmpuint (nv12.width, ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/video-picture/formats", test_formats);
  g_test_add_func ("/video-picture/bounds", test_bounds);
  g_test_add_func ("/video-picture/strides", test_strides);
  g_test_add_func ("/video-picture/sizes", test_sizes);
  g_test_add_func ("/video-picture/crop", test_crop);
  return g_test_run ();
}
