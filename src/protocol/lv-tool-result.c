/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-tool-result.h"

#include "protocol/lv-json.h"

#include <string.h>

static gboolean
refuse (guint index, const char *what, GError **error)
{
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s[%u]: %s", LV_TOOL_RESULT_PARTS, index,
               what);
  return FALSE;
}

static gboolean
add_part (GPtrArray *parts, guint index, JsonNode *node, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *mime_type = lv_json_find_string (object, "mimeType");
  const char *data = lv_json_find_string (object, "data");
  g_autoptr (GBytes) bytes = NULL;
  guchar *decoded;
  gsize length;
  LvPart *part;

  if (mime_type == NULL || strchr (mime_type, '/') == NULL || data == NULL)
    return refuse (index, "expected an object with \"mimeType\" and \"data\"", error);
  decoded = g_base64_decode (data, &length);
  bytes = g_bytes_new_take (decoded, length);
  if (length == 0 || strlen (data) % 4 != 0)
    return refuse (index, "\"data\" is not base64", error);
  part = lv_part_new ();
  part->blob = lv_blob_new (mime_type, bytes);
  part->blob->display_name = g_strdup (lv_json_find_string (object, "displayName"));
  g_ptr_array_add (parts, part);
  return TRUE;
}

static GPtrArray *
parse_parts (JsonNode *node, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_part_free);
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s: expected an array",
                   LV_TOOL_RESULT_PARTS);
      return NULL;
    }
  if (json_array_get_length (array) > LV_TOOL_RESULT_MAX_PARTS)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY, "%s: at most %d are taken",
                   LV_TOOL_RESULT_PARTS, LV_TOOL_RESULT_MAX_PARTS);
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!add_part (parts, i, json_array_get_element (array, i), error))
      return NULL;
  return g_steal_pointer (&parts);
}

char *
lv_tool_result_parse (const char *text, GPtrArray **ret_parts, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *rest = NULL;
  JsonObject *object;

  *ret_parts = NULL;
  if (strstr (text, LV_TOOL_RESULT_PARTS) == NULL)
    return lv_json_text_wrap_result (text, error);
  root = lv_json_parse (text, -1, LV_JSON_MAX_BYTES, error);
  if (root == NULL)
    return NULL;
  object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  if (object == NULL || !json_object_has_member (object, LV_TOOL_RESULT_PARTS))
    return lv_json_text_wrap_result (text, error);
  *ret_parts = parse_parts (json_object_get_member (object, LV_TOOL_RESULT_PARTS), error);
  if (*ret_parts == NULL)
    return NULL;
  json_object_remove_member (object, LV_TOOL_RESULT_PARTS);
  rest = lv_json_to_text (root);
  return lv_json_text_wrap_result (rest, error);
}
