/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-launcher"
#include "transport/lv-engine-launcher.h"

#include "base/lv-error.h"
#include "base/lv-names.h"
#include "config.h"
#include "transport/lv-endpoint.h"
#include "transport/lv-engine-process.h"

#include <gio/gunixsocketaddress.h>

#define SYSTEMD_NAME "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
#define SYSTEMD_MANAGER SYSTEMD_NAME ".Manager"
#define SYSTEMD_TIMEOUT_MS 10000 /* for the reply, and again for the job */

struct _LvEngineLauncher {
  GObject parent_instance;

  char *socket_path;
  gboolean asked_systemd; /* in the present attempt */
  guint job_subscription;
  guint job_timeout;

  /* owned */
  GDBusConnection *bus;     /* nullable */
  LvEngineProcess *process; /* nullable */
  GPtrArray *waiting;       /* GTask; not empty: an attempt is under way, and keeps us alive */
};

G_DEFINE_FINAL_TYPE (LvEngineLauncher, lv_engine_launcher, G_TYPE_OBJECT)

static guint died_signal;

static void
forget_job (LvEngineLauncher *self)
{
  if (self->job_subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->job_subscription);
  self->job_subscription = 0;
  g_clear_handle_id (&self->job_timeout, g_source_remove);
}

/* @error taken, NULL: the engine can be reached. */
static void
finish (LvEngineLauncher *self, GError *error)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->waiting);
  g_autoptr (GError) owned_error = error;

  forget_job (self);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < tasks->len; i++)
    if (owned_error != NULL)
      g_task_return_error (tasks->pdata[i], g_error_copy (owned_error));
    else
      g_task_return_boolean (tasks->pdata[i], TRUE);
}

static void
on_process_died (LvEngineProcess *process, const GError *error, LvEngineLauncher *self)
{
  g_clear_object (&self->process);
  g_signal_emit (self, died_signal, 0, error);
}

static void
spawn (LvEngineLauncher *self)
{
  const char *program = g_getenv (LV_ENV_ENGINE);
  GError *error = NULL;

  if (program == NULL)
    program = LV_LIBEXECDIR "/livevoice-engine";
  self->process = lv_engine_process_new (program, self->socket_path, &error);
  if (self->process != NULL)
    g_signal_connect_object (self->process, "died", G_CALLBACK (on_process_died), self, 0);
  finish (self, error);
}

static void probe (LvEngineLauncher *self);

static void
on_job_removed (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                const char *signal, GVariant *parameters, gpointer data)
{
  LvEngineLauncher *self = data;
  const char *unit;
  const char *result;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uoss)")))
    return;
  g_variant_get (parameters, "(u&o&s&s)", NULL, NULL, &unit, &result);
  if (!g_str_equal (unit, LV_ENGINE_SOCKET_UNIT))
    return;

  g_debug ("systemd: %s is %s", unit, result);
  forget_job (self);
  probe (self);
}

static gboolean
on_job_timeout (gpointer data)
{
  LvEngineLauncher *self = data;

  self->job_timeout = 0;
  finish (self, g_error_new (LV_ERROR, LV_ERROR_TIMEOUT,
                             "systemd did not start %s in time: see \"systemctl --user status %s\"",
                             LV_ENGINE_SOCKET_UNIT, LV_ENGINE_SOCKET_UNIT));
  return G_SOURCE_REMOVE;
}

static void
on_unit_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LvEngineLauncher) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    return;
  g_debug ("systemd does not start the engine: %s", error->message);
  forget_job (self);
  spawn (self);
}

/* systemd tells the caller of StartUnit when the job is over, subscribed or not. */
static void
ask_systemd (LvEngineLauncher *self)
{
  self->asked_systemd = TRUE;
  self->job_subscription = g_dbus_connection_signal_subscribe (
      self->bus, SYSTEMD_NAME, SYSTEMD_MANAGER, "JobRemoved", SYSTEMD_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_job_removed, self, NULL);
  self->job_timeout = g_timeout_add (2 * SYSTEMD_TIMEOUT_MS, on_job_timeout, self);
  g_dbus_connection_call (self->bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_MANAGER, "StartUnit",
                          g_variant_new ("(ss)", LV_ENGINE_SOCKET_UNIT, "replace"),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          SYSTEMD_TIMEOUT_MS, NULL, on_unit_started, g_object_ref (self));
}

static gboolean
may_ask_systemd (LvEngineLauncher *self)
{
  return self->bus != NULL && !self->asked_systemd && g_getenv (LV_ENV_ENGINE) == NULL &&
         g_getenv (LV_ENV_ENGINE_SOCKET) == NULL;
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LvEngineLauncher) self = data;
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, NULL);

  if (connection != NULL)
    finish (self, NULL);
  else if (may_ask_systemd (self))
    ask_systemd (self);
  else
    spawn (self);
}

static void
probe (LvEngineLauncher *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->socket_path);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), NULL, on_probed,
                                 g_object_ref (self));
}

void
lv_engine_launcher_start_async (LvEngineLauncher *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, lv_engine_launcher_start_async);
  if (self->process != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  if (self->waiting->len > 1)
    return;
  self->asked_systemd = FALSE;
  probe (self);
}

gboolean
lv_engine_launcher_start_finish (LvEngineLauncher *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
lv_engine_launcher_has_child (LvEngineLauncher *self)
{
  return self->process != NULL;
}

const char *
lv_engine_launcher_get_socket_path (LvEngineLauncher *self)
{
  return self->socket_path;
}

LvEngineLauncher *
lv_engine_launcher_new (GDBusConnection *bus)
{
  LvEngineLauncher *self = g_object_new (LV_TYPE_ENGINE_LAUNCHER, NULL);

  self->bus = bus != NULL ? g_object_ref (bus) : NULL;
  return self;
}

static void
lv_engine_launcher_init (LvEngineLauncher *self)
{
  self->socket_path = lv_endpoint_dup_engine_socket ();
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
lv_engine_launcher_dispose (GObject *object)
{
  LvEngineLauncher *self = LV_ENGINE_LAUNCHER (object);

  g_clear_object (&self->process);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (lv_engine_launcher_parent_class)->dispose (object);
}

static void
lv_engine_launcher_finalize (GObject *object)
{
  LvEngineLauncher *self = LV_ENGINE_LAUNCHER (object);

  g_ptr_array_unref (self->waiting);
  g_free (self->socket_path);
  G_OBJECT_CLASS (lv_engine_launcher_parent_class)->finalize (object);
}

static void
lv_engine_launcher_class_init (LvEngineLauncherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lv_engine_launcher_dispose;
  object_class->finalize = lv_engine_launcher_finalize;
  died_signal = g_signal_new ("died", LV_TYPE_ENGINE_LAUNCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}
