/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Waits for PipeWire's socket to appear, without looking again and again. Main thread.
 */
#pragma once

#include <glib.h>

typedef struct _LvPwServerWatch LvPwServerWatch;

/* @on_appeared: a server may be there now; may come more than once, and from the main loop only. */
LvPwServerWatch *lv_pw_server_watch_new (void (*on_appeared) (gpointer data), gpointer data);
void lv_pw_server_watch_free (LvPwServerWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwServerWatch, lv_pw_server_watch_free)
