/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the scan accepts json-glib accepts too, and what is written from the tree passes the scan
 * and gives the same tree.
 */
#include "fuzz/lv-fuzz.h"

#include "protocol/lv-json.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) back = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;

  if (!lv_json_check ((const char *) data, (gssize) size, LV_JSON_MAX_BYTES, &error))
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  node = lv_json_parse ((const char *) data, (gssize) size, LV_JSON_MAX_BYTES, &error);
  g_assert_no_error (error);
  text = lv_json_to_text (node);
  back = lv_json_parse (text, -1, G_MAXSIZE, &error);
  g_assert_no_error (error);
  again = lv_json_to_text (back);
  g_assert_cmpstr (text, ==, again);
  return 0;
}
