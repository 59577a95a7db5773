/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the C tests share: waiting for a condition on the main loop with a deadline (never a sleep), and a
 * temporary directory that goes away with the test. Main thread.
 */
#pragma once

#include <gio/gio.h>

#define LV_TEST_TIMEOUT_MS 30000 /* for what hangs: a busy machine may take long */

typedef gboolean (*LvTestCondition) (gpointer data);

/* Runs the default main context until @condition holds; fails the test after @timeout_ms. */
void lv_test_wait_for (LvTestCondition condition, gpointer data, guint timeout_ms,
                       const char *description);

/* Runs the default main context until @flag is TRUE. */
#define lv_test_wait_flag(flag) lv_test_wait_for_flag ((flag), LV_TEST_TIMEOUT_MS, #flag)
void lv_test_wait_for_flag (gboolean *flag, guint timeout_ms, const char *description);

/* Runs the default main context for @ms milliseconds: to show that something does NOT happen. */
void lv_test_run_for (guint ms);

/* A new empty directory, removed with its contents when freed by lv_test_remove_dir(). */
char *lv_test_make_dir (void);
void lv_test_remove_dir (char *path);
