/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-report.h"

#include "protocol/lv-json.h"
#include "protocol/lv-sound-json.h"

#include <string.h>

static void
line_free (LvReportLine *line)
{
  g_free (line->event);
  g_clear_pointer (&line->frame, g_bytes_unref);
  g_free (line);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvReportLine, line_free)

void
lv_report_free (LvReport *report)
{
  g_ptr_array_unref (report->lines);
  g_free (report);
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, message);
  return FALSE;
}

static gboolean
read_integer (JsonObject *object, const char *name, gint64 min, gint64 max, gint64 *ret_value)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && lv_json_get_integer (node, min, max, ret_value);
}

static gboolean
is_true (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

static GBytes *
to_bytes (JsonNode *node)
{
  char *text = lv_json_to_text (node);

  return g_bytes_new_take (text, strlen (text));
}

/* ---- lines ---- */

static gboolean
read_head (LvReport *report, JsonObject *object, GError **error)
{
  gint64 format;

  if (!read_integer (object, "livevoice-report", 0, G_MAXINT32, &format))
    return fail (error, "this is no report of Live Voice");
  if (format != LV_REPORT_FORMAT)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                   "a report of format %d, and only %d is known here", (int) format,
                   LV_REPORT_FORMAT);
      return FALSE;
    }
  report->texts = is_true (object, "texts");
  report->sound = is_true (object, "sound");
  return TRUE;
}

static gboolean
read_event (LvReportLine *line, JsonObject *object)
{
  JsonObject *details = lv_json_find_object (object, "details");

  line->kind = LV_REPORT_EVENT;
  line->event = g_strdup (lv_json_find_string (object, "event"));
  if (line->event != NULL && details != NULL)
    line->frame = to_bytes (json_object_get_member (object, "details"));
  return line->event != NULL;
}

static gboolean
read_frame (LvReportLine *line, JsonObject *object, const char *name, LvReportKind kind)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 n_bytes;

  line->kind = kind;
  if (line->link == 0)
    return FALSE;
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      line->frame = to_bytes (node);
      return TRUE;
    }
  if (kind == LV_REPORT_RECEIVED && is_true (object, "damaged"))
    line->kind = LV_REPORT_DAMAGED;
  return lv_json_get_integer (node, 0, G_MAXINT64, &n_bytes);
}

/* Lines of a kind that a later version may add are passed over: *@ret_line is NULL. */
static gboolean
read_line (JsonObject *object, LvReportLine **ret_line, GError **error)
{
  g_autoptr (LvReportLine) line = g_new0 (LvReportLine, 1);
  gint64 link = 0;
  gboolean good = TRUE;

  if (!read_integer (object, "us", 0, LV_REPORT_MAX_US, &line->us) ||
      (json_object_has_member (object, "link") &&
       !read_integer (object, "link", 0, LV_REPORT_MAX_LINKS, &link)))
    return fail (error, "it has no time, or no connection, that could be");
  line->link = (guint) link;
  if (json_object_has_member (object, "event"))
    good = read_event (line, object);
  else if (json_object_has_member (object, "sent"))
    good = read_frame (line, object, "sent", LV_REPORT_SENT);
  else if (json_object_has_member (object, "received"))
    good = read_frame (line, object, "received", LV_REPORT_RECEIVED);
  else
    return TRUE;
  if (!good)
    return fail (error, "it is neither a frame nor an event");
  *ret_line = g_steal_pointer (&line);
  return TRUE;
}

/* ---- the whole ---- */

typedef struct {
  LvReport *report;
  guint n;        /* lines read */
  gboolean ended; /* the last line was read */
  gint64 us;      /* of the newest */
} Reading;

static gboolean
take_end (Reading *reading, JsonObject *object, GError **error)
{
  gint64 n_lines;

  reading->ended = TRUE;
  if (read_integer (object, "lines", 0, G_MAXINT32, &n_lines) && n_lines == reading->n - 2)
    return TRUE;
  return fail (error, "some of the lines before it are missing");
}

static gboolean
take_line (Reading *reading, JsonObject *object, GError **error)
{
  LvReportLine *line = NULL;

  if (!read_line (object, &line, error))
    return FALSE;
  if (line == NULL)
    return TRUE;
  g_ptr_array_add (reading->report->lines, line);
  if (line->us < reading->us)
    return fail (error, "it is older than the one before it");
  reading->us = line->us;
  return TRUE;
}

static gboolean
take_object (Reading *reading, JsonObject *object, GError **error)
{
  if (reading->n == 1)
    return read_head (reading->report, object, error);
  if (reading->ended)
    return fail (error, "something follows the end");
  if (is_true (object, "end"))
    return take_end (reading, object, error);
  return take_line (reading, object, error);
}

static gboolean
take_text (Reading *reading, const char *text, gsize length, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length);
  g_autoptr (JsonNode) root = NULL;

  if (++reading->n > LV_REPORT_MAX_LINES)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY, "there are more than %d lines",
                   LV_REPORT_MAX_LINES);
      return FALSE;
    }
  root = lv_json_parse_frame (bytes, error);
  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    return fail (error, "it is no JSON object");
  return take_object (reading, json_node_get_object (root), error);
}

static gboolean
take_all (Reading *reading, const char *text, gsize length, GError **error)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', end - text);
      gsize n = (newline != NULL ? newline : end) - text;

      if (!take_text (reading, text, n, error))
        {
          g_prefix_error (error, "line %u: ", reading->n);
          return FALSE;
        }
      text += n + 1;
    }
  return reading->ended || fail (error, reading->n > 0 ? "the end of the report is missing"
                                                       : "this is no report of Live Voice");
}

LvReport *
lv_report_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (LvReport) report = g_new0 (LvReport, 1);
  Reading reading = { .report = report };

  report->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
  if (length > LV_REPORT_MAX_BYTES)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE, "a report has at most %d bytes",
                   LV_REPORT_MAX_BYTES);
      return NULL;
    }
  return take_all (&reading, text, length, error) ? g_steal_pointer (&report) : NULL;
}

GBytes *
lv_report_line_render (const LvReportLine *line, GError **error)
{
  g_autoptr (JsonNode) root = lv_json_parse_frame (line->frame, error);

  if (root == NULL || !lv_sound_json_render (root, error))
    return NULL;
  return to_bytes (root);
}

static const char *
find_first (JsonObject *object)
{
  JsonObjectIter iter;
  const char *name = NULL;

  json_object_iter_init_ordered (&iter, object);
  json_object_iter_next_ordered (&iter, &name, NULL);
  return name;
}

char *
lv_report_describe_frame (GBytes *frame)
{
  g_autoptr (JsonNode) root = lv_json_parse_frame (frame, NULL);
  JsonObject *object =
      root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  const char *first = object != NULL ? find_first (object) : NULL;
  JsonObject *input = first != NULL ? lv_json_find_object (object, "realtimeInput") : NULL;
  const char *second = input != NULL ? find_first (input) : NULL;

  if (second != NULL)
    return g_strdup_printf ("%s.%s", first, second);
  return g_strdup (first != NULL ? first : "");
}
