/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-timeline.h"

#include <math.h>

#define NS_PER_SEC G_GINT64_CONSTANT (1000000000)

struct _LvTimeline {
  GArray *spans; /* LvPlayoutSpan, ascending */
  guint rate;
  guint64 heard;
};

LvTimeline *
lv_timeline_new (guint rate)
{
  LvTimeline *self = g_new0 (LvTimeline, 1);

  self->spans = g_array_new (FALSE, FALSE, sizeof (LvPlayoutSpan));
  self->rate = rate;
  return self;
}

void
lv_timeline_free (LvTimeline *self)
{
  g_array_unref (self->spans);
  g_free (self);
}

static const LvPlayoutSpan *
get_span (LvTimeline *self, guint i)
{
  return &g_array_index (self->spans, LvPlayoutSpan, i);
}

static gint64
get_span_end (LvTimeline *self, const LvPlayoutSpan *span)
{
  return span->at_ns + span->n_frames * NS_PER_SEC / self->rate;
}

static void
forget_old_spans (LvTimeline *self, gint64 now_ns)
{
  guint n = 0;

  while (n < self->spans->len &&
         get_span_end (self, get_span (self, n)) < now_ns - LV_TIMELINE_LEVEL_NS)
    n++;
  g_array_remove_range (self->spans, 0, n);
}

void
lv_timeline_add (LvTimeline *self, const LvPlayoutSpan *span, gint64 now_ns)
{
  lv_timeline_get_heard (self, now_ns);
  forget_old_spans (self, now_ns);
  g_array_append_val (self->spans, *span);
}

void
lv_timeline_clear (LvTimeline *self)
{
  g_array_set_size (self->spans, 0);
}

guint64
lv_timeline_get_heard (LvTimeline *self, gint64 now_ns)
{
  for (guint i = self->spans->len; i > 0; i--)
    {
      const LvPlayoutSpan *span = get_span (self, i - 1);

      if (span->at_ns <= now_ns)
        {
          gint64 n = MIN (span->n_frames, (now_ns - span->at_ns) * self->rate / NS_PER_SEC);

          self->heard = MAX (self->heard, span->index + n);
          break;
        }
    }
  return self->heard;
}

gint64
lv_timeline_get_end (LvTimeline *self)
{
  if (self->spans->len == 0)
    return 0;
  return get_span_end (self, get_span (self, self->spans->len - 1));
}

double
lv_timeline_get_level (LvTimeline *self, gint64 now_ns)
{
  double energy = 0.0;

  for (guint i = 0; i < self->spans->len; i++)
    {
      const LvPlayoutSpan *span = get_span (self, i);
      gint64 start = MAX (span->at_ns, now_ns - LV_TIMELINE_LEVEL_NS);
      gint64 end = MIN (get_span_end (self, span), now_ns);

      if (start < end)
        energy += (double) span->energy * (end - start);
    }
  return sqrt (energy / LV_TIMELINE_LEVEL_NS);
}
