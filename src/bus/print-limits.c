/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Prints the property Limits while the project is built, for the manual: name and number on each
 * line.
 */
#include "bus/lv-bus-limits.h"

#include <stdio.h>

int
main (void)
{
  g_autoptr (GVariant) limits = g_variant_ref_sink (lv_bus_limits_new ());
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iter, limits);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      printf ("%s\t%u\n", name, g_variant_get_uint32 (value));
      g_variant_unref (value);
    }
  return 0;
}
