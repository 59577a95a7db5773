/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-backoff.h"

static void
test_ladder (void)
{
  g_assert_cmpuint (lv_backoff_get_ms (0, 0.5), ==, 300);
  g_assert_cmpuint (lv_backoff_get_ms (1, 0.5), ==, 1000);
  g_assert_cmpuint (lv_backoff_get_ms (2, 0.5), ==, 2000);
  g_assert_cmpuint (lv_backoff_get_ms (LV_BACKOFF_ATTEMPTS - 1, 0.5), ==, 4000);
}

/* Longer and longer, to a minute, for ever. */
static void
test_afterwards (void)
{
  g_assert_cmpuint (lv_backoff_get_ms (4, 0.5), ==, 8000);
  g_assert_cmpuint (lv_backoff_get_ms (6, 0.5), ==, 32000);
  g_assert_cmpuint (lv_backoff_get_ms (7, 0.5), ==, LV_BACKOFF_MAX_MS);
  g_assert_cmpuint (lv_backoff_get_ms (G_MAXUINT, 0.5), ==, LV_BACKOFF_MAX_MS);
}

static void
test_spread (void)
{
  g_assert_cmpuint (lv_backoff_get_ms (1, 0.0), ==, 800);
  g_assert_cmpuint (lv_backoff_get_ms (1, 1.0), ==, 1200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/ladder", test_ladder);
  g_test_add_func ("/backoff/afterwards", test_afterwards);
  g_test_add_func ("/backoff/spread", test_spread);
  return g_test_run ();
}
