/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-audience.h"

static const char *const topic_names[] = { "transcript", "tools", "levels",
                                           "warnings",   "state", "details" };

struct _LvBusAudience {
  GHashTable *subscribers; /* unique name -> Subscriber */
};

/* How often each topic was asked for. */
typedef struct {
  guint counts[G_N_ELEMENTS (topic_names)];
} Subscriber;

static gboolean
parse_topic (const char *name, LvTopics *topics)
{
  for (guint i = 0; i < G_N_ELEMENTS (topic_names); i++)
    if (g_str_equal (topic_names[i], name))
      {
        *topics |= 1 << i;
        return TRUE;
      }
  return FALSE;
}

gboolean
lv_topics_parse (const char *const *names, LvTopics *ret_topics, GError **error)
{
  LvTopics topics = 0;

  for (; *names != NULL; names++)
    if (!parse_topic (*names, &topics))
      {
        g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                     "There is no topic \"%s\"; there are transcript, tools, levels, warnings, "
                     "state and details",
                     *names);
        return FALSE;
      }
  *ret_topics = topics;
  return TRUE;
}

static LvTopics
get_topics (const Subscriber *subscriber)
{
  LvTopics topics = 0;

  for (guint i = 0; i < G_N_ELEMENTS (topic_names); i++)
    topics |= (subscriber->counts[i] > 0) << i;
  return topics;
}

gboolean
lv_topics_read (GVariant *arguments, LvTopics *ret_topics, GError **error)
{
  g_autofree const char **names = NULL;

  g_variant_get (arguments, "(^a&s)", &names);
  return lv_topics_parse (names, ret_topics, error);
}

LvBusAudience *
lv_bus_audience_new (void)
{
  LvBusAudience *audience = g_new0 (LvBusAudience, 1);

  audience->subscribers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return audience;
}

void
lv_bus_audience_free (LvBusAudience *audience)
{
  g_hash_table_unref (audience->subscribers);
  g_free (audience);
}

static gboolean
check_room (LvBusAudience *audience, const Subscriber *subscriber, LvTopics topics, GError **error)
{
  if (subscriber == NULL && g_hash_table_size (audience->subscribers) >= LV_BUS_MAX_SUBSCRIBERS)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY, "A session may have %d subscribers",
                   LV_BUS_MAX_SUBSCRIBERS);
      return FALSE;
    }
  for (guint i = 0; subscriber != NULL && i < G_N_ELEMENTS (topic_names); i++)
    if ((topics & 1 << i) != 0 && subscriber->counts[i] >= LV_BUS_MAX_SUBSCRIPTIONS)
      {
        g_set_error (
            error, LV_ERROR, LV_ERROR_TOO_MANY,
            "A connection may subscribe %d times to \"%s\"; unsubscribe what is not needed",
            LV_BUS_MAX_SUBSCRIPTIONS, topic_names[i]);
        return FALSE;
      }
  return TRUE;
}

gboolean
lv_bus_audience_add (LvBusAudience *audience, const char *name, LvTopics topics, GError **error)
{
  Subscriber *subscriber = g_hash_table_lookup (audience->subscribers, name);

  if (topics == 0)
    return TRUE;
  if (!check_room (audience, subscriber, topics, error))
    return FALSE;

  if (subscriber == NULL)
    {
      subscriber = g_new0 (Subscriber, 1);
      g_hash_table_insert (audience->subscribers, g_strdup (name), subscriber);
    }
  for (guint i = 0; i < G_N_ELEMENTS (topic_names); i++)
    if ((topics & 1 << i) != 0)
      subscriber->counts[i]++;
  return TRUE;
}

gboolean
lv_bus_audience_take_back (LvBusAudience *audience, const char *name, LvTopics topics)
{
  Subscriber *subscriber = g_hash_table_lookup (audience->subscribers, name);

  if (subscriber == NULL || (get_topics (subscriber) & topics) == 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (topic_names); i++)
    if ((topics & 1 << i) != 0 && subscriber->counts[i] > 0)
      subscriber->counts[i]--;
  if (get_topics (subscriber) == 0)
    g_hash_table_remove (audience->subscribers, name);
  return TRUE;
}

gboolean
lv_bus_audience_remove (LvBusAudience *audience, const char *name)
{
  return g_hash_table_remove (audience->subscribers, name);
}

GPtrArray *
lv_bus_audience_list (LvBusAudience *audience, LvTopics topics)
{
  GPtrArray *names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name, subscriber;

  g_hash_table_iter_init (&iter, audience->subscribers);
  while (g_hash_table_iter_next (&iter, &name, &subscriber))
    if ((get_topics (subscriber) & topics) != 0)
      g_ptr_array_add (names, name);
  return names;
}

guint
lv_bus_audience_count (LvBusAudience *audience)
{
  return g_hash_table_size (audience->subscribers);
}
