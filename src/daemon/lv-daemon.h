/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The composition root: the only file that knows every part. Builds what the sessions share, puts
 * it on the bus, and takes it down in the opposite order. Main thread.
 */
#pragma once

#include "config/lv-config.h"

#include <gio/gio.h>

#define LV_TYPE_DAEMON (lv_daemon_get_type ())
G_DECLARE_FINAL_TYPE (LvDaemon, lv_daemon, LV, DAEMON, GObject)

/* @config_path: what a reload reads again, NULL for the usual search path. */
LvDaemon *lv_daemon_new (LvConfig *config, const char *config_path, GBusType bus_type);

/* Serves until SIGTERM or SIGINT; every conversation is closed and every transcript final before it
 * returns. FALSE when the bus could not be reached, the name is taken, or the bus went away. */
gboolean lv_daemon_run (LvDaemon *self);
