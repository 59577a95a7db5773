/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes sure that the offline engine listens on its unix socket before we connect: systemd's socket
 * unit where the user manager has it, our own child process otherwise. The child serves all later
 * connections too, is replaced at the next need when it died, and ends with the launcher. The
 * program is $LIVEVOICE_ENGINE or $libexecdir/livevoice-engine; that variable and
 * $LIVEVOICE_ENGINE_SOCKET rule systemd out. Main thread.
 *
 * Signal:
 *   "died" (const GError *error)   our child ended by itself; SERVER with its last words
 */
#pragma once

#include <gio/gio.h>

#define LV_TYPE_ENGINE_LAUNCHER (lv_engine_launcher_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineLauncher, lv_engine_launcher, LV, ENGINE_LAUNCHER, GObject)

/* @bus: where to find systemd, nullable (then always a child process). */
LvEngineLauncher *lv_engine_launcher_new (GDBusConnection *bus);

/* The socket path: $LIVEVOICE_ENGINE_SOCKET or $XDG_RUNTIME_DIR/livevoice/engine.sock. */
const char *lv_engine_launcher_get_socket_path (LvEngineLauncher *self);

/* Whether the engine is our own child, which "died" tells about. */
gboolean lv_engine_launcher_has_child (LvEngineLauncher *self);

/* Done when something accepts connections on the socket; SERVER with the program's own words
 * otherwise. */
void lv_engine_launcher_start_async (LvEngineLauncher *self, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean lv_engine_launcher_start_finish (LvEngineLauncher *self, GAsyncResult *result,
                                          GError **error);
