/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Function responses that have to travel in one message: a slot for each call of one toolCall
 * message, filled in any order, handed out in the order of the calls once the last slot is settled.
 * Main thread, pure.
 */
#pragma once

#include "protocol/lv-message.h"

/* Reference counted. */
typedef struct _LvToolBatch LvToolBatch;

LvToolBatch *lv_tool_batch_new (void);
LvToolBatch *lv_tool_batch_ref (LvToolBatch *batch);
void lv_tool_batch_unref (LvToolBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvToolBatch, lv_tool_batch_unref)

/* The server has forgotten that it asked. */
void lv_tool_batch_disown (LvToolBatch *batch);
gboolean lv_tool_batch_is_disowned (LvToolBatch *batch);

/* Reserves a slot and returns its number. */
guint lv_tool_batch_add (LvToolBatch *batch);

/* Fills @slot, once; @response NULL: this call needs no answer. Takes @response. */
void lv_tool_batch_settle (LvToolBatch *batch, guint slot, LvFunctionResponse *response);

/* The responses when every slot is settled and there is one at least, else NULL. Hands them out
 * once. */
GPtrArray *lv_tool_batch_take (LvToolBatch *batch);
