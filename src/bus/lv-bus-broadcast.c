/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-broadcast.h"

#include "base/lv-rate.h"

struct _LvBusBroadcast {
  GHashTable *subjects; /* subject -> Subject */
};

typedef struct {
  LvRate *rate;
  LvBusLetter *letter; /* that waits; nullable */
} Subject;

static void
subject_free (Subject *subject)
{
  lv_rate_free (subject->rate);
  g_clear_pointer (&subject->letter, lv_bus_letter_free);
  g_free (subject);
}

LvBusBroadcast *
lv_bus_broadcast_new (void)
{
  LvBusBroadcast *broadcast = g_new0 (LvBusBroadcast, 1);

  broadcast->subjects =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) subject_free);
  return broadcast;
}

void
lv_bus_broadcast_free (LvBusBroadcast *broadcast)
{
  g_hash_table_unref (broadcast->subjects);
  g_free (broadcast);
}

/* NULL where it cannot be told apart from others. */
static Subject *
ensure_subject (LvBusBroadcast *broadcast, const char *name)
{
  Subject *subject = name != NULL ? g_hash_table_lookup (broadcast->subjects, name) : NULL;

  if (subject != NULL || name == NULL ||
      g_hash_table_size (broadcast->subjects) >= LV_BUS_MAX_BROADCASTS)
    return subject;
  subject = g_new0 (Subject, 1);
  subject->rate = lv_rate_new (LV_BUS_BROADCASTS_PER_SECOND, G_USEC_PER_SEC);
  g_hash_table_insert (broadcast->subjects, g_strdup (name), subject);
  return subject;
}

LvBusLetter *
lv_bus_broadcast_push (LvBusBroadcast *broadcast, LvBusLetter *letter, gint64 now_us)
{
  Subject *subject = ensure_subject (broadcast, letter->subject);

  if (subject == NULL || (subject->letter == NULL && lv_rate_take (subject->rate, now_us)))
    return letter;
  g_clear_pointer (&subject->letter, lv_bus_letter_free);
  subject->letter = letter;
  return NULL;
}

LvBusLetter *
lv_bus_broadcast_pop (LvBusBroadcast *broadcast, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, broadcast->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Subject *subject = value;

      if (subject->letter != NULL && lv_rate_take (subject->rate, now_us))
        return g_steal_pointer (&subject->letter);
    }
  return NULL;
}

LvBusLetter *
lv_bus_broadcast_pop_early (LvBusBroadcast *broadcast)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, broadcast->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Subject *) value)->letter != NULL)
      return g_steal_pointer (&((Subject *) value)->letter);
  return NULL;
}

gint64
lv_bus_broadcast_get_wait (LvBusBroadcast *broadcast, gint64 now_us)
{
  gint64 least_us = -1;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, broadcast->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Subject *subject = value;
      gint64 wait_us = lv_rate_get_wait (subject->rate, now_us);

      if (subject->letter != NULL && (least_us < 0 || wait_us < least_us))
        least_us = wait_us;
    }
  return least_us;
}
