/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A report comes from strangers: whatever it holds, reading it ends with lines or with an error, and
 * what is read can be played or is refused.
 */
#include "fuzz/lv-fuzz.h"

#include "protocol/lv-json.h"
#include "protocol/lv-report.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvReport) report = lv_report_parse ((const char *) data, size, &error);

  if (report == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  for (guint i = 0; i < report->lines->len; i++)
    {
      const LvReportLine *line = report->lines->pdata[i];
      g_autofree char *what G_GNUC_UNUSED =
          line->frame != NULL ? lv_report_describe_frame (line->frame) : NULL;
      g_autoptr (GBytes) frame = line->frame != NULL ? lv_report_line_render (line, NULL) : NULL;

      g_assert_cmpint (line->us, >=, 0);
      g_assert_true (frame == NULL || g_bytes_get_size (frame) <= LV_JSON_MAX_FRAME_BYTES);
    }
  return 0;
}
