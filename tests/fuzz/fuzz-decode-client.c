/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A client frame that decodes can be encoded, and the result stands for the same message; one
 * that does not has a reason in UTF-8.
 */
#include "fuzz/lv-fuzz.h"

#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"

static GBytes *
recode (GBytes *frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvClientMessage) message = lv_decode_client (frame, &error);

  if (message != NULL)
    return lv_encode_client (message);
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  return NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (data, size);
  g_autoptr (GBytes) once = recode (frame);
  g_autoptr (GBytes) twice = NULL;

  if (once == NULL)
    return 0;
  twice = recode (once);
  g_assert_nonnull (twice);
  g_assert_true (g_bytes_equal (once, twice));
  return 0;
}
