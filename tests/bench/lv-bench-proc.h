/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What another process costs, from /proc. Main thread.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
  gint64 cpu_ns;  /* of all threads that still run */
  gint64 main_ns; /* of these, the main thread's */
  guint64 wake_ups;
  gsize rss;
  guint n_fds;
  guint n_threads;
} LvBenchCost;

/* Fails the program when there is no such process. */
LvBenchCost lv_bench_cost_of (int pid);

int lv_bench_pid_of (GSubprocess *process);

/* The first process below this one whose program has that name, -1: none. */
int lv_bench_find_child (const char *name);
