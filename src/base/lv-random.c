/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-random.h"

#include <errno.h>
#include <sys/random.h>

#define N_BYTES 16

char *
lv_random_name (void)
{
  guint8 bytes[N_BYTES];
  char *name = g_malloc (2 * N_BYTES + 1);

  /* cannot be cut short: up to 256 bytes come at once, and the pool is ready long before user
   * programs run */
  if (getrandom (bytes, N_BYTES, 0) != N_BYTES)
    g_error ("getrandom: %s", g_strerror (errno));

  for (guint i = 0; i < N_BYTES; i++)
    g_snprintf (name + 2 * i, 3, "%02x", bytes[i]);
  return name;
}
