/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text in, text or tool calls out. The built-in dialogue answers by itself (time, date, arithmetic,
 * timers, repeat, help, small talk) and matches utterances to declared tools; with a chat endpoint
 * configured, an OpenAI-compatible server thinks instead. Main thread, asynchronous. One per
 * connection; keeps the history of the conversation.
 *
 * Signals, for each think or tool results, in order:
 *   "say" (const char *text)            a piece of the answer, spoken as it comes (sentence or
 *       part of one)
 *   "call" (GPtrArray *calls)           LvFunctionCall, ids made here; results are awaited by
 *       lv_engine_brain_results()
 *   "done" ()                           this answer is complete; it follows "call" too, whose
 *       results start a new answer
 *   "attach" (LvServerMessage *message) what the client gets with the answer: where it is from, code
 *       that was run; borrowed
 *   "announce" (const char *text)       unprompted speech: a timer went off
 */
#pragma once

#include "protocol/lv-message.h"
#include "protocol/lv-setup.h"

#define LV_TYPE_ENGINE_BRAIN (lv_engine_brain_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineBrain, lv_engine_brain, LV, ENGINE_BRAIN, GObject)

/* @chat_url: base of an OpenAI-compatible API ("http://127.0.0.1:11434/v1"), NULL for the built-in
 * dialogue. */
LvEngineBrain *lv_engine_brain_new (const LvSetup *setup, const char *chat_url,
                                    const char *chat_model);

/* Instruction and tools of @setup replace those before, from the next question on. */
void lv_engine_brain_set_up (LvEngineBrain *self, const LvSetup *setup);

/* What is worth expecting now, for lv_engine_ears_set_phrases(); NULL-terminated, new. */
char **lv_engine_brain_dup_phrases (LvEngineBrain *self);

/* TRUE after a question of its own, whose answer may be anything. */
gboolean lv_engine_brain_is_asking (LvEngineBrain *self);

void lv_engine_brain_add_history (LvEngineBrain *self, const LvContent *turn);
/* What it would look at when asked; NULL: nothing. */
void lv_engine_brain_show (LvEngineBrain *self, GBytes *image);
void lv_engine_brain_think (LvEngineBrain *self, const char *user_text);
/* The answer to the results begins; it is announced by signals as that to a thought. A response
 * with SILENT is only remembered, without a signal, whatever is going on; one with will_continue
 * leaves the call open for more. An id from before a resumption is unknown: what counts is name
 * and response. */
/* Results that are all SILENT are remembered, without an answer or a signal. */
void lv_engine_brain_results (LvEngineBrain *self, GPtrArray *responses /* LvFunctionResponse */);
/* Barge-in or disconnect: the answer in progress is abandoned, no more signals of it. @heard: what
 * was spoken of it, "" for nothing. */
void lv_engine_brain_interrupt (LvEngineBrain *self, const char *heard);
