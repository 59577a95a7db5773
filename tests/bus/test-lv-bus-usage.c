/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-bus.h"

#define TURN                                                                                       \
  "{\"serverContent\":{\"turnComplete\":true},\"usageMetadata\":{\"promptTokenCount\":1000000,"    \
  "\"responseTokenCount\":10,\"totalTokenCount\":1000010,\"promptTokensDetails\":["                \
  "{\"modality\":\"AUDIO\",\"tokenCount\":1000000}]}}"

static GVariant *
get_usage (LvTestPeer *peer, const char *path)
{
  g_autoptr (GVariant) reply = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (path != NULL)
    g_variant_dict_insert (&options, "session", "o", path);
  reply = lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.GetUsage",
                           g_variant_new ("(@a{sv})", g_variant_dict_end (&options)));
  return g_variant_get_child_value (reply, 0);
}

static guint64
get_count (GVariant *usage, const char *key)
{
  guint64 value = 0;

  g_variant_lookup (usage, key, "t", &value);
  return value;
}

static void
take_turn (LvTestBus *bus, LvTestPeer *peer, const char *path)
{
  g_variant_unref (
      lv_test_peer_do (peer, path, "Session.Subscribe", g_variant_new_parsed ("(['state'],)")));
  lv_test_server_send_frame (bus->server, TURN);
  lv_test_peer_wait_signal (peer, "* TurnComplete");
}

static void
test_usage_of_a_session (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (peer, NULL);
  g_autofree char *prices = g_build_filename ((*bus)->dir, "prices.conf", NULL);
  g_autoptr (GVariant) before = NULL, after = NULL, all = NULL, days = NULL, today = NULL;
  double cost = 0;

  g_assert_true (
      g_file_set_contents (prices, "[gemini-3.8-live]\naudio-in=3\ntext-out=0\n", -1, NULL));
  before = get_usage (peer, path);
  g_assert_cmpuint (get_count (before, "turns"), ==, 0);
  lv_test_peer_start_session (peer, path);
  take_turn (*bus, peer, path);

  after = get_usage (peer, path);
  g_assert_cmpuint (get_count (after, "turns"), ==, 1);
  g_assert_cmpuint (get_count (after, "prompt-audio"), ==, 1000000);
  g_assert_true (g_variant_lookup (after, "cost", "d", &cost));
  g_assert_cmpfloat_with_epsilon (cost, 3.0, 1e-9);

  all = get_usage (peer, NULL);
  days = g_variant_lookup_value (all, "days", G_VARIANT_TYPE ("aa{sv}"));
  today = g_variant_get_child_value (days, 0);
  g_assert_cmpuint (get_count (today, "total"), ==, 1000010);
}

static void
test_turn_tells_its_usage (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);

  lv_test_peer_start_session (peer, LV_DEFAULT_SESSION_PATH);
  g_variant_unref (lv_test_peer_do (peer, LV_DEFAULT_SESSION_PATH, "Session.Subscribe",
                                    g_variant_new_parsed ("(['transcript'],)")));
  lv_test_server_send_frame ((*bus)->server, TURN);
  lv_test_peer_wait_signal (peer,
                            "default TurnComplete (1, {'prompt-tokens': <uint32 1000000>, "
                            "'response-tokens': <uint32 10>, 'total-tokens': <uint32 1000010>, "
                            "'usage': <{'prompt-audio': uint32 1000000}>})");
}

static void
test_details_go_to_their_topic (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (*bus);

  lv_test_peer_start_session (peer, LV_DEFAULT_SESSION_PATH);
  g_variant_unref (lv_test_peer_do (peer, LV_DEFAULT_SESSION_PATH, "Session.Subscribe",
                                    g_variant_new_parsed ("(['details'],)")));
  g_variant_unref (lv_test_peer_do (other, LV_DEFAULT_SESSION_PATH, "Session.Subscribe",
                                    g_variant_new_parsed ("(['transcript', 'state'],)")));
  lv_test_server_send_frame ((*bus)->server, "{\"serverContent\":{\"waitingForInput\":true}}");
  lv_test_peer_wait_signal (peer, "default TurnDetail (0, 'waiting-for-input', ");
  lv_test_peer_sync (other);
  g_assert_cmpuint (lv_test_peer_count (other, "default TurnDetail"), ==, 0);
}

static void
test_bad_questions (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) owner = lv_test_peer_new (*bus);
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *path = lv_test_peer_create_session (owner, NULL);
  static const struct {
    const char *options, *error;
  } cases[] = {
    { "({'days': <@u 0>},)", "InvalidArgs" },
    { "({'days': <@u 63>},)", "InvalidArgs" },
    { "({'days': <@i 1>},)", "InvalidArgs" },
    { "({'session': <'/x'>},)", "InvalidArgs" },
    { "({'!month': <1>},)", "InvalidArgs" },
    { "({'session': <objectpath '/org/livevoice/LiveVoice1/session/1_1/x'>},)", "NotOwner" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.GetUsage",
                       g_variant_new_parsed (cases[i].options), cases[i].error);
  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.GetUsage",
                     g_variant_new_parsed ("({'session': <%o>},)", path), "NotOwner");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LV_TEST_BUS_ADD ("/bus-usage/session", test_usage_of_a_session);
  LV_TEST_BUS_ADD ("/bus-usage/turn", test_turn_tells_its_usage);
  LV_TEST_BUS_ADD ("/bus-usage/details", test_details_go_to_their_topic);
  LV_TEST_BUS_ADD ("/bus-usage/bad-questions", test_bad_questions);
  return g_test_run ();
}
