/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-audience.h"

struct _LvBusAudience {
  GHashTable *topics; /* unique name -> LvTopics */
};

static const char *const topic_names[] = { "transcript", "tools", "levels", "warnings", "state" };

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
                     "There is no topic \"%s\"; there are transcript, tools, levels, warnings and "
                     "state",
                     *names);
        return FALSE;
      }
  *ret_topics = topics;
  return TRUE;
}

LvBusAudience *
lv_bus_audience_new (void)
{
  LvBusAudience *audience = g_new0 (LvBusAudience, 1);

  audience->topics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return audience;
}

void
lv_bus_audience_free (LvBusAudience *audience)
{
  g_hash_table_unref (audience->topics);
  g_free (audience);
}

gboolean
lv_bus_audience_set (LvBusAudience *audience, const char *name, LvTopics topics, GError **error)
{
  if (topics == 0)
    {
      g_hash_table_remove (audience->topics, name);
      return TRUE;
    }
  if (!g_hash_table_contains (audience->topics, name) &&
      g_hash_table_size (audience->topics) >= LV_BUS_MAX_SUBSCRIBERS)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY, "A session may have %d subscribers",
                   LV_BUS_MAX_SUBSCRIBERS);
      return FALSE;
    }
  g_hash_table_replace (audience->topics, g_strdup (name), GUINT_TO_POINTER (topics));
  return TRUE;
}

gboolean
lv_bus_audience_remove (LvBusAudience *audience, const char *name)
{
  return g_hash_table_remove (audience->topics, name);
}

GPtrArray *
lv_bus_audience_list (LvBusAudience *audience, LvTopics topics)
{
  GPtrArray *names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, audience->topics);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if ((GPOINTER_TO_UINT (value) & topics) != 0)
      g_ptr_array_add (names, name);
  return names;
}

guint
lv_bus_audience_count (LvBusAudience *audience)
{
  return g_hash_table_size (audience->topics);
}
