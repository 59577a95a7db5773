/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps the bus from piling up what one receiver does not read. The bus does not tell how far a
 * receiver is, but it keeps the order: who answers a Ping has read all before it. So after
 * LV_BUS_BARRIER_BYTES a Ping goes out, and until its reply, whatever it says, all further signals
 * wait in a backlog. Bookkeeping alone: who has a connection (lv-bus-outbox) sends. Pure.
 */
#pragma once

#include "bus/lv-bus-backlog.h"

#define LV_BUS_BARRIER_BYTES (256 * 1024) /* on their way to one connection */
#define LV_BUS_BARRIER_PATIENCE_S 30      /* without a reply, then it does not read any more */

typedef struct _LvBusBarrier LvBusBarrier;

LvBusBarrier *lv_bus_barrier_new (void);
void lv_bus_barrier_free (LvBusBarrier *barrier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusBarrier, lv_bus_barrier_free)

/* Takes @letter. */
void lv_bus_barrier_push (LvBusBarrier *barrier, LvBusLetter *letter);

/* The next letter that may go out now, which is the caller's; NULL: none. */
LvBusLetter *lv_bus_barrier_pop (LvBusBarrier *barrier);

/* TRUE once each time that a Ping has to go out. */
gboolean lv_bus_barrier_take_ping (LvBusBarrier *barrier);
/* It was answered. */
void lv_bus_barrier_acknowledge (LvBusBarrier *barrier);

/* A Ping is out. */
gboolean lv_bus_barrier_is_closed (LvBusBarrier *barrier);
gboolean lv_bus_barrier_has_backlog (LvBusBarrier *barrier);

/* Forgets all that waits but states and warnings. */
void lv_bus_barrier_shed (LvBusBarrier *barrier);
