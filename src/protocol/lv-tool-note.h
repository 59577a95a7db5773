/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What came of a call, in words: for a server that does not know the call any more, to which a
 * response with its id would mean nothing. Session and offline engine share the sentence. Pure.
 */
#pragma once

#include "protocol/lv-message.h"

/* A line for each of @responses, LvFunctionResponse; newly allocated. What is not text in them,
 * such as pictures, is left out. */
char *lv_tool_note_new (GPtrArray *responses);

/* The same of a call of the tool @name that has not been answered yet; newly allocated. */
char *lv_tool_note_new_running (const char *name);

/* Reads what lv_tool_note_new() wrote: new array of LvFunctionResponse without ids. NULL for any
 * other text. */
GPtrArray *lv_tool_note_read (const char *text);
