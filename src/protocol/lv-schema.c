/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-schema-data.h"

#include <math.h>
#include <string.h>

const char *const lv_schema_type_names[LV_SCHEMA_N_TYPES] = { "string",  "number", "integer",
                                                              "boolean", "array",  "object",
                                                              "null" };

static gboolean
read_type_name (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                gpointer base)
{
  LvSchema *schema = base;
  const char *name = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

  for (guint i = 0; name != NULL && i < LV_SCHEMA_N_TYPES; i++)
    if (g_ascii_strcasecmp (lv_schema_type_names[i], name) == 0)
      {
        schema->types |= 1u << i;
        g_ptr_array_add (schema->type_nodes, node);
        return TRUE;
      }
  return reader->mode == LV_READ_SERVICE
             ? lv_reader_expected (reader, path, "Type", node)
             : lv_reader_wrong (reader, path, reader->code,
                                "expected string, number, integer, boolean, array, object or null");
}

static gboolean
read_type (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  LvSchema *schema = base;

  if (schema->dialect == LV_SCHEMA_OPENAPI)
    return read_type_name (reader, path, node, field, base);
  return lv_read_elements (reader, path, node, read_type_name, field, base);
}

/* A text that only informs the model. */
static gboolean
read_text (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  g_autofree char *text = NULL;
  LvField scratch = { .name = field->name };

  return lv_read_string (reader, path, node, &scratch, &text);
}

static gboolean
read_texts (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  return lv_read_elements (reader, path, node, read_text, field, base);
}

static gboolean
read_enum_value (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  LvSchema *schema = base;

  if (schema->dialect == LV_SCHEMA_OPENAPI && !read_text (reader, path, node, field, base))
    return FALSE;
  if (schema->dialect == LV_SCHEMA_OPENAPI && *json_node_get_string (node) == '\0')
    return lv_reader_wrong (reader, path, reader->code, "cannot be empty");
  json_array_add_element (schema->values, json_node_copy (node));
  return TRUE;
}

static gboolean
begin_values (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path)
{
  if (schema->values != NULL)
    return lv_reader_wrong (reader, path, reader->code, "enum and const exclude each other");
  schema->values = json_array_new ();
  return TRUE;
}

static gboolean
is_non_empty_array (JsonNode *node)
{
  return JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) > 0;
}

static gboolean
read_enum (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  if (!is_non_empty_array (node))
    return lv_reader_wrong (reader, path, reader->code, "expected a non-empty array");
  return begin_values (base, reader, path) &&
         lv_read_elements (reader, path, node, read_enum_value, field, base);
}

static gboolean
read_const (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  return begin_values (base, reader, path) && read_enum_value (reader, path, node, field, base);
}

/* What says nothing about a call's arguments: the text goes to the model as it is. */
static gboolean
skip (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
      gpointer base)
{
  return TRUE;
}

static gboolean
read_additional (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  LvSchema *schema = base;
  gboolean allowed = FALSE;
  LvField flag = { .name = field->name };

  if (!lv_read_bool (reader, path, node, &flag, &allowed))
    return FALSE;
  schema->closed = !allowed;
  return TRUE;
}

static LvSchema *compile (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                          const LvSchema *parent);

static gboolean
read_items (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  LvSchema *schema = base;

  schema->items = compile (reader, path, node, schema);
  return schema->items != NULL;
}

static gboolean
read_alternative (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  LvSchema *schema = base;
  LvSchema *alternative = compile (reader, path, node, schema);

  if (alternative == NULL)
    return FALSE;
  g_ptr_array_add (schema->any_of, alternative);
  return TRUE;
}

static gboolean
read_any_of (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  LvSchema *schema = base;

  if (!is_non_empty_array (node))
    return lv_reader_wrong (reader, path, reader->code, "expected a non-empty array");
  if (schema->any_of != NULL)
    return lv_reader_wrong (reader, path, reader->code, "anyOf and oneOf exclude each other");
  schema->any_of = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_schema_unref);
  return lv_read_elements (reader, path, node, read_alternative, field, base);
}

static LvSchema *
compile_property (LvJsonReader *reader, const LvJsonPath *path, guint index, const char *name,
                  JsonNode *node, const LvSchema *parent)
{
  LvJsonPath entry = { path, name, index, TRUE };

  if (*name == '\0' || strlen (name) > LV_SCHEMA_NAME_MAX)
    {
      lv_reader_wrong (reader, path, reader->code, "a name must have 1 to %d bytes",
                       LV_SCHEMA_NAME_MAX);
      return NULL;
    }
  return compile (reader, &entry, node, parent);
}

static gboolean
read_properties (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  LvSchema *schema = base;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, "object", node);
  schema->properties =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) lv_schema_unref);

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  for (guint i = 0; json_object_iter_next_ordered (&iter, &name, &value); i++)
    {
      LvSchema *property = compile_property (reader, path, i, name, value, schema);

      if (property == NULL)
        return FALSE;
      g_hash_table_insert (schema->properties, g_strdup (name), property);
    }
  return TRUE;
}

#define SCHEMA(member) offsetof (LvSchema, member)

#define SHARED_ROWS                                                                                \
  { "type", LV_READS (read_type) }, { "description", LV_READS (read_text) },                       \
      { "title", LV_READS (read_text) }, { "format", &lv_as_string, SCHEMA (format) },             \
      { "pattern", LV_READS (read_text) }, { "default", LV_READS (skip) },                         \
      { "example", LV_READS (skip) }, { "propertyOrdering", LV_READS (read_texts) },               \
      { "nullable", &lv_as_bool, SCHEMA (nullable) }, { "enum", LV_READS (read_enum) },            \
      { "items", LV_READS (read_items) }, { "properties", LV_READS (read_properties) },            \
      { "required", &lv_as_strings, SCHEMA (required) },                                           \
      { "minimum", &lv_as_number, SCHEMA (minimum) },                                              \
      { "maximum", &lv_as_number, SCHEMA (maximum) },                                              \
      { "minItems", &lv_as_count, SCHEMA (min_items) },                                            \
      { "maxItems", &lv_as_count, SCHEMA (max_items) },                                            \
      { "minLength", &lv_as_count, SCHEMA (min_length) },                                          \
      { "maxLength", &lv_as_count, SCHEMA (max_length) },                                          \
  {                                                                                                \
    "anyOf", LV_READS (read_any_of)                                                                \
  }

const LvFields lv_schema_openapi_fields = { .type = "Schema", .rows = { SHARED_ROWS, { NULL } } };

const LvFields lv_schema_json_fields = {
  .type = "Schema",
  .rows = {
      SHARED_ROWS,
      { "oneOf", LV_READS (read_any_of) },
      { "const", LV_READS (read_const) },
      { "additionalProperties", LV_READS (read_additional) },
      { "examples", LV_READS (skip) },
      { "$schema", LV_READS (skip) },
      { "$id", LV_READS (skip) },
      { "$comment", LV_READS (skip) },
      { NULL },
  },
};

static gboolean
check_required (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path)
{
  for (guint i = 0; schema->required != NULL && i < schema->required->len; i++)
    {
      LvJsonPath member = { path, "required", 0 };
      LvJsonPath element = { &member, NULL, i };

      if (schema->properties == NULL ||
          !g_hash_table_contains (schema->properties, schema->required->pdata[i]))
        return lv_reader_wrong (reader, &element, reader->code, "property is not defined");
    }
  return TRUE;
}

static gboolean
check_bounds (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path)
{
  if (schema->minimum > schema->maximum || schema->min_items > schema->max_items ||
      schema->min_length > schema->max_length)
    return lv_reader_wrong (reader, path, reader->code, "a minimum is above its maximum");
  return TRUE;
}

/* The formats that the service takes; it refuses the whole setup for another one. */
static const struct {
  guint types;
  const char *format;
} formats[] = {
  { TYPE_STRING, "enum" },   { TYPE_STRING, "date-time" }, { TYPE_INTEGER, "int32" },
  { TYPE_INTEGER, "int64" }, { TYPE_NUMBER, "int32" },     { TYPE_NUMBER, "int64" },
  { TYPE_NUMBER, "float" },  { TYPE_NUMBER, "double" },
};

static gboolean
check_format (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path)
{
  LvJsonPath member = { path, "format", 0 };

  if (schema->format == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (schema->types == formats[i].types && strcmp (schema->format, formats[i].format) == 0)
      return TRUE;
  return lv_reader_wrong (reader, &member, reader->code,
                          schema->types == TYPE_STRING
                              ? "only 'enum' and 'date-time' are supported for STRING type"
                              : "not supported for this type");
}

/* What the service asks of its own dialect beyond the types of the keywords. A function without
 * parameters is a convenience of ours. */
static gboolean
check_openapi (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path)
{
  gboolean may_be_empty = !schema->is_nested && reader->mode == LV_READ_DECLARATION;
  LvJsonPath type = { path, "type", 0 };
  LvJsonPath properties = { path, "properties", 0 };
  LvJsonPath items = { path, "items", 0 };
  LvJsonPath values = { path, "enum", 0 };

  if (schema->types == 0 && schema->any_of == NULL)
    return lv_reader_wrong (reader, &type, reader->code, "must be specified");
  if (schema->types == TYPE_OBJECT && !lv_schema_has_properties (schema) && !may_be_empty)
    return lv_reader_wrong (reader, &properties, reader->code,
                            "should be non-empty for OBJECT type");
  if (schema->types == TYPE_ARRAY && schema->items == NULL)
    return lv_reader_wrong (reader, &items, reader->code, "missing field.");
  if (schema->values != NULL && schema->types != TYPE_STRING)
    return lv_reader_wrong (reader, &values, reader->code, "only allowed for STRING type");
  return check_format (schema, reader, path);
}

static LvSchema *
new_empty (LvSchemaDialect dialect, GPtrArray *type_nodes)
{
  LvSchema *schema = g_rc_box_new0 (LvSchema);

  schema->dialect = dialect;
  schema->type_nodes = type_nodes;
  schema->minimum = -INFINITY;
  schema->maximum = INFINITY;
  schema->max_items = G_MAXUINT;
  schema->max_length = G_MAXUINT;
  return schema;
}

static gboolean
compile_into (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, JsonNode *node)
{
  gboolean is_openapi = schema->dialect == LV_SCHEMA_OPENAPI;

  return lv_read_fields (reader, path, node,
                         is_openapi ? &lv_schema_openapi_fields : &lv_schema_json_fields, schema) &&
         check_required (schema, reader, path) && check_bounds (schema, reader, path) &&
         (!is_openapi || check_openapi (schema, reader, path));
}

static LvSchema *
compile (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvSchema *parent)
{
  g_autoptr (LvSchema) schema = new_empty (parent->dialect, parent->type_nodes);

  schema->is_nested = TRUE;
  return compile_into (schema, reader, path, node) ? g_steal_pointer (&schema) : NULL;
}

LvSchema *
lv_schema_new (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
               LvSchemaDialect dialect, GPtrArray *type_nodes)
{
  g_autoptr (LvSchema) schema = new_empty (dialect, type_nodes);

  return compile_into (schema, reader, path, node) ? g_steal_pointer (&schema) : NULL;
}

LvSchema *
lv_schema_ref (LvSchema *schema)
{
  return g_rc_box_acquire (schema);
}

static void
schema_clear (gpointer data)
{
  LvSchema *schema = data;

  g_free (schema->format);
  g_clear_pointer (&schema->values, json_array_unref);
  g_clear_pointer (&schema->any_of, g_ptr_array_unref);
  g_clear_pointer (&schema->items, lv_schema_unref);
  g_clear_pointer (&schema->properties, g_hash_table_unref);
  g_clear_pointer (&schema->required, g_ptr_array_unref);
}

void
lv_schema_unref (LvSchema *schema)
{
  g_rc_box_release_full (schema, schema_clear);
}

gboolean
lv_schema_is_object (LvSchema *schema)
{
  return schema->types == TYPE_OBJECT;
}

gboolean
lv_schema_has_properties (LvSchema *schema)
{
  return schema->properties != NULL && g_hash_table_size (schema->properties) > 0;
}
