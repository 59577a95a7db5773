/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One WebSocket connection and its session: carries frames between them, notices a dead peer, ends
 * both together, and is where scripted faults happen.
 * Main thread.
 *
 * Signals:
 *   "closed" ()   the connection is gone; emitted once
 */
#pragma once

#include "engine/lv-engine-session.h"
#include "engine/lv-engine-wire.h"

#include <libsoup/soup.h>

#define LV_ENGINE_PING_S 30
#define LV_ENGINE_SILENCE_S 90     /* without a frame or pong the peer is dead */
#define LV_ENGINE_REASON_BYTES 123 /* of a close frame, by RFC 6455 */

#define LV_TYPE_ENGINE_LINK (lv_engine_link_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineLink, lv_engine_link, LV, ENGINE_LINK, GObject)

/* One frame in so many is followed by an empty one, {} or {"serverContent":{}}, as the service sends
 * them. */
#define LV_ENGINE_EMPTY_EVERY 24

/* @session is taken; NULL for a connection that is only to be closed with a reason. @wire, what the
 * connection lies upon, is taken; NULL: a real one. @faults must outlive it. */
LvEngineLink *lv_engine_link_new (SoupWebsocketConnection *connection, LvEngineSession *session,
                                  gboolean text_frames, LvEngineWire *wire, LvEngineFaults *faults);

/* To what a frame may have: the defaults are too small for pictures and histories. */
void lv_engine_link_raise_limits (SoupWebsocketConnection *connection);

/* FALSE while it is being closed. */
gboolean lv_engine_link_is_open (LvEngineLink *self);

void lv_engine_link_close (LvEngineLink *self, guint code, const char *reason);
