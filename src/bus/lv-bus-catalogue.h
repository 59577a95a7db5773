/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The manager's methods about what an endpoint has on offer: ListModels, ListVoices, ListLanguages
 * and CreateToken. Asked of the service where that is possible, taken from our own tables
 * elsewhere. Main thread.
 */
#pragma once

#include "bus/lv-bus-client.h"
#include "transport/lv-endpoints.h"

#define LV_BUS_MAX_QUESTIONS 8 /* to services, at the same time, of all callers */
#define LV_BUS_TOKEN_USES_MAX 1000
#define LV_BUS_TOKEN_LIFETIME_MAX_S 72000 /* 20 hours: the service's limit */
#define LV_BUS_TOKEN_LIFETIME_S 1800      /* the service's defaults */
#define LV_BUS_TOKEN_NEW_SESSION_S 60

#define LV_TYPE_BUS_CATALOGUE (lv_bus_catalogue_get_type ())
G_DECLARE_FINAL_TYPE (LvBusCatalogue, lv_bus_catalogue, LV, BUS_CATALOGUE, GObject)

LvBusCatalogue *lv_bus_catalogue_new (LvEndpoints *endpoints);

/* Nobody waits for an answer any more. */
void lv_bus_catalogue_cancel (LvBusCatalogue *self);

/* Whether @method is one of those above. */
gboolean lv_bus_catalogue_has (const char *method);

/* Answers @invocation (taken), a call of one of them. */
void lv_bus_catalogue_call (LvBusCatalogue *self, LvConfig *config, LvBusClient *client,
                            GDBusMethodInvocation *invocation);
