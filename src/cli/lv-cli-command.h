/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One command that runs for a tool call: input, bounded output, a time limit, and nothing of it
 * left running after a time-out or cancellation. Main thread.
 */
#pragma once

#include "base/lv-error.h"

#define LV_COMMAND_MAX_OUTPUT (128 * 1024) /* bytes; more is an error */
#define LV_COMMAND_MAX_ERROR 4096          /* bytes of the end of standard error that are kept */
#define LV_COMMAND_KILL_AFTER_S 2          /* between SIGTERM and SIGKILL */
#define LV_COMMAND_LINGER_MS 200 /* for output of what the command has left in the background */

/* Runs @argv in its own process group with @environment and @input; the caller ignores SIGPIPE when
 * there is input that the command may leave unread. @cancellable, which is needed, ends it. */
void lv_cli_command_run_async (const char *const *argv, GStrv environment, const char *input,
                               guint timeout_s, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);

/* The output as UTF-8 without newlines at its end. Errors: FAILED with the last line of standard
 * error, TIMEOUT, TOO_LARGE, CANCELLED, or why it could not be started. */
char *lv_cli_command_run_finish (GAsyncResult *result, GError **error);
