/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-client.h"
#include "lv-test-bus.h"

#include <string.h>

#define DEFAULT LV_DEFAULT_SESSION_PATH

static void
subscribe (LvTestPeer *peer, const char *path, const char *topics)
{
  g_autofree char *text = g_strdup_printf ("(%s,)", topics);

  g_variant_unref (lv_test_peer_do (peer, path, "Session.Subscribe", g_variant_new_parsed (text)));
}

static void
unsubscribe (LvTestPeer *peer, const char *path, const char *topics)
{
  g_autofree char *text = g_strdup_printf ("(%s,)", topics);

  g_variant_unref (
      lv_test_peer_do (peer, path, "Session.Unsubscribe", g_variant_new_parsed (text)));
}

static void
do_void (LvTestPeer *peer, const char *path, const char *method)
{
  g_variant_unref (lv_test_peer_do (peer, path, method, NULL));
}

static void
send_words (LvTestBus *bus, const char *user, const char *model, gboolean complete)
{
  LvServerMessage *message = lv_server_message_new ();

  if (user != NULL)
    message->input_transcription = lv_transcription_new (user, TRUE);
  if (model != NULL)
    message->output_transcription = lv_transcription_new (model, FALSE);
  message->turn_complete = complete;
  lv_test_server_send (bus->server, message);
}

/* ---- who hears what ---- */

static void
test_transcript_is_unicast (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) reader = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) elsewhere = lv_test_peer_new (*bus);
  g_autoptr (GVariant) transcript = NULL;
  g_autofree char *text = NULL;

  subscribe (reader, DEFAULT, "['transcript']");
  subscribe (elsewhere, DEFAULT, "['tools', 'warnings', 'state', 'levels']");
  lv_test_peer_start_session (reader, DEFAULT);
  send_words (*bus, "secret question", "secret answer", TRUE);
  lv_test_peer_wait_signal (reader, "default Transcript (1, 'user', 'secret question', true");
  lv_test_peer_wait_signal (reader, "default Transcript (*, 'model', 'secret answer', true");
  lv_test_peer_wait_signal (reader, "default TurnComplete (1,");
  lv_test_peer_wait_signal (elsewhere, "default TurnComplete (1,");

  lv_test_peer_wait_signal (other, "default PropertiesChanged ('org.livevoice.LiveVoice1.Session', "
                                   "{'State': <'listening'>}");
  lv_test_peer_sync (other);
  for (guint i = 0; i < other->signals->len; i++)
    g_assert_true (g_str_has_prefix (other->signals->pdata[i], "default PropertiesChanged"));
  g_assert_cmpuint (lv_test_peer_count (elsewhere, "default Transcript"), ==, 0);

  transcript = lv_test_peer_do (other, DEFAULT, "Session.GetTranscript", g_variant_new ("(u)", 1));
  text = g_variant_print (transcript, FALSE);
  g_assert_true (g_pattern_match_simple ("([(*, 'model', 'secret answer', *, true)],)", text));
}

static void
test_private_session_is_silent_to_others (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, "{'token': <'t'>}");

  subscribe (owner, path, "['transcript', 'state']");
  lv_test_peer_start_session (owner, path);
  send_words (*bus, "secret", NULL, FALSE);
  lv_test_peer_wait_signal (owner, "t Transcript");
  g_assert_cmpuint (lv_test_peer_count (owner, "t PropertiesChanged "
                                               "('org.livevoice.LiveVoice1.Session', {'State': "
                                               "<'connecting'>}"),
                    ==, 1);
  do_void (owner, path, "Session.Close");
  lv_test_peer_wait_signal (owner, "t Closed ('user'");
  lv_test_peer_wait_signal (owner, "LiveVoice1 SessionRemoved");
  lv_test_peer_sync (other);
  g_assert_cmpuint (other->signals->len, ==, 0);
}

static void
test_shared_transcript (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) listener = lv_test_peer_new (*bus);
  g_autofree char *options = g_strdup_printf (
      "{'token': <'t'>, 'share-transcript-with': <['org.example.X', '%s']>}", listener->name);
  g_autofree char *path = lv_test_peer_create_session (owner, options);
  g_autofree char *state = lv_test_peer_get_state (listener, path);

  g_assert_cmpstr (state, ==, "idle");
  subscribe (listener, path, "['transcript', 'state']");
  lv_test_peer_start_session (owner, path);
  send_words (*bus, "shared", NULL, FALSE);
  lv_test_peer_wait_signal (listener, "t Transcript (1, 'user', 'shared'");
  lv_test_peer_wait_signal (listener, "t PropertiesChanged");
  lv_test_peer_fail (listener, path, "Session.Stop", NULL, "NotOwner");
  lv_test_peer_fail (listener, path, "Session.SetMuted", g_variant_new ("(b)", TRUE), "NotOwner");
  g_variant_unref (
      lv_test_peer_do (listener, path, "Session.GetTranscript", g_variant_new ("(u)", 0)));
}

static void
test_unsubscribe (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) witness = lv_test_peer_new (*bus);

  subscribe (witness, DEFAULT, "['transcript']");
  unsubscribe (peer, DEFAULT, "['transcript']");
  subscribe (peer, DEFAULT, "['transcript', 'levels']");
  unsubscribe (peer, DEFAULT, "['transcript', 'state']");
  lv_test_peer_start_session (peer, DEFAULT);
  send_words (*bus, "x", NULL, FALSE);
  lv_test_peer_wait_signal (witness, "default Transcript");
  lv_test_peer_sync (peer);
  g_assert_cmpuint (lv_test_peer_count (peer, "default Transcript"), ==, 0);
}

/* As two extensions of one desktop shell, the second of which is switched off. */
static void
test_shared_connection (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  subscribe (peer, DEFAULT, "['transcript']");
  subscribe (peer, DEFAULT, "['transcript', 'state']");
  unsubscribe (peer, DEFAULT, "['transcript', 'state']");
  lv_test_peer_start_session (peer, DEFAULT);
  send_words (*bus, "x", NULL, FALSE);
  lv_test_peer_wait_signal (peer, "default Transcript");
}

static void
test_bad_subscriptions (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_test_peer_free);

  lv_test_peer_fail (peer, DEFAULT, "Session.Subscribe",
                     g_variant_new_parsed ("(['state', 'everything'],)"), "InvalidArgs");
  lv_test_peer_fail (peer, DEFAULT, "Session.Unsubscribe",
                     g_variant_new_parsed ("(['everything'],)"), "InvalidArgs");
  g_assert_false (lv_bus_is_in_use ((*bus)->bus));
  for (guint i = 0; i < 16; i++)
    {
      g_ptr_array_add (peers, lv_test_peer_new (*bus));
      subscribe (peers->pdata[i], DEFAULT, "['state']");
    }
  lv_test_peer_fail (peer, DEFAULT, "Session.Subscribe", g_variant_new_parsed ("(['state'],)"),
                     "TooMany");
  g_ptr_array_set_size (peers, 15);
  lv_test_peer_sync (peer);
  subscribe (peer, DEFAULT, "['state']");
}

/* ---- replies come before signals ---- */

static GDBusMessage *
note_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
              gpointer user_data)
{
  GDBusMessageType type = g_dbus_message_get_message_type (message);
  const char *member = g_dbus_message_get_member (message);

  if (incoming && type == G_DBUS_MESSAGE_TYPE_METHOD_RETURN)
    g_async_queue_push (user_data, (gpointer) "reply");
  else if (incoming && g_strcmp0 (member, "PropertiesChanged") == 0)
    g_async_queue_push (user_data, (gpointer) "signal");
  return message;
}

static void
test_reply_comes_first (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (GAsyncQueue) order = g_async_queue_new ();
  guint filter;

  lv_test_peer_sync (peer);
  filter = g_dbus_connection_add_filter (peer->connection, note_message, order, NULL);
  do_void (peer, DEFAULT, "Session.Toggle");
  lv_test_peer_wait_signal (peer, "default PropertiesChanged");
  g_dbus_connection_remove_filter (peer->connection, filter);
  g_assert_cmpstr (g_async_queue_try_pop (order), ==, "reply");
  g_assert_cmpstr (g_async_queue_try_pop (order), ==, "signal");
}

/* ---- methods ---- */

static void
test_toggle (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  do_void (peer, DEFAULT, "Session.Toggle");
  lv_client_message_free (lv_test_server_accept ((*bus)->server, NULL));
  lv_test_peer_wait_state (peer, DEFAULT, "listening");
  do_void (peer, DEFAULT, "Session.Toggle");
  lv_test_peer_wait_state (peer, DEFAULT, "idle");
  do_void (peer, DEFAULT, "Session.Toggle");
  lv_client_message_free (lv_test_server_accept ((*bus)->server, NULL));
  lv_test_peer_wait_state (peer, DEFAULT, "listening");
  do_void (peer, DEFAULT, "Session.Close");
  lv_test_peer_wait_state (peer, DEFAULT, "idle");
}

static void
test_start_is_idempotent (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  lv_test_peer_start_session (peer, DEFAULT);
  g_variant_unref (
      lv_test_peer_do (peer, DEFAULT, "Session.Start", g_variant_new ("(a{sv})", NULL)));
  g_assert_cmpuint (lv_test_server_get_n_connections ((*bus)->server), ==, 1);
}

/* One whose connection was given back is taken up where it was. */
static void
test_start_wakes (void)
{
  LvDaemonConfig settings = lv_daemon_config_default;
  g_autoptr (LvTestBus) bus = lv_test_bus_new ();
  g_autoptr (LvTestPeer) peer = NULL;
  g_autoptr (LvClientMessage) setup = NULL, again = NULL;

  settings.link.park_after_s = 1;
  bus->services.settings = &settings;
  lv_test_bus_start (bus);
  peer = lv_test_peer_new (bus);
  g_variant_unref (
      lv_test_peer_do (peer, DEFAULT, "Session.Start", g_variant_new ("(a{sv})", NULL)));
  setup = lv_test_server_accept (bus->server, "h");
  lv_test_server_wait_closed (bus->server);
  lv_test_peer_wait_state (peer, DEFAULT, "listening");

  g_variant_unref (
      lv_test_peer_do (peer, DEFAULT, "Session.Start", g_variant_new ("(a{sv})", NULL)));
  again = lv_test_server_accept (bus->server, "h");
  g_assert_cmpstr (again->setup->resumption_handle, ==, "h");
  lv_test_peer_wait_state (peer, DEFAULT, "listening");
}

static void
test_start_options (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvConfig) config = lv_test_bus_make_config (*bus, "[profile other]\nvoice=Puck\n");
  LvClientMessage *setup;

  lv_bus_set_config ((*bus)->bus, config);
  g_variant_unref (
      lv_test_peer_do (peer, DEFAULT, "Session.Start",
                       g_variant_new_parsed ("({'profile': <'other'>, "
                                             "'system-instruction': <'Be kind.'>},)")));
  setup = lv_test_server_accept ((*bus)->server, NULL);
  g_assert_cmpstr (setup->setup->voice, ==, "Puck");
  g_assert_cmpstr (setup->setup->system_instruction, ==, "Be kind.");
  lv_client_message_free (setup);
  do_void (peer, DEFAULT, "Session.Stop");
  lv_test_server_wait_closed ((*bus)->server);

  do_void (peer, DEFAULT, "Session.Toggle");
  setup = lv_test_server_accept ((*bus)->server, NULL);
  g_assert_cmpstr (setup->setup->voice, ==, NULL);
  lv_client_message_free (setup);
}

static void
test_bad_starts (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  static const struct {
    const char *options, *error;
  } cases[] = {
    { "{'voice': <1>}", "InvalidArgs" },
    { "{'!x': <1>}", "InvalidArgs" },
    { "{'profile': <'none'>}", "InvalidArgs" },
    { "{'audio': <'alsa'>}", "InvalidArgs" },
    { "{'setup': <'{}'>}", "NotPermitted" },
    { "{'endpoint': <'gemini'>}", "NoCredential" },
    { "{'endpoint': <'ws://example.org/'>}", "InvalidArgs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    lv_test_peer_fail (peer, DEFAULT, "Session.Start",
                       g_variant_new ("(@a{sv})", g_variant_new_parsed (cases[i].options)),
                       cases[i].error);
  g_assert_true (lv_bus_is_idle ((*bus)->bus));
  lv_test_peer_sync (peer);
  g_assert_cmpuint (peer->signals->len, ==, 0);
  lv_test_peer_start_session (peer, DEFAULT);
}

static void
test_failed_conversation (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *error = NULL;
  g_autoptr (GVariant) last_error = NULL;
  const char *name, *message;

  subscribe (peer, DEFAULT, "['warnings']");
  g_variant_unref (
      lv_test_peer_do (peer, DEFAULT, "Session.Start", g_variant_new ("(a{sv})", NULL)));
  lv_client_message_free (lv_test_server_take_type ((*bus)->server, LV_CLIENT_SETUP));
  lv_test_server_close ((*bus)->server, 1008, "unknown model");
  lv_test_peer_wait_signal (peer, "default Closed ('server', {'error': <'org.livevoice");
  lv_test_peer_wait_state (peer, DEFAULT, "error");
  last_error = lv_test_peer_get (peer, DEFAULT, LV_SESSION_INTERFACE, "LastError", &error);
  g_variant_get (last_error, "(&s&s)", &name, &message);
  g_assert_true (g_str_has_prefix (name, LV_ERROR_PREFIX));
  g_assert_cmpstr (message, !=, "");
  g_assert_true (lv_bus_is_idle ((*bus)->bus));
}

static void
test_texts (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *large = g_strnfill (32 * 1024 + 1, 'x');
  const struct {
    const char *text, *options, *error;
  } cases[] = {
    { "x", "{'mode': <'loud'>}", "InvalidArgs" }, { "x", "{'mode': <1>}", "InvalidArgs" },
    { "x", "{'!x': <1>}", "InvalidArgs" },        { "", "@a{sv} {}", "InvalidArgs" },
    { large, "@a{sv} {}", "TooLarge" },
  };

  lv_test_peer_fail (peer, DEFAULT, "Session.SendText", g_variant_new ("(sa{sv})", "x", NULL),
                     "NotReady");
  lv_test_peer_start_session (peer, DEFAULT);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    lv_test_peer_fail (
        peer, DEFAULT, "Session.SendText",
        g_variant_new ("(s@a{sv})", cases[i].text, g_variant_new_parsed (cases[i].options)),
        cases[i].error);
  g_assert_cmpuint (lv_test_server_get_n_waiting ((*bus)->server), ==, 0);

  for (guint i = 0; i < 10; i++)
    g_variant_unref (lv_test_peer_do (
        peer, DEFAULT, "Session.SendText",
        g_variant_new ("(s@a{sv})", "x", g_variant_new_parsed ("{'mode': <'realtime'>}"))));
  lv_test_peer_fail (peer, DEFAULT, "Session.SendText", g_variant_new ("(sa{sv})", "x", NULL),
                     "RateLimited");
}

static void
test_mute (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  g_variant_unref (
      lv_test_peer_do (peer, DEFAULT, "Session.SetMuted", g_variant_new ("(b)", TRUE)));
  lv_test_peer_wait_signal (
      peer, "default PropertiesChanged ('org.livevoice.LiveVoice1.Session', {'Muted': <true>}");
  g_variant_unref (
      lv_test_peer_do (peer, DEFAULT, "Session.SetMuted", g_variant_new ("(b)", FALSE)));
  lv_test_peer_wait_signal (
      peer, "default PropertiesChanged ('org.livevoice.LiveVoice1.Session', {'Muted': <false>}");
}

static char *
get_audio (LvTestPeer *peer)
{
  g_autoptr (GVariant) reply = lv_test_peer_do (peer, DEFAULT, "Session.GetAudio", NULL);

  return g_variant_print (reply, TRUE);
}

static void
test_audio (LvTestBus **bus, gconstpointer data)
{
  static const char *const keys[] = { "'queued-ms': <uint32 0>", "'preroll-ms': <uint32 ",
                                      "'underruns': <uint64 0>", "'dropped': <uint64 0>",
                                      "'delay-ms': <uint32 " };
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *before = get_audio (peer);
  g_autofree char *during = NULL;
  g_autofree char *after = NULL;

  g_assert_cmpstr (before, ==, "(@a{sv} {},)");
  g_variant_unref (lv_test_peer_do (peer, DEFAULT, "Session.Start",
                                    g_variant_new_parsed ("({'audio': <'fd'>},)")));
  during = get_audio (peer);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_nonnull (strstr (during, keys[i]));
  g_variant_unref (lv_test_peer_do (peer, DEFAULT, "Session.Stop", NULL));
  lv_test_peer_wait_signal (
      peer, "default PropertiesChanged ('org.livevoice.LiveVoice1.Session', {'State': <'idle'>");
  after = get_audio (peer);
  g_assert_cmpstr (after, ==, before);
}

static void
test_interrupt_when_idle (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  lv_test_peer_fail (peer, DEFAULT, "Session.Interrupt", NULL, "NotReady");
}

/* ---- owners come and go ---- */

static void
test_owner_vanishes (LvTestBus **bus, gconstpointer data)
{
  LvTestPeer *owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) listener = lv_test_peer_new (*bus);
  g_autofree char *options =
      g_strdup_printf ("{'token': <'t'>, 'share-transcript-with': <['%s']>}", listener->name);
  g_autofree char *path = lv_test_peer_create_session (owner, options);
  g_autofree char *error = NULL;

  subscribe (listener, path, "['transcript']");
  lv_test_peer_start_session (owner, path);
  lv_test_peer_free (owner);
  lv_test_peer_wait_signal (listener, "t Closed ('owner-gone'");
  lv_test_server_wait_closed ((*bus)->server);
  lv_test_peer_sync (listener);
  g_assert_null (lv_test_peer_get (listener, path, LV_SESSION_INTERFACE, "State", &error));
  g_assert_cmpstr (error, ==, "org.freedesktop.DBus.Error.UnknownMethod");
  g_assert_false (lv_bus_is_in_use ((*bus)->bus));
}

static void
test_linger (LvTestBus **bus, gconstpointer data)
{
  LvTestPeer *owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) listener = lv_test_peer_new (*bus);
  g_autofree char *options = g_strdup_printf (
      "{'token': <'t'>, 'linger': <uint32 1>, 'share-transcript-with': <['%s']>}", listener->name);
  g_autofree char *path = lv_test_peer_create_session (owner, options);
  g_autofree char *state = NULL;

  subscribe (listener, path, "['transcript']");
  lv_test_peer_start_session (owner, path);
  lv_test_peer_free (owner);
  lv_test_run_for (300);
  state = lv_test_peer_get_state (listener, path);
  g_assert_cmpstr (state, ==, "listening");
  lv_test_peer_wait_signal (listener, "t Closed ('owner-gone'");
}

static void
test_subscriber_vanishes (LvTestBus **bus, gconstpointer data)
{
  LvTestPeer *peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);

  subscribe (peer, DEFAULT, "['levels']");
  g_assert_true (lv_bus_is_in_use ((*bus)->bus));
  lv_test_peer_free (peer);
  lv_test_peer_sync (other);
  lv_test_peer_sync (other);
  g_assert_false (lv_bus_is_in_use ((*bus)->bus));
}

static void
test_close_of_an_idle_session (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, "{'token': <'t'>}");

  subscribe (owner, path, "['state']");
  do_void (owner, path, "Session.Close");
  lv_test_peer_wait_signal (owner, "t Closed ('user', {})");
  lv_test_peer_wait_signal (owner, "LiveVoice1 SessionRemoved");
  lv_test_peer_sync (owner);
  g_assert_cmpuint (lv_test_peer_count (owner, "t Closed"), ==, 1);
}

static void
test_closed_comes_once (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, "{'token': <'t'>}");

  subscribe (owner, path, "['state']");
  lv_test_peer_start_session (owner, path);
  do_void (owner, path, "Session.Stop");
  do_void (owner, path, "Session.Close");
  lv_test_peer_wait_signal (owner, "LiveVoice1 SessionRemoved");
  lv_test_server_wait_closed ((*bus)->server);
  lv_test_peer_sync (owner);
  g_assert_cmpuint (lv_test_peer_count (owner, "t Closed"), <=, 2);
  g_assert_cmpuint (lv_test_peer_count (owner, "LiveVoice1 SessionRemoved"), ==, 1);
}

/* Conversations cost something: nobody begins them in a row. */
static void
test_starts_are_limited (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);

  for (guint i = 0; i < LV_BUS_MAX_STARTS; i++)
    {
      g_variant_unref (lv_test_peer_do (peer, LV_DEFAULT_SESSION_PATH, "Session.Toggle", NULL));
      g_variant_unref (lv_test_peer_do (other, LV_DEFAULT_SESSION_PATH, "Session.Stop", NULL));
    }
  lv_test_peer_fail (peer, LV_DEFAULT_SESSION_PATH, "Session.Toggle", NULL, "RateLimited");
  lv_test_peer_fail (peer, LV_DEFAULT_SESSION_PATH, "Session.Start",
                     g_variant_new ("(a{sv})", NULL), "RateLimited");
  g_variant_unref (lv_test_peer_do (other, LV_DEFAULT_SESSION_PATH, "Session.Toggle", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LV_TEST_BUS_ADD ("/bus-session/signals/unicast", test_transcript_is_unicast);
  LV_TEST_BUS_ADD ("/bus-session/signals/private", test_private_session_is_silent_to_others);
  LV_TEST_BUS_ADD ("/bus-session/signals/shared", test_shared_transcript);
  LV_TEST_BUS_ADD ("/bus-session/signals/unsubscribe", test_unsubscribe);
  LV_TEST_BUS_ADD ("/bus-session/signals/shared-connection", test_shared_connection);
  LV_TEST_BUS_ADD ("/bus-session/signals/bad", test_bad_subscriptions);
  LV_TEST_BUS_ADD ("/bus-session/signals/reply-first", test_reply_comes_first);
  LV_TEST_BUS_ADD ("/bus-session/methods/toggle", test_toggle);
  LV_TEST_BUS_ADD ("/bus-session/methods/start-twice", test_start_is_idempotent);
  g_test_add_func ("/bus-session/methods/start-wakes", test_start_wakes);
  LV_TEST_BUS_ADD ("/bus-session/methods/start-options", test_start_options);
  LV_TEST_BUS_ADD ("/bus-session/methods/bad-starts", test_bad_starts);
  LV_TEST_BUS_ADD ("/bus-session/methods/failed", test_failed_conversation);
  LV_TEST_BUS_ADD ("/bus-session/methods/texts", test_texts);
  LV_TEST_BUS_ADD ("/bus-session/methods/mute", test_mute);
  LV_TEST_BUS_ADD ("/bus-session/methods/interrupt", test_interrupt_when_idle);
  LV_TEST_BUS_ADD ("/bus-session/methods/audio", test_audio);
  LV_TEST_BUS_ADD ("/bus-session/life/owner", test_owner_vanishes);
  LV_TEST_BUS_ADD ("/bus-session/life/linger", test_linger);
  LV_TEST_BUS_ADD ("/bus-session/life/subscriber", test_subscriber_vanishes);
  LV_TEST_BUS_ADD ("/bus-session/life/idle-close", test_close_of_an_idle_session);
  LV_TEST_BUS_ADD ("/bus-session/life/closed-once", test_closed_comes_once);
  LV_TEST_BUS_ADD ("/bus-session/starts-are-limited", test_starts_are_limited);
  return g_test_run ();
}
