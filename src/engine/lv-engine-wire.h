/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stretch of wire between a client and its WebSocket, for faults below the protocol: it can be
 * cut without anybody noticing, and it can delay pings. The WebSocket gets one end of a socket pair
 * in place of the client's socket, and frames are carried between the two. Main thread.
 */
#pragma once

#include <gio/gio.h>

#define LV_ENGINE_WIRE_MAX_BYTES (32 * 1024 * 1024) /* on their way, each direction */

typedef struct _LvEngineWire LvEngineWire;

/* Takes the place of what is behind @socket, which is still to be used as before. NULL: not now. */
LvEngineWire *lv_engine_wire_new (GSocket *socket);
/* Now the client sees the end of the connection. */
void lv_engine_wire_free (LvEngineWire *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineWire, lv_engine_wire_free)

/* Nothing passes any more, in either direction. */
void lv_engine_wire_cut (LvEngineWire *self);

/* Pings of the client arrive @ms late, and so do their pongs. */
void lv_engine_wire_delay_pings (LvEngineWire *self, guint ms);
