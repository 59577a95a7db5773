/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One HTTP request with a short answer: what the token endpoints and the lists of the service need.
 * Bounded in time and size, follows no redirection, verifies certificates. Main thread.
 */
#pragma once

#include "transport/lv-network.h"

#define LV_HTTP_TIMEOUT_MS 15000
#define LV_HTTP_MAX_BODY (4 * 1024 * 1024) /* bytes */

typedef struct {
  const char *uri;
  const char *content_type; /* NULL: GET, otherwise POST */
  const char *body;
  const char *header; /* a further one; nullable, with its value */
  const char *value;
  const LvSecret *secret; /* nullable */
  LvTokenScheme scheme;   /* of it */
  guint timeout_ms;       /* for all of it; 0: LV_HTTP_TIMEOUT_MS */
} LvHttpRequest;

/* Everything is copied before it returns. */
void lv_http_send_async (const LvRoute *route, const LvHttpRequest *request,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data);

/* The body, be the status good or bad. NETWORK, TIMEOUT, TOO_LARGE, or INVALID_ARGS when the CA
 * file is none. */
GBytes *lv_http_send_finish (GAsyncResult *result, guint *ret_status, GError **error);
