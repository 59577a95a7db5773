/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the manager share, and nobody else includes: its parts, and a table of methods
 * from the file of each topic. Main thread.
 */
#pragma once

#include "bus/lv-bus-catalogue.h"
#include "bus/lv-bus-devices.h"
#include "bus/lv-bus-manager.h"
#include "bus/lv-bus-toolbox.h"

struct _LvBusManager {
  GObject parent_instance;

  LvBusOutbox *outbox;
  LvBusClients *clients;
  LvBusSessions *sessions;
  LvBusToolbox *toolbox;
  LvEndpoints *endpoints;
  LvBusCatalogue *catalogue;
  LvBusDevices *devices;
  LvLedger *ledger; /* borrowed */
  LvConfig *config;
  gboolean microphone_in_use; /* as last announced */
  gboolean video_in_use;
  gboolean locked;
  gboolean has_credential;
};

/* Carries out a method; as lv_bus_manager_call(). */
typedef struct {
  const char *name;
  gboolean (*handle) (LvBusManager *self, LvBusClient *client, GVariant *arguments,
                      GVariant **reply, GError **error);
} LvBusManagerMethod;

/* Each ends with a NULL name. */
extern const LvBusManagerMethod lv_bus_manager_session_methods[];
extern const LvBusManagerMethod lv_bus_manager_tool_methods[];
extern const LvBusManagerMethod lv_bus_manager_usage_methods[];

/* A signal of the manager; @destination NULL: to all. Sinks @arguments. */
void lv_bus_manager_emit (LvBusManager *self, const char *destination, const char *signal,
                          GVariant *arguments);
