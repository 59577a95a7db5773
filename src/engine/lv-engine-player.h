/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One connection to which the server's side of a recording is played, see lv-engine-replay. Main
 * thread.
 *
 * Signals:
 *   "closed" ()   the connection is gone; emitted once
 */
#pragma once

#include "engine/lv-engine-replay.h"

#include <libsoup/soup.h>

#define LV_ENGINE_PLAYER_HEARD_MAX 1000 /* what a client may say before it is its turn */

#define LV_TYPE_ENGINE_PLAYER (lv_engine_player_get_type ())
G_DECLARE_FINAL_TYPE (LvEnginePlayer, lv_engine_player, LV, ENGINE_PLAYER, GObject)

/* Plays the next connection of @replay, which must outlive it. */
LvEnginePlayer *lv_engine_player_new (LvEngineReplay *replay, SoupWebsocketConnection *connection,
                                      gboolean text_frames);
gboolean lv_engine_player_is_open (LvEnginePlayer *self);
void lv_engine_player_close (LvEnginePlayer *self, guint code, const char *reason);
