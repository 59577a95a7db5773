/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who listens to one session, and to which topics. Counts, because several programs can share one
 * connection, as the extensions of a desktop shell do. Pure.
 */
#pragma once

#include "base/lv-error.h"

#define LV_BUS_MAX_SUBSCRIBERS 16   /* a session */
#define LV_BUS_MAX_SUBSCRIPTIONS 64 /* a connection to one topic of a session */

typedef enum {
  LV_TOPIC_TRANSCRIPT = 1 << 0,
  LV_TOPIC_TOOLS = 1 << 1,
  LV_TOPIC_LEVELS = 1 << 2,
  LV_TOPIC_WARNINGS = 1 << 3,
  LV_TOPIC_STATE = 1 << 4,
  LV_TOPIC_DETAILS = 1 << 5,
} LvTopics;
#define LV_TOPIC_ANY ((LvTopics) ~0)

/* INVALID_ARGS names the topic that does not exist. */
gboolean lv_topics_parse (const char *const *names, LvTopics *ret_topics, GError **error);

/* The same for the arguments of a method, "(as)". */
gboolean lv_topics_read (GVariant *arguments, LvTopics *ret_topics, GError **error);

typedef struct _LvBusAudience LvBusAudience;

LvBusAudience *lv_bus_audience_new (void);
void lv_bus_audience_free (LvBusAudience *audience);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusAudience, lv_bus_audience_free)

/* Once more each of @topics for @name. TOO_MANY: nothing has changed. */
gboolean lv_bus_audience_add (LvBusAudience *audience, const char *name, LvTopics topics,
                              GError **error);
/* Once less each of @topics that @name listens to. FALSE when it listened to none of them. */
gboolean lv_bus_audience_take_back (LvBusAudience *audience, const char *name, LvTopics topics);
/* FALSE when @name did not listen. */
gboolean lv_bus_audience_remove (LvBusAudience *audience, const char *name);

/* Those that listen to any of @topics: a new array of names that @audience owns. */
GPtrArray *lv_bus_audience_list (LvBusAudience *audience, LvTopics topics);
guint lv_bus_audience_count (LvBusAudience *audience);
