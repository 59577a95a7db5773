/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The peers that use us, one record for each unique name from its first call until it leaves the
 * bus: who it is (asked of the bus once, never of the peer), and how much it may still ask for. A
 * call waits until its caller is known, calls of one caller keep their order. Main thread.
 *
 * Signal of LvBusClients:
 *   "vanished" (LvBusClient *)   left the bus: all that is kept for it has to go
 */
#pragma once

#include "bus/lv-bus-access.h"
#include "bus/lv-bus-doorman.h"

#define LV_BUS_MAX_WAITING_CALLS 64       /* a connection, until we know whose they are */
#define LV_BUS_MAX_CREATIONS_PER_SECOND 1 /* CreateSession, a connection */
#define LV_BUS_MAX_CREATIONS_PER_MINUTE 10
#define LV_BUS_MAX_STARTS 60 /* of a conversation, a connection in ten seconds */
#define LV_BUS_LOOKUP_TIMEOUT_MS 5000

#define LV_TYPE_BUS_CLIENT (lv_bus_client_get_type ())
G_DECLARE_FINAL_TYPE (LvBusClient, lv_bus_client, LV, BUS_CLIENT, GObject)

const char *lv_bus_client_get_name (LvBusClient *self);   /* unique name */
const char *lv_bus_client_get_app_id (LvBusClient *self); /* "" when unknown */
LvPeer lv_bus_client_get_peer (LvBusClient *self);
/* Who may use a resume token of this one: its user and its app, as one word for a file. Newly
 * allocated. */
char *lv_bus_client_dup_holder (LvBusClient *self);
/* Whether that is @holder: the same user, and the same app; a program of ours outside a sandbox
 * that is no app is any of its user's. */
gboolean lv_bus_client_is_holder (LvBusClient *self, const char *holder);
/* For the log: ":1.42 (org.gnome.Maps)", without parentheses when the app is unknown. Newly
 * allocated. */
char *lv_bus_client_describe (LvBusClient *self);

/* Whether it may create a session now, RATE_LIMITED when not; and: it did. */
gboolean lv_bus_client_check_creation (LvBusClient *self, GError **error);
void lv_bus_client_count_creation (LvBusClient *self);
/* It begins a conversation, RATE_LIMITED when it has begun too many lately. */
gboolean lv_bus_client_take_start (LvBusClient *self, GError **error);

/* Answers @invocation (taken) with @error under its documented name. */
void lv_bus_return_error (GDBusMethodInvocation *invocation, const GError *error);

/* The descriptor that argument @index of the call is the handle of, to be closed by who asks; -1
 * with INVALID_ARGS when none came. */
int lv_bus_dup_fd (GDBusMethodInvocation *invocation, guint index, GError **error);

#define LV_TYPE_BUS_CLIENTS (lv_bus_clients_get_type ())
G_DECLARE_FINAL_TYPE (LvBusClients, lv_bus_clients, LV, BUS_CLIENTS, GObject)

/* Answers @invocation, which it owns. */
typedef void (*LvBusCall) (LvBusClient *client, GDBusMethodInvocation *invocation,
                           gpointer user_data);

/* @proc_dir: "/proc", where the control groups of processes are read. */
LvBusClients *lv_bus_clients_new (GDBusConnection *connection, const char *proc_dir);

/* Hands @invocation (taken) to @call once its sender is known; answers it with NOT_PERMITTED where
 * that fails, with TOO_MANY above a limit. (Calls above LV_BUS_MAX_CALLS_PER_SECOND do not get
 * here.) @user_data must outlive the object. */
void lv_bus_clients_run (LvBusClients *self, GDBusMethodInvocation *invocation, LvBusCall call,
                         gpointer user_data);

/* NULL when there is no such client; borrowed. */
LvBusClient *lv_bus_clients_find (LvBusClients *self, const char *name);
