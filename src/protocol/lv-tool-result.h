/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a tool's handler returned, read into what the Live API takes: a JSON object, and beside it
 * pictures or other data that the model is to look at. Pure.
 */
#pragma once

#include "protocol/lv-json-text.h"
#include "protocol/lv-message.h"

#define LV_TOOL_RESULT_PARTS "$parts" /* member of an object that holds them */
#define LV_TOOL_RESULT_MAX_PARTS 8

/* The object without its "$parts" as lv_json_text_wrap_result() would give it; newly allocated.
 * *@ret_parts: LvPart, or NULL when there are none. NULL and INVALID_ARGS or TOO_MANY for a part
 * that is not {"mimeType", "data" (base64), "displayName"?}, and the errors of lv_json_check(). */
char *lv_tool_result_parse (const char *text, GPtrArray **ret_parts, GError **error);
