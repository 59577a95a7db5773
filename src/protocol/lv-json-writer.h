/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compact JSON appended to a GString, member by member. A comma goes where the text does not end
 * in an opening bracket, so there is no state but the text. @name NULL: an array element or the
 * root. Pure.
 */
#pragma once

#include <json-glib/json-glib.h>

/* @bracket: '{' or '[', closed by lv_json_close() with '}' or ']'. */
void lv_json_open (GString *json, const char *name, char bracket);
void lv_json_close (GString *json, char bracket);

/* NULL @value: nothing is written. What is not UTF-8 becomes U+FFFD. */
void lv_json_add_string (GString *json, const char *name, const char *value);
void lv_json_add_int (GString *json, const char *name, gint64 value);
/* @value is finite. */
void lv_json_add_double (GString *json, const char *name, double value);
/* FALSE is written by leaving the member out, as protobuf does. */
void lv_json_add_flag (GString *json, const char *name, gboolean value);
/* An empty object. */
void lv_json_add_empty (GString *json, const char *name);
/* @value is JSON already; NULL: nothing is written. */
void lv_json_add_raw (GString *json, const char *name, const char *value);
void lv_json_add_base64 (GString *json, const char *name, GBytes *data);

/* Any tree that lv_json_parse() has built. json-glib 1.6 writes large numbers in a form that is
 * not JSON. */
void lv_json_add_node (GString *json, const char *name, JsonNode *node);
