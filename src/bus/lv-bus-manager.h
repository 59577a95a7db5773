/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The manager as the bus sees it: methods, properties and signals of
 * org.livevoice.LiveVoice1.Manager. Access has been checked before a method gets here. Main thread.
 */
#pragma once

#include "bus/lv-bus-sessions.h"

#define LV_BUS_API_VERSION 1

#define LV_TYPE_BUS_MANAGER (lv_bus_manager_get_type ())
G_DECLARE_FINAL_TYPE (LvBusManager, lv_bus_manager, LV, BUS_MANAGER, GObject)

/* What @services points to must outlive the
 * object. */
LvBusManager *lv_bus_manager_new (LvBusOutbox *outbox, LvBusClients *clients,
                                  LvBusSessions *sessions, LvBusToolbox *toolbox,
                                  const LvSessionServices *services, LvConfig *config);

void lv_bus_manager_set_config (LvBusManager *self, LvConfig *config);

/* Takes @invocation when it is one of the methods that answer later; FALSE and nothing done for all
 * others, which lv_bus_manager_call() carries out. */
gboolean lv_bus_manager_take (LvBusManager *self, LvBusClient *client,
                              GDBusMethodInvocation *invocation);

/* Carries out a method. *@reply is floating, or NULL for a method without results. */
gboolean lv_bus_manager_call (LvBusManager *self, LvBusClient *client, const char *method,
                              GVariant *arguments, GVariant **reply, GError **error);

/* Floating. */
GVariant *lv_bus_manager_get_property (LvBusManager *self, const char *name);

/* Gives all tools back to their handlers. */
void lv_bus_manager_release_tools (LvBusManager *self);
