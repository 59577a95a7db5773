/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps what everybody hears from becoming a flood: of each subject LV_BUS_BROADCASTS_PER_SECOND go
 * out at once; of more only the newest is kept, and goes out when a second has passed over the
 * oldest of them. Pure; the clock is passed in.
 */
#pragma once

#include "bus/lv-bus-letter.h"

#define LV_BUS_BROADCASTS_PER_SECOND 20 /* of one property, or one signal */
#define LV_BUS_MAX_BROADCASTS 64        /* subjects; there are fewer */

typedef struct _LvBusBroadcast LvBusBroadcast;

LvBusBroadcast *lv_bus_broadcast_new (void);
void lv_bus_broadcast_free (LvBusBroadcast *broadcast);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusBroadcast, lv_bus_broadcast_free)

/* Takes @letter and returns it when it may go out at @now_us (monotonic, rising), or NULL. */
LvBusLetter *lv_bus_broadcast_push (LvBusBroadcast *broadcast, LvBusLetter *letter, gint64 now_us);

/* The next of those kept whose time has come, which is the caller's; NULL: none. */
LvBusLetter *lv_bus_broadcast_pop (LvBusBroadcast *broadcast, gint64 now_us);

/* Any of those kept, whether its time has come or not; otherwise the same. */
LvBusLetter *lv_bus_broadcast_pop_early (LvBusBroadcast *broadcast);

/* Microseconds until lv_bus_broadcast_pop() has one; -1: nothing waits. */
gint64 lv_bus_broadcast_get_wait (LvBusBroadcast *broadcast, gint64 now_us);
