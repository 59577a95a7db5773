/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-outbox"

#include "bus/lv-bus-outbox.h"

#include "bus/lv-bus-barrier.h"
#include "bus/lv-bus-broadcast.h"

struct _LvBusOutbox {
  GObject parent_instance;

  GDBusConnection *connection;
  LvBusClients *clients;
  GCancellable *cancellable;
  GQueue letters;        /* LvBusLetter, oldest first */
  GHashTable *receivers; /* unique name -> Receiver */
  LvBusBroadcast *broadcast;
  guint patience_ms;
  guint flush_id;
  guint broadcast_id;
};

typedef struct {
  LvBusOutbox *outbox;
  char *name;
  LvBusBarrier *barrier;
  guint patience_id;
} Receiver;

/* A Ping that is out; the receiver may go before its reply comes. */
typedef struct {
  LvBusOutbox *outbox; /* not to be touched once the call is cancelled */
  char *name;
} Ping;

enum { STUCK, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvBusOutbox, lv_bus_outbox, G_TYPE_OBJECT)

static void
receiver_free (Receiver *receiver)
{
  g_clear_handle_id (&receiver->patience_id, g_source_remove);
  lv_bus_barrier_free (receiver->barrier);
  g_free (receiver->name);
  g_free (receiver);
}

static void
ping_free (Ping *ping)
{
  g_free (ping->name);
  g_free (ping);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ping, ping_free)

static void
lv_bus_outbox_dispose (GObject *object)
{
  LvBusOutbox *self = LV_BUS_OUTBOX (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_clear_handle_id (&self->broadcast_id, g_source_remove);
  g_queue_clear_full (&self->letters, (GDestroyNotify) lv_bus_letter_free);
  g_hash_table_remove_all (self->receivers);
  g_clear_object (&self->clients);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (lv_bus_outbox_parent_class)->dispose (object);
}

static void
lv_bus_outbox_finalize (GObject *object)
{
  LvBusOutbox *self = LV_BUS_OUTBOX (object);

  g_hash_table_unref (self->receivers);
  lv_bus_broadcast_free (self->broadcast);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (lv_bus_outbox_parent_class)->finalize (object);
}

static void
lv_bus_outbox_class_init (LvBusOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_bus_outbox_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_bus_outbox_finalize;
  signals[STUCK] = g_signal_new ("stuck", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
lv_bus_outbox_init (LvBusOutbox *self)
{
  g_queue_init (&self->letters);
  self->cancellable = g_cancellable_new ();
  self->broadcast = lv_bus_broadcast_new ();
  self->receivers =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) receiver_free);
  self->patience_ms = LV_BUS_BARRIER_PATIENCE_S * 1000;
}

static void
on_client_vanished (LvBusClients *clients, LvBusClient *client, LvBusOutbox *self)
{
  g_hash_table_remove (self->receivers, lv_bus_client_get_name (client));
}

LvBusOutbox *
lv_bus_outbox_new (GDBusConnection *connection, LvBusClients *clients)
{
  LvBusOutbox *self = g_object_new (LV_TYPE_BUS_OUTBOX, NULL);

  self->connection = g_object_ref (connection);
  self->clients = g_object_ref (clients);
  g_signal_connect_object (clients, "vanished", G_CALLBACK (on_client_vanished), self, 0);
  return self;
}

void
lv_bus_outbox_set_patience (LvBusOutbox *self, guint patience_ms)
{
  self->patience_ms = patience_ms;
}

static void
send (LvBusOutbox *self, LvBusLetter *letter)
{
  g_autoptr (LvBusLetter) owned = letter;
  g_autoptr (GError) error = NULL;

  if (!g_dbus_connection_emit_signal (self->connection, owned->destination, owned->path,
                                      owned->interface, owned->signal, owned->arguments, &error))
    g_debug ("%s could not be sent: %s", owned->signal, error->message);
}

/* ---- to one ---- */

/* NULL: it has left the bus. */
static Receiver *
ensure_receiver (LvBusOutbox *self, const char *name)
{
  Receiver *receiver = g_hash_table_lookup (self->receivers, name);

  if (receiver != NULL || lv_bus_clients_find (self->clients, name) == NULL)
    return receiver;
  receiver = g_new0 (Receiver, 1);
  receiver->outbox = self;
  receiver->name = g_strdup (name);
  receiver->barrier = lv_bus_barrier_new ();
  g_hash_table_insert (self->receivers, receiver->name, receiver);
  return receiver;
}

static gboolean
on_patience_over (gpointer user_data)
{
  Receiver *receiver = user_data;
  LvBusOutbox *self = receiver->outbox;
  g_autofree char *name = g_strdup (receiver->name);

  receiver->patience_id = 0;
  lv_bus_barrier_shed (receiver->barrier);
  g_signal_emit (self, signals[STUCK], 0, name);
  return G_SOURCE_REMOVE;
}

static void serve (LvBusOutbox *self, Receiver *receiver);

/* An error is a sign of life too, unless the bus itself says that nobody is there. */
static void
on_ping_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Ping) ping = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply G_GNUC_UNUSED =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  Receiver *receiver;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  receiver = g_hash_table_lookup (ping->outbox->receivers, ping->name);
  if (receiver == NULL)
    return;
  g_clear_handle_id (&receiver->patience_id, g_source_remove);
  lv_bus_barrier_acknowledge (receiver->barrier);
  serve (ping->outbox, receiver);
}

/* The call has no time limit of its own: a reply that comes late still says how far it has read. */
static void
ping (LvBusOutbox *self, Receiver *receiver)
{
  Ping *ping = g_new (Ping, 1);

  *ping = (Ping){ self, g_strdup (receiver->name) };
  g_dbus_connection_call (self->connection, receiver->name, "/", "org.freedesktop.DBus.Peer",
                          "Ping", NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT,
                          self->cancellable, on_ping_answered, ping);
}

static void
serve (LvBusOutbox *self, Receiver *receiver)
{
  LvBusLetter *letter;

  while ((letter = lv_bus_barrier_pop (receiver->barrier)) != NULL)
    send (self, letter);
  if (lv_bus_barrier_take_ping (receiver->barrier))
    ping (self, receiver);
  if (receiver->patience_id == 0 && lv_bus_barrier_is_closed (receiver->barrier) &&
      lv_bus_barrier_has_backlog (receiver->barrier))
    receiver->patience_id = g_timeout_add (self->patience_ms, on_patience_over, receiver);
}

static void
send_to_one (LvBusOutbox *self, LvBusLetter *letter)
{
  Receiver *receiver = ensure_receiver (self, letter->destination);

  if (receiver == NULL)
    {
      lv_bus_letter_free (letter);
      return;
    }
  lv_bus_barrier_push (receiver->barrier, letter);
  serve (self, receiver);
}

/* ---- to everybody ---- */

static gboolean on_broadcast_due (gpointer user_data);

static void
arm_broadcast (LvBusOutbox *self)
{
  gint64 wait_us = lv_bus_broadcast_get_wait (self->broadcast, g_get_monotonic_time ());

  if (wait_us >= 0 && self->broadcast_id == 0)
    self->broadcast_id = g_timeout_add (wait_us / 1000 + 1, on_broadcast_due, self);
}

static gboolean
on_broadcast_due (gpointer user_data)
{
  LvBusOutbox *self = user_data;
  LvBusLetter *letter;

  self->broadcast_id = 0;
  while ((letter = lv_bus_broadcast_pop (self->broadcast, g_get_monotonic_time ())) != NULL)
    send (self, letter);
  arm_broadcast (self);
  return G_SOURCE_REMOVE;
}

static void
send_to_all (LvBusOutbox *self, LvBusLetter *letter)
{
  LvBusLetter *due = lv_bus_broadcast_push (self->broadcast, letter, g_get_monotonic_time ());

  if (due != NULL)
    send (self, due);
  else
    arm_broadcast (self);
}

/* ---- all of them ---- */

static void
send_letters (LvBusOutbox *self)
{
  LvBusLetter *letter;

  while ((letter = g_queue_pop_head (&self->letters)) != NULL)
    if (letter->destination != NULL)
      send_to_one (self, letter);
    else
      send_to_all (self, letter);
}

void
lv_bus_outbox_flush (LvBusOutbox *self)
{
  LvBusLetter *letter;

  send_letters (self);
  while ((letter = lv_bus_broadcast_pop_early (self->broadcast)) != NULL)
    send (self, letter);
}

static gboolean
on_idle (gpointer user_data)
{
  LvBusOutbox *self = user_data;

  self->flush_id = 0;
  send_letters (self);
  return G_SOURCE_REMOVE;
}

void
lv_bus_outbox_emit (LvBusOutbox *self, const char *destination, const char *path,
                    const char *interface, const char *signal, GVariant *arguments)
{
  g_queue_push_tail (&self->letters,
                     lv_bus_letter_new (destination, 0, path, interface, signal, arguments));
  if (self->flush_id == 0)
    self->flush_id = g_idle_add_full (G_PRIORITY_DEFAULT, on_idle, self, NULL);
}

void
lv_bus_outbox_emit_property (LvBusOutbox *self, const char *destination, const char *path,
                             const char *interface, const char *property, GVariant *value)
{
  GVariantBuilder changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&changed, "{sv}", property, value);
  lv_bus_outbox_emit (
      self, destination, path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
      g_variant_new ("(sa{sv}@as)", interface, &changed, g_variant_new_strv (NULL, 0)));
}
