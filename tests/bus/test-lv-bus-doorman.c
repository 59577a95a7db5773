/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-doorman.h"

#include "bus/lv-bus-barrier.h"
#include "lv-test-bus.h"

#define LONG_WORD (50 * 1000)
#define AT_ONCE 60 /* calls, of which the bus lets no more than 128 wait */

/* A peer of the whole daemon that reads no message, as far as the daemon can tell: it answers no
 * Ping. */
typedef struct {
  LvTestPeer *peer;
  GMutex mutex;
  GDBusMessage *ping; /* that it has not answered */
  gboolean deaf;
  gsize n_bytes; /* of the messages it got */
  guint n_pings;
  guint n_refused; /* calls, with TooMany */
} Reader;

static void
note (Reader *reader, GDBusMessage *message)
{
  GVariant *body = g_dbus_message_get_body (message);

  reader->n_bytes += body != NULL ? g_variant_get_size (body) : 0;
  if (g_strcmp0 (g_dbus_message_get_error_name (message), LV_ERROR_PREFIX "TooMany") == 0)
    reader->n_refused++;
}

/* In the thread of the connection. */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
            gpointer user_data)
{
  Reader *reader = user_data;
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&reader->mutex);

  if (!incoming)
    return message;
  note (reader, message);
  g_main_context_wakeup (NULL);
  if (g_strcmp0 (g_dbus_message_get_member (message), "Ping") != 0)
    return message;
  reader->n_pings++;
  if (!reader->deaf)
    return message;
  g_set_object (&reader->ping, message);
  g_object_unref (message);
  return NULL;
}

static Reader *
reader_new (LvTestBus *bus)
{
  Reader *reader = g_new0 (Reader, 1);

  reader->peer = lv_test_peer_new (bus);
  reader->deaf = TRUE;
  g_mutex_init (&reader->mutex);
  g_dbus_connection_add_filter (reader->peer->connection, on_message, reader, NULL);
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

/* It reads on. */
static void
undeafen (Reader *reader)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&reader->mutex);
  g_autoptr (GDBusMessage) ping = g_steal_pointer (&reader->ping);
  g_autoptr (GDBusMessage) reply = g_dbus_message_new_method_reply (ping);

  reader->deaf = FALSE;
  g_dbus_connection_send_message (reader->peer->connection, reply, 0, NULL, NULL);
}

static guint
count_pings (Reader *reader)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&reader->mutex);

  return reader->n_pings;
}

static guint
count_refused (Reader *reader)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&reader->mutex);

  return reader->n_refused;
}

static gsize
count_bytes (Reader *reader)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&reader->mutex);

  return reader->n_bytes;
}

/* ---- calls ---- */

/* One of the daemon's faces, and what makes it say much. */
typedef struct {
  const char *path;
  const char *interface;
  const char *method;
  const char *arguments; /* as text, "WORD" in it stands for a long word; NULL: none */
} Question;

/* A call that nobody waits for asks for no reply. */
static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
}

/* NULL: none; else floating. */
static GVariant *
make_arguments (const Question *question)
{
  g_autofree char *word = g_strnfill (LONG_WORD, 'x');
  g_autoptr (GString) text = g_string_new (question->arguments);

  g_string_replace (text, "WORD", word, 1);
  return text->len > 0 ? g_variant_new_parsed (text->str) : NULL;
}

/* Everything that the daemon has to say to @reader until now has left it: the bus has its calls,
 * and after them the daemon has answered somebody else. */
static void
settle (Reader *reader)
{
  g_autoptr (LvTestPeer) other = lv_test_peer_new (reader->peer->bus);
  g_autofree char *state = NULL;
  g_autoptr (GVariant) id = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&id, g_variant_unref);
      id = g_dbus_connection_call_sync (reader->peer->connection, "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId",
                                        NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
      g_clear_pointer (&state, g_free);
      state = lv_test_peer_get_state (other, LV_DEFAULT_SESSION_PATH);
    }
}

/* ---- tests ---- */

static const Question questions[] = {
  { LV_DEFAULT_SESSION_PATH, LV_SESSION_INTERFACE, "SendText", "('x', {'!WORD': <1>})" },
  { LV_MANAGER_PATH, LV_MANAGER_INTERFACE, "ListDevices", "({'!WORD': <1>},)" },
  { LV_MANAGER_PATH, LV_MANAGER_INTERFACE, "ListLanguages", "({'!WORD': <1>},)" },
  { LV_DEFAULT_SESSION_PATH, LV_MEDIA_INTERFACE, "OpenAudioInput", "({'!WORD': <1>},)" },
  { LV_DEFAULT_SESSION_PATH, "org.freedesktop.DBus.Introspectable", "Introspect", NULL },
  { LV_DEFAULT_SESSION_PATH, "org.freedesktop.DBus.Properties", "Get",
    "('" LV_SESSION_INTERFACE "', 'WORD')" },
};
static const Question *const long_answer = &questions[0];
static const Question short_answer = { LV_DEFAULT_SESSION_PATH, LV_SESSION_INTERFACE, "GetAudio",
                                       NULL };

static void
ask_often (Reader *reader, const Question *question, guint n)
{
  const char *daemon = g_dbus_connection_get_unique_name (reader->peer->bus->connection);
  GVariant *arguments = make_arguments (question);
  g_autoptr (GVariant) sunk = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;

  for (guint i = 0; i < n; i++)
    g_dbus_connection_call (reader->peer->connection, daemon, question->path, question->interface,
                            question->method, sunk, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL,
                            on_reply, NULL);
  settle (reader);
}

static void
send_word (Reader *reader)
{
  g_autofree char *word = g_strnfill (LONG_WORD, 'x');

  g_dbus_connection_emit_signal (reader->peer->bus->connection, reader->peer->name, LV_MANAGER_PATH,
                                 "org.example", "Word", g_variant_new ("(s)", word), NULL);
}

/* The daemon knows who that is, and lets all its calls in. */
static Reader *
introduce (LvTestBus *bus)
{
  Reader *reader = reader_new (bus);
  g_autofree char *state G_GNUC_UNUSED =
      lv_test_peer_get_state (reader->peer, LV_DEFAULT_SESSION_PATH);

  return reader;
}

/* Whichever part of the daemon answers, and whatever. */
static void
test_all_counts (LvTestBus **f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autoptr (Reader) reader = introduce (*f);

      g_test_message ("%s", questions[i].method);
      for (guint n = 0; n < 6 && count_pings (reader) == 0; n++)
        ask_often (reader, &questions[i], 13);
      g_assert_cmpuint (count_pings (reader), ==, 1);
    }
}

/* What was let in before it is known to read nothing gets short answers, and what comes later is
 * refused, until there is silence. */
static void
test_does_not_read (LvTestBus **f, gconstpointer data)
{
  g_autoptr (Reader) reader = introduce (*f);
  guint n_refused;

  ask_often (reader, long_answer, LV_BUS_MAX_CALLS_PER_SECOND - 1);
  n_refused = count_refused (reader);
  g_assert_cmpuint (n_refused, >, 0);
  g_assert_cmpuint (n_refused, <, LV_BUS_MAX_CALLS_PER_SECOND / 2);
  g_assert_cmpuint (count_bytes (reader), <=, LV_BUS_MAX_UNREAD);
  g_assert_cmpuint (count_bytes (reader), >, LV_BUS_MAX_UNREAD - 2 * LONG_WORD);

  send_word (reader);
  do
    {
      n_refused = count_refused (reader);
      ask_often (reader, &short_answer, AT_ONCE);
    }
  while (count_refused (reader) > n_refused && count_bytes (reader) < 2 * LV_BUS_MAX_UNREAD);
  g_assert_cmpuint (n_refused, >, LV_BUS_BARRIER_BYTES / 500);
  g_assert_cmpuint (count_bytes (reader), <, LV_BUS_MAX_UNREAD + LV_BUS_BARRIER_BYTES);
}

/* A Ping's answer tells of what was before it, so another one asks for the rest. */
static void
test_reads_on (LvTestBus **f, gconstpointer data)
{
  g_autoptr (Reader) reader = introduce (*f);
  g_autoptr (GVariant) audio = NULL;

  ask_often (reader, long_answer, LV_BUS_MAX_CALLS_PER_SECOND - 2);
  undeafen (reader);
  settle (reader);
  audio = lv_test_peer_do (reader->peer, LV_DEFAULT_SESSION_PATH, "Session.GetAudio", NULL);
  g_assert_cmpuint (count_pings (reader), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LV_TEST_BUS_ADD ("/bus-doorman/all-counts", test_all_counts);
  LV_TEST_BUS_ADD ("/bus-doorman/does-not-read", test_does_not_read);
  LV_TEST_BUS_ADD ("/bus-doorman/reads-on", test_reads_on);
  return g_test_run ();
}
