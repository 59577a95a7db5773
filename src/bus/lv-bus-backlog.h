/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals that wait until they may be sent, in their order: of each subject only the newest, and of
 * all of them the newest LV_BUS_MAX_BACKLOG, of at most LV_BUS_MAX_BACKLOG_BYTES. Pure.
 */
#pragma once

#include "bus/lv-bus-letter.h"

#define LV_BUS_MAX_BACKLOG 256 /* signals; the transcript itself keeps what is dropped */
#define LV_BUS_MAX_BACKLOG_BYTES (1024 * 1024)

typedef struct _LvBusBacklog LvBusBacklog;

LvBusBacklog *lv_bus_backlog_new (void);
void lv_bus_backlog_free (LvBusBacklog *backlog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusBacklog, lv_bus_backlog_free)

/* Takes @letter. A text stays where its item was begun, a state is told after what led to it. */
void lv_bus_backlog_push (LvBusBacklog *backlog, LvBusLetter *letter);

/* The oldest, which is the caller's; NULL: none. */
LvBusLetter *lv_bus_backlog_pop (LvBusBacklog *backlog);

gboolean lv_bus_backlog_is_empty (LvBusBacklog *backlog);
