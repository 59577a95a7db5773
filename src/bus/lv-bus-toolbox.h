/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What clients offer as tools: turns their declarations into tools of the registry, and lists them.
 * Main thread.
 */
#pragma once

#include "bus/lv-bus-client.h"
#include "config/lv-config.h"
#include "tools/lv-tool-registry.h"

#define LV_TYPE_BUS_TOOLBOX (lv_bus_toolbox_get_type ())
G_DECLARE_FINAL_TYPE (LvBusToolbox, lv_bus_toolbox, LV, BUS_TOOLBOX, GObject)

LvBusToolbox *lv_bus_toolbox_new (GDBusConnection *connection, LvToolRegistry *registry);

/* RegisterTools: @options as there. INVALID_ARGS, NOT_PERMITTED, TOO_MANY, or what is wrong with
 * @declarations. */
gboolean lv_bus_toolbox_register (LvBusToolbox *self, LvBusClient *client, LvConfig *config,
                                  const char *handler, const char *declarations, GVariant *options,
                                  GError **error);

/* NO_SUCH_CALL when @client registered nothing under @handler. */
gboolean lv_bus_toolbox_unregister (LvBusToolbox *self, LvBusClient *client, const char *handler,
                                    GError **error);

/* Tools for one private session of @client, until lv_bus_toolbox_remove_session(). */
gboolean lv_bus_toolbox_add_session (LvBusToolbox *self, LvBusClient *client, const char *session,
                                     const char *handler, const char *declarations, GError **error);
void lv_bus_toolbox_remove_session (LvBusToolbox *self, const char *owner, const char *session);

/* a(sssa{sv}) of ListTools: @client's own tools, or all when it may see them. Floating. */
GVariant *lv_bus_toolbox_list (LvBusToolbox *self, LvBusClient *client, LvBusClients *clients);

/* @name left the bus. */
void lv_bus_toolbox_drop_client (LvBusToolbox *self, const char *name);

/* Gives all tools back to their handlers. */
void lv_bus_toolbox_release_all (LvBusToolbox *self, const char *reason);
