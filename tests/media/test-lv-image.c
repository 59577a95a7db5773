/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-image.h"

#include <string.h>

/* Start, an application segment, padding, a table, frame header of 4 x 3 pixels, end. */
static const guint8 jpeg[] = { 0xff, 0xd8, 0xff, 0xe0, 0,    4,    'J', 'F',  0xff, 0xff,
                               0xc4, 0,    3,    9,    0xff, 0xc2, 0,   11,   8,    0,
                               3,    0,    4,    1,    1,    0x11, 0,   0xff, 0xd9 };
static const guint8 png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0,
                              13,   'I', 'H', 'D', 'R',  0,    0,    2,    1, 0, 0,
                              0,    7,   8,   2,   0,    0,    0,    1,    2, 3, 4 };

static gboolean
recognise (const guint8 *bytes, gsize n_bytes, const char *mime_type, LvImageInfo *info, int code)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, n_bytes); /* of exactly this length */
  g_autoptr (GBytes) image = g_bytes_new_static (copy, n_bytes);
  g_autoptr (GError) error = NULL;
  gboolean known = lv_image_recognise (image, mime_type, info, &error);

  if (!known)
    g_assert_error (error, LV_ERROR, code);
  else
    g_assert_no_error (error);
  return known;
}

static void
test_formats (void)
{
  LvImageInfo info;

  g_assert_true (recognise (jpeg, sizeof jpeg, "", &info, -1));
  g_assert_cmpstr (info.mime_type, ==, "image/jpeg");
  g_assert_true (info.is_jpeg);
  g_assert_cmpuint (info.width, ==, 4);
  g_assert_cmpuint (info.height, ==, 3);
  g_assert_true (recognise (png, sizeof png, "image/png", &info, -1));
  g_assert_cmpstr (info.mime_type, ==, "image/png");
  g_assert_false (info.is_jpeg);
  g_assert_cmpuint (info.width, ==, 513);
  g_assert_cmpuint (info.height, ==, 7);
}

static void
test_content_decides (void)
{
  LvImageInfo info;

  g_assert_false (recognise (png, sizeof png, "image/jpeg", &info, LV_ERROR_INVALID_ARGS));
  g_assert_false (recognise (jpeg, sizeof jpeg, "image/png", &info, LV_ERROR_INVALID_ARGS));
  g_assert_false (recognise (jpeg, sizeof jpeg, "text/html", &info, LV_ERROR_INVALID_ARGS));
  g_assert_false (recognise ((const guint8 *) "GIF89a", 6, "", &info, LV_ERROR_INVALID_ARGS));
}

/* No byte beyond the end is looked at, whatever the beginning promises. */
static void
test_cut_off_anywhere (void)
{
  LvImageInfo info;

  for (gsize n = 0; n < 23; n++)
    g_assert_false (recognise (jpeg, n, "", &info, LV_ERROR_INVALID_ARGS));
  for (gsize n = 0; n < sizeof png; n++)
    g_assert_false (recognise (png, n, "", &info, LV_ERROR_INVALID_ARGS));
}

/* Any byte may be anything: nothing but an answer comes of it. */
static void
test_every_byte_changed (void)
{
  LvImageInfo info;
  guint8 bytes[sizeof jpeg];
  guint n_known = 0;

  for (gsize at = 0; at < sizeof jpeg; at++)
    for (guint value = 0; value < 256; value++)
      {
        g_autoptr (GBytes) image = NULL;

        memcpy (bytes, jpeg, sizeof jpeg);
        bytes[at] = value;
        image = g_bytes_new (bytes, sizeof bytes);
        n_known += lv_image_recognise (image, "", &info, NULL);
      }
  g_assert_cmpuint (n_known, >, 0);
}

static void
test_too_large (void)
{
  guint8 wide[sizeof png];
  g_autofree guint8 *long_one = g_malloc0 (LV_IMAGE_MAX_BYTES + 1);
  LvImageInfo info;

  memcpy (wide, png, sizeof png);
  wide[17] = 1;
  g_assert_false (recognise (wide, sizeof wide, "", &info, LV_ERROR_TOO_LARGE));
  memcpy (wide, png, sizeof png);
  wide[18] = wide[19] = 0;
  g_assert_false (recognise (wide, sizeof wide, "", &info, LV_ERROR_INVALID_ARGS));

  memcpy (long_one, jpeg, sizeof jpeg);
  g_assert_false (recognise (long_one, LV_IMAGE_MAX_BYTES + 1, "", &info, LV_ERROR_TOO_LARGE));
  g_assert_true (recognise (long_one, LV_IMAGE_MAX_BYTES, "", &info, -1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/formats", test_formats);
  g_test_add_func ("/image/content-decides", test_content_decides);
  g_test_add_func ("/image/cut-off-anywhere", test_cut_off_anywhere);
  g_test_add_func ("/image/every-byte-changed", test_every_byte_changed);
  g_test_add_func ("/image/too-large", test_too_large);
  return g_test_run ();
}
