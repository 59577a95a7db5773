/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a compiled schema is made of: filled by lv-schema, read by lv-schema-validate, nobody
 * else's business.
 */
#pragma once

#include "protocol/lv-schema.h"

enum {
  TYPE_STRING = 1 << 0,
  TYPE_NUMBER = 1 << 1,
  TYPE_INTEGER = 1 << 2,
  TYPE_BOOLEAN = 1 << 3,
  TYPE_ARRAY = 1 << 4,
  TYPE_OBJECT = 1 << 5,
  TYPE_NULL = 1 << 6,
};

struct _LvSchema {
  LvSchemaDialect dialect;
  gboolean is_nested;
  guint types; /* TYPE_*, 0: any */
  gboolean nullable;
  JsonArray *values; /* enum */
  GPtrArray *any_of; /* LvSchema */
  LvSchema *items;
  GHashTable *properties; /* char * -> LvSchema */
  GPtrArray *required;    /* char * */
  gboolean closed;        /* additionalProperties: false */
  double minimum, maximum;
  guint min_items, max_items;
  guint min_length, max_length; /* characters */

  /* while compiling */
  char *format;
  GPtrArray *type_nodes;
};

/* Bit i of LvSchema.types is the type of name i. */
#define LV_SCHEMA_N_TYPES 7
extern const char *const lv_schema_type_names[LV_SCHEMA_N_TYPES];
