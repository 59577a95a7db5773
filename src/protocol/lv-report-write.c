/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-report.h"

#include "protocol/lv-json-scan.h"
#include "protocol/lv-json-writer.h"
#include "protocol/lv-json.h"
#include "protocol/lv-sound-json.h"

static void
open_line (GString *text, const LvReportMoment *moment, gboolean on_link)
{
  g_string_append_c (text, '{');
  lv_json_add_int (text, "us", moment->us);
  lv_json_add_int (text, "wall", moment->wall);
  if (on_link)
    lv_json_add_int (text, "link", moment->link);
}

static void
close_line (GString *text)
{
  lv_json_close (text, '}');
  g_string_append_c (text, '\n');
}

static const char *
get_direction (const LvReportMoment *moment)
{
  return moment->received ? "received" : "sent";
}

void
lv_report_add_head (GString *text, const LvReportHead *head)
{
  g_string_append_c (text, '{');
  lv_json_add_int (text, "livevoice-report", LV_REPORT_FORMAT);
  lv_json_add_string (text, "version", head->version);
  lv_json_add_int (text, "wall", head->wall_us);
  lv_json_add_string (text, "model", head->model);
  lv_json_add_string (text, "endpoint", head->endpoint);
  lv_json_add_raw (text, "texts", head->texts ? "true" : "false");
  lv_json_add_raw (text, "sound", head->sound ? "true" : "false");
  close_line (text);
}

/* A frame that is as deep or as long as it may be does not fit into a line that can be read. */
static gboolean
is_readable (const char *line, gsize length)
{
  const LvJsonLimits limits = { LV_JSON_MAX_FRAME_BYTES, LV_JSON_MAX_FRAME_DEPTH,
                                LV_JSON_MAX_FRAME_NODES };

  return lv_json_scan (line, length, &limits, NULL);
}

static gboolean
add_whole_frame (GString *text, LvRedactor *redactor, const LvReportMoment *moment, GBytes *frame)
{
  g_autoptr (JsonNode) root = lv_json_parse_frame (frame, NULL);
  gsize start = text->len;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  open_line (text, moment, TRUE);
  lv_redactor_add_frame (redactor, text, get_direction (moment), root);
  close_line (text);
  if (is_readable (text->str + start, text->len - start))
    return TRUE;
  g_string_truncate (text, start);
  return FALSE;
}

void
lv_report_add_frame (GString *text, LvRedactor *redactor, const LvReportMoment *moment,
                     GBytes *frame)
{
  if (add_whole_frame (text, redactor, moment, frame))
    return;
  open_line (text, moment, TRUE);
  lv_json_add_int (text, get_direction (moment), (gint64) g_bytes_get_size (frame));
  lv_json_add_flag (text, "damaged", TRUE);
  close_line (text);
}

/* The blob in the place that it has in a frame of either direction. */
void
lv_report_add_sound (GString *text, const LvReportMoment *moment, guint64 n_samples, guint rate,
                     const LvEnvelopeStep *steps)
{
  g_autofree char *mime_type = g_strdup_printf ("audio/pcm;rate=%u", rate);

  open_line (text, moment, TRUE);
  g_string_append (text, moment->received
                             ? ",\"received\":{\"serverContent\":{\"modelTurn\":{\"parts\":[{"
                               "\"inlineData\":{"
                             : ",\"sent\":{\"realtimeInput\":{\"audio\":{");
  lv_json_add_string (text, "mimeType", mime_type);
  lv_sound_json_add (text, n_samples, rate, steps);
  g_string_append (text, moment->received ? "}}]}}}" : "}}}");
  close_line (text);
}

void
lv_report_add_omitted (GString *text, const LvReportMoment *moment, guint64 n_bytes)
{
  open_line (text, moment, TRUE);
  lv_json_add_int (text, get_direction (moment), (gint64) n_bytes);
  close_line (text);
}

void
lv_report_add_event (GString *text, LvRedactor *redactor, const LvReportMoment *moment,
                     const char *event, const char *details)
{
  g_autoptr (JsonNode) root = lv_json_parse (details, -1, LV_JSON_MAX_BYTES, NULL);

  open_line (text, moment, moment->link > 0);
  lv_json_add_string (text, "event", event);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    lv_redactor_add_event (redactor, text, "details", root);
  close_line (text);
}

void
lv_report_add_end (GString *text, LvRedactor *redactor, guint n_lines, guint64 lost, guint n_sounds)
{
  g_string_append_c (text, '{');
  lv_json_add_flag (text, "end", TRUE);
  lv_json_add_int (text, "lines", n_lines);
  lv_json_add_int (text, "lost", (gint64) lost);
  lv_json_open (text, "removed", '{');
  for (LvRemoved removed = 0; removed < LV_N_REMOVED; removed++)
    lv_json_add_int (text, lv_removed_to_nick (removed),
                     lv_redactor_count (redactor, removed) +
                         (removed == LV_REMOVED_SOUND ? n_sounds : 0));
  lv_json_close (text, '}');
  close_line (text);
}
