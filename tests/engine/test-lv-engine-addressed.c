/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-addressed.h"

static void
test_addressed (void)
{
  static const char *const to_us[] = {
    "what time is it",
    "please set a timer for two minutes",
    "hello there",
    "well could you help me",
    "thank you very much",
    "that is enough computer",
    "turn on the kitchen light",
    "so how are you today",
  };
  static const char *const to_others[] = {
    "the weather in the city was very good last year",
    "i told you yesterday",
    "we were at the lake",
    "please",
    "",
    "well",
    "my sister can tell you what happened",
  };

  for (guint i = 0; i < G_N_ELEMENTS (to_us); i++)
    g_assert_true (lv_engine_is_addressed (to_us[i]));
  for (guint i = 0; i < G_N_ELEMENTS (to_others); i++)
    g_assert_false (lv_engine_is_addressed (to_others[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/addressed/sentences", test_addressed);
  return g_test_run ();
}
