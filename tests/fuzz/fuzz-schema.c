/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first line is a schema, the rest a value. Whatever the schema says of the value, it says the
 * same as the items of a list, as a property and as the only alternative, and a value stays valid
 * when null is allowed besides.
 */
#include "fuzz/lv-fuzz.h"

#include "protocol/lv-schema.h"
#include "protocol/lv-tool-decl.h"

#include <string.h>

#define ROOM (LV_JSON_MAX_DEPTH - 2) /* for what is put around */

static gboolean
is_known (const GError *error)
{
  return error->domain == LV_ERROR && g_utf8_validate (error->message, -1, NULL);
}

static LvSchema *
compile (const char *text, LvSchemaDialect dialect)
{
  LvJsonReader reader = { LV_READ_DECLARATION, LV_ERROR_INVALID_SCHEMA, NULL };
  g_autoptr (JsonNode) node = lv_json_parse (text, -1, LV_JSON_MAX_FRAME_BYTES, NULL);
  g_autoptr (GPtrArray) type_nodes = g_ptr_array_new ();
  LvSchema *schema = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    schema = lv_schema_new (&reader, NULL, node, dialect, type_nodes);
  g_assert_true (schema == NULL || reader.error == NULL);
  g_assert_true (reader.error == NULL || is_known (reader.error));
  g_clear_error (&reader.error);
  return schema;
}

static gboolean
is_valid (LvSchema *schema, const char *text)
{
  LvJsonReader reader = { LV_READ_DECLARATION, LV_ERROR_INVALID_ARGS, NULL };
  g_autoptr (JsonNode) node = lv_json_parse (text, -1, LV_JSON_MAX_FRAME_BYTES, NULL);
  gboolean valid;

  g_assert_nonnull (node);
  valid = lv_schema_validate (schema, &reader, NULL, node);
  g_assert_true (valid == (reader.error == NULL));
  g_assert_true (valid || is_known (reader.error));
  g_clear_error (&reader.error);
  return valid;
}

/* @schema_format and @value_format: what is put around, with %s. */
static void
check_around (const char *schema_text, const char *value, LvSchemaDialect dialect, gboolean valid,
              const char *schema_format, const char *value_format)
{
  g_auto (GStrv) schema_ends = g_strsplit (schema_format, "%s", 2);
  g_auto (GStrv) value_ends = g_strsplit (value_format, "%s", 2);
  g_autofree char *outer_schema = g_strconcat (schema_ends[0], schema_text, schema_ends[1], NULL);
  g_autofree char *outer_value = g_strconcat (value_ends[0], value, value_ends[1], NULL);
  g_autoptr (LvSchema) schema = compile (outer_schema, dialect);

  /* An object without properties is only allowed at the top. */
  if (schema != NULL)
    g_assert_cmpint (is_valid (schema, outer_value), ==, valid);
}

static void
check_nullable (const char *schema_text, const char *value, LvSchemaDialect dialect)
{
  g_autoptr (JsonNode) node = lv_json_parse (schema_text, -1, LV_JSON_MAX_FRAME_BYTES, NULL);
  g_autofree char *text = NULL;
  g_autoptr (LvSchema) schema = NULL;

  json_object_set_boolean_member (json_node_get_object (node), "nullable", TRUE);
  text = lv_json_to_text (node);
  schema = compile (text, dialect);
  g_assert_nonnull (schema);
  g_assert_true (is_valid (schema, value));
  g_assert_true (is_valid (schema, "null"));
}

static void
check (const char *schema_text, const char *value, LvSchemaDialect dialect)
{
  g_autoptr (LvSchema) schema = compile (schema_text, dialect);
  gboolean valid;

  if (schema == NULL)
    return;
  valid = is_valid (schema, value);
  check_around (schema_text, value, dialect, valid, "{\"type\":\"array\",\"items\":%s}", "[%s]");
  check_around (schema_text, value, dialect, valid,
                "{\"type\":\"object\",\"properties\":{\"a\":%s},\"required\":[\"a\"]}",
                "{\"a\":%s}");
  check_around (schema_text, value, dialect, valid, "{\"anyOf\":[%s]}", "%s");
  if (valid)
    check_nullable (schema_text, value, dialect);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  char *newline = strchr (text, '\n');
  const char *value = newline != NULL ? newline + 1 : "null";

  if (newline != NULL)
    *newline = '\0';
  if (!lv_json_check (text, -1, LV_TOOLS_MAX_JSON, NULL) ||
      !lv_json_check (value, -1, LV_TOOLS_MAX_JSON, NULL))
    return 0;
  check (text, value, LV_SCHEMA_OPENAPI);
  check (text, value, LV_SCHEMA_JSON);
  return 0;
}
