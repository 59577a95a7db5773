/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of a session on the bus share, and nobody else includes: its parts, and a table of
 * methods from the file of each topic. Main thread.
 */
#pragma once

#include "bus/lv-bus-herald.h"
#include "bus/lv-bus-session.h"

struct _LvBusSession {
  GObject parent_instance;

  LvSession *session;
  LvBusHerald *herald;
  LvBusToolbox *toolbox;
  LvBusMedia *media;
  LvConfig *config;
  LvProfile *profile; /* of Toggle() and Start({}) */
  GStrv listeners;
  char *maker;             /* unique name of who made it, which is part of the path; nullable */
  LvBusAudience *audience; /* borrowed from the herald */
  char *talker;            /* unique name of who holds the push-to-talk button */
  gint64 talk_until_us;
  guint linger_id;
  gboolean orphaned; /* the owner left the bus, and may come back */
  /* begun and not yet closed: a new one may begin while the last socket closes */
  guint n_conversations;
  gboolean closing;
};

/* Carries out a method; as lv_bus_session_call(). */
typedef struct {
  const char *name;
  gboolean (*handle) (LvBusSession *self, LvBusClient *client, GVariant *arguments,
                      GVariant **reply, GError **error);
} LvBusSessionMethod;

/* Each ends with a NULL name. */
extern const LvBusSessionMethod lv_bus_session_course_methods[];
extern const LvBusSessionMethod lv_bus_session_reading_methods[];
extern const LvBusSessionMethod lv_bus_session_talk_methods[];

/* "close-requested"; only of a private session. */
void lv_bus_session_request_close (LvBusSession *self, LvCloseReason reason);
/* Who listens to it has changed. */
void lv_bus_session_set_audience_changed (LvBusSession *self);
