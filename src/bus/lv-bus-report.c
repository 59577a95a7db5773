/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 4096 /* a pipe that has room at all takes so much at once: PIPE_BUF */

typedef struct {
  LvRecording *recording;
  int fd;
  gboolean is_socket;
} Writing;

static void
writing_free (Writing *writing)
{
  lv_recording_free (writing->recording);
  close (writing->fd);
  g_free (writing);
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "The file descriptor %s", what);
  return FALSE;
}

static gboolean
look_at (Writing *writing, GError **error)
{
  struct stat info;

  if (fstat (writing->fd, &info) != 0 ||
      !(S_ISREG (info.st_mode) || S_ISFIFO (info.st_mode) || S_ISSOCK (info.st_mode)))
    return fail (error, "must be a file, a memfd, a pipe or a socket");
  if ((fcntl (writing->fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
    return fail (error, "can only be read");
  writing->is_socket = S_ISSOCK (info.st_mode);
  return TRUE;
}

/* Whether it takes PIECE bytes without blocking. */
static gboolean
wait_for_room (int fd, GError **error)
{
  struct pollfd poller = { .fd = fd, .events = POLLOUT };
  int n;

  do
    n = poll (&poller, 1, LV_BUS_REPORT_TIMEOUT_MS);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_TIMEOUT, "Nobody has read the report for %d s",
               LV_BUS_REPORT_TIMEOUT_MS / 1000);
  return FALSE;
}

static gssize
write_piece (Writing *writing, const char *bytes, gsize n)
{
  n = MIN (n, PIECE);
  return writing->is_socket ? send (writing->fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL)
                            : write (writing->fd, bytes, n);
}

static gboolean
write_all (Writing *writing, GBytes *report, GError **error)
{
  gsize n_left;
  const char *bytes = g_bytes_get_data (report, &n_left);

  while (n_left > 0)
    {
      gssize n;

      if (!wait_for_room (writing->fd, error))
        return FALSE;
      n = write_piece (writing, bytes, n_left);
      if (n < 0 && errno != EINTR && errno != EAGAIN)
        return fail (error, g_strerror (errno));
      bytes += MAX (n, 0);
      n_left -= MAX (n, 0);
    }
  return TRUE;
}

static GVariant *
describe (const LvRecordingSum *sum, GBytes *report)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  GVariantBuilder removed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{su}"));

  for (LvRemoved kind = 0; kind < LV_N_REMOVED; kind++)
    g_variant_builder_add (&removed, "{su}", lv_removed_to_nick (kind), sum->removed[kind]);
  g_variant_dict_insert (&dict, "lines", "u", sum->n_lines);
  g_variant_dict_insert (&dict, "lost", "t", sum->n_lost);
  g_variant_dict_insert (&dict, "seconds", "d", sum->us / (double) G_USEC_PER_SEC);
  g_variant_dict_insert (&dict, "bytes", "t", (guint64) g_bytes_get_size (report));
  g_variant_dict_insert (&dict, "texts", "b", sum->texts);
  g_variant_dict_insert (&dict, "sound", "b", sum->sound);
  g_variant_dict_insert_value (&dict, "removed", g_variant_builder_end (&removed));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Writing *writing = data;
  GError *error = NULL;
  LvRecordingSum sum;
  g_autoptr (GBytes) report = lv_recording_write (writing->recording, &sum);

  if (write_all (writing, report, &error))
    g_task_return_pointer (task, describe (&sum, report), (GDestroyNotify) g_variant_unref);
  else
    g_task_return_error (task, error);
}

void
lv_bus_report_write_async (LvRecording *recording, int fd, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Writing *writing = g_new0 (Writing, 1);
  GError *error = NULL;

  writing->recording = recording;
  writing->fd = fd;
  g_task_set_source_tag (task, lv_bus_report_write_async);
  g_task_set_task_data (task, writing, (GDestroyNotify) writing_free);
  if (look_at (writing, &error))
    g_task_run_in_thread (task, run);
  else
    g_task_return_error (task, error);
}

GVariant *
lv_bus_report_write_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
