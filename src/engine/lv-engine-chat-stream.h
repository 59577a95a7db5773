/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The streamed answer of an OpenAI-compatible server: events in; sentences as soon as they are
 * whole, and tool calls at the end, out. Thoughts between <think> and </think> are left out. Pure.
 */
#pragma once

#include "protocol/lv-message.h"
#include "protocol/lv-tool-decl.h"

#define LV_ENGINE_CHAT_MAX_ANSWER (32 * 1024) /* bytes of text; what follows is not said */
#define LV_ENGINE_CHAT_MAX_CALLS 16           /* in one answer */
#define LV_ENGINE_CHAT_MAX_ARGS (64 * 1024)   /* bytes of one call's arguments */

typedef struct _LvEngineChatStream LvEngineChatStream;

/* A sentence or so to be said, spaces included. */
typedef void (*LvEngineChatSayFunc) (const char *text, gpointer data);

LvEngineChatStream *lv_engine_chat_stream_new (LvEngineChatSayFunc func, gpointer data);
void lv_engine_chat_stream_free (LvEngineChatStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineChatStream, lv_engine_chat_stream_free)

/* One event, or the whole answer of a server that does not stream. FALSE: "[DONE]", or the server
 * reports an error. */
gboolean lv_engine_chat_stream_push (LvEngineChatStream *self, const char *json);

/* Says what is left. NULL, or what the answer is instead of a whole one ("cut off", "an error"),
 * whether or not some of it was said before: static, for the log. */
const char *lv_engine_chat_stream_end (LvEngineChatStream *self);

/* All that was said so far. */
const char *lv_engine_chat_stream_get_text (LvEngineChatStream *self);

/* The calls (LvFunctionCall, arguments checked to be a JSON object), empty when there are none;
 * newly allocated. */
GPtrArray *lv_engine_chat_stream_dup_calls (LvEngineChatStream *self);
