/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Texts of lv-field.h: strings, enumerations, bytes, JSON passed on as it is.
 */
#include "protocol/lv-field.h"

#include "base/lv-base64.h"
#include "protocol/lv-message.h"

#include <string.h>

/* ---- strings ---- */

gboolean
lv_read_string (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                gpointer base)
{
  char **member = LV_FIELD_MEMBER (char *, base, field);
  const char *value = lv_json_get_string (node);

  if (value == NULL)
    return lv_reader_expected (reader, path, "string", node);
  g_free (*member);
  *member = g_strdup (value);
  return TRUE;
}

static void
write_string (LvWriter *writer, const LvField *field, gconstpointer base)
{
  lv_json_add_string (writer->json, field->name, *LV_FIELD_MEMBER (char *, base, field));
}

static gboolean
read_word (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  const char *value = lv_json_get_string (node);

  if (value == NULL || strlen (value) >= LV_WORD_SIZE)
    return lv_reader_expected (reader, path, "string", node);
  g_strlcpy (LV_FIELD_MEMBER (char, base, field), value, LV_WORD_SIZE);
  return TRUE;
}

static void
write_word (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const char *value = LV_FIELD_MEMBER (char, base, field);

  lv_json_add_string (writer->json, field->name, *value != '\0' ? value : NULL);
}

static gboolean
read_strings_element (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                      const LvField *field, gpointer base)
{
  GPtrArray **member = LV_FIELD_MEMBER (GPtrArray *, base, field);
  const char *value = lv_json_get_string (node);

  if (value == NULL)
    return lv_reader_expected (reader, path, "string", node);
  g_ptr_array_add (*member, g_strdup (value));
  return TRUE;
}

static gboolean
read_strings (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  GPtrArray **member = LV_FIELD_MEMBER (GPtrArray *, base, field);

  if (*member == NULL)
    *member = g_ptr_array_new_with_free_func (g_free);
  return lv_read_elements (reader, path, node, read_strings_element, field, base);
}

static void
write_strings (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const GPtrArray *array = *LV_FIELD_MEMBER (GPtrArray *, base, field);

  if (array == NULL || array->len == 0)
    return;
  lv_json_open (writer->json, field->name, '[');
  for (guint i = 0; i < array->len; i++)
    lv_json_add_string (writer->json, NULL, array->pdata[i]);
  lv_json_close (writer->json, ']');
}

/* ---- enumerations ---- */

static gboolean
complain_of_enum (LvJsonReader *reader, const LvJsonPath *path, const LvEnum *type, JsonNode *node)
{
  g_autoptr (GString) names = g_string_new (NULL);

  if (reader->mode == LV_READ_SERVICE)
    return lv_reader_expected (reader, path, type->type, node);
  for (const LvEnumName *row = type->names; row->name != NULL; row++)
    if (!g_str_has_suffix (row->name, "UNSPECIFIED"))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", row->name);
  return lv_reader_wrong (reader, path, reader->code, "expected one of %s", names->str);
}

gboolean
lv_read_enum (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  const LvEnum *type = field->detail;
  const char *text = lv_json_get_string (node);
  gint64 number = -1;

  if (text == NULL)
    lv_json_get_integer (node, 0, G_MAXINT32, &number);
  for (gint64 i = 0; type->names[i].name != NULL; i++)
    if (text != NULL ? g_ascii_strcasecmp (type->names[i].name, text) == 0 : i == number)
      {
        *LV_FIELD_MEMBER (int, base, field) = type->names[i].value;
        return TRUE;
      }
  return complain_of_enum (reader, path, type, node);
}

static void
write_enum (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvEnum *type = field->detail;
  int value = *LV_FIELD_MEMBER (int, base, field);

  if (value == type->names[0].value)
    return;
  for (const LvEnumName *row = type->names + 1; row->name != NULL; row++)
    if (row->value == value)
      {
        lv_json_add_string (writer->json, field->name, row->name);
        return;
      }
}

/* ---- bytes and JSON ---- */

static gboolean
read_base64 (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  GBytes **member = LV_FIELD_MEMBER (GBytes *, base, field);
  const char *text = lv_json_get_string (node);
  gsize n_chars = text != NULL ? strlen (text) : 0;
  g_autofree guint8 *bytes = g_malloc (lv_base64_decoded_bound (n_chars));
  gsize n_bytes;

  if (text == NULL || !lv_base64_decode (text, n_chars, bytes, &n_bytes))
    return lv_reader_expected (reader, path, "base64", node);
  g_clear_pointer (member, g_bytes_unref);
  *member = g_bytes_new_take (g_steal_pointer (&bytes), n_bytes);
  return TRUE;
}

static void
write_base64 (LvWriter *writer, const LvField *field, gconstpointer base)
{
  GBytes *data = *LV_FIELD_MEMBER (GBytes *, base, field);

  if (data != NULL)
    lv_json_add_base64 (writer->json, field->name, data);
}

static void
take_text (JsonNode *node, const LvField *field, gpointer base)
{
  char **member = LV_FIELD_MEMBER (char *, base, field);

  g_free (*member);
  *member = lv_json_to_text (node);
}

static gboolean
read_object_text (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, "object", node);
  take_text (node, field, base);
  return TRUE;
}

static void
write_text (LvWriter *writer, const LvField *field, gconstpointer base)
{
  lv_json_add_raw (writer->json, field->name, *LV_FIELD_MEMBER (char *, base, field));
}

static gboolean
read_map (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
          gpointer base)
{
  GHashTable *map = *LV_FIELD_MEMBER (GHashTable *, base, field);
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, "object", node);
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  for (guint i = 0; json_object_iter_next_ordered (&iter, &key, &value); i++)
    {
      LvJsonPath entry = { path, key, i, TRUE };

      if (lv_json_get_string (value) != NULL)
        g_hash_table_insert (map, g_strdup (key), g_strdup (lv_json_get_string (value)));
      else if (!lv_reader_expected (reader, &entry, "string", value))
        return FALSE;
    }
  return TRUE;
}

/* Sorted, so that the same map is the same text. */
static void
write_map (LvWriter *writer, const LvField *field, gconstpointer base)
{
  GHashTable *map = *LV_FIELD_MEMBER (GHashTable *, base, field);
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (map), (GCompareFunc) strcmp);

  if (keys == NULL)
    return;
  lv_json_open (writer->json, field->name, '{');
  for (GList *l = keys; l != NULL; l = l->next)
    lv_json_add_string (writer->json, l->data, g_hash_table_lookup (map, l->data));
  lv_json_close (writer->json, '}');
}

const LvKind lv_as_string = { lv_read_string, write_string, LV_SHAPE_VALUE };
const LvKind lv_as_word = { read_word, write_word, LV_SHAPE_VALUE };
const LvKind lv_as_strings = { read_strings, write_strings, LV_SHAPE_VALUES };
const LvKind lv_as_enum = { lv_read_enum, write_enum, LV_SHAPE_VALUE };
const LvKind lv_as_base64 = { read_base64, write_base64, LV_SHAPE_VALUE };
const LvKind lv_as_object_text = { read_object_text, write_text, LV_SHAPE_VALUE };
const LvKind lv_as_map = { read_map, write_map, LV_SHAPE_VALUE };
