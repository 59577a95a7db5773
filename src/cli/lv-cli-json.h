/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The JSON of livevoicectl: GVariant to text for --json, and the flat reading of one object for the
 * arguments of a tool call (the daemon has validated those). Pure but for lv_cli_json_print().
 */
#pragma once

#include "base/lv-error.h"

#define LV_CLI_JSON_MAX_MEMBERS 1000

/* JSON text of @value on one line: a{s*} becomes an object, other arrays and tuples become arrays,
 * what JSON has no number for becomes null. Not floating. */
char *lv_cli_json_from_variant (GVariant *value);

/* Adds a member to the a{sv} that @object builds: @format and what follows are for
 * g_variant_new(). */
void lv_cli_json_add (GVariantBuilder *object, const char *name, const char *format, ...);

/* Appends @text (UTF-8) as a JSON string. */
void lv_cli_json_append_string (GString *json, const char *text);

/* Prints @value as one line on standard output, at once. Takes a floating @value. */
void lv_cli_json_print (GVariant *value);

/* The members of the object @json: name to value as text. Strings are decoded, null is "", all else
 * is the JSON text as it stands. INVALID_ARGS for what is no object or holds a NUL, which no
 * command could be given. */
GHashTable *lv_cli_json_read_members (const char *json, GError **error);
