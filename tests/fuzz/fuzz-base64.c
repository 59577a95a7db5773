/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same as GLib in both directions.
 */
#include "fuzz/lv-fuzz.h"

#include "base/lv-base64.h"

#include <string.h>

static void
check_encode (const guint8 *data, gsize size)
{
  g_autofree char *expected = g_base64_encode (data, size);
  gsize length = lv_base64_encoded_length (size);
  g_autofree char *text = g_malloc (length + 1);

  g_assert_cmpuint (length, ==, strlen (expected));
  lv_base64_encode (data, size, text);
  g_assert_true (memcmp (text, expected, length) == 0);
}

static void
check_decode (const guint8 *data, gsize size)
{
  g_autofree guint8 *out = g_malloc (lv_base64_decoded_bound (size) + 1);
  g_autofree char *text = NULL;
  g_autofree guint8 *expected = NULL;
  gsize n_bytes, n_expected;

  if (!lv_base64_decode ((const char *) data, size, out, &n_bytes))
    return;
  text = g_strndup ((const char *) data, size);
  g_strdelimit (text, "-", '+');
  g_strdelimit (text, "_", '/');
  expected = g_base64_decode (text, &n_expected);
  g_assert_cmpuint (n_bytes, ==, n_expected);
  g_assert_true (memcmp (out, expected, n_bytes) == 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  check_encode (data, size);
  check_decode (data, size);
  return 0;
}
