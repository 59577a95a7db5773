/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-tool-result.h"

#define PICTURE "{\"mimeType\":\"image/png\",\"data\":\"aGVsbG8=\",\"displayName\":\"p\"}"

static void
expect (const char *text, const char *json, guint n_parts)
{
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *result = lv_tool_result_parse (text, &parts, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (result, ==, json);
  g_assert_cmpuint (parts != NULL ? parts->len : 0, ==, n_parts);
}

static void
test_results (void)
{
  expect ("{\"a\":1}", "{\"a\":1}", 0);
  expect ("5", "{\"output\":5}", 0);
  expect ("\"$parts\"", "{\"output\":\"$parts\"}", 0);
  expect ("{\"x\":{\"$parts\":5}}", "{\"x\":{\"$parts\":5}}", 0);
  expect ("{\"a\":1,\"$parts\":[" PICTURE "]}", "{\"a\":1}", 1);
  expect ("{\"$parts\":[" PICTURE "," PICTURE "]}", "{\"output\":\"ok\"}", 2);
}

static void
test_content_of_a_part (void)
{
  g_autoptr (GPtrArray) parts = NULL;
  g_autofree char *json = lv_tool_result_parse ("{\"$parts\":[" PICTURE "]}", &parts, NULL);
  const LvPart *part = parts->pdata[0];

  g_assert_nonnull (json);
  g_assert_cmpstr (part->blob->mime_type, ==, "image/png");
  g_assert_cmpstr (part->blob->display_name, ==, "p");
  g_assert_cmpmem (g_bytes_get_data (part->blob->data, NULL), g_bytes_get_size (part->blob->data),
                   "hello", 5);
}

static void
test_bad_parts (void)
{
  static const struct {
    const char *text;
    int code;
  } cases[] = {
    { "{\"$parts\":5}", LV_ERROR_INVALID_ARGS },
    { "{\"$parts\":[5]}", LV_ERROR_INVALID_ARGS },
    { "{\"$parts\":[{\"mimeType\":\"image/png\"}]}", LV_ERROR_INVALID_ARGS },
    { "{\"$parts\":[{\"mimeType\":\"png\",\"data\":\"aGVsbG8=\"}]}", LV_ERROR_INVALID_ARGS },
    { "{\"$parts\":[{\"mimeType\":\"image/png\",\"data\":\"!\"}]}", LV_ERROR_INVALID_ARGS },
    { "{\"$parts\":[{\"mimeType\":\"image/png\",\"data\":5}]}", LV_ERROR_INVALID_ARGS },
    { "{\"$parts\":[1,2,3,4,5,6,7,8,9]}", LV_ERROR_TOO_MANY },
    { "{\"$parts\":[}", LV_ERROR_INVALID_ARGS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) parts = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_null (lv_tool_result_parse (cases[i].text, &parts, &error));
      g_assert_error (error, LV_ERROR, cases[i].code);
      g_assert_null (parts);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-result/results", test_results);
  g_test_add_func ("/tool-result/part", test_content_of_a_part);
  g_test_add_func ("/tool-result/bad", test_bad_parts);
  return g_test_run ();
}
