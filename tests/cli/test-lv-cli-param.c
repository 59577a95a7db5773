/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-param.h"

static GPtrArray *
parse (const char *const *texts)
{
  GPtrArray *params = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_cli_param_free);

  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      LvCliParam *param = lv_cli_param_parse (texts[i], &error);

      g_assert_no_error (error);
      g_ptr_array_add (params, param);
    }
  return params;
}

static GHashTable *
make_values (const char *const *pairs)
{
  GHashTable *values = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; pairs[i] != NULL; i += 2)
    g_hash_table_insert (values, (char *) pairs[i], (char *) pairs[i + 1]);
  return values;
}

static void
test_parse (void)
{
  g_autoptr (LvCliParam) plain = lv_cli_param_parse ("percent:integer:Volume: in %", NULL);
  g_autoptr (LvCliParam) choice = lv_cli_param_parse ("_x1?:on|off", NULL);

  g_assert_cmpstr (plain->name, ==, "percent");
  g_assert_cmpstr (plain->type, ==, "integer");
  g_assert_cmpstr (plain->description, ==, "Volume: in %");
  g_assert_false (plain->optional);
  g_assert_cmpstr (choice->name, ==, "_x1");
  g_assert_cmpstr (choice->type, ==, "string");
  g_assert_cmpuint (g_strv_length (choice->values), ==, 2);
  g_assert_true (choice->optional);
}

static void
test_parse_mistakes (void)
{
  static const char *const texts[] = {
    "",           "a",  ":string",  "?:string",     "1a:string",     "a-b:string",
    "a b:string", "a:", "a:String", "a:string\377", "a:string:\377", "\303\251:string"
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (lv_cli_param_parse (texts[i], &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
    }
}

static void
test_declare (void)
{
  g_autoptr (GPtrArray) none = parse ((const char *const[]){ NULL });
  g_autoptr (GPtrArray) some =
      parse ((const char *const[]){ "a:integer:A \"b\"", "c?:on|off", NULL });
  g_autofree char *bare = lv_cli_param_declare (none, "n", "d\n", NULL, 1000);
  g_autofree char *full = lv_cli_param_declare (some, "n", "d", "read", 1);

  g_assert_cmpstr (bare, ==, "[{\"name\":\"n\",\"description\":\"d\\u000a\",\"timeoutMs\":1000}]");
  g_assert_cmpstr (
      full, ==,
      "[{\"name\":\"n\",\"description\":\"d\",\"risk\":\"read\",\"timeoutMs\":1,"
      "\"parameters\":{\"type\":\"object\",\"properties\":{"
      "\"a\":{\"type\":\"integer\",\"description\":\"A \\\"b\\\"\"},"
      "\"c\":{\"type\":\"string\",\"enum\":[\"on\",\"off\"]}},\"required\":[\"a\"]}}]");
}

static char *
expand (GPtrArray *params, const char *const *template, const char *const *pairs, GError **error)
{
  g_autoptr (GHashTable) values = make_values (pairs);
  g_auto (GStrv) argv = lv_cli_param_expand (params, template, values, error);

  return argv != NULL ? g_strjoinv ("|", argv) : NULL;
}

static void
test_expand (void)
{
  g_autoptr (GPtrArray) params =
      parse ((const char *const[]){ "a:string", "ab:string", "n:integer", "e:-x|-y", NULL });
  static const struct {
    const char *argument;
    const char *a;
    const char *expanded;
  } cases[] = {
    { "{a}", "x y", "x y" },      { "{a}{a}", "x", "xx" },
    { "<{a}>{ab}", "x", "<x>y" }, { "{a}", "{ab}{a}", "{ab}{a}" },
    { "{a", "x", "{a" },          { "a}", "x", "a}" },
    { "{}", "x", "{}" },          { "{b}", "x", "{b}" },
    { "{{a}}", "x", "{x}" },      { "${a}", "$(x)", "$$(x)" },
    { "-{a}", "-x", "--x" },      { "{n}", "x", "-1" },
    { "{e}", "x", "-x" },         { "{a}", NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *template[] = { "program", cases[i].argument, NULL };
      const char *pairs[] = {
        "ab", "y", "n", "-1", "e", "-x", cases[i].a != NULL ? "a" : NULL, cases[i].a, NULL
      };
      g_autoptr (GError) error = NULL;
      g_autofree char *argv = expand (params, template, pairs, &error);
      g_autofree char *expected = g_strconcat ("program|", cases[i].expanded, NULL);

      g_assert_no_error (error);
      g_assert_cmpstr (argv, ==, expected);
    }
}

static void
test_expand_options (void)
{
  g_autoptr (GPtrArray) params = parse ((const char *const[]){ "a:string", NULL });
  const char *bare[] = { "program", "{a}", "--", "{a}", NULL };
  const char *safe[] = { "program", "--", "{a}", NULL };
  const char *pairs[] = { "a", "-rf", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *refused = expand (params, bare, pairs, &error);
  g_autofree char *taken = expand (params, safe, pairs, NULL);

  g_assert_null (refused);
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_cmpstr (taken, ==, "program|--|-rf");
}

static void
test_export (void)
{
  g_autoptr (GPtrArray) params =
      parse ((const char *const[]){ "text:string", "left_out?:string", NULL });
  g_autoptr (GHashTable) values = make_values ((const char *const[]){ "text", "a\n=b", NULL });
  g_auto (GStrv) base = g_strsplit ("HOME=/x LV_ARG_LEFT_OUT=old", " ", -1);
  g_auto (GStrv) environment = lv_cli_param_export (params, g_steal_pointer (&base), values);

  g_assert_cmpuint (g_strv_length (environment), ==, 2);
  g_assert_cmpstr (g_environ_getenv (environment, "HOME"), ==, "/x");
  g_assert_cmpstr (g_environ_getenv (environment, "LV_ARG_TEXT"), ==, "a\n=b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/param/parse", test_parse);
  g_test_add_func ("/cli/param/parse-mistakes", test_parse_mistakes);
  g_test_add_func ("/cli/param/declare", test_declare);
  g_test_add_func ("/cli/param/expand", test_expand);
  g_test_add_func ("/cli/param/expand-options", test_expand_options);
  g_test_add_func ("/cli/param/export", test_export);
  return g_test_run ();
}
