/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The listening sockets: a unix socket, a loopback port, or what systemd or a parent has opened.
 * Main thread, at start.
 */
#pragma once

#include "engine/lv-engine-options.h"

/* Opens what @options ask for and takes what systemd passes (LISTEN_FDS). GSocket, listening;
 * INVALID_ARGS when there is none, when an address is not loopback, or when another program
 * already listens. */
GPtrArray *lv_engine_listen (const LvEngineOptions *options, GError **error);

/* "unix:PATH" or "127.0.0.1:PORT"; newly allocated. */
char *lv_engine_listen_describe (GSocket *socket);

/* Tells the service manager, if there is one, that the program is ready (sd_notify protocol). */
void lv_engine_listen_notify_ready (void);
