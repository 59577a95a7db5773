/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-unread.h"

#define BUS_NAME "org.freedesktop.DBus"
#define HEADER_SIZE 160 /* of a message, about */
#define MANY_READERS 64 /* from here on those that were sent little are asked too */

typedef struct {
  char *name;
  gsize n_bytes;  /* that it has not shown to have read */
  gsize n_behind; /* of these, behind the Ping */
  guint32 ping;   /* serial of the Ping that is out; 0: none */
} Reader;

struct _LvBusUnread {
  GDBusConnection *connection; /* borrowed */
  GHashTable *readers;         /* unique name -> Reader */
  GHashTable *pings;           /* serial -> Reader */
  gint64 asked_us;             /* when all readers were */
};

static void
reader_free (Reader *reader)
{
  g_free (reader->name);
  g_free (reader);
}

LvBusUnread *
lv_bus_unread_new (GDBusConnection *connection)
{
  LvBusUnread *self = g_new0 (LvBusUnread, 1);

  self->connection = connection;
  self->readers =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) reader_free);
  self->pings = g_hash_table_new (NULL, NULL);
  return self;
}

void
lv_bus_unread_free (LvBusUnread *self)
{
  g_hash_table_unref (self->pings);
  g_hash_table_unref (self->readers);
  g_free (self);
}

gsize
lv_bus_unread_measure (GDBusMessage *message)
{
  GVariant *body = g_dbus_message_get_body (message);

  return HEADER_SIZE + (body != NULL ? g_variant_get_size (body) : 0);
}

static void
ping (LvBusUnread *self, Reader *reader)
{
  g_autoptr (GDBusMessage) ping =
      g_dbus_message_new_method_call (reader->name, "/", "org.freedesktop.DBus.Peer", "Ping");

  g_dbus_message_set_flags (ping, G_DBUS_MESSAGE_FLAGS_NO_AUTO_START);
  if (g_dbus_connection_send_message (self->connection, ping, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                      &reader->ping, NULL))
    g_hash_table_insert (self->pings, GUINT_TO_POINTER (reader->ping), reader);
}

/* So that those are forgotten that have read everything, or left. */
static void
ask_all (LvBusUnread *self)
{
  gint64 now_us = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer reader;

  if (now_us - self->asked_us < G_USEC_PER_SEC)
    return;
  self->asked_us = now_us;
  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, NULL, &reader))
    if (((Reader *) reader)->ping == 0)
      ping (self, reader);
}

static Reader *
ensure_reader (LvBusUnread *self, const char *name)
{
  Reader *reader = g_hash_table_lookup (self->readers, name);

  if (reader != NULL)
    return reader;
  if (g_hash_table_size (self->readers) >= MANY_READERS)
    ask_all (self);
  reader = g_new0 (Reader, 1);
  reader->name = g_strdup (name);
  g_hash_table_insert (self->readers, reader->name, reader);
  return reader;
}

void
lv_bus_unread_count (LvBusUnread *self, GDBusMessage *message)
{
  const char *name = g_dbus_message_get_destination (message);
  guint32 serial = g_dbus_message_get_serial (message);
  gsize size = lv_bus_unread_measure (message);
  Reader *reader;

  if (name == NULL || *name != ':' ||
      g_hash_table_contains (self->pings, GUINT_TO_POINTER (serial)))
    return;
  reader = ensure_reader (self, name);
  reader->n_bytes += size;
  if (reader->ping != 0)
    reader->n_behind += size;
  else if (reader->n_bytes >= LV_BUS_BARRIER_BYTES)
    ping (self, reader);
}

/* The bus answers for those that have left. */
static gboolean
is_from (GDBusMessage *reply, Reader *reader)
{
  const char *sender = g_dbus_message_get_sender (reply);

  return g_strcmp0 (sender, reader->name) == 0 || g_strcmp0 (sender, BUS_NAME) == 0;
}

gboolean
lv_bus_unread_take (LvBusUnread *self, GDBusMessage *reply)
{
  gpointer serial = GUINT_TO_POINTER (g_dbus_message_get_reply_serial (reply));
  Reader *reader = g_hash_table_lookup (self->pings, serial);

  if (reader == NULL || !is_from (reply, reader))
    return FALSE;
  g_hash_table_remove (self->pings, serial);
  reader->ping = 0;
  reader->n_bytes = reader->n_behind;
  reader->n_behind = 0;
  if (reader->n_bytes >= LV_BUS_BARRIER_BYTES)
    ping (self, reader);
  else if (reader->n_bytes == 0)
    g_hash_table_remove (self->readers, reader->name);
  return TRUE;
}

gsize
lv_bus_unread_get (LvBusUnread *self, const char *name)
{
  Reader *reader = g_hash_table_lookup (self->readers, name);

  return reader != NULL ? reader->n_bytes : 0;
}
