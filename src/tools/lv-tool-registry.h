/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which tools exist, and which of them a session sees. Keyed by (owner, handler path), because all GNOME Shell
 * extensions share one bus connection. Main thread.
 *
 * Signals: "changed" (), "removed" (LvTool *): its provider went away or replaced it.
 */
#pragma once

#include "tools/lv-tool.h"

#define LV_TOOLS_MAX_REGISTRATIONS 8 /* a connection */
#define LV_TOOLS_MAX_TOTAL 64

#define LV_TYPE_TOOL_REGISTRY (lv_tool_registry_get_type ())
G_DECLARE_FINAL_TYPE (LvToolRegistry, lv_tool_registry, LV, TOOL_REGISTRY, GObject)

LvToolRegistry *lv_tool_registry_new (void);

/* Replaces the set of (@owner, @handler) atomically. TOO_MANY, or INVALID_ARGS for a name that is taken. */
gboolean lv_tool_registry_set (LvToolRegistry *self, const char *owner, const char *handler,
                               GPtrArray *tools /* LvTool */, GError **error);
/* FALSE when there was none. */
gboolean lv_tool_registry_remove (LvToolRegistry *self, const char *owner, const char *handler);
void lv_tool_registry_remove_owner (LvToolRegistry *self, const char *owner);

/* Tools of @owner's sessions: scope own of @owner, and shared ones when @with_shared; @owner NULL: the default
 * session (shared ones only). New array of references. */
GPtrArray *lv_tool_registry_list (LvToolRegistry *self, const char *owner, gboolean with_shared);
GPtrArray *lv_tool_registry_list_all (LvToolRegistry *self);
