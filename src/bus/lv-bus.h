/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The daemon's face on D-Bus: exports the manager, the default session and the private sessions,
 * owns the well-known name, and knows every peer that uses us. The only header of this folder that
 * daemon/ needs. Main thread.
 *
 * Signals:
 *   "name-acquired" ()           we answer calls: tell the service manager that we are ready
 *   "name-lost" ()               another process has the name, or the bus is gone: end
 *   "idle-changed" (gboolean idle)   TRUE: no conversation is active in any session
 *   "status-changed" ()          lv_bus_dup_status() or lv_bus_is_in_use() may answer otherwise now
 *   "parked" ()                  after lv_bus_set_hold (ASLEEP): no connection is left, the machine
 *       may sleep
 *   "shut-down" ()               after lv_bus_shutdown(): every session is closed and every
 *       message has left
 */
#pragma once

#include "session/lv-session.h"

#define LV_TYPE_BUS (lv_bus_get_type ())
G_DECLARE_FINAL_TYPE (LvBus, lv_bus, LV, BUS, GObject)

/* Does nothing yet. @services is copied; what it points to must outlive the object. */
LvBus *lv_bus_new (GDBusConnection *connection, const LvSessionServices *services,
                   LvConfig *config);

/* Exports the objects, then asks for the name; "name-acquired" or "name-lost" follows. FAILED when
 * a path is taken. */
gboolean lv_bus_start (LvBus *self, GError **error);

/* Closes every session with @reason, gives tools back, drops the name; "shut-down" follows, once.
 * New calls are refused from now on. */
void lv_bus_shutdown (LvBus *self, LvCloseReason reason);

/* A reload: the default session takes the new profile with its next start, private sessions keep
 * theirs. */
void lv_bus_set_config (LvBus *self, LvConfig *config);

/* The user is away, or back (NONE), as for lv_session_set_hold(); [daemon] lock-policy says what
 * that means. After ASLEEP "parked" follows. */
void lv_bus_set_hold (LvBus *self, LvPause hold);

/* TRUE while no session is connected or connecting. */
gboolean lv_bus_is_idle (LvBus *self);

/* TRUE while anybody would miss us: a conversation, a private session, a tool or a subscriber. */
gboolean lv_bus_is_in_use (LvBus *self);

/* One line for the service manager, e.g. "1 conversation, 3 tools, 2 clients"; newly allocated. */
char *lv_bus_dup_status (LvBus *self);
