/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-sight.h"

#include <turbojpeg.h>

#define GREY_CHROMA 40  /* of 255: less is no colour */
#define MAIN_PERCENT 25 /* of the picture: less is not worth mentioning */

typedef enum {
  BLACK,
  GREY,
  WHITE,
  RED,
  ORANGE,
  YELLOW,
  GREEN,
  TURQUOISE,
  BLUE,
  PURPLE,
  PINK,
  N_COLOURS
} Colour;

static const char *const names[N_COLOURS] = {
  [BLACK] = "black",   [GREY] = "grey",     [WHITE] = "white", [RED] = "red",
  [ORANGE] = "orange", [YELLOW] = "yellow", [GREEN] = "green", [TURQUOISE] = "turquoise",
  [BLUE] = "blue",     [PURPLE] = "purple", [PINK] = "pink",
};

/* Up to which hue, in degrees, a colour reaches. */
static const struct {
  gint hue;
  Colour colour;
} hues[] = {
  { 15, RED },   { 45, ORANGE },  { 70, YELLOW }, { 165, GREEN }, { 195, TURQUOISE },
  { 260, BLUE }, { 290, PURPLE }, { 340, PINK },  { 360, RED },
};

static gint
get_hue (gint red, gint green, gint blue, gint most, gint chroma)
{
  if (most == red)
    return (60 * (green - blue) / chroma + 360) % 360;
  if (most == green)
    return 120 + 60 * (blue - red) / chroma;
  return 240 + 60 * (red - green) / chroma;
}

static Colour
classify (const guint8 *rgb)
{
  gint most = MAX (rgb[0], MAX (rgb[1], rgb[2]));
  gint chroma = most - MIN (rgb[0], MIN (rgb[1], rgb[2]));
  gint hue;

  if (most < 50)
    return BLACK;
  if (chroma < GREY_CHROMA)
    return most > 200 ? WHITE : GREY;
  hue = get_hue (rgb[0], rgb[1], rgb[2], most, chroma);
  for (guint i = 0; i < G_N_ELEMENTS (hues); i++)
    if (hue <= hues[i].hue)
      return hues[i].colour;
  return RED;
}

static Colour
find_main (const guint *counts, gint except)
{
  Colour best = except == BLACK ? GREY : BLACK;

  for (gint i = 0; i < N_COLOURS; i++)
    if (i != except && counts[i] > counts[best])
      best = i;
  return best;
}

static char *
name_colours (const guint8 *rgb, guint n_pixels)
{
  guint counts[N_COLOURS] = { 0 };
  Colour first, second;

  for (guint i = 0; i < n_pixels; i++)
    counts[classify (rgb + 3 * i)]++;
  first = find_main (counts, -1);
  second = find_main (counts, first);
  if (counts[first] < n_pixels / 100 * MAIN_PERCENT)
    return g_strdup ("of many colours");
  if (counts[second] < n_pixels / 100 * MAIN_PERCENT)
    return g_strdup_printf ("mostly %s", names[first]);
  return g_strdup_printf ("mostly %s and %s", names[first], names[second]);
}

static char *
describe_jpeg (tjhandle codec, const guint8 *data, gsize size)
{
  static const tjscalingfactor eighth = { 1, 8 };
  int width = 0, height = 0, sampling, space, small_width, small_height;
  g_autofree guint8 *rgb = NULL;
  g_autofree char *colours = NULL;

  if (tjDecompressHeader3 (codec, data, size, &width, &height, &sampling, &space) < 0 ||
      width == 0 || height == 0 || (gint64) width * height > LV_ENGINE_SIGHT_MAX_PIXELS)
    return NULL;
  small_width = TJSCALED (width, eighth);
  small_height = TJSCALED (height, eighth);
  rgb = g_malloc0 (3 * (gsize) small_width * small_height);
  if (tjDecompress2 (codec, data, size, rgb, small_width, 0, small_height, TJPF_RGB,
                     TJFLAG_LIMITSCANS) < 0 &&
      tjGetErrorCode (codec) != TJERR_WARNING)
    return NULL;
  colours = name_colours (rgb, (guint) small_width * small_height);
  return g_strdup_printf (
      "I see a picture of %d by %d pixels, %s. I can tell colours, but I do not "
      "recognise things.",
      width, height, colours);
}

char *
lv_engine_sight_describe (GBytes *image)
{
  gsize size;
  const guint8 *data;
  tjhandle codec;
  char *text;

  if (image == NULL)
    return g_strdup ("I see nothing: nobody has shown me a picture yet.");
  data = g_bytes_get_data (image, &size);
  codec = tjInitDecompress ();
  text = describe_jpeg (codec, data, size);
  tjDestroy (codec);
  return text != NULL ? text : g_strdup ("I was shown a picture, but I cannot read it.");
}
