/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * "At most N in any window of time": remembers when the last N were. Exact, where a token bucket
 * lets up to twice as many through. The clock is passed in. Pure, one thread at a time.
 */
#pragma once

#include <glib.h>

typedef struct _LvRate LvRate;

LvRate *lv_rate_new (guint limit, gint64 window_us);
void lv_rate_free (LvRate *rate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvRate, lv_rate_free)

/* Counts one at @now_us (monotonic, rising). FALSE, and not counted, when the limit is reached. */
gboolean lv_rate_take (LvRate *rate, gint64 now_us);

/* Microseconds from @now_us until lv_rate_take() succeeds; 0 when it would now. */
gint64 lv_rate_get_wait (const LvRate *rate, gint64 now_us);
