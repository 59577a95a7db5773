/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-memory.h"

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *block, size_t size);

static gboolean counting;
static LvTestMemory counted;

static void
count (size_t size)
{
  if (!counting)
    return;
  counted.n_blocks++;
  counted.n_bytes += size;
}

void *
malloc (size_t size)
{
  count (size);
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  count (n * size);
  return __libc_calloc (n, size);
}

void *
realloc (void *block, size_t size)
{
  count (size);
  return __libc_realloc (block, size);
}

void
lv_test_memory_begin (void)
{
  counted = (LvTestMemory){ 0 };
  counting = TRUE;
}

LvTestMemory
lv_test_memory_end (void)
{
  counting = FALSE;
  return counted;
}
