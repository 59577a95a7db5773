/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals on their way out. They leave in the order of the calls here, from the main loop and never
 * from within one: a caller so always has the reply to its method before the signals that the
 * method caused. Main thread.
 */
#pragma once

#include <gio/gio.h>

#define LV_TYPE_BUS_OUTBOX (lv_bus_outbox_get_type ())
G_DECLARE_FINAL_TYPE (LvBusOutbox, lv_bus_outbox, LV, BUS_OUTBOX, GObject)

LvBusOutbox *lv_bus_outbox_new (GDBusConnection *connection);

/* @destination: unique name; NULL broadcasts, then @arguments must hold nothing private. A floating
 * @arguments is taken. */
void lv_bus_outbox_emit (LvBusOutbox *self, const char *destination, const char *path,
                         const char *interface, const char *signal, GVariant *arguments);

/* PropertiesChanged of one property. A floating @value is taken. */
void lv_bus_outbox_emit_property (LvBusOutbox *self, const char *destination, const char *path,
                                  const char *interface, const char *property, GVariant *value);

/* Sends everything now: before the connection is given up. */
void lv_bus_outbox_flush (LvBusOutbox *self);
