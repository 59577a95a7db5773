/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-state-path.h"

char *
lv_state_path (const char *name)
{
  const char *dirs = g_getenv ("STATE_DIRECTORY"); /* separated by colons */
  g_auto (GStrv) list = dirs != NULL ? g_strsplit (dirs, ":", 2) : NULL;

  if (list != NULL && *list != NULL && **list != '\0')
    return g_build_filename (list[0], name, NULL);
  return g_build_filename (g_get_user_state_dir (), "livevoice", name, NULL);
}
