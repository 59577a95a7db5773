/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines that a benchmark prints: what was measured, what is allowed, and whether it is. Main thread.
 */
#pragma once

#include <glib.h>

typedef enum {
  LV_BENCH_ALWAYS, /* holds on any machine: a test fails when it does not */
  LV_BENCH_QUIET,  /* holds while the machine has nothing else to do */
} LvBenchWhen;

typedef struct {
  gboolean test; /* what needs quiet is not judged */
  guint n_over;
} LvBenchTable;

/* A line with the greatest allowed value. */
void lv_bench_table_check (LvBenchTable *table, LvBenchWhen when, const char *what, double value,
                           double limit, const char *unit);

/* A line for information. */
void lv_bench_table_note (LvBenchTable *table, const char *what, double value, const char *unit);

/* The exit status of the program. */
int lv_bench_table_finish (LvBenchTable *table);

/* @values of double are sorted in place; 0 to 100. */
double lv_bench_percentile (GArray *values, double percent);
