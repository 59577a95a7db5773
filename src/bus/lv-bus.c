/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus"

#include "bus/lv-bus.h"

#include "base/lv-names.h"
#include "bus/lv-bus-export.h"

struct _LvBus {
  GObject parent_instance;

  GDBusConnection *connection;
  LvToolRegistry *registry;
  LvBusOutbox *outbox;
  LvBusClients *clients;
  LvBusSessions *sessions;
  LvBusManager *manager;
  LvBusExport *export;
  GCancellable *cancellable;
  guint name_id;
  gboolean asleep;
  gboolean parked; /* as last announced, like ... */
  gboolean idle;   /* as last announced */
  char *status;    /* as last announced */
};

enum { NAME_ACQUIRED, NAME_LOST, IDLE_CHANGED, STATUS_CHANGED, PARKED, SHUT_DOWN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvBus, lv_bus, G_TYPE_OBJECT)

static void
update_idle (LvBus *self)
{
  gboolean idle = lv_bus_is_idle (self);

  if (idle == self->idle)
    return;
  self->idle = idle;
  g_signal_emit (self, signals[IDLE_CHANGED], 0, idle);
}

static void
update_status (LvBus *self)
{
  g_autofree char *status = lv_bus_dup_status (self);

  if (g_strcmp0 (status, self->status) == 0)
    return;
  g_free (self->status);
  self->status = g_steal_pointer (&status);
  g_signal_emit (self, signals[STATUS_CHANGED], 0);
}

static void
update_parked (LvBus *self)
{
  gboolean parked = self->asleep && !lv_bus_sessions_is_parking (self->sessions);

  if (parked == self->parked)
    return;
  self->parked = parked;
  if (parked)
    g_signal_emit (self, signals[PARKED], 0);
}

static void
on_sessions_changed (LvBusSessions *sessions, LvBus *self)
{
  update_idle (self);
  update_status (self);
  update_parked (self);
}

static void
on_registry_changed (LvToolRegistry *registry, LvBus *self)
{
  update_status (self);
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer user_data)
{
  g_signal_emit (user_data, signals[NAME_ACQUIRED], 0);
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer user_data)
{
  g_signal_emit (user_data, signals[NAME_LOST], 0);
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_dbus_connection_flush_finish (G_DBUS_CONNECTION (source), result, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_signal_emit (user_data, signals[SHUT_DOWN], 0);
}

static void
on_sessions_drained (LvBusSessions *sessions, LvBus *self)
{
  lv_bus_manager_release_tools (self->manager);
  lv_bus_outbox_flush (self->outbox);
  g_clear_handle_id (&self->name_id, g_bus_unown_name);
  g_dbus_connection_flush (self->connection, self->cancellable, on_flushed, self);
}

static void
lv_bus_dispose (GObject *object)
{
  LvBus *self = LV_BUS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->name_id, g_bus_unown_name);
  g_clear_object (&self->export);
  g_clear_object (&self->manager);
  if (self->sessions != NULL)
    g_signal_handlers_disconnect_by_data (self->sessions, self);
  g_clear_object (&self->sessions);
  g_clear_object (&self->clients);
  g_clear_object (&self->outbox);
  g_clear_object (&self->registry);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (lv_bus_parent_class)->dispose (object);
}

static void
lv_bus_finalize (GObject *object)
{
  LvBus *self = LV_BUS (object);

  g_object_unref (self->cancellable);
  g_free (self->status);
  G_OBJECT_CLASS (lv_bus_parent_class)->finalize (object);
}

static guint
new_signal (LvBusClass *klass, const char *name)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
lv_bus_class_init (LvBusClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_bus_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_bus_finalize;
  signals[NAME_ACQUIRED] = new_signal (klass, "name-acquired");
  signals[NAME_LOST] = new_signal (klass, "name-lost");
  signals[STATUS_CHANGED] = new_signal (klass, "status-changed");
  signals[PARKED] = new_signal (klass, "parked");
  signals[SHUT_DOWN] = new_signal (klass, "shut-down");
  signals[IDLE_CHANGED] =
      g_signal_new ("idle-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
lv_bus_init (LvBus *self)
{
  self->cancellable = g_cancellable_new ();
  self->idle = TRUE;
}

LvBus *
lv_bus_new (GDBusConnection *connection, const LvSessionServices *services, LvConfig *config)
{
  LvBus *self = g_object_new (LV_TYPE_BUS, NULL);
  g_autoptr (LvBusToolbox) toolbox = lv_bus_toolbox_new (connection, services->registry);

  self->connection = g_object_ref (connection);
  self->registry = g_object_ref (services->registry);
  self->clients = lv_bus_clients_new (connection, "/proc");
  self->outbox = lv_bus_outbox_new (connection, self->clients);
  self->sessions = lv_bus_sessions_new (self->outbox, self->clients, toolbox, services, config);
  self->manager =
      lv_bus_manager_new (self->outbox, self->clients, self->sessions, toolbox, services, config);
  self->export = lv_bus_export_new (connection, self->clients, self->sessions, self->manager);
  self->status = lv_bus_dup_status (self);

  g_signal_connect_object (self->sessions, "changed", G_CALLBACK (on_sessions_changed), self, 0);
  g_signal_connect_object (self->sessions, "drained", G_CALLBACK (on_sessions_drained), self, 0);
  g_signal_connect_object (self->registry, "changed", G_CALLBACK (on_registry_changed), self, 0);
  return self;
}

gboolean
lv_bus_start (LvBus *self, GError **error)
{
  if (!lv_bus_export_register (self->export, error))
    return FALSE;
  self->name_id = g_bus_own_name_on_connection (self->connection, LV_BUS_NAME,
                                                G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                                on_name_acquired, on_name_lost, self, NULL);
  return TRUE;
}

void
lv_bus_shutdown (LvBus *self, LvCloseReason reason)
{
  lv_bus_export_refuse_calls (self->export);
  lv_bus_sessions_shutdown (self->sessions, reason);
}

void
lv_bus_set_config (LvBus *self, LvConfig *config)
{
  lv_bus_manager_set_config (self->manager, config);
}

/* Only when all sessions know of it can all of them be parked. */
void
lv_bus_set_hold (LvBus *self, LvPause hold)
{
  lv_bus_sessions_set_hold (self->sessions, hold);
  self->asleep = hold == LV_PAUSE_ASLEEP;
  update_parked (self);
}

gboolean
lv_bus_is_idle (LvBus *self)
{
  return lv_bus_sessions_count_active (self->sessions) == 0;
}

gboolean
lv_bus_is_in_use (LvBus *self)
{
  return !lv_bus_is_idle (self) || lv_bus_sessions_count_private (self->sessions) > 0 ||
         lv_bus_sessions_count_subscribers (self->sessions) > 0 ||
         lv_tool_registry_count (self->registry) > 0;
}

static void
append_count (GString *text, guint n, const char *thing)
{
  if (n > 0)
    g_string_append_printf (text, "%s%u %s%s", text->len > 0 ? ", " : "", n, thing,
                            n > 1 ? "s" : "");
}

char *
lv_bus_dup_status (LvBus *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_count (text, lv_bus_sessions_count_active (self->sessions), "conversation");
  append_count (text, lv_bus_sessions_count_private (self->sessions), "private session");
  append_count (text, lv_tool_registry_count (self->registry), "tool");
  append_count (text, lv_bus_sessions_count_subscribers (self->sessions), "subscriber");
  return g_strdup (text->len > 0 ? text->str : "Ready");
}
