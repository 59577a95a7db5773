/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One question to a server that gives out access tokens, and what its answer means. Half of the
 * token sources that ask one. Main thread.
 */
#pragma once

#include "transport/lv-http.h"

/* @advice: what to do when it refuses, a sentence part that is static: "run ... again". */
void lv_token_exchange_async (const LvRoute *route, const LvHttpRequest *request,
                              const char *advice, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);

/* AUTHENTICATION with the server's own words and the advice; NO_CREDENTIAL when it knows of none;
 * SERVER for trouble of its own and for an answer that is none; those of lv_http_send_finish(). */
LvSecret *lv_token_exchange_finish (GAsyncResult *result, guint *ret_lifetime_s, GError **error);
