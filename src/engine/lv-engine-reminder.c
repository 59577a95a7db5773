/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-reminder.h"

#include <string.h>

static const char *const requests[] = { "please go on", "please answer", "please say that again" };

gboolean
lv_engine_is_reminder (const char *text)
{
  g_autofree char *lower = g_strstrip (g_ascii_strdown (text, -1));

  if (!g_str_has_prefix (lower, "(") || !g_str_has_suffix (lower, ")"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    if (strstr (lower, requests[i]) != NULL)
      return TRUE;
  return FALSE;
}
