/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test-process.h"

#include <string.h>

#define WAKE_UPS "\nvoluntary_ctxt_switches:"

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

guint
lv_test_count_threads (void)
{
  return count_entries ("/proc/self/task");
}

guint
lv_test_count_fds (void)
{
  return count_entries ("/proc/self/fd");
}

static guint64
count_of_thread (const char *task)
{
  g_autofree char *path = g_build_filename ("/proc/self/task", task, "status", NULL);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, WAKE_UPS);
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (WAKE_UPS), NULL, 10);
}

guint64
lv_test_count_wake_ups (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *task;
  guint64 n = 0;

  while ((task = g_dir_read_name (dir)) != NULL)
    n += count_of_thread (task);
  return n;
}
