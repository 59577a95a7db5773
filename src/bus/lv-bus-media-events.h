/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Event streams: the signals of one session as lines of JSON, each reader on a socket of its own. A
 * reader that does not read is given a bounded time in bytes and then dropped, so that nobody waits
 * for it. Main thread; never blocks.
 */
#pragma once

#include "bus/lv-bus-audience.h"

#define LV_BUS_MAX_READERS 16                /* a session */
#define LV_BUS_MAX_READER_BYTES (256 * 1024) /* that wait for a reader */

typedef struct _LvBusMediaEvents LvBusMediaEvents;

/* @changed: called with @user_data from the main loop when a reader went away by itself. */
LvBusMediaEvents *lv_bus_media_events_new (void (*changed) (gpointer), gpointer user_data);
void lv_bus_media_events_free (LvBusMediaEvents *events);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusMediaEvents, lv_bus_media_events_free)

/* A new stream for @client (unique name): the reader's end, or -1 with TOO_MANY. */
int lv_bus_media_events_open (LvBusMediaEvents *events, const char *client, LvTopics topics,
                              GError **error);

/* One line to every reader of any of @topics. @arguments: of the signal, a tuple; of
 * PropertiesChanged an a{sv} in one. */
void lv_bus_media_events_tell (LvBusMediaEvents *events, LvTopics topics, const char *signal,
                               GVariant *arguments);

/* FALSE when @client had none; NULL: all of them. */
gboolean lv_bus_media_events_drop (LvBusMediaEvents *events, const char *client);

gboolean lv_bus_media_events_wanted (LvBusMediaEvents *events, LvTopics topics);
guint lv_bus_media_events_count (LvBusMediaEvents *events);
