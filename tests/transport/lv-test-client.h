/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A WebSocket of ours with somebody who listens to its signals and insists on their rules: "closed" once and last,
 * nothing from inside a call, nobody else keeps the object. Main thread.
 */
#pragma once

#include "base/lv-names.h"
#include "lib/lv-test.h"
#include "transport/lv-test-peer.h"
#include "transport/lv-websocket-private.h"

#define LV_TEST_KEY "AIzaTest-0123456789"
#define LV_TEST_QUICK_MS 150

typedef struct {
  LvWebsocket *socket;
  gboolean opened;
  gboolean closed;
  guint n_closed;
  guint depth; /* of our calls into the socket */
  LvRetry retry;
  GError *error;
  GPtrArray *messages; /* GBytes */
} LvTestClient;

/* What its socket starts with: long times, for a test to shorten the one it waits for. */
extern const LvWebsocketTimes lv_test_client_times;

LvTestClient *lv_test_client_new_to (const LvEndpoint *endpoint);
/* @credential is taken, nullable. */
LvTestClient *lv_test_client_new (const char *uri, const char *unix_path,
                                  LvTokenSource *credential);
LvTestClient *lv_test_client_open_to_peer (LvTestPeer *peer);
void lv_test_client_free (LvTestClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTestClient, lv_test_client_free)

void lv_test_client_open (LvTestClient *client);
void lv_test_client_close (LvTestClient *client);
gboolean lv_test_client_send (LvTestClient *client, const char *text);

/* Wait for "closed", with this error or with none. */
void lv_test_client_assert_closed (LvTestClient *client, LvRetry retry, LvErrorCode code);
void lv_test_client_assert_closed_by_us (LvTestClient *client);

/* The credential of that name: LV_CREDENTIAL_NAME is LV_TEST_KEY, no other exists. New. */
LvTokenSource *lv_test_make_key (const char *name);

/* Runs the main loop until nothing is left to do at once. */
void lv_test_drain (void);
