/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals that wait until they may be sent, in their order: of an item of the transcript only the
 * newest text, and of all of them the newest LV_BUS_MAX_BACKLOG. Pure.
 */
#pragma once

#include "bus/lv-bus-audience.h"

#define LV_BUS_MAX_BACKLOG 256 /* signals; the transcript itself keeps what is dropped */

typedef struct _LvBusBacklog LvBusBacklog;

/* @arguments is borrowed. */
typedef void (*LvBusBacklogSend) (LvTopics topics, const char *signal, GVariant *arguments,
                                  gpointer user_data);

LvBusBacklog *lv_bus_backlog_new (void);
void lv_bus_backlog_free (LvBusBacklog *backlog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusBacklog, lv_bus_backlog_free)

/* @signal: static. */
void lv_bus_backlog_push (LvBusBacklog *backlog, LvTopics topics, const char *signal,
                          GVariant *arguments);

/* Hands all of them to @send, oldest first. */
void lv_bus_backlog_flush (LvBusBacklog *backlog, LvBusBacklogSend send, gpointer user_data);
