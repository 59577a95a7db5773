/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-backlog.h"

struct _LvBusBacklog {
  GQueue letters; /* LvBusLetter, oldest first */
  gsize n_bytes;
};

LvBusBacklog *
lv_bus_backlog_new (void)
{
  return g_new0 (LvBusBacklog, 1);
}

void
lv_bus_backlog_free (LvBusBacklog *backlog)
{
  g_queue_clear_full (&backlog->letters, (GDestroyNotify) lv_bus_letter_free);
  g_free (backlog);
}

static GList *
find (LvBusBacklog *backlog, const char *subject)
{
  for (GList *link = backlog->letters.tail; link != NULL; link = link->prev)
    if (g_strcmp0 (((LvBusLetter *) link->data)->subject, subject) == 0)
      return link;
  return NULL;
}

static void
replace (LvBusBacklog *backlog, GList *link, LvBusLetter *letter)
{
  LvBusLetter *old = link->data;

  backlog->n_bytes += letter->size - old->size;
  link->data = letter;
  if (!g_str_equal (letter->signal, "Transcript"))
    {
      g_queue_unlink (&backlog->letters, link);
      g_queue_push_tail_link (&backlog->letters, link);
    }
  lv_bus_letter_free (old);
}

void
lv_bus_backlog_push (LvBusBacklog *backlog, LvBusLetter *letter)
{
  GList *known = letter->subject != NULL ? find (backlog, letter->subject) : NULL;

  if (known != NULL)
    replace (backlog, known, letter);
  else
    {
      g_queue_push_tail (&backlog->letters, letter);
      backlog->n_bytes += letter->size;
    }
  while (backlog->letters.length > 1 && (backlog->letters.length > LV_BUS_MAX_BACKLOG ||
                                         backlog->n_bytes > LV_BUS_MAX_BACKLOG_BYTES))
    lv_bus_letter_free (lv_bus_backlog_pop (backlog));
}

LvBusLetter *
lv_bus_backlog_pop (LvBusBacklog *backlog)
{
  LvBusLetter *letter = g_queue_pop_head (&backlog->letters);

  if (letter != NULL)
    backlog->n_bytes -= letter->size;
  return letter;
}

gboolean
lv_bus_backlog_is_empty (LvBusBacklog *backlog)
{
  return g_queue_is_empty (&backlog->letters);
}
