/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json.h"

#include <string.h>

/* ---- what is JSON ---- */

static const char *const valid[] = {
  "null",
  "true",
  "false",
  "0",
  "-0",
  "12",
  "-1.5e+3",
  "1E5",
  "0.1",
  "9223372036854775807",
  "-9223372036854775808",
  "1e308",
  "\"\"",
  "\"a\"",
  " [ ] ",
  "\t{\r\n}\n",
  "[1,[2,[3]],{}]",
  "{\"a\":1,\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":1}]}",
  "{\"\":1,\"a\":2}",
  "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
  "\"\\ud83d\\ude00\"",
  "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
  "\"\xef\xbf\xbf\xf4\x8f\xbf\xbf\"",
  "\"\x7f\"",
  "\"12345678 a string of more than two words of eight bytes\"",
};

static const struct {
  const char *text;
  LvErrorCode code;
} invalid[] = {
  /* structure */
  { "", LV_ERROR_INVALID_ARGS },
  { " ", LV_ERROR_INVALID_ARGS },
  { "{", LV_ERROR_INVALID_ARGS },
  { "[", LV_ERROR_INVALID_ARGS },
  { "[1", LV_ERROR_INVALID_ARGS },
  { "[1,]", LV_ERROR_INVALID_ARGS },
  { "[,1]", LV_ERROR_INVALID_ARGS },
  { "[1 2]", LV_ERROR_INVALID_ARGS },
  { "[1}", LV_ERROR_INVALID_ARGS },
  { "{]", LV_ERROR_INVALID_ARGS },
  { "{\"a\"}", LV_ERROR_INVALID_ARGS },
  { "{\"a\":}", LV_ERROR_INVALID_ARGS },
  { "{\"a\":1,}", LV_ERROR_INVALID_ARGS },
  { "{\"a\" 1}", LV_ERROR_INVALID_ARGS },
  { "{a:1}", LV_ERROR_INVALID_ARGS },
  { "{'a':1}", LV_ERROR_INVALID_ARGS },
  { "{1:1}", LV_ERROR_INVALID_ARGS },
  { "1 2", LV_ERROR_INVALID_ARGS },
  { "[]]", LV_ERROR_INVALID_ARGS },
  { "/* */1", LV_ERROR_INVALID_ARGS },
  { "\xef\xbb\xbf{}", LV_ERROR_INVALID_ARGS },
  /* literals and numbers */
  { "nul", LV_ERROR_INVALID_ARGS },
  { "nulll", LV_ERROR_INVALID_ARGS },
  { "True", LV_ERROR_INVALID_ARGS },
  { "NaN", LV_ERROR_INVALID_ARGS },
  { "Infinity", LV_ERROR_INVALID_ARGS },
  { "-", LV_ERROR_INVALID_ARGS },
  { "+1", LV_ERROR_INVALID_ARGS },
  { "01", LV_ERROR_INVALID_ARGS },
  { "-01", LV_ERROR_INVALID_ARGS },
  { "1.", LV_ERROR_INVALID_ARGS },
  { ".5", LV_ERROR_INVALID_ARGS },
  { "1e", LV_ERROR_INVALID_ARGS },
  { "1e+", LV_ERROR_INVALID_ARGS },
  { "0x10", LV_ERROR_INVALID_ARGS },
  { "9223372036854775808", LV_ERROR_INVALID_ARGS },
  { "-9223372036854775809", LV_ERROR_INVALID_ARGS },
  { "1e309", LV_ERROR_INVALID_ARGS },
  { "-1e999", LV_ERROR_INVALID_ARGS },
  /* strings */
  { "\"", LV_ERROR_INVALID_ARGS },
  { "\"a", LV_ERROR_INVALID_ARGS },
  { "\"a\n\"", LV_ERROR_INVALID_ARGS },
  { "\"\x01\"", LV_ERROR_INVALID_ARGS },
  { "\"12345678\x1f\"", LV_ERROR_INVALID_ARGS },
  { "\"\\\"", LV_ERROR_INVALID_ARGS },
  { "\"\\", LV_ERROR_INVALID_ARGS },
  { "\"\\x41\"", LV_ERROR_INVALID_ARGS },
  { "\"\\'\"", LV_ERROR_INVALID_ARGS },
  { "\"\\u12\"", LV_ERROR_INVALID_ARGS },
  { "\"\\u12g4\"", LV_ERROR_INVALID_ARGS },
  { "\"\\u", LV_ERROR_INVALID_ARGS },
  { "\"\\u0000\"", LV_ERROR_INVALID_ARGS },
  { "{\"a\\u0000b\":1}", LV_ERROR_INVALID_ARGS },
  /* surrogates */
  { "\"\\ud800\"", LV_ERROR_INVALID_ARGS },
  { "\"\\udc00\"", LV_ERROR_INVALID_ARGS },
  { "\"\\ud83dx\"", LV_ERROR_INVALID_ARGS },
  { "\"\\ud83d\\n\"", LV_ERROR_INVALID_ARGS },
  { "\"\\ud83d\\ud83d\"", LV_ERROR_INVALID_ARGS },
  { "\"\\ud83d\\u0041\"", LV_ERROR_INVALID_ARGS },
  { "\"\\ud83d\\u12g4\"", LV_ERROR_INVALID_ARGS },
  { "\"\\ude00\\ud83d\"", LV_ERROR_INVALID_ARGS },
  { "\"\\ud83d\\u", LV_ERROR_INVALID_ARGS },
  /* UTF-8 */
  { "\"\x80\"", LV_ERROR_INVALID_ARGS },
  { "\"\xc3\"", LV_ERROR_INVALID_ARGS },
  { "\"\xc3", LV_ERROR_INVALID_ARGS },
  { "\"\xc0\xaf\"", LV_ERROR_INVALID_ARGS },
  { "\"\xe0\x80\xaf\"", LV_ERROR_INVALID_ARGS },
  { "\"\xed\xa0\x80\"", LV_ERROR_INVALID_ARGS },
  { "\"\xf4\x90\x80\x80\"", LV_ERROR_INVALID_ARGS },
  { "\"\xff\"", LV_ERROR_INVALID_ARGS },
  { "{\"\xff\":1}", LV_ERROR_INVALID_ARGS },
  /* the same key twice */
  { "{\"a\":1,\"a\":2}", LV_ERROR_INVALID_ARGS },
  { "{\"a\":1,\"b\":2,\"c\":3,\"a\":4}", LV_ERROR_INVALID_ARGS },
  { "{\"a\":1,\"\\u0061\":2}", LV_ERROR_INVALID_ARGS },
  { "{\"\\u00e9\":1,\"\xc3\xa9\":2}", LV_ERROR_INVALID_ARGS },
  { "{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", LV_ERROR_INVALID_ARGS },
  { "{\"\\n\":1,\"\\u000a\":2}", LV_ERROR_INVALID_ARGS },
  { "{\"\\/\":1,\"/\":2}", LV_ERROR_INVALID_ARGS },
  { "{\"\":1,\"\":2}", LV_ERROR_INVALID_ARGS },
  { "[{\"x\":{\"a\":[{}],\"b\":0,\"a\":{}}}]", LV_ERROR_INVALID_ARGS },
  { "{\"a\":{\"x\":1},\"b\":2,\"a\":3}", LV_ERROR_INVALID_ARGS },
};

static void
test_valid (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = NULL;
      g_autofree char *text = NULL;

      g_test_message ("%s", valid[i]);
      g_assert_true (lv_json_check (valid[i], -1, LV_JSON_MAX_BYTES, &error));
      g_assert_no_error (error);
      node = lv_json_parse (valid[i], -1, LV_JSON_MAX_BYTES, &error);
      g_assert_no_error (error);
      text = lv_json_to_text (node);
      g_assert_true (lv_json_check (text, -1, LV_JSON_MAX_BYTES, &error));
      g_assert_no_error (error);
    }
}

static void
test_invalid (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      gsize length = strlen (invalid[i].text);
      /* exactly as long as the text, so that a sanitizer sees a read behind the end */
      g_autofree char *text = g_memdup2 (length > 0 ? invalid[i].text : "x", MAX (length, 1));
      g_autoptr (GError) error = NULL;

      g_test_message ("%u: %s", i,
                      g_utf8_validate (invalid[i].text, -1, NULL) ? invalid[i].text : "");
      g_assert_false (lv_json_check (text, (gssize) length, LV_JSON_MAX_BYTES, &error));
      g_assert_error (error, LV_ERROR, (int) invalid[i].code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (lv_json_parse (text, (gssize) length, LV_JSON_MAX_BYTES, NULL));
    }
}

static void
test_embedded_nul (void)
{
  g_assert_false (lv_json_check ("1\0", 2, 10, NULL));
  g_assert_false (lv_json_check ("\"a\0b\"", 5, 10, NULL));
  g_assert_true (lv_json_check ("1\0", 1, 10, NULL));
  g_assert_false (lv_json_check ("1", 0, 10, NULL));
  g_assert_null (lv_json_parse ("1", 0, 10, NULL));
}

static void
test_messages (void)
{
  static const struct {
    const char *text, *message;
  } rows[] = {
    { "[1,", "JSON, byte 3: the text ends where a value is expected" },
    { "[1;", "JSON, byte 2: expected a comma or ]" },
    { "{\"a\":1,\"a\":1}", "JSON, byte 13: an object has the key \"a\" twice" },
    { "{\"a\\",
      "JSON, byte 4: the text ends where one of \"\\/bfnrtu after a backslash is expected" },
    { "\"\\ud800\"", "JSON, byte 2: half of a surrogate pair" },
    { "\"\xff\"", "JSON, byte 1: not UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (lv_json_check (rows[i].text, -1, 100, &error));
      g_assert_cmpstr (error->message, ==, rows[i].message);
    }
}

/* Every kind of byte at every offset of the eight-byte words that strings are read in. */
static void
test_every_byte_in_a_string (void)
{
  for (int byte = 1; byte < 256; byte++)
    for (guint at = 1; at < 20; at++)
      {
        char text[24] = "\"aaaaaaaaaaaaaaaaaaaa\"";
        /* a quote ends the string early, a backslash escapes an a */
        gboolean is_valid = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';

        text[at] = (char) byte;
        g_assert_cmpint (lv_json_check (text, -1, 100, NULL), ==, is_valid);
      }
}

/* ---- limits ---- */

static void
test_bytes (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (lv_json_check ("[1,2]", -1, 5, &error));
  g_assert_false (lv_json_check ("[1,2]", -1, 4, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_LARGE);
  g_assert_cmpstr (error->message, ==, "JSON of 5 bytes; at most 4 are allowed");
}

static char *
make_nested (const char *open, const char *close, guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append_c (text, '1');
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const char *const pairs[][2] = { { "[", "]" }, { "{\"a\":", "}" } };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *deepest = make_nested (pairs[i][0], pairs[i][1], LV_JSON_MAX_DEPTH);
      g_autofree char *deeper = make_nested (pairs[i][0], pairs[i][1], LV_JSON_MAX_DEPTH + 1);
      g_autofree char *deep = make_nested (pairs[i][0], pairs[i][1], 100000);
      g_autoptr (GError) error = NULL;

      g_assert_true (lv_json_check (deepest, -1, G_MAXSIZE, &error));
      g_assert_no_error (error);
      g_assert_false (lv_json_check (deeper, -1, G_MAXSIZE, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_TOO_DEEP);
      g_clear_error (&error);
      g_assert_false (lv_json_check (deep, -1, G_MAXSIZE, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_TOO_DEEP);
    }
}

/* An object of @n_keys members, the keys from @format; n_keys + 1 values. */
static GString *
make_object (const char *prefix, guint n_keys)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < n_keys; i++)
    g_string_append_printf (text, "%s\"%s%u\":0", i > 0 ? "," : "", prefix, i);
  return text;
}

static void
test_nodes (void)
{
  g_autoptr (GString) text = make_object ("k", LV_JSON_MAX_NODES - 1);
  g_autoptr (GError) error = NULL;

  g_string_append_c (text, '}');
  g_assert_true (lv_json_check (text->str, -1, G_MAXSIZE, &error));
  g_assert_no_error (error);

  g_string_truncate (text, text->len - 1);
  g_string_append (text, ",\"x\":0}");
  g_assert_false (lv_json_check (text->str, -1, G_MAXSIZE, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_MANY);
}

/* The last of thousands of keys is one that was there; long common beginnings make comparing
 * slow. */
static void
test_duplicate_among_many (void)
{
  g_autofree char *prefix = g_strnfill (1000, 'k');
  g_autoptr (GString) text = make_object (prefix, LV_JSON_MAX_NODES - 2);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_string_append_printf (text, ",\"%s%u\":0}", prefix, 4321u);
  g_assert_false (lv_json_check (text->str, -1, G_MAXSIZE, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_nonnull (strstr (error->message, "twice"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
}

static void
test_large_frame (void)
{
  gsize length = LV_JSON_MAX_FRAME_BYTES;
  g_autofree char *text = g_malloc (length);
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  memset (text, 'A', length);
  text[0] = text[length - 1] = '"';
  frame = g_bytes_new_static (text, length);
  node = lv_json_parse_frame (frame, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (json_node_get_string (node)), ==, length - 2);
}

static void
test_too_large_frame (void)
{
  gsize length = LV_JSON_MAX_FRAME_BYTES + 1;
  g_autofree char *text = g_strnfill (length, ' ');
  g_autoptr (GBytes) frame = g_bytes_new_static (text, length);
  g_autoptr (GError) error = NULL;

  g_assert_null (lv_json_parse_frame (frame, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_LARGE);
}

/* ---- the tree ---- */

static void
test_values_survive (void)
{
  static const struct {
    const char *text, *expected;
  } rows[] = {
    { "[1e5,-0,9223372036854775807,true,null]", "[100000,0,9223372036854775807,true,null]" },
    { "[-0.0e5,0.1,1e308,-1e-300,1e20,0.30000000000000004]",
      "[0,0.1,1e+308,-1e-300,1e+20,0.30000000000000004]" },
    { "{\"a\\\"b\":[\"\\u0001\\b\\\\\"]}", "{\"a\\\"b\":[\"\\u0001\\u0008\\\\\"]}" },
    { "{\"b\": 1, \"a\": {}}", "{\"b\":1,\"a\":{}}" },
    { "\"\\u00e9\\ud83d\\ude00\\/\"", "\"\xc3\xa9\xf0\x9f\x98\x80/\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (JsonNode) node = lv_json_parse (rows[i].text, -1, 100, NULL);
      g_autofree char *text = lv_json_to_text (node);

      g_assert_cmpstr (text, ==, rows[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/valid", test_valid);
  g_test_add_func ("/json/invalid", test_invalid);
  g_test_add_func ("/json/embedded-nul", test_embedded_nul);
  g_test_add_func ("/json/messages", test_messages);
  g_test_add_func ("/json/every-byte", test_every_byte_in_a_string);
  g_test_add_func ("/json/limits/bytes", test_bytes);
  g_test_add_func ("/json/limits/depth", test_depth);
  g_test_add_func ("/json/limits/nodes", test_nodes);
  g_test_add_func ("/json/limits/duplicate-among-many", test_duplicate_among_many);
  g_test_add_func ("/json/limits/large-frame", test_large_frame);
  g_test_add_func ("/json/limits/too-large-frame", test_too_large_frame);
  g_test_add_func ("/json/values", test_values_survive);
  return g_test_run ();
}
