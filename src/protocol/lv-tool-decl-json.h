/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The wire side of a function declaration: as read from and written to a setup message. Private
 * to this folder; everybody else sees lv-tool-decl.h. Pure.
 */
#pragma once

#include "protocol/lv-json-reader.h"
#include "protocol/lv-model.h"
#include "protocol/lv-tool-decl.h"

#define LV_TOOLS_MAX_WIRE_DECLARATIONS 128 /* of one setup */

/* Row function: appends one functionDeclarations element to the GPtrArray of LvToolDecl that is
 * @base. */
gboolean lv_tool_decl_read_wire (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                                 const LvField *field, gpointer base);

/* Appends @decl as an array element, leaving out what @model would refuse. */
void lv_tool_decl_write_wire (LvToolDecl *decl, GString *json, const LvModel *model);
