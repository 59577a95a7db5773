/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json-reader.h"

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
  { "long", "TYPE_INT64" },
  { "array", "type.googleapis.com/google.protobuf.ListValue" },
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
