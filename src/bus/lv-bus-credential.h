/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The manager's method that takes a key or token to keep: SetCredential. What it is given is read
 * from a descriptor, never from the bus, where others may listen; nothing gives it out again. Main
 * thread.
 */
#pragma once

#include "bus/lv-bus-client.h"
#include "transport/lv-endpoints.h"

/* Told when it has been kept or removed. */
typedef void (*LvBusCredentialChanged) (gpointer user_data);

/* Answers @invocation (taken). @changed is called before a good answer, unless @alive (weak) has
 * gone. */
void lv_bus_credential_set (LvEndpoints *endpoints, LvConfig *config, LvBusClient *client,
                            GDBusMethodInvocation *invocation, LvBusCredentialChanged changed,
                            GObject *alive);
