/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void
lv_cli_json_append_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_printf (json, "\\%c", *c);
      else if ((guchar) *c < 0x20 || *c == 0x7f)
        g_string_append_printf (json, "\\u%04x", (guchar) *c);
      else
        g_string_append_c (json, *c);
    }
  g_string_append_c (json, '"');
}

static void
append_double (GString *json, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (json, isfinite (value) ? g_ascii_dtostr (buffer, sizeof buffer, value) : "null");
}

static void append_variant (GString *json, GVariant *value);

static void
append_children (GString *json, GVariant *value)
{
  gsize n = g_variant_n_children (value);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

      if (i > 0)
        g_string_append_c (json, ',');
      append_variant (json, child);
    }
}

static void
append_entry (GString *json, GVariant *entry)
{
  g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
  g_autoptr (GVariant) member = g_variant_get_child_value (entry, 1);

  append_variant (json, key);
  g_string_append_c (json, ':');
  append_variant (json, member);
}

static void
append_container (GString *json, GVariant *value)
{
  gboolean object = g_variant_is_of_type (value, G_VARIANT_TYPE_DICTIONARY);

  g_string_append_c (json, object ? '{' : '[');
  append_children (json, value);
  g_string_append_c (json, object ? '}' : ']');
}

static void
append_boxed (GString *json, GVariant *value)
{
  g_autoptr (GVariant) inner = g_variant_get_variant (value);

  append_variant (json, inner);
}

static void
append_number (GString *json, GVariant *value)
{
  g_autofree char *text = g_variant_print (value, FALSE);

  g_string_append (json, text);
}

static void
append_variant (GString *json, GVariant *value)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
      lv_cli_json_append_string (json, g_variant_get_string (value, NULL));
      break;
    case G_VARIANT_CLASS_DOUBLE:
      append_double (json, g_variant_get_double (value));
      break;
    case G_VARIANT_CLASS_VARIANT:
      append_boxed (json, value);
      break;
    case G_VARIANT_CLASS_DICT_ENTRY:
      append_entry (json, value);
      break;
    case G_VARIANT_CLASS_ARRAY:
    case G_VARIANT_CLASS_TUPLE:
      append_container (json, value);
      break;
    case G_VARIANT_CLASS_BYTE: /* g_variant_print() has hexadecimal for it */
      g_string_append_printf (json, "%u", g_variant_get_byte (value));
      break;
    case G_VARIANT_CLASS_MAYBE:
      g_string_append (json, "null");
      break;
    default:
      append_number (json, value);
      break;
    }
}

char *
lv_cli_json_from_variant (GVariant *value)
{
  GString *json = g_string_new (NULL);

  append_variant (json, value);
  return g_string_free (json, FALSE);
}

void
lv_cli_json_add (GVariantBuilder *object, const char *name, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  g_variant_builder_add (object, "{sv}", name, g_variant_new_va (format, NULL, &values));
  va_end (values);
}

void
lv_cli_json_print (GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autofree char *json = lv_cli_json_from_variant (owned);

  puts (json);
  fflush (stdout);
}

/* Reading ------------------------------------------------------------------------------------- */

static const char *
skip_space (const char *json)
{
  return json + strspn (json, " \t\r\n");
}

/* Behind the string that begins at @json; NULL when it does not end. */
static const char *
skip_string (const char *json)
{
  for (json++; *json != '"'; json++)
    {
      if (*json == '\\')
        json++;
      if (*json == '\0')
        return NULL;
    }
  return json + 1;
}

/* Behind the value that begins at @json, nested ones counted; NULL when it does not end. */
static const char *
skip_value (const char *json)
{
  guint depth = 0;

  while (*json != '\0' && (depth > 0 || strchr (",}] \t\r\n", *json) == NULL))
    {
      if (*json == '"')
        {
          json = skip_string (json);
          if (json == NULL)
            return NULL;
          continue;
        }
      if (strchr ("{[", *json) != NULL)
        depth++;
      else if (strchr ("}]", *json) != NULL)
        depth--;
      json++;
    }
  return depth == 0 ? json : NULL;
}

static gboolean
read_hex4 (const char *text, gunichar *ret_unit)
{
  gunichar unit = 0;

  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
      unit = unit << 4 | (guint) g_ascii_xdigit_value (text[i]);
    }
  *ret_unit = unit;
  return TRUE;
}

/* One "\u" escape, or two that form a surrogate pair; @text is behind the first "\u". Returns its
 * end, or NULL. */
static const char *
read_unicode_escape (GString *out, const char *text)
{
  gunichar high;
  gunichar low;

  if (!read_hex4 (text, &high) || high == 0)
    return NULL;
  text += 4;
  if (high >= 0xd800 && high < 0xdc00)
    {
      if (text[0] != '\\' || text[1] != 'u' || !read_hex4 (text + 2, &low) || low < 0xdc00 ||
          low > 0xdfff)
        return NULL;
      high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
      text += 6;
    }
  if (!g_unichar_validate (high))
    return NULL;
  g_string_append_unichar (out, high);
  return text;
}

/* @text is behind the backslash. Returns the end of the escape, or NULL. */
static const char *
read_escape (GString *out, const char *text)
{
  static const char names[] = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";
  const char *found;

  if (*text == 'u')
    return read_unicode_escape (out, text + 1);
  found = *text != '\0' ? strchr (names, *text) : NULL;
  if (found == NULL)
    return NULL;
  g_string_append_c (out, values[found - names]);
  return text + 1;
}

/* The text of the string literal that ends before @end; NULL when it holds a bad escape or a
 * NUL. */
static char *
decode_string (const char *json, const char *end)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (json++; json != NULL && json < end - 1;)
    {
      if (*json == '\\')
        json = read_escape (out, json + 1);
      else
        g_string_append_c (out, *json++);
    }
  return json != NULL ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static char *
read_value (const char *json, const char *end)
{
  if (*json == '"')
    return decode_string (json, end);
  if (json == end)
    return NULL;
  if (end - json == 4 && strncmp (json, "null", 4) == 0)
    return g_strdup ("");
  return g_strndup (json, (gsize) (end - json));
}

/* Reads '"name": value' at @json into @members. Returns what follows, or NULL. */
static const char *
read_member (GHashTable *members, const char *json)
{
  const char *end = *json == '"' ? skip_string (json) : NULL;
  g_autofree char *name = end != NULL ? decode_string (json, end) : NULL;
  g_autofree char *value = NULL;

  if (name == NULL)
    return NULL;
  json = skip_space (end);
  if (*json != ':')
    return NULL;
  json = skip_space (json + 1);
  end = skip_value (json);
  value = end != NULL ? read_value (json, end) : NULL;
  if (value == NULL || g_hash_table_size (members) == LV_CLI_JSON_MAX_MEMBERS)
    return NULL;
  g_hash_table_insert (members, g_steal_pointer (&name), g_steal_pointer (&value));
  return skip_space (end);
}

/* The object's members up to the closing brace. Returns what follows, or NULL. */
static const char *
read_object (GHashTable *members, const char *json)
{
  json = skip_space (json);
  if (*json++ != '{')
    return NULL;
  json = skip_space (json);
  if (*json == '}')
    return json + 1;
  while ((json = read_member (members, json)) != NULL && *json == ',')
    json = skip_space (json + 1);
  return json != NULL && *json == '}' ? json + 1 : NULL;
}

GHashTable *
lv_cli_json_read_members (const char *json, GError **error)
{
  g_autoptr (GHashTable) members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *end = read_object (members, json);

  if (end == NULL || *skip_space (end) != '\0')
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                           "the arguments are no JSON object that a command can be given");
      return NULL;
    }
  return g_steal_pointer (&members);
}
