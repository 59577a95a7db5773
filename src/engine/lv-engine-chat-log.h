/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A conversation as the messages of an OpenAI-compatible request, bounded: the oldest turns go
 * first. Every tool call in it has its answer, as servers demand. Pure.
 */
#pragma once

#include "protocol/lv-message.h"
#include "protocol/lv-tool-decl.h"

#define LV_ENGINE_CHAT_LOG_MAX_MESSAGES 60
#define LV_ENGINE_CHAT_LOG_MAX_BYTES (64 * 1024)

typedef struct _LvEngineChatLog LvEngineChatLog;

/* @system: what stands before everything, never dropped. */
LvEngineChatLog *lv_engine_chat_log_new (const char *system);
void lv_engine_chat_log_set_system (LvEngineChatLog *self, const char *system);
void lv_engine_chat_log_free (LvEngineChatLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineChatLog, lv_engine_chat_log_free)

/* @role: USER or MODEL. Calls that are still open are answered as cancelled by a USER's words. */
void lv_engine_chat_log_add_text (LvEngineChatLog *self, LvRole role, const char *text);
/* What the model asked for, with what it said before, "" for nothing. */
void lv_engine_chat_log_add_calls (LvEngineChatLog *self, const char *text,
                                   GPtrArray *calls /* LvFunctionCall */);
/* The answer to an open call; to another one it becomes a note. */
void lv_engine_chat_log_add_result (LvEngineChatLog *self, const LvFunctionResponse *response);

/* The model's last words were heard only so far; nothing happens when the last message is
 * another's. */
void lv_engine_chat_log_cut (LvEngineChatLog *self, const char *heard);

gboolean lv_engine_chat_log_has_open_calls (LvEngineChatLog *self);

/* The request's body; @tools: LvToolDecl, nullable. */
GBytes *lv_engine_chat_log_to_request (LvEngineChatLog *self, const char *model, GPtrArray *tools);
