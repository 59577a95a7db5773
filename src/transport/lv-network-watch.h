/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether there is a network, and when it becomes another one: what a connection that was lost
 * waits for. Looks at nothing before somebody wants to know. Main thread; the first look may ask
 * another service and so happens in a thread of its own, for which nobody waits.
 *
 * Signals:
 *   "changed" ()   there is a network again, or none any more, or the way to the world is another
 */
#pragma once

#include <gio/gio.h>

#define LV_TYPE_NETWORK_WATCH (lv_network_watch_get_type ())
G_DECLARE_FINAL_TYPE (LvNetworkWatch, lv_network_watch, LV, NETWORK_WATCH, GObject)

/* @monitor: NULL for that of the system. */
LvNetworkWatch *lv_network_watch_new (GNetworkMonitor *monitor);

/* From now on "changed" is told; idempotent. */
void lv_network_watch_begin (LvNetworkWatch *self);

/* TRUE also while it is not known. */
gboolean lv_network_watch_is_available (LvNetworkWatch *self);
