/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json-reader.h"

#include <math.h>
#include <string.h>

#define SERVICE_TYPE_PREFIX "type.googleapis.com/google.ai.generativelanguage.v1beta."
#define SERVICE_RULE_PREFIX "* BidiGenerateContentRequest."
#define SHOWN_VALUE_MAX 80 /* bytes of a wrong value in an error */

/* ---- paths and complaints ---- */

static void
append_snake (GString *text, const char *name)
{
  for (; *name != '\0'; name++)
    {
      if (g_ascii_isupper (*name))
        g_string_append_c (text, '_');
      g_string_append_c (text, g_ascii_tolower (*name));
    }
}

static void
append_key (GString *text, const char *key, LvPathStyle style)
{
  if (text->len > 0)
    g_string_append_c (text, '.');
  if (style == LV_PATH_PLAIN)
    g_string_append (text, key);
  else
    append_snake (text, key);
}

static void
append_path (GString *text, const LvJsonPath *path, LvPathStyle style)
{
  if (path == NULL)
    return;
  append_path (text, path->parent, style);
  if (path->key == NULL)
    g_string_append_printf (text, "[%u]", path->index);
  else if (path->is_entry && style == LV_PATH_SERVICE_FIELD)
    g_string_append_printf (text, "[%u].value", path->index);
  else if (path->is_entry && style == LV_PATH_SERVICE_RULE)
    g_string_append_printf (text, "[%s]", path->key);
  else
    append_key (text, path->key, style);
}

char *
lv_json_path_to_text (const LvJsonPath *path, LvPathStyle style)
{
  GString *text = g_string_new (NULL);

  append_path (text, path, style);
  return g_string_free (text, FALSE);
}

static gboolean
is_silent (const LvJsonReader *reader)
{
  return reader->mode == LV_READ_LIBERAL || reader->mode == LV_READ_QUIET;
}

static gboolean
set_error (LvJsonReader *reader, LvErrorCode code, const char *message)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);

  g_set_error_literal (&reader->error, LV_ERROR, code, valid);
  return FALSE;
}

static gboolean
complain_of_name (LvJsonReader *reader, const LvJsonPath *path, const char *key, const char *what)
{
  g_autofree char *at = lv_json_path_to_text (path, LV_PATH_SERVICE_FIELD);
  g_autofree char *where = path != NULL ? g_strdup_printf (" at '%s'", at) : g_strdup ("");
  g_autofree char *message = g_strdup_printf (
      "Invalid JSON payload received. Unknown name \"%s\"%s: %s", key, where, what);

  return set_error (reader, reader->code, message);
}

gboolean
lv_reader_unknown (LvJsonReader *reader, const LvJsonPath *path, const char *key)
{
  LvJsonPath member = { path, key, 0 };

  if (reader->mode == LV_READ_SERVICE)
    return complain_of_name (reader, path, key, "Cannot find field.");
  return lv_reader_wrong (reader, &member, reader->code, "unknown key");
}

static const struct {
  const char *ours, *theirs;
} scalar_types[] = {
  { "string", "TYPE_STRING" },
  { "boolean", "TYPE_BOOL" },
  { "integer", "TYPE_INT32" },
  { "number", "TYPE_DOUBLE" },
  { "base64", "TYPE_BYTES" },
  { "duration", "type.googleapis.com/google.protobuf.Duration" },
  { "object", "type.googleapis.com/google.protobuf.Struct" },
};

/* What the service calls a type in its errors. */
static char *
dup_service_type (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (scalar_types); i++)
    if (strcmp (scalar_types[i].ours, type) == 0)
      return g_strdup (scalar_types[i].theirs);
  return g_strconcat (SERVICE_TYPE_PREFIX, type, NULL);
}

/* How the service shows the value that it did not expect. */
static char *
dup_service_value (const char *type, JsonNode *node)
{
  g_autofree char *text = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return g_strdup ("Starting an object on a scalar field");
  text = lv_json_to_text (node);
  return g_strdup_printf ("%s%.*s",
                          strcmp (type, "base64") == 0 ? "Base64 decoding failed for " : "",
                          SHOWN_VALUE_MAX, text);
}

static gboolean
complain_of_value (LvJsonReader *reader, const LvJsonPath *path, const char *type, JsonNode *node)
{
  g_autofree char *at = lv_json_path_to_text (path, LV_PATH_SERVICE_FIELD);
  g_autofree char *service_type = dup_service_type (type);
  g_autofree char *value = dup_service_value (type, node);
  g_autofree char *message =
      g_strdup_printf ("Invalid value at '%s' (%s), %s", at, service_type, value);

  return set_error (reader, reader->code, message);
}

gboolean
lv_reader_expected (LvJsonReader *reader, const LvJsonPath *path, const char *type, JsonNode *node)
{
  if (reader->mode != LV_READ_SERVICE)
    return lv_reader_wrong (reader, path, reader->code, "expected %s", type);
  if (JSON_NODE_HOLDS_ARRAY (node) && path != NULL && path->key != NULL)
    return complain_of_name (reader, path->parent, path->key,
                             "Proto field is not repeating, cannot start list.");
  return complain_of_value (reader, path, type, node);
}

gboolean
lv_reader_wrong (LvJsonReader *reader, const LvJsonPath *path, LvErrorCode code, const char *format,
                 ...)
{
  g_autofree char *at = NULL, *what = NULL, *message = NULL;
  gboolean is_service = reader->mode == LV_READ_SERVICE;
  va_list args;

  if (is_silent (reader))
    return reader->mode == LV_READ_LIBERAL;
  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  if (path == NULL)
    return set_error (reader, code, what);

  at = lv_json_path_to_text (path, is_service ? LV_PATH_SERVICE_RULE : LV_PATH_PLAIN);
  message = g_strconcat (is_service ? SERVICE_RULE_PREFIX : "", at, ": ", what, NULL);
  return set_error (reader, code, message);
}

gboolean
lv_reader_oneof (LvJsonReader *reader, const LvJsonPath *path, const char *group, const char *key)
{
  g_autofree char *at = lv_json_path_to_text (path, LV_PATH_SERVICE_FIELD);
  g_autofree char *where = path != NULL ? g_strdup_printf (" at '%s'", at) : g_strdup ("");

  return lv_reader_wrong (
      reader, NULL, reader->code,
      "Invalid value%s (oneof), oneof field '%s' is already set. Cannot set '%s'", where, group,
      key);
}

/* ---- objects and arrays ---- */

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

static const LvField *
find_field (const LvFields *fields, const char *key)
{
  for (const LvField *row = fields->rows; row->name != NULL; row++)
    if (strcmp (row->name, key) == 0 || matches_snake (row->name, key))
      return row;
  return NULL;
}

static gboolean
read_member (LvJsonReader *reader, const LvJsonPath *path, const char *key, JsonNode *node,
             const LvFields *fields, gpointer base)
{
  const LvField *field = find_field (fields, key);
  LvJsonPath member = { path, key, 0 };

  if (field == NULL)
    return lv_reader_unknown (reader, path, key);
  return JSON_NODE_HOLDS_NULL (node) || field->read (reader, &member, node, field, base);
}

gboolean
lv_reader_read_fields (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                       const LvFields *fields, gpointer base)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, fields->type, node);

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &key, &value))
    if (!read_member (reader, path, key, value, fields, base))
      return FALSE;
  return TRUE;
}

gboolean
lv_reader_read_elements (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                         LvFieldFunc read, const LvField *field, gpointer base)
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

/* ---- rows ---- */

static const char *
get_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

gboolean
lv_read_string (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                gpointer base)
{
  char **member = LV_FIELD_MEMBER (char *, base, field);
  const char *value = get_string (node);

  if (value == NULL)
    return lv_reader_expected (reader, path, "string", node);
  g_free (*member);
  *member = g_strdup (value);
  return TRUE;
}

static gboolean
read_strings_element (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                      const LvField *field, gpointer base)
{
  GPtrArray **member = LV_FIELD_MEMBER (GPtrArray *, base, field);
  const char *value = get_string (node);

  if (value == NULL)
    return lv_reader_expected (reader, path, "string", node);
  g_ptr_array_add (*member, g_strdup (value));
  return TRUE;
}

gboolean
lv_read_strings (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  GPtrArray **member = LV_FIELD_MEMBER (GPtrArray *, base, field);

  if (*member == NULL)
    *member = g_ptr_array_new_with_free_func (g_free);
  return lv_reader_read_elements (reader, path, node, read_strings_element, field, base);
}

gboolean
lv_read_bool (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return lv_reader_expected (reader, path, "boolean", node);
  *LV_FIELD_MEMBER (gboolean, base, field) = json_node_get_boolean (node);
  return TRUE;
}

/* A whole number, written as one, as 3.0 or as "3". */
static gboolean
get_integer (JsonNode *node, gint64 min, gint64 max, gint64 *ret_value)
{
  const char *text = get_string (node);
  double value;

  if (text != NULL)
    return g_ascii_string_to_signed (text, 10, min, max, ret_value, NULL);
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return FALSE;
  value = json_node_get_double (node);
  if (!(value >= min && value <= max) || value != trunc (value))
    return FALSE;
  *ret_value = (gint64) value;
  return TRUE;
}

gboolean
lv_read_int (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  gint64 value;

  if (!get_integer (node, G_MININT32, G_MAXINT32, &value))
    return lv_reader_expected (reader, path, "integer", node);
  *LV_FIELD_MEMBER (int, base, field) = (int) value;
  return TRUE;
}

gboolean
lv_read_count (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  gint64 value;

  if (!get_integer (node, 0, G_MAXUINT32, &value))
    return lv_reader_expected (reader, path, "integer", node);
  *LV_FIELD_MEMBER (guint, base, field) = (guint) value;
  return TRUE;
}

/* A member of {seconds, nanos}, 0 when it is absent. */
static gint64
get_integer_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 value = 0;

  if (node != NULL)
    get_integer (node, 0, G_MAXINT32, &value);
  return value;
}

static gboolean
get_duration (JsonNode *node, gint64 *ret_us)
{
  const char *text = get_string (node);
  double seconds = 0.0;

  if (text != NULL)
    {
      char *end;

      seconds = g_ascii_strtod (text, &end);
      if (end == text || strcmp (end, "s") != 0)
        return FALSE;
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);

      seconds = get_integer_member (object, "seconds") + get_integer_member (object, "nanos") / 1e9;
    }
  else
    return FALSE;

  if (!(seconds >= 0.0 && seconds <= 1e9))
    return FALSE;
  *ret_us = (gint64) llround (seconds * G_USEC_PER_SEC);
  return TRUE;
}

gboolean
lv_read_duration (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  gint64 value;

  if (!get_duration (node, &value))
    return lv_reader_expected (reader, path, "duration", node);
  *LV_FIELD_MEMBER (gint64, base, field) = value;
  return TRUE;
}

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
  const char *text = get_string (node);
  gint64 number = -1;

  if (text == NULL)
    get_integer (node, 0, G_MAXINT32, &number);
  for (gint64 i = 0; type->names[i].name != NULL; i++)
    if (text != NULL ? g_ascii_strcasecmp (type->names[i].name, text) == 0 : i == number)
      {
        *LV_FIELD_MEMBER (int, base, field) = type->names[i].value;
        return TRUE;
      }
  return complain_of_enum (reader, path, type, node);
}

gboolean
lv_read_struct (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                gpointer base)
{
  char **member = LV_FIELD_MEMBER (char *, base, field);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, "object", node);
  g_free (*member);
  *member = lv_json_to_text (node);
  return TRUE;
}

gboolean
lv_read_object (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                gpointer base)
{
  return lv_reader_read_fields (reader, path, node, field->detail, base);
}

gboolean
lv_read_present (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    *LV_FIELD_MEMBER (gboolean, base, field) = TRUE;
  return lv_reader_read_fields (reader, path, node, field->detail, base);
}

gboolean
lv_read_ignored (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  return TRUE;
}
