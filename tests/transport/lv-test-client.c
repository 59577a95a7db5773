/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-test-client.h"

#include "transport/lv-token-key.h"

#include <string.h>

const LvWebsocketTimes lv_test_client_times = { LV_TEST_TIMEOUT_MS, LV_TEST_TIMEOUT_MS, 60, 60000 };

static void
on_opened (LvWebsocket *socket, LvTestClient *client)
{
  g_assert_cmpuint (client->depth, ==, 0);
  g_assert_false (client->opened);
  g_assert_false (client->closed);
  client->opened = TRUE;
}

static void
on_message (LvWebsocket *socket, GBytes *frame, LvTestClient *client)
{
  g_assert_true (client->opened);
  g_assert_false (client->closed);
  g_ptr_array_add (client->messages, g_bytes_ref (frame));
}

static void
on_closed (LvWebsocket *socket, int retry, const GError *error, LvTestClient *client)
{
  g_assert_cmpuint (client->depth, ==, 0);
  client->closed = TRUE;
  client->n_closed++;
  client->retry = retry;
  client->error = error != NULL ? g_error_copy (error) : NULL;
}

LvTestClient *
lv_test_client_new_to (const LvEndpoint *endpoint)
{
  LvTestClient *client = g_new0 (LvTestClient, 1);

  client->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  client->socket = lv_websocket_new (endpoint, NULL);
  lv_websocket_set_times (client->socket, &lv_test_client_times);
  g_signal_connect (client->socket, "opened", G_CALLBACK (on_opened), client);
  g_signal_connect (client->socket, "message", G_CALLBACK (on_message), client);
  g_signal_connect (client->socket, "closed", G_CALLBACK (on_closed), client);
  return client;
}

LvTestClient *
lv_test_client_new (const char *uri, const char *unix_path, LvTokenSource *credential)
{
  g_autoptr (LvTokenSource) taken = credential;
  LvEndpoint endpoint = { .uri = (char *) uri,
                          .unix_path = (char *) unix_path,
                          .credential = taken };

  return lv_test_client_new_to (&endpoint);
}

void
lv_test_drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
lv_test_client_free (LvTestClient *client)
{
  lv_test_drain ();
  g_assert_cmpuint (client->n_closed, <=, 1);
  if (client->socket != NULL)
    {
      g_signal_handlers_disconnect_by_data (client->socket, client);
      g_assert_finalize_object (client->socket);
    }
  lv_test_drain ();
  g_clear_error (&client->error);
  g_ptr_array_unref (client->messages);
  g_free (client);
}

void
lv_test_client_open (LvTestClient *client)
{
  client->depth++;
  lv_websocket_open (client->socket);
  client->depth--;
}

void
lv_test_client_close (LvTestClient *client)
{
  client->depth++;
  lv_websocket_close (client->socket);
  client->depth--;
}

gboolean
lv_test_client_send (LvTestClient *client, const char *text)
{
  g_autoptr (GBytes) frame = g_bytes_new (text, strlen (text));

  return lv_websocket_send (client->socket, frame);
}

void
lv_test_client_assert_closed (LvTestClient *client, LvRetry retry, LvErrorCode code)
{
  lv_test_wait_flag (&client->closed);
  g_assert_error (client->error, LV_ERROR, (int) code);
  g_assert_cmpint (client->retry, ==, retry);
  g_assert_false (lv_test_client_send (client, "late"));
  g_assert_false (lv_websocket_can_send_now (client->socket));
}

void
lv_test_client_assert_closed_by_us (LvTestClient *client)
{
  lv_test_wait_flag (&client->closed);
  g_assert_no_error (client->error);
}

LvTestClient *
lv_test_client_open_to_peer (LvTestPeer *peer)
{
  LvTestClient *client = lv_test_client_new (peer->uri, NULL, NULL);

  lv_test_client_open (client);
  lv_test_wait_flag (&client->opened);
  return client;
}

LvTokenSource *
lv_test_make_key (const char *name)
{
  static LvVault *vault; /* outlives every source */

  if (vault == NULL)
    {
      g_setenv (LV_ENV_API_KEY, LV_TEST_KEY, TRUE);
      vault = lv_vault_new ();
    }
  return lv_token_key_new (vault, name, "", LV_TOKEN_SCHEME_KEY);
}
