/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A network that goes away and comes back under a conversation.
 */
#include "lib/lv-test.h"
#include "lv-test-network.h"
#include "lv-test-session.h"

typedef struct {
  Fixture *fixture;
  GNetworkMonitor *monitor;
  LvNetworkWatch *watch;
} World;

/* Open, with a handle; the server counts as far away. */
static World
world_new (void)
{
  World world = { .fixture = fixture_new (), .monitor = lv_test_network_new () };
  LvSession *session = world.fixture->session;
  g_autoptr (LvClientMessage) setup = NULL;

  world.watch = lv_network_watch_new (world.monitor);
  session->services.network = world.watch;
  g_assert_true (lv_session_start (session, NULL));
  setup = lv_test_server_accept (world.fixture->server, "handle");
  wait_state (world.fixture, LV_STATE_LISTENING);
  say_words (world.fixture, "hello");
  wait_transcript (world.fixture, "m:hello");
  session->is_remote = TRUE;
  lv_session_watch_network (session);
  return world;
}

static void
world_clear (World *world)
{
  fixture_free (world->fixture);
  g_assert_finalize_object (world->watch);
  g_assert_finalize_object (world->monitor);
}

static void
expect_resumed (World *world)
{
  g_autoptr (LvClientMessage) setup = lv_test_server_accept (world->fixture->server, NULL);

  g_assert_cmpstr (setup->setup->resumption_handle, ==, "handle");
  wait_state (world->fixture, LV_STATE_LISTENING);
}

/* Without a network nothing is tried, the reason is told, and its return is enough. */
static void
test_away_and_back (void)
{
  World world = world_new ();
  LvSession *session = world.fixture->session;

  session->times.patience_ms = 0; /* that of a network which is there */
  lv_test_network_set_available (world.monitor, FALSE);
  lv_test_server_drop (world.fixture->server);
  wait_state (world.fixture, LV_STATE_RECONNECTING);
  lv_test_run_for (200);
  g_assert_cmpuint (lv_test_server_get_n_connections (world.fixture->server), ==, 1);
  g_assert_nonnull (strstr (lv_session_get_last_error (session)->message, "no network"));

  lv_test_network_set_available (world.monitor, TRUE);
  expect_resumed (&world);
  g_assert_null (lv_session_get_last_error (session));
  g_assert_cmpuint (count_logged (world.fixture, "warning"), ==, 0);
  world_clear (&world);
}

static gboolean
is_dialling (gpointer data)
{
  return ((LvSession *) data)->socket != NULL;
}

/* A new network is worth an attempt at once, whatever failed over the old one. */
static void
test_another_network (void)
{
  World world = world_new ();
  LvSession *session = world.fixture->session;

  session->times.backoff_scale = 1000.0;
  lv_test_server_drop (world.fixture->server);
  wait_state (world.fixture, LV_STATE_RECONNECTING);
  g_assert_cmpuint (session->retry_timer, !=, 0);
  lv_test_network_set_available (world.monitor, TRUE);
  expect_resumed (&world);
  world_clear (&world);
}

/* An attempt over the old one leads nowhere: a socket that takes connections and says nothing. */
static void
test_another_network_while_dialling (void)
{
  World world = world_new ();
  LvSession *session = world.fixture->session;
  g_autoptr (GSocketListener) void_listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (void_listener, NULL, NULL);

  g_free (session->endpoint->uri);
  session->endpoint->uri = g_strdup_printf ("ws://127.0.0.1:%u/", port);
  lv_test_server_drop (world.fixture->server);
  wait_state (world.fixture, LV_STATE_RECONNECTING);
  lv_test_wait_for (is_dialling, session, LV_TEST_TIMEOUT_MS, "an attempt");
  session->times.backoff_scale = 1000.0;

  g_free (session->endpoint->uri);
  session->endpoint->uri = g_strdup (lv_test_server_get_uri (world.fixture->server));
  for (guint i = 0; i < 5; i++)
    lv_test_network_set_available (world.monitor, TRUE);
  expect_resumed (&world);
  g_assert_cmpuint (lv_test_server_get_n_connections (world.fixture->server), ==, 2);
  world_clear (&world);
}

/* It may be over for good while there is no network: hours, but not days. */
static void
test_away_for_good (void)
{
  World world = world_new ();

  world.fixture->session->times.offline_ms = 0;
  lv_test_network_set_available (world.monitor, FALSE);
  lv_test_server_drop (world.fixture->server);
  wait_logged (world.fixture, "closed network");
  world_clear (&world);
}

/* A link that survives the change stays. */
static void
test_link_survives (void)
{
  World world = world_new ();

  clear_log (world.fixture);
  lv_test_network_set_available (world.monitor, TRUE);
  say_words (world.fixture, " again");
  wait_transcript (world.fixture, "m:hello again");
  g_assert_cmpuint (lv_test_server_get_n_connections (world.fixture->server), ==, 1);
  world_clear (&world);
}

/* A server on this machine does not need one. */
static void
test_here (void)
{
  World world = world_new ();

  world.fixture->session->is_remote = FALSE;
  lv_test_network_set_available (world.monitor, FALSE);
  lv_test_server_drop (world.fixture->server);
  wait_state (world.fixture, LV_STATE_RECONNECTING);
  expect_resumed (&world);
  world_clear (&world);
}

/* The real one: what it says depends on the machine, that it says something does not. */
static void
test_system (void)
{
  LvNetworkWatch *watch = lv_network_watch_new (NULL);

  g_assert_true (lv_network_watch_is_available (watch)); /* nobody has looked yet */
  lv_network_watch_begin (watch);
  lv_network_watch_begin (watch);
  lv_test_run_for (50);
  lv_network_watch_is_available (watch);
  g_object_unref (watch);
  lv_test_run_for (50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-network/away-and-back", test_away_and_back);
  g_test_add_func ("/session-network/another-network", test_another_network);
  g_test_add_func ("/session-network/another-network-while-dialling",
                   test_another_network_while_dialling);
  g_test_add_func ("/session-network/away-for-good", test_away_for_good);
  g_test_add_func ("/session-network/link-survives", test_link_survives);
  g_test_add_func ("/session-network/here", test_here);
  g_test_add_func ("/session-network/system", test_system);
  return g_test_run ();
}
