/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the server's call id to a running tool and back: every call that comes in is answered
 * exactly once, whatever happens to the handler. One router a session; calls survive a reconnect.
 * Main thread; the clock is GLib's.
 *
 * Signals:
 *   "respond" (GPtrArray *responses)   LvFunctionResponse: the blocking calls of one toolCall
 *       message come back together
 *   "note" (GPtrArray *responses)      the same of calls that the server has forgotten: to be told
 *       in words
 *   "started" (const char *call_id, const char *tool)    a handler is asked; calls that are
 *       refused here make no signal
 *   "finished" (const char *call_id, const char *tool, LvOutcome outcome)   once for each "started"
 * Who takes responses may change them. Tools are named as on the wire, call ids are ours.
 */
#pragma once

#include "protocol/lv-message.h"
#include "tools/lv-tool-budget.h"
#include "tools/lv-tool.h"

#define LV_CALL_MAX_ERROR 4096 /* bytes of a handler's error message that the model gets */

#define LV_TYPE_TOOL_ROUTER (lv_tool_router_get_type ())
G_DECLARE_FINAL_TYPE (LvToolRouter, lv_tool_router, LV, TOOL_ROUTER, GObject)

/* @session: object path, passed to handlers. */
LvToolRouter *lv_tool_router_new (const char *session, const char *owner_app);

/* The session is another's: whose it is, for the calls from now on. */
void lv_tool_router_set_owner_app (LvToolRouter *self, const char *owner_app);

/* What may be called from now on (as declared in the setup). */
void lv_tool_router_set_tools (LvToolRouter *self, GPtrArray *tools /* LvTool */);

/* One toolCall message. Unknown name, bad arguments, over a limit: answered with an error without
 * asking the handler. A call whose id is still being worked on is the server's repetition after
 * a reconnect and changes nothing. */
void lv_tool_router_handle_calls (LvToolRouter *self, GPtrArray *calls /* LvFunctionCall */);

/* toolCallCancellation: handlers are told, nothing is sent to the model. */
void lv_tool_router_cancel_ids (LvToolRouter *self, GPtrArray *server_ids /* char * */);

/* The server has forgotten the conversation: calls go on, but its ids and cancellations are not
 * theirs any more, and what comes of them goes to "note". New array of the names of their tools. */
GPtrArray *lv_tool_router_forget_server (LvToolRouter *self);

/* The session ends: handlers are told, nothing is sent. */
void lv_tool_router_cancel_all (LvToolRouter *self, LvCancelReason reason);

/* A tool's provider is gone: the calls of this tool, or of one that lv_tool_same(), are answered
 * with an error. */
void lv_tool_router_drop_tool (LvToolRouter *self, LvTool *tool);

/* Deferred or further result of a NON_BLOCKING call by its provider; the last one has no
 * @will_continue. NO_SUCH_CALL, NOT_OWNER, UNSUPPORTED for a blocking call, or what is wrong
 * with @result. */
gboolean lv_tool_router_update (LvToolRouter *self, const char *owner, const char *call_id,
                                const char *result, gboolean will_continue, LvScheduling scheduling,
                                GError **error);

/* A new user turn: the per-turn budget starts again. */
void lv_tool_router_begin_turn (LvToolRouter *self);

/* While the screen is locked tools of a higher risk than "read" are refused, in words for the model;
 * calls that run go on. */
void lv_tool_router_set_locked (LvToolRouter *self, gboolean locked);

guint lv_tool_router_get_n_outstanding (LvToolRouter *self);
/* What the server knows of them: a(ss) id and tool. Floating. */
GVariant *lv_tool_router_list_outstanding (LvToolRouter *self);
