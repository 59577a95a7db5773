/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-random.h"

#include <string.h>

static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 1000; i++)
    {
      char *name = lv_random_name ();

      g_assert_cmpuint (strlen (name), ==, 32);
      g_assert_cmpuint (strspn (name, "0123456789abcdef"), ==, 32);
      g_assert_true (g_hash_table_add (seen, name));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/names", test_names);
  return g_test_run ();
}
