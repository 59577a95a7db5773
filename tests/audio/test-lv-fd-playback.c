/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-fd-playback.h"

#include "lib/lv-test.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS (LV_RATE_OUT / 1000) /* frames */

typedef struct {
  LvPlayback *playback;
  int end;     /* the reader's */
  GArray *got; /* gint16 */
  gboolean drained;
  guint64 dropped;
} Fixture;

static void
on_drained (LvPlayback *playback, Fixture *f)
{
  f->drained = TRUE;
}

static void
on_dropped (LvPlayback *playback, guint64 n_frames, Fixture *f)
{
  f->dropped += n_frames;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  int buffer = 8 * 1024;
  int fds[2];

  f->playback = lv_fd_playback_new ();
  f->got = g_array_new (FALSE, FALSE, sizeof (gint16));
  g_signal_connect (f->playback, "drained", G_CALLBACK (on_drained), f);
  g_signal_connect (f->playback, "dropped", G_CALLBACK (on_dropped), f);
  g_assert_true (lv_playback_start (f->playback, NULL));
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  setsockopt (fds[1], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  f->end = fds[0];
  lv_fd_playback_set_fd (LV_FD_PLAYBACK (f->playback), fds[1], LV_RATE_OUT);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->playback);
  if (f->end >= 0)
    close (f->end);
  g_array_unref (f->got);
}

static void
push (Fixture *f, gint16 first, guint n_frames, gint16 step)
{
  g_autoptr (LvPcmBlock) pcm = lv_pcm_block_new (n_frames);
  gint16 *samples = lv_pcm_block_get_samples (pcm);

  for (guint i = 0; i < n_frames; i++)
    samples[i] = first + (gint16) (i * step);
  lv_playback_push (f->playback, pcm);
}

/* What is there, @n_bytes at most. */
static gsize
read_bytes (Fixture *f, guint8 *bytes, gsize n_bytes)
{
  gssize n = recv (f->end, bytes, n_bytes, MSG_DONTWAIT);

  return MAX (n, 0);
}

static gboolean
read_until (gpointer data)
{
  gpointer *pair = data;
  Fixture *f = pair[0];
  gint16 samples[4096];
  gsize n = recv (f->end, samples, sizeof samples, MSG_DONTWAIT);

  if (n != (gsize) -1)
    g_array_append_vals (f->got, samples, n / sizeof *samples);
  return f->got->len >= GPOINTER_TO_UINT (pair[1]);
}

static void
wait_frames (Fixture *f, guint n)
{
  gpointer pair[] = { f, GUINT_TO_POINTER (n) };

  lv_test_wait_for (read_until, pair, LV_TEST_TIMEOUT_MS, "frames");
}

/* A reader has it all at once, and is believed to play it. */
static void
test_fast_reader (Fixture *f, gconstpointer data)
{
  gint64 start_us = g_get_monotonic_time ();

  push (f, 0, 600 * MS, 3);
  wait_frames (f, 600 * MS);
  for (guint i = 0; i < f->got->len; i++)
    g_assert_cmpint (g_array_index (f->got, gint16, i), ==, (gint16) (i * 3));
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 400000);
  g_assert_cmpuint (lv_playback_get_heard (f->playback), <, 400 * MS);
  g_assert_cmpfloat (lv_playback_get_level (f->playback), >, 0.0);
  g_assert_false (f->drained);
  lv_test_wait_flag (&f->drained);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 600000);
  g_assert_cmpuint (lv_playback_get_heard (f->playback), ==, 600 * MS);
  g_assert_cmpfloat (lv_playback_get_level (f->playback), ==, 0.0);
  g_assert_cmpuint (f->dropped, ==, 0);
}

static void
test_flush (Fixture *f, gconstpointer data)
{
  guint64 heard;

  push (f, 1, 5000 * MS, 0);
  lv_test_run_for (100);
  heard = lv_playback_flush (f->playback);
  g_assert_cmpuint (heard, >, 60 * MS);
  g_assert_cmpuint (heard, <, 1000 * MS);
  g_assert_cmpuint (lv_playback_get_heard (f->playback), ==, 5000 * MS);
  push (f, 2, 100 * MS, 0);
  while (f->got->len == 0 || g_array_index (f->got, gint16, f->got->len - 1) != 2)
    wait_frames (f, f->got->len + 1);
  g_assert_cmpuint (f->got->len, <, 1000 * MS);
  g_assert_false (f->drained);
}

/* However a sample was cut when the flush came, what follows is whole. */
static void
test_flush_keeps_samples_whole (Fixture *f, gconstpointer data)
{
  for (gint16 round = 1; round < 40; round++)
    {
      guint8 odd[1 + 2 * 40];
      gsize n;

      push (f, 0x0101 * round, 2000 * MS, 0);
      n = read_bytes (f, odd, 2 * round + 1); /* leaves half a sample */
      lv_test_run_for (1);
      lv_playback_flush (f->playback);
      push (f, 0x0101 * (round + 1), 10 * MS, 0);
      for (guint8 byte = 0; byte != round + 1; n++)
        while (read_bytes (f, &byte, 1) == 0)
          g_main_context_iteration (NULL, FALSE);
      g_assert_cmpuint ((n - 1) % 2, ==, 0);
      lv_playback_flush (f->playback);
      while (read_bytes (f, odd, sizeof odd) > 0)
        ;
      g_assert_finalize_object (f->playback);
      close (f->end);
      g_array_unref (f->got);
      set_up (f, NULL);
    }
}

static void
test_late_reader (Fixture *f, gconstpointer data)
{
  push (f, 0, 2600 * MS, 0);
  lv_test_run_for (2300);
  g_assert_cmpuint (f->dropped, >, 0);
  g_assert_cmpuint (f->dropped, <, 600 * MS);
  lv_test_wait_flag (&f->drained); /* also when nobody ever reads */
  g_assert_cmpuint (lv_playback_get_heard (f->playback), ==, 2600 * MS);
}

static void
test_reader_gone (Fixture *f, gconstpointer data)
{
  push (f, 0, 2000 * MS, 0);
  close (f->end);
  f->end = -1;
  lv_test_wait_flag (&f->drained);
  g_assert_cmpuint (lv_playback_get_heard (f->playback), ==, 2000 * MS);
  push (f, 0, 2000 * MS, 0); /* to nobody */
  g_assert_cmpuint (lv_playback_get_heard (f->playback), ==, 4000 * MS);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/fd-playback/fast-reader", test_fast_reader);
  ADD ("/fd-playback/flush", test_flush);
  ADD ("/fd-playback/flush-keeps-samples-whole", test_flush_keeps_samples_whole);
  ADD ("/fd-playback/late-reader", test_late_reader);
  ADD ("/fd-playback/reader-gone", test_reader_gone);
  return g_test_run ();
}
