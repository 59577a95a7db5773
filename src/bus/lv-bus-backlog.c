/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-backlog.h"

typedef struct {
  LvTopics topics;
  const char *signal;
  GVariant *arguments;
} Entry;

struct _LvBusBacklog {
  GQueue entries; /* Entry, oldest first */
};

static void
entry_free (Entry *entry)
{
  g_variant_unref (entry->arguments);
  g_free (entry);
}

LvBusBacklog *
lv_bus_backlog_new (void)
{
  return g_new0 (LvBusBacklog, 1);
}

void
lv_bus_backlog_free (LvBusBacklog *backlog)
{
  g_queue_clear_full (&backlog->entries, (GDestroyNotify) entry_free);
  g_free (backlog);
}

/* The number of the item; 0: something else. */
static guint
get_item (const char *signal, GVariant *arguments)
{
  guint item = 0;

  if (g_str_equal (signal, "Transcript"))
    g_variant_get_child (arguments, 0, "u", &item);
  return item;
}

static Entry *
find_item (LvBusBacklog *backlog, guint item)
{
  for (GList *link = backlog->entries.tail; link != NULL; link = link->prev)
    {
      Entry *entry = link->data;

      if (get_item (entry->signal, entry->arguments) == item)
        return entry;
    }
  return NULL;
}

static void
append (LvBusBacklog *backlog, LvTopics topics, const char *signal, GVariant *arguments)
{
  Entry *entry = g_new (Entry, 1);

  *entry = (Entry){ topics, signal, g_variant_ref (arguments) };
  g_queue_push_tail (&backlog->entries, entry);
  if (g_queue_get_length (&backlog->entries) > LV_BUS_MAX_BACKLOG)
    entry_free (g_queue_pop_head (&backlog->entries));
}

void
lv_bus_backlog_push (LvBusBacklog *backlog, LvTopics topics, const char *signal,
                     GVariant *arguments)
{
  guint item = get_item (signal, arguments);
  Entry *known = item > 0 ? find_item (backlog, item) : NULL;

  if (known == NULL)
    {
      append (backlog, topics, signal, arguments);
      return;
    }
  g_variant_unref (known->arguments);
  known->arguments = g_variant_ref (arguments);
}

void
lv_bus_backlog_flush (LvBusBacklog *backlog, LvBusBacklogSend send, gpointer user_data)
{
  Entry *entry;

  while ((entry = g_queue_pop_head (&backlog->entries)) != NULL)
    {
      send (entry->topics, entry->signal, entry->arguments, user_data);
      entry_free (entry);
    }
}
