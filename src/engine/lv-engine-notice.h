/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The messages that tell of something and have next to no content. Newly allocated. Pure.
 */
#pragma once

#include "protocol/lv-message.h"

/* @session_id: taken, nullable */
LvServerMessage *lv_engine_notice_setup_complete (char *session_id);
/* @consumed: how many messages of the client have been heeded, -1: not told. */
LvServerMessage *lv_engine_notice_resumption (const char *handle, gint64 consumed);
LvServerMessage *lv_engine_notice_go_away (gint64 time_left_us);

/* For explicitVadSignal, @offset_us in the audio; and for those who know speechState. */
LvServerMessage *lv_engine_notice_activity (LvVoiceActivity activity, gint64 offset_us);
LvServerMessage *lv_engine_notice_speech_state (LvVoiceActivity activity);

LvServerMessage *lv_engine_notice_interrupted (void);
LvServerMessage *lv_engine_notice_call (GPtrArray *calls /* LvFunctionCall */);
LvServerMessage *lv_engine_notice_cancelled (GPtrArray *ids /* char *; taken */);
LvServerMessage *lv_engine_notice_generated (void);
/* @usage: taken. @status: nullable. */
LvServerMessage *lv_engine_notice_turn_complete (LvUsage *usage, const char *status);
/* A turn without content, because of a sound that asks for no answer. */
LvServerMessage *lv_engine_notice_waiting (LvUsage *usage);
