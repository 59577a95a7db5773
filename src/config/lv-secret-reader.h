/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key or token that somebody hands over in a file descriptor: a pipe, a socket, a file or sealed
 * memory. Whatever it is and whoever writes it, nobody waits for it but the caller. Main thread; a
 * file is read by one of GTask's.
 */
#pragma once

#include "config/lv-secret.h"

#define LV_SECRET_READ_TIMEOUT_MS 10000

/* Reads until the end of @fd (taken); @timeout_ms 0: LV_SECRET_READ_TIMEOUT_MS. */
void lv_secret_read_async (int fd, guint timeout_ms, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);

/* INVALID_ARGS for another kind of descriptor or for what is no key, TOO_LARGE above LV_SECRET_MAX,
 * TIMEOUT when the end does not come. */
LvSecret *lv_secret_read_finish (GAsyncResult *result, GError **error);
