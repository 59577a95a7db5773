/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-network-watch.h"

#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>

struct _LvNetworkWatch {
  GObject parent_instance;

  gboolean begun;
  GNetworkMonitor *monitor; /* NULL: not known yet */
};

G_DEFINE_FINAL_TYPE (LvNetworkWatch, lv_network_watch, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, LvNetworkWatch *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
watch (LvNetworkWatch *self)
{
  g_signal_connect_object (self->monitor, "network-changed", G_CALLBACK (on_network_changed), self,
                           0);
}

/* GIO has one lock for all the defaults that it has not looked for yet, and holds it while the one
 * for the network waits for another service. What connections and settings need is found before. */
static void
find_other_defaults (void)
{
  g_autoptr (GSettingsBackend) settings G_GNUC_UNUSED = g_settings_backend_get_default ();
  g_autoptr (GResolver) resolver G_GNUC_UNUSED = g_resolver_get_default ();

  g_tls_backend_get_default ();
}

/* The proxies first: libproxy 0.5 waits for the network as well. */
static void
find_monitor (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_proxy_resolver_get_default ();
  g_task_return_pointer (task, g_object_ref (g_network_monitor_get_default ()), g_object_unref);
}

static void
on_monitor_found (GObject *source, GAsyncResult *result, gpointer data)
{
  LvNetworkWatch *self = LV_NETWORK_WATCH (source);

  self->monitor = g_task_propagate_pointer (G_TASK (result), NULL);
  watch (self);
  if (!lv_network_watch_is_available (self))
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
lv_network_watch_begin (LvNetworkWatch *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->begun)
    return;
  self->begun = TRUE;
  if (self->monitor != NULL)
    {
      watch (self);
      return;
    }
  find_other_defaults ();
  task = g_task_new (self, NULL, on_monitor_found, NULL);
  g_task_run_in_thread (task, find_monitor);
}

gboolean
lv_network_watch_is_available (LvNetworkWatch *self)
{
  return self->monitor == NULL || g_network_monitor_get_network_available (self->monitor);
}

LvNetworkWatch *
lv_network_watch_new (GNetworkMonitor *monitor)
{
  LvNetworkWatch *self = g_object_new (LV_TYPE_NETWORK_WATCH, NULL);

  g_set_object (&self->monitor, monitor);
  return self;
}

static void
lv_network_watch_init (LvNetworkWatch *self)
{
}

static void
lv_network_watch_dispose (GObject *object)
{
  LvNetworkWatch *self = LV_NETWORK_WATCH (object);

  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (lv_network_watch_parent_class)->dispose (object);
}

static void
lv_network_watch_class_init (LvNetworkWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_network_watch_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", LV_TYPE_NETWORK_WATCH, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}
