/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-report.h"

#include "protocol/lv-sound-json.h"

#include <string.h>

#define HEAD                                                                                       \
  "{\"livevoice-report\":1,\"version\":\"1\",\"wall\":1,\"model\":\"m\",\"endpoint\":\"engine\","  \
  "\"texts\":true,\"sound\":false}\n"
#define END(n) "{\"end\":true,\"lines\":" #n ",\"lost\":0,\"removed\":{}}\n"

static const LvReportHead head = { "1.2", "m", "engine", 5, TRUE, FALSE };

static LvReportMoment
at (gint64 us, guint link, gboolean received)
{
  return (LvReportMoment){ us, us + 1000, link, received };
}

static void
add_frame (GString *text, LvRedactor *redactor, LvReportMoment moment, const char *json)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (json, strlen (json));

  lv_report_add_frame (text, redactor, &moment, frame);
}

/* One line of each kind. */
static char *
write_report (void)
{
  const LvEnvelopeStep steps[] = { { 100, 300 } };
  const LvReportMoment begin = at (0, 0, FALSE), sent = at (3, 1, FALSE), heard = at (4, 1, TRUE);
  const LvReportMoment large = at (6, 1, FALSE), closed = at (7, 1, FALSE);
  g_autoptr (LvRedactor) redactor = lv_redactor_new (TRUE, FALSE);
  GString *text = g_string_new (NULL);

  lv_report_add_head (text, &head);
  lv_report_add_event (text, redactor, &begin, "state", "{\"state\":\"connecting\"}");
  add_frame (text, redactor, at (1, 1, FALSE), "{\"setup\":{\"model\":\"models/m\"}}");
  add_frame (text, redactor, at (2, 1, TRUE), "{\"setupComplete\":{}}");
  lv_report_add_sound (text, &sent, 320, 16000, steps);
  lv_report_add_sound (text, &heard, 480, 24000, steps);
  add_frame (text, redactor, at (5, 1, TRUE), "no JSON");
  lv_report_add_omitted (text, &large, 999999);
  lv_report_add_event (text, redactor, &closed, "closed", "nothing to tell");
  lv_report_add_end (text, redactor, 8, 2, 2);
  return g_string_free (text, FALSE);
}

static const LvReportLine *
get_line (LvReport *report, guint i, LvReportKind kind, gint64 us)
{
  const LvReportLine *line = report->lines->pdata[i];

  g_assert_cmpint (line->kind, ==, kind);
  g_assert_cmpint (line->us, ==, us);
  return line;
}

static void
assert_frame (const LvReportLine *line, const char *expected)
{
  g_assert_cmpmem (g_bytes_get_data (line->frame, NULL), g_bytes_get_size (line->frame), expected,
                   strlen (expected));
}

static void
assert_described (const LvReportLine *line, const char *expected)
{
  g_autofree char *description = lv_report_describe_frame (line->frame);

  g_assert_cmpstr (description, ==, expected);
}

static void
test_round_trip (void)
{
  g_autofree char *text = write_report ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LvReport) report = lv_report_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_true (report->texts);
  g_assert_false (report->sound);
  g_assert_cmpuint (report->lines->len, ==, 8);
  g_assert_cmpstr (get_line (report, 0, LV_REPORT_EVENT, 0)->event, ==, "state");
  assert_frame (get_line (report, 0, LV_REPORT_EVENT, 0), "{\"state\":\"connecting\"}");
  assert_frame (get_line (report, 1, LV_REPORT_SENT, 1), "{\"setup\":{\"model\":\"models/m\"}}");
  assert_described (get_line (report, 2, LV_REPORT_RECEIVED, 2), "setupComplete");
  assert_described (get_line (report, 3, LV_REPORT_SENT, 3), "realtimeInput.audio");
  assert_described (get_line (report, 4, LV_REPORT_RECEIVED, 4), "serverContent");
  g_assert_null (get_line (report, 5, LV_REPORT_DAMAGED, 5)->frame);
  g_assert_null (get_line (report, 6, LV_REPORT_SENT, 6)->frame);
  g_assert_null (get_line (report, 7, LV_REPORT_EVENT, 7)->frame);
  g_assert_nonnull (strstr (text, "\"lost\":2"));
  g_assert_nonnull (strstr (text, "\"sound\":2"));
}

/* What was left out of it sounds like it was. */
static void
test_render (void)
{
  g_autofree char *text = write_report ();
  g_autoptr (LvReport) report = lv_report_parse (text, strlen (text), NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = lv_report_line_render (report->lines->pdata[3], &error);

  g_assert_no_error (error);
  g_assert_nonnull (
      g_strstr_len (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), "\"data\":\""));
  g_assert_null (
      g_strstr_len (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), "envelope"));
}

static void
test_described_by_nothing (void)
{
  g_autoptr (GBytes) array = g_bytes_new_static ("[1]", 3);
  g_autoptr (GBytes) empty = g_bytes_new_static ("{}", 2);
  g_autofree char *of_array = lv_report_describe_frame (array);
  g_autofree char *of_empty = lv_report_describe_frame (empty);

  g_assert_cmpstr (of_array, ==, "");
  g_assert_cmpstr (of_empty, ==, "");
}

static const struct {
  const char *name;
  const char *text;
  int code;
  const char *says;
} bad[] = {
  { "empty", "", LV_ERROR_INVALID_ARGS, "no report" },
  { "foreign", "{\"a\":1}\n", LV_ERROR_INVALID_ARGS, "line 1: this is no report" },
  { "array", HEAD "[]\n", LV_ERROR_INVALID_ARGS, "line 2: " },
  { "later", "{\"livevoice-report\":2}\n", LV_ERROR_UNSUPPORTED, "format 2" },
  { "cut-off", HEAD "{\"us\":1,\"link\":1,\"sent\":{}}\n", LV_ERROR_INVALID_ARGS,
    "end of the report" },
  { "line-missing", HEAD END (1), LV_ERROR_INVALID_ARGS, "missing" },
  { "after-the-end", HEAD END (0) "{\"us\":1,\"event\":\"a\"}\n", LV_ERROR_INVALID_ARGS, "line 3" },
  { "no-time", HEAD "{\"event\":\"a\"}\n" END (1), LV_ERROR_INVALID_ARGS, "no time" },
  { "no-link", HEAD "{\"us\":1,\"sent\":{}}\n" END (1), LV_ERROR_INVALID_ARGS, "neither" },
  { "nameless", HEAD "{\"us\":1,\"event\":7}\n" END (1), LV_ERROR_INVALID_ARGS, "neither" },
  { "backwards", HEAD "{\"us\":2,\"event\":\"a\"}\n{\"us\":1,\"event\":\"b\"}\n" END (2),
    LV_ERROR_INVALID_ARGS, "line 3: it is older" },
};

static void
test_bad (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;

  g_assert_null (lv_report_parse (bad[i].text, strlen (bad[i].text), &error));
  g_assert_error (error, LV_ERROR, bad[i].code);
  g_assert_nonnull (strstr (error->message, bad[i].says));
}

/* A later version may have more to tell. */
static void
test_unknown_lines (void)
{
  const char *text = HEAD "{\"us\":1,\"weather\":\"fine\"}\n" END (1);
  g_autoptr (GError) error = NULL;
  g_autoptr (LvReport) report = lv_report_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (report->lines->len, ==, 0);
}

static void
test_too_large (void)
{
  g_autofree char *text = g_malloc0 (LV_REPORT_MAX_BYTES + 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (lv_report_parse (text, LV_REPORT_MAX_BYTES + 1, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/round-trip", test_round_trip);
  g_test_add_func ("/report/render", test_render);
  g_test_add_func ("/report/described-by-nothing", test_described_by_nothing);
  g_test_add_func ("/report/unknown-lines", test_unknown_lines);
  g_test_add_func ("/report/too-large", test_too_large);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strconcat ("/report/bad/", bad[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_bad);
    }
  return g_test_run ();
}
