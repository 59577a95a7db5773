/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stands between a program and its PipeWire streams: takes the time of each process callback. A library to be
 * preloaded, so that what is measured is the very program that people run. The callbacks run on PipeWire's data
 * thread; here they cost four readings of the clock more.
 */
#include "lv-bench-rt.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pipewire/pipewire.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SEC INT64_C (1000000000)

typedef struct {
  struct pw_stream_events events; /* the program's, but for process */
  const struct pw_stream_events *original;
  void *data;
} Listener;

typedef void (*AddListener) (struct pw_stream *stream, struct spa_hook *hook,
                             const struct pw_stream_events *events, void *data);

static LvBenchRt *shared;

__attribute__ ((constructor)) static void
map_shared (void)
{
  const char *path = getenv (LV_BENCH_RT_VARIABLE);
  int fd = path != NULL ? open (path, O_RDWR | O_CLOEXEC) : -1;
  void *memory;

  if (fd < 0)
    return;
  memory = mmap (NULL, sizeof (LvBenchRt), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  if (memory != MAP_FAILED)
    shared = memory;
}

static int64_t
read_clock (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return time.tv_sec * NS_PER_SEC + time.tv_nsec;
}

static void
on_process (void *data)
{
  Listener *listener = data;
  int64_t wall = read_clock (CLOCK_MONOTONIC), cpu = read_clock (CLOCK_THREAD_CPUTIME_ID);
  uint32_t n;

  listener->original->process (listener->data);
  cpu = read_clock (CLOCK_THREAD_CPUTIME_ID) - cpu;
  wall = read_clock (CLOCK_MONOTONIC) - wall;
  n = atomic_fetch_add (&shared->n_calls, 1);
  if (n < LV_BENCH_RT_MAX)
    shared->calls[n] = (LvBenchRtCall){ (uint32_t) wall, (uint32_t) cpu };
}

/* The other events get the wrong data pointer unless they are passed on as well. */
static void
on_destroy (void *data)
{
  Listener *listener = data;

  if (listener->original->destroy != NULL)
    listener->original->destroy (listener->data);
}

static void
on_state_changed (void *data, enum pw_stream_state old, enum pw_stream_state state,
                  const char *error)
{
  Listener *listener = data;

  if (listener->original->state_changed != NULL)
    listener->original->state_changed (listener->data, old, state, error);
}

static void
on_param_changed (void *data, uint32_t id, const struct spa_pod *param)
{
  Listener *listener = data;

  if (listener->original->param_changed != NULL)
    listener->original->param_changed (listener->data, id, param);
}

static void
on_drained (void *data)
{
  Listener *listener = data;

  if (listener->original->drained != NULL)
    listener->original->drained (listener->data);
}

/* A stream lives as long as the measurement, and so does its listener. */
void
pw_stream_add_listener (struct pw_stream *stream, struct spa_hook *hook,
                        const struct pw_stream_events *events, void *data)
{
  AddListener real = (AddListener) dlsym (RTLD_NEXT, "pw_stream_add_listener");
  Listener *listener;

  if (shared == NULL || events->process == NULL)
    {
      real (stream, hook, events, data);
      return;
    }
  listener = calloc (1, sizeof *listener);
  listener->original = events;
  listener->data = data;
  listener->events = (struct pw_stream_events){
    .version = events->version,
    .destroy = on_destroy,
    .state_changed = on_state_changed,
    .param_changed = on_param_changed,
    .process = on_process,
    .drained = on_drained,
  };
  real (stream, hook, &listener->events, listener);
}
