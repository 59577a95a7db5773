/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What outlives a connection, so that it can be resumed: the turns, the unanswered calls and the
 * token counts. Main thread; no I/O.
 */
#pragma once

#include "engine/lv-engine-calls.h"
#include "protocol/lv-setup.h"

#define LV_ENGINE_CONVERSATION_MAX_TURNS 100
#define LV_ENGINE_CONVERSATION_MAX_BYTES (256 * 1024) /* of text; the oldest turns go first */

/* How the service counts. */
#define LV_ENGINE_TOKENS_PER_SECOND 25 /* of audio, either way */
#define LV_ENGINE_TOKENS_PER_IMAGE 258
#define LV_ENGINE_IMAGE_MAX_BYTES (1024 * 1024) /* of one that is kept */
#define LV_ENGINE_CHARS_PER_TOKEN 4
#define LV_ENGINE_WINDOW_TOKENS 128000

#define LV_TYPE_ENGINE_CONVERSATION (lv_engine_conversation_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineConversation, lv_engine_conversation, LV, ENGINE_CONVERSATION,
                      GObject)

LvEngineConversation *lv_engine_conversation_new (void);

/* A connection holds it: at most one does. FALSE when another one has it. */
gboolean lv_engine_conversation_open (LvEngineConversation *self);
void lv_engine_conversation_close (LvEngineConversation *self);

/* TRUE when it is, or becomes, one of the model @id: it cannot change. */
gboolean lv_engine_conversation_is_of (LvEngineConversation *self, const char *id);

/* Instruction and declarations of the setup are part of each prompt. */
void lv_engine_conversation_set_up (LvEngineConversation *self, const LvSetup *setup);

/* The user typed (or a context turn came), spoke, showed; the model answered (no frames: in
 * writing). Copies. */
void lv_engine_conversation_read (LvEngineConversation *self, const LvContent *turn);
void lv_engine_conversation_hear (LvEngineConversation *self, const char *text, guint frames);
void lv_engine_conversation_see (LvEngineConversation *self, GBytes *image);
void lv_engine_conversation_speak (LvEngineConversation *self, const char *text, guint64 frames);

/* What was shown last, empty when that was too large, NULL for nothing; borrowed. */
GBytes *lv_engine_conversation_get_image (LvEngineConversation *self);

/* The model thought this, which is counted and forgotten. */
void lv_engine_conversation_think (LvEngineConversation *self, const char *text);

/* LvContent, oldest first; owned. */
GPtrArray *lv_engine_conversation_get_turns (LvEngineConversation *self);
LvEngineCalls *lv_engine_conversation_get_calls (LvEngineConversation *self);

/* The report that ends a turn: the prompt is the whole window, the response what was spoken since
 * the last report. */
LvUsage *lv_engine_conversation_report (LvEngineConversation *self);
