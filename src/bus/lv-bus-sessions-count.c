/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all sessions are doing, taken together. Main thread.
 */
#include "bus/lv-bus-sessions-private.h"

static guint
count_sessions (LvBusSessions *self, gboolean (*is_counted) (LvBusSession *))
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self);
  guint n = 0;

  for (guint i = 0; i < sessions->len; i++)
    n += is_counted (g_ptr_array_index (sessions, i));
  return n;
}

guint
lv_bus_sessions_count_active (LvBusSessions *self)
{
  return count_sessions (self, lv_bus_session_is_active) + g_hash_table_size (self->closing);
}

guint
lv_bus_sessions_count_private (LvBusSessions *self)
{
  return g_hash_table_size (self->sessions);
}

guint
lv_bus_sessions_count_subscribers (LvBusSessions *self)
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self);
  guint n = 0;

  for (guint i = 0; i < sessions->len; i++)
    n += lv_bus_session_count_subscribers (g_ptr_array_index (sessions, i));
  return n;
}

static gboolean
has_microphone (LvBusSession *session)
{
  return lv_session_get_microphone_active (lv_bus_session_get_session (session));
}

static gboolean
has_video (LvBusSession *session)
{
  return lv_bus_media_has_video (lv_bus_session_get_media (session));
}

gboolean
lv_bus_sessions_has_video (LvBusSessions *self)
{
  return count_sessions (self, has_video) > 0;
}

static gboolean
is_parking (LvBusSession *session)
{
  return lv_session_is_parking (lv_bus_session_get_session (session));
}

gboolean
lv_bus_sessions_is_parking (LvBusSessions *self)
{
  return count_sessions (self, is_parking) > 0;
}

gboolean
lv_bus_sessions_has_microphone (LvBusSessions *self)
{
  return count_sessions (self, has_microphone) > 0;
}

gboolean
lv_bus_sessions_use_device (LvBusSessions *self, LvPwNodeKind kind, const char *name)
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self);

  for (guint i = 0; i < sessions->len; i++)
    if (lv_session_uses_device (lv_bus_session_get_session (sessions->pdata[i]), kind, name))
      return TRUE;
  return FALSE;
}
