/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The offline engine as a child process. We make its listening socket and hand it over as
 * descriptor 3, so a connection can be made the moment this object exists: it waits in the socket's
 * queue until the engine takes it. The child's standard error goes to ours; its last line explains
 * its death. Main thread; the child gets SIGTERM when the object goes away, also with our process.
 *
 * Signal:
 *   "died" (const GError *error)   SERVER with the engine's last words; once, last
 */
#pragma once

#include <gio/gio.h>

#define LV_ENGINE_LINE_MAX 400 /* bytes kept of a line of its standard error */

#define LV_TYPE_ENGINE_PROCESS (lv_engine_process_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineProcess, lv_engine_process, LV, ENGINE_PROCESS, GObject)

/* Replaces a socket that lies at @socket_path: make sure that nothing accepts there. SERVER when it
 * cannot be done. */
LvEngineProcess *lv_engine_process_new (const char *program, const char *socket_path,
                                        GError **error);
