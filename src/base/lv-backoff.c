/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-backoff.h"

#define SPREAD 0.2

static const guint ladder_ms[] = { 300, 1000, 2000, 4000 };

G_STATIC_ASSERT (G_N_ELEMENTS (ladder_ms) == LV_BACKOFF_ATTEMPTS);

guint
lv_backoff_get_ms (guint attempt, double chance)
{
  guint step = MIN (attempt, LV_BACKOFF_ATTEMPTS - 1);
  guint doublings = MIN (attempt - step, 16);
  guint ms = MIN (ladder_ms[step] << doublings, LV_BACKOFF_MAX_MS);

  return (guint) (ms * (1.0 - SPREAD + 2.0 * SPREAD * chance));
}
