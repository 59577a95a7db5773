/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One WebSocket connection to an endpoint: opened once, closed once, then thrown away. Text and
 * binary frames arrive alike. Knows bytes, not messages. While open it pings, so that a dead peer
 * is noticed; a late pong alone is no loss. The credential travels in a header, never in the URL,
 * and redirections are not followed. Main thread.
 *
 * Signals:
 *   "opened" ()                    the upgrade succeeded; now send the setup
 *   "message" (GBytes *frame)      one whole message
 *   "closed" (LvRetry retry, const GError *error)   exactly once, last; error is NULL when we
 *       closed it
 * All of them come from the main loop, never from inside a call of the functions below. Nothing
 * comes any more once the last reference is dropped.
 */
#pragma once

#include "transport/lv-close.h"
#include "transport/lv-endpoint.h"
#include "transport/lv-engine-launcher.h"

#define LV_WEBSOCKET_MAX_MESSAGE (16 * 1024 * 1024) /* bytes, incoming */
#define LV_WEBSOCKET_CONNECT_TIMEOUT_S 15
#define LV_WEBSOCKET_CLOSE_TIMEOUT_MS 1000 /* for the peer's close echo */
#define LV_WEBSOCKET_PING_INTERVAL_S 15
#define LV_WEBSOCKET_PATIENCE_MIN_MS 3000
#define LV_WEBSOCKET_SILENCE_TIMEOUT_MS 35000 /* without a frame and without a pong: lost */
#define LV_WEBSOCKET_PROBE_MS 5000            /* for an answer when asked for one */
#define LV_WEBSOCKET_UNACKED_TIMEOUT_MS                                                            \
  20000 /* bytes that the peer's kernel does not confirm: lost */
#define LV_WEBSOCKET_UNSENT_MAX (32 * 1024) /* bytes in the kernel that the peer has no room for */

#define LV_TYPE_WEBSOCKET (lv_websocket_get_type ())
G_DECLARE_FINAL_TYPE (LvWebsocket, lv_websocket, LV, WEBSOCKET, GObject)

/* @endpoint is copied; @launcher nullable. */
LvWebsocket *lv_websocket_new (const LvEndpoint *endpoint, LvEngineLauncher *launcher);

/* Before lv_websocket_open(): somebody gives up when nothing has come for so long, at least
 * LV_WEBSOCKET_PATIENCE_MIN_MS: then a peer that is there is asked, and answers, before that. */
void lv_websocket_set_patience (LvWebsocket *self, guint patience_ms);

void lv_websocket_open (LvWebsocket *self);

/* Queues one text frame. FALSE, and nothing queued, unless open. */
gboolean lv_websocket_send (LvWebsocket *self, GBytes *frame);
gboolean lv_websocket_send_text (LvWebsocket *self, const char *text);

/* FALSE while the peer does not keep up: hold audio back, it would only queue without bound in
 * libsoup. */
gboolean lv_websocket_can_send_now (LvWebsocket *self);

/* The network became another one: when nothing is heard of the peer within LV_WEBSOCKET_PROBE_MS it
 * is lost. Nothing unless open. */
void lv_websocket_probe (LvWebsocket *self);

/* When anything came last, be it a pong; monotonic microseconds, 0: nothing has. */
gint64 lv_websocket_get_heard (LvWebsocket *self);

/* The code and the reason (nullable; borrowed) of the close frame that the peer sent, also as the
 * answer to ours; 0: none. */
guint lv_websocket_get_close (LvWebsocket *self, const char **ret_reason);

/* At any time: while the engine starts or the connection is made, it is given up. Clean close 1000;
 * "closed" follows with the echo or after LV_WEBSOCKET_CLOSE_TIMEOUT_MS. */
void lv_websocket_close (LvWebsocket *self);
