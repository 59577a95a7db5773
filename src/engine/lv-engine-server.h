/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Accepts connections at the paths of the Live API, checks keys, and keeps the links until they
 * close. Main thread.
 *
 * Signals:
 *   "finished" ()   stopped, or without a connection for --idle-exit seconds
 */
#pragma once

#include "engine/lv-engine-faults.h"
#include "engine/lv-engine-options.h"
#include "engine/lv-engine-replay.h"

#define LV_ENGINE_MAX_CONNECTIONS 8

#define LV_TYPE_ENGINE_SERVER (lv_engine_server_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineServer, lv_engine_server, LV, ENGINE_SERVER, GObject)

/* @options must outlive it; @faults is taken. */
LvEngineServer *lv_engine_server_new (const LvEngineOptions *options, LvEngineFaults *faults);

/* Plays this (taken) to all who connect, and holds no conversation. Before the start. */
void lv_engine_server_set_replay (LvEngineServer *self, LvEngineReplay *replay);

/* Takes connections from @sockets (GSocket, listening). */
gboolean lv_engine_server_start (LvEngineServer *self, GPtrArray *sockets, GError **error);

/* Accepts no more, closes all connections with 1001, and emits "finished" when they are closed, or
 * after this time. */
#define LV_ENGINE_STOP_TIMEOUT_MS 1000
void lv_engine_server_stop (LvEngineServer *self);
