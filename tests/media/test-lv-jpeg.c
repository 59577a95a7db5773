/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-jpeg.h"

#include "media/lv-image.h"

#include "media/lv-video-picture.h"

#include <string.h>

/* Left half red, right half blue. */
static GBytes *
make_jpeg (guint width, guint height)
{
  g_autofree guint8 *rgb = g_malloc0 (3 * width * height);
  g_autoptr (GError) error = NULL;
  GBytes *jpeg;

  for (guint i = 0; i < width * height; i++)
    rgb[3 * i + (i % width < width / 2 ? 0 : 2)] = 255;
  jpeg = lv_jpeg_encode (rgb, width, height, &error);
  g_assert_no_error (error);
  return jpeg;
}

static LvJpegInfo
inspect (GBytes *jpeg)
{
  g_autoptr (GError) error = NULL;
  LvJpegInfo info;
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);

  lv_jpeg_inspect (data, size, &info, &error);
  g_assert_no_error (error);
  return info;
}

static void
assert_pixel (const guint8 *pixel, gint red, gint green, gint blue)
{
  g_assert_cmpint (ABS (pixel[0] - red), <=, 6);
  g_assert_cmpint (ABS (pixel[1] - green), <=, 6);
  g_assert_cmpint (ABS (pixel[2] - blue), <=, 6);
}

static void
assert_halves (GBytes *jpeg, guint wanted_width, guint wanted_height)
{
  guint width, height;
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  g_autofree guint8 *rgb = lv_jpeg_decode (data, size, G_MAXUINT, &width, &height, NULL);

  g_assert_cmpuint (width, ==, wanted_width);
  g_assert_cmpuint (height, ==, wanted_height);
  assert_pixel (rgb + 3 * (width * (height / 2) + width / 4), 255, 0, 0);
  assert_pixel (rgb + 3 * (width * (height / 2) + width * 3 / 4), 0, 0, 255);
}

static void
test_round_trip (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (64, 48);
  LvJpegInfo info = inspect (jpeg);

  g_assert_cmpuint (info.width, ==, 64);
  g_assert_cmpuint (info.height, ==, 48);
  g_assert_true (info.complete);
  assert_halves (jpeg, 64, 48);
}

static void
test_decode_small (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (1600, 800);
  const guint wanted[][2] = { { 2000, 1600 }, { 1600, 1600 }, { 801, 1600 }, { 800, 800 },
                              { 400, 400 },   { 300, 400 },   { 1, 200 } };
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      guint width, height;
      g_autofree guint8 *rgb = lv_jpeg_decode (data, size, wanted[i][0], &width, &height, NULL);

      g_assert_nonnull (rgb);
      g_assert_cmpuint (width, ==, wanted[i][1]);
      g_assert_cmpuint (height, ==, wanted[i][1] / 2);
    }
}

static void
test_shrink (void)
{
  g_autoptr (GBytes) large = make_jpeg (1600, 800);
  g_autoptr (GBytes) fitting = make_jpeg (768, 100);
  g_autoptr (GBytes) shrunk = lv_jpeg_shrink (large, LV_IMAGE_SIDE_DEFAULT, NULL);
  g_autoptr (GBytes) same = lv_jpeg_shrink (fitting, LV_IMAGE_SIDE_DEFAULT, NULL);

  assert_halves (shrunk, 768, 384);
  g_assert_true (same == fitting);
}

/* What @from of @jpeg says is gone from the result, with the segment around it. */
static GBytes *
remove_segments (GBytes *jpeg, guint8 marker)
{
  GByteArray *rest = g_byte_array_new ();
  gsize size, at = 2;
  const guint8 *data = g_bytes_get_data (jpeg, &size);

  g_byte_array_append (rest, data, 2);
  while (data[at + 1] != 0xda)
    {
      gsize length = 2 + (data[at + 2] << 8 | data[at + 3]);

      if (data[at + 1] != marker)
        g_byte_array_append (rest, data + at, length);
      at += length;
    }
  g_byte_array_append (rest, data + at, size - at);
  return g_byte_array_free_to_bytes (rest);
}

/* As cameras send them; what goes on to others has tables again. */
static void
test_without_tables (void)
{
  g_autoptr (GBytes) whole = make_jpeg (64, 48);
  g_autoptr (GBytes) jpeg = remove_segments (whole, 0xc4);
  g_autoptr (GBytes) completed = NULL;

  g_assert_cmpuint (g_bytes_get_size (jpeg), <, g_bytes_get_size (whole));
  g_assert_false (inspect (jpeg).complete);
  completed = lv_jpeg_shrink (jpeg, LV_IMAGE_SIDE_DEFAULT, NULL);
  g_assert_true (inspect (completed).complete);
  assert_halves (completed, 64, 48);
}

static void
assert_refused (const guint8 *data, gsize size, LvErrorCode code)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;

  g_assert_null (lv_jpeg_shrink (bytes, LV_IMAGE_SIDE_DEFAULT, &error));
  g_assert_error (error, LV_ERROR, (gint) code);
}

/* The height and width of the frame header. */
static void
set_size (guint8 *data, gsize size, guint16 width, guint16 height)
{
  for (gsize i = 2; i + 9 < size; i++)
    if (data[i] == 0xff && data[i + 1] == 0xc0)
      {
        const guint8 sides[] = { height >> 8, height & 255, width >> 8, width & 255 };

        memcpy (data + i + 5, sides, sizeof sides);
        return;
      }
  g_assert_not_reached ();
}

static void
test_bad (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (64, 48);
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  g_autofree guint8 *changed = g_memdup2 (data, size);

  assert_refused ((const guint8 *) "", 0, LV_ERROR_INVALID_ARGS);
  assert_refused ((const guint8 *) "\xff\xd8\xff\xd9", 4, LV_ERROR_INVALID_ARGS);
  assert_refused ((const guint8 *) "\x89PNG\r\n\x1a\n", 8, LV_ERROR_INVALID_ARGS);
  assert_refused (data, 100, LV_ERROR_INVALID_ARGS);
  set_size (changed, size, 65000, 65000);
  assert_refused (changed, size, LV_ERROR_TOO_LARGE);
  set_size (changed, size, LV_VIDEO_MAX_SIDE, LV_VIDEO_MAX_SIDE);
  assert_refused (changed, size, LV_ERROR_TOO_LARGE);
}

/* Cut or garbled anywhere: an error or a picture, never a fault. */
static void
shrink_damaged (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) jpeg = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) shrunk = lv_jpeg_shrink (jpeg, 32, &error);

  g_assert_true ((shrunk == NULL) == (error != NULL));
}

static void
test_damaged (void)
{
  g_autoptr (GBytes) jpeg = make_jpeg (64, 48);
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);

  for (gsize i = 0; i < size; i++)
    {
      g_autofree guint8 *garbled = g_memdup2 (data, size);

      garbled[i] ^= 0x55;
      shrink_damaged (data, i);
      shrink_damaged (garbled, size);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpeg/round-trip", test_round_trip);
  g_test_add_func ("/jpeg/decode-small", test_decode_small);
  g_test_add_func ("/jpeg/shrink", test_shrink);
  g_test_add_func ("/jpeg/without-tables", test_without_tables);
  g_test_add_func ("/jpeg/bad", test_bad);
  g_test_add_func ("/jpeg/damaged", test_damaged);
  return g_test_run ();
}
