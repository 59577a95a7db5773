/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lv_schema_validate() of lv-schema.h: the arguments of a call against the declared parameters.
 * Pure.
 */
#include "protocol/lv-schema-data.h"

#include <math.h>

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

  for (guint i = 0; i < LV_SCHEMA_N_TYPES; i++)
    if (types & 1u << i)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " or " : "", lv_schema_type_names[i]);
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
