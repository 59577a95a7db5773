/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Prints the table of profile keys while the project is built, so that what is said about them
 * elsewhere comes from the one table: for the manual as lines of name, D-Bus type, places, default
 * and what it may be, separated by tabs; with the argument "types" as rows of C for livevoicectl.
 */
#include "config/lv-profile-key.h"

#include <stdio.h>

static void
print_line (const LvKey *key)
{
  g_autofree char *expected = lv_profile_key_describe (key);

  printf ("%s\t%s\t%s\t%s\t%s\n", key->name, lv_profile_key_get_type (key),
          (key->places & LV_KEY_IN_FILE) != 0 ? "file" : "option", key->initial, expected);
}

int
main (int argc, char **argv)
{
  for (guint i = 0; i < lv_profile_n_keys; i++)
    if (argc > 1)
      printf ("{ \"%s\", \"%s\" },\n", lv_profile_keys[i].name,
              lv_profile_key_get_type (&lv_profile_keys[i]));
    else
      print_line (&lv_profile_keys[i]);
  return 0;
}
