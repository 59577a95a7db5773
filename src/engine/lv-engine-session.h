/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server side of the protocol on one connection: frames in, frames and a close out. Reads
 * strictly, as the service does, sees to the setup handshake, resumption and the service's own
 * words for every mistake, and leaves the conversation to lv-engine-dialogue. Knows no socket. Main
 * thread.
 *
 * Signals:
 *   "message" (const LvServerMessage *message)
 *   "stage" (LvEngineStage stage)              what no message tells; an answer comes after HELLO and
 *                                              RESUMING, unless the session is disposed of by then
 *   "close" (guint code, const char *reason)   nothing follows
 *
 * Source: Live API reference, close codes and reasons.
 */
#pragma once

#include "engine/lv-engine-faults.h"
#include "engine/lv-engine-memory.h"
#include "engine/lv-engine-options.h"
#include "engine/lv-engine-tokens.h"
#include "protocol/lv-setup.h"

#include <gio/gio.h>

#define LV_ENGINE_SETUP_TIMEOUT_S 15
#define LV_ENGINE_TEXT_MAX_BYTES (64 * 1024)        /* of one realtimeInput.text */
#define LV_ENGINE_AUDIO_MAX_BYTES (2 * 1024 * 1024) /* of one realtimeInput.audio */

#define LV_TYPE_ENGINE_SESSION (lv_engine_session_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineSession, lv_engine_session, LV, ENGINE_SESSION, GObject)

/* @options and @memory must outlive it. @api: the one that the
 * client uses, with its own names and limits. */
LvEngineSession *lv_engine_session_new (const LvEngineOptions *options, LvEngineMemory *memory,
                                        LvApi api);

/* The client has no key but this token, which limits it. */
void lv_engine_session_set_token (LvEngineSession *self, LvEngineToken *token);

void lv_engine_session_receive (LvEngineSession *self, GBytes *frame);

/* Sends goAway: the connection will be closed in @time_left_us. */
void lv_engine_session_go_away (LvEngineSession *self, gint64 time_left_us);

/* Emits "close" unless it has been. */
void lv_engine_session_close (LvEngineSession *self, guint code, const char *reason);
