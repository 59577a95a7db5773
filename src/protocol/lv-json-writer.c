/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json-writer.h"

#include "base/lv-base64.h"

#include <string.h>

static void
append_quoted (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *p = text; *p != '\0';)
    {
      gsize plain = strcspn (p, "\"\\\b\f\n\r\t\001\002\003\004\005\006\007\013\016\017\020\021\022"
                                "\023\024\025\026\027\030\031\032\033\034\035\036\037");

      g_string_append_len (json, p, plain);
      p += plain;
      if (*p == '"' || *p == '\\')
        g_string_append_printf (json, "\\%c", *p++);
      else if (*p != '\0')
        g_string_append_printf (json, "\\u%04x", *p++);
    }
  g_string_append_c (json, '"');
}

static void
begin_value (GString *json, const char *name)
{
  char last = json->len > 0 ? json->str[json->len - 1] : '[';

  if (last != '{' && last != '[')
    g_string_append_c (json, ',');
  if (name != NULL)
    {
      append_quoted (json, name);
      g_string_append_c (json, ':');
    }
}

void
lv_json_open (GString *json, const char *name, char bracket)
{
  begin_value (json, name);
  g_string_append_c (json, bracket);
}

void
lv_json_close (GString *json, char bracket)
{
  g_string_append_c (json, bracket);
}

void
lv_json_add_string (GString *json, const char *name, const char *value)
{
  g_autofree char *valid = NULL;

  if (value == NULL)
    return;
  valid = g_utf8_make_valid (value, -1);
  begin_value (json, name);
  append_quoted (json, valid);
}

void
lv_json_add_int (GString *json, const char *name, gint64 value)
{
  begin_value (json, name);
  g_string_append_printf (json, "%" G_GINT64_FORMAT, value);
}

void
lv_json_add_flag (GString *json, const char *name, gboolean value)
{
  if (value)
    lv_json_add_raw (json, name, "true");
}

void
lv_json_add_empty (GString *json, const char *name)
{
  lv_json_add_raw (json, name, "{}");
}

void
lv_json_add_raw (GString *json, const char *name, const char *value)
{
  if (value == NULL)
    return;
  begin_value (json, name);
  g_string_append (json, value);
}

void
lv_json_add_base64 (GString *json, const char *name, GBytes *data)
{
  gsize n_bytes, at;
  const guint8 *bytes = g_bytes_get_data (data, &n_bytes);

  begin_value (json, name);
  g_string_append_c (json, '"');
  at = json->len;
  g_string_set_size (json, at + lv_base64_encoded_length (n_bytes));
  lv_base64_encode (bytes, n_bytes, json->str + at);
  g_string_append_c (json, '"');
}

/* The shorter of the two forms that give the same number back; zero has no sign, as an integer
 * would have none. */
static void
append_double (GString *json, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE] = "0";

  if (value != 0.0)
    g_ascii_formatd (text, sizeof text, "%.15g", value);
  if (g_ascii_strtod (text, NULL) != value)
    g_ascii_formatd (text, sizeof text, "%.17g", value);
  g_string_append (json, text);
}

void
lv_json_add_double (GString *json, const char *name, double value)
{
  begin_value (json, name);
  append_double (json, value);
}

static void
add_value (GString *json, const char *name, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    lv_json_add_string (json, name, json_node_get_string (node));
  else if (type == G_TYPE_INT64)
    lv_json_add_int (json, name, json_node_get_int (node));
  else if (type == G_TYPE_BOOLEAN)
    lv_json_add_raw (json, name, json_node_get_boolean (node) ? "true" : "false");
  else
    lv_json_add_double (json, name, json_node_get_double (node));
}

static void
add_object (GString *json, const char *name, JsonObject *object)
{
  JsonObjectIter iter;
  const char *member;
  JsonNode *value;

  lv_json_open (json, name, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &member, &value))
    lv_json_add_node (json, member, value);
  lv_json_close (json, '}');
}

static void
add_array (GString *json, const char *name, JsonArray *array)
{
  lv_json_open (json, name, '[');
  for (guint i = 0; i < json_array_get_length (array); i++)
    lv_json_add_node (json, NULL, json_array_get_element (array, i));
  lv_json_close (json, ']');
}

void
lv_json_add_node (GString *json, const char *name, JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      add_object (json, name, json_node_get_object (node));
      break;
    case JSON_NODE_ARRAY:
      add_array (json, name, json_node_get_array (node));
      break;
    case JSON_NODE_VALUE:
      add_value (json, name, node);
      break;
    case JSON_NODE_NULL:
      lv_json_add_raw (json, name, "null");
      break;
    }
}
