/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files about all sessions share, and nobody else includes. Main thread.
 */
#pragma once

#include "bus/lv-bus-sessions.h"

struct _LvBusSessions {
  GObject parent_instance;

  LvBusOutbox *outbox;
  LvBusClients *clients;
  LvBusToolbox *toolbox;
  LvSessionServices services;
  LvConfig *config;

  LvBusSession *default_session;
  GHashTable *sessions; /* path -> LvBusSession: the private ones */
  GHashTable *closing;  /* path -> LvBusSession: no call reaches them, their sockets are closing */
  GHashTable *owners;   /* unique names of peers that have, or had, private sessions */
  LvPause hold;
  gboolean shutting_down;
};

/* Whether @owner may have one more: TOO_MANY. */
gboolean lv_bus_sessions_check_share (LvBusSessions *self, const char *owner, GError **error);
