/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server side of the protocol as a puppet: a real SoupServer on a loopback port that takes WebSocket connections,
 * reads what comes with the strict decoder, and sends what the test says. Everything waits on the default main context
 * and fails the test after LV_TEST_TIMEOUT_MS. Main thread.
 */
#pragma once

#include "protocol/lv-message.h"
#include "protocol/lv-setup.h"

typedef struct _LvTestServer LvTestServer;

/* Listens at once. */
LvTestServer *lv_test_server_new (void);
void lv_test_server_free (LvTestServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTestServer, lv_test_server_free)

/* "ws://127.0.0.1:PORT/" */
const char *lv_test_server_get_uri (LvTestServer *server);

/* FALSE: connections get status 503 instead of an upgrade. */
void lv_test_server_set_accepting (LvTestServer *server, gboolean accepting);

/* Whether the newest connection can be sent to. */
gboolean lv_test_server_is_connected (LvTestServer *server);
/* Connections so far, refused ones too. */
guint lv_test_server_get_n_connections (LvTestServer *server);
void lv_test_server_wait_connections (LvTestServer *server, guint n);

/* The oldest message not taken yet, of any connection; waits for it. */
LvClientMessage *lv_test_server_take (LvTestServer *server);
/* The same, passing over everything up to one of @type; realtime audio: LV_CLIENT_REALTIME with LV_REALTIME_AUDIO. */
LvClientMessage *lv_test_server_take_type (LvTestServer *server, LvClientMessageType type);
LvClientMessage *lv_test_server_take_realtime (LvTestServer *server, LvRealtimeKind kind);
guint lv_test_server_get_n_waiting (LvTestServer *server);

/* Takes a setup and answers it; @handle: then also sends this resumption handle, nullable. */
LvClientMessage *lv_test_server_accept (LvTestServer *server, const char *handle);

/* To the newest connection; takes @message. */
void lv_test_server_send (LvTestServer *server, LvServerMessage *message);
void lv_test_server_send_frame (LvTestServer *server, const char *text);

/* Ends the newest connection with a close frame, or without one. */
void lv_test_server_close (LvTestServer *server, guint code, const char *reason);
void lv_test_server_drop (LvTestServer *server);
/* Waits until no connection is left. */
void lv_test_server_wait_closed (LvTestServer *server);
