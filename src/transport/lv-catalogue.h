/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an endpoint has on offer, asked of it by REST with its credential: the models that hold
 * conversations, the voices, an ephemeral token. Short questions between conversations; no part of
 * one. Main thread.
 */
#pragma once

#include "protocol/lv-rest.h"
#include "transport/lv-endpoint.h"

#define LV_CATALOGUE_MAX_PAGES 20

/* Whether @endpoint can be asked: it has REST, and a credential as far as is known. */
gboolean lv_catalogue_can_ask (const LvEndpoint *endpoint);

typedef enum {
  LV_CATALOGUE_MODELS,
  LV_CATALOGUE_VOICES,
} LvCatalogueList;

/* Errors of the credential's source; AUTHENTICATION, QUOTA_EXCEEDED, UNSUPPORTED (no such list),
 * SERVER for a bad answer; NETWORK, TIMEOUT, TOO_LARGE. */
void lv_catalogue_list_async (const LvEndpoint *endpoint, LvCatalogueList list,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
/* LvRestItem; new. */
GPtrArray *lv_catalogue_list_finish (GAsyncResult *result, GError **error);

/* Whether the service takes @candidate in place of the credential of @endpoint. Errors as above. */
void lv_catalogue_try_async (const LvEndpoint *endpoint, const LvSecret *candidate,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean lv_catalogue_try_finish (GAsyncResult *result, GError **error);

/* UNSUPPORTED where there are no such tokens, else as above. */
void lv_catalogue_create_token_async (const LvEndpoint *endpoint, const LvRestTokenRequest *request,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
/* New; *@ret_expire_s: seconds since 1970. */
char *lv_catalogue_create_token_finish (GAsyncResult *result, gint64 *ret_expire_s, GError **error);
