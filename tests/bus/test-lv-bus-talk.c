/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-bus.h"

#include "session/lv-test-devices.h"

#define DEFAULT LV_DEFAULT_SESSION_PATH
#define MICROPHONE "audio=pipewire\n"

static void
set_config (LvTestBus *bus, const char *text)
{
  g_autoptr (LvConfig) config = lv_test_bus_make_config (bus, text);

  lv_bus_set_config (bus->bus, config);
}

static void
do_void (LvTestPeer *peer, const char *path, const char *method)
{
  g_variant_unref (lv_test_peer_do (peer, path, method, NULL));
}

static void
test_push_to_talk (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) one = lv_test_peer_new (*bus);
  LvTestPeer *two = lv_test_peer_new (*bus);

  set_config (*bus, MICROPHONE "turn-detection=manual\n");
  lv_test_peer_fail (one, DEFAULT, "Session.StartTalking", NULL, "NotReady");
  lv_test_peer_start_session (one, DEFAULT);
  do_void (two, DEFAULT, "Session.StartTalking");
  lv_client_message_free (
      lv_test_server_take_realtime ((*bus)->server, LV_REALTIME_ACTIVITY_START));
  lv_test_peer_fail (one, DEFAULT, "Session.StartTalking", NULL, "Busy");
  lv_test_peer_fail (one, DEFAULT, "Session.StopTalking", NULL, "Busy");

  lv_test_peer_free (two);
  lv_client_message_free (lv_test_server_take_realtime ((*bus)->server, LV_REALTIME_ACTIVITY_END));
  do_void (one, DEFAULT, "Session.StartTalking");
  do_void (one, DEFAULT, "Session.StopTalking");
}

static void
test_talk_with_server_detection (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  set_config (*bus, MICROPHONE);
  lv_test_peer_start_session (peer, DEFAULT);
  lv_test_peer_fail (peer, DEFAULT, "Session.StartTalking", NULL, "Unsupported");
}

static void
test_everybody_sees_the_microphone (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, "{'audio': <'pipewire'>}");

  lv_test_peer_start_session (owner, path);
  lv_test_peer_wait_signal (other, "LiveVoice1 PropertiesChanged ('org.livevoice.LiveVoice1."
                                   "Manager', {'MicrophoneInUse': <true>}");
  g_variant_unref (lv_test_peer_do (owner, path, "Session.SetMuted", g_variant_new ("(b)", TRUE)));
  lv_test_peer_wait_signal (other, "LiveVoice1 PropertiesChanged ('org.livevoice.LiveVoice1."
                                   "Manager', {'MicrophoneInUse': <false>}");
  lv_test_peer_sync (other);
  g_assert_cmpuint (other->signals->len, ==, 2);
}

static void
test_levels (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) one = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) two = lv_test_peer_new (*bus);
  gint64 begun;

  set_config (*bus, MICROPHONE);
  g_variant_unref (
      lv_test_peer_do (one, DEFAULT, "Session.Subscribe", g_variant_new_parsed ("(['levels'],)")));
  g_variant_unref (lv_test_peer_do (two, DEFAULT, "Session.Subscribe",
                                    g_variant_new_parsed ("(['transcript'],)")));
  lv_test_peer_start_session (one, DEFAULT);
  begun = g_get_monotonic_time ();
  for (guint i = 0; i < 30; i++)
    {
      lv_test_speak (1, 16384);
      lv_test_run_for (10);
    }
  lv_test_peer_wait_signal (one, "default Levels (0.5, 0.0)");
  g_assert_cmpuint (lv_test_peer_count (one, "default Levels"), <=,
                    (g_get_monotonic_time () - begun) / 100000 + 1);
  g_assert_cmpuint (lv_test_peer_count (two, "default Levels"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LV_TEST_BUS_ADD ("/bus-talk/hold", test_push_to_talk);
  LV_TEST_BUS_ADD ("/bus-talk/auto", test_talk_with_server_detection);
  LV_TEST_BUS_ADD ("/bus-talk/in-use", test_everybody_sees_the_microphone);
  LV_TEST_BUS_ADD ("/bus-talk/levels", test_levels);
  return g_test_run ();
}
