/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-daemon"

#include "daemon/lv-daemon.h"

#include "bus/lv-bus.h"
#include "daemon/lv-log-control.h"
#include "daemon/lv-login.h"
#include "daemon/lv-service.h"

#include "base/lv-names.h"

#include <glib-unix.h>
#include <signal.h>

/* After this a session that does not end is left behind; TimeoutStopSec of the units is longer. */
#define SHUTDOWN_TIMEOUT_S 3

struct _LvDaemon {
  GObject parent_instance;

  /* owned */
  char *config_path; /* nullable */
  LvConfig *config;
  LvModels *models;        /* as configured at the start: conversations hold on to what is in it */
  LvDaemonConfig settings; /* of config, where sessions find them */
  GMainLoop *loop;
  LvService *service;
  LvLogin *login;
  GDBusConnection *connection;
  LvVault *vault;
  LvEndpoints *endpoints;
  LvPwContext *audio;
  LvEngineLauncher *launcher;
  LvToolRegistry *registry;
  LvFrameReader *frames;
  LvLedger *ledger;
  LvResumptions *resumptions;
  LvNetworkWatch *network;
  LvBus *bus;

  GBusType bus_type;
  gboolean stopping;
  gboolean failed;
};

G_DEFINE_FINAL_TYPE (LvDaemon, lv_daemon, G_TYPE_OBJECT)

static void
give_up (LvDaemon *self, const char *reason)
{
  if (self->stopping)
    return;

  g_warning ("%s", reason);
  self->failed = TRUE;
  g_main_loop_quit (self->loop);
}

static gboolean
on_shutdown_timeout (gpointer data)
{
  LvDaemon *self = data;

  g_warning ("A conversation did not end within %d s; leaving without it", SHUTDOWN_TIMEOUT_S);
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/* Conversations take leave of their servers first: then they can be resumed. */
static void
stop (LvDaemon *self)
{
  if (self->stopping)
    return;
  self->stopping = TRUE;
  lv_service_stopping (self->service);
  if (self->bus == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  g_timeout_add_seconds (SHUTDOWN_TIMEOUT_S, on_shutdown_timeout, self);
  lv_bus_shutdown (self->bus, LV_CLOSE_SHUTDOWN);
}

static gboolean
on_terminate (gpointer data)
{
  stop (data);
  return G_SOURCE_CONTINUE;
}

/* What was kept does not stay either. */
static void
apply_keeping (LvDaemon *self)
{
  if (self->settings.keep_conversation == LV_KEEPING_OFF && self->resumptions != NULL)
    lv_resumptions_forget_all (self->resumptions);
}

static gboolean
on_reload (gpointer data)
{
  LvDaemon *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = lv_config_load (self->config_path, &error);

  if (config == NULL)
    {
      g_warning ("Keeping the old configuration: %s", error->message);
      return G_SOURCE_CONTINUE;
    }

  g_clear_pointer (&self->config, lv_config_unref);
  self->config = g_steal_pointer (&config);
  self->settings = *lv_config_get_daemon (self->config);
  apply_keeping (self);
  if (self->bus != NULL)
    {
      lv_endpoints_set_config (self->endpoints, self->config);
      lv_bus_set_config (self->bus, self->config);
    }
  g_message ("Configuration read again");
  return G_SOURCE_CONTINUE;
}

static void
on_bus_status_changed (LvBus *bus, LvDaemon *self)
{
  g_autofree char *status = lv_bus_dup_status (bus);

  lv_service_set_status (self->service, status);
}

static void
on_bus_idle_changed (LvBus *bus, gboolean idle, LvDaemon *self)
{
  lv_service_set_busy (self->service, !idle);
  lv_login_set_busy (self->login, !idle);
}

static void
on_bus_parked (LvBus *bus, LvDaemon *self)
{
  lv_login_let_sleep (self->login);
}

static void
on_login_changed (LvLogin *login, LvDaemon *self)
{
  lv_bus_set_hold (self->bus, lv_login_get_hold (login));
}

static void
on_bus_name_acquired (LvBus *bus, LvDaemon *self)
{
  lv_service_ready (self->service);
  on_bus_status_changed (bus, self);
}

static void
on_bus_name_lost (LvBus *bus, LvDaemon *self)
{
  /* a lost connection, which takes the name with it, is told as such */
  if (!g_dbus_connection_is_closed (self->connection))
    give_up (self, "The name " LV_BUS_NAME " is taken: is another livevoiced running?");
}

static void
on_bus_shut_down (LvBus *bus, LvDaemon *self)
{
  g_main_loop_quit (self->loop);
}

static void
on_connection_closed (GDBusConnection *connection, gboolean remote, GError *error, LvDaemon *self)
{
  if (self->stopping)
    return;
  g_warning ("The connection to the bus was lost");
  self->failed = TRUE;
  stop (self);
}

static void
on_resumption_trouble (const GError *error, gpointer user_data)
{
  g_message ("%s", error->message);
}

/* Reads as the picture in src/README.md: what the sessions share, then the face they show. */
static gboolean
serve (LvDaemon *self, GError **error)
{
  LvSessionServices services;

  self->audio = lv_pw_context_new ();
  self->endpoints = lv_endpoints_new (self->vault, self->config);
  self->launcher = lv_engine_launcher_new (self->connection);
  self->registry = lv_tool_registry_new ();
  self->frames = lv_frame_reader_new ();
  self->ledger = lv_ledger_new (NULL, NULL);
  self->resumptions = lv_resumptions_new (NULL, g_get_real_time, on_resumption_trouble, NULL);
  apply_keeping (self);
  self->network = lv_network_watch_new (NULL);
  services = (LvSessionServices){
    .audio = self->audio,
    .endpoints = self->endpoints,
    .launcher = self->launcher,
    .registry = self->registry,
    .frames = self->frames,
    .models = self->models,
    .ledger = self->ledger,
    .settings = &self->settings,
    .resumptions = self->resumptions,
    .network = self->network,
  };

  self->bus = lv_bus_new (self->connection, &services, self->config);
  g_signal_connect_object (self->bus, "name-acquired", G_CALLBACK (on_bus_name_acquired), self, 0);
  g_signal_connect_object (self->bus, "name-lost", G_CALLBACK (on_bus_name_lost), self, 0);
  g_signal_connect_object (self->bus, "idle-changed", G_CALLBACK (on_bus_idle_changed), self, 0);
  g_signal_connect_object (self->bus, "status-changed", G_CALLBACK (on_bus_status_changed), self,
                           0);
  g_signal_connect_object (self->bus, "parked", G_CALLBACK (on_bus_parked), self, 0);
  g_signal_connect_object (self->bus, "shut-down", G_CALLBACK (on_bus_shut_down), self, 0);

  self->login = lv_login_new ();
  g_signal_connect_object (self->login, "changed", G_CALLBACK (on_login_changed), self, 0);
  return lv_log_control_export (self->connection, error) && lv_bus_start (self->bus, error);
}

static void
on_bus_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  LvDaemon *self = data;
  g_autoptr (GError) error = NULL;

  self->connection = g_bus_get_finish (result, &error);
  if (self->connection != NULL)
    {
      g_dbus_connection_set_exit_on_close (self->connection, FALSE);
      g_signal_connect_object (self->connection, "closed", G_CALLBACK (on_connection_closed), self,
                               0);
    }
  if (self->connection == NULL || !serve (self, &error))
    give_up (self, error->message);
}

static void
lv_daemon_dispose (GObject *object)
{
  LvDaemon *self = LV_DAEMON (object);

  g_clear_object (&self->login);
  g_clear_object (&self->bus);
  g_clear_object (&self->frames);
  g_clear_pointer (&self->ledger, lv_ledger_free);
  g_clear_pointer (&self->resumptions, lv_resumptions_free);
  g_clear_object (&self->network);
  g_clear_object (&self->registry);
  g_clear_object (&self->launcher);
  g_clear_object (&self->endpoints);
  g_clear_object (&self->audio);
  g_clear_object (&self->connection);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (lv_daemon_parent_class)->dispose (object);
}

static void
lv_daemon_finalize (GObject *object)
{
  LvDaemon *self = LV_DAEMON (object);

  g_clear_pointer (&self->vault, lv_vault_unref);
  g_clear_pointer (&self->config, lv_config_unref);
  g_clear_pointer (&self->models, lv_models_unref);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_free (self->config_path);
  G_OBJECT_CLASS (lv_daemon_parent_class)->finalize (object);
}

static void
lv_daemon_class_init (LvDaemonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_daemon_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_daemon_finalize;
}

static void
lv_daemon_init (LvDaemon *self)
{
  self->loop = g_main_loop_new (NULL, FALSE);
  self->service = lv_service_new ();
  self->vault = lv_vault_new ();
}

LvDaemon *
lv_daemon_new (LvConfig *config, const char *config_path, GBusType bus_type)
{
  LvDaemon *self = g_object_new (LV_TYPE_DAEMON, NULL);

  self->config = lv_config_ref (config);
  self->settings = *lv_config_get_daemon (config);
  self->models = lv_models_ref (lv_config_get_models (config));
  self->config_path = g_strdup (config_path);
  self->bus_type = bus_type;
  return self;
}

gboolean
lv_daemon_run (LvDaemon *self)
{
  const guint sources[] = {
    g_unix_signal_add (SIGTERM, on_terminate, self),
    g_unix_signal_add (SIGINT, on_terminate, self),
    g_unix_signal_add (SIGHUP, on_reload, self),
  };

  g_bus_get (self->bus_type, NULL, on_bus_connected, self);
  g_main_loop_run (self->loop);

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  return !self->failed;
}
