/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-bench-table.h"

#include <stdio.h>

#define LINE "%-76s %9.2f %-5s"

static void
print_line (const char *what, double value, const char *unit, const char *judgement)
{
  printf (LINE "  %s\n", what, value, unit, judgement);
  fflush (stdout);
}

void
lv_bench_table_check (LvBenchTable *table, LvBenchWhen when, const char *what, double value,
                      double limit, const char *unit)
{
  gboolean good = value <= limit;
  gboolean judged = !table->test || when == LV_BENCH_ALWAYS;
  g_autofree char *judgement = g_strdup_printf (
      "%s %.2f%s", good ? "PASS, limit" : "OVER the limit of", limit, judged ? "" : ", not judged");

  table->n_over += judged && !good;
  print_line (what, value, unit, judgement);
}

void
lv_bench_table_note (LvBenchTable *table, const char *what, double value, const char *unit)
{
  print_line (what, value, unit, "");
}

int
lv_bench_table_finish (LvBenchTable *table)
{
  if (table->n_over > 0)
    printf ("%u over the limit\n", table->n_over);
  return table->n_over > 0;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

double
lv_bench_percentile (GArray *values, double percent)
{
  guint i;

  g_assert_cmpuint (values->len, >, 0);
  g_array_sort (values, compare);
  i = MIN ((guint) (values->len * percent / 100.0), values->len - 1);
  return g_array_index (values, double, i);
}
