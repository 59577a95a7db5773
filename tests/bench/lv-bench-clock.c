/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A clock that runs several times as fast, for a program that is to live through hours within minutes: preloaded before
 * it, this library multiplies what the monotonic clock says and divides how long poll() waits, which is all that a main
 * loop knows of time. The time of day stays as it is.
 */
#define _GNU_SOURCE /* RTLD_NEXT, ppoll() */
#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define SPEED_VARIABLE "LIVEVOICE_BENCH_SPEED"
#define NS_PER_SEC INT64_C (1000000000)

typedef int (*ClockGettime) (clockid_t clock, struct timespec *time);
typedef int (*Poll) (struct pollfd *fds, nfds_t n, int ms);
typedef int (*Ppoll) (struct pollfd *fds, nfds_t n, const struct timespec *time,
                      const sigset_t *mask);

static ClockGettime real_clock_gettime;
static Poll real_poll;
static Ppoll real_ppoll;
static int64_t speed = 1;
static int64_t start_ns;

__attribute__ ((constructor)) static void
begin (void)
{
  const char *text = getenv (SPEED_VARIABLE);
  struct timespec time;

  real_clock_gettime = (ClockGettime) dlsym (RTLD_NEXT, "clock_gettime");
  real_poll = (Poll) dlsym (RTLD_NEXT, "poll");
  real_ppoll = (Ppoll) dlsym (RTLD_NEXT, "ppoll");
  real_clock_gettime (CLOCK_MONOTONIC, &time);
  start_ns = time.tv_sec * NS_PER_SEC + time.tv_nsec;
  if (text != NULL && atoi (text) > 1)
    speed = atoi (text);
}

/* Others may read the clock before the constructor runs. */
int
clock_gettime (clockid_t clock, struct timespec *time)
{
  int64_t ns;
  int result;

  if (real_clock_gettime == NULL)
    begin ();
  result = real_clock_gettime (clock, time);
  if (clock != CLOCK_MONOTONIC)
    return result;
  ns = start_ns + (time->tv_sec * NS_PER_SEC + time->tv_nsec - start_ns) * speed;
  time->tv_sec = ns / NS_PER_SEC;
  time->tv_nsec = ns % NS_PER_SEC;
  return result;
}

int
ppoll (struct pollfd *fds, nfds_t n, const struct timespec *time, const sigset_t *mask)
{
  int64_t ns = time != NULL ? (time->tv_sec * NS_PER_SEC + time->tv_nsec) / speed : 0;
  const struct timespec shorter = { .tv_sec = ns / NS_PER_SEC, .tv_nsec = ns % NS_PER_SEC };

  return real_ppoll (fds, n, time != NULL ? &shorter : NULL, mask);
}

int
poll (struct pollfd *fds, nfds_t n, int ms)
{
  const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

  return ms < 0 ? real_poll (fds, n, ms) : ppoll (fds, n, &time, NULL);
}
