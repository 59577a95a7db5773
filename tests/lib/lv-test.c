/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"

#include <glib/gstdio.h>

static gboolean
on_tick (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
lv_test_wait_for (LvTestCondition condition, gpointer data, guint timeout_ms,
                  const char *description)
{
  gboolean expired = FALSE;
  guint timeout = g_timeout_add (timeout_ms, on_tick, &expired);

  while (!condition (data) && !expired)
    g_main_context_iteration (NULL, TRUE);

  if (expired)
    g_error ("timed out after %u ms waiting for: %s", timeout_ms, description);
  g_source_remove (timeout);
}

static gboolean
flag_is_set (gpointer data)
{
  return *(gboolean *) data;
}

void
lv_test_wait_for_flag (gboolean *flag, guint timeout_ms, const char *description)
{
  lv_test_wait_for (flag_is_set, flag, timeout_ms, description);
}

void
lv_test_run_for (guint ms)
{
  gboolean expired = FALSE;

  g_timeout_add (ms, on_tick, &expired);
  while (!expired)
    g_main_context_iteration (NULL, TRUE);
}

char *
lv_test_make_dir (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("lv-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
lv_test_remove_dir (char *path)
{
  remove_tree (path);
  g_free (path);
}
