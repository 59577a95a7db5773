/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-identity.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_APP_ID 255 /* bytes */

/* Groups: the app id. Tried in this order on each part of the path. */
static const struct {
  const char *pattern;
  gboolean sandboxed;
} schemes[] = {
  { "^app-flatpak-([A-Za-z0-9_.\\\\-]+)-[0-9]+\\.scope$", TRUE },
  { "^snap\\.([A-Za-z0-9_-]+)\\..+\\.(?:scope|service)$", TRUE },
  { "^app-(?:[^-]+-)?([^-@]+)-[0-9]+\\.scope$", FALSE },
  { "^app-(?:[^-]+-)?([^-@]+)(?:@[^.]+)?\\.service$", FALSE },
};

/* "\x2d" in a unit's name is a "-". */
static char *
unescape (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (p[0] == '\\' && p[1] == 'x' && g_ascii_isxdigit (p[2]) && g_ascii_isxdigit (p[3]))
      {
        g_string_append_c (plain, g_ascii_xdigit_value (p[2]) * 16 + g_ascii_xdigit_value (p[3]));
        p += 3;
      }
    else
      g_string_append_c (plain, *p);
  return g_string_free (plain, FALSE);
}

static char *
match_unit (const char *unit, gboolean *ret_sandboxed)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autoptr (GRegex) regex = g_regex_new (schemes[i].pattern, 0, 0, NULL);
      g_autoptr (GMatchInfo) match = NULL;
      g_autofree char *id = NULL;

      if (!g_regex_match (regex, unit, 0, &match))
        continue;
      id = g_match_info_fetch (match, 1);
      *ret_sandboxed = schemes[i].sandboxed;
      return unescape (id);
    }
  return NULL;
}

/* The innermost unit names the app, but a sandbox anywhere above it is a sandbox. */
static void
parse_path (const char *path, char **app_id, gboolean *sandboxed)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      gboolean in_sandbox = FALSE;
      g_autofree char *id = match_unit (parts[i], &in_sandbox);

      if (id == NULL || (*sandboxed && !in_sandbox))
        continue;
      *sandboxed = in_sandbox;
      g_free (*app_id);
      *app_id = g_steal_pointer (&id);
    }
}

char *
lv_bus_identity_parse_cgroup (const char *text, gboolean *ret_sandboxed)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  char *app_id = g_strdup ("");

  *ret_sandboxed = FALSE;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *path = strchr (lines[i], '/');

      if (path != NULL)
        parse_path (path, &app_id, ret_sandboxed);
    }
  return app_id;
}

gboolean
lv_bus_identity_is_name (const char *name)
{
  gsize length = strlen (name);

  return g_dbus_is_unique_name (name) ||
         (length > 0 && length <= MAX_APP_ID &&
          strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-") == length);
}
