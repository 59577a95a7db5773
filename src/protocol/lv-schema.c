/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-schema.h"

#include <math.h>
#include <string.h>

enum {
  TYPE_STRING = 1 << 0,
  TYPE_NUMBER = 1 << 1,
  TYPE_INTEGER = 1 << 2,
  TYPE_BOOLEAN = 1 << 3,
  TYPE_ARRAY = 1 << 4,
  TYPE_OBJECT = 1 << 5,
  TYPE_NULL = 1 << 6,
};

/* Bit i is the type of name i. */
static const char *const type_names[] = { "string", "number", "integer", "boolean",
                                          "array",  "object", "null" };

struct _LvSchema {
  LvSchemaDialect dialect;
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
  GPtrArray *type_nodes;
};

/* ---- compiling ---- */

static gboolean
read_type_name (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                gpointer base)
{
  LvSchema *schema = base;
  const char *name = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (type_names); i++)
    if (g_ascii_strcasecmp (type_names[i], name) == 0)
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
  return lv_reader_read_elements (reader, path, node, read_type_name, field, base);
}

static gboolean
read_enum_values (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  LvSchema *schema = base;

  if (!JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) == 0)
    return lv_reader_wrong (reader, path, reader->code, "expected a non-empty array");
  schema->values = json_array_ref (json_node_get_array (node));
  return TRUE;
}

static gboolean
read_const (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  LvSchema *schema = base;

  schema->values = json_array_sized_new (1);
  json_array_add_element (schema->values, json_node_copy (node));
  return TRUE;
}

static gboolean
read_number (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_NONE;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return lv_reader_expected (reader, path, "number", node);
  *(double *) (gpointer) ((char *) base + field->offset) = json_node_get_double (node);
  return TRUE;
}

static gboolean
read_additional (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  LvSchema *schema = base;
  gboolean allowed = FALSE;
  LvField flag = { field->name, lv_read_bool, 0, NULL };

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

  if (!JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) == 0)
    return lv_reader_wrong (reader, path, reader->code, "expected a non-empty array");
  if (schema->any_of != NULL)
    return lv_reader_wrong (reader, path, reader->code, "anyOf and oneOf exclude each other");
  schema->any_of = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_schema_unref);
  return lv_reader_read_elements (reader, path, node, read_alternative, field, base);
}

/* The service names the entries of a map by position. */
static LvSchema *
compile_property (LvJsonReader *reader, const LvJsonPath *path, guint index, const char *name,
                  JsonNode *node, const LvSchema *parent)
{
  LvJsonPath entry = { path, NULL, index };
  LvJsonPath value = { &entry, "value", 0 };
  LvJsonPath named = { path, name, 0 };

  return compile (reader, reader->mode == LV_READ_SERVICE ? &value : &named, node, parent);
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
  { "type", read_type }, { "description", lv_read_ignored }, { "title", lv_read_ignored },         \
      { "format", lv_read_ignored }, { "pattern", lv_read_ignored },                               \
      { "default", lv_read_ignored }, { "example", lv_read_ignored },                              \
      { "propertyOrdering", lv_read_ignored }, { "nullable", lv_read_bool, SCHEMA (nullable) },    \
      { "enum", read_enum_values }, { "items", read_items }, { "properties", read_properties },    \
      { "required", lv_read_strings, SCHEMA (required) },                                          \
      { "minimum", read_number, SCHEMA (minimum) }, { "maximum", read_number, SCHEMA (maximum) },  \
      { "minItems", lv_read_count, SCHEMA (min_items) },                                           \
      { "maxItems", lv_read_count, SCHEMA (max_items) },                                           \
      { "minLength", lv_read_count, SCHEMA (min_length) },                                         \
      { "maxLength", lv_read_count, SCHEMA (max_length) },                                         \
  {                                                                                                \
    "anyOf", read_any_of                                                                           \
  }

static const LvFields openapi_fields = { "Schema", { SHARED_ROWS, { NULL } } };

static const LvFields json_schema_fields = {
  "Schema",
  {
      SHARED_ROWS,
      { "oneOf", read_any_of },
      { "const", read_const },
      { "additionalProperties", read_additional },
      { "examples", lv_read_ignored },
      { "$schema", lv_read_ignored },
      { "$id", lv_read_ignored },
      { "$comment", lv_read_ignored },
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
      const char *name = schema->required->pdata[i];

      if (schema->properties == NULL || !g_hash_table_contains (schema->properties, name))
        return lv_reader_wrong (reader, &element, reader->code, "property \"%s\" is not defined",
                                name);
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

/* What the service asks of its own dialect beyond the types of the keywords. */
static gboolean
check_openapi (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path)
{
  LvJsonPath properties = { path, "properties", 0 };
  LvJsonPath items = { path, "items", 0 };
  LvJsonPath values = { path, "enum", 0 };

  if (schema->types == 0 && schema->any_of == NULL)
    return lv_reader_wrong (reader, path, reader->code, "type is missing");
  if (schema->types == TYPE_OBJECT && !lv_schema_has_properties (schema) && path->parent != NULL &&
      g_strcmp0 (path->key, "parameters") != 0)
    return lv_reader_wrong (reader, &properties, reader->code,
                            "should be non-empty for OBJECT type");
  if (schema->types == TYPE_ARRAY && schema->items == NULL)
    return lv_reader_wrong (reader, &items, reader->code, "missing field");
  if (schema->values != NULL && schema->types != TYPE_STRING)
    return lv_reader_wrong (reader, &values, reader->code, "only allowed for STRING type");
  return TRUE;
}

static LvSchema *
compile (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvSchema *parent)
{
  g_autoptr (LvSchema) schema =
      lv_schema_new (reader, path, node, parent->dialect, parent->type_nodes);

  return g_steal_pointer (&schema);
}

LvSchema *
lv_schema_new (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
               LvSchemaDialect dialect, GPtrArray *type_nodes)
{
  g_autoptr (LvSchema) schema = g_rc_box_new0 (LvSchema);
  const LvFields *fields = dialect == LV_SCHEMA_OPENAPI ? &openapi_fields : &json_schema_fields;

  schema->dialect = dialect;
  schema->type_nodes = type_nodes;
  schema->minimum = -INFINITY;
  schema->maximum = INFINITY;
  schema->max_items = G_MAXUINT;
  schema->max_length = G_MAXUINT;

  if (!lv_reader_read_fields (reader, path, node, fields, schema) ||
      !check_required (schema, reader, path) || !check_bounds (schema, reader, path) ||
      (dialect == LV_SCHEMA_OPENAPI && !check_openapi (schema, reader, path)))
    return NULL;
  schema->type_nodes = NULL;
  return g_steal_pointer (&schema);
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

/* ---- validating ---- */

static guint
get_value_types (JsonNode *node)
{
  GType type = json_node_get_value_type (node);
  double number;

  if (type == G_TYPE_STRING)
    return TYPE_STRING;
  if (type == G_TYPE_BOOLEAN)
    return TYPE_BOOLEAN;
  number = json_node_get_double (node);
  return number == trunc (number) ? TYPE_NUMBER | TYPE_INTEGER : TYPE_NUMBER;
}

static guint
get_types (JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      return TYPE_OBJECT;
    case JSON_NODE_ARRAY:
      return TYPE_ARRAY;
    case JSON_NODE_NULL:
      return TYPE_NULL;
    default:
      return get_value_types (node);
    }
}

static char *
dup_type_list (guint types)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++)
    if (types & 1u << i)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " or " : "", type_names[i]);
  return g_string_free (text, FALSE);
}

static gboolean
validate_type (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, JsonNode *node)
{
  guint allowed = schema->types | (schema->nullable ? TYPE_NULL : 0);
  g_autofree char *list = NULL;

  if (schema->types == 0 || (allowed & get_types (node)) != 0)
    return TRUE;
  list = dup_type_list (allowed);
  return lv_reader_expected (reader, path, list, node);
}

static gboolean
validate_enum (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, JsonNode *node)
{
  g_autoptr (JsonNode) list = NULL;
  g_autofree char *text = NULL;

  if (schema->values == NULL)
    return TRUE;
  for (guint i = 0; i < json_array_get_length (schema->values); i++)
    if (json_node_equal (json_array_get_element (schema->values, i), node))
      return TRUE;
  list = json_node_init_array (json_node_alloc (), schema->values);
  text = lv_json_to_text (list);
  return lv_reader_wrong (reader, path, reader->code, "expected one of %s", text);
}

static gboolean
validate_any_of (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, JsonNode *node)
{
  LvJsonReader trial = { .mode = LV_READ_QUIET };

  if (schema->any_of == NULL)
    return TRUE;
  for (guint i = 0; i < schema->any_of->len; i++)
    if (lv_schema_validate (schema->any_of->pdata[i], &trial, path, node))
      return TRUE;
  return lv_reader_wrong (reader, path, reader->code, "fits none of the alternatives of anyOf");
}

static gboolean
validate_number (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, double value)
{
  if (value < schema->minimum)
    return lv_reader_wrong (reader, path, reader->code, "expected at least %.17g", schema->minimum);
  if (value > schema->maximum)
    return lv_reader_wrong (reader, path, reader->code, "expected at most %.17g", schema->maximum);
  return TRUE;
}

static gboolean
validate_count (LvJsonReader *reader, const LvJsonPath *path, guint count, guint min, guint max,
                const char *unit)
{
  if (count < min)
    return lv_reader_wrong (reader, path, reader->code, "expected at least %u %s", min, unit);
  if (count > max)
    return lv_reader_wrong (reader, path, reader->code, "expected at most %u %s", max, unit);
  return TRUE;
}

static gboolean
validate_array (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, JsonArray *array)
{
  guint length = json_array_get_length (array);

  if (!validate_count (reader, path, length, schema->min_items, schema->max_items, "items"))
    return FALSE;
  for (guint i = 0; schema->items != NULL && i < length; i++)
    {
      LvJsonPath element = { path, NULL, i };

      if (!lv_schema_validate (schema->items, reader, &element, json_array_get_element (array, i)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
validate_member (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, const char *name,
                 JsonNode *node)
{
  LvJsonPath member = { path, name, 0 };
  LvSchema *property =
      schema->properties != NULL ? g_hash_table_lookup (schema->properties, name) : NULL;

  if (property != NULL)
    return lv_schema_validate (property, reader, &member, node);
  return !schema->closed || lv_reader_unknown (reader, path, name);
}

static gboolean
validate_object (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  for (guint i = 0; schema->required != NULL && i < schema->required->len; i++)
    {
      LvJsonPath member = { path, schema->required->pdata[i], 0 };

      if (!json_object_has_member (object, member.key))
        return lv_reader_wrong (reader, &member, reader->code, "required, but missing");
    }

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    if (!validate_member (schema, reader, path, name, value))
      return FALSE;
  return TRUE;
}

static gboolean
validate_by_type (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, JsonNode *node)
{
  guint types = get_types (node);

  if (types & TYPE_OBJECT)
    return validate_object (schema, reader, path, json_node_get_object (node));
  if (types & TYPE_ARRAY)
    return validate_array (schema, reader, path, json_node_get_array (node));
  if (types & TYPE_NUMBER)
    return validate_number (schema, reader, path, json_node_get_double (node));
  if (types & TYPE_STRING)
    return validate_count (reader, path, (guint) g_utf8_strlen (json_node_get_string (node), -1),
                           schema->min_length, schema->max_length, "characters");
  return TRUE;
}

gboolean
lv_schema_validate (LvSchema *schema, LvJsonReader *reader, const LvJsonPath *path, JsonNode *node)
{
  if (schema->nullable && JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  return validate_type (schema, reader, path, node) && validate_enum (schema, reader, path, node) &&
         validate_any_of (schema, reader, path, node) &&
         validate_by_type (schema, reader, path, node);
}
