/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json.h"

#include "protocol/lv-json-scan.h"
#include "protocol/lv-json-writer.h"

#include <math.h>
#include <string.h>

#define EXACT_MAX (G_GINT64_CONSTANT (1) << 53) /* a double holds every integer up to it */

static const LvJsonLimits frame_limits = { LV_JSON_MAX_FRAME_BYTES, LV_JSON_MAX_FRAME_DEPTH,
                                           LV_JSON_MAX_FRAME_NODES };

static JsonNode *
parse (const char *text, gsize n_bytes, const LvJsonLimits *limits, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local = NULL;

  if (!lv_json_scan (text, n_bytes, limits, error))
    return NULL;

  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, (gssize) n_bytes, &local))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "JSON: %s", local->message);
      return NULL;
    }
  return json_parser_steal_root (parser);
}

gboolean
lv_json_check (const char *text, gssize length, gsize max_bytes, GError **error)
{
  const LvJsonLimits limits = { max_bytes, LV_JSON_MAX_DEPTH, LV_JSON_MAX_NODES };

  return lv_json_scan (text, length < 0 ? strlen (text) : (gsize) length, &limits, error);
}

JsonNode *
lv_json_parse (const char *text, gssize length, gsize max_bytes, GError **error)
{
  const LvJsonLimits limits = { max_bytes, LV_JSON_MAX_DEPTH, LV_JSON_MAX_NODES };

  return parse (text, length < 0 ? strlen (text) : (gsize) length, &limits, error);
}

JsonNode *
lv_json_parse_frame (GBytes *frame, GError **error)
{
  gsize n_bytes;
  const char *text = g_bytes_get_data (frame, &n_bytes);

  return parse (text != NULL ? text : "", n_bytes, &frame_limits, error);
}

char *
lv_json_to_text (JsonNode *node)
{
  GString *text = g_string_new (NULL);

  lv_json_add_node (text, NULL, node);
  return g_string_free (text, FALSE);
}

const char *
lv_json_get_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static JsonNode *
find (JsonObject *object, const char *name)
{
  return object != NULL ? json_object_get_member (object, name) : NULL;
}

const char *
lv_json_find_string (JsonObject *object, const char *name)
{
  JsonNode *node = find (object, name);

  return node != NULL ? lv_json_get_string (node) : NULL;
}

JsonObject *
lv_json_find_object (JsonObject *object, const char *name)
{
  JsonNode *node = find (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
lv_json_find_array (JsonObject *object, const char *name)
{
  JsonNode *node = find (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

gboolean
lv_json_get_integer (JsonNode *node, gint64 min, gint64 max, gint64 *ret_value)
{
  const char *text = lv_json_get_string (node);
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_NONE;
  double value;

  if (text != NULL)
    return g_ascii_string_to_signed (text, 10, min, max, ret_value, NULL);
  if (type == G_TYPE_INT64)
    {
      gint64 whole = json_node_get_int (node);

      if (whole < min || whole > max)
        return FALSE;
      *ret_value = whole;
      return TRUE;
    }
  value = type == G_TYPE_DOUBLE ? json_node_get_double (node) : NAN;
  if (!(value >= MAX (min, -EXACT_MAX) && value <= MIN (max, EXACT_MAX)) || value != trunc (value))
    return FALSE;
  *ret_value = (gint64) value;
  return TRUE;
}
