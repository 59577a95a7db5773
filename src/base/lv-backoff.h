/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long to wait before trying again. Pure.
 */
#pragma once

#include <glib.h>

#define LV_BACKOFF_ATTEMPTS 4 /* steps of the ladder, before it becomes tedious */
#define LV_BACKOFF_MAX_MS 60000

/* Milliseconds before attempt number @attempt (from 0): 300, 1000, 2000, 4000, then twice as long
 * each time up to LV_BACKOFF_MAX_MS, each up to a fifth more or less; @chance, 0.0 to 1.0, says how
 * much. */
guint lv_backoff_get_ms (guint attempt, double chance);
