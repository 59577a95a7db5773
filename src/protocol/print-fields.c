/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Prints every field of the protocol that the codec knows, one a line: "client" or "server", path,
 * what the model must be able to do, why it has no effect; separated by tabs.
 */
#include "protocol/lv-fields.h"

#include <stdio.h>

static void
print_field (const LvFieldInfo *info, gpointer data)
{
  const char *needs = lv_capability_get_name (info->needs);

  printf ("%s\t%s\t%s\t%s\n", (const char *) data, info->path, needs != NULL ? needs : "",
          info->ignored != NULL ? info->ignored
          : info->is_alias      ? "another name"
                                : "");
}

int
main (void)
{
  lv_fields_foreach (LV_FROM_CLIENT, print_field, (gpointer) "client");
  lv_fields_foreach (LV_FROM_SERVER, print_field, (gpointer) "server");
  return 0;
}
