/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-options.h"

static GVariant *
parse (const char *text)
{
  return g_variant_ref_sink (g_variant_new_parsed (text));
}

static void
test_values (void)
{
  g_autoptr (GVariant) options = parse ("{'s': <'text'>, '!b': <true>, 'o': <objectpath '/x'>}");
  g_autofree char *text = NULL, *path = NULL, *absent = NULL;
  gboolean flag = FALSE, other = TRUE;

  g_assert_true (lv_bus_options_get_string (options, "s", &text, NULL));
  g_assert_cmpstr (text, ==, "text");
  g_assert_true (lv_bus_options_get_path (options, "o", &path, NULL));
  g_assert_cmpstr (path, ==, "/x");
  g_assert_true (lv_bus_options_get_boolean (options, "b", &flag, NULL));
  g_assert_true (flag);
  g_assert_true (lv_bus_options_get_boolean (options, "c", &other, NULL));
  g_assert_true (other);
  g_assert_true (lv_bus_options_get_string (options, "t", &absent, NULL));
  g_assert_null (absent);
}

static void
test_wrong_types (void)
{
  g_autoptr (GVariant) options = parse ("{'a': <1>, '!b': <'true'>}");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean flag = FALSE;

  g_assert_false (lv_bus_options_get_string (options, "a", &text, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_cmpstr (error->message, ==, "The option \"a\" must have the type \"s\", not \"i\"");
  g_clear_error (&error);
  g_assert_false (lv_bus_options_get_boolean (options, "b", &flag, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

static void
test_required (void)
{
  static const char *const known[] = { "a", "b", NULL };
  g_autoptr (GVariant) fine = parse ("{'!a': <1>, 'b': <1>, 'c': <1>}");
  g_autoptr (GVariant) unknown = parse ("{'!c': <1>}");
  g_autoptr (GError) error = NULL;

  g_assert_true (lv_bus_options_check_known (fine, known, &error));
  g_assert_no_error (error);
  g_assert_false (lv_bus_options_check_known (unknown, known, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

static void
test_remove (void)
{
  static const char *const known[] = { "a", "b", NULL };
  g_autoptr (GVariant) options = parse ("{'a': <1>, '!b': <2>, 'c': <3>, '!d': <4>}");
  g_autoptr (GVariant) rest = g_variant_ref_sink (lv_bus_options_remove (options, known));
  g_autofree char *text = g_variant_print (rest, FALSE);

  g_assert_cmpstr (text, ==, "{'c': <3>, '!d': <4>}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-options/values", test_values);
  g_test_add_func ("/bus-options/wrong-types", test_wrong_types);
  g_test_add_func ("/bus-options/required", test_required);
  g_test_add_func ("/bus-options/remove", test_remove);
  return g_test_run ();
}
