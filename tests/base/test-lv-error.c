/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-error.h"
#include "base/lv-names.h"

static void
test_every_code_has_its_bus_name (void)
{
  for (int code = 0; code < LV_N_ERRORS; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (LV_ERROR, code, "x");
      g_autofree char *expected = g_strconcat (LV_ERROR_PREFIX, lv_error_code_to_name (code), NULL);
      g_autofree char *encoded = g_dbus_error_encode_gerror (error);

      g_assert_cmpstr (encoded, ==, expected);
      g_assert_cmpstr (lv_error_to_bus_name (error), ==, expected);
    }
}

static void
test_foreign_errors_are_failed (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "x");

  g_assert_cmpstr (lv_error_to_bus_name (error), ==, LV_ERROR_PREFIX "Failed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/bus-names", test_every_code_has_its_bus_name);
  g_test_add_func ("/error/foreign", test_foreign_errors_are_failed);
  return g_test_run ();
}
