/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-daemon-config.h"

#include "base/lv-error.h"

#define MAX_WORDS 4

const LvDaemonConfig lv_daemon_config_default = { LV_LOCK_POLICY_PAUSE, LV_SHARED_TOOLS_ALLOW };

typedef struct {
  const char *group;
  const char *name;
  const char *words[MAX_WORDS]; /* by value of the enumeration */
  gsize offset;
} Key;

/* An enumeration of words has the size of an int. */
static const Key keys[] = {
  { "daemon",
    "lock-policy",
    { "pause", "end", "ignore", NULL },
    G_STRUCT_OFFSET (LvDaemonConfig, lock_policy) },
  { "tools", "shared", { "allow", "deny", NULL }, G_STRUCT_OFFSET (LvDaemonConfig, shared_tools) },
};

G_STATIC_ASSERT (sizeof (LvLockPolicy) == sizeof (int) && sizeof (LvSharedTools) == sizeof (int));

gboolean
lv_daemon_config_has (const char *group)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group))
      return TRUE;
  return FALSE;
}

static gboolean
refuse_key (const char *group, const char *key, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group))
      g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", keys[i].name);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%.64s' is not known; known is: %s", key,
               known->str);
  return FALSE;
}

static gboolean
set_word (LvDaemonConfig *config, const Key *key, const char *text, GError **error)
{
  g_autofree char *expected = NULL;

  for (int i = 0; key->words[i] != NULL; i++)
    if (g_str_equal (key->words[i], text))
      {
        G_STRUCT_MEMBER (int, config, key->offset) = i;
        return TRUE;
      }
  expected = g_strjoinv ("\", \"", (GStrv) key->words);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' must be one of \"%s\"", key->name,
               expected);
  return FALSE;
}

gboolean
lv_daemon_config_set (LvDaemonConfig *config, const char *group, const char *key, const char *text,
                      GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].group, group) && g_str_equal (keys[i].name, key))
      return set_word (config, &keys[i], text, error);
  return refuse_key (group, key, error);
}
