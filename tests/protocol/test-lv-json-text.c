/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json-text.h"

#include "protocol/lv-json.h"

static void
test_check_object (void)
{
  static const struct {
    const char *text;
    gboolean valid;
  } rows[] = {
    { "{}", TRUE },      { " \n{\"a\":[1]} ", TRUE },
    { "[]", FALSE },     { "1", FALSE },
    { "\"{}\"", FALSE }, { "", FALSE },
    { "{", FALSE },      { "{\"a\":1,\"a\":1}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (lv_json_text_check_object (rows[i].text, &error), ==, rows[i].valid);
      if (!rows[i].valid)
        g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
    }
}

static void
test_wrap_result (void)
{
  static const struct {
    const char *text, *wrapped;
  } rows[] = {
    { "{\"volume\":30}", "{\"volume\":30}" },
    { " {\"a\":{}}", " {\"a\":{}}" },
    { "{}", "{\"output\":\"ok\"}" },
    { " { } ", "{\"output\":\"ok\"}" },
    { "[]", "{\"output\":[]}" },
    { "[{}]", "{\"output\":[{}]}" },
    { "5", "{\"output\":5}" },
    { "\"a\"", "{\"output\":\"a\"}" },
    { "null", "{\"output\":null}" },
    { "true", "{\"output\":true}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *wrapped = lv_json_text_wrap_result (rows[i].text, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (wrapped, ==, rows[i].wrapped);
      g_assert_true (lv_json_text_check_object (wrapped, NULL));
    }
}

static void
test_wrap_result_errors (void)
{
  g_autofree char *large = g_strnfill (LV_JSON_MAX_BYTES + 1, ' ');
  g_autofree char *deep = g_strnfill (100000, '[');
  const struct {
    const char *text;
    LvErrorCode code;
  } rows[] = {
    { "", LV_ERROR_INVALID_ARGS },
    { "ok", LV_ERROR_INVALID_ARGS },
    { "{\"a\":1,\"a\":2}", LV_ERROR_INVALID_ARGS },
    { large, LV_ERROR_TOO_LARGE },
    { deep, LV_ERROR_TOO_DEEP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (lv_json_text_wrap_result (rows[i].text, &error));
      g_assert_error (error, LV_ERROR, (int) rows[i].code);
    }
}

static void
test_error (void)
{
  g_autofree char *plain = lv_json_text_error ("no such room");
  g_autofree char *escaped = lv_json_text_error ("a \"b\" \\ \n \x01 \xff \xc3\xa4");

  g_assert_cmpstr (plain, ==, "{\"error\":\"no such room\"}");
  g_assert_cmpstr (escaped, ==,
                   "{\"error\":\"a \\\"b\\\" \\\\ \\u000a \\u0001 \xef\xbf\xbd \xc3\xa4\"}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-text/check-object", test_check_object);
  g_test_add_func ("/json-text/wrap-result", test_wrap_result);
  g_test_add_func ("/json-text/wrap-result-errors", test_wrap_result_errors);
  g_test_add_func ("/json-text/error", test_error);
  return g_test_run ();
}
