/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gate in front of json-glib: text from any peer is scanned for size, depth, node count,
 * UTF-8, lone surrogates and duplicate keys before a tree is built, because json-glib 1.6
 * recurses without a limit and a later duplicate silently wins. Pure.
 */
#pragma once

#include "protocol/lv-json-text.h"

#include <json-glib/json-glib.h>

/* One WebSocket message: it has to hold values of the limits in lv-json-text.h. */
#define LV_JSON_MAX_FRAME_BYTES (16 * 1024 * 1024)
#define LV_JSON_MAX_FRAME_DEPTH (LV_JSON_MAX_DEPTH + 16)
#define LV_JSON_MAX_FRAME_NODES 100000

/* Strict RFC 8259 scan of @length bytes (-1: NUL-terminated) without building anything: one
 * pass, no recursion. Beyond the RFC, what could not be passed on unchanged is refused: \u0000,
 * integers beyond 64 bits signed, numbers that overflow a double. INVALID_ARGS (syntax, UTF-8,
 * half a surrogate pair, a key twice even if written differently), TOO_LARGE, TOO_DEEP,
 * TOO_MANY; the message names the byte. */
gboolean lv_json_check (const char *text, gssize length, gsize max_bytes, GError **error);

/* lv_json_check(), then the parsed tree. */
JsonNode *lv_json_parse (const char *text, gssize length, gsize max_bytes, GError **error);

/* lv_json_parse() of one WebSocket message, with the limits of a frame. */
JsonNode *lv_json_parse_frame (GBytes *frame, GError **error);

/* Compact text of @node; newly allocated. */
char *lv_json_to_text (JsonNode *node);

/* NULL when @node is no string; borrowed. */
const char *lv_json_get_string (JsonNode *node);

/* The member @name of @object (nullable); NULL when there is none, or another kind of thing.
 * Borrowed. */
const char *lv_json_find_string (JsonObject *object, const char *name);
JsonObject *lv_json_find_object (JsonObject *object, const char *name);
JsonArray *lv_json_find_array (JsonObject *object, const char *name);

/* A whole number in the range, written as one, as 3.0 or as "3"; *@ret_value only when TRUE. */
gboolean lv_json_get_integer (JsonNode *node, gint64 min, gint64 max, gint64 *ret_value);
