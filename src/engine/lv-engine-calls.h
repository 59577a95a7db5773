/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tool calls that the client has not answered yet: which of them hold the conversation up, and
 * what an answer may cause. Pure.
 */
#pragma once

#include "protocol/lv-message.h"
#include "protocol/lv-setup.h"

typedef struct _LvEngineCalls LvEngineCalls;

LvEngineCalls *lv_engine_calls_new (void);
void lv_engine_calls_free (LvEngineCalls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineCalls, lv_engine_calls_free)

/* Waits for @calls (LvFunctionCall); the tools of @setup say which are non-blocking, and its model
 * for those that do not say. */
void lv_engine_calls_add (LvEngineCalls *self, GPtrArray *calls, const LvSetup *setup);

/* TRUE while a blocking call is unanswered: the model says nothing until then. */
gboolean lv_engine_calls_is_blocked (LvEngineCalls *self);

/* Forgets the blocking calls because the user went on; their ids for toolCallCancellation, NULL
 * when there is none. */
GPtrArray *lv_engine_calls_cancel (LvEngineCalls *self);

/* FALSE when nobody waits for @response: drop it. Otherwise its scheduling becomes what it means
 * for this call: DEFAULT for a blocking one (go on as soon as all are answered), SILENT,
 * WHEN_IDLE or INTERRUPT. */
gboolean lv_engine_calls_settle (LvEngineCalls *self, LvFunctionResponse *response);
