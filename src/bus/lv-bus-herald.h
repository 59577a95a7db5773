/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tells the bus what happens in one session: its signals, each unicast to those who subscribed to
 * the topic, and its property changes, which are broadcast for the default session only. Main
 * thread.
 *
 * Signal:
 *   "told" (LvTopics topics, const char *name, GVariant *arguments)   to nobody in particular:
 *       each of those signals, and each property change as "PropertiesChanged" (a{sv})
 */
#pragma once

#include "bus/lv-bus-audience.h"
#include "bus/lv-bus-outbox.h"
#include "session/lv-session.h"

#define LV_BUS_LEVELS_PER_SECOND 10
#define LV_TOPICS_SECRET (LV_TOPIC_TRANSCRIPT | LV_TOPIC_DETAILS)

#define LV_TYPE_BUS_HERALD (lv_bus_herald_get_type ())
G_DECLARE_FINAL_TYPE (LvBusHerald, lv_bus_herald, LV, BUS_HERALD, GObject)

LvBusHerald *lv_bus_herald_new (LvSession *session, LvBusOutbox *outbox);

/* Owned by the herald. */
LvBusAudience *lv_bus_herald_get_audience (LvBusHerald *self);

/* A property of org.livevoice.LiveVoice1.Session by name; floating. */
GVariant *lv_bus_herald_get_property (LvBusHerald *self, const char *name);

/* LOCKED while what is said is held back: of the default session, while the screen is locked. */
gboolean lv_bus_herald_check_open (LvBusHerald *self, GError **error);

/* Closed, with what is still to be said before it. Done by itself when the session says that it has
 * closed. */
void lv_bus_herald_announce_closed (LvBusHerald *self, LvCloseReason reason);

/* Warning "unsubscribed", to @name alone. */
void lv_bus_herald_announce_dropped (LvBusHerald *self, const char *name);
