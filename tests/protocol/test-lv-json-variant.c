/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json-variant.h"

#include <json-glib/json-glib.h>

static void
assert_json (const char *variant, const char *expected)
{
  const char *const names[] = { "value" };
  g_autoptr (GVariant) tuple = g_variant_ref_sink (g_variant_new_parsed (variant));
  g_autofree char *json = lv_json_from_tuple ("signal", "Test", names, tuple);
  g_autofree char *whole = g_strdup_printf ("{\"signal\":\"Test\",\"value\":%s}", expected);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  g_assert_cmpstr (json, ==, whole);
  g_assert_nonnull (node);
}

static void
test_types (void)
{
  static const struct {
    const char *variant;
    const char *json;
  } pairs[] = {
    { "('text',)", "\"text\"" },
    { "('a \"b\" \\\\ \\n',)", "\"a \\\"b\\\" \\\\ \\u000a\"" },
    { "(true,)", "true" },
    { "(false,)", "false" },
    { "(byte 0xff,)", "255" },
    { "(int16 -5,)", "-5" },
    { "(uint16 65535,)", "65535" },
    { "(-2147483648,)", "-2147483648" },
    { "(uint32 4294967295,)", "4294967295" },
    { "(int64 -9223372036854775808,)", "-9223372036854775808" },
    { "(uint64 18446744073709551615,)", "18446744073709551615" },
    { "(0.1,)", "0.1" },
    { "(-3.0,)", "-3" },
    { "(objectpath '/a/b',)", "\"/a/b\"" },
    { "(signature 'as',)", "\"as\"" },
    { "(<'inner'>,)", "\"inner\"" },
    { "(['a', 'b'],)", "[\"a\",\"b\"]" },
    { "(@as [],)", "[]" },
    { "([('a', 1, true)],)", "[[\"a\",1,true]]" },
    { "(@a{sv} {},)", "{}" },
    { "({'k': <1>, 'l': <{'m': <[1.5]>}>},)", "{\"k\":1,\"l\":{\"m\":[1.5]}}" },
    { "({'k': 'v'},)", "{\"k\":\"v\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    assert_json (pairs[i].variant, pairs[i].json);
}

static void
test_names (void)
{
  const char *const names[] = { "item", "final" };
  g_autoptr (GVariant) tuple = g_variant_ref_sink (g_variant_new ("(ub)", 7, TRUE));
  g_autofree char *json = lv_json_from_tuple ("signal", "Transcript", names, tuple);

  g_assert_cmpstr (json, ==, "{\"signal\":\"Transcript\",\"item\":7,\"final\":true}");
}

/* What JSON cannot say is said as nothing. */
static void
test_not_a_number (void)
{
  const char *const names[] = { "value" };
  g_autoptr (GVariant) tuple = g_variant_ref_sink (g_variant_new ("(d)", G_MAXDOUBLE * 10));
  g_autofree char *json = lv_json_from_tuple ("signal", "Test", names, tuple);

  g_assert_cmpstr (json, ==, "{\"signal\":\"Test\",\"value\":null}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-variant/types", test_types);
  g_test_add_func ("/json-variant/names", test_names);
  g_test_add_func ("/json-variant/not-a-number", test_not_a_number);
  return g_test_run ();
}
