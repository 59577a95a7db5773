/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One call from the server's request to our answer, as the router keeps it. The handler's reply may
 * come after the answer: it then finds router NULL. Main thread.
 */
#pragma once

#include "tools/lv-tool-batch.h"
#include "tools/lv-tool-router.h"

/* Reference counted. */
typedef struct {
  LvToolRouter *router; /* borrowed; NULL once the call has ended */
  char *id;             /* ours */
  char *server_id;
  LvTool *tool;
  LvToolBatch *batch; /* where the answer goes */
  guint slot;
  GCancellable *cancellable;
  GPtrArray *parts; /* LvPart of the next response, or NULL */
  guint timeout_id;
} LvToolTask;

/* Takes a slot of @batch. @server_id NULL: one is made up. */
LvToolTask *lv_tool_task_new (LvToolRouter *router, LvTool *tool, const char *server_id,
                              LvToolBatch *batch);
LvToolTask *lv_tool_task_ref (LvToolTask *task);
void lv_tool_task_unref (LvToolTask *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvToolTask, lv_tool_task_unref)

const char *lv_tool_task_get_name (LvToolTask *task); /* on the wire */
gboolean lv_tool_task_is_blocking (LvToolTask *task);
guint lv_tool_task_get_timeout_ms (LvToolTask *task);
/* That it took too long, or that its provider is gone, in words for the model; newly allocated. */
char *lv_tool_task_describe_timeout (LvToolTask *task);
char *lv_tool_task_describe_gone (LvToolTask *task);

/* The server means this call by @server_id. */
gboolean lv_tool_task_is_known_as (LvToolTask *task, const char *server_id);

/* A response to the call; owned by the caller. */
LvFunctionResponse *lv_tool_task_respond (LvToolTask *task, const char *json,
                                          LvScheduling scheduling);

/* Tells the handler to stop; its reply is of no interest any more. */
void lv_tool_task_stop (LvToolTask *task, LvCancelReason reason);
