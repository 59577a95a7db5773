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
    g_string_append_printf (json, "\"%s\":", name);
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
