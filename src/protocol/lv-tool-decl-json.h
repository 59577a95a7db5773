/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The wire side of a function declaration: as read from and written to a setup message. Private
 * to this folder; everybody else sees lv-tool-decl.h. Pure.
 */
#pragma once

#include "protocol/lv-field.h"
#include "protocol/lv-tool-decl.h"

#define LV_TOOLS_MAX_WIRE_DECLARATIONS 128 /* of one setup */

/* functionDeclarations; the member is a GPtrArray of LvToolDecl, appended to. */
extern const LvKind lv_as_tool_decls;
extern const LvFields lv_tool_decl_wire_fields; /* of one declaration */
