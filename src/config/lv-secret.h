/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key or token in memory that is neither swapped nor dumped, wiped when it is freed. Whoever
 * prints one makes a mistake. Main thread.
 */
#pragma once

#include "base/lv-error.h"

#include <gio/gio.h>

#define LV_SECRET_MAX 4096 /* bytes */

typedef struct _LvSecret LvSecret;

/* @source says in an error where it came from. Line ends after it are dropped; INVALID_ARGS unless
 * it is one line without spaces, TOO_LARGE above LV_SECRET_MAX. @length -1: NUL-terminated. */
LvSecret *lv_secret_new (const char *text, gssize length, const char *source, GError **error);
/* Everything that comes from @fd until its end, which must not block. */
LvSecret *lv_secret_new_from_fd (int fd, const char *source, GError **error);
LvSecret *lv_secret_copy (const LvSecret *secret);

/* NUL-terminated, until it is freed. */
const char *lv_secret_peek (const LvSecret *secret);
gsize lv_secret_get_length (const LvSecret *secret);

/* Ends @task with @secret, or with @error where that is NULL. Takes both. */
void lv_secret_return_task (GTask *task, LvSecret *secret, GError *error);

void lv_secret_free (LvSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvSecret, lv_secret_free)
