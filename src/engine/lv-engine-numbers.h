/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers in words and figures, as they are heard, shown and spoken; and durations. Pure.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_NUMBER_MAX 1e15 /* from here on figures are not exact */

/* The number that @words begins with ("minus two thousand and five", "three point one four",
 * "12.5", "a hundred"): how many words it takes, 0 when none begins here. */
guint lv_engine_number_read (const char *const *words, double *ret_value);

/* "one hundred twenty three"; for what is to be heard. Whole numbers up to a thousand million;
 * newly allocated. */
char *lv_engine_number_to_words (gint64 value);

/* "1,234.5", "-3"; for what is to be shown. At most six digits after the point; newly allocated. */
char *lv_engine_number_to_text (double value);

/* The duration that @words begins with ("two and a half minutes", "an hour and ten minutes", "90
 * seconds", "half an hour"). */
guint lv_engine_duration_read (const char *const *words, gint64 *ret_seconds);

/* "2 minutes", "1 hour and 5 minutes"; newly allocated. */
char *lv_engine_duration_to_text (gint64 seconds);
