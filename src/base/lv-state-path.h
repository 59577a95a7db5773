/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the daemon keeps what outlives it. Any thread.
 */
#pragma once

#include <glib.h>

/* @name in $STATE_DIRECTORY, as systemd sets it, or in livevoice below the user's state directory;
 * newly allocated. */
char *lv_state_path (const char *name);
