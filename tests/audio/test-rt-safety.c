/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing that runs on the data thread may allocate, free, lock, or enter the kernel except for one write to an
 * eventfd. This program's own malloc, free, pthread_mutex_lock, write and syscall stand in front of the C
 * library's, so that calls from inside GLib and PipeWire are seen too. With live streams, the stretch between
 * pw_stream_dequeue_buffer and pw_stream_queue_buffer is watched: that is our process callback.
 */
#include "audio/lv-playout.h"
#include "audio/lv-pcm-ring.h"
#include "audio/lv-pw-context.h"

#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"

#include <dlfcn.h>
#include <pipewire/pipewire.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_CALLBACKS 4096

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);
extern void __libc_free (void *memory);

static __thread gboolean in_rt;
static __thread guint n_event_writes;
static __thread gint64 start_ns;
static _Atomic (const char *) offence; /* the first one */
static _Atomic guint n_callbacks;
static gint64 durations_ns[MAX_CALLBACKS];

/* Libraries call some of them before main() and before any constructor of ours. */
#define REAL(function)                                                                             \
  ({                                                                                               \
    static typeof (&function) real_function;                                                       \
    if (real_function == NULL)                                                                     \
      real_function = dlsym (RTLD_NEXT, #function);                                                \
    real_function;                                                                                 \
  })

static void
check (const char *what)
{
  const char *none = NULL;

  if (in_rt)
    atomic_compare_exchange_strong (&offence, &none, what);
}

void *
malloc (size_t size)
{
  check ("malloc");
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  check ("calloc");
  return __libc_calloc (n, size);
}

void *
realloc (void *memory, size_t size)
{
  check ("realloc");
  return __libc_realloc (memory, size);
}

void
free (void *memory)
{
  check ("free");
  __libc_free (memory);
}

int
pthread_mutex_lock (pthread_mutex_t *mutex)
{
  check ("pthread_mutex_lock");
  return REAL (pthread_mutex_lock) (mutex);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  if (in_rt && (size != sizeof (uint64_t) || ++n_event_writes > 1))
    check ("write");
  return REAL (write) (fd, data, size);
}

long
syscall (long number, ...)
{
  long a[6];
  va_list args;

  check ("syscall");
  va_start (args, number);
  for (guint i = 0; i < G_N_ELEMENTS (a); i++)
    a[i] = va_arg (args, long);
  va_end (args);
  return REAL (syscall) (number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static gint64
get_thread_ns (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return time.tv_sec * G_GINT64_CONSTANT (1000000000) + time.tv_nsec;
}

static void
enter_rt (void)
{
  n_event_writes = 0;
  in_rt = TRUE;
}

static void
leave_rt (void)
{
  in_rt = FALSE;
}

struct pw_buffer *
pw_stream_dequeue_buffer (struct pw_stream *stream)
{
  struct pw_buffer *buffer = REAL (pw_stream_dequeue_buffer) (stream);

  start_ns = get_thread_ns ();
  if (buffer != NULL)
    enter_rt ();
  return buffer;
}

int
pw_stream_queue_buffer (struct pw_stream *stream, struct pw_buffer *buffer)
{
  int result = REAL (pw_stream_queue_buffer) (stream, buffer);
  guint n = atomic_fetch_add (&n_callbacks, 1);

  leave_rt ();
  if (n < MAX_CALLBACKS)
    durations_ns[n] = get_thread_ns () - start_ns;
  return result;
}

static void
assert_offence (const char *expected)
{
  leave_rt ();
  g_assert_cmpstr (atomic_load (&offence), ==, expected);
  atomic_store (&offence, NULL);
}

/* The trap itself catches what it must. */
static void
test_trap (void)
{
  g_autofree char *memory = NULL;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

  enter_rt ();
  memory = g_strdup ("x");
  assert_offence ("malloc");
  enter_rt ();
  g_clear_pointer (&memory, g_free);
  assert_offence ("free");
  enter_rt ();
  pthread_mutex_lock (&mutex);
  assert_offence ("pthread_mutex_lock");
  pthread_mutex_unlock (&mutex);
  enter_rt ();
  g_assert_cmpint (write (STDERR_FILENO, "", 0), ==, 0);
  assert_offence ("write");
  enter_rt ();
  syscall (SYS_getpid);
  assert_offence ("syscall");
}

static void
test_ring (void)
{
  g_autoptr (LvPcmRing) ring = lv_pcm_ring_new (64);
  gint16 samples[100] = { 0 };

  enter_rt ();
  lv_pcm_ring_write_rt (ring, samples, 100);
  lv_pcm_ring_read_rt (ring, samples, 10);
  lv_pcm_ring_get_fill_rt (ring);
  lv_pcm_ring_skip_to_rt (ring, lv_pcm_ring_get_write_index_rt (ring));
  lv_pcm_ring_read_rt (ring, samples, lv_pcm_ring_get_read_index_rt (ring));
  assert_offence (NULL);
}

static void
fill (LvPlayout *playout)
{
  gint16 frames[128];

  enter_rt ();
  lv_playout_fill_rt (playout, frames, G_N_ELEMENTS (frames), 0);
  assert_offence (NULL);
}

static void
test_playout (void)
{
  g_autoptr (LvPlayout) playout = lv_playout_new ();
  const gint16 frames[1000] = { 1, 2, 3 };

  fill (playout);
  for (guint i = 0; i < 2 * LV_PLAYOUT_MAX_SPANS; i++)
    {
      lv_playout_write (playout, frames, G_N_ELEMENTS (frames));
      lv_playout_set_held (playout, i % 7 == 0);
      if (i % 10 == 9)
        lv_playout_flush (playout);
      if (i % 13 == 0)
        lv_playout_prime (playout, 200);
      fill (playout);
    }
}

static int
compare_durations (gconstpointer a, gconstpointer b)
{
  const gint64 *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

static void
print_durations (void)
{
  guint n = MIN (atomic_load (&n_callbacks), MAX_CALLBACKS);

  qsort (durations_ns, n, sizeof (gint64), compare_durations);
  g_test_message ("%u callbacks: median %.1f us, 99 %% %.1f us, longest %.1f us", n,
                  durations_ns[n / 2] / 1e3, durations_ns[n * 99 / 100] / 1e3,
                  durations_ns[n - 1] / 1e3);
}

static void
push_second (LvPlayback *playback)
{
  static const gint16 silence[LV_RATE_OUT];
  g_autoptr (LvPcmBlock) pcm = lv_pcm_block_new_copy (silence, LV_RATE_OUT);

  lv_playback_push (playback, pcm);
}

/* Both directions, with flushes, holds, an underrun, and a main loop that lets the microphone's ring overflow. */
static void
test_streams (void)
{
  G_GNUC_UNUSED g_autoptr (LvTestPipewire) pipewire = lv_test_pipewire_new ();
  g_autoptr (LvPwContext) context = lv_pw_context_new ();
  g_autoptr (LvCapture) capture = lv_pw_context_create_capture (context, NULL, "Live Voice");
  g_autoptr (LvPlayback) playback = lv_pw_context_create_playback (context, NULL, "Live Voice");

  g_assert_true (lv_capture_start (capture, NULL));
  g_assert_true (lv_playback_start (playback, NULL));
  for (guint i = 0; i < 5; i++)
    {
      push_second (playback);
      lv_test_run_for (150);
      lv_playback_set_held (playback, TRUE);
      lv_test_run_for (50);
      lv_playback_set_held (playback, FALSE);
      lv_test_run_for (50);
      lv_playback_flush (playback);
      lv_test_run_for (20);
    }
  push_second (playback);
  g_usleep (1300000);
  lv_test_run_for (50);
  lv_capture_stop (capture);
  lv_playback_stop (playback);
  g_assert_cmpuint (atomic_load (&n_callbacks), >, 500);
  print_durations ();
  g_assert_cmpstr (atomic_load (&offence), ==, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rt-safety/trap", test_trap);
  g_test_add_func ("/rt-safety/ring", test_ring);
  g_test_add_func ("/rt-safety/playout", test_playout);
  g_test_add_func ("/rt-safety/streams", test_streams);
  return g_test_run ();
}
