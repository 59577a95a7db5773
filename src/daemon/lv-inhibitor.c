/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-inhibitor"

#include "daemon/lv-inhibitor.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

struct _LvInhibitor {
  GObject parent_instance;

  GDBusConnection *connection; /* nullable */
  GCancellable *asking;        /* NULL: nothing is asked */
  int fd;                      /* the delay itself; -1: none */
  gboolean wanted;
};

G_DEFINE_FINAL_TYPE (LvInhibitor, lv_inhibitor, G_TYPE_OBJECT)

static int
take_fd (GVariant *reply, GUnixFDList *fds)
{
  int index = -1;

  if (g_variant_is_of_type (reply, G_VARIANT_TYPE ("(h)")))
    g_variant_get (reply, "(h)", &index);
  if (fds == NULL || index < 0 || index >= g_unix_fd_list_get_length (fds))
    return -1;
  return g_unix_fd_list_get (fds, index, NULL);
}

static void
on_inhibited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), &fds, result, &error);
  LvInhibitor *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  if (reply != NULL)
    self->fd = take_fd (reply, fds);
  else
    g_debug ("Sleep is not delayed: %s", error->message);
}

static void
take (LvInhibitor *self)
{
  if (!self->wanted || self->connection == NULL || self->fd >= 0 || self->asking != NULL)
    return;
  self->asking = g_cancellable_new ();
  g_dbus_connection_call_with_unix_fd_list (
      self->connection, LV_LOGIND_NAME, LV_LOGIND_PATH, LV_LOGIND_MANAGER, "Inhibit",
      g_variant_new ("(ssss)", "sleep", "Live Voice", "Conversations are being closed", "delay"),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, self->asking, on_inhibited,
      self);
}

void
lv_inhibitor_release (LvInhibitor *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

void
lv_inhibitor_renew (LvInhibitor *self)
{
  lv_inhibitor_release (self);
  take (self);
}

void
lv_inhibitor_set_source (LvInhibitor *self, GDBusConnection *connection)
{
  g_set_object (&self->connection, connection);
  lv_inhibitor_renew (self);
}

void
lv_inhibitor_set_wanted (LvInhibitor *self, gboolean wanted)
{
  self->wanted = wanted;
  if (wanted)
    take (self);
  else
    lv_inhibitor_release (self);
}

static void
lv_inhibitor_dispose (GObject *object)
{
  LvInhibitor *self = LV_INHIBITOR (object);

  lv_inhibitor_release (self);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (lv_inhibitor_parent_class)->dispose (object);
}

static void
lv_inhibitor_class_init (LvInhibitorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_inhibitor_dispose;
}

static void
lv_inhibitor_init (LvInhibitor *self)
{
  self->fd = -1;
}

LvInhibitor *
lv_inhibitor_new (void)
{
  return g_object_new (LV_TYPE_INHIBITOR, NULL);
}
