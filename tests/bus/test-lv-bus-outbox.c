/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-outbox.h"

#include "bus/lv-bus-barrier.h"
#include "bus/lv-bus-broadcast.h"
#include "lv-test-bus.h"

#include <string.h>

#define PATH "/org/livevoice/test"
#define TEXT_SIZE 8000
#define N_TEXTS 1000 /* of TEXT_SIZE: far more than goes out unread */

/* An outbox on a bus, and peers that it knows because they called. */
typedef struct {
  LvTestBus *bus;
  LvBusClients *clients;
  LvBusOutbox *outbox;
  guint object_id;
  GPtrArray *stuck; /* names */
} Fixture;

static void
answer (LvBusClient *client, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_method_call (GDBusConnection *connection, const char *sender, const char *path,
                const char *interface, const char *method, GVariant *arguments,
                GDBusMethodInvocation *invocation, gpointer user_data)
{
  lv_bus_clients_run (((Fixture *) user_data)->clients, invocation, answer, NULL);
}

static void
on_stuck (LvBusOutbox *outbox, const char *name, Fixture *f)
{
  g_ptr_array_add (f->stuck, g_strdup (name));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (
      "<node><interface name='org.example.Probe'><method name='Hello'/></interface></node>", NULL);

  f->bus = lv_test_bus_new ();
  f->clients = lv_bus_clients_new (f->bus->connection, "/proc");
  f->outbox = lv_bus_outbox_new (f->bus->connection, f->clients);
  f->stuck = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (f->outbox, "stuck", G_CALLBACK (on_stuck), f);
  f->object_id = g_dbus_connection_register_object (f->bus->connection, PATH, info->interfaces[0],
                                                    &vtable, f, NULL, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_dbus_connection_unregister_object (f->bus->connection, f->object_id);
  g_assert_finalize_object (f->outbox);
  g_assert_finalize_object (f->clients);
  g_ptr_array_unref (f->stuck);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  lv_test_bus_free (f->bus);
}

static void
emit_text (Fixture *f, const char *name, guint item)
{
  g_autofree char *text = g_strnfill (TEXT_SIZE, 'a' + item % 26);

  lv_bus_outbox_emit (f->outbox, name, PATH, "org.example", "Transcript",
                      g_variant_new ("(ussb)", item, "model", text, TRUE));
}

static void
emit_state (Fixture *f, const char *name, guint value)
{
  lv_bus_outbox_emit_property (f->outbox, name, PATH, "org.example", "State",
                               g_variant_new_uint32 (value));
}

/* ---- a peer that can be made not to read ---- */

typedef struct {
  LvTestPeer *peer;
  GMutex mutex;
  GDBusMessage *ping; /* that it has not answered */
  gboolean deaf;
  const char *error; /* its answer; NULL: as everybody */
  guint n_pings;
} Reader;

static gboolean
is_ping (GDBusMessage *message)
{
  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL &&
         g_strcmp0 (g_dbus_message_get_member (message), "Ping") == 0;
}

/* In the thread of the connection. */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
            gpointer user_data)
{
  Reader *reader = user_data;
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&reader->mutex);

  if (!incoming || !is_ping (message))
    return message;
  reader->n_pings++;
  g_main_context_wakeup (NULL);
  if (!reader->deaf && reader->error == NULL)
    return message;
  if (!reader->deaf)
    {
      g_autoptr (GDBusMessage) reply =
          g_dbus_message_new_method_error_literal (message, reader->error, "no such thing");

      g_dbus_connection_send_message (connection, reply, 0, NULL, NULL);
      g_object_unref (message);
      return NULL;
    }
  g_clear_object (&reader->ping);
  reader->ping = message;
  return NULL;
}

static Reader *
reader_new (Fixture *f)
{
  Reader *reader = g_new0 (Reader, 1);
  g_autofree char *error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reader->peer = lv_test_peer_new (f->bus);
  g_mutex_init (&reader->mutex);
  g_dbus_connection_add_filter (reader->peer->connection, on_message, reader, NULL);
  reply = lv_test_peer_call (reader->peer, PATH, "org.example.Probe", "Hello", NULL, &error);
  g_assert_cmpstr (error, ==, NULL);
  return reader;
}

static void
reader_free (Reader *reader)
{
  lv_test_peer_free (reader->peer);
  g_clear_object (&reader->ping);
  g_mutex_clear (&reader->mutex);
  g_free (reader);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reader, reader_free)

static void
set_deaf (Reader *reader, gboolean deaf)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&reader->mutex);
  g_autoptr (GDBusMessage) ping = g_steal_pointer (&reader->ping);
  g_autoptr (GDBusMessage) reply = NULL;

  reader->deaf = deaf;
  if (deaf || ping == NULL)
    return;
  reply = g_dbus_message_new_method_reply (ping);
  g_dbus_connection_send_message (reader->peer->connection, reply, 0, NULL, NULL);
}

static gboolean
has_last (gpointer data)
{
  return lv_test_peer_count (((Reader *) data)->peer, "test Interrupted") > 0;
}

static void
emit_last (Fixture *f, Reader *reader)
{
  lv_bus_outbox_emit (f->outbox, reader->peer->name, PATH, "org.example", "Interrupted",
                      g_variant_new ("(u)", 1));
}

static void
wait_last (Reader *reader)
{
  lv_test_wait_for (has_last, reader, LV_TEST_TIMEOUT_MS, "the last signal");
}

static guint
count_texts (Reader *reader)
{
  return lv_test_peer_count (reader->peer, "test Transcript");
}

static gboolean
is_pinged (gpointer data)
{
  Reader *reader = data;
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&reader->mutex);

  return reader->n_pings > 0;
}

typedef struct {
  Reader *reader;
  guint n;
} Wanted;

static gboolean
has_texts (gpointer data)
{
  Wanted *wanted = data;

  return count_texts (wanted->reader) >= wanted->n;
}

/* ---- tests ---- */

/* Who reads, gets all of it, whatever it says to a Ping. */
static void
test_reads (Fixture *f, gconstpointer data)
{
  g_autoptr (Reader) reader = reader_new (f);

  reader->error = data;
  for (guint i = 1; i <= 200; i++)
    {
      emit_text (f, reader->peer->name, i);
      lv_test_wait_for (has_texts, &(Wanted){ reader, i }, LV_TEST_TIMEOUT_MS, "a text");
    }
  g_assert_cmpuint (reader->n_pings, >=, 2);
  g_assert_cmpuint (f->stuck->len, ==, 0);
}

/* Who does not, gets no more than the barrier lets through, and others all of theirs at once. */
static void
test_does_not_read (Fixture *f, gconstpointer data)
{
  g_autoptr (Reader) deaf = reader_new (f);
  g_autoptr (Reader) reader = reader_new (f);
  guint n_sent;

  set_deaf (deaf, TRUE);
  for (guint i = 1; i <= N_TEXTS; i++)
    {
      emit_text (f, deaf->peer->name, i);
      emit_state (f, deaf->peer->name, i);
      if (i % 10 == 0)
        emit_text (f, reader->peer->name, i);
    }
  emit_last (f, reader);
  wait_last (reader);
  g_assert_cmpuint (count_texts (reader), ==, N_TEXTS / 10);
  lv_test_peer_sync (deaf->peer);
  n_sent = count_texts (deaf);
  g_assert_cmpuint (n_sent, <=, LV_BUS_BARRIER_BYTES / TEXT_SIZE + 1);
  g_assert_cmpuint (deaf->n_pings, ==, 1);

  emit_last (f, deaf);
  set_deaf (deaf, FALSE);
  wait_last (deaf);
  g_assert_cmpuint (count_texts (deaf), <=, n_sent + LV_BUS_MAX_BACKLOG_BYTES / TEXT_SIZE);
  g_assert_cmpuint (lv_test_peer_count (deaf->peer, "test PropertiesChanged*1000>"), ==, 1);
  g_assert_cmpuint (f->stuck->len, ==, 0);
}

static gboolean
is_stuck (gpointer data)
{
  return ((Fixture *) data)->stuck->len > 0;
}

/* After a while it is given up; when it reads again it hears of what is so now. */
static void
test_stuck (Fixture *f, gconstpointer data)
{
  g_autoptr (Reader) deaf = reader_new (f);

  lv_bus_outbox_set_patience (f->outbox, 100);
  set_deaf (deaf, TRUE);
  for (guint i = 1; i <= 100; i++)
    emit_text (f, deaf->peer->name, i);
  emit_state (f, deaf->peer->name, 1);
  lv_test_wait_for (is_stuck, f, LV_TEST_TIMEOUT_MS, "patience to be over");
  g_assert_cmpstr (f->stuck->pdata[0], ==, deaf->peer->name);

  emit_state (f, deaf->peer->name, 2);
  emit_last (f, deaf);
  set_deaf (deaf, FALSE);
  wait_last (deaf);
  g_assert_cmpuint (count_texts (deaf), <=, LV_BUS_BARRIER_BYTES / TEXT_SIZE + 1);
  g_assert_cmpuint (lv_test_peer_count (deaf->peer, "test PropertiesChanged*<uint32 1>"), ==, 0);
  g_assert_cmpuint (lv_test_peer_count (deaf->peer, "test PropertiesChanged*<uint32 2>"), ==, 1);
}

/* A connection of the bus that we wait for. */
typedef struct {
  Fixture *f;
  const char *name;
} Connection;

static gboolean
has_left (gpointer data)
{
  Connection *connection = data;

  return lv_bus_clients_find (connection->f->clients, connection->name) == NULL;
}

/* It leaves the bus with a Ping unanswered; what comes for it later goes nowhere. */
static void
test_leaves (Fixture *f, gconstpointer data)
{
  Reader *deaf = reader_new (f);
  g_autofree char *name = g_strdup (deaf->peer->name);

  set_deaf (deaf, TRUE);
  for (guint i = 1; i <= 100; i++)
    emit_text (f, name, i);
  lv_test_wait_for (is_pinged, deaf, LV_TEST_TIMEOUT_MS, "Ping");
  reader_free (deaf);
  lv_test_wait_for (has_left, &(Connection){ f, name }, LV_TEST_TIMEOUT_MS, "its end");
  emit_text (f, name, 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Everybody hears the first ones and the last. */
static void
test_broadcast (Fixture *f, gconstpointer data)
{
  g_autoptr (Reader) reader = reader_new (f);

  for (guint i = 1; i <= N_TEXTS; i++)
    emit_state (f, NULL, i);
  lv_test_peer_wait_signal (reader->peer, "test PropertiesChanged*<uint32 1000>");
  g_assert_cmpuint (lv_test_peer_count (reader->peer, "test PropertiesChanged"), ==,
                    LV_BUS_BROADCASTS_PER_SECOND + 1);
}

/* At the end nothing waits for the rest of its second. */
static void
test_flush (Fixture *f, gconstpointer data)
{
  g_autoptr (Reader) reader = reader_new (f);

  for (guint i = 1; i <= 100; i++)
    emit_state (f, NULL, i);
  lv_bus_outbox_flush (f->outbox);
  lv_test_peer_sync (reader->peer);
  g_assert_cmpuint (lv_test_peer_count (reader->peer, "test PropertiesChanged*<uint32 100>"), ==,
                    1);
}

#define ADD(path, func, data)                                                                      \
  g_test_add ("/bus-outbox/" path, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("reads", test_reads, NULL);
  ADD ("answers-with-an-error", test_reads, "org.freedesktop.DBus.Error.UnknownMethod");
  ADD ("does-not-read", test_does_not_read, NULL);
  ADD ("stuck", test_stuck, NULL);
  ADD ("leaves", test_leaves, NULL);
  ADD ("broadcast", test_broadcast, NULL);
  ADD ("flush", test_flush, NULL);
  return g_test_run ();
}
