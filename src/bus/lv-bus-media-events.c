/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-media-events.h"

#include "lv-dbus-session.h"
#include "protocol/lv-json-variant.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _LvBusMediaEvents {
  GPtrArray *readers; /* Reader */
  void (*changed) (gpointer);
  gpointer user_data;
};

typedef struct {
  LvBusMediaEvents *events;
  char *client;
  LvTopics topics;
  int fd;
  GByteArray *waiting;
  guint hangup_id; /* the reader closed its end */
  guint writable_id;
} Reader;

static void
reader_free (Reader *reader)
{
  g_clear_handle_id (&reader->hangup_id, g_source_remove);
  g_clear_handle_id (&reader->writable_id, g_source_remove);
  close (reader->fd);
  g_byte_array_unref (reader->waiting);
  g_free (reader->client);
  g_free (reader);
}

LvBusMediaEvents *
lv_bus_media_events_new (void (*changed) (gpointer), gpointer user_data)
{
  LvBusMediaEvents *events = g_new0 (LvBusMediaEvents, 1);

  events->readers = g_ptr_array_new_with_free_func ((GDestroyNotify) reader_free);
  events->changed = changed;
  events->user_data = user_data;
  return events;
}

void
lv_bus_media_events_free (LvBusMediaEvents *events)
{
  g_ptr_array_unref (events->readers);
  g_free (events);
}

static void
drop (Reader *reader)
{
  LvBusMediaEvents *events = reader->events;

  g_ptr_array_remove_fast (events->readers, reader);
  events->changed (events->user_data);
}

/* FALSE: the reader is gone. */
static gboolean
write_waiting (Reader *reader)
{
  gssize n = 0;

  while (reader->waiting->len > 0 && n >= 0)
    {
      n = send (reader->fd, reader->waiting->data, reader->waiting->len,
                MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0)
        g_byte_array_remove_range (reader->waiting, 0, n);
      else if (n < 0 && errno == EINTR)
        n = 0;
    }
  return n >= 0 || errno == EAGAIN;
}

static gboolean
on_writable (int fd, GIOCondition condition, gpointer user_data)
{
  Reader *reader = user_data;

  if (!write_waiting (reader))
    {
      reader->writable_id = 0;
      drop (reader);
      return G_SOURCE_REMOVE;
    }
  if (reader->waiting->len > 0)
    return G_SOURCE_CONTINUE;
  reader->writable_id = 0;
  return G_SOURCE_REMOVE;
}

/* It has nothing to say, so that it closed its end is all that can come. */
static gboolean
on_hangup (int fd, GIOCondition condition, gpointer user_data)
{
  Reader *reader = user_data;

  reader->hangup_id = 0;
  drop (reader);
  return G_SOURCE_REMOVE;
}

static gboolean
check_room (LvBusMediaEvents *events, GError **error)
{
  if (events->readers->len < LV_BUS_MAX_READERS)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY, "A session may have %d event streams",
               LV_BUS_MAX_READERS);
  return FALSE;
}

int
lv_bus_media_events_open (LvBusMediaEvents *events, const char *client, LvTopics topics,
                          GError **error)
{
  int fds[2];
  Reader *reader;

  if (!check_room (events, error))
    return -1;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_FAILED, "No socket could be made: %s",
                   g_strerror (errno));
      return -1;
    }
  shutdown (fds[0], SHUT_RD);
  reader = g_new0 (Reader, 1);
  reader->events = events;
  reader->client = g_strdup (client);
  reader->topics = topics;
  reader->fd = fds[0];
  reader->waiting = g_byte_array_new ();
  reader->hangup_id = g_unix_fd_add (reader->fd, G_IO_HUP | G_IO_ERR, on_hangup, reader);
  g_ptr_array_add (events->readers, reader);
  return fds[1];
}

static void
append (Reader *reader, const char *line, gsize length)
{
  g_byte_array_append (reader->waiting, (const guint8 *) line, length);
  if (reader->writable_id == 0)
    reader->writable_id = g_unix_fd_add (reader->fd, G_IO_OUT, on_writable, reader);
}

static char *
make_line (const char *signal, GVariant *arguments)
{
  GDBusSignalInfo *info =
      g_dbus_interface_info_lookup_signal (lv_dbus_session_interface_info (), signal);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  gsize n = g_variant_n_children (arguments);

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (names, info != NULL ? info->args[i]->name : (char *) "changed");
  return lv_json_from_tuple ("signal", signal, (const char *const *) names->pdata, arguments);
}

void
lv_bus_media_events_tell (LvBusMediaEvents *events, LvTopics topics, const char *signal,
                          GVariant *arguments)
{
  g_autofree char *json = NULL;
  g_autofree char *line = NULL;

  if (!lv_bus_media_events_wanted (events, topics))
    return;
  json = make_line (signal, arguments);
  line = g_strconcat (json, "\n", NULL);
  for (guint i = events->readers->len; i > 0; i--)
    {
      Reader *reader = g_ptr_array_index (events->readers, i - 1);

      if ((reader->topics & topics) != 0)
        append (reader, line, strlen (line));
      if (reader->waiting->len > LV_BUS_MAX_READER_BYTES)
        drop (reader);
    }
}

gboolean
lv_bus_media_events_drop (LvBusMediaEvents *events, const char *client)
{
  guint before = events->readers->len;

  for (guint i = before; i > 0; i--)
    {
      Reader *reader = g_ptr_array_index (events->readers, i - 1);

      if (client == NULL)
        write_waiting (reader); /* the last words */
      if (client == NULL || g_str_equal (reader->client, client))
        g_ptr_array_remove_index_fast (events->readers, i - 1);
    }
  return events->readers->len < before;
}

gboolean
lv_bus_media_events_wanted (LvBusMediaEvents *events, LvTopics topics)
{
  for (guint i = 0; i < events->readers->len; i++)
    if ((((Reader *) g_ptr_array_index (events->readers, i))->topics & topics) != 0)
      return TRUE;
  return FALSE;
}

guint
lv_bus_media_events_count (LvBusMediaEvents *events)
{
  return events->readers->len;
}
