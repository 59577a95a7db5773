/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A PipeWire client that measures: it speaks clicks into the virtual microphone, and listens to the microphone or to
 * the speaker with the times of the graph's cycles. Threads of its own; the functions belong to the main thread.
 */
#pragma once

#include <glib.h>

#define LV_BENCH_CLICK_MS 100 /* from one click to the next */
#define LV_BENCH_LEAD_US 500  /* from the start of a click to its peak */

typedef struct _LvBenchTap LvBenchTap;
typedef struct _LvBenchClicker LvBenchClicker;

/* Sample @i of a click at @rate, -1 to 1; silence beyond it. */
float lv_bench_click (guint i, guint rate);

/* Where in @samples, from @start on, the next click has its peak, in samples; -1.0: none comes. */
double lv_bench_find_click (const gint16 *samples, guint n_samples, guint start);

/* Records @node, mono s16 at @rate; @monitor: what a speaker plays. Its quantum is that of the streams of the daemon.
 * Returns when it runs. */
LvBenchTap *lv_bench_tap_new (const char *node, gboolean monitor, guint rate);
void lv_bench_tap_free (LvBenchTap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBenchTap, lv_bench_tap_free)

/* A copy of everything so far. */
gint16 *lv_bench_tap_get_samples (LvBenchTap *self, guint *ret_n_samples);

/* The start of the cycle that handed sample @index over, @ago cycles before, on the monotonic clock; *@ret_offset,
 * nullable: its place in that cycle. 0: not recorded. */
gint64 lv_bench_tap_get_cycle_ns (LvBenchTap *self, guint index, guint ago, guint *ret_offset);

/* Frames at the graph's rate of 48 kHz in the last cycle. */
guint lv_bench_tap_get_quantum (LvBenchTap *self);

/* Speaks a click each LV_BENCH_CLICK_MS, and a faint noise between them, into @node. */
LvBenchClicker *lv_bench_clicker_new (const char *node);
void lv_bench_clicker_free (LvBenchClicker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBenchClicker, lv_bench_clicker_free)

/* The times at which a microphone would have heard the peaks of the clicks so far, ascending; gint64: it delivers in
 * each cycle the samples of the time before. */
GArray *lv_bench_clicker_get_times (LvBenchClicker *self);
