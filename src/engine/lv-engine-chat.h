/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A client of any OpenAI-compatible server (Ollama, llama.cpp, vLLM...): POST
 * <url>/chat/completions, the answer streamed and handed on sentence by sentence, declared tools
 * offered and their calls taken. Main thread, asynchronous. Whatever goes wrong is said politely
 * and logged as a warning, with the URL and without its content.
 *
 * Signals: "say", "call" and "done" as LvEngineBrain has them. Their handlers must not call back
 * into this object.
 */
#pragma once

#include "protocol/lv-message.h"
#include "protocol/lv-setup.h"

#define LV_ENGINE_CHAT_MAX_ROUNDS 8    /* of tool calls after one question */
#define LV_ENGINE_CHAT_TIMEOUT_S 60    /* without a byte from the server */
#define LV_ENGINE_CHAT_MODEL "default" /* asked for when none is configured */

#define LV_TYPE_ENGINE_CHAT (lv_engine_chat_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineChat, lv_engine_chat, LV, ENGINE_CHAT, GObject)

/* The signals that LvEngineBrain has as well. */
enum { LV_ENGINE_CHAT_SAY, LV_ENGINE_CHAT_CALL, LV_ENGINE_CHAT_DONE, LV_ENGINE_CHAT_N_SIGNALS };

/* Gives them to the class @type. */
void lv_engine_chat_install_signals (GType type, guint *signals /* LV_ENGINE_CHAT_N_SIGNALS */);

/* @url: base of the API ("http://127.0.0.1:11434/v1"). @model: nullable. */
LvEngineChat *lv_engine_chat_new (const LvSetup *setup, const char *url, const char *model);

/* Instruction and tools of @setup replace those before, from the next request on. */
void lv_engine_chat_set_up (LvEngineChat *self, const LvSetup *setup);

void lv_engine_chat_add_history (LvEngineChat *self, LvRole role, const char *text);
void lv_engine_chat_ask (LvEngineChat *self, const char *text);
/* Results that are all SILENT are remembered, without an answer or a signal. */
void lv_engine_chat_results (LvEngineChat *self, GPtrArray *responses /* LvFunctionResponse */);
/* No more signals of the answer in progress; @heard: what was spoken of the last one, "" for
 * nothing. */
void lv_engine_chat_interrupt (LvEngineChat *self, const char *heard);
