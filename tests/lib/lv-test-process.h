/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the process under test costs, from /proc: threads, file descriptors, wake-ups. Main thread.
 */
#pragma once

#include <glib.h>

guint lv_test_count_threads (void);
guint lv_test_count_fds (void);

/* How often any thread of this process has slept and been woken so far. */
guint64 lv_test_count_wake_ups (void);
