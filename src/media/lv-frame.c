/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* seals */
#include "media/lv-frame.h"

#include "media/lv-jpeg.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SEALS (F_SEAL_SHRINK | F_SEAL_WRITE)
#define BLOCK (64 * 1024) /* bytes of one read */

struct _LvFrameReader {
  GObject parent_instance;

  guint n_threads; /* main thread */
};

/* Shared with a thread, which may outlive the interest in it. */
typedef struct {
  /* main thread */
  LvFrameReader *reader;
  GTask *task; /* NULL: answered */
  guint timeout_id;

  /* set before the thread begins */
  int fd; /* -1: image is set */
  char *mime_type;
  guint max_side;

  /* the thread's until it is done */
  GBytes *image;
  LvFrame *frame;
  GError *error;
} Job;

G_DEFINE_FINAL_TYPE (LvFrameReader, lv_frame_reader, G_TYPE_OBJECT)

static void
lv_frame_reader_class_init (LvFrameReaderClass *klass)
{
}

static void
lv_frame_reader_init (LvFrameReader *self)
{
}

LvFrameReader *
lv_frame_reader_new (void)
{
  return g_object_new (LV_TYPE_FRAME_READER, NULL);
}

static LvFrame *
frame_new (GBytes *image, const char *mime_type)
{
  LvFrame *frame = g_new (LvFrame, 1);

  frame->image = g_bytes_ref (image);
  frame->mime_type = mime_type;
  return frame;
}

void
lv_frame_free (LvFrame *frame)
{
  g_bytes_unref (frame->image);
  g_free (frame);
}

/* ---- what is in a descriptor ---- */

static gboolean
check_size (gsize n_bytes, GError **error)
{
  if (n_bytes <= LV_IMAGE_MAX_BYTES)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE, "The picture is larger than %d bytes",
               LV_IMAGE_MAX_BYTES);
  return FALSE;
}

static void
set_read_error (GError **error)
{
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "The picture cannot be read from the file descriptor: %s", g_strerror (errno));
}

typedef struct {
  gpointer address;
  gsize length;
} Mapping;

static void
mapping_free (Mapping *mapping)
{
  munmap (mapping->address, mapping->length);
  g_free (mapping);
}

/* Memory whose size and content nobody can change any more. Huge pages may be missing when they are
 * touched, so they do not count. */
static gboolean
is_fixed_memory (int fd, struct stat *info)
{
  int seals = fcntl (fd, F_GET_SEALS);
  struct statfs system;

  return seals >= 0 && (seals & SEALS) == SEALS && fstat (fd, info) == 0 &&
         fstatfs (fd, &system) == 0 && system.f_type == TMPFS_MAGIC;
}

static GBytes *
map (int fd, gsize length, GError **error)
{
  Mapping *mapping;
  gpointer address;

  if (!check_size (length, error))
    return NULL;
  if (length == 0)
    return g_bytes_new_static ("", 0);
  address = mmap (NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
  if (address == MAP_FAILED)
    {
      set_read_error (error);
      return NULL;
    }
  mapping = g_new (Mapping, 1);
  mapping->address = address;
  mapping->length = length;
  return g_bytes_new_with_free_func (address, length, (GDestroyNotify) mapping_free, mapping);
}

/* A pipe has data, or no writer any more, before @deadline_us. */
static gboolean
wait_readable (int fd, gint64 deadline_us, GError **error)
{
  gint64 left_us = deadline_us - g_get_monotonic_time ();
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

  if (left_us > 0 && poll (&poll_fd, 1, left_us / 1000 + 1) > 0)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_TIMEOUT, "The picture did not come within %d s",
               LV_FRAME_TIMEOUT_MS / 1000);
  return FALSE;
}

/* Bytes read, 0 at the end, -1 on an error. @offset: of a file, -1 for a pipe. */
static gssize
read_block (int fd, guint8 *block, goffset offset, gint64 deadline_us, GError **error)
{
  gssize n;

  do
    {
      if (offset < 0 && !wait_readable (fd, deadline_us, error))
        return -1;
      n = offset < 0 ? read (fd, block, BLOCK) : pread (fd, block, BLOCK, offset);
    }
  while (n < 0 && (errno == EINTR || errno == EAGAIN));
  if (n < 0)
    set_read_error (error);
  return n;
}

static GBytes *
copy (int fd, gboolean is_pipe, GError **error)
{
  gint64 deadline_us = g_get_monotonic_time () + LV_FRAME_TIMEOUT_MS * 1000;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *block = g_malloc (BLOCK);
  gssize n;

  do
    {
      n = read_block (fd, block, is_pipe ? -1 : (goffset) bytes->len, deadline_us, error);
      if (n > 0)
        g_byte_array_append (bytes, block, n);
      if (n < 0 || !check_size (bytes->len, error))
        return NULL;
    }
  while (n > 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* May block. */
static GBytes *
read_image (int fd, GError **error)
{
  int flags = fcntl (fd, F_GETFL);
  struct stat info;

  if (flags < 0 || fstat (fd, &info) < 0)
    set_read_error (error);
  else if ((flags & O_ACCMODE) == O_WRONLY)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                         "The picture cannot be read: the file descriptor is for writing only");
  else if (S_ISFIFO (info.st_mode))
    return copy (fd, TRUE, error);
  else if (!S_ISREG (info.st_mode))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                         "A picture comes from a memfd, a file or a pipe, not from another kind of "
                         "file descriptor");
  else if (check_size (info.st_size, error))
    return copy (fd, FALSE, error);
  return NULL;
}

/* ---- jobs ---- */

static Job *
job_new (LvFrameReader *self, const char *mime_type, guint max_side, GCancellable *cancellable,
         GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = g_new0 (Job, 1);

  job->reader = g_object_ref (self);
  job->task = g_task_new (self, cancellable, callback, user_data);
  job->fd = -1;
  job->mime_type = g_strdup (mime_type);
  job->max_side = max_side;
  return job;
}

static void
close_fd (Job *job)
{
  if (job->fd >= 0)
    close (job->fd);
  job->fd = -1;
}

static void
job_free (Job *job)
{
  close_fd (job);
  g_clear_object (&job->task);
  g_clear_handle_id (&job->timeout_id, g_source_remove);
  g_clear_pointer (&job->image, g_bytes_unref);
  g_clear_pointer (&job->frame, lv_frame_free);
  g_clear_error (&job->error);
  g_object_unref (job->reader);
  g_free (job->mime_type);
  g_free (job);
}

/* FALSE: it has to be made smaller first. */
static gboolean
finish_if_fitting (Job *job)
{
  LvImageInfo info;

  if (!lv_image_recognise (job->image, job->mime_type, &info, &job->error))
    return TRUE;
  if (info.is_jpeg && MAX (info.width, info.height) > job->max_side)
    return FALSE;
  job->frame = frame_new (job->image, info.mime_type);
  return TRUE;
}

static void
shrink (Job *job)
{
  g_autoptr (GBytes) smaller = lv_jpeg_shrink (job->image, job->max_side, &job->error);

  if (smaller != NULL)
    job->frame = frame_new (smaller, LV_IMAGE_JPEG);
}

static void
answer (Job *job)
{
  g_autoptr (GTask) task = g_steal_pointer (&job->task);

  if (task == NULL)
    return;
  if (job->error != NULL)
    g_task_return_error (task, g_steal_pointer (&job->error));
  else
    g_task_return_pointer (task, g_steal_pointer (&job->frame), (GDestroyNotify) lv_frame_free);
}

static gboolean
on_thread_done (gpointer user_data)
{
  Job *job = user_data;

  job->reader->n_threads--;
  answer (job);
  job_free (job);
  return G_SOURCE_REMOVE;
}

static gpointer
run_thread (gpointer user_data)
{
  Job *job = user_data;

  if (job->image == NULL)
    job->image = read_image (job->fd, &job->error);
  close_fd (job);
  if (job->image != NULL && !finish_if_fitting (job))
    shrink (job);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_thread_done, job, NULL);
  return NULL;
}

static gboolean
on_late (gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&job->task);

  job->timeout_id = 0;
  g_task_return_new_error (task, LV_ERROR, LV_ERROR_TIMEOUT,
                           "The picture could not be read within %d s", LV_FRAME_TIMEOUT_MS / 1000);
  return G_SOURCE_REMOVE;
}

static void
start_thread (LvFrameReader *self, Job *job)
{
  g_autoptr (GThread) thread = NULL;

  if (self->n_threads >= LV_FRAME_MAX_THREADS)
    g_set_error (&job->error, LV_ERROR, LV_ERROR_TOO_MANY,
                 "%d pictures are being read already; try again", LV_FRAME_MAX_THREADS);
  else
    thread = g_thread_try_new ("lv-frame", run_thread, job, &job->error);
  if (thread == NULL)
    {
      answer (job);
      job_free (job);
      return;
    }
  self->n_threads++;
  job->timeout_id = g_timeout_add (LV_FRAME_TIMEOUT_MS + 500, on_late, job);
}

/* Without a thread where none is needed. */
static void
begin (LvFrameReader *self, Job *job)
{
  if (job->error == NULL && (job->image == NULL || !finish_if_fitting (job)))
    {
      start_thread (self, job);
      return;
    }
  answer (job);
  job_free (job);
}

void
lv_frame_reader_read_async (LvFrameReader *self, int fd, const char *mime_type, guint max_side,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  Job *job = job_new (self, mime_type, max_side, cancellable, callback, user_data);
  struct stat info;

  job->fd = fd;
  if (is_fixed_memory (fd, &info))
    {
      job->image = map (fd, info.st_size, &job->error);
      close_fd (job);
    }
  begin (self, job);
}

void
lv_frame_reader_take_async (LvFrameReader *self, GBytes *image, const char *mime_type,
                            guint max_side, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  Job *job = job_new (self, mime_type, max_side, cancellable, callback, user_data);

  job->image = g_bytes_ref (image);
  begin (self, job);
}

LvFrame *
lv_frame_reader_finish (LvFrameReader *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
