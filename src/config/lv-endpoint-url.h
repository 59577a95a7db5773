/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which URLs may be an endpoint: checked when a setting is made, so that a mistake shows before the
 * first conversation, and once more where the URL becomes an address. Pure.
 */
#pragma once

#include <glib.h>

/* @text begins with ws:// or wss://. New, or NULL and INVALID_ARGS for one that is malformed, that
 * holds a credential or that is plain ws:// to anything but loopback. No message repeats @text. */
GUri *lv_endpoint_url_parse (const char *text, GError **error);
