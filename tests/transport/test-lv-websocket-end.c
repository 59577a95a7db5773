/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a connection ends, in every way that somebody has found so far, and how it fares with a peer that does not keep up.
 */
#include "transport/lv-test-client.h"

#include <string.h>

static void
test_close_codes (void)
{
  static const struct {
    guint code;
    const char *reason;
    LvRetry retry;
    LvErrorCode error;
  } cases[] = {
    { 1000, "", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1001, "going away", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1002, "", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1003, "", LV_RETRY_NEVER, LV_ERROR_SERVER },
    { 1007, "API key not valid. Please pass a valid API key.", LV_RETRY_NEVER,
      LV_ERROR_AUTHENTICATION },
    { 1007, "Request contains an invalid argument.", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
    { 1008, "models/x is not found for API version v1beta", LV_RETRY_NEVER, LV_ERROR_UNSUPPORTED },
    { 1008, "BidiGenerateContent session not found", LV_RETRY_FRESH, LV_ERROR_SERVER },
    { 1009, "message too big", LV_RETRY_FRESH, LV_ERROR_TOO_LARGE },
    { 1011, "You exceeded your current quota", LV_RETRY_LATER, LV_ERROR_QUOTA_EXCEEDED },
    { 1011, "Internal error encountered.", LV_RETRY_RESUME, LV_ERROR_SERVER },
    /* libsoup takes none of these for a proper close */
    { 1012, "restart", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1013, "", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 1011, "Your prepayment credits are depleted \xc3", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 4000, "own", LV_RETRY_RESUME, LV_ERROR_SERVER },
    { 77, "nonsense", LV_RETRY_RESUME, LV_ERROR_SERVER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
      g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);
      g_autofree char *number = g_strdup_printf ("(%u", cases[i].code);

      lv_test_peer_send_close (peer, cases[i].code, cases[i].reason);
      lv_test_client_assert_closed (client, cases[i].retry, cases[i].error);
      g_assert_nonnull (strstr (client->error->message, number));
      if (g_utf8_validate (cases[i].reason, -1, NULL))
        g_assert_nonnull (strstr (client->error->message, cases[i].reason));
    }
}

/* The peer need not close its socket for us to notice, but gets its echo. */
static void
test_close_is_echoed (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

  lv_test_peer_send_close (peer, 1011, "Internal error encountered.");
  lv_test_wait_flag (&client->closed);
  lv_test_wait_flag (&peer->gone);
  g_assert_cmpuint (peer->n_closes, ==, 1);
}

static void
test_empty_close (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

  lv_test_peer_send (peer, 0x8, "", 0);
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_SERVER);
}

static void
test_messages_before_close (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

  lv_test_peer_send (peer, 0x1, "one", 3);
  lv_test_peer_send (peer, 0x2, "two", 3);
  lv_test_peer_send_close (peer, 1000, "");
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_SERVER);
  g_assert_cmpuint (client->messages->len, ==, 2);
}

static void
test_drop (gconstpointer reset)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

  lv_test_peer_drop (peer, GPOINTER_TO_INT (reset));
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
}

/* libsoup takes its time between the first sign of an end and telling of it. */
static void
test_send_while_it_ends (gconstpointer reset)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
      g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

      if (i % 2 == 0)
        lv_test_peer_send_close (peer, 1011, "Internal error encountered.");
      lv_test_peer_drop (peer, GPOINTER_TO_INT (reset));
      while (!client->closed)
        {
          lv_websocket_can_send_now (client->socket);
          lv_test_client_send (client, "still there?");
          g_main_context_iteration (NULL, FALSE);
        }
      g_assert_false (lv_test_client_send (client, "no"));
    }
}

/* At every turn of the main loop between its first sign and the news of it. */
static void
test_close_while_it_ends (void)
{
  gboolean ended = FALSE;

  for (guint turns = 0; !ended; turns++)
    {
      g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
      g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

      lv_test_peer_drop (peer, FALSE);
      for (guint i = 0; i < turns && !client->closed; i++)
        g_main_context_iteration (NULL, TRUE);
      ended = client->closed;
      lv_test_client_close (client);
      lv_test_wait_flag (&client->closed);
    }
}

static void
test_drop_while_upgrading (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_new (peer->uri, NULL, NULL);

  peer->answers = FALSE;
  lv_test_client_open (client);
  while (peer->request == NULL)
    g_main_context_iteration (NULL, TRUE);
  lv_test_peer_drop (peer, FALSE);
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
}

static void
test_garbage (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

  lv_test_peer_send_raw (peer, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_SERVER);
}

static void
test_no_answer (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_new (peer->uri, NULL, NULL);
  LvWebsocketTimes quick = lv_test_client_times;

  quick.connect_timeout_ms = LV_TEST_QUICK_MS;
  lv_websocket_set_times (client->socket, &quick);
  peer->answers = FALSE;
  lv_test_client_open (client);
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_TIMEOUT);
  lv_test_wait_flag (&peer->gone);
}

static gboolean
has_pinged_often (gpointer peer)
{
  return ((LvTestPeer *) peer)->n_pings >= 4;
}

static void
test_silence (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestPeer) lively = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_new (peer->uri, NULL, NULL);
  g_autoptr (LvTestClient) lively_client = lv_test_client_new (lively->uri, NULL, NULL);
  LvWebsocketTimes quick = lv_test_client_times;

  quick.silence_ms = 2500; /* libsoup's seconds may be late by one */
  lv_websocket_set_times (client->socket, &quick);
  lv_websocket_set_times (lively_client->socket, &quick);
  lv_websocket_set_patience (client->socket, LV_WEBSOCKET_PATIENCE_MIN_MS);
  lv_websocket_set_patience (lively_client->socket, LV_WEBSOCKET_PATIENCE_MIN_MS);
  peer->pongs = FALSE;
  lv_test_client_open (client);
  lv_test_client_open (lively_client);

  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
  g_assert_cmpuint (peer->n_pings, >=, 1);
  lv_test_wait_for (has_pinged_often, lively, LV_TEST_TIMEOUT_MS, "pings");
  g_assert_false (lively_client->closed);
}

static gboolean
on_probe (gpointer socket)
{
  lv_websocket_probe (socket);
  return G_SOURCE_CONTINUE;
}

/* A network that changes all the time puts nothing off. */
static void
test_probed_often (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_new (peer->uri, NULL, NULL);
  LvWebsocketTimes quick = lv_test_client_times;
  guint source;

  quick.probe_ms = 500;
  lv_websocket_set_times (client->socket, &quick);
  peer->pongs = FALSE;
  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  source = g_timeout_add (50, on_probe, client->socket);
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
  g_source_remove (source);
}

/* No pong ever, but data: not lost. */
static void
test_frames_count_as_life (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_new (peer->uri, NULL, NULL);
  LvWebsocketTimes quick = lv_test_client_times;

  quick.silence_ms = 400;
  lv_websocket_set_times (client->socket, &quick);
  peer->pongs = FALSE;
  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  for (int i = 0; i < 4; i++)
    {
      lv_test_run_for (200);
      g_assert_false (client->closed);
      lv_test_peer_send (peer, 0x1, "{}", 2);
    }
  lv_test_client_assert_closed (client, LV_RETRY_RESUME, LV_ERROR_NETWORK);
}

/* A client whose peer reads again. */
typedef struct {
  LvTestPeer *peer;
  LvTestClient *client;
  guint n_frames;
} Reading;

static gboolean
has_caught_up (gpointer data)
{
  Reading *reading = data;

  return lv_websocket_can_send_now (reading->client->socket) &&
         reading->peer->n_frames >= reading->n_frames;
}

static void
assert_slow_reader_is_noticed (LvTestPeer *peer, LvTestClient *client, gsize most)
{
  g_autofree char *chunk = g_strnfill (4096, 'x');
  guint sent = 0;

  peer->reads = FALSE;
  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  lv_test_drain ();
  while (lv_websocket_can_send_now (client->socket))
    {
      g_assert_true (lv_test_client_send (client, chunk));
      g_assert_cmpuint (++sent * 4096, <, most);
      lv_test_drain ();
    }
  g_test_message ("held back after %u KiB", sent * 4);

  peer->reads = TRUE;
  lv_test_peer_read (peer);
  lv_test_wait_for (has_caught_up, &(Reading){ peer, client, sent }, LV_TEST_TIMEOUT_MS,
                    "what was held back");
  g_assert_cmpuint (peer->n_frames, ==, sent);
}

static void
test_slow_reader_tcp (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_new (peer->uri, NULL, NULL);

  /* the peer's kernel takes some, which is not ours to see; ours alone would take megabytes */
  assert_slow_reader_is_noticed (peer, client, 1024 * 1024);
}

static void
test_slow_reader_unix (void)
{
  char *dir = lv_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "s", NULL);
  LvTestPeer *peer = lv_test_peer_new (path);
  LvTestClient *client = lv_test_client_new (peer->uri, path, NULL);

  assert_slow_reader_is_noticed (peer, client, 1024 * 1024);
  lv_test_client_free (client);
  lv_test_peer_free (peer);
  lv_test_remove_dir (dir);
}

static void
test_no_close_echo (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_new (peer->uri, NULL, NULL);
  LvWebsocketTimes quick = lv_test_client_times;

  quick.close_timeout_ms = LV_TEST_QUICK_MS;
  lv_websocket_set_times (client->socket, &quick);
  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  lv_test_client_close (client);
  lv_test_client_close (client);
  g_assert_false (lv_test_client_send (client, "late"));
  g_assert_false (client->closed);
  /* what the peer still says is of no interest */
  lv_test_peer_send (peer, 0x1, "late", 4);
  lv_test_client_assert_closed_by_us (client);
  g_assert_cmpuint (client->messages->len, ==, 0);
  lv_test_wait_flag (&peer->gone);
  g_assert_cmpuint (peer->n_closes, ==, 1);
}

/* Nor has the peer to close its socket when we closed. */
static void
test_close_echo_is_enough (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);
  gint64 start_us = g_get_monotonic_time ();

  lv_test_client_close (client);
  while (peer->n_closes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (client->closed);
  lv_test_peer_send_close (peer, 1000, "");
  lv_test_client_assert_closed_by_us (client);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, G_USEC_PER_SEC);
}

static void
test_close_flushes (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

  for (int i = 0; i < 20; i++)
    g_assert_true (lv_test_client_send (client, "{\"realtimeInput\":{\"audioStreamEnd\":true}}"));
  lv_test_client_close (client);
  while (peer->n_closes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (peer->n_frames, ==, 20);
  lv_test_peer_send_close (peer, 1000, "");
  lv_test_peer_drop (peer, FALSE);
  lv_test_client_assert_closed_by_us (client);
}

static void
test_close_before_open (void)
{
  g_autoptr (LvTestClient) client = lv_test_client_new ("ws://127.0.0.1:1/x", NULL, NULL);

  lv_test_client_close (client);
  g_assert_false (client->closed);
  lv_test_client_assert_closed_by_us (client);
}

/* At every turn of the main loop between opening and being open. */
static void
test_close_while_connecting (void)
{
  gboolean opened = FALSE;

  for (guint turns = 0; !opened; turns++)
    {
      g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
      g_autoptr (LvTestClient) client =
          lv_test_client_new (peer->uri, NULL, lv_test_make_key (LV_CREDENTIAL_NAME));
      LvWebsocketTimes quick = lv_test_client_times;

      quick.close_timeout_ms = LV_TEST_QUICK_MS;
      lv_websocket_set_times (client->socket, &quick);
      lv_test_client_open (client);
      for (guint i = 0; i < turns && !client->opened; i++)
        g_main_context_iteration (NULL, TRUE);
      opened = client->opened;
      lv_test_client_close (client);
      lv_test_client_assert_closed_by_us (client);
      g_assert_true (client->opened == opened);
      if (peer->connection != NULL)
        lv_test_wait_flag (&peer->gone);
    }
}

static void
test_drop_while_connecting (void)
{
  gboolean opened = FALSE;

  for (guint turns = 0; !opened; turns++)
    {
      g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
      g_autoptr (LvTestClient) client =
          lv_test_client_new (peer->uri, NULL, lv_test_make_key (LV_CREDENTIAL_NAME));

      lv_test_client_open (client);
      for (guint i = 0; i < turns && !client->opened; i++)
        g_main_context_iteration (NULL, TRUE);
      opened = client->opened;
      g_assert_finalize_object (g_steal_pointer (&client->socket));
      lv_test_run_for (10);
      g_assert_true (client->opened == opened);
      g_assert_false (client->closed);
      if (peer->connection != NULL)
        lv_test_wait_flag (&peer->gone);
    }
}

static void
test_drop_before_closed (void)
{
  g_autoptr (LvTestClient) client = lv_test_client_new ("ws://127.0.0.1:1/x", NULL, NULL);

  lv_test_client_close (client);
  g_assert_finalize_object (g_steal_pointer (&client->socket));
  lv_test_drain ();
  g_assert_false (client->closed);
}

static void
drop_socket (LvTestClient *client)
{
  g_clear_object (&client->socket);
}

static void
test_drop_inside_a_signal (gconstpointer signal)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_new (peer->uri, NULL, NULL);

  g_signal_connect_swapped (client->socket, signal, G_CALLBACK (drop_socket), client);
  lv_test_client_open (client);
  while (!peer->upgraded)
    g_main_context_iteration (NULL, TRUE);
  /* in one piece, so that libsoup still has frames to look at after the first */
  lv_test_peer_send_raw (peer, "\x81\x02{}\x81\x02{}\x88\x02\x03\xe8", 12);
  while (client->socket != NULL)
    g_main_context_iteration (NULL, TRUE);
  lv_test_run_for (20);
}

static gboolean
close_now (gpointer data)
{
  LvTestClient *client = data;

  lv_websocket_close (client->socket);
  return FALSE;
}

static void
test_close_inside_message (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

  g_signal_connect_swapped (client->socket, "message", G_CALLBACK (close_now), client);
  lv_test_peer_send_raw (peer, "\x81\x02{}\x81\x02{}\x88\x02\x03\xe8", 12);
  lv_test_client_assert_closed_by_us (client);
  g_assert_cmpuint (client->messages->len, ==, 1);
}

/* How long the main loop would sleep now: -1 for ever. */
static int
time_to_next_wake_up (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[64];
  int timeout;
  int priority;

  lv_test_drain ();
  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_check (context, priority, fds, 0);
  g_main_context_release (context);
  return timeout;
}

static void
test_nothing_ticks_afterwards (void)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (NULL);
  g_autoptr (LvTestClient) client = lv_test_client_open_to_peer (peer);

  g_assert_cmpint (time_to_next_wake_up (), >, 0);
  lv_test_peer_send_close (peer, 1000, "");
  lv_test_wait_flag (&client->closed);
  lv_test_wait_flag (&peer->gone);
  g_assert_cmpint (time_to_next_wake_up (), ==, -1);
}

/* It repeats what it received, which need not be UTF-8; TAP has to be. */
static void
on_libsoup_debug (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);

  g_test_message ("%s: %s", domain, valid);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_handler ("libsoup", G_LOG_LEVEL_DEBUG, on_libsoup_debug, NULL);
  g_test_add_func ("/websocket-end/closed/codes", test_close_codes);
  g_test_add_func ("/websocket-end/closed/echo", test_close_is_echoed);
  g_test_add_func ("/websocket-end/closed/empty", test_empty_close);
  g_test_add_func ("/websocket-end/closed/after-messages", test_messages_before_close);
  g_test_add_data_func ("/websocket-end/closed/drop", GINT_TO_POINTER (FALSE), test_drop);
  g_test_add_data_func ("/websocket-end/closed/reset", GINT_TO_POINTER (TRUE), test_drop);
  g_test_add_data_func ("/websocket-end/closed/send-while-dropped", GINT_TO_POINTER (FALSE),
                        test_send_while_it_ends);
  g_test_add_data_func ("/websocket-end/closed/send-while-reset", GINT_TO_POINTER (TRUE),
                        test_send_while_it_ends);
  g_test_add_func ("/websocket-end/closed/close-while-dropped", test_close_while_it_ends);
  g_test_add_func ("/websocket-end/closed/upgrading", test_drop_while_upgrading);
  g_test_add_func ("/websocket-end/closed/garbage", test_garbage);
  g_test_add_func ("/websocket-end/timeout/connect", test_no_answer);
  g_test_add_func ("/websocket-end/timeout/silence", test_silence);
  g_test_add_func ("/websocket-end/timeout/probed-often", test_probed_often);
  g_test_add_func ("/websocket-end/timeout/frames", test_frames_count_as_life);
  g_test_add_func ("/websocket-end/slow-reader/tcp", test_slow_reader_tcp);
  g_test_add_func ("/websocket-end/slow-reader/unix", test_slow_reader_unix);
  g_test_add_func ("/websocket-end/close/no-echo", test_no_close_echo);
  g_test_add_func ("/websocket-end/close/echo", test_close_echo_is_enough);
  g_test_add_func ("/websocket-end/close/flushes", test_close_flushes);
  g_test_add_func ("/websocket-end/close/before-open", test_close_before_open);
  g_test_add_func ("/websocket-end/close/connecting", test_close_while_connecting);
  g_test_add_func ("/websocket-end/close/inside-message", test_close_inside_message);
  g_test_add_func ("/websocket-end/unref/connecting", test_drop_while_connecting);
  g_test_add_func ("/websocket-end/unref/closing", test_drop_before_closed);
  g_test_add_data_func ("/websocket-end/unref/opened", "opened", test_drop_inside_a_signal);
  g_test_add_data_func ("/websocket-end/unref/message", "message", test_drop_inside_a_signal);
  g_test_add_data_func ("/websocket-end/unref/closed", "closed", test_drop_inside_a_signal);
  g_test_add_func ("/websocket-end/no-wake-ups", test_nothing_ticks_afterwards);
  return g_test_run ();
}
