/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json.h"

#include "protocol/lv-json-scan.h"
#include "protocol/lv-json-writer.h"

#include <string.h>

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
