/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-client"

#include "bus/lv-bus-client.h"

#include "base/lv-rate.h"
#include "bus/lv-bus-identity.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

struct _LvBusClient {
  GObject parent_instance;

  LvBusClients *clients; /* borrowed; outlives the look-up */
  char *name;
  char *app_id;
  guint32 uid;
  LvPeer peer;
  gboolean known;
  GQueue waiting; /* Waiting, until known */
  LvRate *creations_per_second;
  LvRate *creations_per_minute;
  LvRate *starts;
  guint watch_id;
};

struct _LvBusClients {
  GObject parent_instance;

  GDBusConnection *connection;
  char *proc_dir;
  GCancellable *cancellable;
  GHashTable *clients; /* unique name -> LvBusClient */
  guint doorman_id;
};

/* A call whose caller we do not know yet. */
typedef struct {
  GDBusMethodInvocation *invocation;
  LvBusCall call;
  gpointer user_data;
} Waiting;

enum { VANISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvBusClient, lv_bus_client, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (LvBusClients, lv_bus_clients, G_TYPE_OBJECT)

static void
waiting_free (Waiting *waiting)
{
  g_clear_object (&waiting->invocation);
  g_free (waiting);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Waiting, waiting_free)

static void
lv_bus_client_finalize (GObject *object)
{
  LvBusClient *self = LV_BUS_CLIENT (object);

  g_queue_clear_full (&self->waiting, (GDestroyNotify) waiting_free);
  g_free (self->name);
  g_free (self->app_id);
  lv_rate_free (self->creations_per_second);
  lv_rate_free (self->creations_per_minute);
  lv_rate_free (self->starts);
  G_OBJECT_CLASS (lv_bus_client_parent_class)->finalize (object);
}

static void
lv_bus_client_class_init (LvBusClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_bus_client_finalize;
}

static void
lv_bus_client_init (LvBusClient *self)
{
  g_queue_init (&self->waiting);
  self->app_id = g_strdup ("");
  self->creations_per_second = lv_rate_new (LV_BUS_MAX_CREATIONS_PER_SECOND, G_USEC_PER_SEC);
  self->creations_per_minute = lv_rate_new (LV_BUS_MAX_CREATIONS_PER_MINUTE, 60 * G_USEC_PER_SEC);
  self->starts = lv_rate_new (LV_BUS_MAX_STARTS, 10 * G_USEC_PER_SEC);
}

const char *
lv_bus_client_get_name (LvBusClient *self)
{
  return self->name;
}

const char *
lv_bus_client_get_app_id (LvBusClient *self)
{
  return self->app_id;
}

LvPeer
lv_bus_client_get_peer (LvBusClient *self)
{
  return self->peer;
}

char *
lv_bus_client_dup_holder (LvBusClient *self)
{
  return g_strdup_printf ("%u %s", self->uid, self->app_id);
}

gboolean
lv_bus_client_is_holder (LvBusClient *self, const char *holder)
{
  g_autofree char *own = lv_bus_client_dup_holder (self);

  /* without an app it is the user and a blank, with which every holder of that user begins; a
   * sandbox may be without one too */
  return self->peer == LV_PEER_HOST && *self->app_id == '\0' ? g_str_has_prefix (holder, own)
                                                             : g_str_equal (holder, own);
}

char *
lv_bus_client_describe (LvBusClient *self)
{
  return *self->app_id != '\0' ? g_strdup_printf ("%s (%s)", self->name, self->app_id)
                               : g_strdup (self->name);
}

void
lv_bus_return_error (GDBusMethodInvocation *invocation, const GError *error)
{
  /* What a message quotes may be cut in the middle of a character. */
  g_autofree char *message = g_utf8_make_valid (error->message, -1);

  g_dbus_method_invocation_return_dbus_error (invocation, lv_error_to_bus_name (error), message);
}

int
lv_bus_dup_fd (GDBusMethodInvocation *invocation, guint index, GError **error)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (invocation);
  GUnixFDList *fds = g_dbus_message_get_unix_fd_list (message);
  gint32 at;
  int fd = -1;

  g_variant_get_child (g_dbus_method_invocation_get_parameters (invocation), index, "h", &at);
  if (fds != NULL && at >= 0 && at < g_unix_fd_list_get_length (fds))
    fd = g_unix_fd_list_get (fds, at, NULL);
  if (fd < 0)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                         "No file descriptor came with the call");
  return fd;
}

gboolean
lv_bus_client_check_creation (LvBusClient *self, GError **error)
{
  gint64 now_us = g_get_monotonic_time ();

  if (lv_rate_get_wait (self->creations_per_second, now_us) == 0 &&
      lv_rate_get_wait (self->creations_per_minute, now_us) == 0)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_RATE_LIMITED,
               "A connection may create %d session a second and %d a minute; wait a little",
               LV_BUS_MAX_CREATIONS_PER_SECOND, LV_BUS_MAX_CREATIONS_PER_MINUTE);
  return FALSE;
}

void
lv_bus_client_count_creation (LvBusClient *self)
{
  gint64 now_us = g_get_monotonic_time ();

  lv_rate_take (self->creations_per_second, now_us);
  lv_rate_take (self->creations_per_minute, now_us);
}

gboolean
lv_bus_client_take_start (LvBusClient *self, GError **error)
{
  if (lv_rate_take (self->starts, g_get_monotonic_time ()))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_RATE_LIMITED,
               "A connection may begin %d conversations in ten seconds; wait a little",
               LV_BUS_MAX_STARTS);
  return FALSE;
}

static void
refuse (GDBusMethodInvocation *invocation, LvErrorCode code, const char *message)
{
  g_dbus_method_invocation_return_error_literal (invocation, LV_ERROR, code, message);
}

static void
run_waiting (LvBusClient *self)
{
  while (!g_queue_is_empty (&self->waiting))
    {
      g_autoptr (Waiting) waiting = g_queue_pop_head (&self->waiting);

      waiting->call (self, g_steal_pointer (&waiting->invocation), waiting->user_data);
    }
}

static void
refuse_waiting (LvBusClient *self, const char *message)
{
  while (!g_queue_is_empty (&self->waiting))
    {
      g_autoptr (Waiting) waiting = g_queue_pop_head (&self->waiting);

      refuse (g_steal_pointer (&waiting->invocation), LV_ERROR_NOT_PERMITTED, message);
    }
}

static char *
read_cgroup (LvBusClients *self, guint32 pid, GError **error)
{
  g_autofree char *path = g_strdup_printf ("%s/%u/cgroup", self->proc_dir, pid);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, error) ? text : NULL;
}

/* Readable only where the daemon has no user namespace of its own; the cgroup decides without
 * it. */
static gboolean
has_flatpak_root (LvBusClients *self, guint32 pid)
{
  g_autofree char *path = g_strdup_printf ("%s/%u/root/.flatpak-info", self->proc_dir, pid);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
identify (LvBusClient *self, GVariant *credentials, GError **error)
{
  guint32 pid;
  gboolean sandboxed;
  g_autofree char *cgroup = NULL;

  if (!g_variant_lookup (credentials, "UnixUserID", "u", &self->uid) ||
      !g_variant_lookup (credentials, "ProcessID", "u", &pid))
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED, "the bus does not tell");
      return FALSE;
    }
  cgroup = read_cgroup (self->clients, pid, error);
  if (cgroup == NULL)
    return FALSE;

  g_free (self->app_id);
  self->app_id = lv_bus_identity_parse_cgroup (cgroup, &sandboxed);
  if (sandboxed || has_flatpak_root (self->clients, pid))
    self->peer = LV_PEER_SANDBOXED;
  else
    self->peer = self->uid == geteuid () || self->uid == 0 ? LV_PEER_HOST : LV_PEER_OTHER_USER;
  self->known = TRUE;
  return TRUE;
}

static void
forget (LvBusClients *self, LvBusClient *client)
{
  g_dbus_connection_signal_unsubscribe (self->connection, client->watch_id);
  g_hash_table_remove (self->clients, client->name);
}

static void
on_credentials (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LvBusClient) client = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) credentials = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (reply != NULL)
    credentials = g_variant_get_child_value (reply, 0);
  if (credentials != NULL && identify (client, credentials, &error))
    run_waiting (client);
  else
    {
      g_autofree char *message = g_strdup_printf ("Cannot tell who is calling: %s", error->message);

      refuse_waiting (client, message);
      forget (client->clients, client);
    }
}

static void
on_name_owner_changed (GDBusConnection *connection, const char *sender, const char *path,
                       const char *interface, const char *signal, GVariant *parameters,
                       gpointer user_data)
{
  LvBusClients *self = user_data;
  const char *name, *new_owner;
  LvBusClient *known;
  g_autoptr (LvBusClient) client = NULL;

  g_variant_get (parameters, "(&s&s&s)", &name, NULL, &new_owner);
  known = g_hash_table_lookup (self->clients, name);
  if (known == NULL || *new_owner != '\0')
    return;

  client = g_object_ref (known);
  forget (self, client);
  refuse_waiting (client, "The caller is gone");
  g_signal_emit (self, signals[VANISHED], 0, client);
}

static void
lv_bus_clients_dispose (GObject *object)
{
  LvBusClients *self = LV_BUS_CLIENTS (object);
  GHashTableIter iter;
  gpointer client;

  g_cancellable_cancel (self->cancellable);
  if (self->doorman_id != 0)
    lv_bus_doorman_remove (self->connection, self->doorman_id);
  self->doorman_id = 0;
  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &client))
    g_dbus_connection_signal_unsubscribe (self->connection, ((LvBusClient *) client)->watch_id);
  g_hash_table_remove_all (self->clients);
  G_OBJECT_CLASS (lv_bus_clients_parent_class)->dispose (object);
}

static void
lv_bus_clients_finalize (GObject *object)
{
  LvBusClients *self = LV_BUS_CLIENTS (object);

  g_hash_table_unref (self->clients);
  g_object_unref (self->cancellable);
  g_free (self->proc_dir);
  g_object_unref (self->connection);
  G_OBJECT_CLASS (lv_bus_clients_parent_class)->finalize (object);
}

static void
lv_bus_clients_class_init (LvBusClientsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_bus_clients_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_bus_clients_finalize;
  signals[VANISHED] = g_signal_new ("vanished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, LV_TYPE_BUS_CLIENT);
}

static void
lv_bus_clients_init (LvBusClients *self)
{
  self->cancellable = g_cancellable_new ();
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
}

LvBusClients *
lv_bus_clients_new (GDBusConnection *connection, const char *proc_dir)
{
  LvBusClients *self = g_object_new (LV_TYPE_BUS_CLIENTS, NULL);

  self->connection = g_object_ref (connection);
  self->proc_dir = g_strdup (proc_dir);
  self->doorman_id = lv_bus_doorman_add (connection);
  return self;
}

/* The watch is asked for before the look-up, so that no departure is missed between the two. */
static LvBusClient *
meet (LvBusClients *self, const char *name)
{
  LvBusClient *client = g_object_new (LV_TYPE_BUS_CLIENT, NULL);

  client->clients = self;
  client->name = g_strdup (name);
  client->watch_id = g_dbus_connection_signal_subscribe (
      self->connection, BUS_NAME, BUS_NAME, "NameOwnerChanged", BUS_PATH, name,
      G_DBUS_SIGNAL_FLAGS_NONE, on_name_owner_changed, self, NULL);
  g_dbus_connection_call (
      self->connection, BUS_NAME, BUS_PATH, BUS_NAME, "GetConnectionCredentials",
      g_variant_new ("(s)", name), G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE,
      LV_BUS_LOOKUP_TIMEOUT_MS, self->cancellable, on_credentials, g_object_ref (client));
  g_hash_table_insert (self->clients, client->name, client);
  return client;
}

void
lv_bus_clients_run (LvBusClients *self, GDBusMethodInvocation *invocation, LvBusCall call,
                    gpointer user_data)
{
  const char *name = g_dbus_method_invocation_get_sender (invocation);
  LvBusClient *client = g_hash_table_lookup (self->clients, name);
  Waiting *waiting;

  if (client == NULL)
    client = meet (self, name);

  if (client->known)
    call (client, invocation, user_data);
  else if (g_queue_get_length (&client->waiting) >= LV_BUS_MAX_WAITING_CALLS)
    refuse (invocation, LV_ERROR_TOO_MANY, "Too many calls at once; wait for the replies");
  else
    {
      waiting = g_new (Waiting, 1);
      *waiting = (Waiting){ invocation, call, user_data };
      g_queue_push_tail (&client->waiting, waiting);
    }
}

LvBusClient *
lv_bus_clients_find (LvBusClients *self, const char *name)
{
  return g_hash_table_lookup (self->clients, name);
}
