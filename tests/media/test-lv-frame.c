/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memfd */
#include "media/lv-frame.h"

#include "lib/lv-test.h"
#include "media/lv-jpeg.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
  gboolean done;
  LvFrame *frame;
  GError *error;
} Result;

static void
on_frame (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Result *answer = user_data;

  answer->frame = lv_frame_reader_finish (LV_FRAME_READER (source), result, &answer->error);
  answer->done = TRUE;
}

static void
result_clear (Result *result)
{
  g_clear_pointer (&result->frame, lv_frame_free);
  g_clear_error (&result->error);
  result->done = FALSE;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static GBytes *
make_picture (guint width, guint height)
{
  gsize n_bytes = (gsize) width * height * 3;
  g_autofree guint8 *rgb = g_malloc (n_bytes);
  g_autoptr (GError) error = NULL;
  GBytes *jpeg;

  for (gsize i = 0; i < n_bytes; i++)
    rgb[i] = i * 31 % 253;
  jpeg = lv_jpeg_encode (rgb, width, height, &error);
  g_assert_no_error (error);
  return jpeg;
}

static int
make_memfd (GBytes *content, int seals)
{
  int fd = memfd_create ("frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (content, &n_bytes);

  g_assert_cmpint (write (fd, bytes, n_bytes), ==, n_bytes);
  g_assert_cmpint (fcntl (fd, F_ADD_SEALS, seals), ==, 0);
  return fd;
}

static void
assert_closed (int fd)
{
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, -1);
}

static void
read_fd (LvFrameReader *reader, int fd, guint max_side, Result *result)
{
  lv_frame_reader_read_async (reader, fd, "", max_side, NULL, on_frame, result);
  lv_test_wait_flag (&result->done);
  assert_closed (fd);
}

static void
test_memfds (void)
{
  static const int seals[] = { 0, F_SEAL_SHRINK, F_SEAL_WRITE, F_SEAL_SHRINK | F_SEAL_WRITE };
  g_autoptr (LvFrameReader) reader = lv_frame_reader_new ();
  g_autoptr (GBytes) picture = make_picture (40, 30);

  for (guint i = 0; i < G_N_ELEMENTS (seals); i++)
    {
      g_auto (Result) result = { FALSE };

      read_fd (reader, make_memfd (picture, seals[i]), 768, &result);
      g_assert_no_error (result.error);
      g_assert_true (g_bytes_equal (result.frame->image, picture));
      g_assert_cmpstr (result.frame->mime_type, ==, "image/jpeg");
    }
}

static gboolean
is_mapped (gconstpointer address)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint64 start = g_ascii_strtoull (lines[i], NULL, 16);

      if (start == (guint64) (gsize) address)
        return strstr (lines[i], "memfd:frame") != NULL;
    }
  return FALSE;
}

/* What its maker can still change must not lie under our feet. */
static void
test_only_sealed_memory_is_mapped (void)
{
  g_autoptr (LvFrameReader) reader = lv_frame_reader_new ();
  g_autoptr (GBytes) picture = make_picture (40, 30);
  g_auto (Result) sealed = { FALSE };
  g_auto (Result) loose = { FALSE };
  int fd = make_memfd (picture, 0);
  int kept = dup (fd);

  read_fd (reader, make_memfd (picture, F_SEAL_SHRINK | F_SEAL_WRITE), 768, &sealed);
  read_fd (reader, fd, 768, &loose);
  g_assert_true (is_mapped (g_bytes_get_data (sealed.frame->image, NULL)));
  g_assert_false (is_mapped (g_bytes_get_data (loose.frame->image, NULL)));
  g_assert_cmpint (ftruncate (kept, 0), ==, 0);
  g_assert_true (g_bytes_equal (loose.frame->image, picture));
  close (kept);
}

static void
assert_shrunk (LvFrame *frame, guint width, guint height)
{
  gsize n_bytes;
  const guint8 *bytes = g_bytes_get_data (frame->image, &n_bytes);
  LvJpegInfo info;

  g_assert_true (lv_jpeg_inspect (bytes, n_bytes, &info, NULL));
  g_assert_cmpuint (info.width, ==, width);
  g_assert_cmpuint (info.height, ==, height);
}

static void
test_shrinks (void)
{
  g_autoptr (LvFrameReader) reader = lv_frame_reader_new ();
  g_autoptr (GBytes) picture = make_picture (2000, 1000);
  g_auto (Result) mapped = { FALSE };
  g_auto (Result) taken = { FALSE };
  g_auto (Result) whole = { FALSE };

  read_fd (reader, make_memfd (picture, F_SEAL_SHRINK | F_SEAL_WRITE), 768, &mapped);
  assert_shrunk (mapped.frame, 768, 384);
  lv_frame_reader_take_async (reader, picture, "image/jpeg", 100, NULL, on_frame, &taken);
  lv_test_wait_flag (&taken.done);
  assert_shrunk (taken.frame, 100, 50);
  lv_frame_reader_take_async (reader, picture, "image/jpeg", 2000, NULL, on_frame, &whole);
  lv_test_wait_flag (&whole.done);
  g_assert_true (whole.frame->image == picture);
}

static void
test_damaged_when_shrunk (void)
{
  g_autoptr (LvFrameReader) reader = lv_frame_reader_new ();
  g_autoptr (GBytes) picture = make_picture (2000, 1000);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (picture, 0, 700);
  g_auto (Result) result = { FALSE };

  lv_frame_reader_take_async (reader, cut, "", 768, NULL, on_frame, &result);
  lv_test_wait_flag (&result.done);
  if (result.frame == NULL)
    g_assert_error (result.error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

static void
test_cancelled (void)
{
  g_autoptr (LvFrameReader) reader = lv_frame_reader_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Result) result = { FALSE };
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  lv_frame_reader_read_async (reader, fds[0], "", 768, cancellable, on_frame, &result);
  g_cancellable_cancel (cancellable);
  close (fds[1]);
  lv_test_wait_flag (&result.done);
  g_assert_error (result.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_closed (fds[0]);
}

/* Those that say nothing take all the threads, and when they end there are threads again. */
static void
test_threads_are_bounded (void)
{
  g_autoptr (LvFrameReader) reader = lv_frame_reader_new ();
  g_autoptr (GBytes) picture = make_picture (40, 30);
  Result silent[LV_FRAME_MAX_THREADS] = { { FALSE } };
  int fds[LV_FRAME_MAX_THREADS][2];
  g_auto (Result) result = { FALSE };
  g_auto (Result) mapped = { FALSE };

  for (guint i = 0; i < LV_FRAME_MAX_THREADS; i++)
    {
      g_assert_cmpint (pipe2 (fds[i], O_CLOEXEC), ==, 0);
      lv_frame_reader_read_async (reader, fds[i][0], "", 768, NULL, on_frame, &silent[i]);
    }
  read_fd (reader, make_memfd (picture, 0), 768, &result);
  g_assert_error (result.error, LV_ERROR, LV_ERROR_TOO_MANY);
  read_fd (reader, make_memfd (picture, F_SEAL_SHRINK | F_SEAL_WRITE), 768, &mapped);
  g_assert_no_error (mapped.error); /* needs none */

  for (guint i = 0; i < LV_FRAME_MAX_THREADS; i++)
    {
      close (fds[i][1]);
      lv_test_wait_flag (&silent[i].done);
      g_assert_error (silent[i].error, LV_ERROR, LV_ERROR_INVALID_ARGS);
      result_clear (&silent[i]);
    }
  result_clear (&result);
  read_fd (reader, make_memfd (picture, 0), 768, &result);
  g_assert_no_error (result.error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/memfds", test_memfds);
  g_test_add_func ("/frame/only-sealed-memory-is-mapped", test_only_sealed_memory_is_mapped);
  g_test_add_func ("/frame/shrinks", test_shrinks);
  g_test_add_func ("/frame/damaged-when-shrunk", test_damaged_when_shrunk);
  g_test_add_func ("/frame/cancelled", test_cancelled);
  g_test_add_func ("/frame/threads-are-bounded", test_threads_are_bounded);
  return g_test_run ();
}
