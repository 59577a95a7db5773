/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names that nobody can guess. From the kernel's generator, not from GLib's. Any thread.
 */
#pragma once

#include <glib.h>

/* 128 random bits as 32 hexadecimal digits; newly allocated. */
char *lv_random_name (void);
