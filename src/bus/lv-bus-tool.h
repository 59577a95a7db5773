/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A tool that another program serves: calls its org.livevoice.LiveVoice1.ToolHandler. Always by
 * unique name, never starting anything, with a time limit of our own. Main thread.
 */
#pragma once

#include "tools/lv-tool.h"

#define LV_BUS_MAX_PROVIDER 64 /* bytes of a display name */

#define LV_TYPE_BUS_TOOL (lv_bus_tool_get_type ())
G_DECLARE_FINAL_TYPE (LvBusTool, lv_bus_tool, LV, BUS_TOOL, LvTool)

/* @handler: object path at the owner's connection. */
LvTool *lv_bus_tool_new (GDBusConnection *connection, const char *handler,
                         const LvToolIdentity *identity);

const char *lv_bus_tool_get_handler (LvBusTool *self);

/* Whether the user has to agree to each call. Nobody can ask him yet, so such a call is refused. */
gboolean lv_bus_tool_needs_consent (LvTool *tool);

/* What a shared tool is called on the wire: "<provider>_<name>", the provider cut and made fit for
 * a tool's name. Nobody can so take the name of somebody else's tool. Newly allocated. */
char *lv_bus_tool_make_wire_name (const char *provider, const char *name);

/* Released without waiting for an answer: the registration has ended, and not because the handler
 * asked for it. */
void lv_bus_tool_send_released (GDBusConnection *connection, const char *owner, const char *handler,
                                const char *reason);
