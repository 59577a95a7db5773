/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-json.h"

#include <math.h>
#include <string.h>

static void
test_write (void)
{
  static const struct {
    const char *variant;
    const char *json;
  } cases[] = {
    { "'a'", "\"a\"" },
    { "'\\\"\\\\/\\n\\u0001\\u007f\\u00e9'", "\"\\\"\\\\/\\u000a\\u0001\\u007f\303\251\"" },
    { "objectpath '/a'", "\"/a\"" },
    { "signature 'as'", "\"as\"" },
    { "true", "true" },
    { "byte 200", "200" },
    { "int16 -5", "-5" },
    { "uint64 18446744073709551615", "18446744073709551615" },
    { "int64 -9223372036854775808", "-9223372036854775808" },
    { "1.5", "1.5" },
    { "1e300", "1.0000000000000001e+300" },
    { "@mi nothing", "null" },
    { "<<1>>", "1" },
    { "@as []", "[]" },
    { "@a{sv} {}", "{}" },
    { "{'a': <1>, 'b': <['x', 'y']>}", "{\"a\":1,\"b\":[\"x\",\"y\"]}" },
    { "('a', [(1, true)])", "[\"a\",[[1,true]]]" },
    { "[{'a': <1>}, {'a': <2>}]", "[{\"a\":1},{\"a\":2}]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_parsed (cases[i].variant));
      g_autofree char *json = lv_cli_json_from_variant (value);

      g_assert_cmpstr (json, ==, cases[i].json);
    }
}

static void
test_write_no_number (void)
{
  const double values[] = { NAN, INFINITY, -INFINITY };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_double (values[i]));
      g_autofree char *json = lv_cli_json_from_variant (value);

      g_assert_cmpstr (json, ==, "null");
    }
}

static void
test_read (void)
{
  static const struct {
    const char *json;
    const char *value; /* of the member "a" */
  } cases[] = {
    { "{\"a\":\"x\"}", "x" },
    { " { \"a\" : \"x\" } \n", "x" },
    { "{\"a\":\"\"}", "" },
    { "{\"a\":null}", "" },
    { "{\"a\":-1.5e3,\"b\":2}", "-1.5e3" },
    { "{\"b\":2,\"a\":true}", "true" },
    { "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "\"\\/\b\f\n\r\t" },
    { "{\"a\":\"\\u00E9\\ud83d\\ude00\"}", "\303\251\360\237\230\200" },
    { "{\"\\u0061\":1}", "1" },
    { "{\"a\":{\"b\":\"}\\\"]\"},\"c\":1}", "{\"b\":\"}\\\"]\"}" },
    { "{\"a\":[1,[2,{}]]}", "[1,[2,{}]]" },
    { "{\"a\":1,\"a\":2}", "2" },
    { "{\"b\":1}", NULL },
    { "{}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GHashTable) members = lv_cli_json_read_members (cases[i].json, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (g_hash_table_lookup (members, "a"), ==, cases[i].value);
    }
}

static void
assert_refused (const char *json)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (lv_cli_json_read_members (json, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

static void
test_refuse (void)
{
  static const char *const cases[] = {
    "",
    "x",
    "[]",
    "\"a\"",
    "{} x",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{a:1}",
    "{\"a\":\"\\u0000\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":\"\\udc00\"}",
    "{\"a\":\"\\ud800\\u0041\"}",
    "{\"a\":\"\\x\"}",
    "{\"a\":\"\\u12g4\"}",
    "{\"a\":[1}",
    "{\"a\":\"\\",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i]);
}

/* Whatever is cut off, nothing behind the end is read. */
static void
test_truncated (void)
{
  const char *json = "{\"a\":\"x\\u00e9\\n\",\"b\":{\"c\":[1,\"]\"]},\"d\":-1.5}";

  for (gsize length = 0; length < strlen (json); length++)
    {
      g_autofree char *cut = g_strndup (json, length);

      assert_refused (cut);
    }
}

static void
test_too_many (void)
{
  g_autoptr (GString) json = g_string_new ("{");

  for (guint i = 0; i <= LV_CLI_JSON_MAX_MEMBERS; i++)
    g_string_append_printf (json, "%s\"%u\":1", i > 0 ? "," : "", i);
  g_string_append_c (json, '}');
  assert_refused (json->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/json/write", test_write);
  g_test_add_func ("/cli/json/write-no-number", test_write_no_number);
  g_test_add_func ("/cli/json/read", test_read);
  g_test_add_func ("/cli/json/refuse", test_refuse);
  g_test_add_func ("/cli/json/truncated", test_truncated);
  g_test_add_func ("/cli/json/too-many", test_too_many);
  return g_test_run ();
}
