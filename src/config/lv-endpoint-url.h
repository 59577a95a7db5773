/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which URLs may be an endpoint: checked when a setting is made, so that a mistake shows before the
 * first conversation, and once more where the URL becomes an address. Pure.
 */
#pragma once

#include <glib.h>

#define LV_ENDPOINT_URL_UNIX "unix:" /* and a path: the base URL of a server on a unix socket */

/* New, or NULL and INVALID_ARGS for one that is malformed, neither ws:// nor wss://, that holds a
 * credential or that is plain ws:// to anything but loopback. No message repeats @text. */
GUri *lv_endpoint_url_parse (const char *text, GError **error);
