/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Function declarations as an app writes them (JSON), checked against the subset of JSON Schema
 * that the Live API takes, and the validation of a call's arguments against them. Pure.
 */
#pragma once

#include "base/lv-enums.h"
#include "base/lv-error.h"

#define LV_TOOLS_MAX_JSON (64 * 1024)
#define LV_TOOLS_MAX_DECLARATIONS 32
#define LV_TOOL_NAME_MAX 40      /* as a client declares it */
#define LV_TOOL_WIRE_NAME_MAX 64 /* with the provider's prefix */
#define LV_TOOL_TIMEOUT_DEFAULT_MS (30 * 1000)
#define LV_TOOL_TIMEOUT_MAX_MS (60 * 60 * 1000)

/* Reference counted, immutable after construction. */
typedef struct _LvToolDecl LvToolDecl;

/* Parses an array of {name, description, parameters|parametersJsonSchema, behavior?, risk?,
 * timeoutMs?}. behavior: "BLOCKING" (default), "NON_BLOCKING"; risk: "read", "reversible"
 * (default), "destructive". The array may be empty.
 *
 * parameters is the Live API's dialect: type (either case) is required; properties, required,
 * items, enum (strings only), anyOf, nullable, minimum, maximum, minItems, maxItems, minLength,
 * maxLength are checked in every call; title, description, format, pattern, default, example,
 * propertyOrdering inform the model. parametersJsonSchema takes besides: lists of types, oneOf
 * (as anyOf), const, enums of any values, additionalProperties true or false. Any other keyword
 * is an error, so that no declaration promises what is not kept. An object without properties
 * means no parameters.
 *
 * Returns LvToolDecl in a new array, or NULL with INVALID_ARGS, TOO_LARGE, TOO_DEEP, TOO_MANY,
 * TOOL_NAME_INVALID or INVALID_SCHEMA; the message names the path, e.g.
 * "[1].parameters.properties.x.type: expected ...". */
GPtrArray *lv_tool_decl_parse_array (const char *json, GError **error);

LvToolDecl *lv_tool_decl_ref (LvToolDecl *decl);
void lv_tool_decl_unref (LvToolDecl *decl);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvToolDecl, lv_tool_decl_unref)

/* The same declaration under another wire name (shared scope: "<provider>_<name>"). */
LvToolDecl *lv_tool_decl_rename (LvToolDecl *decl, const char *wire_name);

const char *lv_tool_decl_get_name (LvToolDecl *decl);
const char *lv_tool_decl_get_description (LvToolDecl *decl); /* "" when absent */
/* JSON Schema object text, its types in lower case; NULL: no parameters. */
const char *lv_tool_decl_get_parameters (LvToolDecl *decl);
LvBehavior lv_tool_decl_get_behavior (LvToolDecl *decl);
/* FALSE: a client of the wire has left it to the model. An app that says nothing means BLOCKING. */
gboolean lv_tool_decl_has_behavior (LvToolDecl *decl);
LvRisk lv_tool_decl_get_risk (LvToolDecl *decl);
guint lv_tool_decl_get_timeout_ms (LvToolDecl *decl);

/* Checks @args (JSON object text) against the declared schema; 3.0 is an integer, members that
 * are not declared are allowed. INVALID_ARGS names the path ("args.percent: expected integer"),
 * TOO_LARGE and TOO_DEEP as lv_json_check(). */
gboolean lv_tool_decl_validate_args (LvToolDecl *decl, const char *args, GError **error);
