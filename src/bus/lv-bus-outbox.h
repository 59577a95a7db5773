/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals on their way out. They leave in the order of the calls here, from the main loop and never
 * from within one: a caller so always has the reply to its method before the signals that the
 * method caused. Who does not read is not sent more than lv-bus-barrier lets through, and what
 * everybody hears is thinned out by lv-bus-broadcast. Main thread.
 *
 * Signal:
 *   "stuck" (const char *name)   that connection has not read for LV_BUS_BARRIER_PATIENCE_S; what
 *       waited for it is gone, but for the newest of each state
 */
#pragma once

#include "bus/lv-bus-client.h"

#define LV_TYPE_BUS_OUTBOX (lv_bus_outbox_get_type ())
G_DECLARE_FINAL_TYPE (LvBusOutbox, lv_bus_outbox, LV, BUS_OUTBOX, GObject)

/* What is for none of @clients is for nobody. */
LvBusOutbox *lv_bus_outbox_new (GDBusConnection *connection, LvBusClients *clients);

/* For tests, which cannot wait LV_BUS_BARRIER_PATIENCE_S. */
void lv_bus_outbox_set_patience (LvBusOutbox *self, guint patience_ms);

/* @destination: unique name; NULL broadcasts, then @arguments must hold nothing private. A floating
 * @arguments is taken. */
void lv_bus_outbox_emit (LvBusOutbox *self, const char *destination, const char *path,
                         const char *interface, const char *signal, GVariant *arguments);

/* PropertiesChanged of one property. A floating @value is taken. */
void lv_bus_outbox_emit_property (LvBusOutbox *self, const char *destination, const char *path,
                                  const char *interface, const char *property, GVariant *value);

/* Sends everything now, as far as it is read: before the connection is given up. */
void lv_bus_outbox_flush (LvBusOutbox *self);
