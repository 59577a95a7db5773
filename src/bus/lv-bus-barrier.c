/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-barrier.h"

struct _LvBusBarrier {
  LvBusBacklog *backlog;
  gsize n_bytes; /* since the last Ping that was answered */
  gboolean closed;
};

LvBusBarrier *
lv_bus_barrier_new (void)
{
  LvBusBarrier *barrier = g_new0 (LvBusBarrier, 1);

  barrier->backlog = lv_bus_backlog_new ();
  return barrier;
}

void
lv_bus_barrier_free (LvBusBarrier *barrier)
{
  lv_bus_backlog_free (barrier->backlog);
  g_free (barrier);
}

void
lv_bus_barrier_push (LvBusBarrier *barrier, LvBusLetter *letter)
{
  lv_bus_backlog_push (barrier->backlog, letter);
}

LvBusLetter *
lv_bus_barrier_pop (LvBusBarrier *barrier)
{
  LvBusLetter *letter;

  if (barrier->closed || barrier->n_bytes >= LV_BUS_BARRIER_BYTES)
    return NULL;
  letter = lv_bus_backlog_pop (barrier->backlog);
  if (letter != NULL)
    barrier->n_bytes += letter->size;
  return letter;
}

gboolean
lv_bus_barrier_take_ping (LvBusBarrier *barrier)
{
  if (barrier->closed || barrier->n_bytes < LV_BUS_BARRIER_BYTES)
    return FALSE;
  barrier->closed = TRUE;
  return TRUE;
}

void
lv_bus_barrier_acknowledge (LvBusBarrier *barrier)
{
  barrier->closed = FALSE;
  barrier->n_bytes = 0;
}

gboolean
lv_bus_barrier_is_closed (LvBusBarrier *barrier)
{
  return barrier->closed;
}

gboolean
lv_bus_barrier_has_backlog (LvBusBarrier *barrier)
{
  return !lv_bus_backlog_is_empty (barrier->backlog);
}

void
lv_bus_barrier_shed (LvBusBarrier *barrier)
{
  g_autoptr (LvBusBacklog) old = g_steal_pointer (&barrier->backlog);
  LvBusLetter *letter;

  barrier->backlog = lv_bus_backlog_new ();
  while ((letter = lv_bus_backlog_pop (old)) != NULL)
    if (g_str_equal (letter->signal, "PropertiesChanged") ||
        g_str_equal (letter->signal, "Warning"))
      lv_bus_backlog_push (barrier->backlog, letter);
    else
      lv_bus_letter_free (letter);
}
