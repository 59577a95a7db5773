/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json-text.h"

#include "protocol/lv-json-writer.h"
#include "protocol/lv-json.h"

#include <string.h>

/* After lv_json_check() the first character tells the type. */
static gboolean
begins_with (const char *text, char bracket)
{
  return text[strspn (text, " \t\r\n")] == bracket;
}

static gboolean
is_object (const char *text)
{
  return begins_with (text, '{');
}

static gboolean
is_empty_object (const char *text)
{
  return is_object (text) && strspn (text, " \t\r\n{}") == strlen (text);
}

gboolean
lv_json_text_check (const char *text, char bracket, gsize max_bytes, GError **error)
{
  if (!lv_json_check (text, -1, max_bytes, error))
    return FALSE;
  if (begins_with (text, bracket))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "JSON: expected an %s",
               bracket == '{' ? "object" : "array");
  return FALSE;
}

gboolean
lv_json_text_check_object (const char *text, GError **error)
{
  return lv_json_text_check (text, '{', LV_JSON_MAX_BYTES, error);
}

char *
lv_json_text_wrap_result (const char *text, GError **error)
{
  if (!lv_json_check (text, -1, LV_JSON_MAX_BYTES, error))
    return NULL;
  if (is_empty_object (text))
    return g_strdup ("{\"output\":\"ok\"}");
  return is_object (text) ? g_strdup (text) : g_strdup_printf ("{\"output\":%s}", text);
}

char *
lv_json_text_error (const char *message)
{
  GString *json = g_string_new (NULL);

  lv_json_open (json, NULL, '{');
  lv_json_add_string (json, "error", message);
  lv_json_close (json, '}');
  return g_string_free (json, FALSE);
}
