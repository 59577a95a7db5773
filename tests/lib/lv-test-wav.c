/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test-wav.h"

#include <string.h>

#define HEADER_BYTES 44

GBytes *
lv_test_read_wav_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, >, HEADER_BYTES);
  g_assert_true (memcmp (contents, "RIFF", 4) == 0 && memcmp (contents + 36, "data", 4) == 0);

  memmove (contents, contents + HEADER_BYTES, length - HEADER_BYTES);
  return g_bytes_new_take (contents, length - HEADER_BYTES);
}

GBytes *
lv_test_read_wav (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".wav", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("srcdir"), "data", "audio", file, NULL);

  return lv_test_read_wav_file (path);
}
