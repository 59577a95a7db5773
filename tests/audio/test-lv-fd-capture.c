/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-fd-capture.h"

#include "lib/lv-test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  LvCapture *capture;
  int end;     /* the writer's */
  GArray *got; /* gint16 */
} Fixture;

static void
on_chunk (LvCapture *capture, const gint16 *samples, guint n_samples, gpointer data)
{
  GArray *got = data;

  g_assert_cmpuint (n_samples, <=, LV_CHUNK_FRAMES);
  g_array_append_vals (got, samples, n_samples);
}

static void
connect_end (Fixture *f, guint rate)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  f->end = fds[0];
  lv_fd_capture_set_fd (LV_FD_CAPTURE (f->capture), fds[1], rate);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->capture = lv_fd_capture_new ();
  f->got = g_array_new (FALSE, FALSE, sizeof (gint16));
  lv_capture_set_listener (f->capture, on_chunk, f->got);
  connect_end (f, LV_RATE_IN);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  char byte;

  g_assert_finalize_object (f->capture);
  if (f->end >= 0)
    {
      g_assert_cmpint (read (f->end, &byte, 1), <=, 0); /* the other end is closed */
      close (f->end);
    }
  g_array_unref (f->got);
}

static void
speak (Fixture *f, const gint16 *samples, gsize n)
{
  g_assert_cmpint (write (f->end, samples, n * sizeof *samples), ==, n * sizeof *samples);
}

static gboolean
has_samples (gpointer data)
{
  gpointer *pair = data;

  return ((GArray *) pair[0])->len >= GPOINTER_TO_UINT (pair[1]);
}

static void
wait_samples (Fixture *f, guint n)
{
  gpointer pair[] = { f->got, GUINT_TO_POINTER (n) };

  lv_test_wait_for (has_samples, pair, LV_TEST_TIMEOUT_MS, "samples");
  g_assert_cmpuint (f->got->len, ==, n);
}

static void
fill (gint16 *samples, guint n)
{
  for (guint i = 0; i < n; i++)
    samples[i] = i * 7919;
}

static void
test_odd_pieces (Fixture *f, gconstpointer data)
{
  gint16 samples[LV_CHUNK_FRAMES * 5];
  const guint8 *bytes = (const guint8 *) samples;

  fill (samples, G_N_ELEMENTS (samples));
  g_assert_true (lv_capture_start (f->capture, NULL));
  for (gsize at = 0; at < sizeof samples; at += 77)
    {
      gsize n = MIN (77, sizeof samples - at);

      g_assert_cmpint (write (f->end, bytes + at, n), ==, n);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  wait_samples (f, G_N_ELEMENTS (samples));
  g_assert_cmpmem (f->got->data, sizeof samples, samples, sizeof samples);
}

static void
test_the_end_is_heard (Fixture *f, gconstpointer data)
{
  gint16 samples[LV_CHUNK_FRAMES + 5];

  fill (samples, G_N_ELEMENTS (samples));
  lv_capture_start (f->capture, NULL);
  speak (f, samples, G_N_ELEMENTS (samples));
  close (f->end);
  f->end = -1;
  wait_samples (f, G_N_ELEMENTS (samples));
  g_assert_true (lv_capture_is_running (f->capture)); /* another writer may come */
  connect_end (f, LV_RATE_IN);
  speak (f, samples, LV_CHUNK_FRAMES);
  wait_samples (f, G_N_ELEMENTS (samples) + LV_CHUNK_FRAMES);
}

static void
test_stopped_hears_nothing (Fixture *f, gconstpointer data)
{
  static const gint16 secret[LV_CHUNK_FRAMES + 100] = { [0 ... LV_CHUNK_FRAMES + 99] = 1 };
  static const gint16 word[2 * LV_CHUNK_FRAMES] = { [0 ... 2 * LV_CHUNK_FRAMES - 1] = 2 };

  speak (f, secret, G_N_ELEMENTS (secret));
  lv_test_run_for (20);
  lv_capture_start (f->capture, NULL);
  lv_capture_stop (f->capture);
  speak (f, secret, G_N_ELEMENTS (secret));
  lv_test_run_for (20);
  speak (f, secret, 50);
  lv_capture_start (f->capture, NULL);
  speak (f, word, G_N_ELEMENTS (word));
  wait_samples (f, G_N_ELEMENTS (word));
  g_assert_cmpmem (f->got->data, sizeof word, word, sizeof word);
}

/* A flood costs no more than speech: two seconds at once, then as it would be spoken. */
static void
test_a_flood_waits (Fixture *f, gconstpointer data)
{
  static const gint16 block[LV_RATE_IN / 10];
  guint n_written = 0;

  fcntl (f->end, F_SETFL, O_NONBLOCK);
  lv_capture_start (f->capture, NULL);
  for (gint64 end_us = g_get_monotonic_time () + G_USEC_PER_SEC; g_get_monotonic_time () < end_us;)
    {
      n_written += write (f->end, block, sizeof block) > 0;
      g_main_context_iteration (NULL, FALSE);
    }
  g_test_message ("%u ms heard of %u ms written", f->got->len / 16, n_written * 100);
  g_assert_cmpuint (f->got->len, >, LV_RATE_IN * 25 / 10);
  g_assert_cmpuint (f->got->len, <, LV_RATE_IN * 35 / 10);
}

static void
test_replaced (Fixture *f, gconstpointer data)
{
  int old = f->end;
  char byte;

  connect_end (f, 8000);
  g_assert_cmpint (read (old, &byte, 1), ==, 0);
  close (old);
  lv_capture_start (f->capture, NULL);
  speak (f, (gint16[800]){ 0 }, 800);
  wait_samples (f, 1600);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/fd-capture/odd-pieces", test_odd_pieces);
  ADD ("/fd-capture/the-end-is-heard", test_the_end_is_heard);
  ADD ("/fd-capture/stopped-hears-nothing", test_stopped_hears_nothing);
  ADD ("/fd-capture/a-flood-waits", test_a_flood_waits);
  ADD ("/fd-capture/replaced", test_replaced);
  return g_test_run ();
}
