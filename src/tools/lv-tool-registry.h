/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which tools exist, and which of them a session sees. Keyed by (owner, handler path), because all
 * GNOME Shell extensions share one bus connection. Main thread.
 *
 * Signals:
 *   "changed" ()           a set was added, replaced or removed
 *   "removed" (LvTool *)   nobody offers it any more: its provider left, or took it out of the
 *       set. A tool that a new
 *                          set holds again under lv_tool_same() is not removed; running calls
 *                              of it go on
 */
#pragma once

#include "tools/lv-tool.h"

#define LV_TOOLS_MAX_REGISTRATIONS 8 /* a connection */
#define LV_TOOLS_MAX_TOTAL 64

#define LV_TYPE_TOOL_REGISTRY (lv_tool_registry_get_type ())
G_DECLARE_FINAL_TYPE (LvToolRegistry, lv_tool_registry, LV, TOOL_REGISTRY, GObject)

LvToolRegistry *lv_tool_registry_new (void);

/* Replaces the set of (@owner, @handler) atomically. TOO_MANY, or INVALID_ARGS for a name that is
 * taken: among the shared tools, among @owner's own, or among those of one session. */
gboolean lv_tool_registry_set (LvToolRegistry *self, const char *owner, const char *handler,
                               GPtrArray *tools /* LvTool */, GError **error);
/* FALSE when there was none. */
gboolean lv_tool_registry_remove (LvToolRegistry *self, const char *owner, const char *handler);
void lv_tool_registry_remove_owner (LvToolRegistry *self, const char *owner);

/* What the session @session of @owner (NULL: the default session) sees, nearest first: tools made
 * for this session,
 * @owner's own, shared ones when @with_shared. Where two have one wire name, the nearer one. New
 * array of references. */
GPtrArray *lv_tool_registry_list (LvToolRegistry *self, const char *owner, const char *session,
                                  gboolean with_shared);
GPtrArray *lv_tool_registry_list_all (LvToolRegistry *self);
guint lv_tool_registry_count (LvToolRegistry *self);
