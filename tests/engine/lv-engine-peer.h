/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session of the engine without a socket, and its client.
 */
#pragma once

#include "engine/lv-engine-session.h"
#include "lv-engine-record.h"
#include "protocol/lv-setup.h"

typedef struct {
  LvEngineOptions options;
  LvEngineMemory *own_memory;
  LvEngineSession *session;
  LvEngineRecord record;
} LvEnginePeer;

/* @memory: shared with other peers; NULL for one of its own. */
void lv_engine_peer_open (LvEnginePeer *peer, LvEngineMemory *memory);
void lv_engine_peer_open_api (LvEnginePeer *peer, LvEngineMemory *memory, LvApi api);
/* The test fails when anything holds on to the session. */
void lv_engine_peer_close (LvEnginePeer *peer);

void lv_engine_peer_send (LvEnginePeer *peer, LvClientMessage *message /* taken */);
void lv_engine_peer_send_json (LvEnginePeer *peer, const char *json);
void lv_engine_peer_say (LvEnginePeer *peer, const char *text);
/* A microphone that is ahead of time. */
void lv_engine_peer_feed (LvEnginePeer *peer, GArray *pcm);

/* The default model, with both transcriptions. */
LvSetup *lv_engine_peer_new_setup (void);
/* Sends @setup (taken) and waits for setupComplete. */
void lv_engine_peer_set_up (LvEnginePeer *peer, LvSetup *setup);

/* Nothing comes for 100 ms, and nothing has come that was not waited for. */
void lv_engine_peer_expect_silence (LvEnginePeer *peer);
