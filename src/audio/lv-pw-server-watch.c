/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-server-watch.h"

#include <gio/gio.h>

#define SYSTEM_DIRECTORY "/run/pipewire"
#define SOCKET_PREFIX "pipewire-"

struct _LvPwServerWatch {
  void (*on_appeared) (gpointer data);
  gpointer data;
  char *name; /* NULL: any socket of PipeWire's */
  GPtrArray *monitors;
};

static gboolean
is_socket (LvPwServerWatch *self, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return self->name != NULL ? g_str_equal (name, self->name)
                            : g_str_has_prefix (name, SOCKET_PREFIX);
}

static void
on_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
            LvPwServerWatch *self)
{
  if (event == G_FILE_MONITOR_EVENT_CREATED && is_socket (self, file))
    self->on_appeared (self->data);
}

static void
watch (LvPwServerWatch *self, const char *directory)
{
  g_autoptr (GFile) file = g_file_new_for_path (directory);
  GFileMonitor *monitor = NULL;

  if (g_file_test (directory, G_FILE_TEST_IS_DIR)) /* GLib looks for others every 4 s */
    monitor = g_file_monitor_directory (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (monitor == NULL)
    return;
  g_signal_connect (monitor, "changed", G_CALLBACK (on_changed), self);
  g_ptr_array_add (self->monitors, monitor);
}

/* PIPEWIRE_REMOTE is a name, a path, or in newer versions also a list of them. */
static void
watch_remote (LvPwServerWatch *self, const char *remote)
{
  g_autofree char *directory = NULL;
  const char *runtime = g_getenv ("PIPEWIRE_RUNTIME_DIR");

  if (runtime == NULL)
    runtime = g_getenv ("XDG_RUNTIME_DIR");

  if (remote != NULL && g_path_is_absolute (remote))
    {
      self->name = g_path_get_basename (remote);
      directory = g_path_get_dirname (remote);
      watch (self, directory);
      return;
    }
  if (remote != NULL && g_ascii_isalnum (*remote))
    self->name = g_strdup (remote);
  if (runtime != NULL)
    watch (self, runtime);
  watch (self, SYSTEM_DIRECTORY);
}

LvPwServerWatch *
lv_pw_server_watch_new (void (*on_appeared) (gpointer data), gpointer data)
{
  LvPwServerWatch *self = g_new0 (LvPwServerWatch, 1);

  self->on_appeared = on_appeared;
  self->data = data;
  self->monitors = g_ptr_array_new_with_free_func (g_object_unref);
  watch_remote (self, g_getenv ("PIPEWIRE_REMOTE"));
  return self;
}

static void
disconnect (gpointer monitor, gpointer self)
{
  g_signal_handlers_disconnect_by_data (monitor, self);
  g_file_monitor_cancel (monitor);
}

void
lv_pw_server_watch_free (LvPwServerWatch *self)
{
  g_ptr_array_foreach (self->monitors, disconnect, self);
  g_ptr_array_unref (self->monitors);
  g_free (self->name);
  g_free (self);
}
