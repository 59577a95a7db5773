/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Resumption handles and the conversations behind them, for as long as the program runs. Main
 * thread; no I/O.
 */
#pragma once

#include "engine/lv-engine-conversation.h"

#define LV_ENGINE_MEMORY_MAX_HANDLES 64 /* the oldest are forgotten */

typedef struct _LvEngineMemory LvEngineMemory;

LvEngineMemory *lv_engine_memory_new (void);
void lv_engine_memory_free (LvEngineMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineMemory, lv_engine_memory_free)

/* A new handle for @conversation that nobody can guess; owned by @self. Earlier ones stay valid. */
const char *lv_engine_memory_add (LvEngineMemory *self, LvEngineConversation *conversation);

/* Opens the conversation behind @handle, NULL for a new one, for a client of @model (an id). A new
 * reference; or NULL, with *@ret_code and *@ret_reason for its connection: the handle is unknown,
 * or another connection still has the conversation, or it is one of another model. */
LvEngineConversation *lv_engine_memory_open (LvEngineMemory *self, const char *handle,
                                             const char *model, guint *ret_code,
                                             const char **ret_reason);
