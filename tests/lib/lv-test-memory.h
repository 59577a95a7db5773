/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counts what a piece of code takes from the heap. The C library's own allocator stands behind the
 * counting one, so not for programs under a sanitizer; GLib's slices must be off (G_SLICE), else
 * they hide what they hand out again. One thread.
 */
#pragma once

#include <glib.h>

typedef struct {
  guint n_blocks;
  gsize n_bytes;
} LvTestMemory;

void lv_test_memory_begin (void);
LvTestMemory lv_test_memory_end (void);
