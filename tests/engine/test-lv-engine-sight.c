/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-sight.h"
#include "media/lv-jpeg.h"

#include <string.h>

#define WIDTH 160
#define HEIGHT 80

/* The left half @left, the right half @right. */
static char *
describe (guint32 left, guint32 right)
{
  g_autofree guint8 *rgb = g_malloc (3 * WIDTH * HEIGHT);
  g_autoptr (GBytes) jpeg = NULL;

  for (guint i = 0; i < 3 * WIDTH * HEIGHT; i++)
    rgb[i] = (i / 3 % WIDTH < WIDTH / 2 ? left : right) >> (16 - 8 * (i % 3));
  jpeg = lv_jpeg_encode (rgb, WIDTH, HEIGHT, NULL);
  return lv_engine_sight_describe (jpeg);
}

static void
check (guint32 left, guint32 right, const char *colours)
{
  g_autofree char *text = describe (left, right);
  g_autofree char *wanted =
      g_strdup_printf ("I see a picture of 160 by 80 pixels, %s. I can tell colours, but I do not "
                       "recognise things.",
                       colours);

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_colours (void)
{
  check (0xff0000, 0xff0000, "mostly red");
  check (0xff0010, 0xe00000, "mostly red");
  check (0xff8000, 0xff8000, "mostly orange");
  check (0xf0f020, 0xf0f020, "mostly yellow");
  check (0x20c040, 0x20c040, "mostly green");
  check (0x00d0d0, 0x00d0d0, "mostly turquoise");
  check (0x2040ff, 0x2040ff, "mostly blue");
  check (0x9010e0, 0x9010e0, "mostly purple");
  check (0xff60c0, 0xff60c0, "mostly pink");
  check (0x000000, 0x000000, "mostly black");
  check (0x808080, 0x808080, "mostly grey");
  check (0xffffff, 0xffffff, "mostly white");
  check (0xff0000, 0x0000ff, "mostly red and blue");
}

static void
test_many (void)
{
  g_autofree guint8 *rgb = g_malloc (3 * WIDTH * HEIGHT);
  static const guint32 colours[] = { 0xff0000, 0xff8000, 0xf0f020, 0x20c040, 0x2040ff };
  g_autoptr (GBytes) jpeg = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < 3 * WIDTH * HEIGHT; i++)
    rgb[i] = colours[i / 3 % WIDTH * 5 / WIDTH] >> (16 - 8 * (i % 3));
  jpeg = lv_jpeg_encode (rgb, WIDTH, HEIGHT, NULL);
  text = lv_engine_sight_describe (jpeg);
  g_assert_nonnull (strstr (text, "of many colours"));
}

static void
test_nothing (void)
{
  static const guint8 tables_only[] = { 0xff, 0xd8, 0xff, 0xd9 };
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) tables = g_bytes_new_static (tables_only, sizeof tables_only);
  g_autofree char *none = lv_engine_sight_describe (NULL);
  g_autofree char *from_empty = lv_engine_sight_describe (empty);
  g_autofree char *from_tables = lv_engine_sight_describe (tables);

  g_assert_nonnull (strstr (none, "nothing"));
  g_assert_nonnull (strstr (from_empty, "cannot read"));
  g_assert_nonnull (strstr (from_tables, "cannot read"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sight/colours", test_colours);
  g_test_add_func ("/sight/many", test_many);
  g_test_add_func ("/sight/nothing", test_nothing);
  return g_test_run ();
}
