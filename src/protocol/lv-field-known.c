/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rare objects of lv-field.h, kept as the JSON that they came in: of them only the names are known,
 * and who takes which.
 */
#include "protocol/lv-field.h"

/* ---- reading ---- */

gboolean
lv_read_anything (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  return TRUE;
}

static void
take_text (JsonNode *node, const LvField *field, gpointer base)
{
  char **member = LV_FIELD_MEMBER (char *, base, field);

  g_free (*member);
  *member = lv_json_to_text (node);
}

static gboolean
read_names (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  return lv_read_fields (reader, path, node, field->detail, NULL);
}

static gboolean
read_names_array (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  return lv_read_elements (reader, path, node, read_names, field, base);
}

static gboolean
read_known (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, "object", node);
  if (!read_names (reader, path, node, field, base))
    return FALSE;
  take_text (node, field, base);
  return TRUE;
}

static gboolean
read_known_array (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return lv_reader_expected (reader, path, "array", node);
  if (!read_names_array (reader, path, node, field, base))
    return FALSE;
  take_text (node, field, base);
  return TRUE;
}

/* ---- writing ---- */

static void write_known_node (LvWriter *writer, const char *name, JsonNode *node,
                              const LvFields *fields);
static void write_known_array_node (LvWriter *writer, const char *name, JsonNode *node,
                                    const LvFields *fields);

static gboolean
has_names (const LvField *row)
{
  return row->kind->shape == LV_SHAPE_OBJECT || row->kind->shape == LV_SHAPE_OBJECTS;
}

static void
write_value (LvWriter *writer, const LvField *row, JsonNode *node)
{
  g_autofree char *text = lv_json_to_text (node);

  if (has_names (row) && !JSON_NODE_HOLDS_NULL (node))
    lv_writer_refuse_value (writer, row->name, text);
  else
    lv_json_add_raw (writer->json, row->name, text);
}

static void
write_member (LvWriter *writer, const char *key, JsonNode *node, const LvFields *fields)
{
  const LvField *row = lv_fields_find (fields, key);

  if (row == NULL || !lv_writer_can (writer, row->needs))
    lv_writer_refuse (writer, key, row != NULL ? row->needs : LV_CAN_ALWAYS);
  else if (has_names (row) && JSON_NODE_HOLDS_OBJECT (node))
    write_known_node (writer, row->name, node, row->detail);
  else if (row->kind->shape == LV_SHAPE_OBJECTS && JSON_NODE_HOLDS_ARRAY (node))
    write_known_array_node (writer, row->name, node, row->detail);
  else
    write_value (writer, row, node);
}

static void
write_members (LvWriter *writer, JsonNode *node, const LvFields *fields)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &key, &value))
    write_member (writer, key, value, fields);
}

static void
write_known_node (LvWriter *writer, const char *name, JsonNode *node, const LvFields *fields)
{
  LvJsonPath path = { writer->path, name, 0 };

  lv_json_open (writer->json, name, '{');
  writer->path = &path;
  write_members (writer, node, fields);
  writer->path = path.parent;
  lv_json_close (writer->json, '}');
}

void
lv_write_known (LvWriter *writer, const char *name, const char *text, const LvFields *fields)
{
  g_autoptr (JsonNode) node = lv_json_parse (text, -1, G_MAXSIZE, NULL);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    write_known_node (writer, name, node, fields);
}

/* Nothing where nothing is left of it. */
static void
write_element (LvWriter *writer, JsonNode *node, const LvFields *fields)
{
  gsize length = writer->json->len;
  gsize begin;

  lv_json_open (writer->json, NULL, '{');
  begin = writer->json->len;
  write_members (writer, node, fields);
  if (writer->json->len > begin)
    lv_json_close (writer->json, '}');
  else
    g_string_truncate (writer->json, length);
}

static void
write_elements (LvWriter *writer, JsonArray *array, const LvFields *fields)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      g_autofree char *shown = lv_json_to_text (element);

      if (JSON_NODE_HOLDS_OBJECT (element))
        write_element (writer, element, fields);
      else
        lv_writer_refuse_value (writer, NULL, shown);
    }
}

static void
write_known_array_node (LvWriter *writer, const char *name, JsonNode *node, const LvFields *fields)
{
  LvJsonPath path = { writer->path, name, 0 };

  lv_json_open (writer->json, name, '[');
  writer->path = &path;
  write_elements (writer, json_node_get_array (node), fields);
  writer->path = path.parent;
  lv_json_close (writer->json, ']');
}

void
lv_write_known_elements (LvWriter *writer, const char *text, const LvFields *fields)
{
  g_autoptr (JsonNode) node = lv_json_parse (text, -1, G_MAXSIZE, NULL);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    write_elements (writer, json_node_get_array (node), fields);
}

static void
write_known (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const char *text = *LV_FIELD_MEMBER (char *, base, field);

  if (text != NULL)
    lv_write_known (writer, field->name, text, field->detail);
}

static void
write_known_array (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const char *text = *LV_FIELD_MEMBER (char *, base, field);
  LvJsonPath path = { writer->path, field->name, 0 };

  if (text == NULL)
    return;
  lv_json_open (writer->json, field->name, '[');
  writer->path = &path;
  lv_write_known_elements (writer, text, field->detail);
  writer->path = path.parent;
  lv_json_close (writer->json, ']');
}

const LvKind lv_as_known = { read_known, write_known, LV_SHAPE_OBJECT };
const LvKind lv_as_known_array = { read_known_array, write_known_array, LV_SHAPE_OBJECTS };
const LvKind lv_as_names = { read_names, NULL, LV_SHAPE_OBJECT };
const LvKind lv_as_names_array = { read_names_array, NULL, LV_SHAPE_OBJECTS };
