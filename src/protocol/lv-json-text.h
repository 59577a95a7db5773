/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON texts for folders that must not see json-glib: check a text and build the small objects that
 * tool routing needs. Pure.
 */
#pragma once

#include "base/lv-error.h"

#define LV_JSON_MAX_BYTES (256 * 1024) /* arguments, results, declarations */
#define LV_JSON_MAX_DEPTH 32
#define LV_JSON_MAX_NODES 10000

/* TRUE when @text passes lv_json_check() with LV_JSON_MAX_BYTES and is an object. */
gboolean lv_json_text_check_object (const char *text, GError **error);

/* TRUE when @text passes lv_json_check() with @max_bytes and begins with @bracket, '{' or '['. */
gboolean lv_json_text_check (const char *text, char bracket, gsize max_bytes, GError **error);

/* What a handler returned, as the Live API wants a response: an object goes as it is ("{}"
 * becomes {"output":"ok"}), any other JSON value becomes {"output": value}. NULL with the errors
 * of lv_json_check(). */
char *lv_json_text_wrap_result (const char *text, GError **error);

/* {"error": @message}, escaped; newly allocated. */
char *lv_json_text_error (const char *message);
