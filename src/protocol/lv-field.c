/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Objects and arrays of lv-field.h.
 */
#include "protocol/lv-field.h"

#include <string.h>

/* ---- reading ---- */

/* What of an object has been read so far. */
typedef struct {
  const char *group; /* of which a row has been set */
  guint n_set;
} Progress;

static gboolean
matches_snake (const char *name, const char *key)
{
  for (; *name != '\0'; name++, key++)
    {
      if (g_ascii_isupper (*name) && *key++ != '_')
        return FALSE;
      if (g_ascii_tolower (*name) != *key)
        return FALSE;
    }
  return *key == '\0';
}

const LvField *
lv_fields_find (const LvFields *fields, const char *key)
{
  for (const LvField *row = fields->rows; row->name != NULL; row++)
    if (strcmp (row->name, key) == 0 || matches_snake (row->name, key))
      return row;
  return NULL;
}

static gboolean
read_member (LvJsonReader *reader, const LvJsonPath *path, const char *key, JsonNode *node,
             const LvFields *fields, gpointer base, Progress *progress)
{
  const LvField *field = lv_fields_find (fields, key);
  LvJsonPath member = { path, key, 0 };

  if (field == NULL)
    return lv_reader_unknown (reader, path, key);
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (field->oneof != NULL && progress->group != NULL &&
      !lv_reader_oneof (reader, path, progress->group, field->name))
    return FALSE;
  if (field->oneof != NULL)
    progress->group = field->oneof;
  progress->n_set++;
  return field->kind->read (reader, &member, node, field, base);
}

gboolean
lv_read_fields (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                const LvFields *fields, gpointer base)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;
  Progress progress = { NULL, 0 };

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, fields->type, node);

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &key, &value))
    if (!read_member (reader, path, key, value, fields, base, &progress))
      return FALSE;
  return !fields->is_union || progress.n_set == 1 ||
         lv_reader_wrong (reader, NULL, reader->code, LV_INVALID_ARGUMENT);
}

gboolean
lv_read_elements (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, LvReadFunc read,
                  const LvField *field, gpointer base)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return read (reader, path, node, field, base);

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      LvJsonPath element = { path, NULL, i };

      if (!read (reader, &element, json_array_get_element (array, i), field, base))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_object (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  const LvFields *fields = field->detail;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, fields->type, node);
  if (fields->init != NULL)
    fields->init (base);
  return lv_read_fields (reader, path, node, fields, base) &&
         (fields->check == NULL || fields->check (reader, path, base));
}

static gboolean
read_present (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    *LV_FIELD_MEMBER (gboolean, base, field) = TRUE;
  return read_object (reader, path, node, field, base);
}

/* *@ret_object: NULL also where a liberal reader goes on without it. */
static gboolean
read_new (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvFields *fields,
          gpointer *ret_object)
{
  gboolean valid;
  gpointer object;

  *ret_object = NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, fields->type, node);
  object = g_malloc0 (fields->size);
  if (fields->init != NULL)
    fields->init (object);
  valid = lv_read_fields (reader, path, node, fields, object);
  if (valid && (fields->check == NULL || fields->check (reader, path, object)))
    *ret_object = object;
  else
    fields->free (object);
  return *ret_object != NULL || reader->mode == LV_READ_LIBERAL;
}

static gboolean
read_struct (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  gpointer *member = LV_FIELD_MEMBER (gpointer, base, field);
  const LvFields *fields = field->detail;
  gpointer object;

  if (!read_new (reader, path, node, fields, &object))
    return FALSE;
  if (object == NULL)
    return TRUE;
  if (*member != NULL)
    fields->free (*member);
  *member = object;
  return TRUE;
}

static gboolean
read_structs_element (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                      const LvField *field, gpointer base)
{
  gpointer object;

  if (!read_new (reader, path, node, field->detail, &object))
    return FALSE;
  if (object != NULL)
    g_ptr_array_add (*LV_FIELD_MEMBER (GPtrArray *, base, field), object);
  return TRUE;
}

static gboolean
read_structs (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  GPtrArray **member = LV_FIELD_MEMBER (GPtrArray *, base, field);
  const LvFields *fields = field->detail;

  if (*member == NULL)
    *member = g_ptr_array_new_with_free_func (fields->free);
  return lv_read_elements (reader, path, node, read_structs_element, field, base);
}

static gboolean
read_case (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  const LvCase *one = field->detail;

  *LV_FIELD_MEMBER (int, base, field) = one->tag;
  return one->field.kind->read (reader, path, node, &one->field, base);
}

static gboolean
read_ignored (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  return TRUE;
}

static gboolean
read_empty (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  static const LvFields none = { .type = "google.protobuf.Empty", .rows = { { NULL } } };

  return lv_read_fields (reader, path, node, &none, base);
}

/* ---- writing ---- */

gboolean
lv_writer_can (const LvWriter *writer, LvCapability capability)
{
  return writer->model == NULL ||
         (lv_model_can (writer->model, capability) && lv_api_can (writer->api, capability));
}

static char *
dup_path (const LvWriter *writer, const char *name)
{
  LvJsonPath path = { writer->path, name, 0 };

  return lv_json_path_to_text (name != NULL ? &path : writer->path, LV_PATH_PLAIN);
}

void
lv_writer_refuse (LvWriter *writer, const char *name, LvCapability capability)
{
  g_autofree char *path = dup_path (writer, name);

  if (!writer->is_check || writer->error != NULL)
    return;
  if (lv_api_can (writer->api, capability))
    g_set_error (&writer->error, LV_ERROR, LV_ERROR_UNSUPPORTED, "%s does not take %s",
                 writer->model_name, path);
  else
    g_set_error (&writer->error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                 "%s does not take %s (asked for with %s)", lv_api_get_title (writer->api), path,
                 writer->model_name);
}

void
lv_writer_refuse_value (LvWriter *writer, const char *name, const char *value)
{
  g_autofree char *path = dup_path (writer, name);

  if (writer->is_check && writer->error == NULL)
    g_set_error (&writer->error, LV_ERROR, LV_ERROR_UNSUPPORTED, "%s does not take %s %.64s",
                 writer->model_name, path, value);
}

/* Left out; in a check, an error if there was something to leave out. */
static void
leave_out (LvWriter *writer, const LvField *field, gconstpointer base)
{
  gsize length = writer->json->len;

  if (!writer->is_check)
    return;
  field->kind->write (writer, field, base);
  if (writer->json->len > length)
    lv_writer_refuse (writer, field->name, field->needs);
  g_string_truncate (writer->json, length);
}

void
lv_write_row (LvWriter *writer, const LvField *row, gconstpointer base)
{
  if (row->kind->write == NULL || row->is_alias)
    return;
  if (lv_writer_can (writer, row->needs))
    row->kind->write (writer, row, base);
  else
    leave_out (writer, row, base);
}

static void
write_fields (LvWriter *writer, const LvFields *fields, gconstpointer base)
{
  for (const LvField *row = fields->rows; row->name != NULL; row++)
    lv_write_row (writer, row, base);
}

/* TRUE: there was something to write in it. */
static gboolean
write_braced (LvWriter *writer, const char *name, const LvFields *fields, gconstpointer base)
{
  LvJsonPath path = { writer->path, name, 0 };
  gsize begin;

  lv_json_open (writer->json, name, '{');
  begin = writer->json->len;
  if (name != NULL)
    writer->path = &path;
  write_fields (writer, fields, base);
  writer->path = name != NULL ? path.parent : writer->path;
  lv_json_close (writer->json, '}');
  return writer->json->len > begin + 1;
}

void
lv_write_object (LvWriter *writer, const char *name, const LvFields *fields, gconstpointer base)
{
  write_braced (writer, name, fields, base);
}

static void
write_object (LvWriter *writer, const LvField *field, gconstpointer base)
{
  gsize length = writer->json->len;

  if (!write_braced (writer, field->name, field->detail, base))
    g_string_truncate (writer->json, length);
}

static void
write_always (LvWriter *writer, const LvField *field, gconstpointer base)
{
  lv_write_object (writer, field->name, field->detail, base);
}

static void
write_present (LvWriter *writer, const LvField *field, gconstpointer base)
{
  gsize length = writer->json->len;
  gboolean is_there = *LV_FIELD_MEMBER (gboolean, base, field);

  /* what is set in an object that is not there counts as asked for */
  if (is_there || writer->is_check)
    lv_write_object (writer, field->name, field->detail, base);
  if (!is_there)
    g_string_truncate (writer->json, length);
}

static void
write_struct (LvWriter *writer, const LvField *field, gconstpointer base)
{
  gconstpointer object = *LV_FIELD_MEMBER (gpointer, base, field);

  if (object != NULL)
    lv_write_object (writer, field->name, field->detail, object);
}

static void
write_structs (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const GPtrArray *array = *LV_FIELD_MEMBER (GPtrArray *, base, field);

  if (array == NULL)
    return;
  lv_json_open (writer->json, field->name, '[');
  for (guint i = 0; i < array->len; i++)
    lv_write_object (writer, NULL, field->detail, array->pdata[i]);
  lv_json_close (writer->json, ']');
}

static void
write_case (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvCase *one = field->detail;

  if (*LV_FIELD_MEMBER (int, base, field) == one->tag)
    one->field.kind->write (writer, &one->field, base);
}

static void
write_empty (LvWriter *writer, const LvField *field, gconstpointer base)
{
  lv_json_add_empty (writer->json, field->name);
}

const LvKind lv_as_object = { read_object, write_object, LV_SHAPE_OBJECT };
const LvKind lv_as_always = { read_object, write_always, LV_SHAPE_OBJECT };
const LvKind lv_as_present = { read_present, write_present, LV_SHAPE_OBJECT };
const LvKind lv_as_struct = { read_struct, write_struct, LV_SHAPE_OBJECT };
const LvKind lv_as_structs = { read_structs, write_structs, LV_SHAPE_OBJECTS };
const LvKind lv_as_case = { read_case, write_case, LV_SHAPE_CASE };
const LvKind lv_as_empty = { read_empty, write_empty, LV_SHAPE_VALUE };
const LvKind lv_as_ignored = { read_ignored, NULL, LV_SHAPE_IGNORED };
