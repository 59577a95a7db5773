/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Something the model can call: a declaration and a way to run it. Abstract; served by a bus peer
 * (bus/lv-bus-tool). Main thread.
 */
#pragma once

#include "protocol/lv-tool-decl.h"

#include <gio/gio.h>

/* One call as a tool sees it; valid during call_async only. */
typedef struct {
  const char *call_id; /* ours: 128 random bits in hex, not the server's */
  const char *name;    /* as the client declared it */
  const char *args;    /* JSON object text, already valid against the declaration */
  const char *session; /* object path */
  const char *owner_app;
  gint64 deadline_us; /* wall clock */
  guint attempt;      /* from 1 */
} LvToolCall;

/* Who offers a tool, to whom, and what it is. */
typedef struct {
  LvToolDecl *decl;        /* wire name */
  const char *client_name; /* as declared, without the provider's prefix */
  const char *provider;    /* display name */
  const char *owner;       /* unique bus name */
  const char
      *session; /* object path of the only session that sees it; NULL: @scope decides alone */
  LvScope scope;
} LvToolIdentity;

#define LV_TYPE_TOOL (lv_tool_get_type ())
G_DECLARE_DERIVABLE_TYPE (LvTool, lv_tool, LV, TOOL, GObject)

struct _LvToolClass {
  GObjectClass parent_class;
  void (*call_async) (LvTool *self, const LvToolCall *call, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data);
  char *(*call_finish) (LvTool *self, GAsyncResult *result, GError **error);
  void (*cancel) (LvTool *self, const char *call_id, LvCancelReason reason);
};

/* For subclasses, once, before anybody else sees the object; @identity is copied. */
void lv_tool_set_identity (LvTool *self, const LvToolIdentity *identity);

LvToolDecl *lv_tool_get_decl (LvTool *self);        /* wire name */
const char *lv_tool_get_name (LvTool *self);        /* wire name */
const char *lv_tool_get_client_name (LvTool *self); /* as declared, without the provider's prefix */
const char *lv_tool_get_provider (LvTool *self);    /* display name */
const char *lv_tool_get_owner (LvTool *self);       /* unique bus name */
const char *lv_tool_get_session (LvTool *self);     /* nullable */
LvScope lv_tool_get_scope (LvTool *self);

/* TRUE when both are the same offer: wire name, owner, scope and session are equal, even if one
 * replaced the other. */
gboolean lv_tool_same (LvTool *a, LvTool *b);

/* Why the model may not call it with @args now, in words that it can act on; NULL: it may. While
 * the screen is @locked tools of a higher risk than "read" are refused. */
char *lv_tool_refuse (LvTool *self, const char *args, gboolean locked);

/* The deadline is the router's business. Result: JSON text, or "" = deferred (answered by
 * lv_tool_router_update()). Error codes the router tells apart: LV_ERROR_NOT_OWNER = the provider
 * is gone, LV_ERROR_CONSENT_DENIED = the handler was not asked; all else is the handler's own
 * error, whose message the model gets. */
void lv_tool_call_async (LvTool *self, const LvToolCall *call, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
char *lv_tool_call_finish (LvTool *self, GAsyncResult *result, GError **error);
/* What such an error means for the call. */
LvOutcome lv_tool_get_outcome (const GError *error);

/* Tells the handler to stop; no answer is awaited. */
void lv_tool_cancel (LvTool *self, const char *call_id, LvCancelReason reason);
