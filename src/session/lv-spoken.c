/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-spoken.h"

#include <string.h>

/* By frame, n_bytes of text are spoken. */
typedef struct {
  guint64 frame;
  gsize n_bytes;
} Point;

struct _LvSpoken {
  guint64 start;
  GArray *pieces; /* Point: as they came */
};

LvSpoken *
lv_spoken_new (void)
{
  LvSpoken *spoken = g_new0 (LvSpoken, 1);

  spoken->pieces = g_array_new (FALSE, FALSE, sizeof (Point));
  return spoken;
}

void
lv_spoken_free (LvSpoken *spoken)
{
  g_array_unref (spoken->pieces);
  g_free (spoken);
}

void
lv_spoken_begin (LvSpoken *spoken, guint64 start)
{
  spoken->start = start;
  g_array_set_size (spoken->pieces, 0);
}

void
lv_spoken_add (LvSpoken *spoken, gsize n_bytes, guint64 pushed)
{
  Point piece = { pushed, n_bytes };

  g_array_append_val (spoken->pieces, piece);
}

/* Of several points at one frame, the first counts where text runs ahead, the last where it runs
 * behind. */
static void
add_point (GArray *points, Point point, gboolean ahead)
{
  Point *last = points->len > 0 ? &g_array_index (points, Point, points->len - 1) : NULL;

  if (last == NULL || last->frame < point.frame)
    g_array_append_val (points, point);
  else if (!ahead)
    last->n_bytes = point.n_bytes;
}

/* A piece that runs ahead is spoken from its arrival to that of the next one, one that runs behind
 * from the arrival of the last one to its own. */
static GArray *
list_points (LvSpoken *spoken, guint64 pushed)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (Point));
  const Point *pieces = (const Point *) spoken->pieces->data;
  guint n_pieces = spoken->pieces->len;
  gboolean ahead = n_pieces > 0 && pieces[0].frame <= spoken->start;

  add_point (points, (Point){ spoken->start, 0 }, ahead);
  for (guint i = 0; i < n_pieces; i++)
    {
      guint64 frame = !ahead ? pieces[i].frame : i + 1 < n_pieces ? pieces[i + 1].frame : pushed;

      add_point (points, (Point){ frame, pieces[i].n_bytes }, ahead);
    }
  return points;
}

static gsize
interpolate (const Point *from, const Point *to, guint64 frame)
{
  double share = (double) (frame - from->frame) / (double) (to->frame - from->frame);

  return from->n_bytes + (gsize) (share * (double) (to->n_bytes - from->n_bytes));
}

/* Scripts without spaces may be cut between any two characters. */
static gboolean
is_word_end (const char *text, const char *end)
{
  return end == text || g_unichar_isspace (g_utf8_get_char (end)) ||
         g_unichar_iswide (g_utf8_get_char (g_utf8_prev_char (end)));
}

static gsize
back_to_word_end (const char *text, gsize n_bytes)
{
  const char *end = text + n_bytes;

  if (n_bytes >= strlen (text))
    return strlen (text);
  while ((*end & 0xc0) == 0x80)
    end--;
  while (!is_word_end (text, end))
    end = g_utf8_prev_char (end);
  while (end > text && g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  return end - text;
}

gsize
lv_spoken_get_length (LvSpoken *spoken, const char *text, guint64 heard, guint64 pushed)
{
  g_autoptr (GArray) points = list_points (spoken, pushed);
  const Point *point = (const Point *) points->data;

  if (heard < spoken->start)
    return 0;
  for (guint i = 1; i < points->len; i++)
    if (heard < point[i].frame)
      return back_to_word_end (text, interpolate (&point[i - 1], &point[i], heard));
  return back_to_word_end (text, point[points->len - 1].n_bytes);
}
