/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-secret-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE "The file descriptor"

typedef struct {
  int fd;
  gboolean is_socket;
  char text[LV_SECRET_MAX + 1];
  gsize length;
  guint timeout_ms;
  guint watch;
  guint timeout;
} Reading;

static void
reading_free (Reading *reading)
{
  g_clear_handle_id (&reading->watch, g_source_remove);
  g_clear_handle_id (&reading->timeout, g_source_remove);
  close (reading->fd);
  explicit_bzero (reading->text, sizeof reading->text);
  g_free (reading);
}

static void
finish (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);
  GError *error = NULL;
  LvSecret *secret = lv_secret_new (reading->text, reading->length, SOURCE, &error);

  lv_secret_return_task (task, secret, error);
}

static void
fail (GTask *task, int number)
{
  g_task_return_new_error (task, LV_ERROR, LV_ERROR_INVALID_ARGS, SOURCE " cannot be read: %s",
                           g_strerror (number));
}

static void
fail_kind (GTask *task)
{
  g_task_return_new_error (task, LV_ERROR, LV_ERROR_INVALID_ARGS,
                           SOURCE " must be a pipe, a socket, a file or a memfd");
}

static gssize
read_some (Reading *reading)
{
  char *end = reading->text + reading->length;
  gsize room = sizeof reading->text - reading->length;

  return reading->is_socket ? recv (reading->fd, end, room, MSG_DONTWAIT)
                            : read (reading->fd, end, room);
}

/* ---- a pipe or a socket ---- */

/* The task's reference is the watch's. */
static void
end_stream (GTask *task, int number)
{
  Reading *reading = g_task_get_task_data (task);

  reading->watch = 0;
  g_clear_handle_id (&reading->timeout, g_source_remove);
  if (number != 0)
    fail (task, number);
  else
    finish (task);
  g_object_unref (task);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  GTask *task = data;
  Reading *reading = g_task_get_task_data (task);
  gssize n = read_some (reading);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n > 0)
    {
      reading->length += n;
      if (reading->length <= LV_SECRET_MAX)
        return G_SOURCE_CONTINUE;
    }
  end_stream (task, n < 0 ? errno : 0);
  return G_SOURCE_REMOVE;
}

static gboolean
on_stream_timeout (gpointer data)
{
  g_autoptr (GTask) task = data;
  Reading *reading = g_task_get_task_data (task);

  reading->timeout = 0;
  g_clear_handle_id (&reading->watch, g_source_remove);
  g_task_return_new_error (task, LV_ERROR, LV_ERROR_TIMEOUT,
                           SOURCE " did not end within %g s: close the other side when all is "
                                  "written",
                           reading->timeout_ms / 1000.0);
  return G_SOURCE_REMOVE;
}

/* A pipe is opened anew, because whether it blocks is the sender's business too. */
static gboolean
reopen (Reading *reading)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", reading->fd);
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    return FALSE;
  close (reading->fd);
  reading->fd = fd;
  return TRUE;
}

static void
begin_stream (GTask *task, gboolean is_socket)
{
  Reading *reading = g_task_get_task_data (task);

  reading->is_socket = is_socket;
  if (!is_socket && !reopen (reading))
    {
      fail (task, errno);
      return;
    }
  reading->watch =
      g_unix_fd_add (reading->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, g_object_ref (task));
  reading->timeout = g_timeout_add (reading->timeout_ms, on_stream_timeout, task);
}

/* ---- a file: its file system may be slow, so a thread reads it ---- */

static void
read_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Reading *reading = data;
  gssize n;

  do
    {
      n = pread (reading->fd, reading->text + reading->length,
                 sizeof reading->text - reading->length, reading->length);
      reading->length += MAX (n, 0);
    }
  while ((n > 0 && reading->length <= LV_SECRET_MAX) || (n < 0 && errno == EINTR));
  if (n < 0)
    fail (task, errno);
  else
    finish (task);
}

void
lv_secret_read_async (int fd, guint timeout_ms, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);
  struct stat info;

  reading->fd = fd;
  reading->timeout_ms = timeout_ms != 0 ? timeout_ms : LV_SECRET_READ_TIMEOUT_MS;
  g_task_set_source_tag (task, lv_secret_read_async);
  g_task_set_task_data (task, reading, (GDestroyNotify) reading_free);
  if (fstat (fd, &info) != 0)
    fail (task, errno);
  else if (S_ISREG (info.st_mode))
    g_task_run_in_thread (task, read_file);
  else if (S_ISFIFO (info.st_mode) || S_ISSOCK (info.st_mode))
    begin_stream (task, S_ISSOCK (info.st_mode));
  else
    fail_kind (task);
}

LvSecret *
lv_secret_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
