/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our objects on the connection, and the one gate that every call passes: who calls, what is it to
 * him, may he, and only then the handler. Properties and introspection pass the same gate, so that
 * a private session shows nothing of itself to others, not even that it is there. Main thread.
 */
#pragma once

#include "bus/lv-bus-manager.h"

#define LV_TYPE_BUS_EXPORT (lv_bus_export_get_type ())
G_DECLARE_FINAL_TYPE (LvBusExport, lv_bus_export, LV, BUS_EXPORT, GObject)

LvBusExport *lv_bus_export_new (GDBusConnection *connection, LvBusClients *clients,
                                LvBusSessions *sessions, LvBusManager *manager);

/* FAILED when a path is taken. */
gboolean lv_bus_export_register (LvBusExport *self, GError **error);

/* From now on every call is answered with NOT_READY. */
void lv_bus_export_refuse_calls (LvBusExport *self);
