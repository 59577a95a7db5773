/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A network that is there and away as the test says. Main thread.
 */
#pragma once

#include <gio/gio.h>

/* A GNetworkMonitor; the network is there. */
GNetworkMonitor *lv_test_network_new (void);
/* Tells that it changed, to whom wants to know. */
void lv_test_network_set_available (GNetworkMonitor *monitor, gboolean available);
