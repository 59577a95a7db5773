/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counts the calls of each connection before they get to the main loop, so that those above the
 * limit cost it nothing: however many come in one go, no sound waits for them. Who does not read
 * what it is sent (lv-bus-unread) gets nothing more to read. Works in the thread of the bus
 * connection, alone there.
 */
#pragma once

#include <gio/gio.h>

#define LV_BUS_MAX_CALLS_PER_SECOND 100 /* a connection */
#define LV_BUS_MAX_REFUSALS_PER_SECOND                                                             \
  50 /* a connection; more calls get no answer, since answers may pile up too */
#define LV_BUS_MAX_CALLERS                                                                         \
  512 /* connections that call within a second; those beyond are refused, together as one */
/* Bytes on their way to a connection; above it calls get TOO_MANY, and a little later no answer. */
#define LV_BUS_MAX_UNREAD (4 * 1024 * 1024)

/* Stands at @connection until lv_bus_doorman_remove(); an id. */
guint lv_bus_doorman_add (GDBusConnection *connection);
void lv_bus_doorman_remove (GDBusConnection *connection, guint id);
