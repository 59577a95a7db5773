/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Base64 (RFC 4648, standard and URL-safe alphabets on input, padding) into caller-provided memory,
 * for the audio path. Equal to g_base64_* in result; a test compares. Pure.
 */
#pragma once

#include <glib.h>

/* Characters that @n_bytes encode to, padding included, no NUL. */
gsize lv_base64_encoded_length (gsize n_bytes);

/* Writes lv_base64_encoded_length (n_bytes) characters to @out. */
void lv_base64_encode (const guint8 *bytes, gsize n_bytes, char *out);

/* Upper bound of the bytes that @n_chars decode to. */
gsize lv_base64_decoded_bound (gsize n_chars);

/* Decodes into @out (lv_base64_decoded_bound (n_chars) bytes); FALSE for any character, padding or
 * length outside the RFC. *@ret_n_bytes is what was written. */
gboolean lv_base64_decode (const char *chars, gsize n_chars, guint8 *out, gsize *ret_n_bytes);
