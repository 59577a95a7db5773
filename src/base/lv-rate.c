/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-rate.h"

struct _LvRate {
  gint64 window_us;
  guint limit;
  guint next;        /* index of the oldest */
  gint64 until_us[]; /* when each of the last @limit falls out of the window */
};

LvRate *
lv_rate_new (guint limit, gint64 window_us)
{
  LvRate *rate;

  g_return_val_if_fail (limit > 0, NULL);

  rate = g_malloc (sizeof (LvRate) + limit * sizeof (gint64));
  rate->window_us = window_us;
  rate->limit = limit;
  rate->next = 0;
  for (guint i = 0; i < limit; i++)
    rate->until_us[i] = G_MININT64;
  return rate;
}

void
lv_rate_free (LvRate *rate)
{
  g_free (rate);
}

gboolean
lv_rate_take (LvRate *rate, gint64 now_us)
{
  if (rate->until_us[rate->next] > now_us)
    return FALSE;

  rate->until_us[rate->next] = now_us + rate->window_us;
  rate->next = (rate->next + 1) % rate->limit;
  return TRUE;
}

gint64
lv_rate_get_wait (const LvRate *rate, gint64 now_us)
{
  gint64 until_us = rate->until_us[rate->next];

  return until_us > now_us ? until_us - now_us : 0;
}
