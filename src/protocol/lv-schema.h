/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The schema of a function's parameters, compiled once from JSON and then used for every call's
 * arguments. Two dialects, as the Live API has them: its own subset ("parameters") and plain
 * JSON Schema ("parametersJsonSchema"). A keyword that could not be honoured is refused rather
 * than ignored, except those that only inform the model (description, format, pattern...).
 * Private to this folder. Pure.
 */
#pragma once

#include "protocol/lv-field.h"

#define LV_SCHEMA_NAME_MAX 64 /* bytes of a parameter's name, as the service has it */

typedef enum { LV_SCHEMA_OPENAPI, LV_SCHEMA_JSON } LvSchemaDialect;

/* Reference counted, immutable. */
typedef struct _LvSchema LvSchema;

/* NULL with reader->error (INVALID_SCHEMA in DECLARATION mode). The nodes that hold a type name
 * are added to @type_nodes (JsonNode, borrowed), so that the caller can write them in the case
 * it wants. */
LvSchema *lv_schema_new (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                         LvSchemaDialect dialect, GPtrArray *type_nodes);
LvSchema *lv_schema_ref (LvSchema *schema);
void lv_schema_unref (LvSchema *schema);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvSchema, lv_schema_unref)

/* The keywords. */
extern const LvFields lv_schema_openapi_fields;
extern const LvFields lv_schema_json_fields;

gboolean lv_schema_is_object (LvSchema *schema);
gboolean lv_schema_has_properties (LvSchema *schema);

/* FALSE with reader->error, e.g. "args.percent: expected integer". */
gboolean lv_schema_validate (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path,
                             JsonNode *node);
