/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-bench-proc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "FILE" of a process, or of one of its threads; NULL when it is gone. */
static char *
read_file (int pid, const char *task, const char *file)
{
  g_autofree char *path = task != NULL ? g_strdup_printf ("/proc/%d/task/%s/%s", pid, task, file)
                                       : g_strdup_printf ("/proc/%d/%s", pid, file);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

/* The number after @name in the style of /proc/PID/status. */
static guint64
find_number (const char *text, const char *name)
{
  const char *line = text != NULL ? strstr (text, name) : NULL;

  return line != NULL ? g_ascii_strtoull (line + strlen (name), NULL, 10) : 0;
}

static void
add_thread (LvBenchCost *cost, int pid, const char *task)
{
  g_autofree char *schedstat = read_file (pid, task, "schedstat");
  g_autofree char *status = read_file (pid, task, "status");
  gint64 ns;

  if (schedstat == NULL)
    return;
  ns = g_ascii_strtoll (schedstat, NULL, 10);
  cost->cpu_ns += ns;
  if (atoi (task) == pid)
    cost->main_ns = ns;
  cost->wake_ups += find_number (status, "\nvoluntary_ctxt_switches:");
  cost->n_threads++;
}

static GDir *
open_dir (int pid, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", pid, name);
  g_autoptr (GError) error = NULL;
  GDir *dir = g_dir_open (path, 0, &error);

  g_assert_no_error (error);
  return dir;
}

LvBenchCost
lv_bench_cost_of (int pid)
{
  g_autoptr (GDir) tasks = open_dir (pid, "task");
  g_autoptr (GDir) fds = open_dir (pid, "fd");
  g_autofree char *status = read_file (pid, NULL, "status");
  LvBenchCost cost = { .rss = find_number (status, "\nVmRSS:") * 1024 };
  const char *task;

  while ((task = g_dir_read_name (tasks)) != NULL)
    add_thread (&cost, pid, task);
  while (g_dir_read_name (fds) != NULL)
    cost.n_fds++;
  return cost;
}

int
lv_bench_pid_of (GSubprocess *process)
{
  return atoi (g_subprocess_get_identifier (process));
}

static gboolean
is_below (int pid, int ancestor)
{
  while (pid > 1 && pid != ancestor)
    {
      g_autofree char *status = read_file (pid, NULL, "status");

      pid = (int) find_number (status, "\nPPid:");
    }
  return pid == ancestor;
}

int
lv_bench_find_child (const char *name)
{
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  g_autofree char *line = g_strconcat (name, "\n", NULL);
  const char *entry;

  while ((entry = g_dir_read_name (processes)) != NULL)
    {
      g_autofree char *comm =
          g_ascii_isdigit (*entry) ? read_file (atoi (entry), NULL, "comm") : NULL;

      if (g_strcmp0 (comm, line) == 0 && is_below (atoi (entry), (int) getpid ()))
        return atoi (entry);
    }
  return -1;
}
