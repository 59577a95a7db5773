/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much each connection has not read of all that was sent to it: replies, errors, signals and
 * calls, whoever sent them, GDBus too. The bus keeps the order, so who answers a Ping has read all
 * before it; one goes out whenever LV_BUS_BARRIER_BYTES more are on their way. Works in the thread
 * of the bus connection, alone there.
 */
#pragma once

#include "bus/lv-bus-barrier.h"

#include <gio/gio.h>

typedef struct _LvBusUnread LvBusUnread;

/* @connection must outlive it. */
LvBusUnread *lv_bus_unread_new (GDBusConnection *connection);
void lv_bus_unread_free (LvBusUnread *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusUnread, lv_bus_unread_free)

/* About the size of @message on its way, in bytes. */
gsize lv_bus_unread_measure (GDBusMessage *message);

/* @message leaves now. */
void lv_bus_unread_count (LvBusUnread *self, GDBusMessage *message);
/* A reply came. TRUE: it answers one of our Pings, and is nobody else's business. */
gboolean lv_bus_unread_take (LvBusUnread *self, GDBusMessage *reply);

/* Bytes on their way to @name. */
gsize lv_bus_unread_get (LvBusUnread *self, const char *name);
