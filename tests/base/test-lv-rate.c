/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-rate.h"

static void
test_limit_in_any_window (void)
{
  g_autoptr (LvRate) rate = lv_rate_new (3, 1000);

  g_assert_true (lv_rate_take (rate, 0));
  g_assert_true (lv_rate_take (rate, 900));
  g_assert_true (lv_rate_take (rate, 999));
  g_assert_false (lv_rate_take (rate, 999));
  g_assert_cmpint (lv_rate_get_wait (rate, 999), ==, 1);

  g_assert_true (lv_rate_take (rate, 1000));
  g_assert_false (lv_rate_take (rate, 1899));
  g_assert_true (lv_rate_take (rate, 1900));
}

static void
test_refused_ones_do_not_count (void)
{
  g_autoptr (LvRate) rate = lv_rate_new (1, 1000);

  g_assert_true (lv_rate_take (rate, 5));
  for (gint64 now = 6; now < 1005; now++)
    g_assert_false (lv_rate_take (rate, now));
  g_assert_cmpint (lv_rate_get_wait (rate, 1005), ==, 0);
  g_assert_true (lv_rate_take (rate, 1005));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate/window", test_limit_in_any_window);
  g_test_add_func ("/rate/refused", test_refused_ones_do_not_count);
  return g_test_run ();
}
